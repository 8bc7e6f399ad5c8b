"""Masks for objects of which only a box is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from rvergui.core import Mask
from rvergui.core.photo_loading import DEFAULT_PIXEL_LIMIT, load_photo
from rvergui.core.prompt import Box
from rvergui.segment.answers import look
from rvergui.segment.boxes import box_masks
from rvergui.segment.protocol import Segmenter


class BoxCutter(Protocol):
    """Makes masks of boxes."""

    @property
    def drawn_by(self) -> str:
        """What drew the masks that were made last, for their provenance; "" where the boxes are taken as they are.

        What a machine drew waits to be confirmed.
        """
        ...

    def __call__(self, path: Path, boxes: Sequence[Box]) -> Sequence[Mask | None]:
        """Masks for boxes on the photo in a file, of the photo's size; None where nothing was found.

        Raises:
            Cancelled: the import is to end; the photo at hand is left out.
            RverError: the photo's boxes cannot be cut out; its other objects come in.
        """
        ...


class Segmenting:
    """Gives each box to a segmenter as a prompt; the photo is encoded once.

    Args:
        create: makes the segmenter when the first box needs it: most data sets have none.
        pixel_limit: the most pixels of a photo that are opened.
    """

    def __init__(self, create: Callable[[], Segmenter], pixel_limit: int = DEFAULT_PIXEL_LIMIT) -> None:
        self._create, self._pixel_limit = create, pixel_limit
        self._segmenter: Segmenter | None = None

    @property
    def drawn_by(self) -> str:
        """See ``BoxCutter``."""
        return self._segmenter.description if self._segmenter is not None else "a segmenter"

    def __call__(self, path: Path, boxes: Sequence[Box]) -> Sequence[Mask | None]:
        """See ``BoxCutter``."""
        if self._segmenter is None:
            self._segmenter = self._create()
        seen = look(self._segmenter, load_photo(path, self._pixel_limit))
        return list(box_masks(self._segmenter, seen, boxes))


class AsRectangles:
    """Takes each box as it is."""

    drawn_by = ""

    def __init__(self, pixel_limit: int = DEFAULT_PIXEL_LIMIT) -> None:
        self._pixel_limit = pixel_limit

    def __call__(self, path: Path, boxes: Sequence[Box]) -> Sequence[Mask | None]:
        """See ``BoxCutter``."""
        return rectangles(load_photo(path, self._pixel_limit).size, boxes)


def rectangles(size: tuple[int, int], boxes: Iterable[Box]) -> list[Mask]:
    """The boxes themselves as masks of a photo of ``size`` (height, width)."""
    masks = []
    for box in boxes:
        array = np.zeros(size, dtype=np.uint8)
        array[round(max(box.y0, 0)) : round(max(box.y1, 0)), round(max(box.x0, 0)) : round(max(box.x1, 0))] = 1
        masks.append(Mask.from_array(array))
    return masks
