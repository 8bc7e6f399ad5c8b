"""Variety for training: what differs from photo to photo and from mask to mask without changing the food's name.

Picture and object are changed together, before the views are cut: both views of a pair show one scene in one light,
with the object in one place. What an item becomes is drawn from the seed, the epoch and the item alone, so that a run
that was interrupted, or one shared by several processes, shows the network the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from rvergui.rvernet.noise import add_noise, parse_all
from rvergui.rvernet.view_layers import Example, Layer, Patch
from rvergui.training.augment_light import LightChange
from rvergui.training.augment_outline import OutlineChange
from rvergui.training.augment_place import PlaceChange
from rvergui.training.options import TrainOptions
from rvergui.training.view_store import ViewStore

Pixels = NDArray[np.uint8]

# So many items keep their place: moving a picture by parts of a pixel softens it, and the photos it is asked about are
# not softened.
_IN_PLACE = 0.2
_STILL = PlaceChange(turn=0.0, zoom=1.0, x=0.0, y=0.0)
_STREAM = 0x5649  # keeps these draws apart from others with the same seed


class Augmentation:
    """Draws the variety of one run. May be used from any thread."""

    def __init__(self, options: TrainOptions) -> None:
        self._options = options
        self._noises = parse_all(options.noise)

    def pairs(
        self, store: ViewStore, indices: Sequence[int], epoch: int, draws: Sequence[int] | None = None
    ) -> tuple[Pixels, Pixels]:
        """The ROI and the extra-ROI views (k, size, size, 3) of some examples, each varied in its own way.

        Args:
            store: the examples.
            indices: which.
            epoch: another epoch, another variety.
            draws: what each item's variety is drawn by instead of its index, for an order that shows some items more
                than once an epoch: the places in that order.
        """
        size = store.preprocessing.size
        roi = np.empty((len(indices), size, size, 3), dtype=np.uint8)
        extra = np.empty_like(roi)
        for place, (index, draw) in enumerate(zip(indices, draws if draws is not None else indices, strict=True)):
            random = np.random.default_rng([self._options.seed, _STREAM, epoch, draw])
            roi[place], extra[place] = self._views(store.example(index), random)
        return roi, extra

    def _views(self, example: Example, random: np.random.Generator) -> tuple[Pixels, Pixels]:
        """Everything is drawn in one order whether it is used or not: no choice changes what the others draw."""
        options = self._options
        chances = random.random(4)
        outline, light = OutlineChange.drawn(random), LightChange.drawn(options.light, random)
        place = PlaceChange.drawn(options.turn, options.zoom, options.shift, random)
        changed = _lit(example, light) if options.light > 0 else example
        outlined = _outlined(changed, outline) if chances[0] < options.outline else changed
        if chances[1] >= _IN_PLACE and (options.turn or options.zoom or options.shift):
            changed = _placed(outlined, example, place)
        elif outlined is not changed:
            changed = _placed(outlined, example, _STILL)
        roi, extra = changed.views()
        if chances[2] < options.blackout:
            extra = changed.black()
        if chances[3] < options.flip:
            roi, extra = (np.asarray(cv2.flip(view, 1), dtype=np.uint8) for view in (roi, extra))
        return add_noise(self._noises, roi, extra, random)


def _outlined(example: Example, change: OutlineChange) -> Example:
    """Both views' outlines changed alike."""
    roi = change(example.roi.cover)
    shared = example.extra.cover is example.roi.cover
    extra = roi if shared else change(example.extra.cover)
    if roi is example.roi.cover or extra is example.extra.cover:  # too small on one of the grids
        return example
    return replace(
        example,
        roi=replace(example.roi, cover=roi, exact=None),
        extra=replace(example.extra, cover=extra, exact=None),
    )


def _placed(example: Example, cut: Example, change: PlaceChange) -> Example:
    roi = _moved(example.roi, cut.roi, change, example)
    alike = example.extra.cover is example.roi.cover and example.extra.picture is example.roi.picture
    if alike and not change.still:
        return replace(example, roi=roi, extra=replace(roi, shows=example.extra.shows))
    return replace(example, roi=roi, extra=_moved(example.extra, cut.extra, change, example))


def _moved(layer: Layer, cut: Layer, change: PlaceChange, example: Example) -> Layer:
    return layer if change.still and not layer.follows else change(layer, example.size, example.fill, cut.cover)


def _lit(example: Example, change: LightChange) -> Example:
    roi = _lit_layer(example.roi, change(example.roi.picture), change)
    one_picture = example.extra.picture is example.roi.picture
    picture = roi.picture if one_picture else change(example.extra.picture)
    return replace(example, roi=roi, extra=_lit_layer(example.extra, picture, change))


def _lit_layer(layer: Layer, picture: Pixels, change: LightChange) -> Layer:
    exact = layer.exact
    patch = None if exact is None else Patch(exact.x, exact.y, change(exact.pixels))
    return replace(layer, picture=picture, exact=patch)
