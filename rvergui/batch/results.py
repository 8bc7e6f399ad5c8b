"""What was found on a photo, as a plain value and as one line of JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rvergui.core import Box, Mask, Suggestion

# More digits differ from one processor to the next.
_DIGITS = 6


@dataclass(frozen=True)
class FoundObject:
    """One object on a photo.

    Attributes:
        mask: of the photo's size, not empty.
        score: what the segmenter expects its agreement to be, 0..1.
        names: the best names, best first; empty where nothing is likely enough, or nobody was asked.
        box: what was asked for, where boxes were given.
    """

    mask: Mask
    score: float
    names: tuple[Suggestion, ...] = ()
    box: Box | None = None

    def record(self) -> dict[str, Any]:
        """As JSON can hold it."""
        found: dict[str, Any] = {
            "bbox": list(self.mask.bbox),
            "area": self.mask.area,
            "score": round(self.score, _DIGITS),
            "names": [
                {
                    "name": name.name,
                    "probability": round(name.probability, _DIGITS),
                    "without_context": round(name.without_context, _DIGITS),
                }
                for name in self.names
            ],
            "segmentation": self.mask.rle(),
        }
        if self.box is not None:
            found["box"] = [self.box.x0, self.box.y0, self.box.x1, self.box.y1]
        return found


@dataclass(frozen=True)
class PhotoResult:
    """What became of one photo.

    Attributes:
        photo: its path below the folder, with forward slashes.
        size: (height, width) in pixels; (0, 0) if it could not be opened.
        objects: what was found, the most certain first, or in the order of the boxes.
        problem: why there is nothing, a sentence; None if all went well.
        notes: what else is to be told of it.
    """

    photo: str
    size: tuple[int, int] = (0, 0)
    objects: tuple[FoundObject, ...] = ()
    problem: str | None = None
    notes: tuple[str, ...] = ()

    def record(self) -> dict[str, Any]:
        """As JSON can hold it."""
        if self.problem is not None:
            return {"photo": self.photo, "problem": self.problem}
        found: dict[str, Any] = {"photo": self.photo, "width": self.size[1], "height": self.size[0]}
        if self.notes:
            found["notes"] = list(self.notes)
        return {**found, "objects": [each.record() for each in self.objects]}


def line(record: Mapping[str, Any]) -> str:
    """``record`` on one line; file names that are no Unicode are escaped."""
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(record, separators=(",", ":"))
    return text
