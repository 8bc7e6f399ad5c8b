"""``rvergui train``: labelled data becomes a network."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, get_args

import typer
from pydantic import ValidationError

from rvergui.cli.start import INTERRUPTED, tell
from rvergui.cli.train_output import FolderListener, ForPeople, LinesOfJson, Listener, Output
from rvergui.core import RverError
from rvergui.runtime.background import TRAINING, give_way
from rvergui.training.choices import FREEZE, What, start_options, until_best
from rvergui.training.options import TrainOptions, problem_of
from rvergui.training.recipes import RECIPES
from rvergui.training.run_folder import RunFolder

EXAMPLE = "Example: rvergui train meals.rver --out meals.models/v2.safetensors --from meals.models/v1.safetensors"


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("train", epilog=EXAMPLE)(train)


_NETWORK, _LEARNING, _TEACHER, _RUN = "The network", "How it learns", "A teacher", "The run"


def _default(field: str) -> Any:
    return TrainOptions.model_fields[field].default


def _choice(field: str) -> str:
    """The words that an option may be, for its help."""
    words: list[str] = []
    for part in (get_args(TrainOptions.model_fields[field].annotation)) or ():
        words += [str(word) for word in get_args(part)] or ([part] if isinstance(part, str) else [])
    return ", ".join(words)


def _option(field: str, help_text: str, panel: str, *names: str, **more: Any) -> Any:
    """An option that is left to recipe, checkpoint or default if nobody names it."""
    words = _choice(field)
    default = TrainOptions.model_fields[field].default
    said = f" ({words})" if words else ""
    shown = f" [default: {default}]" if default not in (None, False, ()) else ""
    return typer.Option(
        None, *names, help=help_text.rstrip(".") + said + "." + shown, show_default=False, rich_help_panel=panel, **more
    )


def train(
    source: Path = typer.Argument(
        ..., metavar="SOURCE", help="A project (.rver), a folder of pairs, or another data set."
    ),
    out: Path = typer.Option(..., "--out", metavar="FILE.safetensors", help="The checkpoint to write."),
    start_from: str | None = typer.Option(
        None,
        "--from",
        metavar="MODEL",
        help="Continue from this model: a file, one of the project's or of those that ship by its name; or begin anew "
        "from “imagenet” (pre-trained backbones, as far as found; as without this) or “scratch” (random weights).",
        show_default=False,
    ),
    what: What | None = typer.Option(
        None,
        "--what",
        metavar="WHAT",
        help=f"What learns ({', '.join(What)}): the head takes seconds, the last blocks minutes.",
        show_default=False,
    ),
    until_best: bool = typer.Option(
        False, "--until-best", help="Train until it stops getting better; --epochs and --patience named besides hold."
    ),
    recipe: str | None = typer.Option(
        None, metavar="NAME", help=f"Train as {' or '.join(RECIPES)}; options named besides hold.", show_default=False
    ),
    epochs: int | None = _option("epochs", "Passes over the data.", _LEARNING, min=1, max=10_000),
    batch_size: int | None = _option(
        "batch_size", "Objects a step; 32, fewer where there is little data.", _LEARNING, min=1, max=65_536
    ),
    learning_rate: float | None = _option("learning_rate", "The peak.", _LEARNING, min=1e-9, max=1.0),
    seed: int = typer.Option(_default("seed"), min=0, max=2**32 - 1, help="Of split, order, variety and weights."),
    val_share: float = typer.Option(
        _default("val_share"), min=0.01, max=0.9, help="About how much is held out, by whole photos."
    ),
    roi: str | None = _option("roi", "Backbone of the ROI branch.", _NETWORK, metavar="NAME"),
    extra_roi: str | None = _option("extra_roi", "Backbone of the extra-ROI branch.", _NETWORK, metavar="NAME"),
    shared: bool | None = _option(
        "shared", "One backbone with one set of weights for both views.", _NETWORK, "--shared/--separate"
    ),
    features: str | None = _option("features", "What of the backbones is joined.", _NETWORK, metavar="KIND"),
    integration: str | None = _option("integration", "How the views become one answer.", _NETWORK, metavar="KIND"),
    looks_at: str | None = _option("looks_at", "Both views, or what a baseline sees.", _NETWORK, metavar="WHAT"),
    preprocessing: str | None = _option("preprocessing", "How views are cut.", _NETWORK, metavar="KIND"),
    size: int | None = _option("size", "Side of the views in pixels; 224 if new.", _NETWORK, min=16, max=2048),
    patience: int | None = _option("patience", "Stop after so many epochs without a better one.", _LEARNING, min=1),
    optimizer: str | None = _option("optimizer", "The optimiser.", _LEARNING, metavar="NAME"),
    view_loss: float | None = _option(
        "view_loss", "What each view's own answer counts besides the joined one.", _LEARNING, min=0.0, max=10.0
    ),
    balance: str | None = _option("balance", "What is done for rare classes.", _LEARNING, metavar="HOW"),
    freeze: str | None = _option("freeze", "What does not learn.", _LEARNING, metavar="PART"),
    variants: int | None = _option(
        "variants", "With frozen backbones: variants kept of each object.", _LEARNING, min=1, max=100
    ),
    rehearse: float | None = _option(
        "rehearse",
        "With frozen backbones: what classes count that the model knows and the data lack; 0 forgets them.",
        _LEARNING,
        min=0.0,
        max=10.0,
    ),
    noise: list[str] | None = _option(
        "noise", "Spoil what it learns from, e.g. permute:16.", _LEARNING, metavar="NOISE"
    ),
    teacher: Path | None = _option("teacher", "Learn from this checkpoint, too.", _TEACHER, metavar="FILE"),
    distil: str | None = _option("distil", "What is taken from the teacher.", _TEACHER, metavar="HOW"),
    distil_weight: float | None = _option(
        "distil_weight", "What the teacher counts against the labels.", _TEACHER, min=0.0, max=1.0
    ),
    distil_temperature: float | None = _option(
        "distil_temperature", "How soft its probabilities are made.", _TEACHER, min=0.01, max=100.0
    ),
    further: list[str] | None = typer.Option(
        None,
        "--set",
        metavar="OPTION=VALUE",
        help="Any other option of rvergui/training/options.py, e.g. flip=0, turn=20, hidden=256.",
        show_default=False,
        rich_help_panel=_RUN,
    ),
    resume: bool = typer.Option(
        False, "--resume", help="Go on if a training to this file was interrupted; else start.", rich_help_panel=_RUN
    ),
    last: bool = typer.Option(
        False, "--last", help="Also write the last epoch, to NAME.last.safetensors.", rich_help_panel=_RUN
    ),
    log_dir: Path | None = _option("log_dir", "Write log.csv to this folder.", _RUN, metavar="DIR"),
    tensorboard: bool = typer.Option(
        False, "--tensorboard", help="Write TensorBoard's files there, too.", rich_help_panel=_RUN
    ),
    half: bool = typer.Option(False, "--half", help="Store the checkpoint in 16 bits.", rich_help_panel=_RUN),
    precision: str | None = _option("precision", "Arithmetic.", _RUN, metavar="KIND"),
    checkpointing: bool = typer.Option(
        False, "--checkpointing", help="Compute activations twice to save memory.", rich_help_panel=_RUN
    ),
    device: str | None = _option("device", "cpu, cuda, cuda:1 ...; the GPU if there is one.", _RUN, metavar="NAME"),
    workers: int | None = _option("workers", "Threads that open photos; up to four.", _RUN, min=1, max=256),
    estimate: bool = typer.Option(
        False, "--estimate", help="Measure what time and memory it would take, and train nothing.", rich_help_panel=_RUN
    ),
    run_folder: Path | None = typer.Option(None, "--run-folder", hidden=True),
    events: bool = typer.Option(
        False,
        "--events",
        help="Print one JSON object a line instead; the line “cancel” on standard input stops it.",
        rich_help_panel=_RUN,
    ),
) -> None:
    """Train a network on confirmed objects; Ctrl+C stops it and keeps the best epoch so far."""
    named = {name: value for name, value in locals().items() if name not in _NO_OPTIONS}
    chosen = {name: value for name, value in named.items() if value is not None and value is not False and value != []}
    if shared is False:
        chosen["shared"] = False
    if events:  # somebody works in a window meanwhile
        give_way(TRAINING)
    options = _options({**_choices(what, until_best, start_from, source), **_further(further or ()), **chosen})
    with _told(events, run_folder, options) as (output, cancelled):
        if estimate:
            _estimate(options, output, cancelled)
        else:
            _train(options, output, cancelled)


# What is no field of ``TrainOptions``.
_NO_OPTIONS = frozenset({"events", "estimate", "run_folder", "what", "until_best", "start_from", "further"})


def _choices(what: What | None, best: bool, start: str | None, source: Path) -> dict[str, Any]:
    """The options behind the three choices."""
    chosen: dict[str, Any] = start_options(start, source) if start is not None else {}
    if what is not None:
        chosen["freeze"] = FREEZE[what]
    return {**chosen, **(until_best(what or What.EVERYTHING) if best else {})}


def _further(assignments: Sequence[str]) -> dict[str, str]:
    """Options that have no name of their own on the command line.

    Raises:
        RverError: one is no assignment; whether there is such an option is checked with all others.
    """
    pairs = [assignment.partition("=") for assignment in assignments]
    for name, equals, _ in pairs:
        if not equals:
            raise RverError(f"“--set {name}” says no value; write OPTION=VALUE, e.g. --set flip=0.")
    return {name.strip().replace("-", "_"): value.strip() for name, _, value in pairs}


@contextmanager
def _told(events: bool, run_folder: Path | None, options: TrainOptions) -> Iterator[tuple[Output, Callable[[], bool]]]:
    """Yields where events go, and the question whether somebody asked to stop."""
    from rvergui.training.signals import cancelled_by_signals

    output: Output = LinesOfJson(sys.stdout) if events else ForPeople()
    with ExitStack() as stack:
        listener: Listener | FolderListener | None = None
        if run_folder is not None:
            folder = RunFolder(run_folder.absolute())
            lock = folder.occupy(options.source, options.out, sys.argv[1:])
            stack.callback(lock.release)
            listener = FolderListener(folder)
        elif events:
            listener = Listener()
        asked = stack.enter_context(cancelled_by_signals())
        stack.enter_context(output)
        yield (
            output,
            lambda: asked() or output.nobody_listens or (listener is not None and listener.cancelled),
        )


def _train(options: TrainOptions, output: Output, cancelled: Callable[[], bool]) -> None:
    # brings torch, which takes seconds; being asked to stop meanwhile counts
    from rvergui.training.run import TrainingCancelledError
    from rvergui.training.run import train as run

    try:
        run(options, output.emit, cancelled)
    except TrainingCancelledError as error:
        tell(str(error))
        raise typer.Exit(INTERRUPTED) from error


def _estimate(options: TrainOptions, output: Output, cancelled: Callable[[], bool]) -> None:
    began = time.monotonic()
    from rvergui.training.probe import estimate

    estimate(options, output.emit, cancelled, spent=time.monotonic() - began)


def _options(chosen: dict[str, Any]) -> TrainOptions:
    """The options of what was named.

    Raises:
        RverError: a value makes no sense; the sentence names it.
    """
    try:
        return TrainOptions(**chosen)
    except ValidationError as error:
        raise RverError(f"This cannot be trained: {problem_of(error)}; see rvergui train --help.") from error
