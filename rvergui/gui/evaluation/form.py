"""What to evaluate by what: the first page of Model > Evaluate."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from rvergui.core import RverError
from rvergui.gui.dialogs.option_form import align
from rvergui.gui.evaluation.judging import JudgingPlan
from rvergui.gui.session import Session
from rvergui.gui.widgets import set_kind

# Noises to tick, with the words that the command takes for their usual steps.
PRESETS = (
    ("permute", QT_TRANSLATE_NOOP("EvaluationForm", "Shuffled patches: only colours and textures are left")),
    ("translocate", QT_TRANSLATE_NOOP("EvaluationForm", "Shifted pictures: things are not where they were")),
)
EXAMPLE = "permute:16; translocate:60,-85@extra"
THIS, OTHER, FOLDER = "this", "other", "folder"
HELD_OUT = "held-out"


class EvaluationForm(QWidget):
    """Model, data and noise, checked while they are typed."""

    changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.model = QComboBox()
        self.model.setAccessibleName(self.tr("Model"))
        self.data = QComboBox()
        self.data.setAccessibleName(self.tr("Judged by"))
        for key, words in (
            (THIS, self.tr("the named items of this project")),
            (OTHER, self.tr("the named items of another project")),
            (FOLDER, self.tr("labelled photos in a folder or file")),
        ):
            self.data.addItem(words, key)
        self.path = QLineEdit()
        self.path.setAccessibleName(self.tr("Where they are"))
        self.browse = QPushButton(self.tr("Choose …"))
        self.browse.setAutoDefault(False)
        self.browse.setAccessibleName(self.tr("Choose what to judge by"))
        self.split = QComboBox()
        self.split.setAccessibleName(self.tr("Which photos"))
        for key, words in (
            ("test", self.tr("those that the model was not trained on")),
            (HELD_OUT, self.tr("only those that the project holds out for good")),
            ("all", self.tr("all of them; those it was trained on are marked")),
        ):
            self.split.addItem(words, key)
        self.noises = {
            key: QCheckBox(QCoreApplication.translate("EvaluationForm", str(words))) for key, words in PRESETS
        }
        self.own = QLineEdit()
        self.own.setPlaceholderText(EXAMPLE)
        self.own.setAccessibleName(self.tr("Own noises, separated by semicolons"))
        self.groups = QLabel()
        self.groups.setWordWrap(True)
        self._models: Sequence[tuple[str, Path]] | None = None
        self.trouble = QLabel()
        self.trouble.setWordWrap(True)
        self.trouble.setProperty("kind", "negative")
        self.trouble.setAccessibleName(self.tr("What is missing"))
        for box in (self.model, self.data, self.split):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(24)
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._arrange()
        self.data.currentIndexChanged.connect(self._show_place)
        self.model.currentIndexChanged.connect(self.changed)
        self.browse.clicked.connect(self._browse)
        self.split.currentIndexChanged.connect(self.changed)
        for line in (self.path, self.own):
            line.textChanged.connect(self.changed)
        self.changed.connect(self._check)
        self._show_place()

    def _arrange(self) -> None:
        self.place = QWidget()
        row = QHBoxLayout(self.place)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.path, 1)
        row.addWidget(self.browse)
        form = QFormLayout()
        form.addRow(self.tr("Model"), self.model)
        form.addRow(self.tr("Judged by"), self.data)
        form.addRow("", self.place)
        form.addRow(self.tr("Which photos"), self.split)
        for number, box in enumerate(self.noises.values()):
            form.addRow(self.tr("With noise") if number == 0 else "", box)
        form.addRow(self.tr("Own noises"), self.own)
        form.addRow(self.tr("Look-alikes"), self.groups)
        align(form)
        self._form = form
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addLayout(form)
        layout.addWidget(self.trouble)
        layout.addStretch(1)

    # --- what can be chosen ----------------------------------------------------------------------------------------

    def show_models(self, models: Sequence[tuple[str, Path]] | None) -> None:
        """Name and file of each model, the present one first; the chosen one stays. None: they are looked for."""
        self._models = models
        chosen = self.model.currentData()
        blocked = self.model.blockSignals(True)
        self.model.clear()
        for name, path in models or ():
            self.model.addItem(name, path)
        self.model.setCurrentIndex(max(self.model.findData(chosen), 0))
        self.model.blockSignals(blocked)
        self.changed.emit()

    def show_groups(self, titles: Sequence[str]) -> None:
        """Which look-alikes have a score of their own."""
        none = self.tr("none yet; Model > Look-alikes keeps them, and the report suggests some")
        self.groups.setText("; ".join(titles) or none)
        self.groups.setProperty("kind", "" if titles else "muted")

    def _show_place(self) -> None:
        key = self.data.currentData()
        self._form.setRowVisible(self.place, key != THIS)
        self.path.setPlaceholderText("" if key == THIS else self._example(key))
        self.changed.emit()

    def _example(self, key: str) -> str:
        if key == OTHER:
            return self.tr("a project (.rver)")
        return self.tr("pairs, a folder for each class, COCO, YOLO, labelme, …")

    def _browse(self) -> None:
        if self.data.currentData() == OTHER:
            kind = self.tr("Projects (*.rver)")
            chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Judge by"), self.path.text(), kind)
        else:
            chosen = QFileDialog.getExistingDirectory(self, self.tr("Judge by"), self.path.text())
        if chosen:
            self.path.setText(chosen)

    # --- what is chosen --------------------------------------------------------------------------------------------

    @property
    def own_noises(self) -> list[str]:
        """What was typed, one noise each."""
        return [text.strip() for text in self.own.text().split(";") if text.strip()]

    def problem(self) -> str:
        """What stands in the way, one sentence; "" if nothing does."""
        if self._models is None:
            return self.tr("Looking for models …")
        if not self._models:
            return self.tr("There is no model yet; train one first.")
        if self.data.currentData() != THIS:
            typed = self.path.text().strip()
            if not typed:
                return self.tr("Choose the labelled photos to judge by.")
            if not Path(typed).expanduser().exists():
                return self.tr("There is no {path}.").format(path=typed)
        if self.data.currentData() == FOLDER and self.split.currentData() == HELD_OUT:
            return self.tr("A folder holds no photos out for good; choose other photos.")
        try:
            from rvergui.rvernet.noise import parse_all  # numpy alone

            parse_all(self.own_noises)
        except RverError as error:
            return str(error)
        return ""

    def _check(self) -> None:
        problem = self.problem()
        self.trouble.setText(problem)
        set_kind(self.trouble, "muted" if self._models is None else "negative")
        self.trouble.setVisible(bool(problem))

    def plan(self) -> JudgingPlan | None:
        """What is chosen; None if something stands in the way."""
        project = self._session.project
        if self.problem() or project is None:
            return None
        own = self.data.currentData() == THIS
        ticked = [key for key, box in self.noises.items() if box.isChecked()]
        return JudgingPlan(
            model=self.model.currentData(),
            data=project.path if own else Path(self.path.text().strip()).expanduser(),
            split=self.split.currentData(),
            noises=(*ticked, *self.own_noises),
        )
