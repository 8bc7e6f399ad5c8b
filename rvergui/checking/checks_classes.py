"""Checks of class names."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from rvergui.checking.checks_masks import PhotoCheck
from rvergui.checking.findings import Finding, Severity
from rvergui.checking.material import CheckedPhoto, Limits

# Shorter words are alike by chance: pea and pear.
_SHORTEST = 4


class Typos(PhotoCheck):
    """Names that are most likely one word written twice: rare ones that are almost those of frequent classes."""

    NAME = "class-typos"
    TITLE = "class names that are almost the same"
    SEVERITY = Severity.WARNING
    REPAIR = "merge the rarer class into the more frequent one"

    def __init__(self, limits: Limits, classes: Sequence[str]) -> None:
        super().__init__(limits, classes)
        self._counts: Counter[str] = Counter()

    def look(self, photo: CheckedPhoto) -> Iterator[Finding]:
        """See ``PhotoCheck``."""
        self._counts.update(item.name for item in photo.items if item.name is not None)
        yield from ()

    def end(self) -> Iterator[Finding]:
        """See ``PhotoCheck``."""
        names = list(dict.fromkeys([*self.classes, *self._counts]))
        plain = {name: plain_name(name) for name in names}
        gone: set[str] = set()
        for one, other in combinations(names, 2):
            rare, often = sorted((one, other), key=lambda name: (self._counts[name], names.index(name) * -1))
            if gone & {rare, often} or not self._are_alike(rare, often, plain):
                continue
            gone.add(rare)
            yield self.found(
                f"“{rare}” ({_times(self._counts[rare])}) is almost “{often}” ({_times(self._counts[often])}).",
                merge=(rare, often),
            )

    def _are_alike(self, rare: str, often: str, plain: dict[str, str]) -> bool:
        if plain[rare] == plain[often]:
            return True
        few, many = self._counts[rare], self._counts[often]
        if not 0 < few <= self.limits.rare or many < self.limits.often * few:
            return False  # a class that nothing has is a name on a list, not a slip
        if min(len(plain[rare]), len(plain[often])) < _SHORTEST:
            return False
        one, other = plain[rare], plain[often]
        # a letter wrong, missing or too many, or two exchanged; in longer words more
        slip = OSA.distance(one, other, score_cutoff=1) <= 1
        return slip or fuzz.ratio(one, other, score_cutoff=self.limits.typo) > 0


def plain_name(name: str) -> str:
    """``name`` without case, accents and signs; names that differ in nothing else are one."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    kept = "".join(c for c in letters if c.isalnum())
    return kept or name.casefold()


def _times(count: int) -> str:
    return "never used" if count == 0 else "once" if count == 1 else f"{count} times"
