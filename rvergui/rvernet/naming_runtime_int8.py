"""What an 8-bit naming network is calibrated with and judged by: does it give the same names?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from rvergui.core import RverError
from rvergui.core.photo_loading import load_photo
from rvergui.runtime.openvino_job import Arrays, Calibration, Runner
from rvergui.runtime.settings import Settings
from rvergui.rvernet.naming_runtime import Array, Views
from rvergui.rvernet.naming_runtime_openvino import EXTRA, INTEGRATION, ROI
from rvergui.rvernet.preprocessing import Preprocessing, ViewCutter, fit_views

# Objects that are looked at together.
_BATCH = 8
_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp"})

Pair = tuple[Views, Views]


def naming_calibration(info: Mapping[str, Any], pictures: str | None = None) -> Calibration:
    """Pairs of a folder, or the objects of rendered meals; the first calibrate, others are compared by their names.

    Args:
        info: what was remembered of the network at 32 bit.
        pictures: a pairs folder (any folder with roi/CLASS/NAME and extra-roi/CLASS/NAME below it).

    Raises:
        RverError: the folder holds too few pairs.
    """
    preprocessing = Preprocessing.model_validate(info["preprocessing"])
    second = str(info["second"])
    graphs = (ROI, EXTRA) if second == EXTRA else (ROI,)
    folder = None if pictures is None else Path(pictures)
    there = 0 if folder is None else len(pair_files(folder))
    if folder is not None and there < 2 * _BATCH:
        raise RverError(f"{folder} holds {there} pairs; at least {2 * _BATCH} are needed to make an 8-bit version.")

    def samples(count: int, passed: int) -> Iterator[Arrays]:
        if folder is None:
            batches = _batches(_rendered(preprocessing))
        else:
            batches = _batches(_of_folder(folder, preprocessing, calibrating=passed == 0))
            passed = 0
        for batch in islice(batches, passed, passed + count):
            roi, extra = (np.stack([pair[side] for pair in batch]) for side in (0, 1))
            yield {f"{ROI}.views": roi, f"{EXTRA}.views": extra}

    def compare(wide: Mapping[str, Runner], narrow: Mapping[str, Runner], inputs: Arrays) -> dict[str, float]:
        names = [_logits(runners, inputs, second).argmax(axis=1) for runners in (wide, narrow)]
        return {"first names": float(np.mean(names[0] == names[1]))}

    return Calibration(graphs, samples, compare, transformer=bool(info["transformer"]))


def _logits(runners: Mapping[str, Runner], inputs: Arrays, second: str) -> Array:
    features = {"roi": runners[ROI]({"views": inputs[f"{ROI}.views"]})["features"]}
    if second:
        features["extra_roi"] = runners[second]({"views": inputs[f"{EXTRA}.views"]})["features"]
    logits: Array = runners[INTEGRATION](features)["logits"]
    return logits


def pair_files(folder: Path) -> list[tuple[Path, Path]]:
    """The ROI and extra-ROI pictures of every pair below ``folder``, in an order that mixes classes.

    Raises:
        RverError: there is no such folder.
    """
    if not folder.is_dir():
        raise RverError(f"There is no folder {folder}; name a pairs folder.")
    found = []
    for roi in folder.rglob("roi/*/*"):
        extra = roi.parents[2] / "extra-roi" / roi.parent.name / roi.name
        if roi.suffix.lower() in _SUFFIXES and extra.is_file():
            found.append((roi, extra))
    found.sort()
    order = np.random.default_rng(0).permutation(len(found))
    return [found[place] for place in order]


def _of_folder(folder: Path, preprocessing: Preprocessing, calibrating: bool) -> Iterator[Pair]:
    """Two thirds of the pairs calibrate, the others judge."""
    limit = Settings().pixel_limit
    for number, files in enumerate(pair_files(folder)):
        if (number % 3 < 2) is calibrating:
            try:
                roi, extra = (load_photo(file, limit).pixels for file in files)
                yield fit_views(roi, extra, preprocessing)
            except RverError:
                continue  # what cannot be opened teaches nothing


def _rendered(preprocessing: Preprocessing) -> Iterator[Pair]:
    from rvergui.samples import render_meal

    seed = 0
    while True:
        meal = render_meal(seed)
        cutter = ViewCutter(meal.pixels, preprocessing)
        for thing in meal.objects:
            yield cutter.views(thing.mask)
        seed += 1


def _batches(pairs: Iterator[Pair]) -> Iterator[list[Pair]]:
    while batch := list(islice(pairs, _BATCH)):
        yield batch
