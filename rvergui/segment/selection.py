"""Which of many masks to offer: no two of the same thing, no background, and nested ones only where both make sense.

Everything here works on small grids (the candidates' own), never at the photo's size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]

# Of the mean certainty inside a mask, how far the border is shifted each way to see whether the mask holds.
_SHIFT = 0.1


def stability(logits: NDArray[np.float32]) -> float:
    """How little a mask changes when its border is moved: the intersection over union of two of its level sets, 0..1.

    The official automatic mask generator of Segment Anything shifts its threshold by one logit. Other backends have
    logits of another size, so the shift is a tenth of the mean logit inside; 0 for an empty mask.
    """
    inside = logits[logits > 0]
    if inside.size == 0:
        return 0.0
    shift = _SHIFT * float(inside.mean())
    outer = int(np.count_nonzero(logits > -shift))
    return int(np.count_nonzero(inside > shift)) / outer


def is_background(inside: BoolArray, most: float) -> bool:
    """Whether a mask is rather the table or the plate: it reaches three edges, or covers more than ``most`` of all."""
    if not inside.any():
        return True
    edges = sum(bool(edge.any()) for edge in (inside[0], inside[-1], inside[:, 0], inside[:, -1]))
    return edges >= 3 or float(inside.mean()) > most


def edge_share(inside: BoolArray) -> float:
    """How much of a mask's outline is the photo's edge, 0..1: much of a table's, less of a dish that is cut off."""
    padded = np.pad(inside, 1)
    steps = [padded[1:-1, 1:-1] & ~beside for beside in _beside(padded)]
    rim = sum(int(np.count_nonzero(step)) for step in steps)
    edge = sum(int(np.count_nonzero(line)) for line in (inside[0], inside[-1], inside[:, 0], inside[:, -1]))
    return edge / rim if rim else 0.0


def _beside(padded: BoolArray) -> tuple[BoolArray, BoolArray, BoolArray, BoolArray]:
    return padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]


Code = dict[str, object]


def encoded(inside: BoolArray) -> Code:
    """``inside`` (height, width) as run lengths, which ``Shapes`` compares."""
    code: Code = coco.encode(np.asfortranarray(inside, dtype=np.uint8))
    return code


@dataclass(frozen=True)
class Shapes:
    """Masks of one size for quick comparison."""

    codes: Sequence[Code]

    @cached_property
    def areas(self) -> NDArray[np.int64]:
        """Of each mask, in cells."""
        return np.array([int(coco.area(code)) for code in self.codes], dtype=np.int64)

    @cached_property
    def iou(self) -> FloatArray:
        """Intersection over union of every pair, (n, n). Pairs whose boxes do not meet cost nothing."""
        return self._compare(crowd=False)

    @cached_property
    def covered(self) -> FloatArray:
        """(n, n): which share of mask ``row`` lies inside mask ``column``."""
        return self._compare(crowd=True)

    def area_together(self, indices: Sequence[int], inside: int) -> int:
        """The cells of mask ``inside`` that the masks at ``indices`` cover together."""
        union = coco.merge([self.codes[i] for i in indices])
        return int(coco.area(coco.merge([union, self.codes[inside]], intersect=True)))

    def _compare(self, crowd: bool) -> FloatArray:
        if not self.codes:
            return np.zeros((0, 0))
        codes = list(self.codes)
        shares: FloatArray = np.asarray(coco.iou(codes, codes, [int(crowd)] * len(codes)))
        return shares


def suppress(shapes: Shapes, scores: Sequence[float], limit: float) -> list[int]:
    """Non-maximum suppression: indices of the masks to keep, best first.

    No two of them agree (intersection over union) by more than ``limit``; of those that do, the better one stays. Of
    equal scores the earlier one counts as better.
    """
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    kept: list[int] = []
    for index in order:
        if all(shapes.iou[index, other] <= limit for other in kept):
            kept.append(index)
    return kept


@dataclass(frozen=True, slots=True)
class Nesting:
    """When one mask inside another is too much.

    Attributes:
        inside: a mask counts as part of another if so much of it lies there.
        distinct: a part below this share of the whole may be a thing of its own: an egg on the rice.
        slack: by how much a part's score may lie below that of the whole and still be a thing of its own.
        filled: a whole of which distinct parts cover so much is a group, such as the food on a plate: the parts stay.
        group_slack: by how much the parts' mean score may lie below that of the group.
    """

    inside: float = 0.9
    distinct: float = 0.6
    slack: float = 0.15
    filled: float = 0.75
    group_slack: float = 0.1


def resolve_nested(shapes: Shapes, scores: Sequence[float], rule: Nesting = Nesting()) -> list[int]:
    """Indices of the masks that stay, in the order given.

    Of a mask and one inside it: a group that its distinct parts fill goes and the parts stay; a part of nearly the size
    of the whole is the same thing again, the better one stays; a distinct part stays unless it scores much worse.
    """
    covered, areas = shapes.covered, shapes.areas
    gone: set[int] = set()
    order = sorted(range(len(scores)), key=lambda i: -int(areas[i]))

    def parts_of(whole: int) -> list[int]:
        return [i for i in order if i not in gone and areas[i] < areas[whole] and covered[i, whole] >= rule.inside]

    for whole in order:  # the largest first, so that a plate is judged by the dishes on it and these by what is in them
        distinct = [i for i in parts_of(whole) if areas[i] < rule.distinct * areas[whole]]
        outer = [i for i in distinct if all(covered[i, j] < rule.inside for j in distinct if areas[j] > areas[i])]
        if len(outer) > 1:
            filled = shapes.area_together(outer, whole) >= rule.filled * areas[whole]
            if filled and float(np.mean([scores[i] for i in outer])) >= scores[whole] - rule.group_slack:
                gone.add(whole)
    for whole in order:
        for part in parts_of(whole):
            if whole in gone or part in gone:
                continue
            if areas[part] >= rule.distinct * areas[whole]:
                gone.add(part if scores[part] <= scores[whole] else whole)
            elif scores[part] < scores[whole] - rule.slack:
                gone.add(part)
    return [i for i in range(len(scores)) if i not in gone]


@dataclass(frozen=True, slots=True)
class Prominence:
    """What is worth showing to a person.

    Attributes:
        reach: how far below the mean score of the best three a mask may lie. Scores differ between segmenters and
            photos, so the bar is set by what this photo gave.
        overlap: a mask is left out if better ones cover more than this share of it, unless it lies inside them or they
            in it; those are for ``Nesting`` to decide.
        most: how many are shown.
    """

    reach: float = 0.15
    overlap: float = 0.5
    most: int = 24


def prominent(
    shapes: Shapes, scores: Sequence[float], rule: Prominence = Prominence(), inside: float = Nesting().inside
) -> list[int]:
    """Indices of the masks to show, best first; ``inside`` as in ``Nesting``."""
    if not scores:
        return []
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    bar = float(np.mean([scores[i] for i in order[:3]])) - rule.reach
    covered = shapes.covered
    shown: list[int] = []
    for index in order:
        if len(shown) == rule.most or scores[index] < bar:
            break
        beside = [i for i in shown if covered[index, i] < inside and covered[i, index] < inside]
        if not beside or shapes.area_together(beside, index) <= rule.overlap * shapes.areas[index]:
            shown.append(index)
    return shown
