"""``rvergui compare``: two models on the same photos that neither was trained on."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from rvergui.cli.model_choice import chosen_model
from rvergui.cli.start import INTERRUPTED
from rvergui.core.errors import RverError

if TYPE_CHECKING:
    from rvergui.study.compare import Comparison
    from rvergui.study.verdict import Difference

EXAMPLE = "Example: rvergui compare meals.models/v1.safetensors meals.models/v2.safetensors meals.rver"

_SHOWN_PHOTOS = 3


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("compare", epilog=EXAMPLE)(compare)


def compare(
    old: Path = typer.Argument(..., metavar="OLD", help="A model's file, or its name in the project."),
    new: Path = typer.Argument(..., metavar="NEW", help="Another one."),
    data: Path = typer.Argument(..., metavar="DATA", help="A project (.rver), a folder of pairs, or another data set."),
    look_alikes: list[str] = typer.Option(
        [],
        "--look-alikes",
        metavar="A,B | FILE",
        help="Classes taken for one another, or a .json or .txt file of groups; may be repeated.",
        show_default=False,
    ),
    bootstrap: int = typer.Option(2000, min=100, max=100_000, help="Draws of the photos for the intervals."),
    seed: int = typer.Option(0, min=0, help="Of the draws."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
    events: bool = typer.Option(
        False,
        "--events",
        help="Print one JSON object a line instead, the last with pictures of what was mistaken; the line “cancel” on "
        "standard input stops it.",
    ),
) -> None:
    """Tell whether NEW is better, no worse or significantly worse than OLD on photos that neither was trained on.

    Both are asked for the same objects; intervals are those of the difference, at 95 %.
    """
    old, new = chosen_model(old, data), chosen_model(new, data)

    from rvergui.cli.export import progress_bar
    from rvergui.training.look_alikes import parse_groups

    groups = parse_groups(look_alikes) if look_alikes else None

    if events:
        _for_a_window(old, new, data, groups, bootstrap, seed)
        return
    from rvergui.study.compare import compare as measured  # brings torch

    with progress_bar("Reading photos") as bar:
        found = measured(old, new, data, groups, bootstrap, seed, progress=bar)
    typer.echo(json.dumps(found.as_dict(), ensure_ascii=False, indent=1) if as_json else table(found))


def _for_a_window(
    old: Path, new: Path, data: Path, groups: Mapping[str, Sequence[str]] | None, draws: int, seed: int
) -> None:
    """Compare and tell of it in lines of JSON.

    Raises:
        RverError: see ``study.compare.compare``; the window has heard of it then.
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

        from rvergui.study.compare import compare as measured  # brings torch
        from rvergui.training.view_store import StoppedError

        try:
            found = measured(
                old,
                new,
                data,
                groups,
                draws,
                seed,
                progress=lambda done, total: output.emit(Reading(done, total)),
                judging=lambda done, total: output.emit(Judging(done, total)),
                cancelled=cancelled,
                pictures=True,
            )
            output.emit(Judged(found.as_dict()))
        except StoppedError as error:
            output.emit(Stopped())
            raise typer.Exit(INTERRUPTED) from error
        except RverError as error:
            output.emit(Failed(str(error)))
            raise


def sentence(found: Comparison) -> str:
    """The verdict in one sentence with the two numbers behind it."""
    top1, f1 = found.scores["top1"], found.scores["macro_f1"]
    return (
        f"{found.new} is {found.verdict.value} than {found.old} on {found.items} objects of {len(found.photo_keys)} "
        f"photos that neither was trained on (top-1 {_points(top1)}, macro F1 {f1.value:+.3f} "
        f"[{f1.low:+.3f}, {f1.high:+.3f}])."
    )


def table(found: Comparison) -> str:
    """A comparison for people."""
    lines = [sentence(found)]
    if found.left_out:
        lines.append(f"Left out: {found.left_out} labelled photos that a model was trained on.")
    lines.append(f"{'':10} {'old':>8} {'new':>8}  difference")
    for label, measure in (("top-1", "top1"), ("top-5", "top5")):
        score = found.scores[measure]
        lines.append(f"{label:10} {score.old:8.1%} {score.new:8.1%}  {_points(score)}")
    for label, measure in (("macro F1", "macro_f1"), ("ECE", "ece")):
        lines.append(f"{label:10} {_numbers(found.scores[measure])}")
    if found.look_alikes:
        lines.append("F1 on look-alikes:")
        lines += _by_name(found.look_alikes)
    lines.append("F1 per class, what lost most first:")
    lines += _by_name(found.per_class)
    if found.confused:
        lines.append("Taken for another, by the old and by the new model:")
    for pair in found.confused:
        more = ", …" if len(pair.photos) > _SHOWN_PHOTOS else ""
        where = ", ".join(pair.photos[:_SHOWN_PHOTOS])
        lines.append(f"  {pair.true} -> {pair.named}: {pair.old}, {pair.new} ({where}{more})")
    lines += [f"Note: {note}" for note in found.notes]
    return "\n".join(lines)


def _by_name(scores: Mapping[str, Difference]) -> Iterable[str]:
    width = max(len(name) for name in scores)
    ordered = sorted(scores.items(), key=lambda entry: (entry[1].value, entry[0]))
    return [f"  {name:{width}} {_numbers(score)}" for name, score in ordered]


def _numbers(score: Difference) -> str:
    return f"{score.old:8.3f} {score.new:8.3f}  {score.value:+.3f} [{score.low:+.3f}, {score.high:+.3f}]"


def _points(score: Difference) -> str:
    """In points of per cent."""
    return f"{100 * score.value:+.1f} points [{100 * score.low:+.1f}, {100 * score.high:+.1f}]"
