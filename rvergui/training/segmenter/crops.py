"""From a scene to what the network trains on: a square crop, a few regions in it, and how the clicking begins."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from rvergui.training.segmenter.scenes import Pixels, Scene

BoolArray = NDArray[np.bool_]

# The truth is kept at half the picture's resolution: twice as fine as what the network answers.
TRUTH_STEP = 2
_SMALLEST = 0.0012  # of the crop's area
_LARGEST = 0.85


@dataclass(frozen=True)
class Crop:
    """A training picture.

    Attributes:
        picture: (side, side, 3) uint8.
        truths: (objects, side/2, side/2) uint8, 1 inside.
        drafts: (objects, side/4, side/4) float32, the mask that a coarser look gave, probabilities; 0 without one.
        boxes: (objects, 4) float32 x0, y0, x1, y1 in fine cells; not a number where the object is clicked, not boxed.
    """

    picture: Pixels = field(repr=False)
    truths: NDArray[np.uint8] = field(repr=False)
    drafts: NDArray[np.float32] = field(repr=False)
    boxes: NDArray[np.float32] = field(repr=False)


def crop(scene: Scene, side: int, objects: int, dice: np.random.Generator) -> Crop | None:
    """A random view of ``scene`` with ``objects`` of its regions; None if no region is of a useful size in it."""
    weights = np.array([weight for _, _, weight in scene.regions])
    chosen = int(dice.choice(len(weights), p=weights / weights.sum()))
    mask = scene.mask(chosen)
    window = _window(mask, dice)
    matrix = _matrix(window, side, dice)
    picture = _looked_at(scene.picture, matrix, side)
    picture = _other_light(picture, dice)
    truths: list[NDArray[np.uint8]] = []
    order = [chosen, *(int(i) for i in dice.choice(len(weights), min(len(weights), 8), False, weights / weights.sum()))]
    seen: set[int] = set()
    for region in order:
        if region in seen:
            continue
        seen.add(region)
        truth = _warped(scene.mask(region) if region != chosen else mask, matrix, side)
        if _SMALLEST <= float(truth.mean()) <= _LARGEST and truth.sum() >= 12:
            truths.append(truth)
        if len(truths) == objects:
            break
    if not truths:
        return None
    while len(truths) < objects:
        truths.append(truths[int(dice.integers(len(truths)))])
    zoomed = bool(truths[0].mean() > 0.08)
    drafts = [_draft(truth, side // 4, dice, 0.4 if zoomed else 0.12) for truth in truths]
    boxes = [_box(truth, dice) if dice.random() < 0.1 else np.full(4, np.nan, np.float32) for truth in truths]
    return Crop(picture, np.stack(truths), np.stack(drafts), np.stack(boxes))


def _window(mask: NDArray[np.uint8], dice: np.random.Generator) -> tuple[float, float, float]:
    """Centre x, centre y and side in picture pixels: the whole picture, or a closer look at the object."""
    height, width = mask.shape
    longest = float(max(height, width))
    if dice.random() < 0.45:
        side = longest * float(dice.uniform(0.7, 1.1))
        slack_x, slack_y = max(width - side, 0) / 2, max(height - side, 0) / 2
        x = width / 2 + float(dice.uniform(-1, 1)) * (slack_x + 0.06 * side)
        y = height / 2 + float(dice.uniform(-1, 1)) * (slack_y + 0.06 * side)
        return x, y, side
    columns, rows = np.flatnonzero(mask.any(0)), np.flatnonzero(mask.any(1))
    x0, x1, y0, y1 = columns[0], columns[-1] + 1, rows[0], rows[-1] + 1
    extent = float(max(x1 - x0, y1 - y0))
    side = float(np.clip(extent * np.exp(dice.uniform(np.log(1.15), np.log(3.5))), 48, 1.2 * longest))
    room = max(side - extent, 0) / 2
    x = (x0 + x1) / 2 + float(dice.uniform(-0.9, 0.9)) * room
    y = (y0 + y1) / 2 + float(dice.uniform(-0.9, 0.9)) * room
    return _mostly_inside(x, side, width), _mostly_inside(y, side, height), side


def _mostly_inside(centre: float, side: float, length: float) -> float:
    """Move a window so that at most a tenth of it hangs over the picture's edge, or as little as its size allows."""
    if side > length:
        return length / 2
    return float(np.clip(centre, 0.4 * side, length - 0.4 * side))


def _matrix(window: tuple[float, float, float], side: int, dice: np.random.Generator) -> NDArray[np.float64]:
    """2x3, from picture to crop pixels: the window, sometimes turned, mirrored half the time."""
    x, y, extent = window
    angle = float(dice.uniform(-25, 25)) if dice.random() < 0.3 else 0.0
    matrix = np.asarray(cv2.getRotationMatrix2D((x, y), angle, side / extent), dtype=np.float64)
    matrix[:, 2] += side / 2 - np.array([x, y])
    if dice.random() < 0.5:
        matrix[0] *= -1
        matrix[0, 2] += side
    return matrix


def _looked_at(picture: Pixels, matrix: NDArray[np.float64], side: int) -> Pixels:
    shrink = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    if shrink < 0.7:  # bilinear sampling alone would alias
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.45 / shrink))
    return np.asarray(
        cv2.warpAffine(
            picture,
            matrix,
            (side, side),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=(127,) * 3,
        )
    )


def _warped(mask: NDArray[np.uint8], matrix: NDArray[np.float64], side: int) -> NDArray[np.uint8]:
    half = matrix / TRUTH_STEP
    half[:, 2] += 0.5 / TRUTH_STEP - 0.5  # pixels are counted at their centres
    soft = cv2.warpAffine(mask * 255, half, (side // TRUTH_STEP,) * 2, flags=cv2.INTER_LINEAR)
    return (np.asarray(soft) > 127).astype(np.uint8)


def _other_light(picture: Pixels, dice: np.random.Generator) -> Pixels:
    if dice.random() < 0.2:
        return picture
    values = picture.astype(np.float32)
    values = values * dice.uniform(0.85, 1.15, 3).astype(np.float32)
    mean = values.mean()
    values = (values - mean) * float(dice.uniform(0.7, 1.3)) + mean + float(dice.uniform(-25, 25))
    if dice.random() < 0.4:
        grey = values.mean(2, keepdims=True)
        values = grey + (values - grey) * float(dice.uniform(0.3, 1.5))
    if dice.random() < 0.15:
        values = np.asarray(cv2.GaussianBlur(values, (0, 0), float(dice.uniform(0.5, 1.5))))
    if dice.random() < 0.2:
        values = values + dice.standard_normal(values.shape).astype(np.float32) * float(dice.uniform(2, 9))
    if dice.random() < 0.3:  # under-exposed, over-exposed and other cameras' curves
        curve = np.float32(np.exp(dice.uniform(-0.6, 0.6)))
        values = np.asarray(255 * (np.clip(values, 0, 255) / 255) ** curve, dtype=np.float32)
    lit = np.clip(values, 0, 255).astype(np.uint8)
    if dice.random() < 0.12:  # things that never were of this colour: an outline counts, not what it is known to be
        lit = np.ascontiguousarray(lit[..., dice.permutation(3)])
    if dice.random() < 0.25:
        _, data = cv2.imencode(".jpg", lit, [cv2.IMWRITE_JPEG_QUALITY, int(dice.integers(30, 90))])
        lit = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), dtype=np.uint8)
    return lit


def _draft(truth: NDArray[np.uint8], cells: int, dice: np.random.Generator, share: float) -> NDArray[np.float32]:
    """What a coarser look at the same object may have given: blurred, too fat or too thin, with pieces wrong."""
    if dice.random() >= share:
        return np.zeros((cells, cells), np.float32)
    soft = truth.astype(np.float32)
    reach = float(np.sqrt(truth.sum()))
    soft = np.asarray(cv2.GaussianBlur(soft, (0, 0), max(reach * float(dice.uniform(0.02, 0.12)), 0.5)))
    side = soft.shape[0]
    coarse = dice.standard_normal((int(dice.integers(4, 12)),) * 2).astype(np.float32)
    noise = np.asarray(cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC))
    threshold = float(dice.uniform(0.25, 0.75))
    logits = (soft - threshold) * float(dice.uniform(6, 16)) + noise * float(dice.uniform(0, 2.0))
    small = cv2.resize(1 / (1 + np.exp(-logits)), (cells, cells), interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.float32)


def _box(truth: NDArray[np.uint8], dice: np.random.Generator) -> NDArray[np.float32]:
    columns, rows = np.flatnonzero(truth.any(0)), np.flatnonzero(truth.any(1))
    box = np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1], dtype=np.float32) * (TRUTH_STEP / 4)
    width, height = box[2] - box[0], box[3] - box[1]
    return np.asarray(box + dice.normal(0, 0.05, 4) * np.array([width, height, width, height]), dtype=np.float32)
