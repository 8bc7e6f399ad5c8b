"""``rvergui doctor``: is everything in order, and what to do if not."""

from __future__ import annotations

import json

import typer

EXAMPLE = "Example: rvergui doctor   or, for a bug report: rvergui doctor --json"


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("doctor", epilog=EXAMPLE)(doctor)


def doctor(as_json: bool = typer.Option(False, "--json", help="Print JSON.")) -> None:
    """Check the installation; exit status 1 if something keeps the program from working."""
    from rvergui.runtime.report import Level, collect, findings, has_problem

    if not as_json:
        typer.echo("Looking at the installation ...", err=True)
    report = findings(collect())
    if as_json:
        typer.echo(json.dumps({"findings": [f.as_dict() for f in report]}, ensure_ascii=False, indent=1))
    else:
        colours = {Level.OK: "green", Level.WARNING: "yellow", Level.PROBLEM: "red"}
        width = max(len(finding.topic) for finding in report)
        for finding in report:
            level = typer.style(f"{finding.level.value:8}", fg=colours[finding.level])
            typer.echo(f"{level} {finding.topic:{width}}  {finding.text}")
            if finding.advice:
                typer.echo(f"{'':8} {'':{width}}  -> {finding.advice}")
    raise typer.Exit(1 if has_problem(report) else 0)
