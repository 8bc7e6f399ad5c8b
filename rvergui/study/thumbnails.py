"""Little pictures of objects, out of what was cut for the network: no photo is opened again. No torch here."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from rvergui.rvernet.view_layers import Layer, Pixels

HEIGHT = 116
WIDEST = 2.2
_AROUND = 0.2
_QUALITY = 84
# What is not the object is shown with so much of its light.
_DIMMED = 0.5


def thumbnail(layer: Layer, close: bool, height: int = HEIGHT) -> bytes:
    """A JPEG of ``height`` pixels: the object with a little around it, or the whole picture, the object lit."""
    picture, cover = layer.picture, layer.cover
    share = cover.astype(np.float32)[..., None] / 255.0
    lit = (picture * (_DIMMED + (1.0 - _DIMMED) * share)).round().astype(np.uint8) if share.any() else picture
    part = _around(lit, cover) if close else lit
    part = np.ascontiguousarray(part)
    width = max(round(part.shape[1] * height / part.shape[0]), 1)
    small = Image.fromarray(part).resize((width, height), Image.Resampling.LANCZOS)
    stream = io.BytesIO()
    small.save(stream, "JPEG", quality=_QUALITY)
    return stream.getvalue()


def _around(picture: Pixels, cover: np.ndarray) -> Pixels:
    """The box of what is covered with some margin, not narrower nor wider than a thumbnail should be."""
    rows, columns = np.flatnonzero(cover.any(axis=1)), np.flatnonzero(cover.any(axis=0))
    if not rows.size:
        return picture
    tall, wide = float(rows[-1] - rows[0] + 1), float(columns[-1] - columns[0] + 1)
    margin = _AROUND * max(tall, wide)
    tall, wide = tall + 2 * margin, wide + 2 * margin
    tall, wide = max(tall, wide / WIDEST), max(wide, tall / WIDEST)
    middle = (rows[0] + rows[-1] + 1) / 2, (columns[0] + columns[-1] + 1) / 2
    (top, bottom), (left, right) = (
        (max(round(centre - length / 2), 0), min(round(centre + length / 2), limit))
        for centre, length, limit in zip(middle, (tall, wide), picture.shape[:2], strict=True)
    )
    return picture[top:bottom, left:right]
