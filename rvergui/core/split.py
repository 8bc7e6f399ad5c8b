"""Holding photos out, so that a score tells what the model does on photos it has never seen."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import chain

from rvergui.core.errors import RverError


def split_by_photo(
    labels: Mapping[str, Sequence[str]], share: float, seed: int, avoid: Collection[str] = ()
) -> frozenset[str]:
    """The ids of the photos that are held out.

    Whole photos go one way or the other, never single objects: two objects of one photo share light, table and camera,
    and a score over a torn photo is too good. The split is stratified: of each class about ``share`` of its photos is
    held out, the rarest class first (after Sechidis, Tsoumakas and Vlahavas, "On the stratification of multi-label
    data", 2011; here rounding errors are carried from class to class so that many small classes add up to ``share``).

    Args:
        labels: photo id -> the class names of its objects, repeated or not.
        share: about how much is held out, above 0 and below 1.
        seed: another seed, another split; the mapping's order has no influence.
        avoid: photos that are held out only if there is no other choice (an earlier model was trained on them).

    Returns:
        With two photos or more never nothing and never everything, and every class that occurs on two photos or more
        keeps at least one in training. Photos with a class that occurs nowhere else stay in training unless there
        are no others. With one photo or none the empty set.

    Raises:
        RverError: ``share`` is out of range.
    """
    _check(share)
    if len(labels) < 2:
        return frozenset()
    choice = _Choice(labels, share, seed, frozenset(avoid))
    choice.stratify()
    choice.fill_up()
    return frozenset(choice.held)


def hold_out_more(
    labels: Mapping[str, Sequence[str]], share: float, seed: int, trained: Collection[str], held: Collection[str]
) -> frozenset[str]:
    """Which of the new photos are held out as well, where others have been trained on or held out for good.

    Nothing that is settled moves; from what is new each class gets as many held-out photos as are missing to its
    ``share``. With nothing settled and a class for every photo to spare this is ``split_by_photo``.

    Args:
        labels: photo id -> the class names of its objects, of all photos, the settled ones too.
        share: about how much is held out in the end, above 0 and below 1.
        seed: of the order among photos that are equally welcome.
        trained: photos that were trained on.
        held: photos that are held out already.

    Returns:
        Ids of photos that are neither ``trained`` nor ``held``. Every class that occurs on two photos or more and has
        one that is not held out keeps one in training; a photo with a class that occurs nowhere else is never taken.

    Raises:
        RverError: ``share`` is out of range.
    """
    _check(share)
    before = frozenset(held).intersection(labels)
    choice = _Choice(labels, share, seed, frozenset(), frozenset(trained) - before, before)
    choice.stratify()
    choice.fill_up()
    return frozenset(choice.held) - before


def _check(share: float) -> None:
    if not 0.0 < share < 1.0:
        raise RverError(f"A share of {share:g} cannot be held out; choose a number above 0 and below 1.")


class _Choice:
    """The held-out photos while they are being chosen; ``held`` None: nothing is settled."""

    def __init__(
        self,
        labels: Mapping[str, Sequence[str]],
        share: float,
        seed: int,
        avoid: frozenset[str],
        trained: frozenset[str] = frozenset(),
        held: frozenset[str] | None = None,
    ) -> None:
        self._share = share
        # A photo without objects counts as a class of its own kind, so that such photos are shared out too.
        self._classes = {photo: tuple(sorted(set(labels[photo]))) or ("",) for photo in sorted(labels)}
        self._photos = list(self._classes)
        random.Random(seed).shuffle(self._photos)
        self._photos_of = Counter(chain.from_iterable(self._classes.values()))
        self._in_training = Counter(self._photos_of)
        self._avoid, self._trained = avoid, trained
        self._target = min(max(round(share * len(labels)), 1), len(labels) - 1)
        self._for_good = held is not None
        self.held: set[str] = set()
        for photo in held or ():
            self._hold(photo)

    def _reluctance(self, photo: str) -> tuple[bool, int]:
        """How little a photo is wanted outside training: known to an earlier model, sole bearer of classes."""
        return photo in self._avoid, sum(self._photos_of[name] == 1 for name in self._classes[photo])

    def _may_go(self, photo: str) -> bool:
        return (
            photo not in self.held
            and photo not in self._trained
            and all(
                (self._photos_of[name] == 1 and not self._for_good) or self._in_training[name] >= 2
                for name in self._classes[photo]
            )
        )

    def _hold(self, photo: str) -> None:
        self.held.add(photo)
        self._in_training.subtract(self._classes[photo])

    def stratify(self) -> None:
        """Take each class's share, the rarest class first, from photos that can be spared."""
        willing: dict[str, list[str]] = {name: [] for name in self._photos_of}
        for photo in self._photos:
            if self._reluctance(photo) == (False, 0):
                for name in self._classes[photo]:
                    willing[name].append(photo)
        carry = 0.0
        for name in sorted(self._photos_of, key=lambda name: (self._photos_of[name], name)):
            held = self._photos_of[name] - self._in_training[name]
            wanted = self._share * self._photos_of[name] - held + carry
            taken = 0
            for photo in willing[name]:
                if taken >= round(wanted) or len(self.held) >= self._target:
                    break
                if self._may_go(photo):
                    self._hold(photo)
                    taken += 1
            carry = min(max(wanted - taken, -0.5), 0.5)

    def fill_up(self) -> None:
        """Reach the target with what can be spared, first of what is held out too little; with anything if need be."""

        def wanted(photo: str) -> float:
            return max(
                self._share * self._photos_of[name] - (self._photos_of[name] - self._in_training[name])
                for name in self._classes[photo]
            )

        for photo in sorted(self._photos, key=lambda photo: (self._reluctance(photo), -wanted(photo))):
            enough = self._target if self._reluctance(photo) == (False, 0) else 1
            if len(self.held) < enough and self._may_go(photo):
                self._hold(photo)
