"""Every act of the window in one table: its menu, its keys, its icon."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QWidget

from rvergui.gui.icons import icon


@dataclass(frozen=True)
class Act:
    """One act.

    Attributes:
        key: its name in settings and tests.
        menu: the menu it is in.
        text: what the menu says.
        keys: shortcuts, in Qt's portable notation.
        icon: file name in ``resources/icons`` without ending, "" for none.
        needs: what must be there: "", "project", "photo", "target" (anything a name can go to), "choice" (a draft or a
            proposal), "proposal", "selected" (an item), "draft" (an object that is being made).
        separator: a line above it.
        toolbar: whether it is in the tool bar, too.
        canvas_only: its keys work only while the canvas has the keyboard (lists need them, too).
        checkable: it is a state, such as the tool in use.
    """

    key: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    needs: str = ""
    separator: bool = False
    toolbar: bool = False
    canvas_only: bool = False
    checkable: bool = False


MENUS = ("File", "Edit", "View", "Segment", "Label", "Model", "Help")

ACTS = (
    Act("open-folder", "File", "Open folder …", ("Ctrl+O",), "open-folder", toolbar=True),
    Act("open-project", "File", "Open project …", ("Ctrl+Shift+O",), "open-project"),
    Act("add-photos", "File", "Add photos …", ("Ctrl+Shift+A",), "photo", "project"),
    Act("demo", "File", "Sample meals"),
    Act("export", "File", "Export …", ("Ctrl+E",), "export", "project", separator=True, toolbar=True),
    Act("quit", "File", "Quit", ("Ctrl+Q",), separator=True),
    Act("undo", "Edit", "Undo", ("Ctrl+Z",), "undo", toolbar=True),
    Act("redo", "Edit", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", toolbar=True),
    Act("delete", "Edit", "Delete", ("Del", "Backspace"), "delete", "target", separator=True),
    Act("previous", "View", "Previous photo", ("P", "PgUp"), "previous", "project", toolbar=True),
    Act("next", "View", "Next photo", ("N", "PgDown"), "next", "project", toolbar=True),
    Act("fit", "View", "Fit photo", ("Ctrl+0",), "fit", "photo", separator=True, toolbar=True),
    Act("actual-size", "View", "Actual size", ("Ctrl+1",), "", "photo"),
    Act("zoom-in", "View", "Zoom in", ("Ctrl++", "Ctrl+="), "zoom-in", "photo"),
    Act("zoom-out", "View", "Zoom out", ("Ctrl+-",), "zoom-out", "photo"),
    Act("find-all", "Segment", "Find everything", ("F", "Ctrl+F"), "find-all", "photo"),
    Act("accept-proposal", "Segment", "Accept the proposal", ("Return", "Enter"), "", "proposal", canvas_only=True),
    Act("keep-proposal", "Segment", "Keep the proposal unnamed", ("Space",), "", "proposal", canvas_only=True),
    Act("merge-proposal", "Segment", "Join the proposal", ("+", "Shift++", "="), "", "proposal", canvas_only=True),
    Act("keep-all", "Segment", "Keep all proposals", ("Shift+Return", "Shift+Enter"), "", "proposal", canvas_only=True),
    Act("cycle", "Segment", "Next candidate or proposal", ("Tab",), "", "choice", separator=True),
    Act("cycle-back", "Segment", "Previous candidate or proposal", ("Shift+Tab",), "", "choice"),
    Act("keep", "Segment", "Keep without a name", ("Ctrl+Return",), "check", "choice"),
    Act("drop", "Segment", "Drop the draft, leave the tool", ("Esc",)),
    Act("click-middle", "Segment", "Click the middle of the photo", ("Ctrl+M",), "add-point", "photo"),
    Act("tool-click", "Segment", "Click and box", ("V", "Alt+V"), "pointer", "photo", separator=True, checkable=True),
    Act("tool-brush", "Segment", "Brush", ("B", "Alt+B"), "brush", "photo", checkable=True),
    Act("tool-eraser", "Segment", "Eraser", ("E", "Alt+E"), "eraser", "photo", checkable=True),
    Act("tool-polygon", "Segment", "Polygon", ("O", "Alt+O"), "polygon", "photo", checkable=True),
    Act("brush-smaller", "Segment", "Smaller brush", ("[",), "", "photo"),
    Act("brush-larger", "Segment", "Larger brush", ("]",), "", "photo"),
    Act("clean-up", "Segment", "Clean up the mask", ("C", "Alt+C"), "clean-up", "target"),
    Act("tidy", "Segment", "Tidy new masks", checkable=True),
    Act("refine", "Segment", "Refine the selected mask", ("R", "Alt+R"), "", "selected"),
    Act("segmenter-starter", "Segment", "Use the starter network", separator=True),
    Act("segmenter-grabcut", "Segment", "Use GrabCut"),
    Act("segmenter-sam", "Segment", "Use SAM with a checkpoint …"),
    Act("accept-1", "Label", "Accept the 1st name", ("1",), "check", "target"),
    Act("accept-2", "Label", "Accept the 2nd name", ("2",), "", "target"),
    Act("accept-3", "Label", "Accept the 3rd name", ("3",), "", "target"),
    Act("accept-4", "Label", "Accept the 4th name", ("4",), "", "target"),
    Act("accept-5", "Label", "Accept the 5th name", ("5",), "", "target"),
    Act("search", "Label", "Search a name", ("/", "F2"), "find", "target", separator=True),
    Act("next-item", "Label", "Next item of this photo", ("Down",), "", "photo", canvas_only=True),
    Act("previous-item", "Label", "Previous item of this photo", ("Up",), "", "photo", canvas_only=True),
    Act("classes", "Label", "Classes …", ("Ctrl+L",), "classes", "project", separator=True),
    Act("retrain", "Model", "Retrain …", ("Ctrl+R",), "retrain", "project", toolbar=True),
    Act("open-model", "Model", "Use a checkpoint …", (), "", "project"),
    Act("default-model", "Model", "Use the model that ships", (), "", "project"),
    Act("weights", "Model", "Weights …", separator=True),
    Act("shortcuts", "Help", "Keyboard shortcuts", ("?", "F1"), "info"),
    Act("about", "Help", "About RveRGUI"),
)


def translated(text: str) -> str:
    """``text`` of this table in the user's language."""
    return QCoreApplication.translate("Actions", text)


class Actions:
    """The acts as Qt actions, by key."""

    def __init__(self, window: QMainWindow, canvas: QWidget) -> None:
        self._by_key: dict[str, QAction] = {}
        for act in ACTS:
            action = QAction(translated(act.text), window)
            action.setObjectName(act.key)
            action.setIconText(translated(act.text).removesuffix(" …"))
            action.setShortcuts([QKeySequence(keys) for keys in act.keys])
            action.setCheckable(act.checkable)
            if act.canvas_only:
                action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            self._by_key[act.key] = action
            (canvas if act.canvas_only else window).addAction(action)

    def __getitem__(self, key: str) -> QAction:
        return self._by_key[key]

    def connect(self, slots: dict[str, Callable[[], object]]) -> None:
        """Tie every act to what it does; an act without a slot or a slot without an act is a defect."""
        assert set(slots) == set(self._by_key), set(slots) ^ set(self._by_key)
        for key, slot in slots.items():
            self._by_key[key].triggered.connect(lambda checked=False, slot=slot: slot())

    def fill(self, window: QMainWindow) -> None:
        """Put every act into its menu and, where wanted, the tool bar."""
        bar = window.addToolBar(translated("Tools"))
        bar.setObjectName("tools")
        bar.setMovable(False)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        bar.setIconSize(QSize(20, 20))
        for name in MENUS:
            menu = window.menuBar().addMenu(translated(name))
            menu.setObjectName(name)
            for act in (a for a in ACTS if a.menu == name):
                if act.separator:
                    menu.addSeparator()
                menu.addAction(self._by_key[act.key])
        for act in (a for a in ACTS if a.toolbar):
            bar.addAction(self._by_key[act.key])

    def paint(self, colour: str) -> None:
        """Give every act its icon in the theme's colour."""
        for act in ACTS:
            if act.icon:
                self._by_key[act.key].setIcon(icon(act.icon, colour))

    def enable(self, present: set[str]) -> None:
        """Switch on what is possible now; ``present`` names what is there."""
        for act in ACTS:
            self._by_key[act.key].setEnabled(not act.needs or act.needs in present)
