"""Label > Review: the window and what stands behind it, made when it is first wanted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from rvergui.gui.acts import Act
from rvergui.gui.feature import Feature, Slots

if TYPE_CHECKING:
    from rvergui.gui.actions import Actions
    from rvergui.gui.main_window import MainWindow
    from rvergui.gui.queue.background_naming import BackgroundNaming
    from rvergui.gui.queue.review_queue import ReviewQueue
    from rvergui.gui.queue.window import ReviewWindow


class Reviewing(Feature):
    """Opens the review window and brings its objects onto the canvas."""

    ACTS = (
        Act("review", "Label", "Review …", ("Ctrl+Shift+R",), "review", "project", separator=True, toolbar=True),
    )  # fmt: skip

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._queue: ReviewQueue | None = None
        self._naming: BackgroundNaming | None = None
        self._shown: ReviewWindow | None = None
        self._to_select: tuple[str, str] | None = None
        self.session.photo_changed.connect(self._select)

    def slots(self) -> Slots:  # noqa: D102
        return {"review": self.show}

    def stop(self) -> None:  # noqa: D102
        if self._shown is not None:
            self._shown.close()
        if self._naming is not None:
            self._naming.stop()
        if self._queue is not None:
            self._queue.stop()

    @property
    def review(self) -> ReviewWindow | None:
        """The review window, if it was ever shown."""
        return self._shown

    def show(self) -> None:
        """Open the review window, or bring it to the front; making it and showing it are a turn each."""
        first = self._shown is None
        window = self._made()
        if first:
            QTimer.singleShot(0, window, window.open)
        else:
            window.open()

    def _made(self) -> ReviewWindow:
        """The review window, made when it is first wanted."""
        if self._shown is None:
            from rvergui.gui.queue.background_naming import BackgroundNaming
            from rvergui.gui.queue.review_queue import ReviewQueue
            from rvergui.gui.queue.window import ReviewWindow

            self._queue = ReviewQueue(self.session, self)
            self._naming = BackgroundNaming(self.session, self)
            self._shown = ReviewWindow(self.session, self._queue, self._naming, self.window.memory, self.window)
            self._shown.photo_wanted.connect(self.go_to)
            self._shown.keys_wanted.connect(self._show_keys)
        return self._shown

    def show_items(self, keys: Iterable[tuple[str, str]], words: str) -> ReviewQueue:
        """Show exactly these items (photo id and item id), the surest disagreement first.

        ``words`` say what they are; ``{keep}`` and ``{take}`` in it become the keys for verifying and accepting.
        """
        window = self._made()
        window.show_only(keys, words)
        return window.queue

    def go_to(self, photo_id: str, item_id: str) -> None:
        """Show a photo in the main window with this item selected."""
        self._to_select = (photo_id, item_id)
        record = self.session.record
        if record is not None and record.id == photo_id and self.session.photo is not None:
            self._select()
        else:
            self.session.go_to(photo_id)
        self.window.activateWindow()
        self.window.canvas.setFocus()

    def _select(self) -> None:
        record, wanted = self.session.record, self._to_select
        if wanted is None or record is None or self.session.photo is None:
            return
        self._to_select = None
        sheet = self.session.sheet
        if record.id == wanted[0] and sheet is not None and sheet.get(wanted[1]) is not None:
            self.session.select(wanted[1])

    def _show_keys(self, actions: Actions) -> None:
        from rvergui.gui.dialogs.key_editor import KeyEditor
        from rvergui.gui.dialogs.shortcuts import ShortcutsDialog
        from rvergui.gui.showing import show

        sheet = ShortcutsDialog(actions, self._shown)
        sheet.change.connect(lambda: show(KeyEditor(actions, self._shown)))
        show(sheet)
