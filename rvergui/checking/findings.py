"""What a check says."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How bad it is."""

    ERROR = "error"  # it cannot be used as it is
    WARNING = "warning"  # most likely a mistake
    NOTE = "note"  # may be meant so


@dataclass(frozen=True)
class Finding:
    """One thing that a check has found.

    Attributes:
        check: the check's name.
        severity: how bad it is.
        text: what and where, one sentence.
        photo: the photo's name; "" if it is not about one photo.
        photo_id: its id; "" likewise.
        items: the ids of the items that it is about.
        doomed: those of them that the check's repair would delete.
        cuts: pairs of ids (lower, upper): the repair would take from the lower what the upper covers.
        resize: (height, width) that the repair would bring the masks of the items to.
        merge: (from, into): names of classes that the repair would merge.
        drop_photo: whether the repair would take the photo out of the list.
        accept_photo: whether the repair would take the photo as it is now.
    """

    check: str
    severity: Severity
    text: str
    photo: str = ""
    photo_id: str = ""
    items: tuple[str, ...] = ()
    doomed: tuple[str, ...] = ()
    cuts: tuple[tuple[str, str], ...] = ()
    resize: tuple[int, int] | None = None
    merge: tuple[str, str] | None = None
    drop_photo: bool = False
    accept_photo: bool = False

    @property
    def is_repairable(self) -> bool:
        """Whether the check's repair would do anything about it."""
        return bool(self.doomed or self.cuts or self.resize or self.merge or self.drop_photo or self.accept_photo)

    def record(self) -> dict[str, Any]:
        """As JSON can hold it."""
        told: dict[str, Any] = {"check": self.check, "severity": self.severity.value, "text": self.text}
        if self.photo:
            told["photo"] = self.photo
        if self.items:
            told["items"] = list(self.items)
        return {**told, "repairable": self.is_repairable}


@dataclass
class CheckReport:
    """The outcome of all checks.

    Attributes:
        title: what was looked at, in words.
        photos: how many photos.
        items: how many items on them.
        checks: the names of the checks that looked, in order.
        findings: what they found, check by check.
    """

    title: str
    photos: int = 0
    items: int = 0
    checks: tuple[str, ...] = ()
    findings: list[Finding] = field(default_factory=list)

    def of(self, check: str) -> list[Finding]:
        """What one check found."""
        return [finding for finding in self.findings if finding.check == check]

    def counts(self) -> dict[str, int]:
        """How many findings of each severity."""
        return {each.value: sum(f.severity is each for f in self.findings) for each in Severity}

    @property
    def is_fine(self) -> bool:
        """Whether there are notes at most."""
        return all(finding.severity is Severity.NOTE for finding in self.findings)

    def record(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {
            "source": self.title,
            "photos": self.photos,
            "items": self.items,
            "checks": list(self.checks),
            "counts": self.counts(),
            "findings": [finding.record() for finding in self.findings],
        }
