"""COCO instance annotations, the format most segmentation tools read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TextIO

from pydantic import Field

from rvergui import __version__
from rvergui.core import Mask, RverError
from rvergui.interchange.exports.format import ExportFormat, Job
from rvergui.interchange.exports.marker import write_marker
from rvergui.interchange.exports.options import Options
from rvergui.interchange.exports.pictures import FileNames, put_photo
from rvergui.interchange.exports.selection import ExportItem, ExportPhoto
from rvergui.interchange.outlines import mask_rings

ANNOTATIONS, IMAGES = "annotations", "images"


class CocoOptions(Options):
    """How masks are written, and whether photos are."""

    segmentation: Literal["rle", "polygons"] = Field(
        "rle",
        title="Masks as",
        description="rle: run lengths; polygons: outlines along the pixels' edges, holes joined by a cut of no width. "
        "pycocotools makes exactly the mask of both.",
        json_schema_extra={"labels": {"rle": "run lengths", "polygons": "polygons"}},
    )
    images: Literal["leave", "copy", "link", "convert"] = Field(
        "leave",
        title="Photos",
        description="leave: where they are; in a folder also copy: the files as they are; link: links to them; "
        "convert: upright JPEG copies.",
        json_schema_extra={
            "labels": {
                "leave": "leave them where they are",
                "copy": "copy them",
                "link": "link to them",
                "convert": "write upright JPEG copies",
            }
        },
    )


class CocoWriter:
    """Writes one file, or in a folder ``annotations/instances_PART.json`` and, if wanted, ``images/PART/NAME.jpg``.

    Without a division a folder holds ``annotations/instances.json`` and ``images/NAME.jpg``. Ids are unique over the
    parts.
    """

    def __init__(self, job: Job) -> None:
        options = job.options
        assert isinstance(options, CocoOptions)
        self._job, self._images = job, options.images
        self._names = FileNames()
        self._as_folder = job.root.is_dir()
        if not self._as_folder and self._images != "leave":
            raise RverError(
                f"One .json file has no room for photos; leave them where they are, or give the name of a folder "
                f"instead of {job.out.name}."
            )
        self._files = {part: self._file(part, options.segmentation == "polygons") for part in job.parts}
        self._photos = self._objects = 0

    def _file(self, part: str, outlined: bool) -> _File:
        job = self._job
        if not self._as_folder:
            return _File(job.root, job, outlined)
        (job.root / ANNOTATIONS).mkdir(exist_ok=True)
        if self._images != "leave":
            self._folder(part).mkdir(parents=True)
        return _File(job.root / ANNOTATIONS / f"instances{f'_{part}' if job.is_divided else ''}.json", job, outlined)

    def _folder(self, part: str) -> Path:
        images = self._job.root / IMAGES
        return images / part if self._job.is_divided else images

    def write(self, photo: ExportPhoto, part: str) -> int:
        """See ``Writer``."""
        name = photo.record.path
        if self._images != "leave":
            try:
                given = self._names.give(photo.path)
                name = put_photo(photo.path, self._folder(part), given, self._images, self._job.pixel_limit)
            except RverError as error:
                self._job.skipped.append(str(error))
                return 0
        file = self._files[part]
        self._photos += 1
        file.add_image(self._photos, name, photo.size)
        for item in photo.items:
            self._objects += 1
            file.add_annotation(self._objects, self._photos, item)
        return len(photo.items)

    def finish(self) -> None:
        """Close each JSON; leave the mark by which a folder is known again."""
        for file in self._files.values():
            file.finish()
        if self._as_folder:
            write_marker(self._job.root, COCO.name, self._job.project_name, self._job.settings)

    def close(self) -> None:
        """Let go of the files, finished or not."""
        for file in self._files.values():
            file.close()


class _File:
    """Streams annotations; the short records of images follow at the end, JSON does not mind the order."""

    def __init__(self, file: Path, job: Job, outlined: bool) -> None:
        self._outlined = outlined
        self._category_ids = job.numbers(1)
        self._written = 0
        self._images: list[dict[str, Any]] = []
        self._stream: TextIO = file.open("w", encoding="utf-8", newline="\n")
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

    def add_image(self, image_id: int, name: str, size: tuple[int, int]) -> None:
        self._images.append({"id": image_id, "file_name": name, "width": size[1], "height": size[0]})

    def add_annotation(self, number: int, image_id: int, item: ExportItem) -> None:
        mask = item.item.mask
        annotation = {
            "id": number,
            "image_id": image_id,
            "category_id": self._category_ids[item.food.id],
            "segmentation": _polygons(mask) if self._outlined else mask.rle(),
            "area": mask.area,
            "bbox": list(mask.bbox),
            "iscrowd": 0,  # an object is one object even as run lengths; crowds are left out of evaluations
        }
        self._stream.write(f"{',' if self._written else ''}\n  {json.dumps(annotation, ensure_ascii=False)}")
        self._written += 1

    def finish(self) -> None:
        lines = ",\n  ".join(json.dumps(image, ensure_ascii=False) for image in self._images)
        self._stream.write(f'\n ],\n "images": [\n  {lines}\n ]\n}}\n')
        self.close()

    def close(self) -> None:
        self._stream.close()


def _polygons(mask: Mask) -> list[list[float]]:
    return [[float(value) for value in ring.reshape(-1)] for ring in mask_rings(mask)]


COCO = ExportFormat(
    name="coco",
    title="COCO JSON",
    summary="One file with every mask, box and class, what most segmentation tools read; or a folder of such files.",
    make=CocoWriter,
    options=CocoOptions,
    suffix=".json",
    or_folder=True,
    test_share=0.0,
    owns=frozenset({ANNOTATIONS, IMAGES}),
)
