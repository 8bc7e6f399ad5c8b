"""Index masks in the layout of FoodSeg103: a picture a photo whose pixels are numbers of classes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rvergui.core import FoodClass, RverError
from rvergui.interchange.exports.format import ExportFormat, Job
from rvergui.interchange.exports.marker import write_marker
from rvergui.interchange.exports.options import WithPictures
from rvergui.interchange.exports.pictures import FileNames, put_photo
from rvergui.interchange.exports.selection import ExportPhoto
from rvergui.interchange.foodseg103 import CATEGORIES, MASKS, PHOTOS

IMAGES = "Images"
_EIGHT_BIT, _SIXTEEN_BIT = 255, 65535


class IndexMaskWriter:
    """Writes Images/img_dir/PART/NAME.jpg, Images/ann_dir/PART/NAME.png and category_id.txt."""

    def __init__(self, job: Job) -> None:
        options = job.options
        assert isinstance(options, WithPictures)
        self._job, self._images = job, options.images
        self._numbers = job.numbers(1)
        self._names = FileNames()
        if len(job.classes) > _SIXTEEN_BIT:
            raise RverError(f"An index mask holds {_SIXTEEN_BIT} classes at most; choose fewer classes.")
        self._palette = _palette(job.classes) if len(job.classes) <= _EIGHT_BIT else None
        for part in job.parts:
            for kind in (PHOTOS, MASKS):
                (job.root / IMAGES / kind / part).mkdir(parents=True)

    def write(self, photo: ExportPhoto, part: str) -> int:
        """See ``Writer``. Where objects overlap, the upper one counts; one that is covered wholly is told."""
        job, name = self._job, self._names.give(photo.path)
        values = np.zeros(photo.size, dtype=np.uint8 if self._palette is not None else np.uint16)
        for item in photo.items:
            x, y, w, h = item.item.mask.bbox
            values[y : y + h, x : x + w][item.item.mask.crop()] = self._numbers[item.food.id]
        try:
            put_photo(photo.path, job.root / IMAGES / PHOTOS / part, name, self._images, job.pixel_limit)
        except RverError as error:
            job.skipped.append(str(error))
            return 0
        picture = Image.fromarray(values)
        if self._palette is not None:
            picture.putpalette(self._palette)
        picture.save(job.root / IMAGES / MASKS / part / f"{name}.png", format="PNG")
        return self._seen(photo, values)

    def _seen(self, photo: ExportPhoto, values: NDArray[np.uint8] | NDArray[np.uint16]) -> int:
        seen = 0
        for item in photo.items:
            x, y, w, h = item.item.mask.bbox
            own = values[y : y + h, x : x + w][item.item.mask.crop()] == self._numbers[item.food.id]
            if own.any():
                seen += 1
            else:
                self._job.skipped.append(
                    f"{photo.record.path}, object {item.number} ({item.name}): others cover all of it, and a pixel of "
                    "an index mask has one class."
                )
        return seen

    def finish(self) -> None:
        """Write which number is which class, and the mark by which the folder is known again."""
        lines = ["0\tbackground\n", *(f"{self._numbers[food.id]}\t{food.name}\n" for food in self._job.classes)]
        (self._job.root / CATEGORIES).write_text("".join(lines), encoding="utf-8")
        write_marker(self._job.root, INDEX_MASKS.name, self._job.project_name, self._job.settings)


def _palette(classes: tuple[FoodClass, ...]) -> list[int]:
    """Black for the background and each class's own colour."""
    colours = [0, 0, 0]
    for food in classes:
        colours.extend(int(food.colour[i : i + 2], 16) for i in (1, 3, 5))
    return colours


INDEX_MASKS = ExportFormat(
    name="index-masks",
    title="Index masks (FoodSeg103's layout)",
    summary="A PNG a photo whose pixels are numbers of classes, and the list of them; for semantic segmentation.",
    make=IndexMaskWriter,
    options=WithPictures,
    owns=frozenset({IMAGES, CATEGORIES}),
)
