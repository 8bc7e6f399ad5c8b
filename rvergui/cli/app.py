"""The commands put together; one module each."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from rvergui import __version__
from rvergui.cli import (
    bench,
    bench_classify,
    classify,
    compare,
    doctor,
    doubtful_names,
    evaluate,
    export,
    import_checkpoint,
    import_data,
    look_alikes,
    models,
    predict,
    segment,
    study,
    train,
    train_segmenter,
    validate,
    weights,
)
from rvergui.cli.start import INTERRUPTED, tell
from rvergui.core.errors import RverError


class Commands(TyperGroup):
    """Tells expected errors in one line."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; an RverError becomes a line on standard error and exit status 1."""
        try:
            return super().invoke(ctx)
        except RverError as error:
            tell(str(error))
            raise typer.Exit(1) from error
        except KeyboardInterrupt:
            tell("Stopped.")
            raise typer.Exit(INTERRUPTED) from None


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    epilog="Without a command the window opens: rvergui [FOLDER | PROJECT.rver | PHOTO]. Example: rvergui photos/",
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"RveRGUI {__version__}")
        raise typer.Exit


@app.callback()
def _program(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Tell the version."),
) -> None:
    """Click a dish and it is cut out, named and, if wrong, corrected with one key."""


@app.command(
    "window",
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def _window(ctx: typer.Context) -> None:
    """Open the window; the word itself may be left out. “rvergui window --help” tells its options."""
    from rvergui.cli.window import window

    raise typer.Exit(window(ctx.args))


for module in (
    segment,
    classify,
    predict,
    import_data,
    import_checkpoint,
    export,
    train,
    evaluate,
    compare,
    models,
    doubtful_names,
    look_alikes,
    study,
    validate,
    doctor,
    weights,
    bench,
    bench_classify,
    train_segmenter,
):
    module.register(app)
