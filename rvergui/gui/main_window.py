"""The main window: wiring only. Actions, docks, menus; what happens is in the session and the panels."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import (
    QDockWidget,
    QFileDialog,
    QHBoxLayout,
    QMainWindow,
    QMessageBox,
    QStackedWidget,
    QWidget,
)

from rvergui.core import Sheet
from rvergui.gui import theme
from rvergui.gui.actions import Actions
from rvergui.gui.canvas.rail import ACTS, TOOLS, ToolRail
from rvergui.gui.canvas.view import Canvas
from rvergui.gui.encoding_badge import EncodingBadge
from rvergui.gui.exporting import Exporter
from rvergui.gui.icons import icon
from rvergui.gui.messages import MessageStrip
from rvergui.gui.panels.items import ItemsPanel
from rvergui.gui.panels.photos import PhotosPanel
from rvergui.gui.panels.suggestions import SuggestionsPanel
from rvergui.gui.panels.views import ViewsPanel
from rvergui.gui.session import Session
from rvergui.gui.status import StatusBar
from rvergui.gui.welcome import Welcome

if TYPE_CHECKING:
    from rvergui.gui.downloads import Downloads
    from rvergui.gui.trainer import Trainer

Area = Qt.DockWidgetArea


class MainWindow(QMainWindow):
    """Owns the session, the canvas and the panels."""

    def __init__(self, session: Session, settings: QSettings | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        session.setParent(self)
        self._settings = settings
        self._trainer: Trainer | None = None
        self._downloads: Downloads | None = None
        self.exporter = Exporter(self)
        self.setWindowTitle("RveRGUI")
        self.setWindowIcon(icon("app"))
        self.setAcceptDrops(True)
        self.canvas = Canvas(session)
        self.encoding = EncodingBadge(session, self.canvas)
        self.welcome = Welcome()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.welcome)
        self._stack.addWidget(self.canvas)
        middle = QWidget()
        layout = QHBoxLayout(middle)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.rail = ToolRail()
        layout.addWidget(self.rail)
        layout.addWidget(self._stack, 1)
        self.strip = MessageStrip(middle)
        self.strip.float_over(self._stack)
        self.setCentralWidget(middle)
        self.setStatusBar(StatusBar(session))
        self.photos = PhotosPanel(session)
        self.views = ViewsPanel(session)
        self.suggestions = SuggestionsPanel(session)
        self.items = ItemsPanel(session)
        self._dock("photos", self.tr("Photos"), self.photos, Area.LeftDockWidgetArea)
        self._dock("views", self.tr("What the network sees"), self.views, Area.RightDockWidgetArea)
        self._dock("names", self.tr("Names"), self.suggestions, Area.RightDockWidgetArea)
        self._dock("items", self.tr("Items of this photo"), self.items, Area.RightDockWidgetArea)
        for panel in (self.views, self.suggestions, self.items):
            panel.setMinimumWidth(280)
        self._training: QDockWidget | None = None
        self.actions_ = Actions(self, self.canvas)
        self.actions_.fill(self)
        self.actions_.connect(self._slots())
        tools = {name: self.actions_[f"tool-{name}"] for name in TOOLS}
        self.rail.fill(tools, [self.actions_[key] for key in ACTS])
        tools["click"].setChecked(True)
        session.drafting.tidy = self._remembered("tidy") not in (False, "false")
        self.actions_["tidy"].setChecked(session.drafting.tidy)
        self.restyle()
        self._wire()
        self._restore()
        self._enable()

    def _dock(self, name: str, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setFeatures(QDockWidget.DockWidgetFeature.DockWidgetMovable)
        widget.setProperty("kind", "panel")
        widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        dock.setWidget(widget)
        self.addDockWidget(area, dock)
        return dock

    def _slots(self) -> dict[str, Callable[[], object]]:
        session = self.session
        return {
            "open-folder": self.choose_folder,
            "open-project": self.choose_project,
            "add-photos": self.choose_photos,
            "demo": self.open_demo,
            "export": self.show_export,
            "quit": self.close,
            "undo": session.undo,
            "redo": session.redo,
            "delete": self._delete,
            "previous": lambda: session.step_photo(-1),
            "next": lambda: session.step_photo(1),
            "fit": self.canvas.fit,
            "actual-size": self.canvas.actual_size,
            "zoom-in": lambda: self.canvas.zoom_by(1.25),
            "zoom-out": lambda: self.canvas.zoom_by(0.8),
            "find-all": session.proposals.start,
            "accept-proposal": session.proposals.accept_first,
            "keep-proposal": session.proposals.keep,
            "merge-proposal": session.proposals.merge,
            "keep-all": session.proposals.keep_all,
            "cycle": lambda: self._cycle(1),
            "cycle-back": lambda: self._cycle(-1),
            "keep": self._keep,
            "drop": self._escape,
            **{f"tool-{name}": partial(self.canvas.use_tool, name) for name in TOOLS},
            "brush-smaller": lambda: self.canvas.resize_brush(-1),
            "brush-larger": lambda: self.canvas.resize_brush(1),
            "clean-up": session.editing.clean_up,
            "refine": session.labelling.refine_selected,
            "tidy": self._set_tidy,
            "click-middle": self._click_middle,
            "segmenter-starter": lambda: session.use_segmenter("starter"),
            "segmenter-grabcut": lambda: session.use_segmenter("grabcut"),
            "segmenter-sam": self.choose_sam,
            **{f"accept-{rank + 1}": partial(self.suggestions.accept, rank) for rank in range(5)},
            "search": self.suggestions.begin_search,
            "next-item": lambda: self._step_item(1),
            "previous-item": lambda: self._step_item(-1),
            "classes": self.show_classes,
            "retrain": self.show_training,
            "open-model": self.choose_model,
            "default-model": self._use_default_model,
            "weights": self.show_weights,
            "shortcuts": self.show_shortcuts,
            "about": self.show_about,
        }

    def _wire(self) -> None:
        session = self.session
        self.welcome.open_folder.connect(self.choose_folder)
        self.welcome.open_project.connect(self.choose_project)
        self.welcome.demo.connect(self.open_demo)
        self.canvas.typed.connect(self.suggestions.begin_search)
        self.canvas.tool_changed.connect(lambda name: self.actions_[f"tool-{name}"].setChecked(True))
        self.suggestions.finished.connect(self.canvas.setFocus)
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
            signal.connect(self._enable)
        session.photo_loading.connect(self._enable)
        # What retraining needs takes a quarter of a second to import; by the time it is asked for it is there.
        session.project_changed.connect(
            lambda: session.loader.submit(lambda: import_module("rvergui.gui.panels.training"), priority=100)
        )
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self.restyle)

    # --- looks ---------------------------------------------------------------------------------------------------

    def restyle(self) -> None:
        """Follow the system's light or dark theme."""
        app = QGuiApplication.instance()
        theme.apply(app, theme.system_theme())  # type: ignore[arg-type]
        self.actions_.paint(theme.current().text)
        self.canvas.restyle()

    def _restore(self) -> None:
        self.resize(1320, 820)
        geometry, state = self._remembered("window/geometry"), self._remembered("window/state")
        if isinstance(geometry, QByteArray) and isinstance(state, QByteArray):
            self.restoreGeometry(geometry)
            self.restoreState(state)
        else:
            # Sizes hold only once the window has its own; a show event comes after that.
            QTimer.singleShot(0, self, self._arrange)

    def _remembered(self, key: str) -> object:
        return self._settings.value(key) if self._settings is not None else None

    def _remember(self, key: str, value: object) -> None:
        if self._settings is not None:
            self._settings.setValue(key, value)

    def _arrange(self) -> None:
        docks = {dock.objectName(): dock for dock in self.findChildren(QDockWidget)}
        self.resizeDocks([docks["photos"], docks["views"]], [260, 340], Qt.Orientation.Horizontal)
        right = [docks["views"], docks["names"], docks["items"]]
        self.resizeDocks(right, [230, 280, 200], Qt.Orientation.Vertical)

    def _enable(self) -> None:
        session = self.session
        present = set()
        if session.project is not None:
            present.add("project")
        if session.photo is not None:
            present.add("photo")
        reviewing = session.draft is None and session.review is not None and session.review.proposal is not None
        if session.draft is not None:
            present |= {"draft", "choice", "target"}
        elif reviewing:
            present |= {"proposal", "choice", "target"}
        elif session.selected is not None:
            present |= {"selected", "target"}
        self.actions_.enable(present)
        last, following = session.history.last, session.history.next
        undo, redo = self.actions_["undo"], self.actions_["redo"]
        undo.setEnabled(last is not None)
        undo.setText(self.tr("Undo: {act}").format(act=last.text) if last else self.tr("Undo"))
        undo.setIconText(self.tr("Undo"))
        redo.setEnabled(following is not None)
        redo.setText(self.tr("Redo: {act}").format(act=following.text) if following else self.tr("Redo"))
        redo.setIconText(self.tr("Redo"))
        self._stack.setCurrentIndex(0 if session.project is None or len(session.photos) == 0 else 1)
        self.rail.setVisible(self._stack.currentIndex() == 1)
        parts = [session.record.path if session.record else "", session.project.path.stem if session.project else ""]
        self.setWindowTitle(" — ".join([*filter(None, parts), "RveRGUI"]))

    # --- acts ----------------------------------------------------------------------------------------------------

    def _last_folder(self) -> str:
        return str(self._remembered("last-folder") or Path.home())

    def open_path(self, path: Path) -> None:
        """Open a folder, a photo or a project."""
        self._remember("last-folder", str(path if path.is_dir() else path.parent))
        self.session.open(path)
        self.canvas.setFocus()

    def choose_folder(self) -> None:
        """Ask for a folder of photos."""
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Open a folder of photos"), self._last_folder())
        if chosen:
            self.open_path(Path(chosen))

    def choose_project(self) -> None:
        """Ask for a project file."""
        title, kinds = self.tr("Open a project"), self.tr("Projects (*.rver)")
        chosen, _ = QFileDialog.getOpenFileName(self, title, self._last_folder(), kinds)
        if chosen:
            self.open_path(Path(chosen))

    def choose_photos(self) -> None:
        """Ask for photos to add."""
        chosen, _ = QFileDialog.getOpenFileNames(self, self.tr("Add photos"), self._last_folder())
        if chosen:
            self.session.add([Path(name) for name in chosen])

    def choose_sam(self) -> None:
        """Ask for a SAM checkpoint."""
        title, kinds = self.tr("Open a SAM checkpoint"), self.tr("Checkpoints (*.pth *.pt *.safetensors)")
        chosen, _ = QFileDialog.getOpenFileName(self, title, self._last_folder(), kinds)
        if chosen:
            self.session.use_segmenter("sam", Path(chosen))

    def choose_model(self) -> None:
        """Ask for a RveRNet checkpoint."""
        title, kinds = self.tr("Open a RveRNet checkpoint"), self.tr("Checkpoints (*.safetensors)")
        chosen, _ = QFileDialog.getOpenFileName(self, title, self._last_folder(), kinds)
        if chosen:
            self.session.adopt_model(Path(chosen))

    def _use_default_model(self) -> None:
        self.session.adopt_model(None)

    def open_demo(self) -> None:
        """Make the sample meals (once) and open them."""
        from rvergui.project.demo import create_demo_project

        folder = self.session.home / "sample-meals"
        self.strip.notice(self.tr("Cooking the sample meals …"))
        self.session.loader.submit(
            lambda: create_demo_project(folder, count=16, labelled=8), self.open_path, self.strip.problem
        )

    def show_export(self) -> None:
        """Open the export dialog."""
        from rvergui.gui.dialogs.export import ExportDialog

        dialog = ExportDialog(self.session, self.exporter, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def show_classes(self) -> None:
        """Open the class list."""
        from rvergui.gui.dialogs.classes import ClassesDialog

        dialog = ClassesDialog(self.session, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def show_training(self) -> None:
        """Show the training panel, made when it is first wanted."""
        if self._training is None:
            from rvergui.gui.panels.training import TrainingPanel

            panel = TrainingPanel(self.session, self.trainer)
            self._training = self._dock("training", self.tr("Retraining"), panel, Area.LeftDockWidgetArea)
            closable = QDockWidget.DockWidgetFeature.DockWidgetClosable
            self._training.setFeatures(self._training.features() | closable)
            width = self.photos.width()
            QTimer.singleShot(0, self, lambda: self._resize_left(width))
        self._training.show()
        self._training.raise_()

    def _resize_left(self, width: int) -> None:
        if self._training is not None:
            self.resizeDocks([self._training], [max(width, 300)], Qt.Orientation.Horizontal)

    @property
    def trainer(self) -> Trainer:
        """The training process, made when it is first wanted (its library takes time to import)."""
        if self._trainer is None:
            from rvergui.gui.trainer import Trainer

            self._trainer = Trainer(self)
        return self._trainer

    @property
    def training_panel(self) -> QWidget | None:
        """The training panel, if it was shown."""
        return self._training.widget() if self._training is not None else None

    def show_weights(self) -> None:
        """Open the list of official weights, or bring it to the front."""
        from rvergui.gui.dialogs.weights import WeightsDialog

        dialog = self.findChild(WeightsDialog)
        if dialog is None:
            dialog = WeightsDialog(self.session, self.downloads, self)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()
        dialog.activateWindow()

    @property
    def downloads(self) -> Downloads:
        """What fetches and checks weights, made when it is first wanted; it goes on while its dialog is closed."""
        if self._downloads is None:
            from rvergui.gui.downloads import Downloads

            self._downloads = Downloads(self)
            self._downloads.finished.connect(self.strip.notice)
            self._downloads.failed.connect(self._on_download_failed)
        return self._downloads

    def _on_download_failed(self, message: str) -> None:
        from rvergui.gui.dialogs.weights import WeightsDialog

        if self.findChild(WeightsDialog) is None:  # which says it where it belongs
            self.strip.problem(message)

    def show_shortcuts(self) -> None:
        """Open the cheat sheet."""
        from rvergui.gui.dialogs.shortcuts import ShortcutsDialog

        dialog = ShortcutsDialog(self.actions_, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def show_about(self) -> None:
        """Say what this is."""
        from rvergui import __version__

        text = self.tr(
            "<b>RveRGUI {version}</b><p>Cut out, name and correct food on photos, after the RveRNet paper "
            "(arXiv 2407.08257). Apache-2.0. Nothing leaves this computer.</p>"
        ).format(version=__version__)
        QMessageBox.about(self, self.tr("About RveRGUI"), text)

    def _escape(self) -> None:
        if self.strip.isVisible():
            self.strip.hide()
        elif self.canvas.tool.name != "click":
            self.canvas.use_tool("click")
        elif self._reviews:
            self.session.proposals.leave()
        else:
            self.session.drop_draft()
        self.canvas.setFocus()

    @property
    def _reviews(self) -> bool:
        """Whether keys act on a proposal."""
        return self.session.draft is None and self.session.review is not None

    def _delete(self) -> None:
        if self._reviews:
            self.session.proposals.drop()
        else:
            self.session.delete_selected()

    def _keep(self) -> None:
        if self._reviews:
            self.session.proposals.keep()
        else:
            self.session.keep_draft()

    def _cycle(self, offset: int) -> None:
        if self._reviews:
            self.session.proposals.step(offset)
        else:
            self.session.cycle_candidate(offset)

    def _click_middle(self) -> None:
        if self.session.photo is not None:
            height, width = self.session.photo.photo.size
            self.session.click(width / 2, height / 2)

    def _set_tidy(self) -> None:
        self.session.drafting.tidy = self.actions_["tidy"].isChecked()
        self._remember("tidy", self.session.drafting.tidy)

    def _step_item(self, offset: int) -> None:
        if self._reviews:
            self.session.proposals.step(offset)
            return
        sheet: Sheet | None = self.session.sheet
        if sheet is None or not sheet.items:
            return
        ids = [item.id for item in reversed(sheet.items)]
        now = ids.index(self.session.selected) if self.session.selected in ids else (-1 if offset > 0 else 0)
        self.session.select(ids[(now + offset) % len(ids)])

    # --- drops and closing ---------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: D102
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: D102
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if not paths:
            return
        event.acceptProposedAction()
        if len(paths) == 1 and (paths[0].suffix == ".rver" or self.session.project is None):
            self.open_path(paths[0])
        else:
            self.session.add(paths)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: D102
        if not self.session.close_project() and not self._leave_unsaved():
            event.ignore()
            return
        self._remember("window/geometry", self.saveGeometry())
        self._remember("window/state", self.saveState())
        self.hide()
        if self._trainer is not None:
            self._trainer.stop()
        if self._downloads is not None:
            self._downloads.stop()
        self.exporter.stop()
        self.photos.thumbnails.stop()
        self.session.shut_down()
        event.accept()

    def _leave_unsaved(self) -> bool:
        text = self.tr(
            "{count} edits could not be saved yet. If you quit now they are lost; better free some disk space first."
        ).format(count=self.session.saver.pending)
        quit_, stay = QMessageBox.StandardButton.Discard, QMessageBox.StandardButton.Cancel
        answer = QMessageBox.warning(self, self.tr("Not saved"), text, quit_ | stay, stay)
        return bool(answer == quit_)
