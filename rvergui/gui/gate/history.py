"""Model > History: every model of the project, which one names, and the way back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QScrollArea,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from rvergui.gui import counted
from rvergui.gui.gate.listed import ListedModel, Models, facts, read_models, when
from rvergui.gui.labels import WrapLabel
from rvergui.gui.numbers import Local, percent
from rvergui.gui.session import Session
from rvergui.gui.theme import current

LINE = Qt.ItemDataRole.UserRole
ROW = 30
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class HistoryDialog(QDialog):
    """Stays open beside the window; the list follows what is chosen elsewhere."""

    adopt_wished = Signal(object)  # Path, None: the one that comes with the program
    back_wished = Signal()
    compare_wished = Signal(object)  # Path

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.models: Models | None = None
        self.setWindowTitle(self.tr("History of models"))
        self.resize(900, 600)
        self.message = WrapLabel()
        self.message.setProperty("kind", "muted")
        self.list = self._make_list()
        self._facts = QScrollArea()
        self._facts.setWidgetResizable(True)
        self._facts.setAccessibleName(self.tr("About the model"))
        self.back = QPushButton()
        self.back.clicked.connect(self.back_wished)
        self.compare = QPushButton(self.tr("Compare with the one in use …"))
        self.compare.clicked.connect(self._compare)
        self.adopt = QPushButton(self.tr("Use this model"))
        self.adopt.setProperty("kind", "primary")
        self.adopt.clicked.connect(self._adopt)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.close)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.addWidget(self.list)
        parts.addWidget(self._facts)
        parts.setSizes([320, 190])
        row = QHBoxLayout()
        row.addWidget(self.back)
        row.addStretch(1)
        for button in (self.back, self.compare, self.adopt, close):
            button.setAutoDefault(False)
        for button in (close, self.compare, self.adopt):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 18)
        layout.setSpacing(12)
        layout.addWidget(self.message)
        layout.addWidget(parts, 1)
        layout.addLayout(row)
        session.model_changed.connect(self._on_model)
        self._enable()

    def _make_list(self) -> QTreeWidget:
        made = QTreeWidget()
        made.setRootIsDecorated(False)
        made.setUniformRowHeights(True)
        made.setAllColumnsShowFocus(True)
        made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        made.setAccessibleName(self.tr("Models"))
        made.setHeaderLabels(
            [
                self.tr("Model"),
                self.tr("Made"),
                self.tr("From"),
                self.tr("Learnt from"),
                self.tr("Right"),
                self.tr("Macro F1"),
            ]
        )
        header = made.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (4, 5):
            made.headerItem().setTextAlignment(column, _RIGHT)
        made.itemSelectionChanged.connect(self._on_selected)
        made.itemActivated.connect(lambda line, column: self._adopt())
        return made

    # --- reading -----------------------------------------------------------------------------------------------------

    def open_list(self) -> None:
        """Show the window and read the models anew."""
        self.refresh()
        self.show()
        self.raise_()
        self.activateWindow()
        self.list.setFocus()

    def refresh(self) -> None:
        """Read the models in the background; after what was saved before."""
        project = self._session.project
        if project is None:
            return

        def done(models: Models) -> None:
            if project is self._session.project:
                self.show_models(models)

        self._session.loader.submit(lambda: read_models(project), done, self.message.setText, lane="model-history")

    def _on_model(self) -> None:
        if self.isVisible():
            self.refresh()

    def show_models(self, models: Models) -> None:
        """Other models; the same one stays selected."""
        chosen = self.selected.path if self.selected is not None else False
        self.models = models
        self.list.clear()
        for model in models.lines:
            self.list.addTopLevelItem(self._line(model))
        rows = range(len(models.lines))
        wanted = [row for row in rows if models.lines[row].path == chosen] if chosen is not False else []
        wanted += [row for row in rows if models.lines[row].in_use]
        self.list.setCurrentIndex(self.list.model().index(wanted[0] if wanted else 0, 0))
        trained = sum(model.path is not None for model in models.lines)
        self.message.setText(
            self.tr("The one with ● names now. Nothing is ever deleted: every model can be used again.")
            if trained
            else self.tr("No model was trained in this project yet. Model > Retrain makes the first one.")
        )
        self._enable()

    def _line(self, model: ListedModel) -> QTreeWidgetItem:
        theme, header = current(), model.header
        top1, f1 = model.score("top1"), model.score("macro_f1")
        items = header.training.get("train_items") if header is not None else None
        texts = [
            f"{'●' if model.in_use else '!' if model.problem else ' '}  {model.name}",
            when(header) if header is not None else "",
            (header.parent or self.tr("scratch")) if header is not None else "",
            counted.objects(items) if items is not None else "",
            percent(top1) if top1 is not None else "",
            f"{Local(f1):.2f}" if f1 is not None else "",
        ]
        if model.problem:
            texts[1] = self.tr("cannot be used")
        line = QTreeWidgetItem(texts)
        line.setData(0, LINE, model)
        line.setSizeHint(0, QSize(0, ROW))
        state = self.tr("in use") if model.in_use else self.tr("cannot be used") if model.problem else ""
        line.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{model.name} {state}".strip())
        for column in range(len(texts)):
            if column >= 4:
                line.setTextAlignment(column, _RIGHT)
            if model.problem:
                line.setForeground(column, QColor(theme.negative if column < 2 else theme.muted))
                line.setToolTip(column, model.problem)
        if model.in_use:
            font = line.font(0)
            font.setBold(True)
            line.setFont(0, font)
            line.setForeground(0, QColor(theme.accent))
        return line

    # --- the selected one --------------------------------------------------------------------------------------------

    @property
    def selected(self) -> ListedModel | None:
        """The model that the list stands on."""
        line = self.list.currentItem()
        found = line.data(0, LINE) if line is not None else None
        return found if isinstance(found, ListedModel) else None

    def _on_selected(self) -> None:
        page = QWidget()
        page.setProperty("kind", "panel")
        form = QFormLayout(page)
        form.setContentsMargins(14, 12, 14, 12)
        form.setHorizontalSpacing(18)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        if self.selected is not None:
            for words, text in facts(self.selected):
                label, value = QLabel(words), WrapLabel(text)
                label.setProperty("kind", "muted")
                value.setTextFormat(Qt.TextFormat.PlainText)
                value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                form.addRow(label, value)
        self._facts.setWidget(page)
        self._enable()

    def _enable(self) -> None:
        model, models = self.selected, self.models
        usable = model is not None and model.usable and not model.in_use
        self.adopt.setEnabled(usable)
        self.compare.setEnabled(usable and model is not None and model.path is not None)
        before = models.before if models is not None else None
        self.back.setEnabled(before is not None and models is not None and not models.read_only)
        self.back.setText(
            self.tr("Go back to {name}").format(name=before.name) if before is not None else self.tr("Go back")
        )

    def _adopt(self) -> None:
        if self.adopt.isEnabled() and self.selected is not None:
            self.adopt_wished.emit(self.selected.path)

    def _compare(self) -> None:
        if self.selected is not None and isinstance(self.selected.path, Path):
            self.compare_wished.emit(self.selected.path)
