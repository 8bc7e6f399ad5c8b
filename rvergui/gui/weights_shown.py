"""Model > Weights: what fetches official weights goes on while its dialog is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rvergui.gui.feature import Feature, Slots
from rvergui.gui.showing import show

if TYPE_CHECKING:
    from rvergui.gui.downloads import Downloads
    from rvergui.gui.main_window import MainWindow


class Weights(Feature):
    """Opens the list of weights; fetches and checks them."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._downloads: Downloads | None = None

    def slots(self) -> Slots:  # noqa: D102
        return {"weights": self.show}

    def wish_end(self) -> None:  # noqa: D102
        if self._downloads is not None:
            self._downloads.wish_end()

    def stop(self) -> None:  # noqa: D102
        if self._downloads is not None:
            self._downloads.stop()

    def show(self) -> None:
        """Open the list of official weights, or bring it to the front."""
        from rvergui.gui.dialogs.weights import WeightsDialog

        dialog = self.window.findChild(WeightsDialog)
        show(dialog or WeightsDialog(self.session, self.downloads, self.window))

    @property
    def downloads(self) -> Downloads:
        """What fetches and checks weights, made when it is first wanted."""
        if self._downloads is None:
            from rvergui.gui.downloads import Downloads

            self._downloads = Downloads(self)
            self._downloads.finished.connect(self.window.strip.notice)
            self._downloads.failed.connect(self._on_failed)
        return self._downloads

    def _on_failed(self, message: str) -> None:
        from rvergui.gui.dialogs.weights import WeightsDialog

        if self.window.findChild(WeightsDialog) is None:  # which says it where it belongs
            self.window.strip.problem(message)
