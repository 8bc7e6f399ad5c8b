"""Data sets in any format that can be imported, to be checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from rvergui.checking.material import CheckedItem, CheckedPhoto, FileState
from rvergui.core import Box, Mask, RverError
from rvergui.core.photo_loading import DEFAULT_PIXEL_LIMIT
from rvergui.interchange.imports.format import ImportFormat, Request
from rvergui.interchange.imports.table import IMPORTS, read_dataset
from rvergui.interchange.labelled_photos import LabelledPhoto

# More sentences about what cannot be used than this are counted.
_MOST_TOLD = 20


class DatasetMaterial:
    """See ``Material``.

    Args:
        form: the format's name, as ``rvergui import`` calls it.
        source: the file or folder.
        images: where the photos are, if not where the format puts them.
        made: a folder for photos that have to be put together.
        pixel_limit: the most pixels of a photo that are opened.

    Raises:
        RverError: there is no such format, or the source is not of it.
    """

    def __init__(
        self, form: str, source: Path, images: Path | None, made: Path, pixel_limit: int = DEFAULT_PIXEL_LIMIT
    ) -> None:
        wanted = import_format(form)
        self._data = read_dataset(wanted, Request(source, images, wanted.options(), made, pixel_limit))
        self._problems = list(self._data.problems)
        self._pixel_limit = pixel_limit
        self.title = f"{source} ({wanted.title})"

    @property
    def classes(self) -> Sequence[str]:
        """See ``Material``."""
        return self._data.classes

    def __len__(self) -> int:
        return len(self._data.photos)

    def damage(self) -> Sequence[str]:
        """See ``Material``; complete once ``photos`` is at its end."""
        more = len(self._problems) - _MOST_TOLD
        return self._problems[:_MOST_TOLD] + ([f"There are {more} more that cannot be used."] if more > 0 else [])

    def photos(self) -> Iterator[CheckedPhoto]:
        """See ``Material``."""
        for number, labelled in enumerate(self._data.photos):
            yield self._photo(labelled, number)

    def _photo(self, labelled: LabelledPhoto, number: int) -> CheckedPhoto:
        name, key = labelled.path.name, f"{number}"
        try:
            opened = labelled.open(self._pixel_limit)
        except RverError as error:
            state = FileState.BROKEN if labelled.path.exists() else FileState.MISSING
            return CheckedPhoto(key, name, None, (), part=labelled.part, state=state, why=str(error))
        self._problems += [words for _, words in opened.left_out if words]
        objects = [*opened.objects, *((food, _filled(box, opened.size)) for food, box in opened.boxes)]
        items = tuple(
            CheckedItem(f"{number}#{place}", mask, food or None, bool(food))
            for place, (food, mask) in enumerate(objects)
        )
        return CheckedPhoto(key, name, opened.size, items, opened.key, opened.key, labelled.part)


def _filled(box: Box, size: tuple[int, int]) -> Mask:
    """All of a box, where nobody has drawn what is in it."""
    x0, y0, x1, y1 = (round(side) for side in (box.x0, box.y0, box.x1, box.y1))
    return Mask.from_crop(np.ones((max(y1 - y0, 0), max(x1 - x0, 0)), dtype=bool), (x0, y0), size)


def import_format(name: str) -> ImportFormat:
    """The format called ``name``.

    Raises:
        RverError: there is none.
    """
    if name not in IMPORTS:
        raise RverError(f"There is no format {name!r}; choose {', '.join(IMPORTS)}.")
    return IMPORTS[name]
