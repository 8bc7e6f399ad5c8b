"""Opening a folder, a photo or a project file. Called on the loader thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

from PySide6.QtCore import QCoreApplication

from rvergui.core import RverError, Taxonomy
from rvergui.core.class_lists import paper_classes
from rvergui.core.photo_loading import is_photo_name
from rvergui.gui.photo_columns import Columns, columns_of
from rvergui.project.scan import first_photos, scan_folder
from rvergui.project.store import Project

translate = QCoreApplication.translate

PROJECT_SUFFIX = ".rver"
FIRST = 2000  # how many photos of a new folder are listed at once


@dataclass(frozen=True)
class Opened:
    """A project with what the window needs first."""

    project: Project
    photos: Columns
    taxonomy: Taxonomy
    start: str | None  # id of the photo to show, if one was asked for
    notices: tuple[str, ...]


def open_target(target: Path, home: Path, present: Project | None = None) -> Opened:
    """Open what the user pointed at.

    Args:
        target: a project file, a folder of photos, or one photo (its folder is opened and the photo shown).
        home: where the project file goes if the folder of photos cannot be written to.
        present: the project that is open now; if it is meant again it is taken as it is, since it holds its own lock.

    Raises:
        RverError: one sentence.
    """
    target = target.expanduser().absolute()
    if target.suffix.lower() == PROJECT_SUFFIX:
        if not target.exists():
            text = translate("Opening", "The project {name} is not in {folder}; open another, or the photos' folder.")
            raise RverError(text.format(name=target.name, folder=target.parent))
        return _opened(present if _is_same(present, target) else Project.open(target))
    if target.is_dir():
        return _open_folder(target, home, present)
    if target.is_file() and is_photo_name(target):
        opened = _open_folder(target.parent, home, present, (target,))
        wanted = next((r for r in opened.photos.records if opened.project.photo_path(r) == target), None)
        return Opened(opened.project, opened.photos, opened.taxonomy, wanted.id if wanted else None, opened.notices)
    if not target.exists():
        text = translate("Opening", "{name} is not in {folder}; check the name or open another folder.")
        raise RverError(text.format(name=target.name, folder=target.parent))
    text = translate("Opening", "{name} is neither a photo nor a project (.rver); open a folder, a photo or a project.")
    raise RverError(text.format(name=target.name))


def project_path_for(folder: Path, home: Path) -> Path:
    """Where the project of a folder of photos lies: in it, or in ``home`` if it cannot be written to."""
    inside = sorted(folder.glob(f"*{PROJECT_SUFFIX}"))
    if inside:
        return inside[0]
    path = folder / f"{folder.name or 'photos'}{PROJECT_SUFFIX}"
    try:
        path.touch(exist_ok=False)
        path.unlink()
    except OSError:
        home.mkdir(parents=True, exist_ok=True)
        return home / path.name
    return path


def _is_same(present: Project | None, path: Path) -> TypeGuard[Project]:
    return present is not None and present.path.exists() and path.exists() and present.path.samefile(path)


def _open_folder(folder: Path, home: Path, present: Project | None, photos: Sequence[Path] = ()) -> Opened:
    """The project of a folder, with ``photos`` in it.

    The first of a new folder's photos are enough to begin with: ``FolderWatch`` looks for all others once the project
    is open, and has to do so anyway, for what was added since.
    """
    path = project_path_for(folder, home)
    classes = Taxonomy.from_names(paper_classes())
    project = present if _is_same(present, path) else Project.open_or_create(path, classes)
    if not project.read_only:
        project.add_folder(folder)
        known = project.photos()
        new = photos if known else [*photos, *first_photos(folder, FIRST)[0]]
        if new:
            project.add_photos(new)
    return _opened(project)


def _opened(project: Project) -> Opened:
    notices = [*project.notices]
    if project.read_only_reason:
        notices.append(project.read_only_reason)
    return Opened(project, columns_of(project.photos()), project.taxonomy(), None, tuple(notices))


def add_photos(project: Project, targets: list[Path]) -> Columns:
    """Add photos and folders of photos to an open project; returns its whole list afterwards."""
    files: list[Path] = []
    for folder in filter(Path.is_dir, targets):
        project.add_folder(folder)
    for target in targets:
        files += scan_folder(target) if target.is_dir() else [target] if is_photo_name(target) else []
    if not files:
        names = ", ".join(t.name for t in targets[:3])
        text = translate(
            "Opening",
            "There is no photo in {names}; drop JPEG, PNG, WebP, TIFF, BMP or HEIC files or a folder of them.",
        )
        raise RverError(text.format(names=names))
    project.add_photos(files)
    return columns_of(project.photos())
