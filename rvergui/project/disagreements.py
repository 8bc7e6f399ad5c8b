"""Names that people gave and that a new model contradicts with confidence; and which of them were kept all the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from rvergui.core import SourceKind, Taxonomy
from rvergui.project.queue import QueueItem, disagreement

# Setting: the model that the names were last held against ("" for the one that ships), and what was kept.
CHECKED, KEPT = "names_checked_with", "names_kept"
# A model whose probabilities were fitted on held-out photos is right about so often as it says; of another one more is
# asked, since a network that was trained to the end says 90 % too easily.
SURE, SURE_UNFITTED = 0.8, 0.95
# A later model has to be so much surer than the one that was overruled.
SURER = 0.02

Key = tuple[str, str]
"""Photo id and item id."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A name that a person kept although a model was sure of another.

    Attributes:
        class_id: the name's class.
        model: which model.
        probability: how sure it was.
    """

    class_id: str
    model: str
    probability: float


def at_least(temperature: float) -> float:
    """How sure a model with this temperature has to be, 0..1; a temperature of exactly 1 was not fitted."""
    return SURE_UNFITTED if temperature == 1.0 else SURE


def contradicted(
    items: Iterable[QueueItem],
    taxonomy: Taxonomy,
    known: Collection[str],
    model: str,
    kept: Mapping[Key, Kept],
    sure: float = SURE,
) -> list[QueueItem]:
    """Those of ``items`` whose name a person should look at again, the surest contradiction first.

    A name counts that a person confirmed, that the model could have given (it knows the class), and for which it says
    another class of the project with a probability of ``sure`` or more. What was looked at twice is left alone,
    unless a name was kept against another model and this one is surer.

    Args:
        items: with the model's own names, not mixed with what was learnt from these very labels.
        taxonomy: the project's classes.
        known: the names that the model knows.
        model: which model it is.
        kept: what was kept before.
        sure: from which probability on.
    """
    known_ids = {food.id for name in known if (food := taxonomy.find(name)) is not None}
    disagrees = disagreement(taxonomy)
    found = [
        item
        for item in items
        if item.label_kind is SourceKind.PERSON
        and (item.probability or 0.0) >= sure
        and disagrees(item)
        and taxonomy.find(item.suggested) is not None
        and _meant(taxonomy, item.class_id) in known_ids
        and _asks(item, model, kept.get((item.photo_id, item.id)))
    ]
    return sorted(found, key=lambda item: -(item.probability or 0.0))


def _meant(taxonomy: Taxonomy, class_id: str | None) -> str | None:
    food = taxonomy.get(class_id) if class_id is not None else None
    return food.id if food is not None else None


def _asks(item: QueueItem, model: str, kept: Kept | None) -> bool:
    if not item.verified:
        return True
    if kept is None or kept.class_id != item.class_id:
        return False
    return kept.model != model and (item.probability or 0.0) > kept.probability + SURER


def kept_to_text(kept: Mapping[Key, Kept]) -> str | None:
    """As the project stores it; None for nothing."""
    rows = [[*key, each.class_id, each.model, round(each.probability, 4)] for key, each in kept.items()]
    return json.dumps(rows) if rows else None


def kept_from_text(text: str | None) -> dict[Key, Kept]:
    """What ``kept_to_text`` gave; what cannot be read is forgotten, and asked again at worst."""
    try:
        rows = json.loads(text or "[]")
        return {(str(p), str(i)): Kept(str(c), str(m), float(share)) for p, i, c, m, share in rows}
    except (ValueError, TypeError):
        return {}


def remembered(read: Callable[[str], str | None]) -> tuple[str | None, dict[Key, Kept]]:
    """From a project's settings: the model that names were last held against, and what was kept."""
    return read(CHECKED), kept_from_text(read(KEPT))
