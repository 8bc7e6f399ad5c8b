"""The statistics window: figures, the table of classes, plots. Counted in the background, anew after every save.

This brings pyqtgraph: it is imported on a thread when the statistics are first wanted.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtGui import QAction, QCloseEvent, QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from rvergui.gui.memory import Memory
from rvergui.gui.numbers import Local, percent
from rvergui.gui.session import Session
from rvergui.gui.statistics.charts import ClassChart, DayChart
from rvergui.gui.statistics.class_table import ClassTable
from rvergui.gui.statistics.report import Report, classes_csv, days_csv, make_report
from rvergui.gui.statistics.share_bar import Share, ShareBar
from rvergui.gui.theme import current
from rvergui.project.figures import NameSource
from rvergui.project.records import PhotoStatus

# After a save the figures are counted anew once it has been quiet for so long, and not so often that counting a large
# project keeps a processor busy: it may take this share of the time.
QUIET_MS = 400
SHARE = 0.2
# Long enough for what a step has changed to be painted before the next.
BETWEEN_MS = 15


class Tile(QWidget):
    """A figure and what it is."""

    def __init__(self, words: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.value = QLabel("–", self)
        self.value.setProperty("kind", "title")
        label = QLabel(words, self)
        label.setProperty("kind", "muted")
        label.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.value)
        layout.addWidget(label)
        layout.addStretch(1)
        self.setToolTip(tip)

    def show_value(self, text: str) -> None:
        """Another figure; "" for one that is not known."""
        self.value.setText(text or "–")
        self.value.setAccessibleName(f"{self._words}: {text or self.tr('not known yet')}")


class StatisticsWindow(QDialog):
    """Shows a ``Report`` of the open project."""

    def __init__(self, session: Session, memory: Memory, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._memory = session, memory
        self.report: Report | None = None
        self._counting = False
        self._again = False
        self._took = 0.0
        self.class_chart: ClassChart | None = None
        self.day_chart: DayChart | None = None
        self.setWindowTitle(self.tr("Statistics"))
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.resize(1180, 760)
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.timeout.connect(self.refresh)
        self._lay_out()
        session.saved.connect(self._on_saved)
        session.project_changed.connect(self._on_project)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self.restyle)
        geometry = memory.get("statistics/geometry")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        # A plot takes some hundredths of a second to make, to place and to fill: each in a turn of its own.
        self._steps = deque([self._make_class_chart, self._place_class_chart, self._show_class_chart])
        self._steps += [self._make_day_chart, self._place_day_chart, self._show_day_chart]
        self._building = QTimer(self)
        self._building.setInterval(BETWEEN_MS)
        self._building.timeout.connect(self._build)

    # --- what there is ---------------------------------------------------------------------------------------------

    def _make_tiles(self) -> dict[str, Tile]:
        pause = self.tr("Time between two saved edits of one person counts as work if it is at most three minutes.")
        return {
            "objects": Tile(self.tr("objects"), self.tr("Everything that is cut out, named or not"), self),
            "named": Tile(self.tr("named"), self.tr("Objects whose name is confirmed"), self),
            "verified": Tile(self.tr("verified"), self.tr("Objects that were looked at a second time"), self),
            "right": Tile(
                self.tr("model was right"),
                self.tr("How often the name that a person gave was the one that the model had suggested first"),
                self,
            ),
            "hour": Tile(self.tr("objects an hour"), pause, self),
            "seconds": Tile(self.tr("seconds an object"), pause, self),
            "acts": Tile(
                self.tr("acts an object"),
                self.tr("Clicks, strokes, keys and names until an object is named; a typed name counts as one."),
                self,
            ),
        }

    def _lay_out(self) -> None:
        # From the outside in: whatever moves into another widget puts on its style again, with all that is in it.
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 14)
        layout.setSpacing(14)
        tiles = QHBoxLayout()
        tiles.setSpacing(24)
        layout.addLayout(tiles)
        self.tiles = self._make_tiles()
        for tile in self.tiles.values():
            tiles.addWidget(tile, 1)
        middle = QSplitter(self)
        middle.setChildrenCollapsible(False)
        layout.addWidget(middle, 1)
        left = QWidget(middle)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 12, 0)
        self.summary = QLabel(left)
        self.summary.setWordWrap(True)
        self.table = ClassTable(left)
        column.addWidget(self.summary)
        column.addWidget(self.table, 1)
        self._right = QWidget(middle)
        self._plots = QVBoxLayout(self._right)
        self._plots.setContentsMargins(12, 0, 0, 0)
        self._plots.setSpacing(6)
        self.sources = ShareBar(self.tr("Where names come from"), self._right)
        self.photos = ShareBar(self.tr("Photos"), self._right)
        shares = QGridLayout()
        shares.setHorizontalSpacing(28)
        for place, (text, bar) in enumerate(
            ((self.tr("Where names come from"), self.sources), (self.tr("Photos"), self.photos))
        ):
            shares.addWidget(self._heading(text), 0, place)
            shares.addWidget(bar, 1, place, Qt.AlignmentFlag.AlignTop)
            shares.setColumnStretch(place, 1)
        self._plots.addLayout(shares)
        middle.addWidget(left)
        middle.addWidget(self._right)
        middle.setSizes([640, 500])
        layout.addLayout(self._make_foot())

    def _heading(self, text: str) -> QLabel:
        label = QLabel(text, self._right)
        label.setProperty("kind", "heading")
        return label

    def _make_foot(self) -> QHBoxLayout:
        menu = QMenu(self)
        for text, make, keys in (
            (self.tr("Classes"), classes_csv, "Ctrl+C"),
            (self.tr("Days"), days_csv, "Ctrl+Shift+C"),
        ):
            action = QAction(text, self)
            action.setShortcut(QKeySequence(keys))
            action.triggered.connect(lambda checked=False, make=make: self._copy(make))
            menu.addAction(action)
            self.addAction(action)
        self.state = QLabel(self)
        self.state.setProperty("kind", "muted")
        self.copy = QPushButton(self.tr("Copy as CSV"), self)
        self.copy.setMenu(menu)
        self.copy.setAutoDefault(False)
        close = QPushButton(self.tr("Close"), self)
        close.clicked.connect(self.close)
        close.setDefault(True)
        row = QHBoxLayout()
        row.addWidget(self.state, 1)
        row.addWidget(self.copy)
        row.addWidget(close)
        return row

    def _build(self) -> None:
        """Do the next step towards the plots."""
        if self._steps:
            self._steps.popleft()()
        else:
            self._building.stop()

    def _make_class_chart(self) -> None:
        self.class_chart = ClassChart(self.tr("Objects of the largest classes"))

    def _place_class_chart(self) -> None:
        assert self.class_chart is not None
        self._plots.insertWidget(0, self._heading(self.tr("Objects of the largest classes")))
        self._plots.insertWidget(1, self.class_chart, 3)

    def _make_day_chart(self) -> None:
        self.day_chart = DayChart(self.tr("Named day by day"))

    def _place_day_chart(self) -> None:
        assert self.day_chart is not None
        self._plots.insertWidget(2, self._heading(self.tr("Named day by day")))
        self._plots.insertWidget(3, self.day_chart, 2)

    # --- counting --------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Show the window and count."""
        self.refresh()
        self.show()
        self.activateWindow()
        self.table.setFocus()
        self._building.start()

    def refresh(self) -> None:
        """Count anew in the background; while that is under way once more afterwards."""
        project = self._session.project
        if project is None:
            return
        if self._counting:
            self._again = True
            return
        self._counting, self._again = True, False
        begin = time.monotonic()
        self.state.setText(self.tr("Counting …"))

        def done(report: Report) -> None:
            self._took = time.monotonic() - begin
            self._counting = False
            if project is self._session.project:
                self._show(report)
            if self._again or project is not self._session.project:
                self._wait()

        self._session.ahead.submit(lambda: make_report(project), done, self._on_failed)

    def _on_failed(self, message: str) -> None:
        self._counting = False
        self.state.setText(message)

    def _on_saved(self) -> None:
        if self.isVisible():
            self._wait()

    def _on_project(self) -> None:
        if self.isVisible():
            self.refresh()

    def _wait(self) -> None:
        self._quiet.start(max(QUIET_MS, round(self._took * 1000 / SHARE)))

    # --- showing ---------------------------------------------------------------------------------------------------

    def restyle(self) -> None:
        """Follow the theme."""
        if self.report is not None:
            self._show(self.report)

    def _show(self, report: Report) -> None:
        self.report = report
        figures, work = report.figures, report.figures.work
        right = figures.right_first
        for key, text in (
            ("objects", f"{Local(figures.objects)}"),
            ("named", f"{Local(figures.confirmed)}"),
            ("verified", f"{Local(figures.verified)}"),
            ("right", "" if right is None else percent(right)),
            ("hour", "" if work.per_hour is None else f"{Local(work.per_hour):,.0f}"),
            ("seconds", "" if work.seconds_each is None else f"{Local(work.seconds_each):.1f}"),
            ("acts", "" if work.acts_each is None else f"{Local(work.acts_each):.1f}"),
        ):
            self.tiles[key].show_value(text)
        self.table.lines.show_lines(report.lines)
        self.summary.setText(self._summary(report))
        self._show_shares(report)
        self._show_charts()
        now = time.strftime("%H:%M:%S")
        self.state.setText(self.tr("As of {time}").format(time=now))

    def _summary(self, report: Report) -> str:
        if report.used == 0:
            return self.tr("Nothing is named yet. Cut out a dish and give it a name; the figures follow.")
        text = self.tr("{ready} of {used} classes in use have enough named objects to train on.").format(
            ready=Local(report.ready), used=Local(report.used)
        )
        if not report.can_train:
            text += " " + self.tr("Training needs at least two classes on two photos.")
        return text

    def _show_shares(self, report: Report) -> None:
        theme, sources, statuses = current(), report.figures.sources, report.figures.statuses
        self.sources.show_shares(
            [
                Share(self.tr("model, accepted"), sources.get(NameSource.ACCEPTED, 0), theme.positive),
                Share(self.tr("person"), sources.get(NameSource.PERSON, 0), theme.accent),
                Share(self.tr("model, open"), sources.get(NameSource.MODEL, 0), theme.warning),
                Share(self.tr("import"), sources.get(NameSource.IMPORT, 0), theme.muted),
            ]
        )
        self.photos.show_shares(
            [
                Share(self.tr("done"), statuses.get(PhotoStatus.DONE, 0), theme.positive),
                Share(self.tr("in progress"), statuses.get(PhotoStatus.IN_PROGRESS, 0), theme.warning),
                Share(self.tr("to do"), statuses.get(PhotoStatus.TODO, 0), theme.muted),
                Share(self.tr("cannot be opened"), statuses.get(PhotoStatus.BROKEN, 0), theme.negative),
            ]
        )

    def _show_charts(self) -> None:
        if not self._steps:
            self._steps += [self._show_class_chart, self._show_day_chart]
            self._building.start()

    def _show_class_chart(self) -> None:
        if self.class_chart is not None and self.report is not None:
            self.class_chart.show_lines(self.report.lines)

    def _show_day_chart(self) -> None:
        if self.day_chart is not None and self.report is not None:
            self.day_chart.show_days(self.report.figures.work.days)

    def _copy(self, make: Callable[[Report], str]) -> None:
        if self.report is not None:
            QGuiApplication.clipboard().setText(make(self.report))
            self.state.setText(self.tr("Copied."))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: D102
        self._quiet.stop()
        self._building.stop()
        self._memory.put("statistics/geometry", self.saveGeometry())
        event.accept()
