"""Results as files: one writer a format, each fed one photo at a time."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO, TypeAlias

from rvergui import __version__
from rvergui.batch.results import line
from rvergui.core import RverError
from rvergui.core.atomic import replacing

Record: TypeAlias = "Mapping[str, Any]"
"""See ``PhotoResult.record``."""

UNNAMED = "unnamed"
"""The category of COCO files for objects without a name."""


@dataclass(frozen=True)
class Output:
    """What a writer is to know.

    Attributes:
        classes: the names that the network knows, in its order; empty if nothing was named.
        top: how many names an object has at most.
        folder: of the photos, in words.
        photos: the files by their path below the folder.
        model: the network that a project is to go on with; None leaves it to the window.
        segmenter: what cut out, in words.
    """

    classes: Sequence[str]
    top: int
    folder: str
    photos: Mapping[str, Path] = field(default_factory=dict)
    model: Path | None = None
    segmenter: str = ""


def _jsonl(stream: TextIO, records: Iterable[Record], output: Output) -> None:
    """One photo a line, as ``PhotoResult.record``; broken ones with their problem."""
    for record in records:
        stream.write(line(record) + "\n")


def _csv(stream: TextIO, records: Iterable[Record], output: Output) -> None:
    """One object a line; a photo without objects, or a broken one, has one line, too."""
    names = [
        f"{column}{'' if rank == 1 else f'_{rank}'}"
        for rank in range(1, max(output.top, 1) + 1)
        for column in ("name", "probability", "without_context")
    ]
    columns = ["photo", "object", *names, "x", "y", "width", "height", "area", "score", "photo_width", "photo_height"]
    writer = csv.DictWriter(stream, [*columns, "rle", "problem"], restval="", lineterminator="\n")
    writer.writeheader()
    for record in records:
        photo = {"photo": record["photo"], "problem": record.get("problem", "")}
        if "problem" not in record:
            photo |= {"photo_width": record["width"], "photo_height": record["height"]}
        objects = record.get("objects", [])
        for number, each in enumerate(objects, start=1):
            writer.writerow({**photo, "object": number, **_csv_object(each)})
        if not objects:
            writer.writerow(photo)


def _csv_object(each: Record) -> dict[str, Any]:
    row = dict(zip(("x", "y", "width", "height"), each["bbox"], strict=True))
    row |= {"area": each["area"], "score": each["score"], "rle": each["segmentation"]["counts"]}
    for rank, name in enumerate(each["names"], start=1):
        row |= {f"{column}{'' if rank == 1 else f'_{rank}'}": value for column, value in name.items()}
    return row


def _coco(stream: TextIO, records: Iterable[Record], output: Output) -> None:
    """A COCO instances file: run lengths, the best name as category, its probability as score.

    Annotations are streamed; the short records of photos follow.
    """
    ids = {name: number for number, name in enumerate(output.classes, start=1)}
    categories = [{"id": number, "name": name, "supercategory": "food"} for name, number in ids.items()]
    unnamed = len(ids) + 1
    categories.append({"id": unnamed, "name": UNNAMED, "supercategory": ""})
    head = {
        "info": {
            "description": f"Predictions; file_name is relative to {output.folder}",
            "contributor": f"RveRGUI {__version__}",
            "version": "1",
        },
        "licenses": [],
        "categories": categories,
    }
    stream.write(f'{json.dumps(head, ensure_ascii=False, indent=1)[:-2]},\n "annotations": [')
    images: list[dict[str, Any]] = []
    count = 0
    for record in records:
        if "problem" in record:
            continue
        images.append(
            {
                "id": len(images) + 1,
                "file_name": record["photo"],
                "width": record["width"],
                "height": record["height"],
            }
        )
        for each in record["objects"]:
            count += 1
            annotation = {
                "id": count,
                "image_id": len(images),
                "category_id": ids[each["names"][0]["name"]] if each["names"] else unnamed,
                "segmentation": each["segmentation"],
                "area": each["area"],
                "bbox": each["bbox"],
                "iscrowd": 0,
                "score": each["names"][0]["probability"] if each["names"] else each["score"],
                "mask_score": each["score"],
            }
            stream.write(f"{',' if count > 1 else ''}\n  {line(annotation)}")
    lines = ",\n  ".join(line(image) for image in images)
    stream.write(f'\n ],\n "images": [\n  {lines}\n ]\n}}\n')


def _text(
    write: Callable[[TextIO, Iterable[Record], Output], None],
) -> Callable[[Path, Iterable[Record], Output], None]:
    """A format that is text, as a file that appears whole or not at all."""

    def whole(out: Path, records: Iterable[Record], output: Output) -> None:
        # file names that are no Unicode go through as they are; in JSON they are escaped before
        with (
            replacing(out) as neighbour,
            neighbour.open("w", encoding="utf-8", errors="surrogateescape", newline="") as stream,
        ):
            write(stream, records, output)

    return whole


def _project(out: Path, records: Iterable[Record], output: Output) -> None:
    from rvergui.batch.project_output import write_project

    write_project(out, records, output)


FORMATS: dict[str, Callable[[Path, Iterable[Record], Output], None]] = {
    "csv": _text(_csv),
    "jsonl": _text(_jsonl),
    "coco": _text(_coco),
    "project": _project,
}

NAMES = {"csv": 1, "jsonl": 1, "coco": 1, "project": 5}
"""How many names an object gets unless somebody says otherwise: in a project a person chooses among them."""

_SUFFIXES = {
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "coco",
    ".coco": "coco",
    ".rver": "project",
}


def format_of(out: Path, wanted: str | None = None) -> str:
    """The format of a result: what is wanted, else what its name says.

    Raises:
        RverError: neither says one that there is.
    """
    found = wanted or _SUFFIXES.get(out.suffix.lower())
    if found not in FORMATS:
        raise RverError(
            f"{out.name} says no format; end it in .csv, .jsonl, .json (COCO) or .rver (a project), or choose "
            f"{', '.join(FORMATS)}."
        )
    if found == "project":
        if out.suffix.lower() != ".rver":
            raise RverError(f"A project ends in .rver; call it {out.stem}.rver.")
        if out.exists():
            raise RverError(f"There is a project {out.name} already, and it may hold work of yours; name another file.")
    return found


def write_output(out: Path, form: str, records: Iterable[Record], output: Output) -> None:
    """Write the result, whole or not at all; an earlier one is replaced, but for a project, which may hold work.

    Raises:
        RverError: the disk is full or the folder cannot be written.
    """
    FORMATS[form](out, records, output)
