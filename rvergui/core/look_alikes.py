"""Groups of classes that are taken for one another, a part of the class list.

They are kept by the classes' ids, so that a group follows its classes through renaming and merging, and back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from rvergui.core.errors import RverError
from rvergui.core.taxonomy import FoodClass, Taxonomy, clean_class_name


@dataclass(frozen=True, slots=True)
class LookAlikeGroup:
    """Classes that look alike.

    Attributes:
        class_ids: of the classes, in the order in which they were put together.
        name: what people call the group; "" stands for the names of its classes.
    """

    class_ids: tuple[str, ...]
    name: str = ""

    def members(self, taxonomy: Taxonomy) -> tuple[FoodClass, ...]:
        """Its classes that are there; of those that were merged the one they became part of, once."""
        found = (taxonomy.get(class_id) for class_id in self.class_ids)
        return tuple({food.id: food for food in found if food is not None}.values())

    def title(self, taxonomy: Taxonomy) -> str:
        """Its name, or else the names of its classes."""
        return self.name or " / ".join(food.name for food in self.members(taxonomy))


def named_groups(taxonomy: Taxonomy) -> dict[str, tuple[str, ...]]:
    """Title -> names of the classes, of every group that still has two of them; as scoring wants them."""
    found: dict[str, tuple[str, ...]] = {}
    for group in taxonomy.look_alikes:
        members = group.members(taxonomy)
        if len(members) > 1:
            found.setdefault(group.title(taxonomy), tuple(food.name for food in members))
    return found


def with_group(taxonomy: Taxonomy, class_ids: Iterable[str], name: str = "") -> Taxonomy:
    """The taxonomy with one more group at the end; a class may be in several.

    Raises:
        RverError: it has fewer than two classes, or there is one like it already.
    """
    group = _checked(taxonomy, LookAlikeGroup(tuple(dict.fromkeys(class_ids)), name))
    return replace(taxonomy, look_alikes=(*taxonomy.look_alikes, group))


def with_classes(taxonomy: Taxonomy, place: int, class_ids: Iterable[str]) -> Taxonomy:
    """The taxonomy with other classes in the group at ``place``; as ``with_group``."""
    return _put(taxonomy, place, replace(taxonomy.look_alikes[place], class_ids=tuple(dict.fromkeys(class_ids))))


def renamed_group(taxonomy: Taxonomy, place: int, name: str) -> Taxonomy:
    """The taxonomy with another name for the group at ``place``; "" names it after its classes. As ``with_group``."""
    return _put(taxonomy, place, replace(taxonomy.look_alikes[place], name=name))


def without_group(taxonomy: Taxonomy, place: int) -> Taxonomy:
    """The taxonomy without the group at ``place``."""
    groups = taxonomy.look_alikes
    return replace(taxonomy, look_alikes=groups[:place] + groups[place + 1 :])


def _put(taxonomy: Taxonomy, place: int, group: LookAlikeGroup) -> Taxonomy:
    groups, group = taxonomy.look_alikes, _checked(taxonomy, group, but=place)
    return replace(taxonomy, look_alikes=(*groups[:place], group, *groups[place + 1 :]))


def _checked(taxonomy: Taxonomy, group: LookAlikeGroup, but: int | None = None) -> LookAlikeGroup:
    group = replace(group, name=clean_class_name(group.name) if group.name.strip() else "")
    members = group.members(taxonomy)
    if len(members) < 2:
        raise RverError("A group of look-alikes needs two classes at least; choose another one.")
    for place, other in enumerate(taxonomy.look_alikes):
        if place == but:
            continue
        if other.title(taxonomy).casefold() == group.title(taxonomy).casefold():
            raise RverError(f"There is a group “{other.title(taxonomy)}” already; choose another name.")
        if {food.id for food in other.members(taxonomy)} == {food.id for food in members}:
            raise RverError(f"The group “{other.title(taxonomy)}” has the very same classes.")
    return group
