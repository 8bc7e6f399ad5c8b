"""Modules of dialogs and panels, imported in the background once a photo is shown.

Some bring libraries that take a tenth of a second and more to import. Whoever opens such a dialog would feel that as a
stall of the window; by then the import is done.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module

from rvergui.gui.feature import Feature

# The slowest first. Each is a job of its own, so that what somebody waits for goes in between.
MODULES = (
    "rvergui.gui.statistics.window",  # pyqtgraph
    "rvergui.gui.dialogs.export",
    "rvergui.gui.dialogs.import_labels",
    "rvergui.gui.retrain.panel",
    "rvergui.gui.retrain.charts",
    "rvergui.gui.trainer",
    "rvergui.gui.queue.window",
    "rvergui.gui.queue.background_naming",
    "rvergui.gui.dialogs.weights",
    "rvergui.gui.dialogs.classes",
    "rvergui.gui.dialogs.corrections",
    "rvergui.gui.dialogs.shortcuts",
    "rvergui.gui.dialogs.report",
    "rvergui.gui.dialogs.key_editor",
    "rvergui.gui.dialogs.look_alikes",
    "rvergui.gui.evaluation.dialog",
    "rvergui.gui.gate.dialog",
    "rvergui.gui.gate.history",
)
_LAST = 100


class Preloading(Feature):
    """Imports them when the first photo is shown, on the thread of what nobody waits for."""

    def begin(self) -> None:  # noqa: D102
        self.session.photo_changed.connect(self._load)

    def _load(self) -> None:
        self.session.photo_changed.disconnect(self._load)
        for name in MODULES:
            self.session.ahead.submit(partial(import_module, name), priority=_LAST)
