"""``rvergui train``: labelled data becomes a network."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import typer

from rvergui.cli.start import INTERRUPTED, tell
from rvergui.cli.train_output import ForPeople, LinesOfJson, Listener, Output
from rvergui.runtime.background import TRAINING, give_way
from rvergui.training.options import TrainOptions

EXAMPLE = "Example: rvergui train meals.rver --out meals.models/v2.safetensors --from meals.models/v1.safetensors"


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("train", epilog=EXAMPLE)(train)


def _default(field: str) -> Any:
    return TrainOptions.model_fields[field].default


def train(
    source: Path = typer.Argument(..., metavar="SOURCE", help="A project (.rver) or a folder of pairs."),
    out: Path = typer.Option(..., "--out", metavar="FILE.safetensors", help="The checkpoint to write."),
    start_from: Path | None = typer.Option(
        None, "--from", metavar="FILE", help="Continue from this checkpoint.", show_default=False
    ),
    roi: str | None = typer.Option(None, metavar="NAME", help="Backbone of the ROI branch.", show_default=False),
    extra_roi: str | None = typer.Option(
        None, metavar="NAME", help="Backbone of the extra-ROI branch.", show_default=False
    ),
    epochs: int = typer.Option(_default("epochs"), min=1, max=10_000, help="Passes over the data."),
    batch_size: int | None = typer.Option(
        None, min=1, max=65_536, help="Objects a step (32, fewer where there is little data).", show_default=False
    ),
    learning_rate: float = typer.Option(_default("learning_rate"), min=1e-9, max=1.0, help="The peak."),
    seed: int = typer.Option(_default("seed"), min=0, max=2**32 - 1, help="Of split, order, flips and weights."),
    val_share: float = typer.Option(
        _default("val_share"), min=0.01, max=0.9, help="About how much is held out, by whole photos."
    ),
    size: int | None = typer.Option(
        None, min=16, max=2048, help="Side of the views in pixels (224 if new).", show_default=False
    ),
    workers: int | None = typer.Option(
        None, min=1, max=256, help="Threads that open photos (up to four).", show_default=False
    ),
    events: bool = typer.Option(
        False, "--events", help="Print one JSON object a line instead; the line “cancel” on standard input stops it."
    ),
) -> None:
    """Train a network on confirmed objects; Ctrl+C stops it and keeps the best epoch so far."""
    from rvergui.training.signals import cancelled_by_signals

    if events:  # somebody works in a window meanwhile
        give_way(TRAINING)
    options = TrainOptions(
        source=source,
        out=out,
        start_from=start_from,
        roi=roi,
        extra_roi=extra_roi,
        epochs=epochs,
        batch_size=batch_size,
        learning_rate=learning_rate,
        seed=seed,
        val_share=val_share,
        size=size,
        workers=workers,
    )
    output: Output = LinesOfJson(sys.stdout) if events else ForPeople()
    listener = Listener() if events else None
    with cancelled_by_signals() as asked, output:

        def cancelled() -> bool:
            return asked() or output.nobody_listens or (listener is not None and listener.cancelled)

        # brings torch, which takes seconds; being asked to stop meanwhile counts
        from rvergui.training.run import TrainingCancelledError
        from rvergui.training.run import train as run

        try:
            run(options, output.emit, cancelled)
        except TrainingCancelledError as error:
            tell(str(error))
            raise typer.Exit(INTERRUPTED) from error
