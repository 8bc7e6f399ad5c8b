"""A study's numbers as tables: Markdown for people, CSV for everything else."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rvergui.core.atomic import write_text
from rvergui.study.measures import ECE, MACRO_F1, TOP1, TOP5, Estimate, f1_of, told_apart
from rvergui.study.plan import CLEAN
from rvergui.study.results import Results

WORDS = {TOP1: "top-1", TOP5: "top-5", MACRO_F1: "macro F1", ECE: "calibration error"}


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; its first column is text, the others are numbers."""
    lines = [_row(head), _row(["---", *["---:"] * (len(head) - 1)])]
    return "\n".join([*lines, *(_row(row) for row in rows)]) + "\n"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def shown(estimate: Estimate | None) -> str:
    """A score in per cent with its interval: ``81.2 (78.9 – 83.1)``."""
    if estimate is None:
        return "–"
    return f"{estimate.value * 100:.1f} ({estimate.low * 100:.1f} – {estimate.high * 100:.1f})"


def plain(estimate: Estimate | None) -> str:
    """A score in per cent. Resampled photos look worse calibrated than they are, so that an interval would mislead."""
    return "–" if estimate is None else f"{estimate.value * 100:.1f}"


def shown_difference(estimate: Estimate | None) -> str:
    """A difference in percentage points with its sign and interval."""
    if estimate is None:
        return "–"
    return f"{estimate.value * 100:+.1f} ({estimate.low * 100:+.1f} … {estimate.high * 100:+.1f})"


def measures_of(results: Results) -> list[str]:
    """Every measure of the study, in the order tables have them."""
    groups = results.plan.look_alikes
    return [TOP1, TOP5, MACRO_F1, ECE, *(f1_of(group) for group in groups), *(told_apart(group) for group in groups)]


def model_table(results: Results) -> str:
    """Every variant on undisturbed pictures."""
    rows = []
    for variant in results.variants:
        scores = results.estimates[variant, CLEAN]
        seconds = results.seconds(variant)
        rows.append(
            [
                variant,
                str(len(scores[TOP1].by_seed)),
                *(shown(scores[measure]) for measure in WORDS if measure != ECE),
                plain(scores[ECE]),
                f"{seconds:.0f}" if seconds is not None else "–",
            ]
        )
    return markdown(["model", "seeds", *WORDS.values(), "training, s"], rows)


def network_table(results: Results) -> str:
    """What each variant is made of, what it started from, and how long it learnt."""
    rows = []
    for variant in results.variants:
        own = [facts for facts in results.cells if facts.cell.variant == variant and facts.epochs]
        if own:
            best = ", ".join(str(facts.best_epoch) for facts in own)
            rows.append([variant, own[0].network, own[0].start, str(own[0].items), str(own[0].epochs), best])
    return markdown(["model", "network", "start", "objects learnt from", "epochs", "best epoch by seed"], rows)


def look_alike_table(results: Results) -> str:
    """F1 and the share rightly named on each group of look-alikes."""
    groups = list(results.plan.look_alikes)
    head = ["model", *(word for group in groups for word in (f"F1, {group}", f"right, {group}"))]
    rows = [
        [
            variant,
            *(
                shown(results.estimates[variant, CLEAN].get(measure))
                for group in groups
                for measure in (f1_of(group), told_apart(group))
            ),
        ]
        for variant in results.variants
    ]
    chance = [word for group in groups for word in ("", f"{results.chance.get(group, float('nan')) * 100:.1f}")]
    return markdown(head, [*rows, ["always the commonest name", *chance]])


def difference_table(results: Results, noise: str = CLEAN) -> str:
    """Each model minus its baseline."""
    groups = list(results.plan.look_alikes)
    measures = [TOP1, MACRO_F1, *(f1_of(group) for group in groups)]
    head = ["model", "compared with", "top-1", "macro F1", *(f"F1, {group}" for group in groups)]
    rows = [
        [one.variant, one.baseline, *(shown_difference(one.estimates.get(measure)) for measure in measures)]
        for one in results.differences
        if one.noise == noise
    ]
    return markdown(head, rows)


def noise_table(results: Results, noises: Sequence[str], measure: str = MACRO_F1) -> str:
    """One measure of every variant with each of ``noises``."""
    head = ["model", "undisturbed", *noises]
    rows = [
        [variant, *(shown(results.estimates.get((variant, noise), {}).get(measure)) for noise in (CLEAN, *noises))]
        for variant in results.variants
    ]
    return markdown(head, rows)


def write_csv(results: Results, folder: Path) -> list[Path]:
    """Every number of the study, as four files in ``folder``; their paths.

    scores.csv (mean over seeds and interval), seeds.csv (each seed), differences.csv, cells.csv.
    """
    scores: list[list[Any]] = []
    seeds: list[list[Any]] = []
    for (variant, noise), measures in results.estimates.items():
        for measure, e in measures.items():
            scores.append([variant, noise, measure, _digits(e.value), _digits(e.low), _digits(e.high), len(e.by_seed)])
            seeds += [[variant, noise, measure, seed, _digits(value)] for seed, value in e.by_seed.items()]
    differences: list[list[Any]] = [
        [one.variant, one.baseline, one.noise, measure, _digits(e.value), _digits(e.low), _digits(e.high)]
        for one in results.differences
        for measure, e in one.estimates.items()
    ]
    cells: list[list[Any]] = [
        [f.cell.variant, f.cell.seed, f.state, f"{f.seconds:.1f}", f.epochs, f.best_epoch, f.reason]
        for f in results.cells
    ]
    files: dict[str, tuple[list[str], list[list[Any]]]] = {
        "scores.csv": (["model", "noise", "measure", "value", "low", "high", "seeds"], scores),
        "seeds.csv": (["model", "noise", "measure", "seed", "value"], seeds),
        "differences.csv": (["model", "baseline", "noise", "measure", "value", "low", "high"], differences),
        "cells.csv": (["model", "seed", "state", "seconds", "epochs", "best_epoch", "reason"], cells),
    }
    written = []
    for name, (head, rows) in files.items():
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)
        write_text(folder / name, text.getvalue())
        written.append(folder / name)
    return written


def _digits(value: float) -> str:
    return f"{value:.6f}"
