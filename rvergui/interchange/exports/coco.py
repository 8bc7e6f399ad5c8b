"""COCO instance annotations, the format most segmentation tools read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TextIO

from pydantic import Field

from rvergui import __version__
from rvergui.core import Mask
from rvergui.interchange.exports.format import ExportFormat, Job
from rvergui.interchange.exports.options import Options
from rvergui.interchange.exports.selection import ExportItem, ExportPhoto
from rvergui.interchange.outlines import mask_rings


class CocoOptions(Options):
    """How masks are written."""

    segmentation: Literal["rle", "polygons"] = Field(
        "rle",
        title="Masks as",
        description="rle: run lengths; polygons: outlines along the pixels' edges, holes joined by a cut of no width. "
        "pycocotools makes exactly the mask of both.",
        json_schema_extra={"labels": {"rle": "run lengths", "polygons": "polygons"}},
    )


class CocoWriter:
    """Streams annotations; the short records of images follow at the end, JSON does not mind the order."""

    def __init__(self, job: Job) -> None:
        options = job.options
        assert isinstance(options, CocoOptions)
        self._outlined = options.segmentation == "polygons"
        self._category_ids = job.numbers(1)
        self._written = 0
        self._images: list[dict[str, Any]] = []
        self._stream: TextIO = job.root.open("w", encoding="utf-8", newline="\n")
        now = datetime.now(UTC)
        head = {
            "info": {
                "description": f"{Path(job.project_name).stem}; file_name is relative to the project's folder",
                "contributor": f"RveRGUI {__version__}",
                "version": "1",
                "year": now.year,
                "date_created": now.isoformat(timespec="seconds"),
            },
            "licenses": [],
            "categories": [
                {"id": self._category_ids[food.id], "name": food.name, "supercategory": "food"} for food in job.classes
            ],
        }
        self._stream.write(f'{json.dumps(head, ensure_ascii=False, indent=1)[:-2]},\n "annotations": [')

    def write(self, photo: ExportPhoto, part: str) -> int:
        """See ``Writer``."""
        height, width = photo.size
        image_id = len(self._images) + 1
        self._images.append({"id": image_id, "file_name": photo.record.path, "width": width, "height": height})
        for item in photo.items:
            self._write_annotation(item, image_id)
        return len(photo.items)

    def _write_annotation(self, item: ExportItem, image_id: int) -> None:
        self._written += 1
        mask = item.item.mask
        annotation = {
            "id": self._written,
            "image_id": image_id,
            "category_id": self._category_ids[item.food.id],
            "segmentation": _polygons(mask) if self._outlined else mask.rle(),
            "area": mask.area,
            "bbox": list(mask.bbox),
            "iscrowd": 0,  # an object is one object even as run lengths; crowds are left out of evaluations
        }
        self._stream.write(f"{',' if self._written > 1 else ''}\n  {json.dumps(annotation, ensure_ascii=False)}")

    def finish(self) -> None:
        """Write the images and close the JSON."""
        lines = ",\n  ".join(json.dumps(image, ensure_ascii=False) for image in self._images)
        self._stream.write(f'\n ],\n "images": [\n  {lines}\n ]\n}}\n')
        self.close()

    def close(self) -> None:
        """Let go of the file, finished or not."""
        self._stream.close()


def _polygons(mask: Mask) -> list[list[float]]:
    return [[float(value) for value in ring.reshape(-1)] for ring in mask_rings(mask)]


COCO = ExportFormat(
    name="coco",
    title="COCO JSON",
    summary="One file with every mask, box and class; what most segmentation tools read.",
    make=CocoWriter,
    options=CocoOptions,
    suffix=".json",
    test_share=None,
)
