"""Acts on names beyond the one at hand: recent ones, names for everything, which names turned out wrong."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rvergui.gui.acts import Act
from rvergui.gui.feature import Feature, Slots
from rvergui.gui.job_bar import JobBar
from rvergui.gui.numbers import Local
from rvergui.gui.recent_names import OFFERED
from rvergui.gui.showing import show
from rvergui.gui.status import StatusBar

if TYPE_CHECKING:
    from rvergui.gui.main_window import MainWindow

_RECENT = (
    Act("recent-1", "Label", "The last name again", ("F6",), "", "target", submenu="Recent names", after="search"),
    Act("recent-2", "Label", "The name before that", ("F7",), "", "target", submenu="Recent names", after="recent-1"),
    Act("recent-3", "Label", "Three names ago", ("F8",), "", "target", submenu="Recent names", after="recent-2"),
    Act("recent-4", "Label", "Four names ago", ("F9",), "", "target", submenu="Recent names", after="recent-3"),
)


class NamingActs(Feature):
    """Ties the acts to the names panel and to the run that names everything, and shows how far that is."""

    ACTS = (
        *_RECENT,
        Act(
            "name-photo", "Label", "Name everything on this photo", ("Ctrl+Shift+N",), "name-all", "photo", True,
            after="previous-item",
        ),
        Act("name-all", "Label", "Name everything on all photos", (), "", "project", after="name-photo"),
        Act("stop-naming", "Label", "Stop naming everything", (), "", "naming", after="name-all"),
        Act("corrections", "Label", "Corrected names …", (), "history", "project", after="classes"),
    )  # fmt: skip

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._run = self.session.name_everything
        self.bar = JobBar(self.tr("Name everything"))
        self.bar.cancelled.connect(self._run.cancel)
        status = window.statusBar()
        assert isinstance(status, StatusBar)
        status.add_job(self.bar)
        self._run.changed.connect(self._show_progress)

    def slots(self) -> Slots:  # noqa: D102
        return {
            **{f"recent-{rank + 1}": partial(self.window.suggestions.accept_recent, rank) for rank in range(OFFERED)},
            "name-photo": self._run.name_photo,
            "name-all": self._run.name_all,
            "stop-naming": self._run.cancel,
            "corrections": self.corrections,
        }

    def present(self) -> set[str]:  # noqa: D102
        return {"naming"} if self._run.running else set()

    def corrections(self) -> None:
        """Show which names turned out wrong."""
        from rvergui.gui.dialogs.corrections import CorrectionsDialog

        show(CorrectionsDialog(self.session, self.window))

    def _show_progress(self) -> None:
        run = self._run
        if run.running and run.total == 0:
            self.bar.tell(self.tr("Looking for objects without names …"), 0, 0)
        elif run.running:
            text = self.tr("Naming everything: photo {done} of {total}")
            self.bar.tell(
                text.format(done=Local(min(run.done + 1, run.total)), total=Local(run.total)), run.done, run.total
            )
        else:
            self.bar.hide()
        self.window.refresh()
