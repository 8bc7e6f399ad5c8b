"""``rvergui weights``: which official weights there are, and getting, adding and checking them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from rvergui.cli.start import INTERRUPTED, tell
from rvergui.core.errors import RverError

if TYPE_CHECKING:
    from collections.abc import Callable

    from rvergui.runtime.catalogue_state import Holding
    from rvergui.runtime.pace import Progress

EXAMPLE = "Example: rvergui weights list   rvergui weights get mobile_sam   rvergui weights add sam_vit_b_01ec64.pth"

weights = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="List, download, add and check the official weights of segmenters. Nothing is downloaded unless asked for.",
    epilog=EXAMPLE,
)

_INTO = typer.Option(
    None, "--into", metavar="FOLDER", help="Put it there; name that folder in RVERGUI_WEIGHTS, too.", show_default=False
)


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.add_typer(weights, name="weights")


@weights.command("list", epilog="Example: rvergui weights list --json")
def list_(as_json: bool = typer.Option(False, "--json", help="Print JSON.")) -> None:
    """Show the official files: size, licence, what is here and whether it was checked."""
    from rvergui.runtime.catalogue_state import holdings
    from rvergui.runtime.settings import Settings

    found, folder = holdings(), Settings().download_folder()
    if as_json:
        content = {"weights": [_as_dict(holding) for holding in found], "folder": str(folder)}
        typer.echo(json.dumps(content, ensure_ascii=False, indent=1))
        return
    rows = [("name", "size", "licence", "state")]
    rows += [(h.entry.name, _size(h.entry.size), h.entry.licence, _state(h)) for h in found]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for holding, row in zip((None, *found), rows, strict=True):
        typer.echo(f"{row[0]:{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:{widths[2]}}  {row[3]}")
        if holding is not None:
            typer.echo(f"{'':{widths[0]}}  {holding.entry.purpose}; {holding.entry.cost}.")
    typer.echo(f"\nDownloads go to {folder}")
    typer.echo("Get one: rvergui weights get NAME   Add a file you have: rvergui weights add FILE")


@weights.command("get", epilog="Example: rvergui weights get mobile_sam")
def get(
    name: str = typer.Argument(..., metavar="NAME", help="One that “rvergui weights list” shows."),
    into: Path | None = _INTO,
) -> None:
    """Download an official file, going on where an earlier try ended, and check it."""
    from rvergui.runtime.catalogue import entry
    from rvergui.runtime.catalogue_state import PART, State, holding, size_of
    from rvergui.runtime.downloads import download
    from rvergui.runtime.settings import Settings

    wanted, settings = entry(name), Settings()
    folder = settings.download_folder() if into is None else into.expanduser().absolute()
    there = holding(wanted) if into is None else holding(wanted, [folder])
    if there.state is State.INSTALLED and _check(there).state is State.INSTALLED:
        typer.echo(f"{there.path}: there already, and its checksum is right")
        return
    source = settings.weights_url or wanted.host
    typer.echo(f"{wanted.title}: {_size(wanted.size)} from {source}, licence {wanted.licence}", err=True)
    try:
        with _bar(wanted.title) as show:
            path = download(wanted, folder, show, base_url=settings.weights_url)
    except KeyboardInterrupt:
        arrived = size_of(folder / f"{wanted.file}{PART}") or 0
        where = f" --into {into}" if into is not None else ""
        tell(
            f"Stopped; {_size(arrived)} of {_size(wanted.size)} are kept. "
            f"Go on with: rvergui weights get {wanted.name}{where}"
        )
        raise typer.Exit(INTERRUPTED) from None
    typer.echo(f"{path}: whole, and its checksum is right")
    _say_if_hidden(path.parent)


@weights.command("add", epilog="Example: rvergui weights add ~/Downloads/sam_vit_b_01ec64.pth --link")
def add(
    file: Path = typer.Argument(..., metavar="FILE", help="An official file, whatever it is called."),
    link: bool = typer.Option(False, "--link", help="Make a link to it instead of a copy."),
    into: Path | None = _INTO,
) -> None:
    """Install an official file that you have; it is recognised by its checksum."""
    from rvergui.runtime import catalogue_files
    from rvergui.runtime.settings import Settings

    folder = Settings().download_folder() if into is None else into.expanduser().absolute()
    with _bar(file.name) as show:
        added = catalogue_files.add(file.expanduser(), folder, link, show)
    typer.echo(f"{added.path}: {added.entry.title}, its checksum is right")
    _say_if_hidden(folder)


@weights.command("verify", epilog="Example: rvergui weights verify mobile_sam")
def verify(
    name: str | None = typer.Argument(None, metavar="[NAME]", help="One of them; all that are here if left out."),
) -> None:
    """Read the files that are here and compare their checksums; exit status 1 if one is damaged."""
    from rvergui.runtime import catalogue_state
    from rvergui.runtime.catalogue import entry

    found = catalogue_state.holdings() if name is None else [catalogue_state.holding(entry(name))]
    found = [holding for holding in found if holding.path is not None]
    if not found:
        if name is not None:
            wanted = entry(name)
            raise RverError(f"{wanted.title} is not installed; get it with “rvergui weights get {wanted.name}”.")
        typer.echo("No official weights are installed; “rvergui weights list” shows what there is.")
        return
    bad = 0
    for holding in found:
        checked = _check(holding)
        good = checked.state is catalogue_state.State.INSTALLED
        bad += not good
        if good:
            typer.echo(f"{checked.path}: whole, and its checksum is right")
        else:
            again = f"rvergui weights get {holding.entry.name}"
            typer.echo(f"{holding.path}: damaged, {checked.trouble}; get it again with “{again}”")
    raise typer.Exit(1 if bad else 0)


def _check(holding: Holding) -> Holding:
    from rvergui.runtime.catalogue_state import verify as compare
    from rvergui.runtime.pace import Meter, Phase

    with _bar(holding.entry.title) as show:
        meter = Meter(holding.entry.size, 0, show, Phase.CHECKING)
        return compare(holding, lambda done, total: meter.reach(done))


def _as_dict(holding: Holding) -> dict[str, Any]:
    entry = holding.entry
    return {
        "name": entry.name,
        "title": entry.title,
        "file": entry.file,
        "url": entry.url,
        "bytes": entry.size,
        "sha256": entry.sha256,
        "licence": entry.licence,
        "purpose": entry.purpose,
        "cost": entry.cost,
        "state": holding.state.value,
        "path": None if holding.path is None else str(holding.path),
        "checked": holding.checked,
        "part_bytes": holding.part_bytes,
        "trouble": holding.trouble,
    }


def _state(holding: Holding) -> str:
    from rvergui.runtime.catalogue_state import State

    whole = "checksum right" if holding.checked else "not checked yet"
    texts = {
        State.ABSENT: "not here",
        State.PARTIAL: f"{_size(holding.part_bytes)} downloaded, “get” goes on from there",
        State.INSTALLED: f"{holding.path}, {whole}",
        State.WRONG: f"{holding.path}, damaged: {holding.trouble}; get it again",
    }
    return texts[holding.state]


def _size(count: int) -> str:
    from rvergui.runtime.machine import readable_size

    return readable_size(count)


def _say_if_hidden(folder: Path) -> None:
    """A file outside of the folders that are looked in would not be found later."""
    from rvergui.runtime.settings import Settings

    if folder not in Settings().weight_folders():
        tell(f"Name {folder} in the variable RVERGUI_WEIGHTS, so that the program finds it.")


@contextmanager
def _bar(what: str) -> Iterator[Callable[[Progress], None]]:
    """A progress bar on a terminal; elsewhere, as in a log, a line for every tenth."""
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    from rvergui.runtime.pace import Phase

    verbs = {
        Phase.CONNECTING: "connecting",
        Phase.LOADING: "downloading",
        Phase.CHECKING: "checking",
        Phase.COPYING: "copying",
    }

    def words(progress: Progress) -> str:
        if progress.phase is Phase.WAITING:
            return f"the server {progress.note}; next try in {round(progress.seconds_left or 0)} s"
        return f"{verbs[progress.phase]}, {progress.text()}"

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines(words).show
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[words]}"))
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=None, words="")
        yield lambda progress: bar.update(task, total=progress.total, completed=progress.done, words=words(progress))


class _Lines:
    """Tells progress in lines: each tenth of the way, and what goes wrong."""

    def __init__(self, words: Callable[[Progress], str]) -> None:
        self._words = words
        self._last: tuple[str, object] | None = None

    def show(self, progress: Progress) -> None:
        """Tell ``progress`` if it is news."""
        step = progress.note or progress.done * 10 // max(progress.total, 1)
        news = (progress.phase.value, step)
        if news != self._last:
            self._last = news
            tell(self._words(progress))
