"""What repairs do, as pure functions of sheets and taxonomies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from rvergui.checking.findings import Finding
from rvergui.core import Item, Mask, Sheet, Source, Taxonomy


@dataclass
class Edits:
    """Everything that some findings ask for.

    Attributes:
        doomed: ids of items to delete.
        cuts: pairs (lower, upper) of ids: the lower mask loses what the upper one covers.
        sizes: item id -> (height, width) to bring its mask to.
        merges: pairs (from, into) of class names.
        photos: ids of the photos whose sheets change.
        dropped: ids of photos to take out of the list.
        accepted: ids of photos to take as they are now.
    """

    doomed: set[str] = field(default_factory=set)
    cuts: list[tuple[str, str]] = field(default_factory=list)
    sizes: dict[str, tuple[int, int]] = field(default_factory=dict)
    merges: list[tuple[str, str]] = field(default_factory=list)
    photos: set[str] = field(default_factory=set)
    dropped: set[str] = field(default_factory=set)
    accepted: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Edits:
        """What ``findings`` ask for, taken together."""
        edits = cls()
        for finding in findings:
            edits.doomed.update(finding.doomed)
            edits.cuts += finding.cuts
            if finding.resize is not None:
                edits.sizes.update(dict.fromkeys(finding.items, finding.resize))
            if finding.doomed or finding.cuts or finding.resize:
                edits.photos.add(finding.photo_id)
            if finding.merge is not None:
                edits.merges.append(finding.merge)
            if finding.drop_photo:
                edits.dropped.add(finding.photo_id)
            if finding.accept_photo:
                edits.accepted.add(finding.photo_id)
        return edits

    def __bool__(self) -> bool:
        return bool(self.photos or self.merges or self.dropped or self.accepted)


def repaired_sheet(sheet: Sheet, edits: Edits, source: Source) -> Sheet:
    """The sheet after the repairs; ``source`` is who changed masks.

    A mask of which nothing would be left stays as it is: that is no repair.
    """
    items = {item.id: item for item in sheet if item.id not in edits.doomed}
    for key, size in edits.sizes.items():
        if key in items and items[key].mask.size != size:
            items[key] = _with_mask(items[key], items[key].mask.resized(size), source)
    for lower, upper in edits.cuts:
        if lower in items and upper in items and items[lower].mask.size == items[upper].mask.size:
            items[lower] = _with_mask(items[lower], items[lower].mask - items[upper].mask, source)
    return Sheet(sheet.photo_id, _size_of(sheet, edits), tuple(items.values()))


def _size_of(sheet: Sheet, edits: Edits) -> tuple[int, int]:
    """The photo's size: that which masks were brought to, if any were."""
    return next((edits.sizes[item.id] for item in sheet if item.id in edits.sizes), sheet.size)


def _with_mask(item: Item, mask: Mask, source: Source) -> Item:
    return item if mask.is_empty or mask == item.mask else item.with_mask(mask, source)


def repaired_taxonomy(taxonomy: Taxonomy, edits: Edits) -> Taxonomy:
    """The classes after the repairs."""
    for name, into in edits.merges:
        source, target = taxonomy.find(name), taxonomy.find(into)
        if source is not None and target is not None and source.id != target.id:
            taxonomy = taxonomy.merged(source.id, target.id)
    return taxonomy
