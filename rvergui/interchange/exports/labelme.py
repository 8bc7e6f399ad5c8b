"""labelme's JSON: one file beside each photo."""

from __future__ import annotations

import base64
import io
import json
from typing import Any, Literal

import numpy as np
from PIL import Image
from pydantic import Field

from rvergui.core import RverError
from rvergui.interchange.exports.format import ExportFormat, Job
from rvergui.interchange.exports.marker import write_marker
from rvergui.interchange.exports.options import WithOutlines, WithPictures
from rvergui.interchange.exports.pictures import FileNames, put_photo
from rvergui.interchange.exports.selection import ExportItem, ExportPhoto
from rvergui.interchange.outlines import mask_rings

VERSION = "5.5.0"
"""The version of labelme whose files these are like; older ones read polygons, 5.2 and newer masks as well."""


class LabelmeOptions(WithPictures, WithOutlines):
    """How masks and photos are written."""

    shapes: Literal["polygon", "mask"] = Field(
        "polygon",
        title="Masks as",
        description="polygon: outlines to edit by hand, the parts of an object share a group; mask: every pixel, for "
        "labelme 5.2 or newer.",
        json_schema_extra={"labels": {"polygon": "polygons", "mask": "exact masks"}},
    )


class LabelmeWriter:
    """Writes NAME.jpg and NAME.json side by side, in a folder for each part if photos are divided."""

    def __init__(self, job: Job) -> None:
        options = job.options
        assert isinstance(options, LabelmeOptions)
        self._job, self._options = job, options
        self._names = FileNames()
        for part in job.parts if job.is_divided else ():
            (job.root / part).mkdir()

    def write(self, photo: ExportPhoto, part: str) -> int:
        """See ``Writer``."""
        job, name = self._job, self._names.give(photo.path)
        folder = job.root / part if job.is_divided else job.root
        try:
            picture = put_photo(photo.path, folder, name, self._options.images, job.pixel_limit)
        except RverError as error:
            job.skipped.append(str(error))
            return 0
        height, width = photo.size
        content: dict[str, Any] = {
            "version": VERSION,
            "flags": {},
            "shapes": [shape for item in photo.items for shape in self._shapes(item)],
            "imagePath": picture,
            "imageData": None,
            "imageHeight": height,
            "imageWidth": width,
        }
        text = json.dumps(content, ensure_ascii=False, indent=1)
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
        return len(photo.items)

    def _shapes(self, item: ExportItem) -> list[dict[str, Any]]:
        mask = item.item.mask
        if self._options.shapes == "mask":
            x, y, w, h = mask.bbox
            corners = [[float(x), float(y)], [float(x + w - 1), float(y + h - 1)]]  # both pixels belong to it
            stream = io.BytesIO()
            Image.fromarray(mask.crop().astype(np.uint8) * 255).convert("1").save(stream, format="PNG")
            pixels = base64.b64encode(stream.getvalue()).decode("ascii")
            return [_shape(item, "mask", corners, None, pixels)]
        rings = mask_rings(mask, self._options.tolerance)
        group = item.number if len(rings) > 1 else None
        return [_shape(item, "polygon", ring.tolist(), group, None) for ring in rings]

    def finish(self) -> None:
        """Leave the mark by which the folder is known again."""
        write_marker(self._job.root, LABELME.name, self._job.project_name, self._job.settings)


def _shape(
    item: ExportItem, kind: str, points: list[list[float]], group: int | None, pixels: str | None
) -> dict[str, Any]:
    return {
        "label": item.name,
        "points": points,
        "group_id": group,
        "description": item.item.note,
        "shape_type": kind,
        "flags": {},
        "mask": pixels,
    }


LABELME = ExportFormat(
    name="labelme",
    title="labelme JSON",
    summary="Photos with a JSON file each beside them, to go on by hand in labelme.",
    make=LabelmeWriter,
    options=LabelmeOptions,
    test_share=0.0,
)
