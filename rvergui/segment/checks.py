"""What every backend asks of an embedding and a prompt before it starts to work."""

from __future__ import annotations

from rvergui.core import Prompt, RverError
from rvergui.segment.protocol import Embedding


def check_embedding(embedding: Embedding, signature: str) -> None:
    """Refuse an embedding that another backend, other weights or other settings made.

    Raises:
        RverError: the embedding's signature is not ``signature``.
    """
    if embedding.signature != signature:
        raise RverError(
            f"This photo was encoded for {embedding.signature or 'an unknown segmenter'}, not for {signature}; "
            "encode it again with the segmenter in use."
        )


def usable_prompt(prompt: Prompt, size: tuple[int, int]) -> Prompt:
    """``prompt`` cut to a photo of ``size`` (height, width): at least one positive click or a box is left.

    Raises:
        RverError: nothing is left inside the photo, or only clicks that take away.
    """
    inside = prompt.inside(size)
    if inside.is_empty:
        raise RverError(
            f"No click or box lies inside the photo ({size[1]}x{size[0]} pixels); click on the dish to cut it out."
        )
    if inside.box is None and not any(p.positive for p in inside.points):
        raise RverError("These clicks only take away; click on the dish first, then take parts of it away.")
    return inside
