"""The photos of a project, to be checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from rvergui.checking.material import CheckedItem, CheckedPhoto, FileState, Limits
from rvergui.checking.photo_state import look_at
from rvergui.core import ItemState, Sheet, Taxonomy
from rvergui.core.photo_loading import DEFAULT_PIXEL_LIMIT
from rvergui.interchange.photo_parts import read_parts

if TYPE_CHECKING:
    from rvergui.project import PhotoRecord, Project


class ProjectMaterial:
    """See ``Material``.

    Args:
        project: open, also for reading only.
        limits: whether photo files may be read.
        pixel_limit: the most pixels of a photo that are opened.
    """

    def __init__(self, project: Project, limits: Limits = Limits(), pixel_limit: int = DEFAULT_PIXEL_LIMIT) -> None:
        self._project, self._limits, self._pixel_limit = project, limits, pixel_limit
        self._records = project.photos()
        self._taxonomy = project.taxonomy()

    @property
    def title(self) -> str:
        """See ``Material``."""
        return self._project.path.name

    @property
    def classes(self) -> Sequence[str]:
        """See ``Material``."""
        return self._taxonomy.names()

    def __len__(self) -> int:
        return len(self._records)

    def damage(self) -> Sequence[str]:
        """See ``Material``."""
        return self._project.check()

    def photos(self) -> Iterator[CheckedPhoto]:
        """See ``Material``."""
        parts = read_parts(self._project)
        files = {file.photo_id: file for file in self._project.photo_files()}
        for record, sheet in self._with_sheets():
            file = files.get(record.id)
            state = look_at(
                self._project.photo_path(record),
                record.content_hash,
                None if file is None else file.stamp,
                self._pixel_limit,
                self._limits.read,
                record.size,
            )
            size = state.size or record.size
            # without a photo nobody can tell whether masks fit
            size = None if state.state is FileState.MISSING else size
            yield CheckedPhoto(
                record.id,
                record.path,
                size,
                items_of(sheet, self._taxonomy),
                state.content,
                state.content,
                parts.get(record.id, ""),
                state.state,
                state.why,
            )

    def _with_sheets(self) -> Iterator[tuple[PhotoRecord, Sheet]]:
        """All photos with their sheets; those without items cost nothing."""
        known = {record.id for record in self._records}
        with closing(self._project.labelled()) as labelled:  # type: ignore[type-var]
            sheets = (pair for pair in labelled if pair[0].id in known)
            ahead = next(sheets, None)
            for record in self._records:
                if ahead is not None and ahead[0].id == record.id:
                    yield record, ahead[1]
                    ahead = next(sheets, None)
                else:
                    yield record, Sheet(record.id, record.size or (0, 0))


def items_of(sheet: Sheet, taxonomy: Taxonomy) -> tuple[CheckedItem, ...]:
    """The items of a sheet as checks see them."""
    names = {food.id: food.name for food in taxonomy}
    found = []
    for item in sheet:
        food = None if item.class_id is None else taxonomy.get(item.class_id)
        name = None if food is None else names.get(food.id)
        found.append(CheckedItem(item.id, item.mask, name, item.state is ItemState.CONFIRMED))
    return tuple(found)
