"""Every format that can be written, by name; the command line and the dialog follow from this table."""

from __future__ import annotations

from rvergui.core import RverError
from rvergui.interchange.exports.coco import COCO
from rvergui.interchange.exports.crops import CROPS
from rvergui.interchange.exports.csv_table import CSV
from rvergui.interchange.exports.format import ExportFormat
from rvergui.interchange.exports.index_masks import INDEX_MASKS
from rvergui.interchange.exports.labelme import LABELME
from rvergui.interchange.exports.object_masks import OBJECT_MASKS
from rvergui.interchange.exports.pairs import PAIRS
from rvergui.interchange.exports.yolo import YOLO

EXPORTS: dict[str, ExportFormat] = {
    format.name: format for format in (PAIRS, COCO, YOLO, LABELME, INDEX_MASKS, OBJECT_MASKS, CROPS, CSV)
}


def export_format(name: str) -> ExportFormat:
    """The format called ``name``.

    Raises:
        RverError: there is none; the sentence names those there are.
    """
    if name not in EXPORTS:
        raise RverError(f"There is no format {name!r}; choose {', '.join(EXPORTS)}.")
    return EXPORTS[name]
