"""``rvergui classify``: names for the object under a mask."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from rvergui.cli.open_window import check_file
from rvergui.cli.start import tell

if TYPE_CHECKING:
    from rvergui.rvernet.predictor import ModelInfo, Naming

EXAMPLE = "Example: rvergui classify meal.jpg --mask mask.png --top 3"


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("classify", epilog=EXAMPLE)(classify)


def classify(
    photo: Path = typer.Argument(..., metavar="PHOTO"),
    mask: Path = typer.Option(..., "--mask", metavar="FILE", help="The object, white on black, of the photo's size."),
    top: int = typer.Option(5, min=1, max=1000, help="How many names."),
    checkpoint: Path | None = typer.Option(
        None, metavar="FILE", help="The network; without it the one that came along.", show_default=False
    ),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Name the object under a mask, with and without its surroundings."""
    check_file(photo, "photo")
    check_file(mask, "mask")
    check_file(checkpoint, "checkpoint")

    from rvergui.core.photo_loading import load_photo
    from rvergui.interchange.mask_file import read_mask_file
    from rvergui.runtime.settings import Settings

    limit = Settings().pixel_limit
    picture = load_photo(photo, limit)
    region = read_mask_file(mask, picture.size, limit)

    from rvergui.core.class_lists import paper_classes
    from rvergui.rvernet.default_model import default_predictor  # may bring torch
    from rvergui.samples import SAMPLE_CLASSES

    classes = list(dict.fromkeys((*paper_classes(), *SAMPLE_CLASSES)))
    predictor = default_predictor(classes, checkpoint)
    naming = predictor.classify(picture, [region], top=top)[0]
    if not as_json:
        tell(predictor.info.why)
    typer.echo(_json(predictor.info, naming) if as_json else _table(predictor.info, naming))


def _json(info: ModelInfo, naming: Naming) -> str:
    predictions = [
        {"name": s.name, "probability": round(s.probability, 6), "without_context": round(s.without_context, 6)}
        for s in naming.suggestions
    ]
    found = {"model": info.name, "predictions": predictions, "ms": round(naming.ms, 1)}
    return json.dumps(found, ensure_ascii=False, indent=1)


def _table(info: ModelInfo, naming: Naming) -> str:
    kind = "trained" if info.trained else "not trained yet, its names are guesses"
    lines = [f"{info.name} ({kind}; {info.start}) on {info.device}, {naming.ms:.0f} ms"]
    width = max(len(s.name) for s in naming.suggestions)
    for rank, s in enumerate(naming.suggestions, start=1):
        change = round(100 * s.context_change)
        lines.append(f"{rank:3}  {s.name:{width}}  {s.probability:6.1%}  surroundings {change:+d}")
    return "\n".join(lines)
