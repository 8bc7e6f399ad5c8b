"""A black and white PNG for every object, in folders by class, and a table of them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TextIO

from pydantic import Field

from rvergui.core import RverError
from rvergui.interchange.exports.division import TEST, TRAIN
from rvergui.interchange.exports.format import ExportFormat, Job
from rvergui.interchange.exports.marker import write_marker
from rvergui.interchange.exports.options import Options, Pictures
from rvergui.interchange.exports.pictures import FileNames, put_photo
from rvergui.interchange.exports.selection import ExportPhoto
from rvergui.interchange.mask_file import write_mask_file
from rvergui.interchange.safe_names import folder_names

TABLE, MASKS, PHOTOS = "objects.csv", "masks", "photos"
COLUMNS = ("mask", "photo", "part", "class", "object", "x", "y", "box_width", "box_height", "area")


class ObjectMaskOptions(Options):
    """Whether photos are written, too."""

    images: Pictures = Field(
        "copy",
        title="Photos",
        description="copy: the files as they are; link: links to them; convert: upright JPEG copies.",
        json_schema_extra={
            "labels": {"copy": "copy them", "link": "link to them", "convert": "write upright JPEG copies"}
        },
    )


class ObjectMaskWriter:
    """Writes masks/CLASS/NAME~NUMBER.png and photos/NAME.jpg, below a folder for each part if photos are divided, and
    objects.csv.
    """

    def __init__(self, job: Job) -> None:
        options = job.options
        assert isinstance(options, ObjectMaskOptions)
        self._job, self._images = job, options.images
        self._folders = folder_names(food.name for food in job.classes)
        self._names = FileNames()
        for part in job.parts:
            (self._folder(part) / PHOTOS).mkdir(parents=True)
        self._stream: TextIO = (job.root / TABLE).open("w", encoding="utf-8-sig", newline="")
        self._table = csv.writer(self._stream)
        self._table.writerow(COLUMNS)

    def _folder(self, part: str) -> Path:
        return self._job.root / part if self._job.is_divided else self._job.root

    def write(self, photo: ExportPhoto, part: str) -> int:
        """See ``Writer``."""
        job, name = self._job, self._names.give(photo.path)
        folder = self._folder(part)
        try:
            file = put_photo(photo.path, folder / PHOTOS, name, self._images, job.pixel_limit)
        except RverError as error:
            job.skipped.append(str(error))
            return 0
        picture, said = self._place(folder / PHOTOS / file), part if job.is_divided else ""
        for item in photo.items:
            mask = item.item.mask
            target = folder / MASKS / self._folders[item.name] / f"{name}~{item.number:02d}.png"
            target.parent.mkdir(parents=True, exist_ok=True)
            write_mask_file(target, mask)
            self._table.writerow((self._place(target), picture, said, item.name, item.number, *mask.bbox, mask.area))
        return len(photo.items)

    def _place(self, file: Path) -> str:
        return file.relative_to(self._job.root).as_posix()

    def finish(self) -> None:
        """Leave the mark by which the folder is known again."""
        self.close()
        write_marker(self._job.root, OBJECT_MASKS.name, self._job.project_name, self._job.settings)

    def close(self) -> None:
        """Let go of the table, finished or not."""
        self._stream.close()


OBJECT_MASKS = ExportFormat(
    name="masks",
    title="A mask for each object",
    summary="Black and white PNGs of the photo's size in folders by class, with a table that says which is which.",
    make=ObjectMaskWriter,
    options=ObjectMaskOptions,
    test_share=0.0,
    owns=frozenset({TABLE, MASKS, PHOTOS, TRAIN, TEST}),
)
