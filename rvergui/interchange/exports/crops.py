"""Cut-out objects in folders by class, as torchvision's ImageFolder reads them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from rvergui.core import Mask, RverError
from rvergui.core.photo_loading import load_photo
from rvergui.interchange.exports.format import ExportFormat, Job
from rvergui.interchange.exports.marker import write_marker
from rvergui.interchange.exports.options import Options
from rvergui.interchange.exports.pictures import FileNames, save_picture
from rvergui.interchange.exports.resize import resized, window_around
from rvergui.interchange.exports.selection import ExportItem, ExportPhoto
from rvergui.interchange.safe_names import folder_names


class CropOptions(Options):
    """How objects are cut out."""

    background: Literal["keep", "black", "transparent"] = Field(
        "keep",
        title="Around the object",
        description="keep: what is on the photo; black: nothing; transparent: nothing, and always PNG.",
        json_schema_extra={
            "labels": {"keep": "the photo", "black": "black", "transparent": "nothing (transparent PNG)"}
        },
    )
    margin: float = Field(
        0.1, ge=0, le=2, title="Margin", description="How much is added on each side, as a share of the longer side."
    )
    size: int = Field(
        0, ge=0, le=16384, title="Longest side", description="In pixels; larger ones are made smaller, 0 leaves them."
    )
    pictures: Literal["jpg", "png"] = Field(
        "jpg",
        title="Files",
        description="png is exact and larger.",
        json_schema_extra={"labels": {"jpg": "JPEG", "png": "PNG"}},
    )


class CropWriter:
    """Writes PART/CLASS/NAME~NUMBER.jpg, or CLASS/... if photos are not divided."""

    def __init__(self, job: Job) -> None:
        options = job.options
        assert isinstance(options, CropOptions)
        self._job, self._options = job, options
        self._folders = folder_names(food.name for food in job.classes)
        self._names = FileNames()
        self._counts: Counter[str] = Counter()
        for part in job.parts if job.is_divided else ():
            (job.root / part).mkdir()

    def write(self, photo: ExportPhoto, part: str) -> int:
        """See ``Writer``."""
        try:
            pixels = load_photo(photo.path, self._job.pixel_limit).pixels
        except RverError as error:
            self._job.skipped.append(str(error))
            return 0
        if pixels.shape[:2] != photo.size:
            self._job.skipped.append(f"{photo.record.path} has another size than its masks; draw them again.")
            return 0
        name = self._names.give(photo.path)
        for item in photo.items:
            self._write_crop(pixels, item, self._folder(item, part), name)
        return len(photo.items)

    def _folder(self, item: ExportItem, part: str) -> Path:
        root = self._job.root / part if self._job.is_divided else self._job.root
        folder = root / self._folders[item.name]
        folder.mkdir(exist_ok=True)
        self._counts[item.name] += 1
        return folder

    def _write_crop(self, pixels: NDArray[np.uint8], item: ExportItem, folder: Path, name: str) -> None:
        options = self._options
        crop = cut_out(pixels, item.item.mask, options.background, options.margin)
        kind = "png" if options.background == "transparent" else options.pictures
        save_picture(resized(crop, options.size), folder / f"{name}~{item.number:02d}.{kind}", kind)

    def finish(self) -> None:
        """Note the true names of the classes and leave the mark by which the folder is known again."""
        classes = [
            {"name": name, "folder": folder, "objects": self._counts[name]}
            for name, folder in self._folders.items()
            if self._counts[name]
        ]
        write_marker(self._job.root, CROPS.name, self._job.project_name, {**self._job.settings, "classes": classes})


def cut_out(pixels: NDArray[np.uint8], mask: Mask, background: str, margin: float) -> NDArray[np.uint8]:
    """The object with ``margin`` around it: (h, w, 3), or (h, w, 4) with a transparent background."""
    rows, columns = window_around(mask, margin)
    crop = pixels[rows, columns]
    if background == "keep":
        return crop
    inside = mask.array()[rows, columns]
    if background == "transparent":
        return np.dstack([crop, inside.astype(np.uint8) * 255])
    black: NDArray[np.uint8] = crop * inside[..., None]
    return black


CROPS = ExportFormat(
    name="crops",
    title="Cut-outs in folders by class (ImageFolder)",
    summary="One picture an object in a folder of its class, for classifiers that know no masks.",
    make=CropWriter,
    options=CropOptions,
    opens_photos=True,
)
