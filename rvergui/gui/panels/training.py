"""Retraining: three choices, live curves, cancel, and the question whether to use the result."""

from __future__ import annotations

import importlib
from datetime import datetime
from types import ModuleType

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from rvergui.gui.session import Session
from rvergui.gui.theme import current
from rvergui.gui.trainer import Outcome, Trainer, TrainingPlan
from rvergui.training.events import Epoch, Event, Finished, Preparing, Started, Step

translate = QCoreApplication.translate

NAMING_NETWORKS = (
    ("mobilenetv2_100", "mobilenetv2_100"),
    ("mobilenetv2_100", "deit_tiny_patch16_224"),
    ("deit_tiny_patch16_224", "deit_tiny_patch16_224"),
    ("mixer_s16_224", "mobilenetv2_100"),
)


class TrainingPanel(QWidget):
    """A form, then a running training, then its result."""

    adopted = Signal(object)  # Path of the checkpoint that names from now on

    def __init__(self, session: Session, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._trainer = trainer
        self._result: Outcome | None = None
        self._losses: list[float] = []
        self._scores: list[tuple[float, float]] = []
        self._plot = None
        self.options: tuple[str, ...] = ()
        self._pages = QStackedLayout()
        self._pages.addWidget(self._make_form())
        self._pages.addWidget(self._make_run())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 4, 12, 12)
        layout.addLayout(self._pages)
        trainer.told.connect(self._on_event)
        trainer.ended.connect(self._on_ended)
        session.model_changed.connect(self._fill_start)
        session.photos.replaced.connect(self._show_data)
        session.photos.changed.connect(self._show_data)
        self._fill_start()
        self._show_data()
        # Importing pyqtgraph takes up to a second, which nobody should have to wait for; curves begin once it is there.
        session.loader.submit(lambda: importlib.import_module("pyqtgraph"), self._on_plotting)

    def sizeHint(self) -> QSize:  # noqa: D102
        return QSize(300, 380)

    def _make_form(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        self.data = QLabel()
        self.data.setWordWrap(True)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        self.what = QComboBox()
        self.what.addItem(self.tr("automatic"), None)
        self.what.setToolTip(
            self.tr(
                "Automatic: MobileNetV2 where its pre-trained weights are found, else a small network that needs none."
            )
        )
        for roi, extra in NAMING_NETWORKS:
            self.what.addItem(f"{roi} + {extra}", (roi, extra))
        self.what.setAccessibleName(self.tr("Network"))
        self.how_long = QComboBox()
        for text, epochs in (
            (self.tr("short: 5 rounds"), 5),
            (self.tr("usual: 15 rounds"), 15),
            (self.tr("long: 40 rounds"), 40),
        ):
            self.how_long.addItem(text, epochs)
        self.how_long.setCurrentIndex(1)
        self.how_long.setAccessibleName(self.tr("How long"))
        self.start_from = QComboBox()
        self.start_from.setAccessibleName(self.tr("Start from"))
        self.start_from.currentIndexChanged.connect(self._show_network)
        form.addRow(self.tr("Start from"), self.start_from)
        form.addRow(self.tr("Network (ROI + extra-ROI)"), self.what)
        form.addRow(self.tr("How long"), self.how_long)
        for choice in (self.start_from, self.what, self.how_long):
            choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            choice.setMinimumContentsLength(16)
            choice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.start = QPushButton(self.tr("Start retraining"))
        self.start.setProperty("kind", "primary")
        self.start.clicked.connect(self.begin)
        layout.addWidget(self.data)
        layout.addLayout(form)
        layout.addSpacing(8)
        layout.addWidget(self.start)
        layout.addStretch(1)
        return page

    def _make_run(self) -> QWidget:
        page = QWidget()
        self._run_layout = QVBoxLayout(page)
        self._run_layout.setContentsMargins(0, 0, 0, 0)
        self.phase = QLabel()
        self.phase.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Training progress"))
        self.detail = QLabel()
        self.detail.setProperty("kind", "muted")
        self.detail.setWordWrap(True)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.clicked.connect(self._cancel)
        self.adopt = QPushButton(self.tr("Use the new model"))
        self.adopt.setProperty("kind", "primary")
        self.adopt.clicked.connect(self._adopt)
        self.keep = QPushButton(self.tr("Keep the old one"))
        self.keep.clicked.connect(self._back)
        self._run_layout.addWidget(self.phase)
        self._run_layout.addWidget(self.progress)
        self._run_layout.addWidget(self.detail)
        self._run_layout.addStretch(1)
        buttons = QVBoxLayout()
        for button in (self.cancel, self.adopt, self.keep):
            buttons.addWidget(button)
        self._run_layout.addLayout(buttons)
        self._show_buttons(running=True)
        return page

    # --- form ----------------------------------------------------------------------------------------------------

    def _fill_start(self) -> None:
        model = self._session.model
        chosen = self.start_from.currentData()
        self.start_from.clear()
        if model is not None and model.trained and model.checkpoint is not None:
            self.start_from.addItem(self.tr("present model: {name}").format(name=model.name), model.checkpoint)
        self.start_from.addItem(self.tr("pre-trained backbones, as far as found"), None)
        if chosen is not None and self.start_from.findData(chosen) >= 0:
            self.start_from.setCurrentIndex(self.start_from.findData(chosen))

    def _show_network(self) -> None:
        self.what.setEnabled(self.start_from.currentData() is None)

    def _show_data(self) -> None:
        items, labelled = self._session.photos.labelled()
        text = self.tr("Named items: {items}, on photos: {photos}").format(items=items, photos=labelled)
        if labelled < 2:
            text += "\n" + self.tr("Name items of at least two classes on two photos first.")
        self.data.setText(text)
        self.start.setEnabled(labelled >= 2 and not self._trainer.running)

    def begin(self) -> None:
        """Save everything and start the run."""
        project = self._session.project
        if project is None or self._trainer.running:
            return
        self._session.keep_draft()
        self._session.saver.flush()
        name = datetime.now().strftime("%Y%m%d-%H%M%S")
        parent = self.start_from.currentData()
        options = list(self.options)
        chosen = self.what.currentData()
        if parent is None and chosen is not None:
            options = ["--roi", chosen[0], "--extra-roi", chosen[1], *options]
        plan = TrainingPlan(
            source=project.path,
            out=project.models_folder / f"{name}.safetensors",
            parent=parent,
            epochs=self.how_long.currentData(),
            options=tuple(options),
        )
        self._losses.clear()
        self._scores.clear()
        self._result = None
        self._clear_curves()
        self.phase.setText(self.tr("Starting …"))
        self.detail.setText(self.tr("PyTorch is being loaded in a process of its own; go on labelling meanwhile."))
        self.progress.setRange(0, 0)
        self._show_buttons(running=True)
        self._pages.setCurrentIndex(1)
        self._trainer.start(plan)

    # --- run -----------------------------------------------------------------------------------------------------

    def _show_buttons(self, running: bool, usable: bool = False) -> None:
        self.cancel.setVisible(running)
        self.cancel.setEnabled(True)
        self.adopt.setVisible(not running and usable)
        self.keep.setVisible(not running)
        self.keep.setText(self.tr("Keep the old one") if usable else self.tr("Back"))

    def _cancel(self) -> None:
        self.phase.setText(self.tr("Cancelling …"))
        self.cancel.setEnabled(False)
        self._trainer.cancel()

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Preparing):
            self.phase.setText(self.tr("Cutting {done} of {total} items …").format(done=event.done, total=event.total))
            self.progress.setRange(0, max(event.total, 1))
            self.progress.setValue(event.done)
        elif isinstance(event, Started):
            self.progress.setRange(0, max(event.steps, 1))
            self.progress.setValue(0)
            self.phase.setText(self.tr("Training {model}").format(model=event.model))
            self.detail.setText(
                self.tr("{train} items to learn from, {val} on {photos} other photos to judge by; from {start}").format(
                    train=event.train_items, val=event.val_items, photos=event.val_photos, start=event.start
                )
            )
        elif isinstance(event, Step):
            self.progress.setValue(event.step)
            if event.loss is not None:
                self._losses.append(event.loss)
            self.phase.setText(
                self.tr("Round {epoch}, step {step} of {steps}, {left} left").format(
                    epoch=event.epoch, step=event.step, steps=event.steps, left=_duration(event.seconds_left)
                )
            )
            self._draw()
        elif isinstance(event, Epoch):
            self._scores.append((float(len(self._losses)), event.macro_f1))
            self.detail.setText(
                self.tr("after round {epoch}: {top1:.0f} % right, F1 {f1:.2f} on held-out photos").format(
                    epoch=event.epoch, top1=event.top1 * 100, f1=event.macro_f1
                )
            )
            self._draw()

    def _on_ended(self, outcome: Outcome) -> None:
        self._result = outcome
        self.progress.setRange(0, 1)
        self.progress.setValue(1 if outcome.finished else 0)
        self._show_buttons(running=False, usable=outcome.checkpoint is not None)
        if outcome.finished is None:
            self.phase.setText(outcome.message)
            return
        self.phase.setText(_comparison(outcome.finished))
        if better_or_first(outcome.finished):
            self._adopt()
        else:
            self.detail.setText(self.tr("The new model is worse on the same held-out photos. Use it all the same?"))

    def _adopt(self) -> None:
        outcome = self._result
        if outcome is None or outcome.checkpoint is None:
            return
        self._session.adopt_model(outcome.checkpoint)
        self.adopted.emit(outcome.checkpoint)
        self.detail.setText(self.tr("The new model names from now on."))
        self.adopt.hide()
        self.keep.setText(self.tr("Back"))

    def _back(self) -> None:
        self._pages.setCurrentIndex(0)
        self._show_data()

    # --- curves --------------------------------------------------------------------------------------------------

    def _clear_curves(self) -> None:
        if self._plot is not None:
            for curve in self._curves:
                curve.setData([], [])

    def _on_plotting(self, pyqtgraph: ModuleType) -> None:
        theme = current()
        plot = pyqtgraph.PlotWidget(background=None)
        plot.setAccessibleName(self.tr("Loss and F1"))
        plot.setMinimumHeight(150)
        plot.setMouseEnabled(False, False)
        plot.hideButtons()
        plot.setMenuEnabled(False)
        plot.addLegend(offset=(-4, 4), labelTextColor=theme.muted, horSpacing=16, verSpacing=-6)
        for axis in ("left", "bottom"):
            plot.getAxis(axis).setPen(theme.line)
            plot.getAxis(axis).setTextPen(theme.muted)
        plot.setLabel("bottom", self.tr("step"))
        self._curves = (
            plot.plot([], [], pen=pyqtgraph.mkPen(theme.accent, width=2), name=self.tr("loss")),
            plot.plot(
                [],
                [],
                pen=pyqtgraph.mkPen(theme.positive, width=2, style=Qt.PenStyle.DashLine),
                symbol="o",
                symbolSize=6,
                symbolBrush=theme.positive,
                symbolPen=None,
                name=self.tr("F1"),
            ),
        )
        self._plot = plot
        self._run_layout.insertWidget(3, plot, 1)
        self._draw()

    def _draw(self) -> None:
        if self._plot is None:
            return
        self._curves[0].setData(range(1, len(self._losses) + 1), self._losses)
        if self._scores:
            steps, scores = zip(*self._scores, strict=True)
            self._curves[1].setData(list(steps), list(scores))


def better_or_first(finished: Finished) -> bool:
    """Whether the new model may be used unasked: there was none before, or it is not worse on the same photos."""
    if finished.parent_metrics is None:
        return True
    return finished.metrics.get("macro_f1", 0.0) >= finished.parent_metrics.get("macro_f1", 0.0)


def _comparison(finished: Finished) -> str:
    new = finished.metrics
    text = translate("TrainingPanel", "Done in {time}: {top1:.0f} % right, F1 {f1:.2f} on held-out photos.").format(
        time=_duration(finished.seconds), top1=100 * new.get("top1", 0.0), f1=new.get("macro_f1", 0.0)
    )
    old = finished.parent_metrics
    if old is not None:
        text += "\n" + translate("TrainingPanel", "Before: {top1:.0f} % right, F1 {f1:.2f} on the same photos.").format(
            top1=100 * old.get("top1", 0.0), f1=old.get("macro_f1", 0.0)
        )
    return text


def _duration(seconds: float) -> str:
    whole = max(round(seconds), 0)
    if whole < 60:
        return f"{whole} s"
    return (
        f"{whole // 60} min {whole % 60:02d} s" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60:02d} min"
    )
