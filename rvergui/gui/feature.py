"""What a feature brings to the window: acts, what they do, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QObject

from rvergui.gui.acts import Act

if TYPE_CHECKING:
    from rvergui.gui.main_window import MainWindow

Slots = dict[str, Callable[[], object]]


class Feature(QObject):
    """One feature; listed in ``features.FEATURES`` it is part of every window.

    It is made when canvas, panels and docks are there and before the acts are; a panel of its own it docks with
    ``window.docks.add``. What is slow to import is imported when it is first wanted.
    """

    ACTS: ClassVar[tuple[Act, ...]] = ()  # what it adds to the menus

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self.session = window.session

    def slots(self) -> Slots:
        """What the acts do, by key: its own, and those of ``acts.WINDOW_ACTS`` that it answers."""
        return {}

    def begin(self) -> None:
        """Called once when the acts are there."""

    def present(self) -> set[str]:
        """What is there now that acts may need (``Act.needs``); asked whenever something changed."""
        return set()

    def may_close(self) -> bool:
        """Asked before the window closes; False keeps it open. May ask the user."""
        return True

    def wish_end(self) -> None:
        """Ask what runs to end, without waiting for it; the window is closing, ``stop`` follows."""

    def stop(self) -> None:
        """End what runs; the window is closing."""
