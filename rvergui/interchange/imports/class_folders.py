"""Folders named after classes, as ImageFolder reads them and an export of cut-outs writes them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rvergui.core import Mask, RverError
from rvergui.core.photo_loading import is_photo_name, load_photo
from rvergui.core.taxonomy import clean_class_name
from rvergui.interchange.class_folders import MASKS
from rvergui.interchange.exports.division import WORDS
from rvergui.interchange.exports.marker import read_marker
from rvergui.interchange.imports.format import Dataset, ImportFormat, Request
from rvergui.interchange.imports.photos_by_name import files_below
from rvergui.interchange.labelled_photos import Opened, opened
from rvergui.interchange.mask_file import read_mask_file, read_mask_picture
from rvergui.interchange.safe_names import decode_name

_TRANSPARENT = (".png", ".webp", ".tif", ".tiff")


@dataclass(frozen=True)
class PhotoOfClass:
    """A photo of one object; see ``LabelledPhoto``.

    Attributes:
        path: the photo.
        part: "train", "test" or "".
        class_name: what the object is.
        mask: the file of its mask; None: what is not transparent, or the whole photo.
    """

    path: Path
    part: str
    class_name: str
    mask: Path | None = None

    def open(self, pixel_limit: int) -> Opened:
        """See ``LabelledPhoto.open``."""
        photo = load_photo(self.path, pixel_limit)
        if self.mask is not None:
            mask = read_mask_file(self.mask, photo.size, pixel_limit)
        else:
            mask = Mask.from_array(_opaque(self.path, photo.size, pixel_limit))
            if mask.is_empty:
                raise RverError(
                    f"{self.path.name} in {self.path.parent} is transparent throughout; there is no object."
                )
        return opened(photo, [(self.class_name, mask)])


def _opaque(path: Path, size: tuple[int, int], pixel_limit: int) -> NDArray[np.bool_]:
    """What is not transparent in the picture (height, width); everything where it knows no transparency."""
    whole = np.ones(size, dtype=bool)
    if path.suffix.lower() not in _TRANSPARENT:
        return whole
    alpha = read_mask_picture(path, pixel_limit, _alpha, "save it as PNG")
    return alpha if alpha.shape == size else whole  # turned by EXIF, which no cut-out is


def _alpha(picture: Image.Image) -> NDArray[np.bool_]:
    if not picture.has_transparency_data:
        return np.ones((picture.height, picture.width), dtype=bool)
    opaque: NDArray[np.bool_] = np.asarray(picture.convert("RGBA").getchannel("A")) >= 128
    return opaque


def read_class_folders(request: Request) -> Dataset:
    """The photos of every folder; folders called train, val or test divide them."""
    root = request.source
    if not root.is_dir():
        raise RverError(f"{root} is no folder; give the one that holds a folder for each class.")
    marker = read_marker(root)
    listed = marker.get("classes") if marker is not None else None
    true_names = {
        str(entry["folder"]): str(entry["name"])
        for entry in (listed if isinstance(listed, list) else [])
        if isinstance(entry, dict) and "folder" in entry and "name" in entry
    }
    photos: list[PhotoOfClass] = []
    problems: list[str] = []
    for part, folder in _class_folders(root):
        try:
            name = clean_class_name(true_names.get(folder.name, decode_name(folder.name)))
        except RverError as error:
            problems.append(f"{folder}: {error}")
            continue
        masks = {p.stem: p for p in files_below(folder / MASKS)} if (folder / MASKS).is_dir() else {}
        for path in files_below(folder):
            if is_photo_name(path) and not path.is_relative_to(folder / MASKS):
                photos.append(PhotoOfClass(path, part, name, masks.get(path.stem)))
    if not photos:
        raise RverError(f"There is no folder with photos in {root}; each class should have a folder of its name.")
    return Dataset(tuple(dict.fromkeys(photo.class_name for photo in photos)), photos, problems)


def _class_folders(root: Path) -> list[tuple[str, Path]]:
    folders = _folders(root)
    parts = [folder for folder in folders if folder.name.lower() in WORDS]
    if not parts:
        return [("", folder) for folder in folders]
    return [(WORDS[part.name.lower()], folder) for part in parts for folder in _folders(part)]


def _folders(place: Path) -> list[Path]:
    try:
        return sorted(path for path in place.iterdir() if path.is_dir() and not path.name.startswith("."))
    except OSError as error:
        raise RverError(f"{place} could not be read ({error.strerror or type(error).__name__}).") from error


CLASS_FOLDERS = ImportFormat(
    name="folders",
    title="Folders of classes (ImageFolder)",
    summary="A folder for each class, perhaps below train and test; the object is what CLASS/masks says, what is not "
    "transparent, or the whole photo.",
    read=read_class_folders,
    images=False,
)
