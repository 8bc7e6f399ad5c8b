"""Which classes people have named by last."""

from __future__ import annotations

import json

from rvergui.core import SourceKind
from rvergui.project.connection import Guarded

LOOKED_AT = 300  # entries of the history; further back nothing is recent

_QUERY = """SELECT after FROM history WHERE photo_id IS NOT NULL AND instr(after, '"class_id"')
    ORDER BY number DESC LIMIT ?"""


def classes(reader: Guarded, limit: int) -> list[str]:
    """The ids of the classes that people named items by last, the latest first, each once."""
    found: dict[str, None] = {}
    for (after,) in reader.rows(_QUERY, (LOOKED_AT,)):
        try:
            rows = [row for row in json.loads(after)["items"].values() if row]
        except (ValueError, KeyError, AttributeError):  # damaged; whoever reads the history itself is told
            continue
        for row in reversed(rows):
            # What did not change is not in the entry: then a person had named the item before, too.
            if row.get("class_id") is not None and row.get("label_kind", SourceKind.PERSON) == SourceKind.PERSON:
                found[str(row["class_id"])] = None
        if len(found) >= limit:
            break
    return list(found)[:limit]
