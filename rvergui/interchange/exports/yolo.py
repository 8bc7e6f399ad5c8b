"""The data sets that ultralytics' networks train on: a text file a photo, a line an object."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from rvergui.core import Mask, RverError
from rvergui.interchange.exports.division import TEST, TRAIN
from rvergui.interchange.exports.format import ExportFormat, Job
from rvergui.interchange.exports.marker import write_marker
from rvergui.interchange.exports.options import WithOutlines, WithPictures
from rvergui.interchange.exports.pictures import FileNames, put_photo
from rvergui.interchange.exports.selection import ExportPhoto
from rvergui.interchange.outlines import one_ring

DATA, IMAGES, LABELS = "data.yaml", "images", "labels"
FOLDERS = {TRAIN: "train", TEST: "val"}
"""YOLO's own words: what is held out it calls val."""


class YoloOptions(WithPictures, WithOutlines):
    """How labels and photos are written."""

    labels: Literal["polygons", "boxes"] = Field(
        "polygons",
        title="Labels",
        description="polygons: for segmentation; boxes: for detection.",
        json_schema_extra={"labels": {"polygons": "polygons (segmentation)", "boxes": "boxes (detection)"}},
    )


class YoloWriter:
    """Writes images/PART/NAME.jpg, labels/PART/NAME.txt and data.yaml."""

    def __init__(self, job: Job) -> None:
        options = job.options
        assert isinstance(options, YoloOptions)
        self._job, self._options = job, options
        self._numbers = job.numbers(0)
        self._names = FileNames()
        for part in job.parts:
            for kind in (IMAGES, LABELS):
                (job.root / kind / FOLDERS[part]).mkdir(parents=True)

    def write(self, photo: ExportPhoto, part: str) -> int:
        """See ``Writer``."""
        folder, name = FOLDERS[part], self._names.give(photo.path)
        try:
            put_photo(photo.path, self._job.root / IMAGES / folder, name, self._options.images, self._job.pixel_limit)
        except RverError as error:
            self._job.skipped.append(str(error))
            return 0
        lines = [f"{self._numbers[item.food.id]} {self._place(item.item.mask)}\n" for item in photo.items]
        (self._job.root / LABELS / folder / f"{name}.txt").write_text("".join(lines), encoding="ascii")
        return len(lines)

    def _place(self, mask: Mask) -> str:
        height, width = mask.size
        if self._options.labels == "boxes":
            x, y, w, h = mask.bbox
            values: list[float] = [(x + w / 2) / width, (y + h / 2) / height, w / width, h / height]
        else:
            ring = one_ring(mask, self._options.tolerance) / (width, height)
            values = ring.reshape(-1).tolist()
        return " ".join(f"{value:.9g}" for value in values)

    def finish(self) -> None:
        """Write data.yaml, which names the classes; without ``path`` its own folder counts."""
        import yaml

        held = FOLDERS[TEST if TEST in self._job.parts else TRAIN]
        content: dict[str, Any] = {
            "train": f"{IMAGES}/{FOLDERS[TRAIN]}",
            "val": f"{IMAGES}/{held}",
            "nc": len(self._job.classes),
            "names": {self._numbers[food.id]: food.name for food in self._job.classes},
        }
        text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=10**6)
        Path(self._job.root / DATA).write_text(text, encoding="utf-8")
        write_marker(self._job.root, YOLO.name, self._job.project_name, self._job.settings)


YOLO = ExportFormat(
    name="yolo",
    title="YOLO data set",
    summary="Photos, one text file of outlines (or boxes) each, and data.yaml, as ultralytics trains on it.",
    make=YoloWriter,
    options=YoloOptions,
    owns=frozenset({DATA, IMAGES, LABELS, f"{LABELS}.cache"}),
)
