"""Boxes as prompts: one mask for each, of a photo that was looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rvergui.core import Mask, Prompt, RverError
from rvergui.core.prompt import Box
from rvergui.segment.protocol import Embedding, Segmenter
from rvergui.segment.refine import answer


def box_masks(segmenter: Segmenter, embedding: Embedding, boxes: Sequence[Box]) -> Iterator[Mask | None]:
    """What ``segmenter`` takes each box for, one after the other; None where it finds nothing."""
    for box in boxes:
        prompt = Prompt(box=box).inside(embedding.size)
        try:
            given = None if prompt.is_empty else answer(segmenter, embedding, prompt)
        except RverError:  # nothing was found in this box
            given = None
        yield given.mask(given.first)[0] if given is not None else None
