"""From a prompt to a mask in one call, for the command line and scripts."""

from __future__ import annotations

from rvergui.core import Mask, Photo, Prompt
from rvergui.segment.answers import look
from rvergui.segment.protocol import Segmenter
from rvergui.segment.refine import answer


def segment(segmenter: Segmenter, photo: Photo, prompt: Prompt) -> Mask:
    """The mask that the window would show first for ``prompt`` on ``photo``.

    Raises:
        RverError: the prompt asks for nothing inside the photo, or the segmenter could not answer.
    """
    given = answer(segmenter, look(segmenter, photo), prompt)
    mask, _ = given.mask(given.first)
    return mask
