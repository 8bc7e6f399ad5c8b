"""File > Recent projects, and the same on the welcome page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from rvergui.gui.acts import Act
from rvergui.gui.choosing import Choosing
from rvergui.gui.feature import Feature, Slots
from rvergui.gui.memory import Memory

if TYPE_CHECKING:
    from rvergui.gui.main_window import MainWindow

SETTING = "recent-projects"
KEPT = 10
SUBMENU = "Recent projects"


def recalled(memory: Memory) -> list[Path]:
    """The projects that were open last, the latest first; what cannot be read counts as none."""
    try:
        found = json.loads(str(memory.get(SETTING) or "[]"))
    except ValueError:
        return []
    if not isinstance(found, list):
        return []
    return [Path(path) for path in dict.fromkeys(found) if isinstance(path, str) and path][:KEPT]


def short_path(path: Path) -> str:
    """The folder of a project as people write it, home as "~"."""
    home = Path.home()
    return str(Path("~") / path.relative_to(home)) if path.is_relative_to(home) else str(path)


class Recent(Feature):
    """Remembers what was open. Whether it is still there is looked up in the background: a disk may be asleep."""

    ACTS = (Act("clear-recent", "File", "Clear this list", needs="recent", submenu=SUBMENU, after="open-project"),)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.paths: list[Path] = recalled(window.memory)
        self.gone: frozenset[Path] = frozenset()
        self._menu: QMenu | None = None
        self._shown: list[QAction] = []

    def slots(self) -> Slots:  # noqa: D102
        return {"clear-recent": self.clear}

    def present(self) -> set[str]:  # noqa: D102
        return {"recent"} if self.paths else set()

    def begin(self) -> None:  # noqa: D102
        self._menu = self.window.findChild(QMenu, SUBMENU)
        assert self._menu is not None
        self._menu.aboutToShow.connect(self.look)
        self.window.welcome.recent.connect(self._open)
        self.session.project_changed.connect(self._on_project)
        self._show()
        if self.paths:
            self.look()

    def clear(self) -> None:
        """Forget them all."""
        self._keep([])

    def look(self) -> None:
        """Find out which are no longer there."""
        paths = list(self.paths)

        def done(gone: frozenset[Path]) -> None:
            if gone != self.gone:
                self.gone = gone
                self._show()

        def work() -> frozenset[Path]:
            return frozenset(path for path in paths if not path.exists())

        self.session.loader.submit(work, done, priority=50, lane="recent")

    def _on_project(self) -> None:
        project = self.session.project
        if project is not None:
            path = project.path.absolute()
            self.gone -= {path}
            self._keep([path, *(other for other in self.paths if other != path)][:KEPT])

    def _keep(self, paths: list[Path]) -> None:
        self.paths = paths
        self.window.memory.put(SETTING, json.dumps([str(path) for path in paths]))
        self._show()
        self.window.refresh()

    def _open(self, path: Path) -> None:
        self.window.feature(Choosing).open_path(path)

    def _show(self) -> None:
        self.window.welcome.show_recent([(path, path in self.gone) for path in self.paths])
        if self._menu is None:
            return
        clear = self.window.actions_["clear-recent"]
        for action in self._shown:
            self._menu.removeAction(action)
            action.deleteLater()
        self._shown = [self._entry(place, path) for place, path in enumerate(self.paths)]
        if self._shown:
            line = QAction(self)
            line.setSeparator(True)
            self._shown.append(line)
        self._menu.insertActions(clear, self._shown)

    def _entry(self, place: int, path: Path) -> QAction:
        text = self.tr("{name} in {folder}").format(name=path.stem, folder=short_path(path.parent)).replace("&", "&&")
        if path in self.gone:
            text = self.tr("{project} (no longer there)").format(project=text)
        action = QAction(f"&{place + 1}  {text}" if place < 9 else text, self)
        action.setEnabled(path not in self.gone)
        action.triggered.connect(lambda checked=False: self._open(path))
        return action
