"""Whether there is enough to train on, and what each class is missing, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtWidgets import QLabel, QToolButton, QVBoxLayout, QWidget

from rvergui.gui import counted
from rvergui.gui.numbers import Local
from rvergui.gui.statistics.report import ClassLine, Report
from rvergui.training.readiness import Reason

translate = QCoreApplication.translate

SHOWN = 2


class Enough(QWidget):
    """What there is, and below it the classes that have too little: a few, or all if asked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[str] = []
        self.counts = QLabel()
        self.counts.setWordWrap(True)
        self.missing = QLabel()
        self.missing.setWordWrap(True)
        self.missing.setProperty("kind", "muted")
        self.missing.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.more = QToolButton()
        self.more.setProperty("kind", "segment")
        self.more.setCheckable(True)
        self.more.toggled.connect(self._show_lines)
        self.more.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for each in (self.counts, self.missing, self.more):
            layout.addWidget(each)

    def text(self) -> str:
        """All that is said."""
        return "\n".join(filter(None, (self.counts.text(), self.missing.text())))

    def show_counts(self, items: int, photos: int) -> None:
        """What is known at once."""
        self.counts.setText(
            self.tr("Named items: {items}, on photos: {photos}").format(items=Local(items), photos=Local(photos))
        )
        if photos < 2:
            self._set_lines([self.tr("Name items of at least two classes on two photos first.")])

    def show_report(self, report: Report) -> bool:
        """What each class has; returns whether training would begin."""
        if not report.can_train:
            lines = [self.tr("Name items of at least two classes on two photos first.")]
            lines += [missing_words(line) for line in report.lines if line.named > 0]
            self._set_lines(lines)
            return False
        weak = [line for line in report.lines if line.named and line.ready.reason is not Reason.READY]
        weak.sort(key=lambda line: line.named)
        head = [self.tr("Little to learn from, so these names will come less surely:")] if weak else []
        self._set_lines([*head, *map(missing_words, weak)])
        return True

    def _set_lines(self, lines: list[str]) -> None:
        self._lines = lines
        self._show_lines()

    def _show_lines(self) -> None:
        all_shown = self.more.isChecked()
        rest = len(self._lines) - SHOWN - 1
        shown = self._lines if all_shown or rest <= 1 else self._lines[: SHOWN + 1]
        self.missing.setText("\n".join(shown))
        self.missing.setVisible(bool(shown))
        self.more.setVisible(rest > 1)
        words = self.tr("fewer") if all_shown else self.tr("%Ln more class(es)", "", rest)
        self.more.setText(words)
        self.more.setAccessibleName(words)

    def sizeHint(self) -> QSize:  # noqa: D102
        return QSize(260, super().sizeHint().height())


def missing_words(line: ClassLine) -> str:
    """What one class needs, a short line."""
    ready = line.ready
    words = {
        Reason.NOTHING: translate("Retrain", "{name}: no named item yet"),
        Reason.ONE_PHOTO: translate("Retrain", "{name}: all on one photo, so it cannot be judged; name one on another"),
        Reason.FEW_OBJECTS: translate("Retrain", "{name}: {items}, better {missing} more"),
        Reason.FEW_PHOTOS: translate("Retrain", "{name}: on {photos}, better {missing} more"),
        Reason.READY: translate("Retrain", "{name}: enough"),
    }[ready.reason]
    return "· " + words.format(
        name=line.name, items=counted.items(ready.objects), photos=counted.photos(ready.photos), missing=ready.missing
    )
