"""The outline of a COCO annotation as a mask; what is broken is told instead of handed to pycocotools.

pycocotools trusts what it is given: run lengths that end in the middle of a number make it read beyond its buffer, and
coordinates far outside the photo make it reserve gigabytes. So both are looked at before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rvergui.core import Mask, RverError

IntArray = NDArray[np.int64]

# Polygons may reach this much beyond the photo, as a share of its longest side; more is a mistake.
_BEYOND = 1.0


class BrokenOutlineError(RverError):
    """An outline that no mask can be made of; the message says why, in half a sentence."""


class EmptyOutlineError(BrokenOutlineError):
    """An outline that holds no pixel."""


def outline_mask(segmentation: Any, size: tuple[int, int] | None) -> Mask:
    """The mask of an annotation's "segmentation": polygons, uncompressed or compressed run lengths.

    Args:
        segmentation: a list of polygons (flat lists x0, y0, x1, y1, ...; also one alone), or {"size", "counts"}.
        size: (height, width) of the annotated photo; None takes that of the run lengths.

    Raises:
        BrokenOutlineError: what is wrong with it.
    """
    if isinstance(segmentation, dict):
        return _from_run_lengths(segmentation, size)
    if size is None:
        raise BrokenOutlineError("polygons of a photo whose size is not given")
    return _from_polygons(segmentation, size)


def outline_size(segmentation: Any) -> tuple[int, int] | None:
    """The (height, width) that run lengths say they are for; None for anything else."""
    size = segmentation.get("size") if isinstance(segmentation, dict) else None
    if not isinstance(size, list | tuple) or len(size) != 2:
        return None
    if not all(isinstance(side, int) and not isinstance(side, bool) and side > 0 for side in size):
        return None
    return int(size[0]), int(size[1])


def _from_polygons(polygons: Any, size: tuple[int, int]) -> Mask:
    if not isinstance(polygons, list | tuple | np.ndarray) or len(polygons) == 0:
        raise BrokenOutlineError("it is no list of polygons")
    rings = [polygons] if isinstance(polygons[0], int | float | np.floating) else polygons
    checked = [_ring(ring, size) for ring in rings]
    mask = Mask.from_polygons([ring for ring in checked if len(ring) >= 6], size)
    if mask.is_empty:
        raise EmptyOutlineError("its polygons hold no pixel of the photo")
    return mask


def _ring(ring: Any, size: tuple[int, int]) -> list[float]:
    try:
        values = np.asarray(ring, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise BrokenOutlineError("a polygon is not made of numbers") from error
    if values.ndim != 1 or len(values) % 2:
        raise BrokenOutlineError("a polygon is no list of pairs x, y")
    if not np.isfinite(values).all():
        raise BrokenOutlineError("a polygon has coordinates that are no numbers")
    far = max(size) * _BEYOND
    for axis, side in ((values[0::2], size[1]), (values[1::2], size[0])):
        if len(axis) and (axis.min() < -far or axis.max() > side + far):
            raise BrokenOutlineError("a polygon lies far outside the photo")
    flat: list[float] = values.tolist()
    return flat


def _from_run_lengths(rle: dict[str, Any], size: tuple[int, int] | None) -> Mask:
    own = outline_size(rle)
    if own is None:
        raise BrokenOutlineError("its run lengths do not say for what size")
    if size is not None and own != size:
        raise BrokenOutlineError(f"its run lengths are for {own[1]}x{own[0]} pixels, the photo has {size[1]}x{size[0]}")
    counts = rle.get("counts")
    runs = _uncompressed(counts) if isinstance(counts, str | bytes) else _whole_numbers(counts)
    if len(runs) and runs.min() < 0:
        raise BrokenOutlineError("its run lengths are below zero")
    if int(runs.sum()) != own[0] * own[1]:
        raise BrokenOutlineError("its run lengths do not add up to the photo")
    if not runs[1::2].any():
        raise EmptyOutlineError("its run lengths hold no pixel")
    return Mask.from_rle({"size": list(own), "counts": counts if isinstance(counts, str | bytes) else runs.tolist()})


def _whole_numbers(counts: Any) -> IntArray:
    if not isinstance(counts, Sequence | np.ndarray):
        raise BrokenOutlineError("its run lengths are missing")
    try:
        values = np.asarray(counts, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise BrokenOutlineError("its run lengths are not made of numbers") from error
    if values.ndim != 1 or not np.isfinite(values).all() or (values != np.round(values)).any():
        raise BrokenOutlineError("its run lengths are not made of whole numbers")
    if np.abs(values).max(initial=0) > 2**40:
        raise BrokenOutlineError("its run lengths do not add up to the photo")
    return values.astype(np.int64)


def _uncompressed(text: str | bytes) -> IntArray:
    """The runs in COCO's compressed text: numbers in groups of five bits, from the third on differences to the one
    before the last.

    Raises:
        BrokenOutlineError: characters that cannot be in it, or an end within a number.
    """
    try:
        data = text.encode("ascii") if isinstance(text, str) else text
    except UnicodeEncodeError as error:
        raise BrokenOutlineError("its run lengths are damaged") from error
    codes = np.frombuffer(data, dtype=np.uint8).astype(np.int64) - 48
    if len(codes) == 0 or codes.min() < 0 or codes.max() > 63 or codes[-1] & 0x20:
        raise BrokenOutlineError("its run lengths are damaged")
    ends = np.flatnonzero((codes & 0x20) == 0)
    starts = np.concatenate([[0], ends[:-1] + 1])
    place = np.arange(len(codes)) - np.repeat(starts, ends - starts + 1)
    if place.max() > 7:  # no photo is so large
        raise BrokenOutlineError("its run lengths are damaged")
    values = np.add.reduceat((codes & 0x1F) << (5 * place), starts)
    negative = (codes[ends] & 0x10) != 0
    values[negative] -= np.int64(1) << (5 * (place[ends[negative]] + 1))
    values[1::2] = np.cumsum(values[1::2])
    values[2::2] = np.cumsum(values[2::2])
    return values
