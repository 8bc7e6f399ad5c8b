"""The table of acts: menu, keys, icon. Features bring tables of their own; ``arranged`` puts them into one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication


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
        submenu: the menu inside ``menu`` that it is in; checkable acts of one submenu exclude each other.
        after: the act of the same menu that it follows, "" for the end of the menu; for acts that features bring.
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
    after: str = ""
    submenu: str = ""


MENUS = ("File", "Edit", "View", "Segment", "Label", "Model", "Help")

WINDOW_ACTS = (
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
    Act("groceries-model", "Model", "Use the model of groceries", (), "", "project"),
    Act("weights", "Model", "Weights …", separator=True),
    Act("shortcuts", "Help", "Keyboard shortcuts", ("?", "F1"), "info"),
    Act("about", "Help", "About RveRGUI"),
)


def arranged(*tables: Iterable[Act]) -> tuple[Act, ...]:
    """One table of several, every act that says so right behind the one that it follows.

    Raises:
        ValueError: an act follows one that is not there, or a key is there twice.
    """
    acts: list[Act] = []
    for act in (each for table in tables for each in table):
        if any(other.key == act.key for other in acts):
            raise ValueError(f"two acts are called {act.key}")
        places = [place for place, other in enumerate(acts) if other.key == act.after]
        if act.after and not places:
            raise ValueError(f"{act.key} follows {act.after}, which is not there before it")
        acts.insert(places[0] + 1 if places else len(acts), act)
    return tuple(acts)


def translated(text: str) -> str:
    """``text`` of a table of acts in the user's language."""
    return QCoreApplication.translate("Actions", text)
