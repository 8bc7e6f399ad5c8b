"""The gate: how a new model does against the one in use, and the question whether to use it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from rvergui.gui.gate.found import Found, headline, verdict_sentence
from rvergui.gui.gate.mix_ups import MixUps
from rvergui.gui.gate.score_rows import ScoreRow, ScoreTable
from rvergui.gui.labels import WrapLabel
from rvergui.gui.theme import current
from rvergui.gui.widgets import set_kind
from rvergui.study.verdict import Verdict

SIDE = 24


class GateDialog(QDialog):
    """Stays open beside the window until somebody has decided; closing it decides for the model in use."""

    adopt_wished = Signal()
    keep_wished = Signal()
    cancel_wished = Signal()
    again_wished = Signal()
    go_to = Signal(str)  # a photo, as the project stores it

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.found: Found | None = None
        self.setWindowTitle(self.tr("Use the new model?"))
        self.resize(820, 680)
        self.title = QLabel()
        self.title.setProperty("kind", "title")
        self.sentence = WrapLabel()
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._make_waiting())
        self._pages.addWidget(self._make_result())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SIDE, 20, SIDE, 18)
        layout.setSpacing(12)
        layout.addWidget(self.title)
        layout.addWidget(self.sentence)
        layout.addWidget(self._pages, 1)
        layout.addLayout(self._make_foot())
        QGuiApplication.styleHints().colorSchemeChanged.connect(self.restyle)

    def _make_waiting(self) -> QWidget:
        page = QWidget()
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("How far the comparison is"))
        self.state = QLabel()
        self.state.setProperty("kind", "muted")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.progress)
        column.addWidget(self.state)
        column.addStretch(1)
        return page

    def _make_result(self) -> QWidget:
        page = QWidget()
        self.scores = ScoreTable(self.tr("Scores of both models"), self.tr("on the same held-out photos"))
        self.classes = ScoreTable(self.tr("F1 of each class"), self.tr("class (F1)"))
        self.alike = ScoreTable(self.tr("F1 on look-alikes"), self.tr("look-alikes (F1)"))
        self.mix_ups = MixUps()
        self.mix_ups.go_to.connect(self.go_to)
        self.notes = WrapLabel()
        self.notes.setTextFormat(Qt.TextFormat.PlainText)
        self.notes.setProperty("kind", "muted")
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(self.tr("Details"))
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.scores)
        column.addWidget(self.tabs, 1)
        column.addWidget(self.notes)
        return page

    def _make_foot(self) -> QHBoxLayout:
        self.cancel = QPushButton(self.tr("Cancel the comparison"))
        self.again = QPushButton(self.tr("Compare again"))
        self.keep = QPushButton(self.tr("Keep the present model"))
        self.adopt = QPushButton(self.tr("Use the new model"))
        row = QHBoxLayout()
        row.addWidget(self.again)
        row.addStretch(1)
        for button, signal in (
            (self.cancel, self.cancel_wished),
            (self.again, self.again_wished),
            (self.keep, self.keep_wished),
            (self.adopt, self.adopt_wished),
        ):
            button.clicked.connect(signal)
            button.setAutoDefault(False)
        for button in (self.cancel, self.keep, self.adopt):
            row.addWidget(button)
        return row

    # --- what it shows -----------------------------------------------------------------------------------------------

    def show_waiting(self, old: str, new: str) -> None:
        """A comparison is under way."""
        self.found = None
        self._tone()
        self._pages.setCurrentIndex(0)
        self.title.setText(self.tr("Comparing the models …"))
        self.sentence.setText(
            self.tr(
                "{new} and {old}, which names now, are asked for the same objects, on photos that neither has learnt "
                "from. Go on labelling meanwhile."
            ).format(new=new, old=old)
        )
        self.progress.setRange(0, 0)
        self.progress.show()
        self.state.setText(self.tr("PyTorch is being loaded …"))
        self._show_buttons(deciding=False)
        self.cancel.setFocus()

    def show_progress(self, what: str, done: int, total: int) -> None:
        """How far it is; see ``Comparer.progressed``."""
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        if total:
            words = self.tr("Reading photos") if what == "reading" else self.tr("Asking both models")
            self.state.setText(self.tr("{what}: {done} of {total}").format(what=words, done=done, total=total))

    def show_failure(self, sentence: str) -> None:
        """There is no comparison; somebody has to decide without."""
        self.found = None
        self._tone()
        self._pages.setCurrentIndex(0)
        self.title.setText(self.tr("The models could not be compared"))
        self.sentence.setText(sentence)
        self.progress.hide()
        self.state.setText("")
        self._show_buttons(deciding=True)
        self._prefer(self.keep)

    def show_found(self, found: Found) -> None:
        """The outcome; the safer answer is the one that Return gives."""
        self.found = found
        self._pages.setCurrentIndex(1)
        self.title.setText(headline(found))
        self._tone()
        self.sentence.setText(verdict_sentence(found))
        scores = found.scores
        self.scores.show_rows(
            [
                ScoreRow(self.tr("named right (top-1)"), scores["top1"], share=True),
                ScoreRow(self.tr("right among five (top-5)"), scores["top5"], share=True),
                ScoreRow(self.tr("all classes alike (macro F1)"), scores["macro_f1"]),
                ScoreRow(self.tr("error of the probabilities (ECE)"), scores["ece"], good=False),
            ]
        )
        self.scores.show_whole()
        self.classes.show_rows([ScoreRow(name, score) for name, score in found.classes.items()])
        self.alike.show_rows([ScoreRow(name, score) for name, score in found.look_alikes.items()])
        self.mix_ups.show_pairs(found.mix_ups)
        self._show_tabs(found)
        self.notes.setText("\n".join(found.notes))
        self.notes.setVisible(bool(found.notes))
        self._show_buttons(deciding=True)
        self._prefer(self.keep if found.verdict is Verdict.WORSE else self.adopt)

    def _show_tabs(self, found: Found) -> None:
        self.tabs.clear()
        self.tabs.addTab(self.mix_ups, self.tr("Mistakes with photos"))
        self.tabs.addTab(self.classes, self.tr("Class by class"))
        if found.look_alikes:
            self.tabs.addTab(self.alike, self.tr("Look-alikes"))

    def _show_buttons(self, deciding: bool) -> None:
        self.cancel.setVisible(not deciding)
        for button in (self.keep, self.adopt):
            button.setVisible(deciding)
        self.again.setVisible(deciding and self.found is None)
        self.adopt.setText(
            self.tr("Use the new model all the same")
            if self.found is None or self.found.verdict is Verdict.WORSE
            else self.tr("Use the new model")
        )

    def _prefer(self, button: QPushButton) -> None:
        """The answer that is highlighted, has the keyboard and is given by Return."""
        for each in (self.keep, self.adopt):
            set_kind(each, "primary" if each is button else "")
            each.setDefault(each is button)
        button.setFocus()

    def _tone(self) -> None:
        """The headline's colour, which repeats what it says."""
        theme, verdict = current(), self.found.verdict if self.found is not None else Verdict.NO_WORSE
        colours = {Verdict.BETTER: theme.positive, Verdict.WORSE: theme.negative, Verdict.NO_WORSE: theme.text}
        self.title.setStyleSheet(f"color: {colours[verdict]}")

    def restyle(self) -> None:
        """Follow the theme."""
        self._tone()
        for table in (self.scores, self.classes, self.alike):
            table.viewport().update()

    def reject(self) -> None:
        """Esc and the window's cross: the present model stays, and what runs is stopped."""
        (self.keep_wished if self.keep.isVisible() else self.cancel_wished).emit()
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: D102
        if self.isVisible():
            self.reject()
        event.accept()
