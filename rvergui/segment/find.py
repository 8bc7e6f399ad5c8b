"""From a prompt, or from nothing, to masks in one call, for the command line and scripts."""

from __future__ import annotations

from rvergui.core import Mask, Photo, Prompt
from rvergui.segment.answers import look
from rvergui.segment.proposal import Proposal
from rvergui.segment.protocol import Embedding, Segmenter
from rvergui.segment.refine import answer


def segment(segmenter: Segmenter, photo: Photo, prompt: Prompt) -> Mask:
    """The mask that the window would show first for ``prompt`` on ``photo``.

    Raises:
        RverError: the prompt asks for nothing inside the photo, or the segmenter could not answer.
    """
    given = answer(segmenter, look(segmenter, photo), prompt)
    mask, _ = given.mask(given.first)
    return mask


def everything(segmenter: Segmenter, embedding: Embedding) -> list[Proposal]:
    """What a search for everything has found at its end, the most certain first; see ``find_all``.

    Raises:
        RverError: the segmenter answers nothing at all.
    """
    from rvergui.segment.find_all import find_all

    shown: dict[int, Proposal] = {}
    for step in find_all(segmenter, embedding):
        for number in step.gone:
            shown.pop(number, None)
        shown.update((proposal.number, proposal) for proposal in step.found)
    found = (proposal for proposal in shown.values() if not proposal.mask.is_empty)
    return sorted(found, key=lambda proposal: (-proposal.score, proposal.number))
