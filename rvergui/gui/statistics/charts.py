"""The plots, with pyqtgraph; this module is imported when the statistics are first shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from rvergui.gui.statistics.report import ClassLine
from rvergui.gui.theme import current
from rvergui.project.figures import Day

CLASSES_SHOWN = 14
DAYS_SHOWN = 30
NAME_LENGTH = 18


class Chart(pyqtgraph.PlotWidget):  # type: ignore[misc]
    """A plot that is looked at, not dragged about; in the theme's colours."""

    def __init__(self, name: str, legend: tuple[int, int]) -> None:
        super().__init__(background=None, enableMenu=False)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseEnabled(False, False)
        self.hideButtons()
        self.setMinimumHeight(150)
        self.legend = self.addLegend(offset=legend, horSpacing=14, verSpacing=-6)
        for axis in ("left", "bottom"):
            self.getAxis(axis).enableAutoSIPrefix(False)
            self.showAxis(axis, False)  # until there is something to show

    def begin(self, empty: str = "") -> None:
        """Take away what is shown; with ``empty``, say in the middle why there is nothing, without axes."""
        self.clear()
        self.restyle()
        for axis in ("left", "bottom"):
            self.showAxis(axis, not empty)
        self.legend.setVisible(not empty)
        if empty:
            self.addItem(pyqtgraph.TextItem(empty, color=current().muted, anchor=(0.5, 0.5)))
            self.setXRange(-1, 1, padding=0)
            self.setYRange(-1, 1, padding=0)
        self.setAccessibleDescription(empty)

    def restyle(self) -> None:
        """Follow the theme."""
        theme = current()
        for axis in ("left", "bottom"):
            self.getAxis(axis).setPen(theme.line)
            self.getAxis(axis).setTextPen(theme.muted)
        self.legend.setLabelTextColor(theme.muted)

    def _bars(self, colour: str, name: str, **geometry: object) -> None:
        bars = pyqtgraph.BarGraphItem(brush=QColor(colour), pen=pyqtgraph.mkPen(None), name=name, **geometry)
        self.addItem(bars)


class ClassChart(Chart):
    """Bars of the largest classes: verified, named, and what has the name but is not confirmed."""

    def __init__(self, name: str) -> None:
        super().__init__(name, legend=(-8, -8))  # where the bars are short

    def show_lines(self, lines: Sequence[ClassLine]) -> None:
        """Show the classes with the most objects."""
        shown = sorted((line for line in lines if line.objects), key=lambda line: -line.objects)[:CLASSES_SHOWN]
        self.begin("" if shown else self.tr("No object has a name yet."))
        if not shown:
            return
        theme = current()
        rows = list(range(len(shown)))
        parts = (
            (theme.positive, self.tr("verified"), [line.verified for line in shown]),
            (
                theme.accent,
                self.tr("named"),
                [line.named - line.verified for line in shown],
            ),
            (
                theme.line,
                self.tr("not confirmed"),
                [line.objects - line.named for line in shown],
            ),
        )
        begin = [0] * len(shown)
        for colour, name, widths in parts:
            self._bars(colour, name, x0=begin, width=widths, y=rows, height=0.66)
            begin = [x + width for x, width in zip(begin, widths, strict=True)]
        names = [line.name if len(line.name) <= NAME_LENGTH else line.name[: NAME_LENGTH - 1] + "…" for line in shown]
        self.getAxis("left").setTicks([list(zip(rows, names, strict=True))])
        self.invertY(True)
        self.setXRange(0, max([*begin, 5]), padding=0.04)
        self.setYRange(-0.6, max(len(shown), 4) - 0.4, padding=0)


class DayChart(Chart):
    """Objects named on each of the last days, and how many an hour."""

    def __init__(self, name: str) -> None:
        super().__init__(name, legend=(-8, 4))

    def show_days(self, days: Sequence[Day]) -> None:
        """Show the days up to the last on which something was done."""
        self.begin("" if days else self.tr("No name was given by hand yet."))
        if not days:
            return
        theme = current()
        first = max(days[0].day, days[-1].day - timedelta(days=DAYS_SHOWN - 1))
        shown = [day for day in days if day.day >= first]
        places = [(day.day - first).days for day in shown]
        named = [max(day.named, 0) for day in shown]
        self._bars(theme.accent, self.tr("named"), x=places, height=named, y0=0, width=0.7)
        speeds = [
            (x, 3600 * day.timed / day.seconds)
            for x, day in zip(places, shown, strict=True)
            if day.timed > 0 < day.seconds
        ]
        if speeds:
            self.plot(
                [x for x, _ in speeds],
                [speed for _, speed in speeds],
                pen=pyqtgraph.mkPen(theme.warning, width=2),
                symbol="o",
                symbolSize=6,
                symbolBrush=theme.warning,
                symbolPen=None,
                name=self.tr("an hour"),
            )
        step = max(len(range(places[-1] + 1)) // 6, 1)
        ticks = [(x, (first + timedelta(days=x)).strftime("%d.%m.")) for x in range(0, places[-1] + 1, step)]
        self.getAxis("bottom").setTicks([ticks])
        top = max([*named, *(speed for _, speed in speeds), 4])
        self.setXRange(-0.6, max(places[-1], 6) + 0.6, padding=0)
        self.setYRange(0, top * 1.25, padding=0)
