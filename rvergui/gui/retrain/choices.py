"""The first page: what to train, how long, from which model; what it will take; and, folded, everything else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from rvergui.gui.numbers import Local, local
from rvergui.gui.retrain.advanced import Advanced
from rvergui.gui.retrain.enough import Enough
from rvergui.gui.retrain.starts import KnownStart
from rvergui.gui.retrain.words import about
from rvergui.gui.widgets import set_kind
from rvergui.runtime.machine import memory, readable_size
from rvergui.training.choices import FREEZE, Start, What, until_best

if TYPE_CHECKING:
    from rvergui.training.events import Estimate

UNTIL_BEST = 0  # instead of a number of rounds


class _AsWide(QScrollArea):
    """Scrolls downwards only, so it is never narrower than what is in it."""

    def minimumSizeHint(self) -> QSize:
        page = self.widget()
        wide = page.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width() if page is not None else 0
        return QSize(wide, 120)


class Choices(QWidget):
    """The form. Nothing here starts anything; ``changed`` says that other choices were made."""

    changed = Signal()
    begin = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._starts: Sequence[KnownStart] = ()
        self._present: tuple[Path, str] | None = None
        self._enough = False
        self._busy = False
        # From the outside in: whatever moves into another widget puts on its style again, with all that is in it.
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        scroll = _AsWide(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll = scroll
        layout.addWidget(scroll, 1)
        page = QWidget(scroll)
        page.setProperty("kind", "panel")
        scroll.setWidget(page)
        self._page = QVBoxLayout(page)
        self._page.setContentsMargins(0, 0, 4, 0)
        self.data = Enough(page)
        self._page.addWidget(self.data)
        self._page.addSpacing(6)
        self._add_what(page)
        self._add_rest(page)
        self._add_advanced(page)
        self._page.addStretch(1)
        self.estimate = QLabel(self)
        self.estimate.setWordWrap(True)
        self.estimate.setProperty("kind", "muted")
        self.smaller = QPushButton(self)
        self.smaller.hide()
        self.start = QPushButton(self.tr("Start retraining"), self)
        self.start.setProperty("kind", "primary")
        self.start.clicked.connect(self.begin)
        for each in (self.estimate, self.smaller, self.start):
            layout.addWidget(each)
        self.show_starts((), None)

    def _add_what(self, page: QWidget) -> None:
        heading = QLabel(self.tr("What to train"), page)
        heading.setProperty("kind", "heading")
        self._page.addWidget(heading)
        self._group = QButtonGroup(self)
        self.what: dict[What, QRadioButton] = {}
        for what, words, help_ in (
            (
                What.HEAD,
                self.tr("The head: seconds"),
                self.tr(
                    "Every photo is looked at once; then only what joins the features learns. What the model knows "
                    "besides and this project has no photo of is kept."
                ),
            ),
            (
                What.LAST_BLOCKS,
                self.tr("Head and last blocks: minutes"),
                self.tr(
                    "Also the last part of the backbones, where a network sees what is particular. What this project "
                    "has no photo of may be forgotten."
                ),
            ),
            (What.EVERYTHING, self.tr("Everything: takes longest"), self.tr("All weights learn; for much data.")),
        ):
            button = QRadioButton(words, page)
            button.toggled.connect(self._on_what)
            button.setToolTip(help_)
            button.setAccessibleDescription(help_)
            self._group.addButton(button)
            self._page.addWidget(button)
            self.what[what] = button
        self.what[What.HEAD].setChecked(True)
        self.wrong = QLabel(page)
        self.wrong.setProperty("kind", "negative")
        self.wrong.setWordWrap(True)
        self.wrong.hide()
        self._page.addWidget(self.wrong)

    def _add_rest(self, page: QWidget) -> None:
        self.how_long = QComboBox(page)
        for text, rounds in (
            (self.tr("until it stops getting better"), UNTIL_BEST),
            (self.tr("short: 5 rounds"), 5),
            (self.tr("usual: 15 rounds"), 15),
            (self.tr("long: 40 rounds"), 40),
        ):
            self.how_long.addItem(text, rounds)
        self.how_long.setAccessibleName(self.tr("How long"))
        self.start_from = QComboBox(page)
        self.start_from.setAccessibleName(self.tr("Start from"))
        self.start_from.currentIndexChanged.connect(self._on_start)
        self.how_long.currentIndexChanged.connect(self.changed)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.addRow(self.tr("How long"), self.how_long)
        form.addRow(self.tr("Start from"), self.start_from)
        for choice in (self.start_from, self.how_long):
            choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            choice.setMinimumContentsLength(16)
            choice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._page.addSpacing(4)
        self._page.addLayout(form)

    def _add_advanced(self, page: QWidget) -> None:
        self.fold = QToolButton(page)
        self.fold.setText(self.tr("Advanced"))
        self.fold.setCheckable(True)
        self.fold.setProperty("kind", "segment")
        self.fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.fold.setArrowType(Qt.ArrowType.RightArrow)
        self.fold.toggled.connect(self._on_fold)
        row = QHBoxLayout()
        row.addWidget(self.fold)
        row.addStretch(1)
        self._page.addSpacing(4)
        self._page.addLayout(row)
        self.advanced = Advanced(page)
        self.advanced.hide()
        self.advanced.changed.connect(self.changed)
        self._page.addWidget(self.advanced)

    def sizeHint(self) -> QSize:  # noqa: D102
        return QSize(300, 460)

    # --- what is chosen ----------------------------------------------------------------------------------------------

    @property
    def chosen_what(self) -> What:
        """What is to learn."""
        return next(what for what, button in self.what.items() if button.isChecked())

    @property
    def parent_path(self) -> Path | None:
        """The model that is continued; None for a new network."""
        data = self.start_from.currentData()
        return data if isinstance(data, Path) else None

    def options(self) -> dict[str, Any]:
        """What page one comes to, as fields of ``TrainOptions``."""
        start = self.start_from.currentData()
        return {
            "freeze": FREEZE[self.chosen_what],
            **({"start_from": start} if isinstance(start, Path) else {"scratch": start == Start.SCRATCH}),
        }

    def arguments(self) -> list[str]:
        """All choices but how long, as on the command line."""
        start = self.start_from.currentData()
        return ["--what", self.chosen_what.value, "--from", str(start), *self.advanced.arguments()]

    def length_arguments(self) -> list[str]:
        """How long, likewise."""
        rounds = self.how_long.currentData()
        return ["--until-best"] if rounds == UNTIL_BEST else ["--epochs", str(rounds)]

    @property
    def rounds(self) -> int:
        """At most so many."""
        rounds = int(self.how_long.currentData())
        return rounds or until_best(self.chosen_what)["epochs"]

    def check(self, source: Path, out: Path) -> bool:
        """Say what does not go together, beside its field; whether it can start as far as the choices go."""
        base = {"source": source, "out": out, **self.options()}
        fits = self.advanced.check(base)
        frozen = self.chosen_what is not What.EVERYTHING and self.start_from.currentData() == Start.SCRATCH
        self.wrong.setText(self.tr("From scratch everything has to learn; choose that, or start from a model."))
        self.wrong.setVisible(frozen)
        if frozen:
            self.advanced.problem.hide()
        if not fits and not frozen and not self.fold.isChecked():
            self.fold.setChecked(True)
        self._fits = fits
        self._show_start()
        return fits

    # --- what is there -----------------------------------------------------------------------------------------------

    def show_starts(self, starts: Sequence[KnownStart], present: tuple[Path, str] | None) -> None:
        """Other models to start from; ``present`` is the one that names now, with its name."""
        before = self.start_from.currentData() if self._starts else None
        if self._present is not None and before == self._present[0]:
            before = None  # what was wanted is the model that names, which may be another one now
        self._starts, self._present = starts, present
        self.start_from.blockSignals(True)
        self.start_from.clear()
        if present is not None:
            self.start_from.addItem(self.tr("present model: {name}").format(name=present[1]), present[0])
        for start in starts:
            if present is None or start.path != present[0]:
                self.start_from.addItem(self._start_words(start), start.path)
        self.start_from.addItem(self.tr("pre-trained backbones (ImageNet), as far as found"), Start.IMAGENET)
        self.start_from.addItem(self.tr("from scratch: random weights"), Start.SCRATCH)
        place = next((i for i in range(self.start_from.count()) if self.start_from.itemData(i) == before), -1)
        if place < 0:
            place = 0 if present is not None else self._first_shipped()
        self.start_from.setCurrentIndex(place)
        self.start_from.blockSignals(False)
        self.advanced.offer_teachers([start.path for start in starts])
        self._on_start()

    def _first_shipped(self) -> int:
        """Without a model in use the one of groceries is the best beginning: it has seen the most."""
        shipped = [start.path for start in self._starts if start.ships]
        best = next((path for path in shipped if path.stem == "groceries"), shipped[0] if shipped else None)
        place = next((i for i in range(self.start_from.count()) if self.start_from.itemData(i) == best), -1)
        return place if best is not None and place >= 0 else 0

    def _start_words(self, start: KnownStart) -> str:
        words = self.tr("{name} (ships with the program)") if start.ships else "{name}"
        score = "" if start.score is None else self.tr(", F1 {score:.2f}").format(score=Local(start.score))
        return words.format(name=start.name) + score

    def show_enough(self, enough: bool) -> None:
        """Whether there is enough to train on."""
        self._enough = enough
        self._show_start()

    def show_running(self, running: bool) -> None:
        """Whether a run is under way already."""
        self._busy = running
        self._show_start()

    _fits = True

    def _show_start(self) -> None:
        self.start.setEnabled(self._enough and self._fits and not self._busy)

    # --- what it takes -----------------------------------------------------------------------------------------------

    def show_measuring(self) -> None:
        """The estimate is on its way."""
        self.estimate.setProperty("kind", "muted")
        self.estimate.setText(self.tr("Measuring what it will take …"))
        self.smaller.hide()

    def show_estimate(self, found: Estimate) -> None:
        """Time and memory."""
        seconds = found.prepare_seconds + found.epoch_seconds * self.rounds
        time = about(seconds)
        if self.how_long.currentData() == UNTIL_BEST:
            text = self.tr("At most about {time}, mostly less; about {memory} of memory.")
        else:
            text = self.tr("About {time}; about {memory} of memory.")
        text = text.format(time=time, memory=local(readable_size(found.memory + found.gpu_memory)))
        if self.parent_path is None:
            text += " " + self.tr("Begins from: {start}.").format(start=found.start)
        available = memory()[1]
        tight = available is not None and found.memory > available
        if tight:
            text += " " + self.tr("Only {free} are free: close other programs or choose fewer items a step.").format(
                free=local(readable_size(available or 0))
            )
        set_kind(self.estimate, "warning" if tight else "muted")
        self.estimate.setText(text)
        self._offer_smaller(found.batch_size // 2 if tight and found.batch_size > 1 else None)

    def show_no_estimate(self, why: str, smaller: int | None) -> None:
        """It would not begin, or could not be measured."""
        set_kind(self.estimate, "negative" if why else "muted")
        self.estimate.setText(why or self.tr("How long it will take could not be measured."))
        self._offer_smaller(smaller)

    def _offer_smaller(self, batch: int | None) -> None:
        self.smaller.setVisible(batch is not None)
        if batch is not None:
            self.smaller.setText(self.tr("Take {count} items a step").format(count=batch))
            self.smaller.setProperty("batch", batch)

    def take_batch(self, batch: int) -> None:
        """Choose a batch size, seen in the advanced part."""
        field: Any = self.advanced.rows["batch_size"].field
        field.setText(str(batch))
        self.fold.setChecked(True)

    def _on_what(self, on: bool) -> None:
        if on and len(self.what) == len(What):  # not while they are being made
            self.changed.emit()

    def _on_start(self) -> None:
        self.advanced.for_new_network(self.parent_path is None)
        self.changed.emit()

    def _on_fold(self, open_: bool) -> None:
        self.fold.setArrowType(Qt.ArrowType.DownArrow if open_ else Qt.ArrowType.RightArrow)
        self.advanced.setVisible(open_)
        if open_:
            QTimer.singleShot(0, self, lambda: self._scroll.verticalScrollBar().setValue(self.fold.y()))
