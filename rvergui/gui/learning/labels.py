"""Under which label a class is learnt: the network's own name for it, else the class's id, which outlives renaming."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rvergui.core import Taxonomy


class Labels:
    """The labels of a project's classes for one network; renaming a class changes none of them.

    Args:
        taxonomy: the classes.
        known: the names that the network knows.

    Attributes:
        spelled: label -> name, for labels that are ids.
    """

    def __init__(self, taxonomy: Taxonomy, known: Iterable[str]) -> None:
        self._taxonomy = taxonomy
        ids = _ids_by_name(taxonomy)
        self._known: dict[str, str] = {}
        for name in known:
            class_id = ids.get(name.casefold())
            if class_id is not None:
                self._known.setdefault(class_id, name)
        self._found: dict[str, str | None] = {}
        self.spelled: Mapping[str, str] = {food.id: food.name for food in taxonomy if food.id not in self._known}

    def of(self, class_id: str) -> str | None:
        """The label of a class, merged ones being what they were merged into; None if there is no such class."""
        if class_id not in self._found:
            food = self._taxonomy.get(class_id)
            self._found[class_id] = None if food is None else self._known.get(food.id, food.id)
        return self._found[class_id]


def _ids_by_name(taxonomy: Taxonomy) -> dict[str, str]:
    """Class ids by name and alias in small letters, as ``Taxonomy.find`` finds them, for many names at once."""
    ids: dict[str, str] = {}
    for food in taxonomy:
        ids.setdefault(food.name.casefold(), food.id)
    for food in taxonomy:
        for alias in food.aliases:
            ids.setdefault(alias.casefold(), food.id)
    return ids
