"""Checks of the masks on one photo."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco

from rvergui.checking.findings import Finding, Severity
from rvergui.checking.material import CheckedItem, CheckedPhoto, Limits


class PhotoCheck:
    """A check that needs to see one photo at a time, and remembers nothing."""

    NAME: ClassVar[str]
    TITLE: ClassVar[str]
    SEVERITY: ClassVar[Severity]
    REPAIR: ClassVar[str] = ""

    def __init__(self, limits: Limits, classes: Sequence[str]) -> None:
        self.limits = limits
        self.classes = classes

    def look(self, photo: CheckedPhoto) -> Iterator[Finding]:
        """What is wrong on a photo."""
        yield from ()

    def end(self) -> Iterator[Finding]:
        """What is wrong with all of them together."""
        yield from ()

    def found(self, text: str, photo: CheckedPhoto | None = None, items: Sequence[str] = (), **repair: Any) -> Finding:
        """A finding of this check; ``repair`` are the fields of ``Finding`` that say what a repair would do."""
        finding = Finding(self.NAME, self.SEVERITY, text, items=tuple(items), **repair)
        return finding if photo is None else replace(finding, photo=photo.name, photo_id=photo.id)


def called(item: CheckedItem) -> str:
    """An item in words."""
    return f"“{item.name}”" if item.name else "an object without a name"


class EmptyMasks(PhotoCheck):
    """Items without a single pixel."""

    NAME = "empty-masks"
    TITLE = "masks without a single pixel"
    SEVERITY = Severity.ERROR
    REPAIR = "delete these items"

    def look(self, photo: CheckedPhoto) -> Iterator[Finding]:
        """See ``PhotoCheck``."""
        for item in photo.items:
            if item.mask.is_empty:
                yield self.found(
                    f"{photo.name}: the mask of {called(item)} has no pixel.", photo, [item.id], doomed=(item.id,)
                )


class OtherSize(PhotoCheck):
    """Masks that were made on another photo, or before it was scaled."""

    NAME = "mask-size"
    TITLE = "masks of another size than their photo"
    SEVERITY = Severity.ERROR
    REPAIR = "scale the masks to the photo where both have the same proportions"

    def look(self, photo: CheckedPhoto) -> Iterator[Finding]:
        """See ``PhotoCheck``."""
        if photo.size is None:
            return
        wrong = [item for item in photo.items if item.mask.size != photo.size]
        if wrong:
            height, width = wrong[0].mask.size
            yield self.found(
                f"{photo.name} has {photo.size[1]}x{photo.size[0]} pixels and {_masks(len(wrong))} {width}x{height}; "
                "put the photo back that was labelled, or draw them again.",
                photo,
                [item.id for item in wrong],
                resize=photo.size if all(_same_proportions(item.mask.size, photo.size) for item in wrong) else None,
            )


def _same_proportions(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether one may be the other, scaled: within a pixel of the smaller one."""
    if 0 in (*one, *other):
        return False
    (height, width), (h, w) = sorted((one, other))
    return abs(height - h * width / w) <= 1 or abs(width - w * height / h) <= 1


def _masks(count: int) -> str:
    return "one of its masks" if count == 1 else f"{count} of its masks"


class Tiny(PhotoCheck):
    """Crumbs: most likely a slip of the hand."""

    NAME = "tiny"
    TITLE = "masks of a few pixels"
    SEVERITY = Severity.WARNING
    REPAIR = "delete these items"

    def look(self, photo: CheckedPhoto) -> Iterator[Finding]:
        """See ``PhotoCheck``."""
        for item in photo.items:
            height, width = item.mask.size
            least = max(self.limits.tiny_pixels, self.limits.tiny_share * height * width)
            if 0 < item.mask.area < least:
                pixels = "pixel" if item.mask.area == 1 else "pixels"
                yield self.found(
                    f"{photo.name}: {called(item)} has {item.mask.area} {pixels} only.",
                    photo,
                    [item.id],
                    doomed=(item.id,),
                )


class AtTheEdge(PhotoCheck):
    """Objects that the photo may show in part only."""

    NAME = "edge"
    TITLE = "objects that the edge of the photo may cut off"
    SEVERITY = Severity.NOTE

    def look(self, photo: CheckedPhoto) -> Iterator[Finding]:
        """See ``PhotoCheck``."""
        for item in photo.items:
            sides = [side for side, count in _on_edges(item).items() if count > self.limits.edge_pixels]
            if sides:
                yield self.found(
                    f"{photo.name}: {called(item)} touches the {' and '.join(sides)} edge.", photo, [item.id]
                )


def _on_edges(item: CheckedItem) -> dict[str, int]:
    """How many pixels lie on the edges of the photo that the mask's box reaches."""
    if item.mask.is_empty:
        return {}
    x, y, w, h = item.mask.bbox
    height, width = item.mask.size
    reached = {"left": x == 0, "top": y == 0, "right": x + w == width, "bottom": y + h == height}
    if not any(reached.values()):
        return {}
    crop = item.mask.crop()
    lines = {"left": crop[:, 0], "top": crop[0], "right": crop[:, -1], "bottom": crop[-1]}
    return {side: int(np.count_nonzero(lines[side])) for side, there in reached.items() if there}


class SameMasks(PhotoCheck):
    """Objects that were labelled twice."""

    NAME = "same-masks"
    TITLE = "objects labelled twice"
    SEVERITY = Severity.WARNING
    REPAIR = "keep the confirmed, else the larger one, and delete the others"

    def look(self, photo: CheckedPhoto) -> Iterator[Finding]:
        """See ``PhotoCheck``."""
        for items in _by_size(photo):
            order = sorted(range(len(items)), key=lambda i: (not items[i].confirmed, -items[i].mask.area, i))
            agreement = _agreement(items)
            kept: list[int] = []
            for index in order:
                twin = next((k for k in kept if agreement[k, index] > self.limits.same), None)
                if twin is None:
                    kept.append(index)
                    continue
                one, other = items[twin], items[index]
                yield self.found(
                    f"{photo.name}: the masks of {called(one)} and {called(other)} are the same "
                    f"({agreement[twin, index]:.0%}).",
                    photo,
                    [one.id, other.id],
                    # two names for the same pixels: a person has to say which is right
                    doomed=(other.id,) if other.name in (None, one.name) else (),
                )


class Overlaps(PhotoCheck):
    """Objects that share pixels, other than lying on each other as a whole."""

    NAME = "overlaps"
    TITLE = "masks that overlap in part"
    SEVERITY = Severity.NOTE
    REPAIR = "take from the lower mask what the upper one covers"

    def look(self, photo: CheckedPhoto) -> Iterator[Finding]:
        """See ``PhotoCheck``."""
        for items in _by_size(photo):
            agreement = _agreement(items)
            for lower in range(len(items)):
                for upper in range(lower + 1, len(items)):
                    agree = float(agreement[lower, upper])
                    if agree == 0.0 or agree > self.limits.same:
                        continue
                    areas = items[lower].mask.area, items[upper].mask.area
                    share = agree * sum(areas) / (1 + agree) / min(areas)
                    if self.limits.overlap < share < self.limits.nested:
                        one, other = items[lower], items[upper]
                        yield self.found(
                            f"{photo.name}: {called(one)} and {called(other)} overlap by {share:.0%} of the smaller.",
                            photo,
                            [one.id, other.id],
                            cuts=((one.id, other.id),),
                        )


def _by_size(photo: CheckedPhoto) -> list[list[CheckedItem]]:
    """The items that are not empty, those of one size together: others cannot be compared."""
    groups: dict[tuple[int, int], list[CheckedItem]] = {}
    for item in photo.items:
        if not item.mask.is_empty:
            groups.setdefault(item.mask.size, []).append(item)
    return list(groups.values())


def _agreement(items: Sequence[CheckedItem]) -> NDArray[np.float64]:
    """Intersection over union of each pair (n, n)."""
    codes = [{"size": list(item.mask.size), "counts": item.mask.counts} for item in items]
    found: NDArray[np.float64] = np.asarray(coco.iou(codes, codes, [0] * len(codes)), dtype=np.float64)
    return found


class Unnamed(PhotoCheck):
    """Objects that nobody has named yet."""

    NAME = "unnamed"
    TITLE = "objects whose name is missing or not confirmed"
    SEVERITY = Severity.NOTE

    def look(self, photo: CheckedPhoto) -> Iterator[Finding]:
        """See ``PhotoCheck``."""
        open_items = [item for item in photo.items if item.name is None or not item.confirmed]
        if open_items:
            objects = "an object is" if len(open_items) == 1 else f"{len(open_items)} objects are"
            yield self.found(
                f"{photo.name}: {objects} not named or not confirmed.", photo, [item.id for item in open_items]
            )
