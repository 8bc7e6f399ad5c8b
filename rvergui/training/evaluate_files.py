"""An evaluation as files: numbers for programs, tables for spreadsheets, two figures."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rvergui.core import RverError
from rvergui.core.atomic import replacing, write_text
from rvergui.training.calibration import reliability
from rvergui.training.evaluate import Evaluation
from rvergui.training.figures import confusion_figure, reliability_figure, save_figure
from rvergui.training.intervals import TOP

METRICS, PER_CLASS, CONFUSION, PREDICTIONS = "metrics.json", "per_class.csv", "confusion.csv", "predictions.csv"
CONFUSION_FIGURE, RELIABILITY_FIGURE = "confusion.png", "reliability.png"


def write_evaluation(evaluation: Evaluation, folder: Path, figures: bool = True) -> list[Path]:
    """Write metrics.json, per_class.csv, confusion.csv, predictions.csv, confusion.png and reliability.png.

    Each file appears whole or not at all; other files in ``folder`` are left alone.

    Args:
        evaluation: what ``measure`` gave.
        folder: made if missing.
        figures: False leaves the two pictures out.

    Returns:
        The files.

    Raises:
        RverError: a file cannot be written, or ``folder`` is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise RverError(f"{folder} is a file; name a folder for the results.")
    tables: dict[str, str] = {
        METRICS: json.dumps(evaluation.result, ensure_ascii=False, indent=1) + "\n",
        PER_CLASS: _csv(_per_class(evaluation.result)),
        CONFUSION: _csv(_confusion(evaluation.result["confusion"])),
        PREDICTIONS: _csv(_predictions(evaluation)),
    }
    for name, text in tables.items():
        write_text(folder / name, text)
    written = [folder / name for name in tables]
    if figures:
        answers = evaluation.answers
        pictures = {
            CONFUSION_FIGURE: confusion_figure(*confusion_matrix(evaluation.result["confusion"])),
            RELIABILITY_FIGURE: reliability_figure(reliability(np.maximum(answers.confidence, 0.0), answers.right)),
        }
        for name, figure in pictures.items():
            with replacing(folder / name) as neighbour:
                save_figure(figure, neighbour)
            written.append(folder / name)
    return written


def _csv(rows: Iterable[Sequence[Any]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def _per_class(result: dict[str, Any]) -> Iterable[Sequence[Any]]:
    """Worst class first, as a person wants to read them."""
    yield ("class", "items", "f1", "f1_low", "f1_high", "precision", "recall")
    per_class: dict[str, float] = result["per_class"]
    for name in sorted(per_class, key=lambda name: (per_class[name], name)):
        low, high = result["per_class_intervals"].get(name, ("", ""))
        precision, recall = result["per_class_precision"][name], result["per_class_recall"][name]
        yield (name, result["per_class_items"][name], per_class[name], low, high, precision, recall)


def confusion_matrix(confusion: dict[str, dict[str, int]]) -> tuple[np.ndarray, list[str]]:
    """The counts (names, names), a row what objects are, a column what they were called; and the names."""
    called = {name for row in confusion.values() for name in row}
    names = [*confusion, *sorted(called.difference(confusion))]
    place = {name: number for number, name in enumerate(names)}
    counts = np.zeros((len(names), len(names)), dtype=np.int64)
    for true, row in confusion.items():
        for predicted, count in row.items():
            counts[place[true], place[predicted]] = count
    return counts, names


def _confusion(confusion: dict[str, dict[str, int]]) -> Iterable[Sequence[Any]]:
    counts, names = confusion_matrix(confusion)
    yield ("true \\ predicted", *names)
    for name, row in zip(names, counts.tolist(), strict=True):
        yield (name, *row)


def _predictions(evaluation: Evaluation) -> Iterable[Sequence[Any]]:
    """A line an object, with its first names and how likely the right one was held to be."""
    found, classes = evaluation.probabilities, evaluation.probabilities.classes
    many = min(TOP, len(classes))
    guesses = [column for place in range(1, many + 1) for column in (f"name_{place}", f"probability_{place}")]
    yield ("item", "photo", "file", "true", "right", "probability_of_true", *guesses)
    outputs: dict[str, list[int]] = {}
    for output, name in enumerate(classes):
        outputs.setdefault(name, []).append(output)
    order = np.argsort(-found.probabilities, axis=1, kind="stable")[:, :many]
    for number, (item, photo, true) in enumerate(zip(found.item_keys, found.photo_keys, found.true_names, strict=True)):
        row = found.probabilities[number]
        named = [value for output in order[number] for value in (classes[output], f"{row[output]:.6f}")]
        own = float(row[outputs.get(true, [])].sum())
        yield (
            item,
            photo,
            evaluation.files.get(photo, ""),
            true,
            int(evaluation.answers.right[number]),
            f"{own:.6f}",
            *named,
        )
