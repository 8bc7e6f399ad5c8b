"""COCO instance annotations of a project; see ``exports.coco``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rvergui.interchange.exports.coco import COCO, CocoOptions
from rvergui.interchange.exports.options import chosen
from rvergui.interchange.exports.run import ExportPlan, run_export
from rvergui.interchange.report import ExportReport, Progress

if TYPE_CHECKING:
    from rvergui.project.store import Project


def export_coco(
    project: Project,
    out_file: Path,
    progress: Progress | None = None,
    segmentation: str = "rle",
) -> ExportReport:
    """Write every confirmed object into one COCO JSON file, which appears whole or not at all; see ``run_export``.

    Categories are all classes of the project in its order, ids from 1; ``file_name`` is relative to its folder.

    Raises:
        Cancelled: ``progress`` returned False.
        RverError: nothing to export, the place cannot be written.
    """
    options = chosen(CocoOptions, {"segmentation": segmentation}, COCO.name)
    return run_export(project, out_file, ExportPlan.of(COCO, options), progress)
