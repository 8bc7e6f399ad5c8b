"""The classes of a project: names, colours, aliases, merges."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rvergui.core.errors import RverError
from rvergui.core.palette import palette_colour

if TYPE_CHECKING:
    from rvergui.core.look_alikes import LookAlikeGroup

MAX_NAME_LENGTH = 120


def clean_class_name(name: str) -> str:
    """``name`` in Unicode NFC without surrounding or repeated white space.

    Raises:
        RverError: nothing is left, it is too long, or it holds control characters.
    """
    cleaned = " ".join(unicodedata.normalize("NFC", name).split())
    if all(unicodedata.category(c) == "Cf" or c == " " for c in cleaned):  # Cf: characters that nobody sees
        raise RverError("A class name cannot be empty; type at least one character.")
    if len(cleaned) > MAX_NAME_LENGTH:
        raise RverError(f"The class name “{cleaned[:30]}…” is longer than {MAX_NAME_LENGTH} characters; shorten it.")
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in cleaned):
        raise RverError(f"The class name {cleaned!r} holds control characters; type it again without them.")
    return cleaned


@dataclass(frozen=True, slots=True)
class FoodClass:
    """One name for food.

    Attributes:
        id: stable for the class's whole life, whatever its name.
        name: what people see.
        colour: "#rrggbb".
        aliases: earlier or other names that mean the same; models may know the class under them.
        merged_into: the id of the class that this one became part of, if it did.
    """

    id: str
    name: str
    colour: str
    aliases: tuple[str, ...] = ()
    merged_into: str | None = None


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """An ordered, immutable list of classes. Merged classes stay as signposts, so that undo is the earlier value.

    Attributes:
        classes: all of them, those that were merged into others, too.
        look_alikes: groups of classes that are taken for one another, see ``core.look_alikes``.
    """

    classes: tuple[FoodClass, ...] = ()
    look_alikes: tuple[LookAlikeGroup, ...] = ()
    _by_id: dict[str, FoodClass] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {c.id: c for c in self.classes})  # asked for with every stroke

    @classmethod
    def from_names(cls, names: Iterable[str]) -> Taxonomy:
        """A taxonomy of ``names`` in order; repeated names are kept once."""
        taxonomy = cls()
        for name in names:
            if taxonomy.find(name) is None:
                taxonomy, _ = taxonomy.added(name)
        return taxonomy

    def __iter__(self) -> Iterator[FoodClass]:
        """The classes in use, in order (merged ones left out)."""
        return (c for c in self.classes if c.merged_into is None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def names(self) -> list[str]:
        """The names of the classes in use, in order."""
        return [c.name for c in self]

    def get(self, class_id: str) -> FoodClass | None:
        """The class with this id, following merges; None if there is none."""
        seen: set[str] = set()
        found = self._by_id.get(class_id)
        while found is not None and found.merged_into is not None and found.id not in seen:
            seen.add(found.id)
            found = self._by_id.get(found.merged_into)
        return found

    def find(self, name: str) -> FoodClass | None:
        """The class in use with this name or alias, whatever its case; names win over aliases."""
        wanted = " ".join(unicodedata.normalize("NFC", name).split()).casefold()
        for c in self:
            if c.name.casefold() == wanted:
                return c
        for c in self:
            if any(alias.casefold() == wanted for alias in c.aliases):
                return c
        return None

    def _require(self, class_id: str) -> FoodClass:
        found = self._by_id.get(class_id)
        if found is None:
            raise RverError("That class is no longer in the list; choose another.")
        return found

    def _check_free(self, name: str, but: str | None = None) -> None:
        taken = next((c for c in self if c.name.casefold() == name.casefold() and c.id != but), None)
        if taken is not None:
            raise RverError(f"There is a class “{taken.name}” already; choose another name or merge the two.")

    def _replaced(self, changed: FoodClass) -> Taxonomy:
        return replace(self, classes=tuple(changed if c.id == changed.id else c for c in self.classes))

    def added(self, name: str, colour: str | None = None) -> tuple[Taxonomy, FoodClass]:
        """The taxonomy with a new class at the end, and that class."""
        name = clean_class_name(name)
        self._check_free(name)
        new = FoodClass(id=uuid.uuid4().hex, name=name, colour=colour or palette_colour(len(self.classes)))
        return replace(self, classes=(*self.classes, new)), new

    def renamed(self, class_id: str, name: str) -> Taxonomy:
        """The taxonomy with another name for a class; the old one stays as an alias, so models still find it."""
        old = self._require(class_id)
        name = clean_class_name(name)
        self._check_free(name, but=class_id)
        aliases = tuple(dict.fromkeys(a for a in (*old.aliases, old.name) if a.casefold() != name.casefold()))
        return self._replaced(replace(old, name=name, aliases=aliases))

    def recoloured(self, class_id: str, colour: str) -> Taxonomy:
        """The taxonomy with another colour, "#rrggbb", for a class."""
        return self._replaced(replace(self._require(class_id), colour=colour.lower()))

    def merged(self, class_id: str, into_id: str) -> Taxonomy:
        """The taxonomy in which everything of one class counts as another, whose aliases grow by its names."""
        source, target = self._require(class_id), self._require(into_id)
        if source.merged_into is not None or target.merged_into is not None:
            gone = source if source.merged_into is not None else target
            raise RverError(f"“{gone.name}” has been merged already; choose another class.")
        if source.id == target.id:
            raise RverError(f"“{source.name}” cannot be merged into itself; choose another class.")
        aliases = tuple(dict.fromkeys((*target.aliases, source.name, *source.aliases)))
        merged = self._replaced(replace(target, aliases=aliases))
        return merged._replaced(replace(source, merged_into=target.id))
