"""What is wrong with the project: a list to go through, with repairs."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from rvergui.checking.findings import CheckReport, Finding, Severity
from rvergui.gui import counted
from rvergui.gui.checker import Checker, undoable
from rvergui.gui.dialogs.findings_model import FindingsModel
from rvergui.gui.labels import WrapLabel
from rvergui.gui.numbers import Local
from rvergui.gui.theme import current

# Groups of more findings than this are folded at first.
_UNFOLDED = 30


class CheckDialog(QDialog):
    """Stays open beside the window, so that one can go from finding to finding."""

    go_to = Signal(str, str)  # photo id, item id or ""

    def __init__(self, checker: Checker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._checker = checker
        self._findings: list[Finding] = []
        self._titles, self._repairs = self._words()
        self.setWindowTitle(self.tr("Check the project"))
        self.resize(760, 560)
        self.title = QLabel()
        self.title.setProperty("kind", "title")
        self.summary = WrapLabel()
        self.summary.setProperty("kind", "muted")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("How far the check is"))
        self.model = FindingsModel(self._titles, current(), self)
        self.tree = self._make_tree()
        self.advice = WrapLabel()
        self.advice.setProperty("kind", "muted")
        self.again = QPushButton(self.tr("Check again"))
        self.again.clicked.connect(self.check)
        self.visit = QPushButton(self.tr("Go to the photo"))
        self.visit.clicked.connect(lambda: self._go(self.tree.currentIndex()))
        self.repair = QPushButton(self.tr("Repair"))
        self.repair.setProperty("kind", "primary")
        self.repair.clicked.connect(self._repair)
        self.leave = QPushButton(self.tr("Close"))
        self.leave.clicked.connect(self._leave)
        self._lay_out()
        checker.progressed.connect(self._on_progress)
        checker.checked.connect(self._on_checked)
        checker.repaired.connect(self._on_repaired)
        checker.failed.connect(self._on_failed)

    def _make_tree(self) -> QTreeView:
        tree = QTreeView()
        tree.setAccessibleName(self.tr("What was found"))
        tree.setHeaderHidden(True)
        tree.setUniformRowHeights(True)
        tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        tree.setExpandsOnDoubleClick(False)
        tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        tree.setModel(self.model)
        tree.activated.connect(self._go)
        tree.selectionModel().selectionChanged.connect(self._on_selection)
        return tree

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        for button in (self.again, self.visit):
            buttons.addWidget(button)
        buttons.addStretch(1)
        for button in (self.leave, self.repair):
            buttons.addWidget(button)
        for button in (self.again, self.visit, self.leave, self.repair):
            button.setAutoDefault(False)  # Enter in the list goes to a photo
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        for widget in (self.title, self.summary, self.progress):
            layout.addWidget(widget)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self.advice)
        layout.addLayout(buttons)

    # --- checking ------------------------------------------------------------------------------------------------

    def check(self) -> None:
        """Look at the project as it is now."""
        self._show([])
        self.title.setText(self.tr("Checking …"))
        path = self._checker.project
        self.summary.setText("" if path is None else path.name)
        self.progress.setRange(0, 0)
        self.progress.show()
        self._checker.check()
        self._refresh()

    def _on_progress(self, done: int, total: int) -> None:
        if self._checker.running:
            self.progress.setRange(0, max(total, 1))
            self.progress.setValue(done)
            self.summary.setText(self.tr("{done} of {total} photos").format(done=Local(done), total=Local(total)))

    def _on_checked(self, report: CheckReport | None) -> None:
        self.progress.hide()
        if report is None:
            self.title.setText(self.tr("The check was stopped"))
            self.summary.setText("")
            self._refresh()
            return
        self.summary.setText(
            self.tr("{items} on {photos} of {project}").format(
                items=counted.items(report.items), photos=counted.photos(report.photos), project=report.title
            )
        )
        self._show(report.findings)

    def _show(self, findings: list[Finding]) -> None:
        self._findings = findings
        self.model.show(findings)
        for row in range(self.model.rowCount()):
            index = self.model.index(row, 0)
            self.tree.setExpanded(index, self.model.rowCount(index) <= _UNFOLDED)
        self.title.setText(self._count())
        if findings:
            self.tree.setCurrentIndex(self.model.index(0, 0))
            self.tree.setFocus()
        self._refresh()

    def _count(self) -> str:
        counts = {each: sum(f.severity is each for f in self._findings) for each in Severity}
        words = {
            Severity.ERROR: self.tr("%Ln error(s)", "", counts[Severity.ERROR]),
            Severity.WARNING: self.tr("%Ln warning(s)", "", counts[Severity.WARNING]),
            Severity.NOTE: self.tr("%Ln note(s)", "", counts[Severity.NOTE]),
        }
        said = ", ".join(words[each] for each in Severity if counts[each])
        return said or self.tr("Nothing is wrong")

    # --- what is selected ----------------------------------------------------------------------------------------

    def _selected(self) -> list[Finding]:
        chosen = {id(f): f for index in self.tree.selectedIndexes() for f in self.model.findings(index)}
        return list(chosen.values())

    def _on_selection(self) -> None:
        self._refresh()

    def _refresh(self) -> None:
        running = self._checker.running
        index = self.tree.currentIndex()
        found = self.model.findings(index)
        able = self._able()
        self.tree.setVisible(bool(self._findings))
        self.visit.setVisible(bool(self._findings))
        self.visit.setEnabled(not running and any(finding.photo_id for finding in found))
        self.again.setEnabled(not running)
        self.repair.setVisible(bool(self._findings))
        self.repair.setEnabled(bool(able) and not running and self._checker.may_repair)
        self.repair.setText(
            self.tr("Repair {count}").format(count=Local(len(able))) if len(able) > 1 else self.tr("Repair")
        )
        self.leave.setText(self.tr("Cancel") if running else self.tr("Close"))
        self.advice.setText(self._advice(index, able))

    def _able(self) -> list[Finding]:
        """What is selected and can be repaired."""
        return [finding for finding in self._selected() if finding.is_repairable]

    def _advice(self, index: QModelIndex, able: list[Finding]) -> str:
        if not self.model.check_of(index):
            return ""
        if not able:
            return self.tr("Nothing can be repaired here by itself; go to the photo and decide.")
        if not self._checker.may_repair:
            return self.tr("The project is open read-only, so nothing can be repaired.")
        what = "; ".join(dict.fromkeys(self._repairs.get(finding.check, finding.check) for finding in able))
        if all(undoable(finding) for finding in able):
            return self.tr("Repair: {what}. Undo takes it back.").format(what=what)
        if any(undoable(finding) for finding in able):
            return self.tr("Repair: {what}. Undo takes back what changes items, but not what changes the list.").format(
                what=what
            )
        return self.tr("Repair: {what}. Undo does not take this back.").format(what=what)

    def _go(self, index: QModelIndex) -> None:
        found = self.model.findings(index)
        first = next((finding for finding in found if finding.photo_id), None)
        if first is not None:
            self.go_to.emit(first.photo_id, first.items[-1] if first.items else "")

    # --- repairing -----------------------------------------------------------------------------------------------

    def _repair(self) -> None:
        able = self._able()
        if not able:
            return
        titles = ", ".join(dict.fromkeys(self._titles.get(finding.check, finding.check) for finding in able))
        self._checker.repair(able, self.tr("Repair: {what}").format(what=titles))
        self._refresh()

    def _on_repaired(self, findings: list[Finding]) -> None:
        gone = {id(finding) for finding in findings}
        doomed = {item for finding in findings for item in finding.doomed}
        self._show([f for f in self._findings if id(f) not in gone and not (f.items and doomed.issuperset(f.items))])
        said = self.tr("%Ln finding(s) repaired.", "", len(findings))
        if any(undoable(finding) for finding in findings):
            said += " " + self.tr("Undo in the window takes back what changed items.")
        self.summary.setText(said)

    def _on_failed(self, message: str) -> None:
        self.progress.hide()
        self.summary.setText(message)
        self.title.setText(self.tr("That did not work"))
        self._refresh()

    # --- the end -------------------------------------------------------------------------------------------------

    def _leave(self) -> None:
        if self._checker.running:
            self._checker.cancel()
        else:
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: D102
        self._checker.cancel()
        super().closeEvent(event)

    def _words(self) -> tuple[dict[str, str], dict[str, str]]:
        """What checks find and what their repairs do, in the user's language."""
        titles = {
            "file": self.tr("Damage of the project file"),
            "missing-photos": self.tr("Photos that are gone or cannot be opened"),
            "changed-photos": self.tr("Photos that were changed after they were labelled"),
            "leakage": self.tr("Photos that train and judge at once"),
            "empty-masks": self.tr("Masks without a single pixel"),
            "mask-size": self.tr("Masks of another size than their photo"),
            "same-masks": self.tr("Objects labelled twice"),
            "same-photos": self.tr("Copies of a photo"),
            "tiny": self.tr("Masks of a few pixels"),
            "class-typos": self.tr("Class names that are almost the same"),
            "overlaps": self.tr("Masks that overlap in part"),
            "edge": self.tr("Objects that the edge of the photo may cut off"),
            "unnamed": self.tr("Items whose name is missing or not confirmed"),
            "unlabelled": self.tr("Photos without an item"),
        }
        repairs = {
            "empty-masks": self.tr("deletes these items"),
            "tiny": self.tr("deletes these items"),
            "mask-size": self.tr("scales the masks to the photo"),
            "same-masks": self.tr("keeps the confirmed item, else the larger one, and deletes the other"),
            "class-typos": self.tr("merges the rarer class into the more frequent one"),
            "overlaps": self.tr("takes from the lower mask what the upper one covers"),
            "same-photos": self.tr("takes copies without items off the list; the files stay"),
            "changed-photos": self.tr("takes the photos as they are now; their items stay as they are"),
        }
        return titles, repairs
