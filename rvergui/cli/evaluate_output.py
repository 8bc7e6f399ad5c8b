"""A judgement on the command line: with a bar for people, or as lines of JSON for a window."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from rvergui.cli.start import INTERRUPTED, tell
from rvergui.core.errors import RverError

if TYPE_CHECKING:
    from rvergui.study.judgement import Judgement


def judge_for_people(model: Path, data: Path, order: dict[str, Any]) -> Judgement:
    """Judge with a progress bar; Ctrl+C ends it.

    Raises:
        RverError: see ``study.judgement.judge``.
    """
    from rvergui.cli.export import progress_bar
    from rvergui.study.judgement import judge  # brings torch
    from rvergui.training.signals import cancelled_by_signals
    from rvergui.training.view_store import StoppedError

    with cancelled_by_signals() as cancelled, progress_bar("Reading photos") as bar:
        try:
            return judge(model, data, **order, reading=bar, cancelled=cancelled)
        except StoppedError as error:
            tell("Stopped.")
            raise typer.Exit(INTERRUPTED) from error


def judge_for_a_window(model: Path, data: Path, html: Path | None, order: dict[str, Any]) -> None:
    """Judge and tell of it in lines of JSON; the report is written to ``html``.

    Raises:
        RverError: see ``study.judgement.judge``; the window has heard of it then.
    """
    from rvergui.cli.train_output import LinesOfJson, Listener
    from rvergui.runtime.background import TRAINING, give_way
    from rvergui.training.evaluate_events import Failed, Judged, Judging, Reading, Stopped
    from rvergui.training.signals import cancelled_by_signals

    give_way(TRAINING)  # somebody works in a window meanwhile
    output, listener = LinesOfJson(sys.stdout), Listener()
    with cancelled_by_signals() as asked, output:
        output.emit(Reading(0, 0))

        def cancelled() -> bool:
            return asked() or output.nobody_listens or listener.cancelled

        from rvergui.study.judgement import judge  # brings torch
        from rvergui.study.page import write_page
        from rvergui.training.view_store import StoppedError

        try:
            judgement = judge(
                model,
                data,
                **order,
                reading=lambda done, total: output.emit(Reading(done, total)),
                judging=lambda done, total: output.emit(Judging(done, total)),
                cancelled=cancelled,
            )
            written = write_page(judgement, html) if html is not None else None
            output.emit(Judged(judgement.result, str(written or "")))
        except StoppedError as error:
            output.emit(Stopped())
            raise typer.Exit(INTERRUPTED) from error
        except RverError as error:
            output.emit(Failed(str(error)))
            raise
