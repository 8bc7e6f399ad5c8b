"""``rvergui import-checkpoint``: a checkpoint of the paper's published code becomes one of ours."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from rvergui.cli.open_window import check_file

EXAMPLE = (
    "Example: rvergui import-checkpoint mnet_vit.pth --roi mnet --extra-roi vit --classes classes.txt "
    "--out mnet_vit.safetensors"
)


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("import-checkpoint", epilog=EXAMPLE)(import_checkpoint)


def import_checkpoint(
    file: Path = typer.Argument(..., metavar="FILE", help="A .pth file that the published RveRNet code has saved."),
    out: Path = typer.Option(..., "--out", metavar="FILE", help="The new checkpoint, NAME.safetensors."),
    roi: str | None = typer.Option(
        None, metavar="NAME", help="Its ROI backbone: mnet, vit, deit, deit-dist; else recognised.", show_default=False
    ),
    extra_roi: str | None = typer.Option(
        None, "--extra-roi", metavar="NAME", help="Its extra-ROI backbone; else recognised.", show_default=False
    ),
    classes: Path | None = typer.Option(
        None,
        metavar="FILE",
        help="Names in the order of its outputs, one a line; else the paper's 105.",
        show_default=False,
    ),
    size: int | None = typer.Option(
        None, min=16, max=2048, help="Side of its views in pixels; else the file's own, or 224.", show_default=False
    ),
    looks_at: str | None = typer.Option(
        None,
        "--looks-at",
        metavar="roi|photo|box",
        help="What a baseline was trained on; else roi.",
        show_default=False,
    ),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Make a published RveRNet or baseline usable here; its answers stay the same.

    Use the result with classify --checkpoint, evaluate, or train --from.
    """
    check_file(file, "checkpoint")
    check_file(classes, "class list")

    from rvergui.core.class_lists import read_class_list

    names = read_class_list(classes) if classes is not None else None

    from rvergui.rvernet.upstream import import_upstream  # brings torch

    header = import_upstream(file, out, roi, extra_roi, names, size, looks_at)
    if as_json:
        content = header.model_dump(mode="json", exclude={"created"})
        typer.echo(json.dumps({"path": str(out), **content}, ensure_ascii=False, indent=1))
        return
    backbones = " + ".join(name for name in (header.roi_backbone, header.plan.second) if name)
    typer.echo(
        f"{out}: {backbones}, {header.preprocessing.size} px, {len(header.classes)} classes "
        f"({header.classes[0]} … {header.classes[-1]})"
    )
