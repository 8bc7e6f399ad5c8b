"""A folder of photos that is not where it was: told with a way to say where it is now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtWidgets import QFileDialog

from rvergui.gui.acts import Act
from rvergui.gui.feature import Feature, Slots
from rvergui.gui.folder_watch import FolderWatch

if TYPE_CHECKING:
    from rvergui.gui.main_window import MainWindow


class MovedFolder(Feature):
    """Offers it when a look finds a folder away, and in the File menu for as long as it is."""

    ACTS: ClassVar[tuple[Act, ...]] = (
        Act("find-folder", "File", "Find a moved folder …", (), "", "away", after="look-again"),
    )

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.away: tuple[Path, ...] = ()

    def slots(self) -> Slots:  # noqa: D102
        return {"find-folder": self.ask}

    def present(self) -> set[str]:  # noqa: D102
        return {"away"} if self.away else set()

    def begin(self) -> None:  # noqa: D102
        self.window.feature(FolderWatch).away.connect(self._on_away)
        self.session.project_changed.connect(lambda: self._on_away([], False))

    def _on_away(self, folders: list[str], told: bool) -> None:
        self.away = tuple(Path(folder) for folder in folders)
        if self.away and told:
            text = self.tr("The folder {name} is not in {place} any more; its photos and their items wait for it.")
            folder = self.away[0]
            self.window.strip.offer(
                text.format(name=folder.name, place=folder.parent), self.tr("Find the folder …"), self.ask
            )
        self.window.refresh()

    def ask(self) -> None:
        """Ask where the folder is now."""
        if not self.away:
            return
        folder = self.away[0]
        title = self.tr("Where is {name} now?").format(name=folder.name)
        start = next((place for place in folder.parents if place.is_dir()), Path.home())
        chosen = QFileDialog.getExistingDirectory(self.window, title, str(start))
        if chosen:
            self.window.feature(FolderWatch).move_folder(folder, Path(chosen))
