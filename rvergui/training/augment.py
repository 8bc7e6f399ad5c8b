"""Variety for training: what differs from photo to photo and from mask to mask without changing the food's name.

Everything acts on the two views of a pair together, so that they stay complements of one photo under one light.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from rvergui.rvernet.preprocessing import Frame, black_view
from rvergui.training.options import TrainOptions
from rvergui.training.view_store import ViewStore

Pixels = NDArray[np.uint8]

_FLIPS = 0.5
# A smooth random field is drawn on this many cells a side and enlarged.
_FIELD_CELLS = 7


class Augmentation:
    """Draws the variety of one run."""

    def __init__(self, options: TrainOptions, random: np.random.Generator) -> None:
        self._options = options
        self._random = random

    def pairs(self, store: ViewStore, indices: Sequence[int]) -> tuple[Pixels, Pixels]:
        """The ROI and the extra-ROI views (k, size, size, 3) of some examples, each varied in its own way.

        Both views of a pair are mirrored together or not at all. (Padding of an odd width thereby moves by a pixel.)
        """
        roi, extra = store.pairs(indices)
        for place, index in enumerate(indices):
            frame = store.frames[index]
            if self._random.random() < self._options.outline:
                roi[place], extra[place] = shift_outline(roi[place], extra[place], frame, self._random)
            if self._options.light > 0:
                light = self._options.light
                roi[place], extra[place] = change_light(roi[place], extra[place], frame, light, self._random)
            if self._random.random() < self._options.blackout:
                extra[place] = black_view(frame, store.preprocessing)
            if self._random.random() < _FLIPS:
                roi[place], extra[place] = roi[place][:, ::-1].copy(), extra[place][:, ::-1].copy()
        return roi, extra


def shift_outline(roi: Pixels, extra: Pixels, frame: Frame, random: np.random.Generator) -> tuple[Pixels, Pixels]:
    """The same object cut out less exactly: its outline bulges, shrinks and wavers.

    People correct the masks that a network learns from, while the masks it is asked about come from a first click. How
    far the outline moves goes with the object's size; the two views together still show the same photo.

    Args:
        roi: (size, size, 3) uint8 RGB.
        extra: its complement.
        frame: where the photo lies inside the views.
        random: what is drawn from.

    Returns:
        Two new views; the given ones if nothing of the object would be left.
    """
    rows, columns = slice(frame.y, frame.y + frame.height), slice(frame.x, frame.x + frame.width)
    inner, outer = roi[rows, columns], extra[rows, columns]
    # Where the photo is black it does not matter to which view a pixel belongs.
    inside = (inner.sum(axis=2, dtype=np.int32) > outer.sum(axis=2, dtype=np.int32)).astype(np.float32)
    area = float(inside.sum())
    if area < 4:
        return roi, extra
    blur = float(np.clip(random.uniform(0.03, 0.3) * np.sqrt(area), 0.6, 0.1 * max(frame.width, frame.height)))
    field = cv2.GaussianBlur(inside, (0, 0), blur, borderType=cv2.BORDER_REPLICATE)
    cells = random.normal(0.0, random.uniform(0.0, 0.25), (_FIELD_CELLS, _FIELD_CELLS)).astype(np.float32)
    waver = cv2.resize(cells, (frame.width, frame.height), interpolation=cv2.INTER_CUBIC)
    # far from the outline the blurred mask is 0 or 1 and the wavering must not reach it
    steepness = 6.0
    share = np.clip(
        (field + waver * 4.0 * field * (1.0 - field) - random.uniform(0.2, 0.75)) * steepness + 0.5, 0.0, 1.0
    )
    if float(share.sum()) < 0.2 * area:
        return roi, extra
    photo = np.minimum(inner.astype(np.uint16) + outer, 255).astype(np.float32)
    cut = np.rint(photo * share[..., None])
    new_roi, new_extra = roi.copy(), extra.copy()
    new_roi[rows, columns] = cut
    new_extra[rows, columns] = photo - cut
    return new_roi, new_extra


def change_light(
    roi: Pixels, extra: Pixels, frame: Frame, strength: float, random: np.random.Generator
) -> tuple[Pixels, Pixels]:
    """The same scene brighter or darker and under light of a slightly different colour; the padding stays.

    Args:
        roi: (size, size, 3) uint8 RGB.
        extra: its complement.
        frame: where the photo lies inside the views.
        strength: the most by which brightness changes, as a share; each colour by a third of it more.
        random: what is drawn from.
    """
    gains = (1.0 + random.uniform(-strength, strength)) * (1.0 + random.uniform(-strength / 3, strength / 3, 3))
    table = np.clip(np.rint(np.arange(256)[:, None] * gains), 0, 255).astype(np.uint8)
    rows, columns = slice(frame.y, frame.y + frame.height), slice(frame.x, frame.x + frame.width)
    changed = []
    for view in (roi, extra):
        new = view.copy()
        for colour in range(3):
            new[rows, columns, colour] = table[view[rows, columns, colour], colour]
        changed.append(new)
    return changed[0], changed[1]
