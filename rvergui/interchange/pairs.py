"""Pairs of views: what trainings are given, and what reads them. See ``exports.pairs``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rvergui.core.photo_loading import DEFAULT_PIXEL_LIMIT
from rvergui.interchange.exports.division import Division
from rvergui.interchange.exports.options import chosen
from rvergui.interchange.exports.pairs import PAIRS, PairOptions, refusal
from rvergui.interchange.exports.run import ExportPlan, run_export
from rvergui.interchange.pairs_layout import Pair, read_pairs
from rvergui.interchange.report import ExportReport, Progress

if TYPE_CHECKING:
    from rvergui.project import Project

__all__ = ["Pair", "export_pairs", "read_pairs", "refusal"]


def export_pairs(
    project: Project,
    out: Path,
    test_share: float = 0.2,
    seed: int = 0,
    pixel_limit: int = DEFAULT_PIXEL_LIMIT,
    progress: Progress | None = None,
    image_format: str = "jpg",
) -> ExportReport:
    """Write the two views of every confirmed object, in the photo's size; see ``run_export``.

    Args:
        project: where the objects come from.
        out: a folder that does not exist, is empty, or holds an earlier export of pairs.
        test_share: about how much of each class goes to test; see ``Division``.
        seed: another seed, another split.
        pixel_limit: the most pixels of a photo that are opened.
        progress: see ``interchange.report``.
        image_format: "jpg" (quality 95, full colour resolution) or "png" (exact: the two views add up to the photo).

    Raises:
        Cancelled: ``progress`` returned False.
        RverError: nothing to export, ``out`` may not be replaced, the disk is full.
    """
    options = chosen(PairOptions, {"pictures": image_format}, PAIRS.name)
    return run_export(
        project, out, ExportPlan.of(PAIRS, options, division=Division(test_share, seed)), progress, pixel_limit
    )
