"""The two views as pictures in the layout of the RveRNet paper's data.

That is ``out/{train,test}/{roi,extra-roi}/CLASS/NAME.jpg``.

In the published data NAME is the photo's name, so that one photo with two objects of a class collides. Here NAME is
``STEM~HASH~NUMBER``: the photo's name, the start of its content's hash, and a number counted within that content.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from rvergui import __version__
from rvergui.core import Photo, RverError, views
from rvergui.core.photo_loading import load_photo
from rvergui.interchange.exports.format import ExportFormat, Job
from rvergui.interchange.exports.marker import MARKER as EXPORT_MARKER
from rvergui.interchange.exports.marker import write_marker
from rvergui.interchange.exports.options import Options
from rvergui.interchange.exports.pictures import save_picture
from rvergui.interchange.exports.resize import resized, window_around
from rvergui.interchange.exports.selection import ExportItem, ExportPhoto
from rvergui.interchange.pairs_layout import CLASS_NAMES, EXTRA, FORMAT, MARKER, ROI, SPLITS, pair_name
from rvergui.interchange.safe_names import encode_name, folder_names

_OURS = frozenset({*SPLITS, MARKER, CLASS_NAMES, EXPORT_MARKER})
_STEM_LENGTH = 60


class PairOptions(Options):
    """How the views are written."""

    pictures: Literal["jpg", "png"] = Field(
        "jpg",
        title="Files",
        description="png is exact and larger: the two views add up to the photo.",
        json_schema_extra={"labels": {"jpg": "JPEG", "png": "PNG (exact)"}},
    )
    crop: bool = Field(
        False,
        title="Only around the object",
        description="Cut both views to the object's box with a margin; else they have the photo's size, as published.",
    )
    margin: float = Field(
        0.5,
        ge=0,
        le=10,
        title="Margin",
        description="With crop: how much is added on each side, as a share of the object's longer side.",
    )
    size: int = Field(
        0, ge=0, le=16384, title="Longest side", description="In pixels; larger ones are made smaller, 0 leaves them."
    )


class PairWriter:
    """Writes both views of every object; a photo is opened once."""

    def __init__(self, job: Job) -> None:
        options = job.options
        assert isinstance(options, PairOptions)
        self._job, self._options = job, options
        self._folders = folder_names(food.name for food in job.classes)
        self._counts: dict[str, Counter[str]] = {split: Counter() for split in SPLITS}
        self._numbers: Counter[str] = Counter()
        for split in SPLITS:
            for view in (ROI, EXTRA):
                (job.root / split / view).mkdir(parents=True)

    def write(self, photo: ExportPhoto, part: str) -> int:
        """See ``Writer``."""
        try:
            opened = load_photo(photo.path, self._job.pixel_limit)
        except RverError as error:
            self._job.skipped.append(str(error))
            return 0
        written = 0
        for item in photo.items:
            try:
                roi, extra = views(opened.pixels, item.item.mask)
            except RverError as error:
                self._job.skipped.append(f"{photo.record.path} ({item.name}): {error}")
                continue
            self._write_pair(opened, photo.path.stem, item, part, (roi, extra))
            written += 1
        return written

    def _write_pair(
        self,
        photo: Photo,
        stem: str,
        item: ExportItem,
        part: str,
        pair: tuple[NDArray[np.uint8], NDArray[np.uint8]],
    ) -> None:
        self._numbers[photo.key] += 1
        options = self._options
        safe = encode_name(stem[:_STEM_LENGTH])
        name = f"{pair_name(safe, photo.key, self._numbers[photo.key])}.{options.pictures}"
        window = window_around(item.item.mask, options.margin) if options.crop else (slice(None), slice(None))
        for view, pixels in zip((ROI, EXTRA), pair, strict=True):
            folder = self._job.root / part / view / self._folders[item.name]
            folder.mkdir(exist_ok=True)
            save_picture(resized(pixels[window], options.size), folder / name, options.pictures)
        self._counts[part][item.name] += 1

    def finish(self) -> None:
        """Write the list of classes, and classes.json with their true names."""
        names = [name for name in self._folders if any(counts[name] for counts in self._counts.values())]
        marker = {
            "format": FORMAT,
            "version": 1,
            "program": f"RveRGUI {__version__}",
            "project": self._job.project_name,
            **self._job.settings,
            "crop": self._options.crop,
            "size": self._options.size,
            "classes": [
                {"name": name, "folder": self._folders[name]} | {split: self._counts[split][name] for split in SPLITS}
                for name in names
            ],
        }
        root = self._job.root
        (root / MARKER).write_text(json.dumps(marker, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        (root / CLASS_NAMES).write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
        write_marker(root, PAIRS.name, self._job.project_name, self._job.settings)


def refusal(out: Path) -> str | None:
    """Why the folder ``out`` may not be replaced by an export, as a sentence; None if it may."""
    if not _is_ours(out):
        return f"The folder {out} holds other files than an earlier export of pairs; choose an empty or a new one."
    others = sorted(entry.name for entry in out.iterdir() if entry.name not in _OURS)
    if others:
        return (
            f"The folder {out} holds {others[0]} besides an earlier export, which would be deleted with it; "
            "move it elsewhere or choose another folder."
        )
    return None


def _is_ours(folder: Path) -> bool:
    try:
        marker = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(marker, dict) and marker.get("format") == FORMAT


PAIRS = ExportFormat(
    name="pairs",
    title="Pairs for training RveRNet",
    summary="The ROI and the extra-ROI view of every object as pictures, in the layout of the paper's data.",
    make=PairWriter,
    options=PairOptions,
    both_parts=True,
    opens_photos=True,
    refusal=refusal,
)
