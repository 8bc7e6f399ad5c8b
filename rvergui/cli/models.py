"""``rvergui models``: the models of a project, which one names, and the way back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from rvergui.cli.counted import counted, objects_on
from rvergui.cli.open_window import check_file
from rvergui.cli.start import tell
from rvergui.core.errors import RverError

if TYPE_CHECKING:
    from rvergui.project import Project
    from rvergui.project.models import KnownModel
    from rvergui.rvernet.checkpoint import CheckpointHeader

EXAMPLE = (
    "Example: rvergui models list meals.rver   rvergui models adopt meals.rver v2   rvergui models rollback meals.rver"
)

models = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="List the models of a project, say which of them names, and go back to the one before.",
    epilog=EXAMPLE,
)

_PROJECT = typer.Argument(..., metavar="PROJECT", help="A project (.rver).")
_JSON = typer.Option(False, "--json", help="Print JSON.")
_FEW = 12


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.add_typer(models, name="models")


@models.command("list", epilog="Example: rvergui models list meals.rver --json")
def list_(project: Path = _PROJECT, as_json: bool = _JSON) -> None:
    """Show every model of a project with what it came from, its data and its scores; * marks the one in use."""
    from rvergui.project.models import SHIPPED, known_models

    with opened_project(project, read_only=True) as opened:
        found = known_models(opened)
        shipped = opened.model_path() is None
    if as_json:
        typer.echo(json.dumps([_as_dict(model) for model in found], ensure_ascii=False, indent=1))
        return
    rows = [_row(model) for model in found if model.header is not None]
    for line in _columns([("", "name", "made", "from", "learnt from", "top-1", "macro F1"), *rows] if rows else []):
        typer.echo(line)
    if shipped:
        typer.echo(f"* In use is {SHIPPED}." if rows else f"No model was trained yet; in use is {SHIPPED}.")
    for model in found:
        if model.header is None:
            typer.echo(f"{'In use, but not usable' if model.in_use else 'Not usable'}: {model.problem}", err=True)


@models.command("show", epilog="Example: rvergui models show meals.models/v2.safetensors")
def show(
    model: Path = typer.Argument(..., metavar="MODEL", help="A model's file (.safetensors)."), as_json: bool = _JSON
) -> None:
    """Show all that a model says of itself: classes, backbones, views, data, settings, scores, parent."""
    from rvergui.rvernet.checkpoint import read_header

    check_file(model, "model")
    header = read_header(model)
    if as_json:
        content = {"path": str(model), **header.model_dump(mode="json")}
        typer.echo(json.dumps(content, ensure_ascii=False, indent=1))
        return
    facts = list(_facts(header))
    width = max(len(label) for label, _ in facts)
    for label, text in facts:
        typer.echo(f"{label:{width}}  {text}")


@models.command("adopt", epilog="Example: rvergui models adopt meals.rver v2")
def adopt(
    project: Path = _PROJECT,
    model: str = typer.Argument(..., metavar="MODEL", help="A file, or a name that “rvergui models list” shows."),
    anyway: bool = typer.Option(False, "--anyway", help="Do not compare it with the model in use; adopt it."),
) -> None:
    """Name with this model in the project from now on; “rvergui models rollback” goes back.

    It is compared with the model in use first, on photos that neither was trained on; one that is significantly worse
    is not adopted unless --anyway says so.
    """
    from rvergui.project.models import find_model
    from rvergui.rvernet.checkpoint import read_header

    with opened_project(project) as opened:
        path = find_model(opened, model)
        header = read_header(path)
        if opened.model_path() == path:
            typer.echo(f"{header.name} is in use already")
            return
        if not anyway:
            _check_no_worse(opened, path)
        opened.set_model_path(path)
    typer.echo(f"{project.name} names with {header.name} from now on; go back: rvergui models rollback {project}")


def _check_no_worse(project: Project, path: Path) -> None:
    """The gate before a model is adopted; says what came out.

    Raises:
        RverError: the model is significantly worse than the one in use.
    """
    now = project.model_path()
    if now is None or not now.is_file():
        tell("Not compared: no model of the project's own is in use.")
        return
    from rvergui.cli.compare import sentence
    from rvergui.cli.export import progress_bar
    from rvergui.study.compare import compare  # brings torch
    from rvergui.study.verdict import Verdict

    try:
        with progress_bar("Reading photos") as bar:
            found = compare(now, path, project.path, progress=bar)
    except RverError as error:
        tell(f"Not compared: {error}")
        return
    if found.verdict is Verdict.WORSE:
        raise RverError(f"{sentence(found)} Nothing was changed; --anyway adopts it all the same.")
    tell(sentence(found))


@models.command("export", epilog="Example: rvergui models export meals.models/v2.safetensors --out v2.onnx")
def export(
    model: Path = typer.Argument(..., metavar="MODEL", help="A model's file (.safetensors)."),
    out: Path = typer.Option(..., "--out", metavar="FILE", help="NAME.onnx, NAME.xml (OpenVINO) or NAME.safetensors."),
    half: bool = typer.Option(False, "--half", help="Store .safetensors in 16 bits."),
) -> None:
    """Write a model for other programs, with class list and preprocessing; its answers are compared with PyTorch's."""
    from rvergui.rvernet.export_model import export_model

    check_file(model, "model")
    exported = export_model(model, out, half)
    checked = (
        f"; probabilities differ from PyTorch's by {exported.difference:.1g} at most" if exported.difference else ""
    )
    typer.echo(f"{', '.join(map(str, exported.files))}{checked}")


@models.command("rollback", epilog="Example: rvergui models rollback meals.rver")
def rollback(project: Path = _PROJECT) -> None:
    """Go back to the model that named before the one in use; once more goes back further."""
    from rvergui.project.models import SHIPPED

    with opened_project(project) as opened:
        path = opened.go_back_to_model()
    typer.echo(f"{project.name} names with {path.stem if path is not None else SHIPPED} again")


def opened_project(path: Path, read_only: bool = False) -> Project:
    """The project, to be written unless ``read_only``.

    Raises:
        RverError: it is none, or it is to be written and another program has it open.
    """
    from rvergui.cli.export import check_project
    from rvergui.project import Project

    check_project(path)
    project = Project.open(path, read_only=read_only)
    if project.read_only and not read_only:
        project.close()
        raise RverError(f"The model of {path.name} cannot be changed. {project.read_only_reason}")
    return project


def _as_dict(model: KnownModel) -> dict[str, Any]:
    return {
        "name": model.name,
        "path": str(model.path),
        "in_use": model.in_use,
        "chosen": model.chosen.isoformat() if model.chosen is not None else None,
        "problem": model.problem or None,
        **(model.header.model_dump(mode="json", exclude={"name"}) if model.header is not None else {}),
    }


def _row(model: KnownModel) -> tuple[str, ...]:
    header = model.header
    assert header is not None
    items, photos = header.training.get("train_items"), len(header.photos_seen)
    data = f"{counted(items, 'object')}, {counted(photos, 'photo')}" if items is not None else "not recorded"
    scores = header.metrics
    return (
        "*" if model.in_use else "",
        model.name,
        header.created[:16].replace("T", " "),
        header.parent or "scratch",
        data,
        f"{scores['top1']:.1%}" if "top1" in scores else "-",
        f"{scores['macro_f1']:.3f}" if "macro_f1" in scores else "-",
    )


def _columns(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    """Rows of one length as aligned lines."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(f"{text:{width}}" for text, width in zip(row, widths, strict=True)).rstrip()


def _facts(header: CheckpointHeader) -> Iterable[tuple[str, str]]:
    from rvergui.rvernet.start_words import start_phrase

    training, views = header.training, header.preprocessing
    shown = ", ".join(header.classes[:_FEW])
    more = f" and {len(header.classes) - _FEW} more" if len(header.classes) > _FEW else ""
    branches = " + ".join(name for name in (header.roi_backbone, header.plan.second) if name)
    yield "name", header.name
    yield "made", header.created
    yield "from", header.parent or start_phrase(header.start.get("roi", ""), header.start.get("extra_roi", ""))
    yield "classes", f"{len(header.classes)}: {shown}{more}"
    yield "backbones", f"{branches}{', shared' if header.shared else ''}; {header.integration} of {header.features}"
    yield "views", f"{views.kind}, {views.size} px"
    listed = training.get("val_photos")
    held = len(listed) if isinstance(listed, list) else 0
    if "train_items" in training:
        seen = counted(len(header.photos_seen), "photo")
        yield "learnt from", f"{counted(training['train_items'], 'object')}; {seen} with its parents'"
        yield "held out", objects_on(training.get("val_items", 0), held)
    scores = header.metrics.items()
    yield "scores", ", ".join(f"{name} {value:.3f}" for name, value in scores) or "none"
    yield "temperature", f"{header.temperature:.3f}"
    if header.look_alikes:
        yield "look-alikes", "; ".join(" / ".join(group) for group in header.look_alikes)
    simple = {k: v for k, v in training.items() if isinstance(v, str | int | float | bool) and not isinstance(v, list)}
    yield "settings", ", ".join(f"{name} {value}" for name, value in simple.items()) or "not recorded"
