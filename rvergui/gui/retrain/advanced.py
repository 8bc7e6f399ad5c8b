"""Everything else that can be chosen: a row for each option, checked by the options themselves, the refusal below."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import ValidationError
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from rvergui.gui.retrain.words import problem_words
from rvergui.gui.turns import Turns
from rvergui.training.options import TrainOptions
from rvergui.training.recipes import RECIPES

BACKBONES = ("mobilenetv2_100", "deit_tiny_patch16_224", "deit_small_patch16_224", "mixer_s16_224", "test_resnet")
NO_FLAG = ("shared",)  # says no by a word of its own
FLAGS = ("checkpointing",)
OWN_OPTIONS = frozenset(
    {
        *("recipe", "roi", "extra_roi", "features", "integration", "looks_at", "preprocessing", "size"),
        *("batch_size", "learning_rate", "patience", "optimizer", "balance", "view_loss", "variants", "noise"),
        *("teacher", "distil", "distil_weight", "distil_temperature", "precision", "device", "workers", "seed"),
        *("rehearse", "val_share"),
    }
)
# Belong to a new network; a model that is continued has its own.
OF_A_NEW_NETWORK = ("roi", "extra_roi", "shared", "integration", "features", "preprocessing")


@dataclass
class _Row:
    field: QComboBox | QLineEdit
    label: QLabel
    error: QLabel


class Advanced(QWidget):
    """The form. What nobody touches is left to the recipe, the model that is continued, or the default.

    It is folded away at first, and so many rows take a while: a group is made in each turn of the event loop, or all
    that are left once somebody asks for ``rows``.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[str, _Row] = {}
        self._teachers: Sequence[Path] = ()
        self._new = True
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.problem = QLabel(self)
        self.problem.setWordWrap(True)
        self.problem.setProperty("kind", "negative")
        self.problem.hide()
        self._layout.addWidget(self.problem)
        self._turns = Turns(self._make_rows(), self)

    @property
    def rows(self) -> Mapping[str, _Row]:
        """Every row, by option."""
        self._turns.finish()
        return self._rows

    def _make_rows(self) -> Iterator[None]:
        for title, fields in self._groups():
            yield
            heading = QLabel(title, self)
            heading.setProperty("kind", "heading")
            form = QFormLayout()
            form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
            form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
            form.setVerticalSpacing(4)
            for name, words in fields:
                self._add(form, name, words)
            place = self._layout.count() - 1  # above what is wrong with all of it
            self._layout.insertWidget(place, heading)
            self._layout.insertLayout(place + 1, form)
            self._layout.insertSpacing(place + 2, 6)
            if "teacher" in self._rows:
                self.offer_teachers(self._teachers)
            self.for_new_network(self._new)

    def _groups(self) -> Sequence[tuple[str, Sequence[tuple[str, str]]]]:
        return (
            (
                self.tr("How it learns"),
                (
                    ("recipe", self.tr("Recipe")),
                    ("batch_size", self.tr("Items a step")),
                    ("learning_rate", self.tr("Learning rate")),
                    ("patience", self.tr("Stop after rounds without a better one")),
                    ("optimizer", self.tr("Optimiser")),
                    ("precision", self.tr("Precision")),
                    ("balance", self.tr("Rare classes")),
                    ("label_smoothing", self.tr("Label smoothing")),
                    ("weight_decay", self.tr("Weight decay")),
                    ("variants", self.tr("Variants kept (head only)")),
                    ("rehearse", self.tr("Rehearse other classes (head only)")),
                ),
            ),
            (
                self.tr("A new network"),
                (
                    ("roi", self.tr("Backbone of the ROI")),
                    ("extra_roi", self.tr("Backbone of the surroundings")),
                    ("shared", self.tr("One backbone for both")),
                    ("integration", self.tr("How the views are joined")),
                    ("features", self.tr("What is joined")),
                    ("preprocessing", self.tr("How views are cut")),
                    ("size", self.tr("View size in pixels")),
                ),
            ),
            (
                self.tr("Variety"),
                (
                    ("flip", self.tr("Mirrored, share")),
                    ("turn", self.tr("Turned, degrees")),
                    ("zoom", self.tr("Scaled, share")),
                    ("shift", self.tr("Shifted, share")),
                    ("light", self.tr("Brightness, share")),
                    ("outline", self.tr("Outlines moved, share")),
                    ("blackout", self.tr("Surroundings blacked out, share")),
                    ("noise", self.tr("Noise, e.g. permute:16")),
                ),
            ),
            (
                self.tr("A teacher"),
                (
                    ("teacher", self.tr("Model to learn from")),
                    ("distil", self.tr("What is taken from it")),
                    ("distil_weight", self.tr("What it counts, 0 to 1")),
                    ("distil_temperature", self.tr("Temperature")),
                ),
            ),
            (
                self.tr("The run"),
                (
                    ("seed", self.tr("Seed")),
                    ("val_share", self.tr("Share held out")),
                    ("checkpointing", self.tr("Save memory, take longer")),
                    ("device", self.tr("Device, e.g. cpu or cuda")),
                    ("workers", self.tr("Threads that open photos")),
                ),
            ),
        )

    def _add(self, form: QFormLayout, name: str, words: str) -> None:
        field = self._field(name)
        field.setAccessibleName(words)
        field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        label = QLabel(words, self)
        label.setBuddy(field)
        label.setWordWrap(True)
        error = QLabel(self)
        error.setProperty("kind", "negative")
        error.setWordWrap(True)
        error.hide()
        form.addRow(label, field)
        form.addRow(error)
        self._rows[name] = _Row(field, label, error)

    def _field(self, name: str) -> QComboBox | QLineEdit:
        default = TrainOptions.model_fields[name].default
        choices = _choices(name)
        if choices:
            box = QComboBox(self)
            usual = next((words for value, words in choices if value == default), "")
            box.addItem(self.tr("as usual ({value})").format(value=usual) if usual else self.tr("as usual"), None)
            for value, words in choices:
                box.addItem(words, value)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(10)
            box.currentIndexChanged.connect(self.changed)
            return box
        if name in ("roi", "extra_roi", "teacher"):
            box = QComboBox(self)
            box.setEditable(True)
            box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
            box.addItems(["", *(BACKBONES if name != "teacher" else ())])
            typed = box.lineEdit()
            assert typed is not None
            typed.setPlaceholderText(self.tr("as usual") if name != "teacher" else self.tr("none"))
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(10)
            box.currentTextChanged.connect(self.changed)
            return box
        line = QLineEdit(self)
        line.setPlaceholderText(self.tr("as usual") if default in (None, ()) else f"{default:g}")
        line.textChanged.connect(self.changed)
        return line

    def offer_teachers(self, paths: Sequence[Path]) -> None:
        """The models that can be learnt from."""
        self._teachers = paths
        row = self._rows.get("teacher")
        if row is None:
            return
        box = row.field
        assert isinstance(box, QComboBox)
        typed = box.currentText()
        box.blockSignals(True)
        box.clear()
        box.addItem("")
        for path in paths:
            box.addItem(path.stem, str(path))
        box.setCurrentText(typed)
        box.blockSignals(False)

    def for_new_network(self, new: bool) -> None:
        """Whether a new network is made, or a model continued, which has its own parts."""
        self._new = new
        for name in self._rows.keys() & set(OF_A_NEW_NETWORK):
            self._rows[name].field.setEnabled(new)

    def values(self) -> dict[str, Any]:
        """What was chosen, by option."""
        found: dict[str, Any] = {}
        for name, row in self._rows.items():
            value = _value(row.field)
            if value not in (None, "") and row.field.isEnabled():
                found[name] = _as_typed(name, value)
        return found

    def check(self, base: Mapping[str, Any]) -> bool:
        """Say beside each row what is wrong with it; whether all is well with the options of page one (``base``)."""
        wrong: dict[str, str] = {}
        try:
            TrainOptions(**{**base, **self.values()})
        except ValidationError as error:
            for problem in error.errors(include_url=False):
                wrong.setdefault(str(problem["loc"][0]) if problem["loc"] else "", problem_words(dict(problem)))
        for name, row in (self.rows if wrong else self._rows).items():
            row.error.setText(wrong.get(name, ""))
            row.error.setVisible(name in wrong)
            row.field.setAccessibleDescription(wrong.get(name, ""))
        others = [words for name, words in wrong.items() if name not in self._rows]
        self.problem.setText("\n".join(others))
        self.problem.setVisible(bool(others))
        return not wrong

    def arguments(self) -> list[str]:
        """As on the command line."""
        made: list[str] = []
        for name, value in self.values().items():
            option = f"--{name.replace('_', '-')}"
            if name in FLAGS:
                made += [option] if value else []
            elif name in NO_FLAG:
                made.append(option if value else "--separate")
            elif name == "noise":
                made += [part for each in value for part in (option, each)]
            elif name in OWN_OPTIONS:
                made += [option, str(value)]
            else:
                made += ["--set", f"{name}={value}"]
        return made


def option_words() -> set[str]:
    """The words of options that are the same in every language, since they are those of the command line."""
    return {words for name in TrainOptions.model_fields for _, words in _choices(name)} | set(BACKBONES)


def _choices(name: str) -> list[tuple[Any, str]]:
    """The values of an option that has only some, with the words that show them."""
    if name == "recipe":
        return [(each, each) for each in RECIPES]
    kinds = _kinds(name)
    if bool in kinds:
        return [(True, "✓"), (False, "–")]
    literals = [kind for kind in kinds if get_origin(kind) is Literal]
    return [(each, str(each)) for kind in literals for each in get_args(kind)]


def _kinds(name: str) -> tuple[Any, ...]:
    annotation = TrainOptions.model_fields[name].annotation
    return get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)


def _value(field: QComboBox | QLineEdit) -> Any:
    if isinstance(field, QLineEdit):
        return field.text().strip()
    if not field.isEditable():
        return field.currentData()
    text = field.currentText().strip()
    place = field.findText(text)
    return (field.itemData(place) if place >= 0 else None) or text


_AS_TYPED: Mapping[str, Callable[[str], Any]] = {
    "noise": lambda text: tuple(text.split()),
    "teacher": lambda text: text,
}


def _as_typed(name: str, value: Any) -> Any:
    """The value as the options take it: numbers may be written with a comma."""
    if not isinstance(value, str):
        return value
    if name in _AS_TYPED:
        return _AS_TYPED[name](value)
    return value.replace(",", ".") if {int, float} & set(_kinds(name)) else value
