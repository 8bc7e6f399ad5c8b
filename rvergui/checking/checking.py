"""All checks over all photos, one photo at a time."""

from __future__ import annotations

from collections.abc import Iterable

from rvergui.checking.checks_classes import Typos
from rvergui.checking.checks_masks import (
    AtTheEdge,
    EmptyMasks,
    OtherSize,
    Overlaps,
    PhotoCheck,
    SameMasks,
    Tiny,
    Unnamed,
)
from rvergui.checking.checks_photos import ChangedPhotos, Leakage, MissingPhotos, SamePhotos, WithoutItems
from rvergui.checking.findings import CheckReport, Finding, Severity
from rvergui.checking.material import Limits, Material
from rvergui.core import RverError
from rvergui.interchange.report import Cancelled, Progress

CHECKS: dict[str, type[PhotoCheck]] = {
    check.NAME: check
    for check in (
        MissingPhotos,
        ChangedPhotos,
        Leakage,
        EmptyMasks,
        OtherSize,
        SameMasks,
        SamePhotos,
        Tiny,
        Typos,
        Overlaps,
        AtTheEdge,
        Unnamed,
        WithoutItems,
    )
}
"""By name, the worst first."""

DAMAGE = "file"
"""What is wrong with the file that holds the labels; always looked at."""


def known_checks(names: Iterable[str]) -> list[str]:
    """``names``, each once.

    Raises:
        RverError: there is no such check.
    """
    wanted = list(dict.fromkeys(names))
    strange = next((name for name in wanted if name not in CHECKS), None)
    if strange is not None:
        raise RverError(f"There is no check {strange!r}; the known ones are: {', '.join(CHECKS)}.")
    return wanted


def check(
    material: Material,
    names: Iterable[str] = (),
    limits: Limits = Limits(),
    progress: Progress | None = None,
) -> CheckReport:
    """Look for what is wrong.

    Args:
        material: what to look at.
        names: of checks; all if there is none.
        limits: where they draw the line.
        progress: called with (photos seen, photos); False ends it.

    Raises:
        Cancelled: ``progress`` returned False.
        RverError: there is no such check, or the labels cannot be read.
    """
    chosen = known_checks(names) or list(CHECKS)
    classes = material.classes
    checks = [CHECKS[name](limits, classes) for name in chosen]
    found: dict[str, list[Finding]] = {name: [] for name in chosen}
    report = CheckReport(material.title, checks=tuple(chosen))
    total = len(material)
    for photo in material.photos():
        _tell(progress, report.photos, total)
        report.photos += 1
        report.items += len(photo.items)
        for each in checks:
            found[each.NAME].extend(each.look(photo))
    for each in checks:
        found[each.NAME].extend(each.end())
    _tell(progress, total, total)
    report.findings = [Finding(DAMAGE, Severity.ERROR, sentence) for sentence in material.damage()]
    for name in CHECKS:
        report.findings += found.get(name, [])
    return report


def _tell(progress: Progress | None, done: int, total: int) -> None:
    if progress is not None and not progress(done, total):
        raise Cancelled("The check was stopped.")
