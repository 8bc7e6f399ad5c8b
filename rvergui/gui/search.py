"""Fuzzy search over names and aliases."""

from __future__ import annotations

from rvergui.core import FoodClass, Taxonomy


def search_names(taxonomy: Taxonomy, text: str, limit: int) -> list[FoodClass]:
    """The classes whose name or alias fits ``text`` best: beginnings first, then words, then what is similar."""
    from rapidfuzz import fuzz

    wanted = text.strip().casefold()
    if not wanted:
        return []
    scored: list[tuple[float, int, FoodClass]] = []
    for order, food in enumerate(taxonomy):
        best = 0.0
        for name in (food.name, *food.aliases):
            known = name.casefold()
            # A known name inside a longer wish (“soup” in “grandma's soup”) is not what was meant.
            score = 0.9 * fuzz.partial_ratio(wanted, known) if len(wanted) < len(known) else fuzz.ratio(wanted, known)
            if known == wanted:
                score = 200.0
            elif known.startswith(wanted):
                score = 150.0 - len(known) * 0.1
            elif any(word.startswith(wanted) for word in known.split()):
                score = 120.0 - len(known) * 0.1
            best = max(best, score)
        if best >= 70.0:
            scored.append((-best, order, food))
    return [food for _, _, food in sorted(scored, key=lambda entry: entry[:2])[:limit]]
