"""``rvergui evaluate``: how good a network is on labelled data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

import typer

from rvergui.cli.counted import objects_on
from rvergui.cli.model_choice import model_and_data

EXAMPLE = (
    "Example: rvergui evaluate meals.rver --noise permute:16 --html report.html   "
    "rvergui evaluate photos/ --checkpoint model.safetensors --curves permute --html report.html"
)


class Split(StrEnum):
    """Which part of the data counts."""

    TEST = "test"
    VAL = "val"
    HELD_OUT = "held-out"
    ALL = "all"


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("evaluate", epilog=EXAMPLE)(evaluate)


def evaluate(
    words: list[Path] = typer.Argument(
        ...,
        metavar="[MODEL] DATA",
        help="DATA is a project (.rver), a folder of pairs, a COCO file, a folder for each class, or another data set.",
    ),
    checkpoint: Path | None = typer.Option(
        None,
        "--checkpoint",
        metavar="MODEL",
        help="The model, where it does not stand before DATA: a file, or a name that a project knows. Without one a "
        "project's present model is judged.",
        show_default=False,
    ),
    split: Split = typer.Option(
        Split.TEST,
        help="test: only what it was not trained on; val: what its training chose the best epoch by; held-out: what "
        "the project holds out for good; all: everything.",
    ),
    noise: list[str] = typer.Option(
        [],
        "--noise",
        metavar="NOISE",
        help="permute:16 or translocate:60,-85, perhaps with @roi or @extra; repeated ones are applied one by one.",
        show_default=False,
    ),
    curves: list[str] = typer.Option(
        [],
        "--curves",
        metavar="NOISE",
        help="Measured besides, each on its own; permute or translocate alone stands for its usual steps. Repeat.",
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
        help="First fit the temperature on what the training held out (val) of DATA, and keep it in the model.",
    ),
    html: Path | None = typer.Option(
        None, "--html", metavar="FILE", help="Write a report with figures and pictures.", show_default=False
    ),
    out: Path | None = typer.Option(
        None, "--out", metavar="FOLDER", help="Write tables, predictions and figures there.", show_default=False
    ),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
    events: bool = typer.Option(
        False,
        "--events",
        help="Print one JSON object a line instead; the line “cancel” on standard input stops it.",
    ),
) -> None:
    """Measure a network: top-1, top-5, macro F1, calibration, F1 per class and on look-alikes, with intervals."""
    model, data = model_and_data(words, checkpoint)
    check_out(out)
    check_html(html)

    from rvergui.training.look_alikes import parse_groups

    groups = parse_groups(look_alikes) if look_alikes else None
    from rvergui.rvernet.noise import parse_all

    parse_all(noise)  # before anything takes long
    parse_all([each for each in curves if each.strip().lower() not in ("permute", "translocate")])
    if fit_temperature:
        _fit(model, data)
    order: dict[str, Any] = {
        "split": split.value,
        "noise": noise,
        "curves": curves,
        "context": surroundings,
        "look_alikes": groups,
        "draws": bootstrap,
        "seed": seed,
        "pictures": html is not None,
    }
    if events:
        from rvergui.cli.evaluate_output import judge_for_a_window

        judge_for_a_window(model, data, html, order)
        return

    from rvergui.cli.evaluate_output import judge_for_people

    judgement = judge_for_people(model, data, order)
    metrics = judgement.result
    for reason in metrics["skipped"]:
        typer.echo(f"Left out: {reason}", err=True)
    typer.echo(json.dumps(metrics, ensure_ascii=False, indent=1) if as_json else table(metrics))
    if out is not None:
        from rvergui.training.evaluate_files import write_evaluation

        written = write_evaluation(judgement.evaluation, out)
        typer.echo(f"Wrote {', '.join(path.name for path in written)} to {out}", err=as_json)
    if html is not None:
        from rvergui.study.page import write_page

        typer.echo(f"Wrote {write_page(judgement, html)}", err=as_json)


def check_html(html: Path | None) -> None:
    """Raise RverError if ``html`` can be no file to write."""
    from rvergui.core import RverError

    if html is not None and html.is_dir():
        raise RverError(f"{html} is a folder; name a file for the report, such as {html / 'report.html'}.")


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
    lines = [f"{objects_on(metrics['items'], metrics['photos'])}{spoilt}{blind}"]
    for label, key in (("top-1", "top1"), ("top-5", "top5")):
        lines.append(f"{label:10} {metrics[key]:7.1%}{_interval(intervals.get(key), '.1%')}")
    lines.append(f"{'macro F1':10} {metrics['macro_f1']:7.3f}{_interval(intervals.get('macro_f1'), '.3f')}")
    raw = "" if metrics["temperature"] == 1.0 else f" (without the temperature {metrics['ece_raw']:.3f})"
    lines.append(f"{'ECE':10} {metrics['ece']:7.3f}{_interval(intervals.get('ece'), '.3f')}{raw}")
    if metrics["look_alike_f1"]:
        lines.append("F1 on look-alikes:")
        lines += _by_name(metrics["look_alike_f1"], metrics["look_alike_intervals"])
    if metrics.get("with_noise"):
        lines.append("With noise, each on its own:")
        width = max(map(len, metrics["with_noise"]))
        for name, scores in metrics["with_noise"].items():
            top1 = _interval(scores["intervals"].get("top1"), ".1%")
            lines.append(f"  {name:{width}} top-1 {scores['top1']:.1%}{top1}, macro F1 {scores['macro_f1']:.3f}")
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
