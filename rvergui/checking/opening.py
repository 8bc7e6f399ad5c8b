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
from rvergui.interchange.imports.table import IMPORTS
from rvergui.interchange.pairs_layout import SPLITS

PROJECT_SUFFIX = ".rver"


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
    if path.is_dir() and any((path / part).is_dir() for part in SPLITS):
        yield Source(PairsMaterial(path, pixel_limit), _no_repair)
        return
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    if not files or any(file.suffix.lower() != ".json" for file in files):
        raise RverError(
            f"{path} is nothing that can be checked as it is; give a project (.rver), a COCO file (.json), a folder of "
            f"COCO files, a folder of pairs, or say what it is: --format {'|'.join(IMPORTS)}."
        )
    parts = [file.stem if len(files) > 1 else "" for file in files]
    yield Source(
        CocoMaterial(files, images, limits, pixel_limit),
        lambda findings: [repair_coco(file, findings, part) for file, part in zip(files, parts, strict=True)],
    )


def _no_repair(findings: Sequence[Finding]) -> list[RepairReport]:
    raise RverError("This data set is not repaired in place; import it, repair the project and export it again.")
