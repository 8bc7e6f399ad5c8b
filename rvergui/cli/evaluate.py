"""``rvergui evaluate``: how good a network is on labelled data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

import typer

from rvergui.cli.open_window import check_file

EXAMPLE = (
    "Example: rvergui evaluate model.safetensors pairs/ --look-alikes 'ketchup,chili paste' --noise permute:16 "
    "--out report/"
)


class Split(StrEnum):
    """Which part of the data counts."""

    TEST = "test"
    VAL = "val"
    ALL = "all"


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("evaluate", epilog=EXAMPLE)(evaluate)


def evaluate(
    checkpoint: Path = typer.Argument(..., metavar="CHECKPOINT"),
    data: Path = typer.Argument(..., metavar="DATA", help="A project (.rver) or a folder of pairs."),
    split: Split = typer.Option(
        Split.TEST,
        help="test: only what was held out; val: what the training chose its best epoch by; all: everything.",
    ),
    noise: list[str] = typer.Option(
        [],
        "--noise",
        metavar="NOISE",
        help="permute:16 or translocate:60,-85, perhaps with @roi or @extra; repeated ones are applied one by one.",
        show_default=False,
    ),
    surroundings: bool = typer.Option(True, "--surroundings/--no-surroundings", help="Show them, or black them out."),
    look_alikes: list[str] = typer.Option(
        [],
        "--look-alikes",
        metavar="A,B | FILE",
        help="Classes taken for one another, or a .json or .txt file of groups; may be repeated.",
        show_default=False,
    ),
    bootstrap: int = typer.Option(1000, min=0, max=100_000, help="Draws of the photos for the intervals; 0: none."),
    seed: int = typer.Option(0, min=0, help="Of the noise and of the draws."),
    fit_temperature: bool = typer.Option(
        False,
        "--fit-temperature",
        help="First fit the temperature on what the training held out (val) of DATA, and keep it in CHECKPOINT.",
    ),
    out: Path | None = typer.Option(
        None, "--out", metavar="FOLDER", help="Write tables, predictions and figures there.", show_default=False
    ),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Measure a network: top-1, top-5, macro F1, calibration, F1 per class and on look-alikes, with intervals."""
    check_file(checkpoint, "checkpoint")
    check_out(out)

    from rvergui.cli.export import progress_bar
    from rvergui.training.look_alikes import parse_groups

    groups = parse_groups(look_alikes) if look_alikes else None
    from rvergui.rvernet.noise import parse_all

    parse_all(noise)  # before anything takes long

    from rvergui.training.evaluate import measure  # brings torch

    if fit_temperature:
        _fit(checkpoint, data)
    with progress_bar("Reading photos") as bar:
        evaluation = measure(
            checkpoint,
            data,
            split.value,
            noise=noise,
            context=surroundings,
            look_alikes=groups,
            draws=bootstrap,
            seed=seed,
            progress=bar,
        )
    metrics = evaluation.result
    for reason in metrics["skipped"]:
        typer.echo(f"Left out: {reason}", err=True)
    typer.echo(json.dumps(metrics, ensure_ascii=False, indent=1) if as_json else table(metrics))
    if out is not None:
        from rvergui.training.evaluate_files import write_evaluation

        written = write_evaluation(evaluation, out)
        typer.echo(f"Wrote {', '.join(path.name for path in written)} to {out}", err=as_json)


def check_out(out: Path | None) -> None:
    """Raise RverError if ``out`` is there and no folder."""
    from rvergui.core import RverError

    if out is not None and out.exists() and not out.is_dir():
        raise RverError(f"{out} is a file; name a folder for the results.")


def _fit(checkpoint: Path, data: Path) -> None:
    from rvergui.training.evaluate_examples import fit_on_held_out

    before, after, items = fit_on_held_out(checkpoint, data)
    typer.echo(f"Temperature {before:.3f} -> {after:.3f}, fitted on {items} held-out objects", err=True)


def table(metrics: Mapping[str, Any]) -> str:
    """An evaluation for people."""
    spoilt = f", with {' and '.join(metrics['noise'])}" if metrics["noise"] else ""
    blind = "" if metrics["surroundings"] else ", surroundings blacked out"
    intervals = metrics["intervals"]
    lines = [f"{metrics['items']} objects on {metrics['photos']} photos{spoilt}{blind}"]
    for label, key in (("top-1", "top1"), ("top-5", "top5")):
        lines.append(f"{label:10} {metrics[key]:7.1%}{_interval(intervals.get(key), '.1%')}")
    lines.append(f"{'macro F1':10} {metrics['macro_f1']:7.3f}{_interval(intervals.get('macro_f1'), '.3f')}")
    raw = "" if metrics["temperature"] == 1.0 else f" (without the temperature {metrics['ece_raw']:.3f})"
    lines.append(f"{'ECE':10} {metrics['ece']:7.3f}{_interval(intervals.get('ece'), '.3f')}{raw}")
    if metrics["look_alike_f1"]:
        lines.append("F1 on look-alikes:")
        lines += _by_name(metrics["look_alike_f1"], metrics["look_alike_intervals"])
    if metrics["per_class"]:
        lines.append("F1 per class, worst first:")
        lines += _by_name(metrics["per_class"], metrics["per_class_intervals"])
    if metrics["seen_in_training"]:
        lines.append(f"Note: the network was trained on photos with {metrics['seen_in_training']} of these objects.")
    return "\n".join(lines)


def _by_name(scores: Mapping[str, float], intervals: Mapping[str, Sequence[float]]) -> list[str]:
    width = max(len(name) for name in scores)
    ordered = sorted(scores.items(), key=lambda entry: (entry[1], entry[0]))
    return [f"  {name:{width}} {score:.3f}{_interval(intervals.get(name), '.3f')}" for name, score in ordered]


def _interval(pair: Sequence[float] | None, form: str) -> str:
    return "" if pair is None else f"  [{pair[0]:{form}}, {pair[1]:{form}}]"
