"""``rvergui look-alikes``: the groups of a project, and suggestions by what a model takes for what."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from rvergui.cli.model_choice import chosen_model

EXAMPLE = (
    "Example: rvergui look-alikes suggest meals.rver   rvergui look-alikes add meals.rver 'sauces=ketchup,chili paste'"
)

look_alikes = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Groups of classes that are taken for one another; all scores of a project use them.",
    epilog=EXAMPLE,
)

_PROJECT = typer.Argument(..., metavar="PROJECT", help="A project (.rver).")
_JSON = typer.Option(False, "--json", help="Print JSON.")


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.add_typer(look_alikes, name="look-alikes")


@look_alikes.command("list", epilog="Example: rvergui look-alikes list meals.rver --json")
def list_(project: Path = _PROJECT, as_json: bool = _JSON) -> None:
    """Show the groups of a project."""
    from rvergui.cli.models import opened_project
    from rvergui.core.look_alikes import named_groups

    with opened_project(project, read_only=True) as opened:
        groups = named_groups(opened.taxonomy())
    if as_json:
        typer.echo(json.dumps(groups, ensure_ascii=False, indent=1))
        return
    for title, names in groups.items():
        typer.echo(f"{title}: {', '.join(names)}")
    if not groups:
        typer.echo(f"No groups yet; suggestions: rvergui look-alikes suggest {project}")


@look_alikes.command("suggest", epilog="Example: rvergui look-alikes suggest meals.rver --add")
def suggest(
    data: Path = typer.Argument(..., metavar="DATA", help="A project (.rver) or other labelled data."),
    checkpoint: Path | None = typer.Option(
        None, "--checkpoint", metavar="MODEL", help="Of a project the present one, if not given.", show_default=False
    ),
    add: bool = typer.Option(False, "--add", help="Make groups of all suggestions; DATA must be a project."),
    as_json: bool = _JSON,
) -> None:
    """Suggest groups by what a model takes for what on photos that it was not trained on."""
    from rvergui.cli.evaluate_output import judge_for_people
    from rvergui.training.look_alike_suggestions import suggest as suggested
    from rvergui.training.look_alikes import look_alikes_beside

    model = chosen_model(checkpoint, data)
    known = list(look_alikes_beside(data).values())
    found = suggested(judge_for_people(model, data, {"draws": 0}).result["confusion"], known)
    if as_json:
        told = [{"classes": s.classes, "objects": s.objects, "mistakes": s.mistakes, "why": s.why()} for s in found]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
    elif not found:
        typer.echo("No classes are taken for one another often enough.")
    else:
        for each in found:
            typer.echo(f"{', '.join(each.classes)}: {each.why()}")
    if add:
        for each in found:
            _add(data, "", each.classes)


@look_alikes.command("add", epilog="Example: rvergui look-alikes add meals.rver 'sauces=ketchup,chili paste'")
def add(
    project: Path = _PROJECT,
    group: str = typer.Argument(..., metavar="A,B | NAME=A,B", help="Classes; quotes keep commas in a name."),
) -> None:
    """Add a group to a project."""
    from rvergui.training.look_alikes import parse_group

    title, names = parse_group(group)
    named = title if "=" in group else ""
    _add(project, named, names)
    typer.echo(f"{project.name} has the group {title}: {', '.join(names)}")


@look_alikes.command("remove", epilog="Example: rvergui look-alikes remove meals.rver sauces")
def remove(
    project: Path = _PROJECT,
    title: str = typer.Argument(..., metavar="NAME", help="What “rvergui look-alikes list” shows."),
) -> None:
    """Remove a group from a project."""
    from rvergui.cli.models import opened_project
    from rvergui.core.errors import RverError
    from rvergui.core.look_alikes import without_group

    with opened_project(project) as opened:
        before = opened.taxonomy()
        titles = [group.title(before) for group in before.look_alikes]
        if title not in titles:
            there = f"there are: {'; '.join(titles)}" if titles else "there is none"
            raise RverError(f"{project.name} has no group “{title}”; {there}.")
        opened.save_taxonomy(before, without_group(before, titles.index(title)), "Remove look-alikes")
    typer.echo(f"{project.name} has no group {title} any more")


def _add(project: Path, title: str, names: tuple[str, ...]) -> None:
    from rvergui.cli.models import opened_project
    from rvergui.core.errors import RverError
    from rvergui.core.look_alikes import with_group

    with opened_project(project) as opened:
        before = opened.taxonomy()
        ids = []
        for name in names:
            food = before.find(name)
            if food is None:
                raise RverError(f"{project.name} has no class “{name}”; check its spelling.")
            ids.append(food.id)
        opened.save_taxonomy(before, with_group(before, ids, title), "Add look-alikes")
