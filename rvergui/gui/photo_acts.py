"""View > the photo list: find photos, show those of one status, the least certain first."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rvergui.gui.acts import Act
from rvergui.gui.feature import Feature, Slots
from rvergui.gui.photo_index import PhotoIndex
from rvergui.gui.photo_query import PhotoOrder
from rvergui.project.records import PhotoStatus

if TYPE_CHECKING:
    from rvergui.gui.main_window import MainWindow

STATUS_ACTS = {
    "photos-to-do": PhotoStatus.TODO,
    "photos-in-progress": PhotoStatus.IN_PROGRESS,
    "photos-done": PhotoStatus.DONE,
    "photos-broken": PhotoStatus.BROKEN,
}


class PhotoActs(Feature):
    """The photo list's filters as acts."""

    ACTS: ClassVar[tuple[Act, ...]] = (
        Act("find-photos", "View", "Find photos …", ("Ctrl+Shift+F",), "find", "project", True, after="next"),
        Act("photos-all", "View", "All photos", ("Alt+0",), "", "project", after="find-photos"),
        *(
            Act(key, "View", text, (keys,), "", "project", checkable=True, after=after)
            for key, text, keys, after in (
                ("photos-to-do", "Photos to do", "Alt+1", "photos-all"),
                ("photos-in-progress", "Photos in progress", "Alt+2", "photos-to-do"),
                ("photos-done", "Photos that are done", "Alt+3", "photos-in-progress"),
                ("photos-broken", "Broken photos", "Alt+4", "photos-done"),
                ("photos-uncertain", "Least certain photos first", "Alt+5", "photos-broken"),
            )
        ),
    )

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._index = PhotoIndex(window.session, self)

    def slots(self) -> Slots:  # noqa: D102
        filters = self.window.photos.filters
        return {
            "find-photos": self.find,
            **{key: partial(self._choose, status) for key, status in STATUS_ACTS.items()},
            "photos-all": filters.clear,
            "photos-uncertain": filters.toggle_order,
        }

    def begin(self) -> None:  # noqa: D102
        self.session.photos.shown_changed.connect(self._show)
        self._show()

    def stop(self) -> None:  # noqa: D102
        self._index.stop()
        self.session.photos.stop()

    def find(self) -> None:
        """Let words be typed that photos are looked for by."""
        text = self.window.photos.text
        text.setFocus()
        text.selectAll()

    def _choose(self, status: PhotoStatus | None) -> None:
        """Only photos of this status; the same act again shows all."""
        same = self.session.photos.query.status is status
        self.window.photos.filters.choose(None if same else status)
        self._show()

    def _show(self) -> None:
        """Tick what is asked for."""
        query = self.session.photos.query
        for key, status in STATUS_ACTS.items():
            self.window.actions_[key].setChecked(query.status is status)
        self.window.actions_["photos-uncertain"].setChecked(query.order is PhotoOrder.UNCERTAIN)
