"""Which classes look alike, by how often a network takes them for one another. No torch here.

Two classes are as alike as the share of their objects that got the other's name. Groups grow by joining what is most
alike on average, as long as that is alike enough: a chain of classes of which only neighbours are confused does not
become one group, because all pairs count.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

Confusion = Mapping[str, Mapping[str, int]]

# One object of eleven: with fewer there is nothing that a group could show.
ALIKE = 0.09
FEWEST_MISTAKES = 3
# So sure that a pair is confused at all (one-sided): what two objects of three say may be chance.
_Z = 1.2816
_SURE = 0.02
MOST_CLASSES = 6


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A group that may be worth a score of its own.

    Attributes:
        classes: names, the most frequent first.
        objects: how many objects of these classes were judged.
        mistakes: how many of them got another name of the group.
        outside: how many of them got a name outside of it.
        pairs: (is, called, how often) inside the group, the most frequent first.
    """

    classes: tuple[str, ...]
    objects: int
    mistakes: int
    outside: int
    pairs: tuple[tuple[str, str, int], ...]

    @property
    def share(self) -> float:
        """Which share of the objects was taken for another class of the group."""
        return self.mistakes / max(self.objects, 1)

    def why(self) -> str:
        """The numbers as a sentence."""
        true, called, count = self.pairs[0]
        wrong = self.mistakes + self.outside
        return (
            f"{self.mistakes} of {self.objects} objects ({self.share:.0%}) were taken for another of them, {true} for "
            f"{called} most often ({count}); that is {self.mistakes / max(wrong, 1):.0%} of all mistakes with them."
        )


def suggest(
    confusion: Confusion,
    known: Collection[Sequence[str]] = (),
    alike: float = ALIKE,
    fewest: int = FEWEST_MISTAKES,
) -> list[Suggestion]:
    """Groups of classes that are taken for one another, those with most mistakes first.

    Args:
        confusion: what objects are -> what they were called -> how often, right ones included, as ``evaluate`` gives
            it.
        known: groups that exist; a suggestion whose classes are all in one of these is left out.
        alike: how much alike, on average, the classes of a group have to be (0..1).
        fewest: how many mistakes a pair, and so a group, has to have.
    """
    there = {name: sum(row.values()) for name, row in confusion.items()}
    names = [name for name, count in there.items() if count]
    affinity = {
        frozenset(pair): share
        for pair in combinations(names, 2)
        if (share := _affinity(*pair, confusion, there, fewest)) > 0
    }
    groups = _agglomerated(names, affinity, alike)
    found = [_described(group, confusion, there) for group in groups]
    covered = [frozenset(group) for group in known]
    kept = [s for s in found if s.mistakes >= fewest and not any(frozenset(s.classes) <= each for each in covered)]
    return sorted(kept, key=lambda s: (-s.mistakes, s.classes))


def _affinity(one: str, other: str, confusion: Confusion, there: Mapping[str, int], fewest: int) -> float:
    """How much two classes are alike; 0 where too little speaks for it."""
    mistakes = confusion[one].get(other, 0) + confusion[other].get(one, 0)
    objects = there[one] + there[other]
    if mistakes < fewest or _lower_bound(mistakes, objects) < _SURE:
        return 0.0
    return mistakes / objects


def _lower_bound(count: int, total: int) -> float:
    """Of a share: Wilson's score interval ("Probable inference", 1927)."""
    share = count / total
    centre = share + _Z**2 / (2 * total)
    spread = _Z * math.sqrt(share * (1 - share) / total + _Z**2 / (4 * total**2))
    return (centre - spread) / (1 + _Z**2 / total)


def _agglomerated(names: Sequence[str], affinity: Mapping[frozenset[str], float], alike: float) -> list[list[str]]:
    """Average linkage; only classes that are alike to something take part, so that a thousand classes are no matter."""
    involved = {name for pair in affinity for name in pair}
    groups = [[name] for name in names if name in involved]

    def average(one: Sequence[str], other: Sequence[str]) -> float:
        return sum(affinity.get(frozenset((a, b)), 0.0) for a in one for b in other) / (len(one) * len(other))

    while True:
        joinable = (
            (average(groups[i], groups[j]), -i, -j)
            for i, j in combinations(range(len(groups)), 2)
            if len(groups[i]) + len(groups[j]) <= MOST_CLASSES
        )
        level, first, second = max(joinable, default=(0.0, 0, 0))
        if level < alike:
            break
        groups[-first] += groups.pop(-second)
    return [group for group in groups if len(group) > 1]


def _described(group: Sequence[str], confusion: Confusion, there: Mapping[str, int]) -> Suggestion:
    inside = frozenset(group)
    pairs = [
        (true, called, count)
        for true in group
        for called, count in confusion[true].items()
        if called in inside and called != true and count
    ]
    outside = sum(count for true in group for called, count in confusion[true].items() if called not in inside)
    return Suggestion(
        classes=tuple(sorted(group, key=lambda name: (-there[name], name))),
        objects=sum(there[name] for name in group),
        mistakes=sum(count for _, _, count in pairs),
        outside=outside,
        pairs=tuple(sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))),
    )
