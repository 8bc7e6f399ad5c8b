"""Index masks of any program: pictures whose pixels are numbers of classes, and a list that names them."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import Field

from rvergui.core import RverError
from rvergui.core.taxonomy import clean_class_name
from rvergui.interchange.foodseg103 import CATEGORIES, MASKS, PHOTOS, read_categories
from rvergui.interchange.imports.foodseg103 import PieceOptions, SentencedPhoto, read_layout
from rvergui.interchange.imports.format import Dataset, ImportFormat, Request
from rvergui.interchange.imports.limits import folder_or_parent, read_text
from rvergui.interchange.imports.photos_by_name import PhotosByName, files_below, part_of

_LISTS = (CATEGORIES, "classes.txt", "class_names.txt", "labels.txt", "labelmap.txt")
_MASK_SUFFIXES = (".png", ".bmp", ".tif", ".tiff")
_MASK_FOLDERS = ("masks", "ann_dir", "annotations", "labels", "SegmentationClass", "ann")
_PHOTO_FOLDERS = ("images", "img_dir", "photos", "JPEGImages", "img")
_FROM_ZERO = ("background", "_background_", "__background__", "__ignore__", "void", "unlabeled")


class IndexMaskOptions(PieceOptions):
    """Where the classes are named."""

    classes: str = Field(
        "",
        title="List of classes",
        description="A text file: “number, tab, name” a line, or a name a line from number 1 on (from 0 if the first "
        "is the background); looked for beside the masks.",
    )


def read_index_masks(request: Request) -> Dataset:
    """The masks of a folder with the photos of the same name."""
    root = folder_or_parent(request.source, "the folder of the masks")
    options = request.options
    given = options.classes if isinstance(options, IndexMaskOptions) else ""
    if any((place / PHOTOS).is_dir() and (place / MASKS).is_dir() for place in (root, root / "Images")) and not given:
        return read_layout(request)
    masks_root = next((root / name for name in _MASK_FOLDERS if (root / name).is_dir()), root)
    photos_root = request.images or next((root / n for n in _PHOTO_FOLDERS if (root / n).is_dir()), root.parent)
    names = class_numbers(Path(given) if given else _list_near(root, masks_root))
    pieces = isinstance(options, IndexMaskOptions) and options.pieces
    photos = PhotosByName(photos_root)
    found: list[SentencedPhoto] = []
    problems: list[str] = []
    for mask in files_below(masks_root, _MASK_SUFFIXES):
        relative = mask.relative_to(masks_root)
        path = photos.at(relative.with_suffix("").as_posix()) or photos.called(mask.stem)
        if path is None or path == mask:
            problems.append(f"{mask}: there is no photo of that name in {photos_root}, or several.")
        else:
            found.append(SentencedPhoto(path, mask, part_of(relative), names, pieces))
    if not found:
        raise RverError(
            f"There is no mask with a photo of the same name; masks were looked for in {masks_root} and photos in "
            f"{photos_root}."
        )
    return Dataset(tuple(dict.fromkeys(names.values())), found, problems)


def _list_near(root: Path, masks_root: Path) -> Path:
    for folder in (root, masks_root, root.parent):
        for name in _LISTS:
            if (folder / name).is_file():
                return folder / name
    raise RverError(
        f"There is no list of classes in {root} ({', '.join(_LISTS)}); give one, it says which number is which."
    )


def class_numbers(file: Path) -> dict[int, str]:
    """Number -> class of a list.

    Raises:
        RverError: it cannot be read, or a line is no class; the sentence names the line.
    """
    lines = read_text(file).splitlines()
    if all(re.match(r"\s*[0-9]{1,9}[\t ,:]", line) for line in lines if line.strip()):
        return read_categories(file)
    # CVAT writes name:red,green,blue:parts:actions, with a comment at the top
    plain = [re.sub(r":[0-9, ]*:.*$", "", line).strip() for line in lines if line.strip() and not line.startswith("#")]
    first = 0 if plain and plain[0].lower() in _FROM_ZERO else 1
    names: dict[int, str] = {}
    for number, name in enumerate(plain, start=first):
        if number == 0:
            continue
        try:
            names[number] = clean_class_name(name)
        except RverError as error:
            raise RverError(f"{file}, class {number}: {error}") from error
    if not names:
        raise RverError(f"{file} names no class; write a name a line.")
    return names


INDEX_MASKS = ImportFormat(
    name="index-masks",
    title="Index masks",
    summary="PNGs whose pixels are numbers of classes, a list of the classes, and the photos of the same names.",
    read=read_index_masks,
    options=IndexMaskOptions,
)
