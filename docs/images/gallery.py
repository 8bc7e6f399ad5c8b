"""Every window, dialog and panel in both themes as pictures to look at: ``python docs/images/gallery.py FOLDER``.

Works over sample meals, needs no screen and changes nothing of the user's. ``--scale 2`` paints for screens of high
density, ``--language de`` in German, ``--only NAME`` what is called like that.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

reader = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
reader.add_argument("folder", type=Path, help="where the pictures go")
reader.add_argument("--scale", default="1", help="pixels of the screen for one of the window")
reader.add_argument("--language", default="en", help="en or de")
reader.add_argument("--only", default="", help="a part of the names to paint")
asked = reader.parse_args() if __name__ == "__main__" else reader.parse_args(["."])
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_SCALE_FACTOR"] = asked.scale

from PySide6.QtTest import QTest  # noqa: E402 - the platform and the scale come first
from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402
from shiboken6 import isValid  # noqa: E402

from rvergui.gui import language  # noqa: E402
from rvergui.gui.app import make_window  # noqa: E402
from rvergui.gui.main_window import MainWindow  # noqa: E402
from rvergui.gui.memory import Memory  # noqa: E402
from rvergui.project.demo import create_demo_project  # noqa: E402

SIZE = (1280, 800)
DIALOGS = (
    *("classes", "shortcuts", "change-keys", "report", "import", "export", "weights", "corrections", "check-project"),
    *("statistics", "review", "model-history", "evaluate", "look-alikes"),
)
STATES = ("retrain", "history", "tour", "tool-brush", "find-all")


def wait(true: Callable[[], bool], seconds: float = 60) -> None:
    """Run the event loop until something is so, or for so long."""
    for _ in range(int(seconds * 20)):
        if true():
            return
        QTest.qWait(50)


class Gallery:
    """Paints into files."""

    def __init__(self, folder: Path, window: MainWindow) -> None:
        self.folder, self.window = folder, window
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, widget: QWidget, name: str, theme: str) -> None:
        """A picture of a widget."""
        QTest.qWait(250)
        path = self.folder / f"{name}-{theme}.png"
        widget.grab().save(str(path))
        sys.stdout.write(f"{path.name} {widget.width()}x{widget.height()}\n")

    def dialogs(self, theme: str) -> None:
        """Every dialog that an act opens."""
        for act in (act for act in DIALOGS if asked.only in act):
            before = set(QApplication.topLevelWidgets())
            self.window.actions_[act].trigger()

            def fresh(before: set[QWidget] = before) -> list[QWidget]:
                return [each for each in QApplication.topLevelWidgets() if each.isVisible() and each not in before]

            wait(lambda fresh=fresh: bool(fresh()), 20)
            QTest.qWait(900)
            # What was open already, such as the review window, is not fresh; what has been closed is gone.
            kept = [each for each in before if isValid(each) and each.isVisible() and each is not self.window]
            for shown in fresh() or kept:
                self.keep(shown, act, theme)
                shown.close()

    def states(self, theme: str) -> None:
        """The window in states that have a look of their own."""
        for act in (act for act in STATES if asked.only in act):
            self.window.actions_[act].trigger()
            QTest.qWait(1200)
            self.keep(self.window, act, theme)
            if act == "find-all":
                self.window.session.proposals.leave()
            elif act == "tour":
                for bubble in self.window.findChildren(QWidget):
                    if bubble.property("kind") == "tour" and bubble.isVisible():
                        bubble.left.emit()  # type: ignore[attr-defined]
            elif act.startswith("tool"):
                self.window.actions_["tool-click"].trigger()


def main() -> int:
    """The command."""
    app = QApplication([])
    memory = Memory(None)
    memory.put(language.SETTING, asked.language)
    language.install(app, memory)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        home = Path(name)
        os.environ["XDG_CACHE_HOME"] = str(home / "cache")
        window = make_window(home / "home", remember=False, segmenter="fake")
        window.resize(*SIZE)
        window.show()
        gallery = Gallery(asked.folder, window)
        for theme in ("light", "dark"):
            window.actions_[f"theme-{theme}"].trigger()
            if "empty" in (asked.only or "empty"):
                gallery.keep(window, "empty", theme)
        project = create_demo_project(home / "sample-meals", count=12, labelled=6)
        window.open_path(project)
        session = window.session
        wait(lambda: session.photo is not None and not session.encoding and not session.model_loading)
        if session.sheet is not None and session.sheet.items:
            session.select(session.sheet.items[-1].id)
        QTest.qWait(1500)
        for theme in ("light", "dark"):
            window.actions_[f"theme-{theme}"].trigger()
            if "window" in (asked.only or "window"):
                gallery.keep(window, "window", theme)
            gallery.dialogs(theme)
            gallery.states(theme)
        window.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
