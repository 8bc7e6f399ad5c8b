"""What the View menu does to the canvas beyond zooming: turning, hiding, isolating, the strength of the tint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rvergui.gui.acts import Act
from rvergui.gui.canvas.hold_key import HoldKey
from rvergui.gui.canvas.state_chip import StateChip
from rvergui.gui.canvas.tint_slider import TintSlider
from rvergui.gui.canvas.zoom_label import ZoomLabel
from rvergui.gui.feature import Feature, Slots

if TYPE_CHECKING:
    from rvergui.gui.main_window import MainWindow

_SETTING = "tint"
# So much of what is seen a key moves the photo.
_PAN_SHARE = 0.2


class ViewActs(Feature):
    """Ties the acts to the canvas and to the session's visibility, and remembers the tint."""

    ACTS = (
        Act("zoom-target", "View", "Zoom to the object", ("Z", "Alt+Z"), "", "target", after="zoom-out"),
        Act(
            "turn-right", "View", "Turn the view right", ("Ctrl+Right",), "turn-right", "photo", True, canvas_only=True
        ),
        Act("turn-left", "View", "Turn the view left", ("Ctrl+Left",), "turn-left", "photo", canvas_only=True),
        Act("upright", "View", "View upright", ("Ctrl+Up",), "", "photo", canvas_only=True),
        Act("pan-left", "View", "Move the view left", ("Shift+Left",), "", "photo", True, canvas_only=True),
        Act("pan-right", "View", "Move the view right", ("Shift+Right",), "", "photo", canvas_only=True),
        Act("pan-up", "View", "Move the view up", ("Shift+Up",), "", "photo", canvas_only=True),
        Act("pan-down", "View", "Move the view down", ("Shift+Down",), "", "photo", canvas_only=True),
        Act(
            "masks-off", "View", "Hide masks (hold: bare photo)", ("M", "Alt+M"), "masks-off", "photo", True,
            checkable=True,
        ),
        Act("hide-item", "View", "Hide the selected item", ("H", "Alt+H"), "", "selected"),
        Act("isolate", "View", "Selected item alone", ("I", "Alt+I"), "isolate", "photo", checkable=True),
        Act("show-all", "View", "Show all items", ("Shift+H", "Alt+Shift+H"), "", "photo"),
        Act("tint-weaker", "View", "Weaker tint", (",",), "", "photo", True),
        Act("tint-stronger", "View", "Stronger tint", (".",), "", "photo"),
    )  # fmt: skip

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._visibility = visibility = self.session.visibility
        self._hold: HoldKey | None = None
        stored = str(window.memory.get(_SETTING) or "")
        if stored.isdecimal():
            visibility.set_tint(int(stored))
        self.chip = StateChip(self.session, window.canvas)
        self.slider = TintSlider(visibility)
        self.zoom = ZoomLabel(self.session, window.canvas)
        window.statusBar().addPermanentWidget(self.zoom)
        visibility.changed.connect(self._check)
        visibility.tint_changed.connect(lambda tint: window.memory.put(_SETTING, tint))
        self.session.project_changed.connect(visibility.show_all)

    def slots(self) -> Slots:  # noqa: D102
        canvas, visibility = self.window.canvas, self._visibility
        return {
            "zoom-target": canvas.zoom_to_target,
            "turn-right": lambda: canvas.turn_view(1),
            "turn-left": lambda: canvas.turn_view(-1),
            "upright": lambda: canvas.turn_view(0),
            "pan-left": lambda: canvas.pan_by(-_PAN_SHARE, 0),
            "pan-right": lambda: canvas.pan_by(_PAN_SHARE, 0),
            "pan-up": lambda: canvas.pan_by(0, -_PAN_SHARE),
            "pan-down": lambda: canvas.pan_by(0, _PAN_SHARE),
            "masks-off": self._masks_off,
            "hide-item": visibility.hide_selected,
            "isolate": lambda: visibility.isolate(not visibility.isolating),
            "show-all": visibility.show_all,
            "tint-weaker": lambda: visibility.step_tint(-1),
            "tint-stronger": lambda: visibility.step_tint(1),
        }

    def begin(self) -> None:  # noqa: D102
        acts, visibility = self.window.actions_, self._visibility
        self._hold = HoldKey(
            acts["masks-off"],
            held=visibility.peek,
            tapped=lambda: visibility.switch_masks(not visibility.masks_off),
        )
        self.window.rail.add_below([acts["masks-off"], acts["isolate"]], self.slider)

    def _masks_off(self) -> None:
        assert self._hold is not None
        self._hold.trigger()
        self._check()

    def _check(self) -> None:
        acts = self.window.actions_
        acts["masks-off"].setChecked(self._visibility.masks_off)
        acts["isolate"].setChecked(self._visibility.isolating)
