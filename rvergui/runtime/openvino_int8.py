"""An 8-bit version of a converted network, with its measured agreement; runs in the process that converts.

Static quantisation after training with NNCF: value ranges are measured on a few images. How far the answers then
differ from those of the 32-bit version is measured on others and kept beside the network; one that differs too much is
not kept.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from rvergui.core import RverError
from rvergui.runtime.openvino_cache import StoredNetwork, read_stored
from rvergui.runtime.openvino_job import Arrays, Calibration, Job
from rvergui.runtime.openvino_library import load_nncf, load_openvino
from rvergui.runtime.openvino_model import OpenVinoGraph

Tell = Callable[[str, float], None]

# NNCF goes through the images once for smoothing, once for the ranges, once to correct biases.
_PASSES = 3
_CALIBRATED = 0.7


def make_int8(job: Job, part: Path, tell: Tell) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Write the 8-bit version of ``job.base`` into ``part``; returns its graphs' names and what to remember.

    Where it agrees too little nothing is written, and what to remember says so under "refused".

    Raises:
        RverError: NNCF is not installed, or the 32-bit version is gone.
    """
    tell("loading OpenVINO", 0.0)
    openvino = load_openvino()
    base = read_stored(job.base) if job.base is not None else None
    if base is None:
        raise RverError("The network in 32 bit that 8 bit are made from is gone; start again.")
    calibration = job.make(info=base.info)
    assert isinstance(calibration, Calibration)
    tell("loading NNCF", 0.02)
    nncf = load_nncf()
    several = isinstance(calibration.graph, tuple)
    chosen = calibration.graph if isinstance(calibration.graph, tuple) else (calibration.graph,)
    samples = list(calibration.samples(job.images, 0))
    for number, name in enumerate(chosen):
        own = [_inputs_of(name, arrays) for arrays in samples] if several else samples
        images = _Counted(own, job.images, tell, (number, len(chosen)))
        quantised = nncf.quantize(
            openvino.Core().read_model(str(base.xml(name))),
            nncf.Dataset(images, lambda arrays: {key: np.ascontiguousarray(array) for key, array in arrays.items()}),
            preset=nncf.QuantizationPreset.MIXED,
            subset_size=job.images,
            model_type=nncf.ModelType.TRANSFORMER if calibration.transformer else None,
        )
        openvino.save_model(quantised, str(part / f"{name}.xml"), compress_to_fp16=False)
    for name in base.graphs:
        if name not in chosen:
            for suffix in (".xml", ".bin"):
                shutil.copyfile(base.folder / f"{name}{suffix}", part / f"{name}{suffix}")
    figures = compare(job, calibration, base, part, tell)
    return verdict(job, base, part, figures, dict(calibration.info))


def compare(job: Job, calibration: Calibration, base: StoredNetwork, part: Path, tell: Tell) -> dict[str, float]:
    """The mean of every figure over images that calibration did not see."""
    wide = {name: OpenVinoGraph(base.xml(name), job.threads) for name in base.graphs}
    narrow = {name: OpenVinoGraph(part / f"{name}.xml", job.threads) for name in base.graphs}
    figures: dict[str, list[float]] = {}
    for number, inputs in enumerate(calibration.samples(job.checks, job.images)):
        share = _CALIBRATED + (1 - _CALIBRATED) * number / job.checks
        tell(f"comparing 8 with 32 bit on image {number + 1} of {job.checks}", share)
        for name, value in calibration.compare(wide, narrow, inputs).items():
            figures.setdefault(name, []).append(float(value))
    if not figures:
        raise RverError("There was no image to compare 8 with 32 bit on; name a folder with more photos.")
    return {name: round(float(np.mean(values)), 4) for name, values in figures.items()}


def verdict(
    job: Job, base: StoredNetwork, part: Path, figures: Mapping[str, float], info: Mapping[str, Any]
) -> tuple[tuple[str, ...], dict[str, Any]]:
    """The graphs that may be used, and the agreement; or none, and why: ``part`` is then emptied."""
    told = ", ".join(f"{name} {value:.2f}" for name, value in figures.items())
    remembered = {**base.info, **info, "figures": dict(figures), "images": job.images, "checks": job.checks}
    if min(figures.values()) < job.least_agreement:
        for path in part.iterdir():
            path.unlink()
        problem = (
            f"8-bit answers agree too little with 32-bit ones on {job.checks} images ({told}; at least "
            f"{job.least_agreement:.2f} is asked for) and are not used."
        )
        return (), {**remembered, "refused": problem}
    agreement = f"8-bit answers agree with 32-bit ones on {job.checks} images: {told}."
    return base.graphs, {**remembered, "agreement": agreement}


def _inputs_of(graph: str, arrays: Arrays) -> Arrays:
    """What in a mapping GRAPH.INPUT -> array is for ``graph``, by the input's name."""
    begin = f"{graph}."
    return {name.removeprefix(begin): array for name, array in arrays.items() if name.startswith(begin)}


class _Counted:
    """Images that tell how often they were gone through, for one graph (its number, of how many)."""

    def __init__(self, images: Iterable[Arrays], count: int, tell: Tell, graph: tuple[int, int] = (0, 1)) -> None:
        self._images = list(images)
        self._count, self._tell = max(1, count), tell
        self._graph = graph
        self._seen = 0

    def __iter__(self) -> Iterator[Arrays]:
        for image in self._images:
            self._seen += 1
            place, graphs = self._graph
            done = (place + min(1.0, self._seen / (self._count * _PASSES))) / graphs
            number = (self._seen - 1) % self._count + 1
            self._tell(f"calibrating on image {number} of {self._count}", 0.05 + (_CALIBRATED - 0.05) * done)
            yield image

    def __len__(self) -> int:
        return len(self._images)
