"""``rvergui train-segmenter``: the starter network, made again or made better."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from rvergui.cli.start import INTERRUPTED, tell
from rvergui.runtime.background import TRAINING, give_way

if TYPE_CHECKING:
    from rvergui.training.segmenter.run import Progress

EXAMPLE = "Example: rvergui train-segmenter photo-sets --backbone mobilenetv2.safetensors --out starter --steps 2400"
_EVERY = 25


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("train-segmenter", epilog=EXAMPLE)(train_segmenter)


def train_segmenter(
    data: Path = typer.Argument(
        ..., metavar="FOLDER", help="Holds coco_cc, clothing_co_parsing and grocery_store (docs/starter-network.md)."
    ),
    out: Path = typer.Option(..., "--out", metavar="FOLDER", help="For the result and for going on after a stop."),
    backbone: Path | None = typer.Option(
        None, metavar="FILE", help="mobilenetv2_100 weights to start from.", show_default=False
    ),
    start: Path | None = typer.Option(
        None, "--from", metavar="FILE", help="A starter network to start from.", show_default=False
    ),
    steps: int = typer.Option(2400, min=1, help="Batches in all."),
    stop_after: int | None = typer.Option(
        None, min=1, help="Leave after so many; the same command goes on.", show_default=False
    ),
    side: int = typer.Option(192, min=64, max=1024, help="Of the crops in pixels, a multiple of 32."),
    crops: int = typer.Option(8, min=1, max=1024, help="Pictures a batch (for each process under torchrun)."),
    seed: int = typer.Option(1, min=0, help="Of everything random."),
    head_rate: float = typer.Option(1.5e-3, min=1e-7, max=1.0, help="Highest learning rate of the new layers."),
    backbone_rate: float = typer.Option(1.5e-4, min=1e-8, max=1.0, help="Highest learning rate of the backbone."),
    every: int = typer.Option(1, min=1, help="Take every n-th photo only, for a quick try."),
) -> None:
    """Train the click segmenter that ships; Ctrl+C saves, and the same command goes on after it."""
    if side % 32:
        raise typer.BadParameter(f"{side} is no multiple of 32; 192 and 256 are.", param_hint="--side")
    if not data.is_dir():
        raise typer.BadParameter(f"there is no folder {data}.", param_hint="FOLDER")
    from rvergui.training.segmenter.options import SegmenterOptions
    from rvergui.training.segmenter.run import train_segmenter as run
    from rvergui.training.signals import cancelled_by_signals

    give_way(TRAINING)
    given: dict[str, Any] = {
        "data": data,
        "out": out,
        "backbone": backbone,
        "start": start,
        "steps": steps,
        "stop_after": stop_after,
        "side": side,
        "crops": crops,
        "seed": seed,
        "head_rate": head_rate,
        "backbone_rate": backbone_rate,
        "every": every,
    }
    options = SegmenterOptions(**given)
    with cancelled_by_signals() as asked:
        done = run(options, _Lines(steps), asked)
        if asked():
            tell(f"Stopped after batch {done}; the same command goes on there.")
            raise typer.Exit(INTERRUPTED)
    typer.echo(f"{out / 'starter.safetensors'}: {done} of {steps} batches")


class _Lines:
    """A line now and then: the means since the last one."""

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._since: list[Progress] = []
        self._begin = time.monotonic()
        self._first: int | None = None

    def __call__(self, progress: Progress) -> None:
        self._first = progress.step - 1 if self._first is None else self._first
        self._since.append(progress)
        if progress.step % _EVERY and progress.step != self._steps:
            return
        many = len(self._since)
        loss = sum(p.loss for p in self._since) / many
        shown = [sum(values) / many for values in zip(*(p.shown for p in self._since), strict=True)]
        pace = (time.monotonic() - self._begin) / max(progress.step - self._first, 1)
        left = pace * (self._steps - progress.step) / 60
        clicks = " ".join(f"{value:.3f}" for value in shown)
        tell(f"{progress.step}/{self._steps}  loss {loss:.3f}  IoU by click {clicks}  {left:.0f} min left")
        self._since.clear()
