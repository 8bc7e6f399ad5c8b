"""The two views as pictures in the layout of the RveRNet paper's data.

That is ``out/{train,test}/{roi,extra-roi}/CLASS/NAME.jpg``.

In the published data NAME is the photo's name, so that one photo with two objects of a class collides. Here NAME is
``STEM~HASH~NUMBER``: the photo's name, the start of its content's hash, and a number counted within that content.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rvergui import __version__
from rvergui.core import FoodClass, Photo, RverError, Taxonomy, views
from rvergui.core.photo_loading import DEFAULT_PIXEL_LIMIT, load_photo
from rvergui.core.split import split_by_photo
from rvergui.interchange.confirmed import ConfirmedPhoto, confirmed_photos
from rvergui.interchange.folder_swap import replacing_folder
from rvergui.interchange.pairs_layout import (
    CLASS_NAMES,
    EXTRA,
    FORMAT,
    MARKER,
    ROI,
    SPLITS,
    Pair,
    pair_name,
    read_pairs,
)
from rvergui.interchange.photo_parts import read_parts
from rvergui.interchange.report import ExportReport, Progress, ProgressCounter
from rvergui.interchange.safe_names import encode_name, folder_names

if TYPE_CHECKING:
    from rvergui.project import PhotoRecord, Project

__all__ = ["Pair", "export_pairs", "read_pairs", "refusal"]

_OURS = frozenset({*SPLITS, MARKER, CLASS_NAMES})
_SAVE_OPTIONS: dict[str, dict[str, Any]] = {
    "jpg": {"format": "JPEG", "quality": 95, "subsampling": 0},
    "png": {"format": "PNG", "compress_level": 3},
}
_STEM_LENGTH = 60


def export_pairs(
    project: Project,
    out: Path,
    test_share: float = 0.2,
    seed: int = 0,
    pixel_limit: int = DEFAULT_PIXEL_LIMIT,
    progress: Progress | None = None,
    image_format: str = "jpg",
) -> ExportReport:
    """Write the two views of every confirmed object; photos are opened one at a time.

    The export is built beside ``out`` and takes its place at the end: an export that fails or is cancelled leaves the
    earlier one or none.

    Args:
        project: where the objects come from.
        out: a folder that does not exist, is empty, or holds an earlier export of pairs.
        test_share: about how much of each class goes to test, by whole photos (copies of a photo stay together);
            0 puts everything into train. A project that came with a division of its own (``photo_parts``) keeps it.
        seed: another seed, another split.
        pixel_limit: the most pixels of a photo that are opened.
        progress: see ``interchange.report``.
        image_format: "jpg" (quality 95, full colour resolution) or "png" (exact: the two views add up to the photo).

    Raises:
        Cancelled: ``progress`` returned False.
        RverError: nothing to export, ``out`` may not be replaced, the disk is full.
    """
    if image_format not in _SAVE_OPTIONS:
        raise RverError(f"There is no picture format {image_format!r}; choose {' or '.join(_SAVE_OPTIONS)}.")
    if not 0.0 <= test_share < 1.0:
        raise RverError(f"The test share is {test_share:g}; choose a number from 0 up to, but not including, 1.")
    out = out.absolute()
    taxonomy = project.taxonomy()
    total, test_photos = _plan(project, taxonomy, test_share, seed)
    with replacing_folder(out, refusal) as building:
        writer = _PairWriter(building, taxonomy, image_format)
        counter = ProgressCounter(progress, total)
        for confirmed in confirmed_photos(project, taxonomy):
            counter.advance()
            split = "test" if _split_key(confirmed.record) in test_photos else "train"
            writer.write_photo(project.photo_path(confirmed.record), confirmed, split, pixel_limit)
        if not writer.written:
            raise RverError(f"Not one object could be exported, so nothing was written; first: {writer.skipped[0]}")
        _write_lists(building, writer, project.path.name, {"test_share": test_share, "seed": seed})
        counter.finish()
    return ExportReport(
        written=writer.written,
        photos=writer.photos,
        skipped=writer.skipped,
        parts={split: sum(counts.values()) for split, counts in writer.counts.items()},
    )


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


def _split_key(record: PhotoRecord) -> str:
    return record.content_hash or record.id


def _plan(project: Project, taxonomy: Taxonomy, test_share: float, seed: int) -> tuple[int, frozenset[str]]:
    """How many photos there are to go through, and which go to test."""
    labels: dict[str, list[str]] = defaultdict(list)
    total = 0
    for confirmed in confirmed_photos(project, taxonomy):
        total += 1
        if confirmed.objects:
            labels[_split_key(confirmed.record)].extend(food.name for _, food in confirmed.objects)
    if not total:
        raise RverError("There is no confirmed object to export; name at least one object first.")
    parts = read_parts(project)
    if parts:  # the data came with a division of their own
        return total, frozenset(_split_key(record) for record in project.photos() if parts.get(record.id) == "test")
    return total, split_by_photo(labels, test_share, seed) if test_share > 0 else frozenset()


class _PairWriter:
    def __init__(self, root: Path, taxonomy: Taxonomy, image_format: str) -> None:
        self.written = 0
        self.photos = 0
        self.skipped: list[str] = []
        self.counts: dict[str, Counter[str]] = {split: Counter() for split in SPLITS}
        self.folders = folder_names(taxonomy.names())
        self.image_format = image_format
        self._root = root
        self._numbers: Counter[str] = Counter()
        for split in SPLITS:
            for view in (ROI, EXTRA):
                (root / split / view).mkdir(parents=True)

    def write_photo(self, path: Path, confirmed: ConfirmedPhoto, split: str, pixel_limit: int) -> None:
        self.skipped.extend(confirmed.left_out)
        if not confirmed.objects:
            return
        try:
            photo = load_photo(path, pixel_limit)
        except RverError as error:
            self.skipped.append(str(error))
            return
        before = self.written
        for item, food in confirmed.objects:
            try:
                roi, extra = views(photo.pixels, item.mask)
            except RverError as error:
                self.skipped.append(f"{confirmed.record.path} ({food.name}): {error}")
                continue
            self._write_pair(photo, path.stem, food, split, (roi, extra))
        self.photos += self.written > before

    def _write_pair(
        self,
        photo: Photo,
        stem: str,
        food: FoodClass,
        split: str,
        pair: tuple[NDArray[np.uint8], NDArray[np.uint8]],
    ) -> None:
        self._numbers[photo.key] += 1
        safe = encode_name(stem[:_STEM_LENGTH])
        name = f"{pair_name(safe, photo.key, self._numbers[photo.key])}.{self.image_format}"
        for view, pixels in zip((ROI, EXTRA), pair, strict=True):
            folder = self._root / split / view / self.folders[food.name]
            folder.mkdir(exist_ok=True)
            Image.fromarray(pixels).save(folder / name, **_SAVE_OPTIONS[self.image_format])
        self.counts[split][food.name] += 1
        self.written += 1


def _write_lists(root: Path, writer: _PairWriter, project_name: str, options: dict[str, Any]) -> None:
    names = [name for name in writer.folders if any(counts[name] for counts in writer.counts.values())]
    marker = {
        "format": FORMAT,
        "version": 1,
        "program": f"RveRGUI {__version__}",
        "project": project_name,
        **options,
        "classes": [
            {"name": name, "folder": writer.folders[name]} | {split: writer.counts[split][name] for split in SPLITS}
            for name in names
        ],
    }
    (root / MARKER).write_text(json.dumps(marker, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (root / CLASS_NAMES).write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
