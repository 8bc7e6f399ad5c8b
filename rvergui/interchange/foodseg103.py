"""FoodSeg103 as it is published: ``Images/{img_dir,ann_dir}/{train,test}`` with index masks, and ``category_id.txt``.

Wu et al., "A Large-Scale Benchmark for Food Image Segmentation", 2021. The RveRNet paper cuts its pairs from it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rvergui.core import Mask, RverError
from rvergui.core.photo_loading import is_photo_name, is_sideways, load_photo, stored_orientation
from rvergui.core.taxonomy import clean_class_name
from rvergui.interchange.foodseg103_masks import BACKGROUND, numbers_in, objects_of, read_index_mask
from rvergui.interchange.labelled_photos import Opened, opened
from rvergui.interchange.photo_parts import PARTS
from rvergui.interchange.turning import turned

NAME = "FoodSeg103"
CATEGORIES = "category_id.txt"
PHOTOS, MASKS = "img_dir", "ann_dir"
_MASK_SUFFIXES = (".png", ".PNG", ".bmp", ".tif", ".tiff")

LEFT_OUT: dict[str, tuple[str, str, str]] = {
    "unknown": ("mask", "masks", f"holds a number that {CATEGORIES} does not name, which was passed over"),
    "turned": ("photo", "photos", "turned by EXIF: the mask was turned with the photo"),
    "empty": ("photo", "photos", "without any food in the mask"),
}
"""What may have to be said, in words for ``Tally.sentences``."""


@dataclass(frozen=True)
class IndexedPhoto:
    """A photo and its index mask; see ``LabelledPhoto``.

    Attributes:
        path: the photo.
        mask: its index mask.
        part: "train" or "test".
        names: number -> class.
        pieces: whether each connected part is an object of its own.
    """

    path: Path
    mask: Path
    part: str
    names: dict[int, str] = field(repr=False)
    pieces: bool = False

    def open(self, pixel_limit: int) -> Opened:
        """See ``LabelledPhoto.open``."""
        photo = load_photo(self.path, pixel_limit)
        values = read_index_mask(self.mask, pixel_limit)
        size = (int(values.shape[0]), int(values.shape[1]))
        unknown = [number for number in numbers_in(values) if number not in self.names]
        left_out = [("unknown", f"{self.mask.name} with {unknown[0]}")] if unknown else []
        objects = list(objects_of(values, self.names, self.pieces))
        if size != photo.size:
            objects = self._turned(objects, size, photo.size)
            left_out.append(("turned", self.path.name))
        if not objects:
            left_out.append(("empty", self.path.name))
        return opened(photo, objects, left_out)

    def _turned(
        self, objects: Sequence[tuple[str, Mask]], size: tuple[int, int], upright: tuple[int, int]
    ) -> list[tuple[str, Mask]]:
        """The masks as they lie on the upright photo, if they were drawn on the photo as it is stored."""
        orientation = stored_orientation(self.path)
        if not is_sideways(orientation) or size != upright[::-1]:
            raise RverError(
                f"The mask {self.mask.name} in {self.mask.parent} is {size[1]}x{size[0]} pixels and its photo "
                f"{upright[1]}x{upright[0]}; fetch the two again."
            )
        return [(name, turned(mask, orientation)) for name, mask in objects]


@dataclass(frozen=True)
class FoodSeg103:
    """The data set, not yet opened.

    Attributes:
        names: number -> class, in the order of the numbers.
        photos: train first, by name.
        problems: a sentence for each photo without mask and each mask without photo.
    """

    names: dict[int, str]
    photos: tuple[IndexedPhoto, ...]
    problems: tuple[str, ...] = ()

    @property
    def classes(self) -> list[str]:
        """The class names in the order of their numbers, each once."""
        return list(dict.fromkeys(self.names.values()))


def read_foodseg103(folder: Path, pieces: bool = False) -> FoodSeg103:
    """Which photos and masks there are; nothing but ``category_id.txt`` is opened.

    Args:
        folder: the unpacked data set, or the folder Images in it.
        pieces: each connected part of a class is an object; otherwise a class is one object a photo, as published.

    Raises:
        RverError: it is no such folder, or ``category_id.txt`` is broken.
    """
    images = _images(folder)
    names = _names(images)
    photos: list[IndexedPhoto] = []
    problems: list[str] = []
    for part in PARTS:
        found, wrong = _part(images, part, names, pieces)
        photos.extend(found)
        problems.extend(wrong)
    if not photos:
        raise RverError(f"There is no photo with a mask in {images}; {problems[0] if problems else 'unpack it again.'}")
    return FoodSeg103(names, tuple(photos), tuple(problems))


def _images(folder: Path) -> Path:
    """The folder that holds img_dir and ann_dir: ``folder``, its Images, or those of the folder FoodSeg103 in it."""
    if not folder.is_dir():
        what = "is a file; give the folder" if folder.exists() else "is no folder; check the path"
        raise RverError(f"{folder} {what} of the unpacked data set {NAME}.")
    for place in (folder / "Images", folder, folder / NAME / "Images"):
        if (place / PHOTOS).is_dir() and (place / MASKS).is_dir():
            return place
    raise RverError(
        f"{folder} is not {NAME}: it should hold Images/{PHOTOS} and Images/{MASKS}, each with train and test."
    )


def _names(images: Path) -> dict[int, str]:
    for file in (images.parent / CATEGORIES, images / CATEGORIES):
        if file.is_file():
            return read_categories(file)
    raise RverError(f"There is no {CATEGORIES} in {images.parent}; unpack {NAME} again, it says which number is which.")


def read_categories(file: Path) -> dict[int, str]:
    """Number -> class of a ``category_id.txt``: ``id<TAB>name`` a line; the background (0) is left out.

    Raises:
        RverError: it cannot be read, or a line is something else; the sentence names the line.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise RverError(f"{file} could not be read ({error.strerror or type(error).__name__}).") from error
    except UnicodeDecodeError as error:
        raise RverError(f"{file} is no UTF-8 text; save it as UTF-8 and try again.") from error
    names: dict[int, str] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        found = re.fullmatch(r"\s*([0-9]{1,9})[\t ,:]\s*(\S.*?)\s*", line.rstrip("\r"))
        if found is None:
            raise RverError(f"Line {number} of {file.name} is no number and name; write them with a tab between.")
        key = int(found[1])
        if key in names:
            raise RverError(f"The number {key} is in {file.name} twice, the second time on line {number}; correct it.")
        try:
            names[key] = clean_class_name(found[2])
        except RverError as error:
            raise RverError(f"Line {number} of {file.name}: {error}") from error
    names.pop(BACKGROUND, None)
    if not names:
        raise RverError(f"{file} names no class; it should hold a number, a tab and a name a line.")
    return dict(sorted(names.items()))


def _part(images: Path, part: str, names: dict[int, str], pieces: bool) -> tuple[list[IndexedPhoto], list[str]]:
    photos, masks = _files(images / PHOTOS / part), _files(images / MASKS / part)
    found = {stem: path for stem, path in photos.items() if is_photo_name(path)}
    drawn = {stem: path for stem, path in masks.items() if path.suffix in _MASK_SUFFIXES}
    both = [IndexedPhoto(found[stem], drawn[stem], part, names, pieces) for stem in sorted(found) if stem in drawn]
    alone = [
        f"{found[stem].name} in {part} has no mask in {MASKS}/{part}." for stem in sorted(found) if stem not in drawn
    ]
    alone += [
        f"{drawn[stem].name} in {part} has no photo in {PHOTOS}/{part}." for stem in sorted(drawn) if stem not in found
    ]
    return both, alone


def _files(folder: Path) -> dict[str, Path]:
    """The files in ``folder`` by their name without suffix; none if there is no such folder."""
    if not folder.is_dir():
        return {}
    try:
        return {
            path.stem: path for path in sorted(folder.iterdir()) if not path.name.startswith(".") and path.is_file()
        }
    except OSError as error:
        raise RverError(f"{folder} could not be read ({error.strerror or type(error).__name__}).") from error
