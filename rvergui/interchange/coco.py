"""COCO instance annotations, the format most segmentation tools read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import numpy as np

from rvergui import __version__
from rvergui.core import Item, Mask, RverError
from rvergui.core.atomic import replacing
from rvergui.interchange.confirmed import ConfirmedPhoto, confirmed_photos
from rvergui.interchange.report import ExportReport, Progress, ProgressCounter

if TYPE_CHECKING:
    from rvergui.project.store import Project

SEGMENTATIONS = ("rle", "polygons")


def export_coco(
    project: Project,
    out_file: Path,
    progress: Progress | None = None,
    segmentation: str = "rle",
) -> ExportReport:
    """Write every confirmed object into one COCO JSON file, which appears whole or not at all.

    Categories are all classes of the project in its order, ids from 1; ``file_name`` is relative to its folder.
    Objects are written one photo at a time, so memory does not grow with the project.

    Args:
        project: where the objects come from.
        out_file: the JSON file; an earlier one is replaced.
        progress: see ``interchange.report``.
        segmentation: "rle" (compressed run lengths, which ``pycocotools`` decodes to exactly the mask) or "polygons"
            (outlines, for tools that read nothing else; holes are filled).

    Raises:
        Cancelled: ``progress`` returned False.
        RverError: nothing to export, the place cannot be written.
    """
    if segmentation not in SEGMENTATIONS:
        raise RverError(f"There is no kind of segmentation {segmentation!r}; choose {' or '.join(SEGMENTATIONS)}.")
    if out_file.is_dir():
        raise RverError(f"{out_file} is a folder; choose a file name such as annotations.json.")
    total = sum(record.confirmed > 0 for record in project.photos())
    if not total:
        raise RverError("There is no confirmed object to export; name at least one object first.")
    with replacing(out_file) as neighbour, neighbour.open("w", encoding="utf-8", newline="\n") as stream:
        writer = _CocoWriter(stream, project, segmentation)
        counter = ProgressCounter(progress, total)
        for confirmed in confirmed_photos(project, writer.taxonomy):
            counter.advance()
            writer.write_photo(confirmed)
        if not writer.written:
            raise RverError(f"Not one object could be exported, so nothing was written; first: {writer.skipped[0]}")
        writer.finish()
        counter.finish()
    return ExportReport(written=writer.written, photos=len(writer.images), skipped=writer.skipped)


class _CocoWriter:
    """Streams annotations; the short records of images follow at the end, JSON does not mind the order."""

    def __init__(self, stream: TextIO, project: Project, segmentation: str) -> None:
        self.written = 0
        self.images: list[dict[str, Any]] = []
        self.skipped: list[str] = []
        self.taxonomy = project.taxonomy()
        self._project = project
        self._stream = stream
        self._polygons = segmentation == "polygons"
        self._category_ids = {food.id: number for number, food in enumerate(self.taxonomy, start=1)}
        now = datetime.now(UTC)
        head = {
            "info": {
                "description": f"{project.path.stem}; file_name is relative to the project's folder",
                "contributor": f"RveRGUI {__version__}",
                "version": "1",
                "year": now.year,
                "date_created": now.isoformat(timespec="seconds"),
            },
            "licenses": [],
            "categories": [
                {"id": self._category_ids[food.id], "name": food.name, "supercategory": "food"}
                for food in self.taxonomy
            ],
        }
        stream.write(f'{json.dumps(head, ensure_ascii=False, indent=1)[:-2]},\n "annotations": [')

    def write_photo(self, confirmed: ConfirmedPhoto) -> None:
        """Write the objects of one photo, or tell why not."""
        record, sheet = confirmed.record, confirmed.sheet
        self.skipped.extend(confirmed.left_out)
        if not confirmed.objects:
            return
        path = self._project.photo_path(record)
        if record.problem is not None:
            self.skipped.append(record.problem)
            return
        if not path.is_file():
            self.skipped.append(f"{path.name} is no longer in {path.parent}; put it back or remove it from the list.")
            return
        image_id = len(self.images) + 1
        before = self.written
        for item, food in confirmed.objects:
            if item.mask.size != sheet.size:
                self.skipped.append(
                    f"{record.path} ({food.name}): the mask has another size than the photo; draw it again."
                )
                continue
            self._write_annotation(item, image_id, self._category_ids[food.id])
        if self.written > before:
            height, width = sheet.size
            self.images.append({"id": image_id, "file_name": record.path, "width": width, "height": height})

    def _write_annotation(self, item: Item, image_id: int, category_id: int) -> None:
        self.written += 1
        annotation = {
            "id": self.written,
            "image_id": image_id,
            "category_id": category_id,
            "segmentation": _outlines(item.mask) if self._polygons else item.mask.rle(),
            "area": item.mask.area,
            "bbox": list(item.mask.bbox),
            "iscrowd": 0,  # an object is one object even as run lengths; crowds are left out of evaluations
        }
        self._stream.write(f"{',' if self.written > 1 else ''}\n  {json.dumps(annotation, ensure_ascii=False)}")

    def finish(self) -> None:
        """Write the images and close the JSON."""
        lines = ",\n  ".join(json.dumps(image, ensure_ascii=False) for image in self.images)
        self._stream.write(f'\n ],\n "images": [\n  {lines}\n ]\n}}\n')


def _outlines(mask: Mask) -> list[list[float]]:
    """The outer outlines of ``mask`` as COCO polygons; those of holes run the other way round and are left out."""
    outer = []
    for loop in mask.loops:
        x, y = loop[:, 0].astype(float), loop[:, 1].astype(float)
        twice_area = float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())
        if twice_area > 0:
            outer.append([float(value) for value in loop.reshape(-1)])
    return outer
