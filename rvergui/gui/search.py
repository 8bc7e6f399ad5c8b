"""Fuzzy search over names and aliases, and names that are almost another."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from rvergui.core import FoodClass, Taxonomy

ENOUGH = 70.0  # below this a name is no answer to what was typed
# How many letters two names of so many letters may differ by to be taken for a slip of the keyboard.
SLIPS = ((4, 1), (8, 2))


@dataclass(frozen=True, slots=True)
class Match:
    """A class that fits what was typed.

    Attributes:
        food: the class.
        alias: the other name under which it was found; "" if it was its own.
    """

    food: FoodClass
    alias: str = ""


def search(taxonomy: Taxonomy, text: str, limit: int) -> list[Match]:
    """The classes whose name or alias fits ``text`` best: beginnings first, then words, then what is similar."""
    wanted = text.strip().casefold()
    if not wanted:
        return []
    scored: list[tuple[float, int, Match]] = []
    for order, food in enumerate(taxonomy):
        best, found = 0.0, Match(food)
        for name in (food.name, *food.aliases):
            score = _score(wanted, name.casefold())
            if score > best:
                best, found = score, Match(food, "" if name == food.name else name)
        if best >= ENOUGH:
            scored.append((-best, order, found))
    return [match for _, _, match in sorted(scored, key=lambda entry: entry[:2])[:limit]]


def search_names(taxonomy: Taxonomy, text: str, limit: int) -> list[FoodClass]:
    """The classes of ``search``."""
    return [match.food for match in search(taxonomy, text, limit)]


def _score(wanted: str, known: str) -> float:
    from rapidfuzz import fuzz

    if known == wanted:
        return 200.0
    if known.startswith(wanted):
        return 150.0 - len(known) * 0.1
    if any(word.startswith(wanted) for word in known.split()):
        return 120.0 - len(known) * 0.1
    # A known name inside a longer wish (“soup” in “grandma's soup”) is not what was meant.
    return 0.9 * fuzz.partial_ratio(wanted, known) if len(wanted) < len(known) else fuzz.ratio(wanted, known)


def almost_the_same(taxonomy: Taxonomy, name: str) -> FoodClass | None:
    """The class that a new ``name`` is probably meant to be: it differs by a slip, an ending or marks alone."""
    from rapidfuzz.distance import OSA

    wanted = _letters(name)
    best: tuple[int, FoodClass] | None = None
    for food in taxonomy:
        for known in (food.name, *food.aliases):
            letters = _letters(known)
            shorter = min(len(letters), len(wanted))
            allowed = max((slips for length, slips in SLIPS if shorter >= length), default=0)
            if letters + "s" == wanted or wanted + "s" == letters:
                allowed = 1
            distance = OSA.distance(wanted, letters, score_cutoff=allowed)
            if distance <= allowed and (best is None or distance < best[0]):
                best = distance, food
    return best[1] if best is not None else None


def _letters(name: str) -> str:
    """``name`` without case, accents, spaces and marks."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in plain if unicodedata.category(c)[0] in "LN")
