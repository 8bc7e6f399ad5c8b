"""Rendered sample meals as scenes."""

from __future__ import annotations

import numpy as np

from rvergui.samples.scene import render_meal
from rvergui.training.segmenter.photo_sets import PhotoScenes
from rvergui.training.segmenter.scenes import Region, Scene

# Seeds far from those of the demonstration and of the tests.
FIRST_SEED = 500_000


def meal_scenes(many: int, size: tuple[int, int] = (300, 400)) -> PhotoScenes:
    """``many`` rendered meals of ``size`` (height, width): every food is a region, and all of them together are one."""
    scenes = []
    for number in range(many):
        meal = render_meal(FIRST_SEED + number, size)
        labels = np.zeros(size, np.uint8)
        for label, thing in enumerate(meal.objects, start=1):
            labels[thing.mask.array()] = label
        present = [label for label in range(1, len(meal.objects) + 1) if np.count_nonzero(labels == label) >= 150]
        regions: list[Region] = [(0, (label,), 1.0) for label in present]
        if len(present) > 1:
            regions.append((0, tuple(present), 0.3))
        if present:
            scenes.append(Scene(meal.pixels, (labels,), tuple(regions)))
    return PhotoScenes(scenes)
