"""Projects: their photos, their items, their classes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rvergui.api.photos import BoolArray, MaskLike, as_mask, load_photo, views
from rvergui.core import FoodClass, Photo, RverError, Source, SourceKind, Suggestion, Taxonomy
from rvergui.core import Item as CoreItem
from rvergui.core.class_lists import paper_classes
from rvergui.project import PhotoRecord
from rvergui.project.store import Project as Store
from rvergui.runtime.settings import Settings

if TYPE_CHECKING:
    from rvergui.interchange.report import ExportReport


def open_project(path: str | Path, write: bool = False) -> Project:
    """A project, to read, or to read and change.

    Args:
        path: the ``.rver`` file.
        write: whether it is to be changed; no window may have it open meanwhile.

    Raises:
        RverError: there is none, it is damaged, or it cannot be changed although that is wanted.
    """
    store = Store.open(Path(path), read_only=not write)
    if write and store.read_only:
        reason = store.read_only_reason
        store.close()
        raise RverError(f"{Path(path).name} cannot be changed now. {reason}")
    return Project(store)


def create_project(
    path: str | Path, photos: str | Path | Iterable[str | Path] = (), classes: Iterable[str] | None = None
) -> Project:
    """A new project, open to be changed.

    Args:
        path: the ``.rver`` file to be.
        photos: a folder, or photo files; they stay where they are.
        classes: the names to begin with; None takes the 105 of the paper.

    Raises:
        RverError: there is a file already, or it cannot be written.
    """
    project = Project(Store.create(Path(path), Taxonomy.from_names(paper_classes() if classes is None else classes)))
    try:
        project.add_photos(photos)
    except BaseException:
        project.close()
        raise
    return project


@dataclass(frozen=True)
class Item:
    """One object on a photo, as it is in the project at this moment.

    Attributes:
        id: stable for its whole life.
        photo: what it is on.
        name: its class; None as long as it has none.
        state: "proposed" (a machine drew it), "open" (a person keeps the mask) or "confirmed" (a person gave the name).
        verified: whether somebody looked a second time and found it right.
        box: (x, y, width, height) in pixels.
        area: in pixels.
        suggestions: what a network said of it when it was labelled, best first.
        note: free text.
    """

    id: str
    photo: ProjectPhoto
    name: str | None
    state: str
    verified: bool
    box: tuple[int, int, int, int]
    area: int
    suggestions: tuple[Suggestion, ...] = field(repr=False)
    note: str
    _item: CoreItem = field(repr=False, compare=False)

    @property
    def mask(self) -> BoolArray:
        """(height, width) bool, of the photo's size; a new array each time."""
        return self._item.mask.array()

    @property
    def rle(self) -> dict[str, object]:
        """The mask as a COCO run-length object."""
        return self._item.mask.rle()

    @property
    def is_confirmed(self) -> bool:
        """Whether a person has given the name."""
        return self.state == "confirmed"

    def views(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """The ROI view and the extra-ROI view (height, width, 3) uint8; opens the photo.

        Raises:
            RverError: the photo cannot be opened, or has another size by now.
        """
        return views(self.photo.load(), self._item.mask)


@dataclass(frozen=True)
class ProjectPhoto:
    """One photo of a project, as it is known at this moment.

    Attributes:
        id: stable for its whole life in the project.
        name: its path, relative to the project where possible, with forward slashes.
        path: its file.
        size: (height, width) in pixels, once it was opened.
        status: "todo", "in_progress", "done" or "broken".
    """

    id: str
    name: str
    path: Path
    size: tuple[int, int] | None
    status: str
    _project: Project = field(repr=False, compare=False)

    def load(self) -> Photo:
        """The photo: ``pixels`` (height, width, 3) uint8 RGB.

        Raises:
            RverError: it cannot be opened.
        """
        return load_photo(self.path)

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """(height, width, 3) uint8 RGB, read-only; opens the file each time.

        Raises:
            RverError: it cannot be opened.
        """
        return self.load().pixels

    @property
    def items(self) -> list[Item]:
        """What is on it now, bottom to top."""
        return self._project._items_of(self)

    def add_item(self, mask: MaskLike, name: str | None = None) -> Item:
        """Put an object on the photo, and save it.

        Args:
            mask: (height, width), not zero inside, of the photo's size.
            name: its class, which confirms it; a new one is added to the project's. None leaves it open.

        Raises:
            RverError: the mask is empty or of another size, or the project is open for reading only.
        """
        return self._project._add_item(self, mask, name)


class Project:
    """An open project. What is handed out is as it was at that moment; ask again to see what has changed.

    Attributes:
        path: the ``.rver`` file.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.path = store.path

    def close(self) -> None:
        """Close the file; may be called twice."""
        self._store.close()

    def __enter__(self) -> Project:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Project({str(self.path)!r})"

    @property
    def classes(self) -> list[str]:
        """The names of the classes, in order."""
        return self._store.taxonomy().names()

    @property
    def model_path(self) -> Path | None:
        """The checkpoint in use in this project; ``rvergui.load_model`` loads it. None if none was chosen."""
        return self._store.model_path()

    @property
    def photos(self) -> list[ProjectPhoto]:
        """All photos, in natural order."""
        return [self._photo(record) for record in self._store.photos()]

    def photo(self, name: str) -> ProjectPhoto:
        """The photo with this path, or, where only one has it, with this file name.

        Raises:
            RverError: there is none, or several.
        """
        records = self._store.photos()
        found = [r for r in records if r.path == name] or [r for r in records if Path(r.path).name == name]
        if len(found) != 1:
            what = "no photo" if not found else f"{len(found)} photos"
            raise RverError(f"There is {what} {name!r} in {self.path.name}; give its path as “name” tells it.")
        return self._photo(found[0])

    def items(self, confirmed: bool | None = None, name: str | None = None) -> Iterator[Item]:
        """The items of all photos, one at a time; memory does not grow with the project.

        Args:
            confirmed: only those that a person has named (True), or has not (False); None for all.
            name: only those of this class.

        Raises:
            RverError: there is no such class.
        """
        taxonomy = self._store.taxonomy()
        if name is not None and taxonomy.find(name) is None:
            raise RverError(f"There is no class {name!r} in {self.path.name}; see “classes”.")
        wanted = None if name is None else taxonomy.find(name)
        for record, sheet in self._store.labelled():
            photo = self._photo(record)
            for item in sheet:
                found = self._item(photo, item, taxonomy)
                if confirmed is not None and found.is_confirmed is not confirmed:
                    continue
                if wanted is None or found.name == wanted.name:
                    yield found

    def add_photos(self, photos: str | Path | Iterable[str | Path]) -> list[ProjectPhoto]:
        """Add a folder of photos, or photo files; those that are there already are returned as they are.

        Raises:
            RverError: the folder cannot be read, or the project is open for reading only.
        """
        single = isinstance(photos, str | Path)
        paths = [Path(photos)] if isinstance(photos, str | Path) else [Path(photo) for photo in photos]
        if single and paths[0].is_dir():
            paths = self._store.scan_folder(paths[0])
        gone = next((path for path in paths if not path.is_file()), None)
        if gone is not None:
            raise RverError(f"There is no photo {gone}; check the path.")
        return [self._photo(record) for record in self._store.add_photos(paths)] if paths else []

    def export(
        self,
        out: str | Path,
        form: str = "coco",
        *,
        level: str = "confirmed",
        classes: Iterable[str] = (),
        photos: Iterable[str] = (),
        test_share: float | None = None,
        seed: int = 0,
        progress: Callable[[int, int], bool] | None = None,
        **options: Any,
    ) -> ExportReport:
        """Write items for other programs, whole or not at all, as ``rvergui export`` does.

        Args:
            out: a file for csv; for coco a file (.json) or a folder; else a folder.
            form: pairs, coco, yolo, labelme, index-masks, masks, crops, csv, ...
            level: "named" (also by a model), "confirmed" or "verified".
            classes: only these; all if there is none.
            photos: only photos whose path or name fits one of these patterns, such as ``lunch/*.jpg``.
            test_share: about how much goes to test, by whole photos; None takes the format's own.
            seed: another seed, another division.
            progress: called with (photos written, photos); False stops, and what was there before stays.
            options: of the format, in the words of the command line with underscores.

        Returns:
            ``written`` (items), ``photos``, ``parts`` and ``skipped``, a sentence for each thing left out.

        Raises:
            RverError: there is nothing to export, no such format or option, or the place cannot be written.
        """
        from rvergui.interchange.exports.division import Division
        from rvergui.interchange.exports.options import chosen
        from rvergui.interchange.exports.run import ExportPlan, run_export
        from rvergui.interchange.exports.selection import LEVELS, Selection
        from rvergui.interchange.exports.table import export_format

        wanted = export_format(form)
        known = next((known for known in LEVELS if known == level), None)
        if known is None:
            raise RverError(f"There is no level {level!r}; choose {', '.join(LEVELS)}.")
        plan = ExportPlan.of(
            wanted,
            chosen(wanted.options, options, form),
            Selection(known, tuple(classes), tuple(photos)),
            Division(wanted.test_share if test_share is None else test_share, seed),
        )
        return run_export(self._store, Path(out), plan, progress, Settings().pixel_limit)

    def _photo(self, record: PhotoRecord) -> ProjectPhoto:
        path = self._store.photo_path(record)
        return ProjectPhoto(record.id, record.path, path, record.size, record.status.value, self)

    def _items_of(self, photo: ProjectPhoto) -> list[Item]:
        taxonomy = self._store.taxonomy()
        return [self._item(photo, item, taxonomy) for item in self._store.sheet(photo.id)]

    @staticmethod
    def _item(photo: ProjectPhoto, item: CoreItem, taxonomy: Taxonomy) -> Item:
        food = None if item.class_id is None else taxonomy.get(item.class_id)
        return Item(
            id=item.id,
            photo=photo,
            name=None if food is None else food.name,
            state=item.state.value,
            verified=item.verified is not None,
            box=item.mask.bbox,
            area=item.mask.area,
            suggestions=item.suggestions,
            note=item.note,
            _item=item,
        )

    def _add_item(self, photo: ProjectPhoto, mask: MaskLike, name: str | None) -> Item:
        before = self._store.sheet(photo.id)
        if 0 in before.size:  # nobody has opened the photo so far
            before = replace(before, size=photo.load().size)
        drawn = as_mask(mask, before.size)
        if drawn.is_empty:
            raise RverError("A mask without a single pixel is no object; draw it first.")
        source = Source.now(SourceKind.PERSON, self._store.who)
        item = CoreItem.new(drawn, source)
        if name is not None:
            item = item.named(self._class(name).id, source)
        self._store.save_sheet(before, before.with_item(item), "add item by script")
        return self._item(photo, item, self._store.taxonomy())

    def _class(self, name: str) -> FoodClass:
        before = self._store.taxonomy()
        found = before.find(name)
        if found is None:
            after, found = before.added(name)
            self._store.save_taxonomy(before, after, "add class by script")
        return found
