"""Index masks: pictures whose pixels are numbers of classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rvergui.core import Mask, RverError
from rvergui.core.photo_loading import DEFAULT_PIXEL_LIMIT
from rvergui.interchange.mask_file import read_mask_picture

BACKGROUND = 0
# Of a class that is split into pieces, smaller ones (in pixels) are crumbs of the annotation.
SMALLEST_PIECE = 100


def read_index_mask(path: Path, pixel_limit: int = DEFAULT_PIXEL_LIMIT) -> NDArray[np.integer]:
    """The numbers (height, width) in an index mask: a palette's indices, or the values of a grey picture.

    A colour picture whose three channels are the same counts as grey: some programs save masks so.

    Raises:
        RverError: it cannot be read, is too large, or holds colours.
    """
    values: NDArray[np.generic] = read_mask_picture(path, pixel_limit, np.asarray, "fetch it again")
    if values.ndim == 3 and values.shape[2] >= 3 and bool((values[..., :1] == values[..., :3]).all()):
        values = values[..., 0]
    if values.dtype == np.bool_:
        values = values.astype(np.uint8)
    if values.ndim != 2 or not np.issubdtype(values.dtype, np.integer):
        raise RverError(
            f"The mask {path.name} in {path.parent} holds colours instead of numbers of classes; give the index masks."
        )
    numbers: NDArray[np.integer] = values.astype(np.int32) if values.dtype.itemsize > 1 else values.astype(np.uint8)
    return numbers


def numbers_in(values: NDArray[np.integer]) -> list[int]:
    """The numbers but the background's that occur, rising."""
    there = np.flatnonzero(np.bincount(values.reshape(-1))) if values.dtype == np.uint8 else np.unique(values)
    return [int(number) for number in there if number != BACKGROUND]


def objects_of(
    values: NDArray[np.integer], names: Mapping[int, str], pieces: bool = False
) -> Iterator[tuple[str, Mask]]:
    """Class name and mask of each object, in the order of the numbers.

    Args:
        values: (height, width).
        names: number -> class; numbers without a name are passed over. Numbers of the same name make one object.
        pieces: each connected part is an object of its own, the largest first; crumbs are dropped unless there is
            nothing else. Otherwise a class is one object, as published.
    """
    by_name: dict[str, list[int]] = {}
    for number in numbers_in(values):
        if number in names:
            by_name.setdefault(names[number], []).append(number)
    for name, numbers in by_name.items():
        inside = values == numbers[0] if len(numbers) == 1 else np.isin(values, numbers)
        rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
        y, x = int(rows[0]), int(columns[0])
        crop = inside[y : int(rows[-1]) + 1, x : int(columns[-1]) + 1]
        for part in connected_parts(crop) if pieces else [crop]:
            yield name, Mask.from_crop(part, (x, y), (int(values.shape[0]), int(values.shape[1])))


def connected_parts(inside: NDArray[np.bool_], smallest: int = SMALLEST_PIECE) -> list[NDArray[np.bool_]]:
    """The parts of ``inside`` that hang together, corners included, the largest first, each of the same shape.

    Parts of fewer than ``smallest`` pixels are dropped, but never all of them.
    """
    import cv2

    count, labels, stats, _ = cv2.connectedComponentsWithStats(np.ascontiguousarray(inside, dtype=np.uint8))
    areas = stats[:, cv2.CC_STAT_AREA]
    order = sorted(range(1, count), key=lambda part: (-int(areas[part]), part))
    kept = [part for part in order if areas[part] >= smallest] or order[:1]
    return [np.asarray(labels == part) for part in kept]
