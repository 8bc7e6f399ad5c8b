"""Acts on the canvas: tools, zoom, and what starts on the photo without a mouse."""

from __future__ import annotations

from functools import partial

from rvergui.gui.canvas.rail import ACTS as RAIL_ACTS
from rvergui.gui.canvas.rail import TOOLS
from rvergui.gui.feature import Feature, Slots


class CanvasActs(Feature):
    """Connects canvas, tool rail and their acts."""

    def slots(self) -> Slots:  # noqa: D102
        canvas, session = self.window.canvas, self.session
        return {
            "fit": canvas.fit,
            "actual-size": canvas.actual_size,
            "zoom-in": lambda: canvas.zoom_by(1.25),
            "zoom-out": lambda: canvas.zoom_by(0.8),
            **{f"tool-{name}": partial(canvas.use_tool, name) for name in TOOLS},
            "brush-smaller": lambda: canvas.resize_brush(-1),
            "brush-larger": lambda: canvas.resize_brush(1),
            "find-all": session.proposals.start,
            "clean-up": session.editing.clean_up,
            "refine": session.labelling.refine_selected,
            "tidy": self._set_tidy,
            "click-middle": self._click_middle,
        }

    def begin(self) -> None:  # noqa: D102
        window, acts = self.window, self.window.actions_
        tools = {name: acts[f"tool-{name}"] for name in TOOLS}
        window.rail.fill(tools, [acts[key] for key in RAIL_ACTS])
        tools["click"].setChecked(True)
        window.canvas.tool_changed.connect(lambda name: tools[name].setChecked(True))
        window.canvas.typed.connect(window.suggestions.begin_search)
        window.suggestions.finished.connect(window.canvas.setFocus)
        self.session.drafting.tidy = window.memory.flag("tidy", True)
        acts["tidy"].setChecked(self.session.drafting.tidy)

    def _set_tidy(self) -> None:
        self.session.drafting.tidy = self.window.actions_["tidy"].isChecked()
        self.window.memory.put("tidy", self.session.drafting.tidy)

    def _click_middle(self) -> None:
        if self.session.photo is not None:
            height, width = self.session.photo.photo.size
            self.session.click(width / 2, height / 2)
