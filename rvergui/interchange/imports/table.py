"""Every format that can be read, by name; the command line and the dialog follow from this table."""

from __future__ import annotations

from pathlib import Path

from rvergui.core import RverError
from rvergui.interchange.imports.class_folders import CLASS_FOLDERS
from rvergui.interchange.imports.coco import COCO
from rvergui.interchange.imports.foodseg103 import FOODSEG103
from rvergui.interchange.imports.format import Dataset, ImportFormat, Request
from rvergui.interchange.imports.index_masks import INDEX_MASKS
from rvergui.interchange.imports.labelme import LABELME
from rvergui.interchange.imports.pairs import PAIRS
from rvergui.interchange.imports.tables import CSV, MASKS
from rvergui.interchange.imports.yolo import YOLO

IMPORTS: dict[str, ImportFormat] = {
    format.name: format for format in (COCO, YOLO, LABELME, FOODSEG103, INDEX_MASKS, PAIRS, CLASS_FOLDERS, MASKS, CSV)
}

_ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar")


def read_dataset(format: ImportFormat, request: Request) -> Dataset:
    """What ``format`` finds; no photo is opened.

    Raises:
        Cancelled: the request's progress returned False.
        RverError: the source is not of this format, or nothing in it can be used.
    """
    source = request.source
    if not _exists(source):
        raise RverError(f"There is no {str(source)!r}; check the path.")
    if source.is_file() and source.suffix.lower() in _ARCHIVES and source.suffix.lower() not in format.suffixes:
        raise RverError(f"{source} is an archive; unpack it and give the folder.")
    if source.is_file() and not format.suffixes:
        raise RverError(f"{source} is a file; {format.title} is a folder. {format.summary}")
    if source.is_dir() and not format.folder:
        raise RverError(f"{source} is a folder; give the file ({', '.join(format.suffixes)}). {format.summary}")
    try:
        return format.read(request)
    except OSError as error:
        place = error.filename or source
        raise RverError(f"{place} could not be read ({error.strerror or type(error).__name__}).") from error


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name that no file can have
        return False
