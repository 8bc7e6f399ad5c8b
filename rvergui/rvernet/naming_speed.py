"""How fast objects are named here, beside the plain forward pass of both branches in PyTorch, in the same run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from rvergui.core import Mask, Photo
from rvergui.runtime.settings import Settings
from rvergui.rvernet.checkpoint import CheckpointHeader, load_checkpoint, save_checkpoint
from rvergui.rvernet.naming_runtime import Array, NamingRuntime, Views, probabilities
from rvergui.rvernet.network import NetworkPlan, RveRNet, start_network, to_batch
from rvergui.rvernet.predictor import Predictor
from rvergui.rvernet.preprocessing import Preprocessing, ViewCutter

ROUNDS = 15
# Before that nothing counts: kernels are chosen and memory is taken.
_WARM_UP = 2


@dataclass(frozen=True)
class Timing:
    """Medians over the rounds, milliseconds for all objects together.

    Attributes:
        objects: how many of one photo.
        eager_ms: PyTorch's forward pass of both branches, once, with the surroundings.
        ms: the same here, and without the surroundings besides.
        ratio: the median of eager / ms of the rounds.
        classify_ms: all that the program does for names, cutting the views included.
        difference: the largest between two probabilities of the two.
        same_names: the share of objects that both give the same first name.
    """

    objects: int
    eager_ms: float
    ms: float
    ratio: float
    classify_ms: float
    difference: float
    same_names: float


def meal_objects(count: int) -> tuple[Photo, list[Mask]]:
    """A rendered meal and ``count`` masks of its foods, some twice where it has fewer."""
    from rvergui.samples import render_meal

    meal = render_meal(0)
    masks = [thing.mask for thing in meal.objects]
    return Photo.from_array(meal.pixels), [masks[number % len(masks)] for number in range(count)]


def fresh_checkpoint(path: Path, plan: NetworkPlan, classes: int, preprocessing: Preprocessing) -> Path:
    """Write an untrained network of ``plan`` to ``path``, which is as fast as a trained one.

    Raises:
        RverError: as ``start_network`` and ``save_checkpoint``.
    """
    network = start_network(plan, classes, preprocessing.size, Settings().weight_folders(), 0)
    names = [f"class {number + 1}" for number in range(classes)]
    header = CheckpointHeader(name="untrained", classes=names, preprocessing=preprocessing, **network.header_fields())
    save_checkpoint(path, network, header)
    return path


def measure(
    checkpoint: Path,
    predictor: Predictor,
    counts: Sequence[int] = (1, 8),
    rounds: int = ROUNDS,
    progress: Callable[[str], None] = lambda text: None,
) -> list[Timing]:
    """Time ``predictor``, in turns with the network of ``checkpoint`` in PyTorch on the processor.

    Args:
        checkpoint: the same network.
        predictor: ready, see ``Predictor.wait_ready``.
        counts: of objects on a photo.
        rounds: how often each.
        progress: told what is being done.

    Raises:
        RverError: the checkpoint cannot be used, or memory ran out.
    """
    threads = Settings().threads
    if threads is not None:
        torch.set_num_threads(threads)
    network, header = load_checkpoint(checkpoint)
    found = []
    for count in counts:
        progress(f"{count} object{'s' * (count > 1)}")
        photo, masks = meal_objects(count)
        cutter = ViewCutter(photo.pixels, predictor.preprocessing)
        roi, extra = (np.stack(views) for views in zip(*(cutter.views(mask) for mask in masks), strict=True))
        found.append(_time(network, predictor, photo, masks, roi, extra, header.temperature, rounds))
    return found


def _time(
    network: RveRNet,
    predictor: Predictor,
    photo: Photo,
    masks: Sequence[Mask],
    roi: Views,
    extra: Views,
    temperature: float,
    rounds: int,
) -> Timing:
    runtime = predictor.runtime()
    black = runtime.extra_roi(np.zeros_like(extra[:1]))
    wanted = probabilities(_eager(network, roi, extra), temperature)
    got = probabilities(_here(runtime, roi, extra, black)[: len(masks)], temperature)
    times: list[tuple[float, float, float]] = []
    for _ in range(_WARM_UP + rounds):
        times.append(
            (
                _ms(lambda: _eager(network, roi, extra)),
                _ms(lambda: _here(runtime, roi, extra, black)),
                _ms(lambda: predictor.classify(photo, masks)),
            )
        )
    eager, here, whole = zip(*times[_WARM_UP:], strict=True)
    return Timing(
        objects=len(masks),
        eager_ms=round(statistics.median(eager), 2),
        ms=round(statistics.median(here), 2),
        ratio=round(statistics.median(a / b for a, b in zip(eager, here, strict=True)), 2),
        classify_ms=round(statistics.median(whole), 2),
        difference=float(np.abs(wanted - got).max()),
        same_names=float(np.mean(wanted.argmax(axis=1) == got.argmax(axis=1))),
    )


def _eager(network: RveRNet, roi: Views, extra: Views) -> Array:
    with torch.inference_mode():
        logits: Array = network(to_batch(roi), to_batch(extra)).numpy()
    return logits


def _here(runtime: NamingRuntime, roi: Views, extra: Views, black: Array) -> Array:
    first, second = runtime.roi(roi), runtime.extra_roi(extra)
    alone = np.broadcast_to(black, second.shape)
    return runtime.integrate(np.concatenate([first, first]), np.concatenate([second, alone]))


def _ms(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return (time.perf_counter() - begin) * 1000.0


def as_values(timings: Sequence[Timing], predictor: Predictor) -> dict[str, Any]:
    """What was measured as JSON values."""
    info = predictor.info
    return {
        "model": info.name,
        "device": info.device,
        "why": info.why,
        "threads": Settings().threads,
        "timings": [asdict(timing) for timing in timings],
    }
