"""``rvergui evaluate``: how good a network is on labelled data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import typer

from rvergui.cli.open_window import check_file

EXAMPLE = "Example: rvergui evaluate model.safetensors pairs/ --json"


class Split(StrEnum):
    """Which part of the data counts."""

    TEST = "test"
    ALL = "all"


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("evaluate", epilog=EXAMPLE)(evaluate)


def evaluate(
    checkpoint: Path = typer.Argument(..., metavar="CHECKPOINT"),
    data: Path = typer.Argument(..., metavar="DATA", help="A project (.rver) or a folder of pairs."),
    split: Split = typer.Option(Split.TEST, help="test: only what was held out; all: everything."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Measure a network: top-1, top-5 and macro F1, and F1 per class."""
    check_file(checkpoint, "checkpoint")

    from rvergui.training.evaluate import evaluate as measure  # brings torch

    metrics = measure(checkpoint, data, split=split.value)
    for reason in metrics.get("skipped", ()):
        typer.echo(f"Left out: {reason}", err=True)
    typer.echo(json.dumps(metrics, ensure_ascii=False, indent=1) if as_json else _table(metrics))


def _table(metrics: Mapping[str, Any]) -> str:
    photos = f" on {metrics['photos']} photos" if "photos" in metrics else ""
    lines = [f"{metrics['items']} objects{photos}"]
    lines += [f"{label:10} {metrics[key]:7.1%}" for label, key in (("top-1", "top1"), ("top-5", "top5"))]
    lines.append(f"{'macro F1':10} {metrics['macro_f1']:7.3f}")
    per_class: Mapping[str, float] = metrics["per_class"]
    if per_class:
        width = max(len(name) for name in per_class)
        lines.append("F1 per class, worst first:")
        lines += [
            f"  {name:{width}} {score:.3f}" for name, score in sorted(per_class.items(), key=lambda e: (e[1], e[0]))
        ]
    if metrics.get("seen_in_training"):
        lines.append(f"Note: the network was trained on photos with {metrics['seen_in_training']} of these objects.")
    return "\n".join(lines)
