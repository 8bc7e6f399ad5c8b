"""``rvergui doctor``: is everything in order, and what to do if not."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import typer

EXAMPLE = "Example: rvergui doctor   or, to send when something went wrong: rvergui doctor --report problem.zip"


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("doctor", epilog=EXAMPLE)(doctor)


def doctor(
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
    report_file: Path | None = typer.Option(
        None,
        "--report",
        metavar="FILE.zip",
        help="Write one file to send when something went wrong: what is found here, logs, versions, settings, counts "
        "of the project. No photo and no name of yours is in it.",
    ),
    project: Path | None = typer.Option(
        None, "--project", metavar="PROJECT.rver", help="The project whose counts go into the report."
    ),
    settings_follow: bool = typer.Option(False, "--settings-follow", hidden=True),
) -> None:
    """Check the installation; exit status 1 if something keeps the program from working."""
    if report_file is not None:
        _report(report_file, project, settings_follow)
        return
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


def _report(target: Path, project: Path | None, settings_follow: bool) -> None:
    """Write the report; the window hands its settings over as JSON on standard input."""
    from rvergui.core.errors import RverError
    from rvergui.project.problem_report import check_target, write_problem_report
    from rvergui.runtime.report import collect, findings

    check_target(target)
    if project is not None and not project.is_file():
        raise RverError(f"The project {project} does not exist; check its path, or leave it out.")
    try:
        window_settings = json.loads(sys.stdin.read() or "{}") if settings_follow else {}
    except json.JSONDecodeError:
        window_settings = {}
    typer.echo("Looking at the installation ...", err=True)
    write_problem_report(target, findings(collect()), project, window_settings)
    typer.echo(
        f"{target} is written. It holds no photo and no name of yours; its README.txt says what is in it. "
        "Nothing was sent."
    )
