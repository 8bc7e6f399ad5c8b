"""``rvergui segment``: clicks on a photo become a mask file."""

from __future__ import annotations

from pathlib import Path

import typer

from rvergui.cli.open_window import check_file
from rvergui.core import Box, Point, Prompt, RverError

EXAMPLE = "Example: rvergui segment meal.jpg --point 320,240 --point 400,260,0 --out mask.png"


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("segment", epilog=EXAMPLE)(segment)


def segment(
    photo: Path = typer.Argument(..., metavar="PHOTO"),
    out: Path = typer.Option(..., "--out", metavar="FILE.png", help="The mask, white on black, of the photo's size."),
    point: list[str] = typer.Option(
        [], "--point", metavar="X,Y[,0|1]", help="A click; 0 takes away. Repeat for more.", show_default=False
    ),
    box: str | None = typer.Option(None, metavar="X0,Y0,X1,Y1", help="A box around the object.", show_default=False),
    segmenter: str | None = typer.Option(
        None, metavar="NAME", help="starter (the default), sam_vit_b, mobile_sam, grabcut, ..."
    ),
    checkpoint: Path | None = typer.Option(None, metavar="FILE", help="The segmenter's weights.", show_default=False),
) -> None:
    """Cut out the object under clicks or inside a box."""
    prompt = Prompt(tuple(parse_point(text) for text in point), parse_box(box) if box is not None else None)
    if prompt.is_empty:
        raise typer.BadParameter("give at least one --point or a --box.", param_hint="--point / --box")
    _check_out(out, photo)
    check_file(photo, "photo")
    check_file(checkpoint, "checkpoint")

    from rvergui.core.photo_loading import load_photo
    from rvergui.interchange.mask_file import write_mask_file
    from rvergui.runtime.settings import Settings
    from rvergui.segment import find
    from rvergui.segment.registry import DEFAULT_SEGMENTER, create_segmenter

    picture = load_photo(photo, Settings().pixel_limit)
    _check_inside(prompt, picture.size, photo)
    mask = find.segment(
        create_segmenter(segmenter or DEFAULT_SEGMENTER, checkpoint), picture, prompt.inside(picture.size)
    )
    if mask.is_empty:
        raise RverError(
            f"Nothing was found there on {photo.name}; add a --point inside the object or a --box around it."
        )
    write_mask_file(out, mask)
    x, y, width, height = mask.bbox
    typer.echo(f"{out}: {mask.area} pixels in a box of {width}x{height} at {x},{y}")


def parse_point(text: str) -> Point:
    """A click from "x,y" or "x,y,0"."""
    parts = text.split(",")
    if len(parts) not in (2, 3) or (len(parts) == 3 and parts[2].strip() not in ("0", "1")):
        raise typer.BadParameter(f"{text!r} is no click; write it like 320,240 or 320,240,0.", param_hint="--point")
    x, y = _numbers(parts[:2], text, "--point", "320,240")
    return Point(x, y, positive=len(parts) == 2 or parts[2].strip() == "1")


def parse_box(text: str) -> Box:
    """A box from "x0,y0,x1,y1", its corners in any order."""
    parts = text.split(",")
    if len(parts) != 4:
        raise typer.BadParameter(f"{text!r} is no box; write it like 10,20,300,200.", param_hint="--box")
    return Box.between(*_numbers(parts, text, "--box", "10,20,300,200"))


def _numbers(parts: list[str], text: str, option: str, example: str) -> list[float]:
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        numbers = []
    if not numbers or any(not abs(number) < 1e9 for number in numbers):  # nan and infinity too
        raise typer.BadParameter(f"{text!r} is not made of numbers; write it like {example}.", param_hint=option)
    return numbers


def _check_inside(prompt: Prompt, size: tuple[int, int], photo: Path) -> None:
    inside = prompt.inside(size)
    height, width = size
    if len(inside.points) < len(prompt.points):
        outside = next(p for p in prompt.points if p not in inside.points)
        raise RverError(
            f"The point {outside.x:g},{outside.y:g} lies outside {photo.name}, which is {width}x{height} pixels; "
            f"x goes from 0 to {width - 1}, y from 0 to {height - 1}."
        )
    if prompt.box is not None and inside.box is None:
        raise RverError(f"The box covers nothing of {photo.name}, which is {width}x{height} pixels; correct it.")
    if inside.box is None and not any(p.positive for p in inside.points):
        raise RverError("Points that take away need something to take from; add a --point without 0, or a --box.")


def _check_out(out: Path, photo: Path) -> None:
    if out.suffix.lower() != ".png":
        raise typer.BadParameter(f"{out.name!r} is not a PNG; give a file name that ends in .png.", param_hint="--out")
    if out.is_dir():
        raise RverError(f"{out} is a folder; give a file name such as mask.png.")
    if out.exists() and photo.exists() and out.samefile(photo):
        raise RverError(f"{out} is the photo itself, which would be overwritten; give another file name.")
