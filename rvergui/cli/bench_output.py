"""What ``rvergui bench clicks`` prints for people and writes for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rvergui.cli.counted import objects_on
from rvergui.core.atomic import write_text
from rvergui.segment.click_results import LEVELS, clicks_to
from rvergui.segment.click_study import ObjectResult, Study

_LABEL = 26
_COLUMN = 8


def table(numbers: Mapping[str, Any]) -> str:
    """The numbers of ``click_results.summary`` as a few lines of text."""
    after, levels = list(numbers["iou"]), list(numbers["noc"])
    lines = [f"{numbers['description']}: {objects_on(numbers['objects'], numbers['photos'])}", ""]
    lines.append(_row("after clicks", after))
    lines.append(_row("mean IoU", _decimals(numbers["iou"])))
    lines.append(_row("  standard error", _decimals(numbers["iou_standard_error"])))
    if "iou_best_candidate" in numbers:
        lines.append(_row("  best of the candidates", _decimals(numbers["iou_best_candidate"])))
    if "jittered" in numbers:
        lines.append(_row(f"  clicks off by {numbers['jitter']}", _decimals(numbers["jittered"]["iou"])))
    lines.append(_row("median IoU", _decimals(numbers["iou_median"])))
    lines += ["", _row("to reach an IoU of", [f"{level} %" for level in levels])]
    lines.append(_row("mean number of clicks", _decimals(numbers["noc"], 2)))
    if "jittered" in numbers:
        lines.append(_row(f"  clicks off by {numbers['jitter']}", _decimals(numbers["jittered"]["noc"], 2)))
    lines.append(_row(f"not within {numbers['clicks']}", [_share(share) for share in numbers["failed"].values()]))
    lines += ["", _times(numbers)]
    return "\n".join(lines)


def category_table(categories: Mapping[str, Mapping[str, Any]]) -> str:
    """One line for each category."""
    first = next(iter(categories.values()))
    width = max(_LABEL, *(len(name) + 2 for name in categories))
    head = ["objects", *(f"IoU@{k}" for k in first["iou"]), *(f"clicks{level}" for level in first["noc"])]
    lines = [_row("category", head, width)]
    for name, numbers in categories.items():
        cells = [str(numbers["objects"]), *_decimals(numbers["iou"]), *_decimals(numbers["noc"], 2)]
        lines.append(_row(name or "(no category)", cells, width))
    return "\n".join(lines)


def write_rows(out: Path, study: Study) -> None:
    """One row of comma-separated values for each object; the file appears whole or not at all."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    ks = range(1, study.plan.clicks + 1)
    head = ["photo", "annotation", "category", "area", *(f"iou_{k}" for k in ks)]
    head += [f"best_iou_{k}" for k in ks if study.plan.all_candidates]
    head += [f"jittered_iou_{k}" for k in ks if study.plan.jitter is not None]
    head += [*(f"clicks_to_{level}" for level in LEVELS), "ms_click", "points", "problem"]
    writer.writerow(head)
    for result in study.results:
        writer.writerow(_cells(result, study))
    write_text(out, text.getvalue())


def _cells(result: ObjectResult, study: Study) -> list[object]:
    cells: list[object] = [result.photo, result.name, result.category, result.area]
    cells += [f"{value:.4f}" for value in result.iou]
    if study.plan.all_candidates:
        cells += [f"{value:.4f}" for value in result.best]
    if study.plan.jitter is not None:
        cells += [f"{value:.4f}" for value in result.jittered.iou] if result.jittered else [""] * study.plan.clicks
    cells += [clicks_to(result.iou, level) or "" for level in LEVELS]
    cells.append(f"{sorted(result.ms)[len(result.ms) // 2]:.2f}" if result.ms else "")
    cells.append(" ".join(f"{p.x:g},{p.y:g},{int(p.positive)}" for p in result.clicks))
    return [*cells, result.problem]


def _times(numbers: Mapping[str, Any]) -> str:
    if numbers["ms_click"] is None:
        return "No click was answered."
    return (
        f"{numbers['ms_click']:.1f} ms a click (median; nine of ten take at most {numbers['ms_click_90']:.1f} ms), "
        f"{numbers['ms_encode']:.1f} ms to encode a photo"
    )


def _row(label: str, cells: Sequence[str], width: int = _LABEL) -> str:
    return f"{label:{width}}" + "".join(f"{cell:>{_COLUMN + (len(cell) >= _COLUMN)}}" for cell in cells)


def _decimals(values: Mapping[str, float | None], digits: int = 3) -> list[str]:
    return ["-" if value is None else f"{value:.{digits}f}" for value in values.values()]


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value * 100:.0f} %"
