"""Checks of photos: their files, copies, and on which side of a division they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rvergui.checking.checks_masks import PhotoCheck
from rvergui.checking.findings import Finding, Severity
from rvergui.checking.material import CheckedPhoto, FileState, Limits


class MissingPhotos(PhotoCheck):
    """Photos whose file is gone or cannot be opened."""

    NAME = "missing-photos"
    TITLE = "photos that are gone or cannot be opened"
    SEVERITY = Severity.ERROR

    def look(self, photo: CheckedPhoto) -> Iterator[Finding]:
        """See ``PhotoCheck``."""
        if photo.state in (FileState.MISSING, FileState.BROKEN):
            labels = f" It has {_objects(len(photo.items))}." if photo.items else ""
            yield self.found(f"{photo.why}{labels}", photo)


class ChangedPhotos(PhotoCheck):
    """Photos whose file holds other bytes than when it was labelled."""

    NAME = "changed-photos"
    TITLE = "photos that were changed after they were labelled"
    SEVERITY = Severity.WARNING
    REPAIR = "take the photos as they are now, where their size is the same"

    def look(self, photo: CheckedPhoto) -> Iterator[Finding]:
        """See ``PhotoCheck``."""
        if photo.state is FileState.CHANGED:
            fits = all(item.mask.size == photo.size for item in photo.items)
            yield self.found(
                f"{photo.name} has changed since it was labelled; see whether its {_objects(len(photo.items))} still "
                "fit.",
                photo,
                accept_photo=fits,
            )


def _objects(count: int) -> str:
    return "1 object" if count == 1 else f"{count} objects"


class WithoutItems(PhotoCheck):
    """Photos on which nothing is labelled."""

    NAME = "unlabelled"
    TITLE = "photos without an object"
    SEVERITY = Severity.NOTE

    def look(self, photo: CheckedPhoto) -> Iterator[Finding]:
        """See ``PhotoCheck``."""
        if not photo.items and photo.state not in (FileState.MISSING, FileState.BROKEN):
            yield self.found(f"{photo.name}: nothing is labelled.", photo)


class SamePhotos(PhotoCheck):
    """Copies of a photo under several names."""

    NAME = "same-photos"
    TITLE = "copies of a photo"
    SEVERITY = Severity.WARNING
    REPAIR = "take copies without objects out of the list; the files stay"

    def __init__(self, limits: Limits, classes: Sequence[str]) -> None:
        super().__init__(limits, classes)
        self._seen: dict[str, list[tuple[str, str, int]]] = {}

    def look(self, photo: CheckedPhoto) -> Iterator[Finding]:
        """See ``PhotoCheck``."""
        if photo.content:
            self._seen.setdefault(photo.content, []).append((photo.id, photo.name, len(photo.items)))
        yield from ()

    def end(self) -> Iterator[Finding]:
        """See ``PhotoCheck``."""
        for copies in self._seen.values():
            first = max(copies, key=lambda copy: copy[2])  # of equals the first
            for photo_id, name, items in copies:
                if photo_id != first[0]:
                    there = f"; both are labelled ({_objects(first[2])} and {items})" if items else ""
                    yield Finding(
                        self.NAME,
                        self.SEVERITY,
                        f"{name} is the same photo as {first[1]}{there}.",
                        name,
                        photo_id,
                        drop_photo=not items,
                    )


class Leakage(PhotoCheck):
    """Photos that train and judge at once: a score over them is too good."""

    NAME = "leakage"
    TITLE = "photos on both sides of the division into train and test"
    SEVERITY = Severity.ERROR

    def __init__(self, limits: Limits, classes: Sequence[str]) -> None:
        super().__init__(limits, classes)
        self._parts: dict[str, dict[str, str]] = {}

    def look(self, photo: CheckedPhoto) -> Iterator[Finding]:
        """See ``PhotoCheck``."""
        for sign in filter(None, {photo.content, photo.group}):
            if photo.part:
                self._parts.setdefault(sign, {}).setdefault(photo.part, photo.name)
        yield from ()

    def end(self) -> Iterator[Finding]:
        """See ``PhotoCheck``."""
        told_already = set()
        for parts in self._parts.values():
            names = frozenset(parts.items())
            if len(parts) > 1 and names not in told_already:
                told_already.add(names)
                told = ", ".join(f"{part} ({name})" for part, name in sorted(parts.items()))
                yield self.found(f"The same photo is in {told}; divide the data by photo again.")
