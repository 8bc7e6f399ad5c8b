"""Whether a model that was retrained on new classes still tells those that it knew before."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rvergui.core.photo_loading import load_photo
from rvergui.rvernet.predictor import Predictor
from rvergui.training.grocery import FoundMask, read_photos


def known_classes(dataset: Path, masks: Path, before: Path, now: Path, each: int) -> dict[str, float]:
    """Share of right first names, ``each`` official test photos of every class that the model ``before`` knows."""
    parsed = (FoundMask.parse(line) for line in masks.read_text(encoding="utf-8").splitlines())
    found = {mask.path: mask.mask for mask in parsed if mask is not None}
    models = {"before": Predictor.load(before), "now": Predictor.load(now)}
    photos = [photo for photo in read_photos(dataset) if photo.part == "test"]
    random = np.random.default_rng(0)
    right: dict[str, list[bool]] = {name: [] for name in models}
    for food in models["before"].info.classes:
        own = [photo for photo in photos if photo.class_name == food]
        for place in random.permutation(len(own))[:each]:
            photo = own[int(place)]
            loaded = load_photo(dataset / photo.path)
            for name, model in models.items():
                (naming,) = model.classify(loaded, [found[photo.path]])
                right[name].append(naming.suggestions[0].name == food)
    return {"photos": len(right["now"]), **{name: float(np.mean(each)) for name, each in right.items()}}
