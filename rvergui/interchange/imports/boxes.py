"""Masks for objects of which only a box is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from rvergui.core import Mask, Prompt, RverError
from rvergui.core.photo_loading import DEFAULT_PIXEL_LIMIT, load_photo
from rvergui.core.prompt import Box
from rvergui.interchange.imports.run import BoxCutter, rectangles
from rvergui.segment.answers import look
from rvergui.segment.protocol import Segmenter
from rvergui.segment.refine import answer


def segmenting(segmenter: Segmenter, pixel_limit: int = DEFAULT_PIXEL_LIMIT) -> BoxCutter:
    """A cutter that gives each box to ``segmenter`` as a prompt; the photo is encoded once."""

    def cut(path: Path, boxes: Sequence[Box]) -> Sequence[Mask | None]:
        photo = load_photo(path, pixel_limit)
        seen = look(segmenter, photo)
        masks: list[Mask | None] = []
        for box in boxes:
            prompt = Prompt(box=box).inside(photo.size)
            try:
                given = None if prompt.is_empty else answer(segmenter, seen, prompt)
            except RverError:  # nothing was found in this box
                given = None
            masks.append(given.mask(given.first)[0] if given is not None else None)
        return masks

    return cut


def segmenting_later(create: Callable[[], Segmenter], pixel_limit: int = DEFAULT_PIXEL_LIMIT) -> BoxCutter:
    """The same with a segmenter that is made when the first box needs it: most data sets have none."""
    made: list[BoxCutter] = []

    def cut(path: Path, boxes: Sequence[Box]) -> Sequence[Mask | None]:
        if not made:
            made.append(segmenting(create(), pixel_limit))
        return made[0](path, boxes)

    return cut


def as_rectangles(pixel_limit: int = DEFAULT_PIXEL_LIMIT) -> BoxCutter:
    """A cutter that takes each box as it is."""

    def cut(path: Path, boxes: Sequence[Box]) -> Sequence[Mask | None]:
        return rectangles(load_photo(path, pixel_limit).size, boxes)

    return cut
