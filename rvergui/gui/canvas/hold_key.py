"""A key that does one thing while it is held and another when it is only tapped."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEvent, QObject
from PySide6.QtGui import QAction, QKeyEvent

TAP_MS = 300
_ENDS = (QEvent.Type.ApplicationDeactivate, QEvent.Type.WindowDeactivate)


class HoldKey(QObject):
    """Listens to the shortcut of ``action``, whatever it is: no key of its own, so it can be remapped.

    Args:
        action: the act; when it is chosen from a menu, it counts as a tap.
        held: called with True when the key goes down and with False when it comes up or the window loses it.
        tapped: called when it came up at once.
    """

    def __init__(self, action: QAction, held: Callable[[bool], object], tapped: Callable[[], object]) -> None:
        super().__init__(action)
        self._held, self._tapped = held, tapped
        self._by_key = False
        self._since = QElapsedTimer()
        action.setAutoRepeat(False)
        action.installEventFilter(self)

    def trigger(self) -> None:
        """The act was triggered, by its key or from a menu."""
        if not self._by_key:
            self._tapped()
            return
        self._by_key = False
        self._since.start()
        self._held(True)
        self._application().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102 - Qt's name
        kind = event.type()
        if watched is self.parent():
            if kind == QEvent.Type.Shortcut:
                self._by_key = True
        elif kind == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent) and not event.isAutoRepeat():
            self._end(tapped=self._since.elapsed() < TAP_MS)
        elif kind in _ENDS:
            self._end(tapped=False)
        return False

    def _end(self, tapped: bool) -> None:
        self._application().removeEventFilter(self)
        self._held(False)
        if tapped:
            self._tapped()

    @staticmethod
    def _application() -> QCoreApplication:
        application = QCoreApplication.instance()
        assert application is not None
        return application
