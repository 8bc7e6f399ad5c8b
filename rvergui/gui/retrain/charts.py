"""Curves and class bars, with pyqtgraph; this module is imported in the background before they are first shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QScrollArea, QWidget

from rvergui.gui.numbers import Local
from rvergui.gui.theme import current

ROW_HEIGHT, FRAME = 20, 34
NAME_LENGTH = 16
MOST_POINTS = 1500


class _Plot(pyqtgraph.PlotWidget):  # type: ignore[misc]
    """Is looked at, not dragged about; in the theme's colours."""

    def __init__(self, name: str) -> None:
        super().__init__(background=None, enableMenu=False)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseEnabled(False, False)
        self.hideButtons()
        for axis in ("left", "bottom"):
            self.getAxis(axis).enableAutoSIPrefix(False)
            self.getAxis(axis).setStyle(tickLength=0)

    def restyle(self) -> None:
        """Follow the theme."""
        theme = current()
        self.setBackground(theme.panel)
        for axis in ("left", "bottom"):
            self.getAxis(axis).setPen(theme.line)
            self.getAxis(axis).setTextPen(theme.muted)


class Curves(_Plot):
    """Loss by step, macro F1 by round. Made in two turns, since each takes a while: the plot, then ``add_curves``."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.setMinimumHeight(150)

    def add_curves(self) -> None:
        """Put the two empty curves and their legend on it."""
        self.legend = self.addLegend(offset=(-4, 4), horSpacing=16, verSpacing=-6)
        self.setLabel("bottom", self.tr("step"))
        self.loss = self.plot([], [], name=self.tr("loss"))
        self.score = self.plot([], [], symbol="o", symbolSize=6, symbolPen=None, name=self.tr("F1"))
        self.restyle()

    def restyle(self) -> None:  # noqa: D102
        super().restyle()
        theme = current()
        for _, label in self.legend.items:
            label.setText(label.text, color=theme.text)
        self.loss.setPen(pyqtgraph.mkPen(theme.accent, width=2))
        self.score.setPen(pyqtgraph.mkPen(theme.positive, width=2, style=Qt.PenStyle.DashLine))
        self.score.setSymbolBrush(QColor(theme.positive))

    def show_run(self, losses: Sequence[tuple[float, float]], scores: Sequence[tuple[float, float]]) -> None:
        """Two curves of (step, value); of very many steps every n-th is drawn."""
        thin = losses[:: max(len(losses) // MOST_POINTS, 1)]
        for curve, points in ((self.loss, thin), (self.score, scores)):
            curve.setData([x for x, _ in points], [y for _, y in points])


class ClassBars(QScrollArea):
    """F1 of each class on the held-out photos, the worst on top."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(name)
        self._plot = _Plot(name)
        self._plot.setXRange(0, 1, padding=0.02)
        self._plot.invertY(True)
        self._bars = pyqtgraph.BarGraphItem(x0=0, y=[], width=[], height=0.62, pen=pyqtgraph.mkPen(None))
        self._plot.addItem(self._bars)
        self._scores: Mapping[str, float] = {}
        self.setWidget(self._plot)
        self.restyle()

    @property
    def rows(self) -> list[str]:
        """The classes, from top to bottom."""
        return sorted(self._scores, key=lambda name: (self._scores[name], name))

    def restyle(self) -> None:
        """Follow the theme."""
        self._plot.restyle()
        self._bars.setOpts(brush=QColor(current().accent))

    def show_scores(self, scores: Mapping[str, float]) -> None:
        """Other bars; any number of classes."""
        if scores == self._scores:
            return
        grown = len(scores) != len(self._scores)
        self._scores = dict(scores)
        rows = self.rows
        if grown:
            self._plot.setMinimumHeight(max(len(rows), 3) * ROW_HEIGHT + FRAME)
            self._plot.setYRange(-0.6, max(len(rows), 3) - 0.4, padding=0)
        self._bars.setOpts(y=list(range(len(rows))), width=[scores[name] for name in rows])
        ticks = [
            (place, name if len(name) <= NAME_LENGTH else f"{name[: NAME_LENGTH - 1]}…")
            for place, name in enumerate(rows)
        ]
        self._plot.getAxis("left").setTicks([ticks])
        self.setAccessibleDescription(", ".join(f"{name} {Local(scores[name]):.2f}" for name in rows[:10]))
