"""Files that are dropped on the window, and the hint that says what will become of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMainWindow, QWidget

from rvergui.gui.choosing import Choosing
from rvergui.gui.feature import Feature
from rvergui.gui.theme import current

if TYPE_CHECKING:
    from rvergui.gui.main_window import MainWindow

PROJECT_SUFFIX = ".rver"


class DropHint(QWidget):
    """Lies over the window while something is dragged over it."""

    def __init__(self, window: QMainWindow, text: str) -> None:
        super().__init__(window)
        self.text = text
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(text)
        self.setGeometry(window.rect())
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(theme.panel)
        veil.setAlphaF(0.6)
        painter.fillRect(self.rect(), veil)
        painter.setPen(QPen(QColor(theme.accent), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(self.rect().adjusted(20, 20, -20, -20), 14, 14)
        font = painter.font()
        font.setPixelSize(20)
        painter.setFont(font)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        words = painter.boundingRect(self.rect().adjusted(80, 80, -80, -80), flags, self.text)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.accent))
        painter.drawRoundedRect(words.adjusted(-28, -16, 28, 16), 10, 10)
        painter.setPen(QColor(theme.accent_text))
        painter.drawText(words, flags, self.text)
        painter.end()


class Drops(Feature):
    """Opens or adds what was dropped; the window passes its events on."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.hint: DropHint | None = None
        self._waiting: list[Path] = []  # to be added once the project they came with is open
        self.session.project_changed.connect(self._on_project)
        self.session.problem.connect(self._waiting.clear)

    def enter(self, event: QDragEnterEvent) -> None:
        """Something is dragged over the window."""
        paths = _paths(event)
        if paths:
            event.acceptProposedAction()
            self.leave()
            self.hint = DropHint(self.window, self._what_happens(paths))

    def leave(self) -> None:
        """It was dragged away again, or let go."""
        if self.hint is not None:
            self.hint.deleteLater()
            self.hint.hide()
            self.hint = None

    def drop(self, event: QDropEvent) -> None:
        """It was let go over the window."""
        paths = _paths(event)
        self.leave()
        if not paths:
            return
        event.acceptProposedAction()
        projects = [path for path in paths if path.suffix.lower() == PROJECT_SUFFIX]
        if projects:
            self.window.feature(Choosing).open_path(projects[0])
            if len(projects) > 1:
                self.session.notice.emit(self.tr("One project can be open at a time; the others are as they were."))
        elif self.session.project is None:
            self._open(paths)
        else:
            self.session.add(paths)

    def _open(self, paths: list[Path]) -> None:
        """Open the first one's folder; what lies elsewhere is added once that is open."""
        folder = _folder(paths[0])
        self._waiting[:] = [path for path in paths[1:] if _folder(path) != folder]
        self.window.feature(Choosing).open_path(paths[0])

    def _on_project(self) -> None:
        others = list(self._waiting)
        self._waiting.clear()
        if others:
            self.session.add(others)

    def _what_happens(self, paths: list[Path]) -> str:
        project = self.session.project
        found = next((path for path in paths if path.suffix.lower() == PROJECT_SUFFIX), None)
        if found is not None:
            return self.tr("Drop to open the project {name}").format(name=found.stem)
        if project is None:
            return self.tr("Drop to open these photos")
        return self.tr("Drop to add to {project}").format(project=project.path.stem)


def _paths(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def _folder(path: Path) -> Path:
    return path if path.is_dir() else path.parent
