"""Folders of photos of one class each: the paper's ketchup and chili paste, and whatever else people collect.

A folder may hold photos, photos with masks beside them, or the two views as pairs, and may be divided into train and
test.

    DIR/*.jpg                            photos; the whole photo is the object ...
    DIR/masks/*.png                      ... unless there is a mask of the same name
    DIR/{train,test}/...                 the same, divided as published
    DIR/{train,test}/{roi,extra-roi}/... pairs, in a folder named after the class or not
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from rvergui.core import Mask, RverError
from rvergui.core.photo_loading import is_photo_name, load_photo
from rvergui.core.split import split_by_photo
from rvergui.core.taxonomy import clean_class_name
from rvergui.interchange.class_folders_pairs import PairedPhoto
from rvergui.interchange.labelled_photos import Opened, opened
from rvergui.interchange.mask_file import read_mask_file
from rvergui.interchange.pairs_layout import EXTRA, ROI
from rvergui.interchange.photo_parts import PARTS
from rvergui.interchange.safe_names import encode_name

MASKS = "masks"
DEFAULT_TEST_SHARE = 1 / 3
"""About what the paper holds out of its two extra classes (38 of 107 and 34 of 106)."""


@dataclass(frozen=True)
class ClassPhoto:
    """A photo of one object; see ``LabelledPhoto``.

    Attributes:
        path: the photo.
        part: "train" or "test".
        class_name: what the object is.
        mask: the file of its mask; None: the whole photo is the object.
    """

    path: Path
    part: str
    class_name: str
    mask: Path | None = None

    def open(self, pixel_limit: int) -> Opened:
        """See ``LabelledPhoto.open``."""
        photo = load_photo(self.path, pixel_limit)
        if self.mask is None:
            mask = Mask.from_array(np.ones(photo.size, dtype=bool))
        else:
            mask = read_mask_file(self.mask, photo.size, pixel_limit)
        return opened(photo, [(self.class_name, mask)])


FolderPhoto = ClassPhoto | PairedPhoto


def parse_extra(text: str) -> tuple[str, Path]:
    """``NAME=FOLDER`` as typed.

    Raises:
        RverError: it is something else.
    """
    name, mark, folder = text.partition("=")
    if not mark or not folder.strip():
        raise RverError(f"“{text}” does not say which class is in which folder; write ketchup=photos/ketchup.")
    return clean_class_name(name), Path(folder.strip())


def read_class_folder(
    class_name: str,
    folder: Path,
    made: Path,
    test_share: float = DEFAULT_TEST_SHARE,
    seed: int = 0,
) -> list[FolderPhoto]:
    """The photos of ``class_name`` in ``folder``; none is opened.

    Args:
        class_name: what is on all of them.
        folder: see this module.
        made: where photos go that have to be put together from pairs.
        test_share: how many photos are held out, where the folder is not divided.
        seed: of that choice.

    Raises:
        RverError: there is no such folder, or no photo in it.
    """
    if not folder.is_dir():
        what = "is a file; give the folder" if folder.exists() else "is no folder; check the path"
        raise RverError(f"{folder} {what} of the photos of {class_name}.")
    divided = [part for part in PARTS if (folder / part).is_dir()]
    places = [(part, folder / part) for part in divided] if divided else [(None, folder)]
    photos: list[FolderPhoto] = []
    try:
        for part, place in places:
            pairs = list(_pairs(class_name, place, part, made))
            photos.extend(pairs or _photos(class_name, folder, place, part))
    except OSError as error:
        raise RverError(f"{folder} could not be read ({error.strerror or type(error).__name__}).") from error
    if not photos:
        raise RverError(f"There is no photo in {folder}; put the photos of {class_name} there.")
    return photos if divided else _divided(photos, class_name, test_share, seed)


def _photos(class_name: str, folder: Path, place: Path, part: str | None) -> Iterator[ClassPhoto]:
    masks: dict[str, Path] = {}
    for beside in (folder / MASKS, place / MASKS, folder / MASKS / place.name):  # the last found is the nearest
        if beside.is_dir():
            masks.update({mask.stem: mask for mask in _pictures(beside)})
    for path in _pictures(place):
        yield ClassPhoto(path, part or PARTS[0], class_name, masks.get(path.stem))


def _pairs(class_name: str, place: Path, part: str | None, made: Path) -> Iterator[PairedPhoto]:
    """Pairs below ``place``, in folders of the class or not."""
    if not ((place / ROI).is_dir() and (place / EXTRA).is_dir()):
        return
    below = [name for name in (encode_name(class_name), class_name, "") if (place / ROI / name).is_dir()]
    roi_folder, extra_folder = place / ROI / below[0], place / EXTRA / below[0]
    extras = {path.stem: path for path in _pictures(extra_folder)} if extra_folder.is_dir() else {}
    for roi in _pictures(roi_folder):
        if roi.stem not in extras:
            raise RverError(f"{roi.name} is in {roi_folder} but not in {extra_folder}; a pair needs both.")
        name = f"{part}-{roi.stem}" if part else roi.stem
        path = made / encode_name(class_name) / f"{encode_name(name)}.png"
        yield PairedPhoto(path, part or PARTS[0], class_name, roi, extras[roi.stem])


def _pictures(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if is_photo_name(path) and path.is_file())


def _divided(photos: list[FolderPhoto], class_name: str, share: float, seed: int) -> list[FolderPhoto]:
    """``photos`` with about ``share`` of them in the test part."""
    if share <= 0:
        return photos
    held = split_by_photo({photo.path.name: [class_name] for photo in photos}, share, seed)
    return [replace(photo, part="test") if photo.path.name in held else photo for photo in photos]
