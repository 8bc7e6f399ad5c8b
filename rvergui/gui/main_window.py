"""The main window: wiring only. What can be done is in the features, what happens in the session and the panels."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QSettings
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QMessageBox, QStackedWidget, QWidget

from rvergui.gui import leaving, theme, window_state
from rvergui.gui.actions import Actions
from rvergui.gui.again import Again
from rvergui.gui.appearance import Appearance
from rvergui.gui.canvas.rail import ToolRail
from rvergui.gui.canvas.view import Canvas
from rvergui.gui.choosing import Choosing
from rvergui.gui.docks import Docks
from rvergui.gui.drops import Drops
from rvergui.gui.enabling import Enabling
from rvergui.gui.encoding_badge import EncodingBadge
from rvergui.gui.feature import Feature
from rvergui.gui.features import ACTS, FEATURES
from rvergui.gui.icons import icon
from rvergui.gui.keymap import Keymap
from rvergui.gui.memory import Memory
from rvergui.gui.messages import MessageStrip
from rvergui.gui.session import Session
from rvergui.gui.status import StatusBar
from rvergui.gui.welcome import Welcome

Kind = TypeVar("Kind", bound=Feature)


class MainWindow(QMainWindow):
    """Owns the session, the canvas, the panels and the features."""

    def __init__(self, session: Session, settings: QSettings | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        session.setParent(self)
        self.memory = Memory(settings)
        self.again: Again | None = None  # what the next window opens, if one is to follow this one
        self.setWindowTitle("RveRGUI")
        self.setWindowIcon(icon("app"))
        self.setAcceptDrops(True)
        self.canvas = Canvas(session)
        self.encoding = EncodingBadge(session, self.canvas)
        self.welcome = Welcome()
        self._stack = QStackedWidget()
        self.rail = ToolRail()
        self._fill_middle()
        self.setStatusBar(StatusBar(session))
        self.docks = docks = Docks(self, session)
        self.photos, self.views, self.suggestions, self.items = (
            docks.photos,
            docks.views,
            docks.suggestions,
            docks.items,
        )
        self.features: dict[type[Feature], Feature] = {kind: kind(self) for kind in FEATURES}
        self.keymap = Keymap(ACTS, self.memory, self)
        self.actions_ = Actions(ACTS, self.keymap, self, self.canvas)
        self.actions_.fill(self)
        session.keys.follow(self.keymap, lambda act: self.actions_[act].iconText())
        self.actions_.connect({key: slot for each in self.features.values() for key, slot in each.slots().items()})
        self.open_path = self.feature(Choosing).open_path
        self._enabling = Enabling(session, self.actions_, list(self.features.values()))
        for each in self.features.values():
            each.begin()
        self.restyle()
        self._wire()
        window_state.restore(self, docks, self.memory)
        self.refresh()

    def feature(self, kind: type[Kind]) -> Kind:
        """The window's feature of this kind."""
        found = self.features[kind]
        assert isinstance(found, kind)
        return found

    def _fill_middle(self) -> None:
        self._stack.addWidget(self.welcome)
        self._stack.addWidget(self.canvas)
        middle = QWidget()
        layout = QHBoxLayout(middle)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.rail)
        layout.addWidget(self._stack, 1)
        self.strip = MessageStrip(middle)
        self.strip.float_over(self._stack)
        self.setCentralWidget(middle)

    def _wire(self) -> None:
        session = self.session
        session.notice.connect(self.strip.notice)
        session.problem.connect(self.strip.problem)
        session.save_failed.connect(self.strip.problem)
        for signal in (
            session.project_changed,
            session.photo_changed,
            session.draft_changed,
            session.selection_changed,
            session.review_changed,
            session.undo_changed,
        ):
            signal.connect(self.refresh)
        session.photo_loading.connect(self.refresh)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self.restyle)

    def restyle(self) -> None:
        """Wear the theme that was chosen, or the system's."""
        app = QGuiApplication.instance()
        theme.apply(app, self.feature(Appearance).theme)  # type: ignore[arg-type]
        self.actions_.paint(theme.current().text)
        self.canvas.restyle()

    def refresh(self) -> None:
        """Switch acts on and off, show the right page and title."""
        self._enabling.refresh()
        session = self.session
        self._turn_to(self.welcome if session.project is None or len(session.photos) == 0 else self.canvas)
        self.rail.setVisible(self._stack.currentIndex() == 1)
        parts = [session.record.path if session.record else "", session.project.path.stem if session.project else ""]
        self.setWindowTitle(" — ".join([*filter(None, parts), "RveRGUI"]))

    def _turn_to(self, page: QWidget) -> None:
        before = self._stack.currentWidget()
        if page is before:
            return
        typing = QApplication.focusWidget()
        had_keyboard = typing is None or (before is not None and before.isAncestorOf(typing))
        self._stack.setCurrentWidget(page)
        if had_keyboard and page is self.canvas:
            self.canvas.setFocus()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: D102
        self.feature(Drops).enter(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: D102
        self.feature(Drops).leave()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: D102
        self.feature(Drops).drop(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: D102
        if not all(each.may_close() for each in self.features.values()):
            event.ignore()
            return
        if not self.session.close_project() and not self._leave_unsaved():
            event.ignore()
            return
        window_state.remember(self, self.memory)
        self.hide()
        leaving.end_all(self)
        event.accept()

    def _leave_unsaved(self) -> bool:
        text = self.tr(
            "%Ln edit(s) could not be saved yet and would be lost if you quit now; better free some disk space first.",
            "",
            self.session.saver.pending,
        )
        quit_, stay = QMessageBox.StandardButton.Discard, QMessageBox.StandardButton.Cancel
        answer = QMessageBox.warning(self, self.tr("Not saved"), text, quit_ | stay, stay)
        return bool(answer == quit_)
