"""From a prompt to a mask in one call, for the command line and scripts."""

from __future__ import annotations

from rvergui.core import Mask, Photo, Prompt
from rvergui.segment.protocol import Segmenter
from rvergui.segment.upsample import candidate_mask


def segment(segmenter: Segmenter, photo: Photo, prompt: Prompt) -> Mask:
    """The mask of the best candidate for ``prompt`` on ``photo``.

    Raises:
        RverError: the prompt asks for nothing inside the photo, or the segmenter could not answer.
    """
    candidates = segmenter.decode(segmenter.encode(photo), prompt)
    return candidate_mask(candidates, candidates.best)
