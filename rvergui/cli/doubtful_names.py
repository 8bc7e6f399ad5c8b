"""``rvergui models disagreements``: confirmed names that a model contradicts with confidence."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import typer

from rvergui.cli.models import models, opened_project
from rvergui.cli.start import tell

EXAMPLE = "Example: rvergui models disagreements meals.rver --model v2 --at-least 0.9"


def register(app: typer.Typer) -> None:
    """Add the command to those of ``rvergui models``."""
    models.command("disagreements", epilog=EXAMPLE)(disagreements)


def disagreements(
    project: Path = typer.Argument(..., metavar="PROJECT", help="A project (.rver)."),
    model: Path | None = typer.Option(
        None, "--model", metavar="MODEL", help="A file or a name; the one in use if not given.", show_default=False
    ),
    at_least: float | None = typer.Option(
        None,
        "--at-least",
        min=0.0,
        max=1.0,
        help="How sure the model has to be; 0.8, or 0.95 if its probabilities were not fitted.",
        show_default=False,
    ),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """List the names that people gave and the model contradicts, the surest first; what was kept is left out."""
    from rvergui.batch.second_looks import doubtful_names
    from rvergui.cli.export import check_project, progress_bar
    from rvergui.cli.model_choice import chosen_model
    from rvergui.runtime.settings import Settings
    from rvergui.training.signals import cancelled_by_signals

    check_project(project)
    chosen = chosen_model(model, project)
    with (
        opened_project(project, read_only=True) as opened,
        cancelled_by_signals() as cancelled,
        progress_bar("Looking at names") as bar,
    ):
        limit = Settings().pixel_limit
        found, skipped = doubtful_names(
            opened, chosen, at_least, limit, lambda done, total: bar(done, total) and not cancelled()
        )
    for reason in skipped:
        tell(f"Left out: {reason}")
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in found], ensure_ascii=False, indent=1))
        return
    for each in found:
        seen = " (trained on it)" if each.trained_on else ""
        typer.echo(f"{each.photo} #{each.number}: {each.name} -> {each.suggested} {each.probability:.0%}{seen}")
    typer.echo(f"{len(found)} names look wrong to {chosen.stem}.")
