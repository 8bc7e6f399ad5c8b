"""The numbers of a click study: mean agreement, clicks that were needed, time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rvergui.segment.click_study import ObjectResult, Study

LEVELS = (80, 85, 90)
"""Agreement in percent that clicks are counted to."""


def clicks_to(iou: Sequence[float], percent: int) -> int | None:
    """After how many clicks the agreement first reached ``percent``; None if it never did."""
    return next((k for k, value in enumerate(iou, start=1) if value >= percent / 100), None)


def summary(study: Study, levels: Sequence[int] = LEVELS) -> dict[str, Any]:
    """All numbers of ``study``, ready for JSON.

    The keys are "segmenter", "objects", "iou" {clicks: mean}, "noc" {percent: mean number of clicks}, "ms_click" and
    "ms_encode" (medians), and more: see docs/benchmarks.md. With jitter, "jittered" holds its own
    "iou", "noc" and "failed". Numbers that nothing was measured for are None.
    """
    results = study.results
    numbers: dict[str, Any] = {
        "segmenter": study.segmenter,
        "description": study.description,
        "objects": len(results),
        "photos": len(study.encode_ms),
        "clicks": study.plan.clicks,
        **agreement(results, study.plan.clicks, levels),
        "iou_standard_error": _by_click([_standard_error(column) for column in _columns(results, study.plan.clicks)]),
    }
    if study.plan.all_candidates:
        best = [result.best for result in results]
        numbers["iou_best_candidate"] = _by_click([_mean(column) for column in _turned(best, study.plan.clicks)])
    if study.plan.jitter is not None:
        jittered = [result.jittered for result in results if result.jittered is not None]
        numbers["jitter"] = str(study.plan.jitter)
        numbers["jittered"] = agreement(jittered, study.plan.clicks, levels)
    times = [ms for result in results for ms in result.ms]
    numbers |= {
        "ms_click": _rounded(_median(times), 2),
        "ms_click_90": _rounded(float(np.percentile(times, 90)) if times else None, 2),
        "ms_encode": _rounded(_median(list(study.encode_ms.values())), 2),
        "gave_up": sum(bool(result.problem) for result in results),
        "seed": study.plan.seed,
        "complete": study.complete,
    }
    return numbers


def agreement(results: Sequence[ObjectResult], clicks: int, levels: Sequence[int] = LEVELS) -> dict[str, Any]:
    """ "iou", "iou_median", "noc" and "failed" (share that never reached a level) of some results.

    An object that never reaches a level counts with the most clicks it could have had, as is usual.
    """
    reached = {level: [clicks_to(result.iou, level) for result in results] for level in levels}
    return {
        "iou": _by_click([_mean(column) for column in _columns(results, clicks)]),
        "iou_median": _by_click([_median(column) for column in _columns(results, clicks)]),
        "noc": {str(level): _rounded(_mean([k or clicks for k in ks])) for level, ks in reached.items()},
        "failed": {str(level): _rounded(_mean([float(k is None) for k in ks])) for level, ks in reached.items()},
    }


def per_category(study: Study, levels: Sequence[int] = LEVELS) -> dict[str, dict[str, Any]]:
    """``agreement`` and the number of objects of each category, those with most objects first."""
    groups: dict[str, list[ObjectResult]] = {}
    for result in study.results:
        groups.setdefault(result.category, []).append(result)
    ordered: Mapping[str, list[ObjectResult]] = dict(sorted(groups.items(), key=lambda g: (-len(g[1]), g[0])))
    return {
        name: {"objects": len(results), **agreement(results, study.plan.clicks, levels)}
        for name, results in ordered.items()
    }


def _columns(results: Sequence[ObjectResult], clicks: int) -> list[list[float]]:
    return _turned([result.iou for result in results], clicks)


def _turned(rows: Sequence[Sequence[float]], clicks: int) -> list[list[float]]:
    return [[row[k] for row in rows] for k in range(clicks)]


def _by_click(values: Sequence[float | None]) -> dict[str, float | None]:
    return {str(k): _rounded(value) for k, value in enumerate(values, start=1)}


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None


def _median(values: Sequence[float]) -> float | None:
    return float(np.median(values)) if values else None


def _standard_error(values: Sequence[float]) -> float | None:
    """Of the mean; as if objects were independent, which those of one photo are not quite."""
    return float(np.std(values, ddof=1) / np.sqrt(len(values))) if len(values) > 1 else None


def _rounded(value: float | None, digits: int = 4) -> float | None:
    return None if value is None else round(value, digits)
