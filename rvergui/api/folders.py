"""Whole folders in one call."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rvergui.batch.options import PredictOptions
from rvergui.batch.outputs import NAMES, format_of
from rvergui.batch.predict import PredictReport
from rvergui.batch.predict import predict as predict_folder
from rvergui.runtime.settings import Settings


def predict(
    folder: str | Path,
    out: str | Path,
    *,
    model: str | Path | None = None,
    names: bool = True,
    segmenter: str | None = None,
    checkpoint: str | Path | None = None,
    boxes: str | Path | None = None,
    top: int | None = None,
    min_probability: float = 0.0,
    named_only: bool = False,
    form: str | None = None,
    workers: int | None = None,
    restart: bool = False,
    progress: Callable[[int, int], bool] | None = None,
) -> PredictReport:
    """Cut out and name everything on the photos of a folder, as ``rvergui predict`` does.

    A run that was stopped or killed goes on when the same is asked for again; broken photos are in ``skipped``. It
    starts processes: a script that calls it begins with ``if __name__ == "__main__":``, as ``multiprocessing`` asks.

    Args:
        folder: the photos, those in sub-folders too; or one photo.
        out: the result, which appears whole or not at all: .csv, .jsonl, .json (COCO) or .rver (a new project).
        model: as ``load_model``.
        names: whether objects are named at all.
        segmenter: as ``load_segmenter``.
        checkpoint: the segmenter's weights.
        boxes: a file of boxes to cut out instead of everything: a CSV table (photo, x0, y0, x1, y1) or a COCO file.
        top: how many names an object gets; None: 1, or 5 in a project.
        min_probability: names less likely than this are not given.
        named_only: leave out objects without a name.
        form: "csv", "jsonl", "coco" or "project"; None lets the name of ``out`` say.
        workers: processes; None chooses by cores and memory.
        restart: begin anew instead of where an earlier run stopped.
        progress: called with (photos finished, photos); False stops, and what is finished is kept.

    Raises:
        RverError: there is no photo, a network cannot be loaded, or the result cannot be written.
    """
    from rvergui.batch.models import model_of

    form = format_of(Path(out), form)
    chosen = model_of(None if model is None else Path(model))[0] if names else None
    options = PredictOptions(
        segmenter,
        None if checkpoint is None else Path(checkpoint),
        chosen,
        top or NAMES[form],
        min_probability,
        named_only,
        Settings().pixel_limit,
    )
    return predict_folder(
        Path(folder),
        Path(out),
        options,
        form=form,
        boxes=None if boxes is None else Path(boxes),
        workers=workers,
        restart=restart,
        progress=progress,
    )
