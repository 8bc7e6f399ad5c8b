"""From what somebody names to what is checked and repaired."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from rvergui.checking.coco_material import CocoMaterial
from rvergui.checking.dataset_material import DatasetMaterial
from rvergui.checking.findings import Finding
from rvergui.checking.material import Limits, Material
from rvergui.checking.pairs_material import PairsMaterial
from rvergui.checking.project_material import ProjectMaterial
from rvergui.checking.repairing import RepairReport, repair_coco, repair_project
from rvergui.core import RverError
from rvergui.core.photo_loading import DEFAULT_PIXEL_LIMIT
from rvergui.interchange.coco_parts import coco_parts
from rvergui.interchange.exports.marker import read_marker
from rvergui.interchange.exports.yolo import DATA as YOLO_FILE
from rvergui.interchange.imports.table import IMPORTS
from rvergui.interchange.pairs_layout import ROI, SPLITS

PROJECT_SUFFIX = ".rver"
_READ_AS = {"crops": "folders"}
"""What an export is called where its import has another name."""


@dataclass(frozen=True)
class Source:
    """Something that can be checked.

    Attributes:
        material: what is looked at.
        repair: repairs findings of it, and tells how it went file by file.
    """

    material: Material
    repair: Callable[[Sequence[Finding]], list[RepairReport]]


@contextmanager
def open_source(
    path: Path,
    images: Path | None = None,
    limits: Limits = Limits(),
    pixel_limit: int = DEFAULT_PIXEL_LIMIT,
    write: bool = False,
    form: str | None = None,
) -> Iterator[Source]:
    """Open a project, a COCO file, a folder of COCO files (one a part), a folder of pairs, or another data set.

    Args:
        path: which.
        images: the folder of a COCO file's photos; None takes its own.
        limits: whether photo files may be read.
        pixel_limit: the most pixels of a photo that are opened.
        write: whether it is to be repaired.
        form: the name of a format that ``rvergui import`` knows; None where the source itself says what it is.

    Raises:
        RverError: it is nothing of the kind, or cannot be read.
    """
    form = form or _form_told(path)
    if form not in (None, "coco", "pairs"):
        with TemporaryDirectory(prefix="rvergui-") as made:
            yield Source(DatasetMaterial(form, path, images, Path(made), pixel_limit), _no_repair)
        return
    if path.suffix.lower() == PROJECT_SUFFIX:
        from rvergui.project.store import Project

        with Project.open(path, read_only=not write) as project:
            yield Source(
                ProjectMaterial(project, limits, pixel_limit),
                lambda findings: [repair_project(project, findings, pixel_limit)],
            )
        return
    if not path.exists():
        raise RverError(f"There is no {path}; check the path.")
    if path.is_dir() and form != "coco" and any((path / part / ROI).is_dir() for part in SPLITS):
        yield Source(PairsMaterial(path, pixel_limit), _no_repair)
        return
    try:
        coco = coco_parts(path)
    except RverError:
        coco = []
    if not coco or any(part.file.suffix.lower() != ".json" for part in coco):
        raise RverError(
            f"{path} is nothing that can be checked as it is; give a project (.rver), a COCO file (.json), a folder of "
            f"COCO files, a folder of pairs, or say what it is: --format {'|'.join(IMPORTS)}."
        )
    yield Source(
        CocoMaterial(coco, images, limits, pixel_limit),
        lambda findings: [repair_coco(part.file, findings, part.name) for part in coco],
    )


def _form_told(path: Path) -> str | None:
    """The format of a folder that says it itself; None where only its files can tell."""
    made = read_marker(path) if path.is_dir() else None
    if made is not None:
        name = str(made["format"])
        return _READ_AS.get(name, name) if _READ_AS.get(name, name) in IMPORTS else None
    return "yolo" if (path / YOLO_FILE).is_file() else None


def _no_repair(findings: Sequence[Finding]) -> list[RepairReport]:
    raise RverError("This data set is not repaired in place; import it, repair the project and export it again.")
