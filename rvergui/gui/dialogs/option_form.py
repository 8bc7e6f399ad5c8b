"""Rows of a form for what a format lets people choose, made of the format's own description."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from rvergui.interchange.exports.options import OptionField, Options, fields_of


def format_words(text: str) -> str:
    """What a format says, in the user's language."""
    return QCoreApplication.translate("Formats", text)


# Labels of all forms of a dialog begin and end at the same places.
LABEL_WIDTH = 150


def align(form: QFormLayout) -> QFormLayout:
    """Give the form the spacing, the width of labels and the growth that the dialogs' forms have in common."""
    form.setHorizontalSpacing(14)
    form.setVerticalSpacing(8)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    for row in range(form.rowCount()):
        label = form.itemAt(row, QFormLayout.ItemRole.LabelRole)
        words = label.widget() if label is not None else None
        if words is not None:
            words.setMinimumWidth(LABEL_WIDTH)
        field = form.itemAt(row, QFormLayout.ItemRole.FieldRole)
        widget = field.widget() if field is not None else None
        if isinstance(widget, QComboBox | QAbstractSpinBox):
            widget.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return form


class OptionForm(QWidget):
    """One row for each option of a format."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self.fields: dict[str, QWidget] = {}
        self._read: dict[str, Callable[[], Any]] = {}

    def show_options(self, options: type[Options]) -> None:
        """Rows for these options, at their defaults."""
        while self._form.rowCount():
            self._form.removeRow(0)
        self.fields, self._read = {}, {}
        for option in fields_of(options):
            widget, read = self._widget(option)
            title = format_words(option.title)
            widget.setAccessibleName(title)
            widget.setAccessibleDescription(format_words(option.description))
            widget.setToolTip(format_words(option.description))
            self.fields[option.key], self._read[option.key] = widget, read
            self._form.addRow("" if option.kind is bool else title, widget)
        align(self._form)
        self.setVisible(bool(self.fields))

    def values(self) -> dict[str, Any]:
        """What is chosen, by key."""
        return {key: read() for key, read in self._read.items()}

    def _widget(self, option: OptionField) -> tuple[QWidget, Callable[[], Any]]:
        make = _CHOICE if option.choices else _KINDS.get(option.kind, _text)
        return make(self, option)


def _choice(form: OptionForm, option: OptionField) -> tuple[QWidget, Callable[[], Any]]:
    box = QComboBox(form)
    for value, words in option.choices.items():
        box.addItem(format_words(words), value)
    box.setCurrentIndex(box.findData(option.default))
    box.currentIndexChanged.connect(form.changed)
    return box, box.currentData


def _flag(form: OptionForm, option: OptionField) -> tuple[QWidget, Callable[[], Any]]:
    box = QCheckBox(format_words(option.title), form)
    box.setChecked(bool(option.default))
    box.toggled.connect(form.changed)
    return box, box.isChecked


def _whole(form: OptionForm, option: OptionField) -> tuple[QWidget, Callable[[], Any]]:
    box = QSpinBox(form)
    box.setRange(int(option.minimum or 0), int(option.maximum or 10**6))
    box.setValue(int(option.default))
    box.setSuffix(QCoreApplication.translate("OptionForm", " px"))
    box.setSpecialValueText(QCoreApplication.translate("OptionForm", "as it is") if option.minimum == 0 else "")
    box.valueChanged.connect(form.changed)
    return box, box.value


def _number(form: OptionForm, option: OptionField) -> tuple[QWidget, Callable[[], Any]]:
    box = QDoubleSpinBox(form)
    box.setRange(option.minimum or 0.0, option.maximum if option.maximum is not None else 1e6)
    box.setDecimals(2)
    box.setSingleStep(0.25 if (option.maximum or 0) > 2 else 0.05)
    box.setValue(float(option.default))
    box.valueChanged.connect(form.changed)
    return box, box.value


def _text(form: OptionForm, option: OptionField) -> tuple[QWidget, Callable[[], Any]]:
    line = QLineEdit(str(option.default), form)
    line.setPlaceholderText(QCoreApplication.translate("OptionForm", "looked for"))
    line.editingFinished.connect(form.changed)
    return line, lambda: line.text().strip()


_CHOICE = _choice
_KINDS = {bool: _flag, int: _whole, float: _number}
