"""A training as it goes: how far it is, time left, curves, bars of classes, log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QDateTime, QLocale, QTimer, Signal
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QProgressBar, QTabWidget, QVBoxLayout, QWidget

from rvergui.gui import counted
from rvergui.gui.numbers import Local
from rvergui.gui.retrain.words import duration
from rvergui.gui.turns import Turns
from rvergui.training.events import Cancelled, Epoch, Event, Failed, Finished, Preparing, Started, Step

if TYPE_CHECKING:
    from rvergui.gui.retrain.charts import ClassBars, Curves

# However fast rounds and steps come, so often is drawn.
DRAW_EVERY_MS = 250
LINES_KEPT = 3000


class LiveView(QWidget):
    """Takes the events of a run, those of minutes ago as well as those of now.

    Attributes:
        losses: (step, loss) so far.
        scores: (step, macro F1) of the rounds so far.
        left_s: seconds that are left; None if that is not known yet.
    """

    drawn = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.losses: list[tuple[float, float]] = []
        self.scores: list[tuple[float, float]] = []
        self.left_s: float | None = None
        self.curves: Curves | None = None
        self.bars: ClassBars | None = None
        self._per_class: Mapping[str, float] = {}
        self._step = 0
        self._phase = QLabel(self)
        self.phase = self._phase
        self.phase.setWordWrap(True)
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Training progress"))
        self.detail = QLabel(self)
        self.detail.setProperty("kind", "muted")
        self.detail.setWordWrap(True)
        self.log = QPlainTextEdit(self)
        self.log.setReadOnly(True)
        self.log.setMaximumBlockCount(LINES_KEPT)
        self.log.setAccessibleName(self.tr("Log of the training"))
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.setAccessibleName(self.tr("What is shown of the training"))
        self.tabs.addTab(self.log, self.tr("Log"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for each in (self.phase, self.progress, self.detail):
            layout.addWidget(each)
        layout.addWidget(self.tabs, 1)
        self._charts: Turns | None = None
        self._draw_soon = QTimer(self)
        self._draw_soon.setSingleShot(True)
        self._draw_soon.setInterval(DRAW_EVERY_MS)
        self._draw_soon.timeout.connect(self.draw)
        self._tellers: dict[type, Callable[[Any], None]] = {
            Preparing: self._preparing,
            Started: self._started,
            Step: self._on_step,
            Epoch: self._epoch,
            Finished: self._finished,
            Cancelled: lambda event: self.say(self.tr("Stopped.")),
            Failed: lambda event: self.say(event.message),
        }

    def take_charts(self, charts: ModuleType) -> None:
        """The module of the plots is there; they are made in turns, since each takes a while."""
        self._charts = Turns(self._make_charts(charts), self)

    def _make_charts(self, charts: ModuleType) -> Iterator[None]:
        curves: Curves = charts.Curves(self.tr("Loss and F1"))
        curves.setParent(self)  # what is given up half-way goes with this view
        curves.hide()
        yield
        curves.add_curves()
        yield
        self.tabs.insertTab(0, curves, self.tr("Curves"))
        self.tabs.setCurrentIndex(0)
        yield
        bars: ClassBars = charts.ClassBars(self.tr("F1 of each class"))
        bars.setParent(self)
        bars.hide()
        yield
        self.tabs.insertTab(1, bars, self.tr("Classes"))
        self.curves, self.bars = curves, bars
        yield
        self.draw()

    def clear(self) -> None:
        """Another run follows."""
        self.losses.clear()
        self.scores.clear()
        self.left_s, self._per_class, self._step = None, {}, 0
        self.log.clear()
        self.progress.show()
        self.phase.setText(self.tr("Starting …"))
        self.detail.setText(self.tr("PyTorch is being loaded in a process of its own; go on labelling meanwhile."))
        self.progress.setRange(0, 0)
        self.draw()

    def take(self, event: Event) -> None:
        """Show an event."""
        tell = self._tellers.get(type(event))
        if tell is not None:
            tell(event)

    def say(self, text: str) -> None:
        """A line of the log."""
        time = QLocale().toString(QDateTime.currentDateTime().time(), "HH:mm:ss")
        self.log.appendPlainText(f"{time}  {text}")

    def restyle(self) -> None:
        """Follow the theme."""
        for chart in (self.curves, self.bars):
            if chart is not None:
                chart.restyle()

    def draw(self) -> None:
        """Bring curves and bars up to date."""
        if self.curves is not None and self.bars is not None:
            self.curves.show_run(self.losses, self.scores)
            self.bars.show_scores(self._per_class)
            self.drawn.emit()

    # --- events ------------------------------------------------------------------------------------------------------

    def _preparing(self, event: Preparing) -> None:
        words = self.tr("Cutting and looking: {done} of {total} …")
        self.phase.setText(words.format(done=Local(event.done), total=Local(event.total)))
        self.progress.setRange(0, max(event.total, 1))
        self.progress.setValue(event.done)

    def _started(self, event: Started) -> None:
        self.progress.setRange(0, max(event.steps, 1))
        self.progress.setValue(event.resumed_at)
        self.phase.setText(self.tr("Training {model}").format(model=event.model))
        words = self.tr("{train} to learn from, {val} on {photos} to judge by; from {start}")
        self.detail.setText(
            words.format(
                train=counted.items(event.train_items),
                val=counted.items(event.val_items),
                photos=counted.photos(event.val_photos),
                start=event.start,
            )
        )
        self.say(f"{event.model}, {event.device}. {self.detail.text()}")
        if event.resumed_at:
            self.say(
                self.tr("It goes on after step {step} of {steps}.").format(step=event.resumed_at, steps=event.steps)
            )
        for reason in event.skipped:
            self.say(self.tr("Left out: {reason}").format(reason=reason))
        for note in event.notes:
            self.say(note)

    def _on_step(self, event: Step) -> None:
        self._step, self.left_s = event.step, event.seconds_left
        self.progress.setRange(0, max(event.steps, 1))
        self.progress.setValue(event.step)
        if event.loss is not None:
            self.losses.append((float(event.step), event.loss))
        words = self.tr("Round {epoch}, step {step} of {steps}, at most {left} left")
        self.phase.setText(
            words.format(epoch=event.epoch, step=event.step, steps=event.steps, left=duration(event.seconds_left))
        )
        self._wish_draw()

    def _epoch(self, event: Epoch) -> None:
        self.scores.append((float(self._step), event.macro_f1))
        if event.per_class:
            self._per_class = event.per_class
        words = self.tr("after round {epoch}: {top1:.0f} % right, F1 {f1:.2f} on held-out photos")
        text = words.format(epoch=event.epoch, top1=Local(event.top1 * 100), f1=Local(event.macro_f1))
        self.detail.setText(text)
        self.say(f"{text}{' ' + self.tr('(best so far)') if event.best else ''}")
        self._wish_draw()

    def _finished(self, event: Finished) -> None:
        if event.per_class:
            self._per_class = event.per_class
        if event.stopped_early:
            self.say(self.tr("Nothing got better any more, so the rounds that were left were not trained."))
        self.say(self.tr("Done in {time}.").format(time=duration(event.seconds)))
        self._wish_draw()

    def _wish_draw(self) -> None:
        if not self._draw_soon.isActive():
            self._draw_soon.start()
