"""What an 8-bit image encoder of the SAM family is calibrated with and judged by."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rvergui.core import Photo, RverError
from rvergui.runtime.openvino_job import Arrays, Calibration, Runner
from rvergui.segment.sam_frame import SamFrame
from rvergui.segment.sam_halves import ADDS, FloatArray, SamPrompts
from rvergui.segment.sam_openvino import OpenVinoDecoder

# Clicks on a regular grid that stays off the photo's edge.
_CLICKS = (0.2, 0.5, 0.8)
_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".heic", ".tif", ".tiff", ".bmp"})


def sam_calibration(info: Mapping[str, Any], photos: str | None = None) -> Calibration:
    """Photos of a folder, or rendered meals; compared by features and by the masks of nine clicks.

    Args:
        info: what was remembered of the network at 32 bit.
        photos: a folder; None renders meals.
    """
    source = _rendered if photos is None else _of_folder(Path(photos))

    def samples(count: int, passed: int) -> Iterator[Arrays]:
        for photo in islice(source(), passed, passed + count):
            yield {"pixels": SamFrame(photo.size, int(info["image_size"]), int(info["grid"])).pixels(photo.pixels)}

    return Calibration("encoder", samples, partial(compare, no_mask=info["no_mask"]))


def compare(
    wide: Mapping[str, Runner], narrow: Mapping[str, Runner], inputs: Arrays, no_mask: Sequence[float]
) -> dict[str, float]:
    """The cosine of the features, and the mean agreement (IoU) of the best masks of nine clicks.

    Args:
        wide: the graphs at 32 bit.
        narrow: the same with an encoder at 8 bit.
        inputs: "pixels" of one photo.
        no_mask: as ``OpenVinoDecoder``.
    """
    features = wide["encoder"](inputs)["features"]
    other = narrow["encoder"](inputs)["features"]
    decoder = OpenVinoDecoder(wide["decoder"], wide["mask_prompt"], no_mask)
    agreement = [_agreement(decoder, features, other, place, inputs["pixels"]) for place in _places(inputs["pixels"])]
    return {"features": cosine(features, other), "masks": float(np.mean(agreement))}


def cosine(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """The mean over cells of the cosine between two feature maps (1, channels, cells, cells)."""
    product = (one * other).sum(axis=1)
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return float((product / np.maximum(lengths, 1e-12)).mean())


def _agreement(
    decoder: OpenVinoDecoder, one: FloatArray, other: FloatArray, place: tuple[float, float], pixels: FloatArray
) -> float:
    """How far the masks agree that a click at ``place`` gives with the two features, inside the photo."""
    labels = np.full((1, 1), ADDS, dtype=np.int32)
    prompts = SamPrompts(points=np.array([[place]], dtype=np.float32), labels=labels, several=True)
    (first, scores), (second, _) = decoder(one, prompts), decoder(other, prompts)
    best = int(np.argmax(scores[0]))
    height, width = _photo_in_square(pixels)
    rows, columns = (-(-length * first.shape[-1] // pixels.shape[-1]) for length in (height, width))
    return _iou(first[0, best, :rows, :columns] > 0, second[0, best, :rows, :columns] > 0)


def _places(pixels: FloatArray) -> list[tuple[float, float]]:
    height, width = _photo_in_square(pixels)
    return [(x * width, y * height) for y in _CLICKS for x in _CLICKS]


def _photo_in_square(pixels: FloatArray) -> tuple[int, int]:
    """(height, width) of what is not padding: the padding is exactly zero."""
    there = np.abs(pixels[0]).max(axis=0) > 0
    rows, columns = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    return (int(rows[-1]) + 1, int(columns[-1]) + 1) if rows.size else pixels.shape[-2:]


def _iou(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    union = np.count_nonzero(one | other)
    return float(np.count_nonzero(one & other) / union) if union else 1.0


def _rendered() -> Iterator[Photo]:
    from rvergui.samples import render_meal

    seed = 0
    while True:
        yield Photo.from_array(render_meal(seed).pixels)
        seed += 1


def _of_folder(folder: Path) -> Callable[[], Iterator[Photo]]:
    from rvergui.core.photo_loading import load_photo
    from rvergui.runtime.settings import Settings

    limit = Settings().pixel_limit
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES)

    def photos() -> Iterator[Photo]:
        for path in files:
            try:
                yield load_photo(path, limit)
            except RverError:
                continue  # what cannot be opened teaches nothing

    return photos
