"""Where an import puts what it has merged: into the project at once, or into one step that can be undone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from rvergui.core import Sheet, Taxonomy
from rvergui.interchange.labelled_photos import ACT

if TYPE_CHECKING:
    from rvergui.project.store import Project


class Destination(Protocol):
    """What holds the classes and sheets that are merged into."""

    def taxonomy(self) -> Taxonomy:
        """The classes as they are by now."""
        ...

    def sheet(self, photo_id: str) -> Sheet:
        """The sheet of a photo as it is by now."""
        ...

    def put_taxonomy(self, after: Taxonomy) -> None:
        """Have these classes from now on."""
        ...

    def put_sheets(self, pairs: Iterable[tuple[Sheet, Sheet]]) -> None:
        """Have the second of each pair in place of the first."""
        ...


class Straight:
    """Into the project file at once."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def taxonomy(self) -> Taxonomy:
        """See ``Destination``."""
        return self._project.taxonomy()

    def sheet(self, photo_id: str) -> Sheet:
        """See ``Destination``."""
        return self._project.sheet(photo_id)

    def put_taxonomy(self, after: Taxonomy) -> None:
        """See ``Destination``."""
        self._project.save_taxonomy(self._project.taxonomy(), after, "import classes")

    def put_sheets(self, pairs: Iterable[tuple[Sheet, Sheet]]) -> None:
        """See ``Destination``."""
        self._project.save_sheets(pairs, ACT)


class Collected:
    """Kept for whoever takes it as one step; photos themselves are in the project by then.

    Attributes:
        before: the sheets that were merged into, by photo id.
        after: what they became.
        classes: the classes from now on; None if they stay as they are.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self.before: dict[str, Sheet] = {}
        self.after: dict[str, Sheet] = {}
        self.classes: Taxonomy | None = None

    def taxonomy(self) -> Taxonomy:
        """See ``Destination``."""
        return self.classes or self._project.taxonomy()

    def sheet(self, photo_id: str) -> Sheet:
        """See ``Destination``."""
        return self.after[photo_id] if photo_id in self.after else self._project.sheet(photo_id)

    def put_taxonomy(self, after: Taxonomy) -> None:
        """See ``Destination``."""
        self.classes = after

    def put_sheets(self, pairs: Iterable[tuple[Sheet, Sheet]]) -> None:
        """See ``Destination``."""
        for before, after in pairs:
            self.before.setdefault(after.photo_id, before)
            self.after[after.photo_id] = after

    def changes(self) -> list[tuple[Sheet, Sheet]]:
        """Each photo's sheet before and after."""
        return [(before, self.after[photo_id]) for photo_id, before in self.before.items()]
