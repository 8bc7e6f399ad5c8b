"""``rvergui validate``: what is wrong with a project or a data set, and repairs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from rvergui.cli.counted import objects_on
from rvergui.cli.start import INTERRUPTED, tell

if TYPE_CHECKING:
    from rvergui.checking.findings import CheckReport
    from rvergui.checking.repairing import RepairReport

EXAMPLE = "Example: rvergui validate meals.rver --repair empty-masks --repair class-typos"

FOUND = 4
"""Exit status where something is wrong that was not repaired."""


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("validate", epilog=EXAMPLE)(validate)


def _list_checks(wanted: bool) -> None:
    if wanted:
        from rvergui.checking.checking import CHECKS

        width = max(map(len, CHECKS))
        for name, check in CHECKS.items():
            repair = f"; repair: {check.REPAIR}" if check.REPAIR else ""
            typer.echo(f"{name:{width}}  {check.SEVERITY.value:7}  {check.TITLE}{repair}")
        raise typer.Exit


def validate(
    source: Path = typer.Argument(
        ...,
        metavar="PROJECT|DATASET",
        help="A project (.rver), a COCO file (.json), a folder of COCO files (one a part), a folder of pairs, or what "
        "--format says.",
    ),
    check: list[str] = typer.Option([], "--check", metavar="NAME", help="Only this check. Repeat for more."),
    skip: list[str] = typer.Option([], "--skip", metavar="NAME", help="Not this check. Repeat for more."),
    repair: list[str] = typer.Option(
        [], "--repair", metavar="NAME", help="Repair what this check finds (or all). A copy of the file stays. Repeat."
    ),
    images: Path | None = typer.Option(
        None, metavar="DIR", help="The photos of a COCO file, where they are not beside it.", show_default=False
    ),
    form: str | None = typer.Option(
        None,
        "--format",
        metavar="NAME",
        help="Any that “rvergui import” knows (yolo, labelme, index-masks, ...), where SOURCE does not say it itself.",
        show_default=False,
    ),
    quick: bool = typer.Option(False, "--quick", help="Do not read photos: changes and copies of files are not found."),
    most: int = typer.Option(10, "--most", min=0, metavar="N", help="So many findings of a check are told."),
    strict: bool = typer.Option(False, "--strict", help="Notes count as something wrong, too."),
    as_json: bool = typer.Option(False, "--json", help="Print everything as JSON."),
    list_checks: bool = typer.Option(
        False, "--list", callback=_list_checks, is_eager=True, help="Tell all checks and their repairs."
    ),
) -> None:
    """Look for empty, tiny, doubled and misplaced masks, missing, changed and doubled photos, and misspelt classes.

    Exit status 0: nothing wrong (notes at most); 4: something is.
    """
    from rvergui.checking.checking import CHECKS, known_checks
    from rvergui.checking.checking import check as look
    from rvergui.checking.material import Limits
    from rvergui.checking.opening import open_source
    from rvergui.checking.repairing import chosen_repairs
    from rvergui.cli.export import progress_bar
    from rvergui.interchange.report import Cancelled
    from rvergui.runtime.settings import Settings
    from rvergui.training.signals import cancelled_by_signals

    repairs = chosen_repairs(repair)
    left_out = known_checks(skip)
    chosen = [name for name in known_checks(check) or CHECKS if name not in left_out]
    limits = Limits(read=not quick)
    done: list[RepairReport] = []
    with (
        open_source(source, images, limits, Settings().pixel_limit, write=bool(repairs), form=form) as opened,
        cancelled_by_signals() as cancelled,
        progress_bar("Checking") as bar,
    ):
        try:
            report = look(opened.material, chosen, limits, lambda done, total: bar(done, total) and not cancelled())
        except Cancelled as error:
            tell("Stopped.")
            raise typer.Exit(INTERRUPTED) from error
        wanted = [finding for finding in report.findings if finding.check in repairs and finding.is_repairable]
        if wanted:
            done = opened.repair(wanted)
            report.findings = [finding for finding in report.findings if finding not in wanted]
    typer.echo(
        json.dumps(_record(report, done), ensure_ascii=False, indent=1) if as_json else _text(report, done, most)
    )
    wrong = bool(report.findings) if strict else not report.is_fine
    raise typer.Exit(FOUND if wrong else 0)


def _record(report: CheckReport, done: list[RepairReport]) -> dict[str, Any]:
    return {
        **report.record(),
        "repaired": sum(each.repaired for each in done),
        "backups": [str(each.backup) for each in done if each.backup is not None],
    }


def _text(report: CheckReport, done: list[RepairReport], most: int) -> str:
    from rvergui.checking.checking import CHECKS

    lines = [f"{report.title}: {objects_on(report.items, report.photos)}"]
    for name in dict.fromkeys(finding.check for finding in report.findings):
        found = report.of(name)
        check = CHECKS.get(name)
        title = "damage" if check is None else check.TITLE
        lines.append(f"\n{found[0].severity.value}: {title} ({name}): {len(found)}")
        lines += [f"  {finding.text}" for finding in found[:most]]
        if len(found) > most:
            lines.append(f"  ... and {len(found) - most} more; --most or --json tells them")
        able = sum(finding.is_repairable for finding in found)
        if able and check is not None:
            lines.append(f"  --repair {name}: {check.REPAIR} ({able})")
    lines.append("" if report.findings else "\nNothing is wrong.")
    for each in done:
        if each.backup is not None:
            lines.append(f"Repaired {each.repaired}; the file as it was is {each.backup.name} beside it.")
    counts = ", ".join(f"{count} {_plural(word, count)}" for word, count in report.counts().items() if count)
    return "\n".join([*lines, counts] if counts else lines).rstrip()


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"
