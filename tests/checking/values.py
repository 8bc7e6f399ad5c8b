"""Small photos and masks for the tests of this room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from rvergui.checking.checking import check
from rvergui.checking.findings import Finding
from rvergui.checking.material import CheckedItem, CheckedPhoto, FileState, Limits
from rvergui.core import Mask

SIZE = (60, 80)


def box(x: int, y: int, w: int, h: int, size: tuple[int, int] = SIZE) -> Mask:
    """A mask of a box."""
    array = np.zeros(size, dtype=bool)
    array[y : y + h, x : x + w] = True
    return Mask.from_array(array)


def photo(name: str, *items: tuple[str | None, Mask], **facts: object) -> CheckedPhoto:
    """A photo with confirmed items called NAME#0, NAME#1, ..."""
    made = tuple(
        CheckedItem(f"{name}#{number}", mask, food, food is not None) for number, (food, mask) in enumerate(items)
    )
    return CheckedPhoto(name, name, facts.pop("size", SIZE), made, **facts)  # type: ignore[arg-type]


class Photos:
    """See ``Material``."""

    title = "photos"

    def __init__(self, photos: Sequence[CheckedPhoto], classes: Sequence[str] = ()) -> None:
        self._photos = photos
        self.classes = classes

    def __len__(self) -> int:
        return len(self._photos)

    def photos(self) -> Iterator[CheckedPhoto]:
        yield from self._photos

    def damage(self) -> Sequence[str]:
        return ()


def found(name: str, *photos: CheckedPhoto, classes: Sequence[str] = (), limits: Limits = Limits()) -> list[Finding]:
    """What one check says."""
    return check(Photos(photos, classes), [name], limits).findings


__all__ = ["SIZE", "FileState", "Photos", "box", "found", "photo"]
