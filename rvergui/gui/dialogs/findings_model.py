"""Findings as a tree of two levels, check by check; a hundred thousand cost no more than one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPixmap

from rvergui.checking.findings import Finding, Severity
from rvergui.gui.theme import Theme

Index = QModelIndex | QPersistentModelIndex

_ROLE = Qt.ItemDataRole
_DOT = 10


class FindingsModel(QAbstractItemModel):
    """Groups at the top, findings below them.

    Args:
        titles: what each check finds, in the user's language.
        theme: the colours of severities.
    """

    def __init__(self, titles: Mapping[str, str], theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._titles = titles
        self._groups: list[tuple[str, list[Finding]]] = []
        colours = {
            Severity.ERROR: theme.negative,
            Severity.WARNING: theme.warning,
            Severity.NOTE: theme.accent,
        }
        self._dots = {severity: _dot(colour) for severity, colour in colours.items()}

    def show(self, findings: Iterable[Finding]) -> None:
        """These, in their order."""
        self.beginResetModel()
        groups: dict[str, list[Finding]] = {}
        for finding in findings:
            groups.setdefault(finding.check, []).append(finding)
        self._groups = list(groups.items())
        self.endResetModel()

    def findings(self, index: Index) -> list[Finding]:
        """The finding in a row, or all of a group."""
        if not index.isValid():
            return []
        if index.internalId() == 0:
            return self._groups[index.row()][1]
        return [self._groups[index.internalId() - 1][1][index.row()]]

    def check_of(self, index: Index) -> str:
        """The name of the check that a row belongs to; "" for none."""
        if not index.isValid():
            return ""
        group = index.row() if index.internalId() == 0 else index.internalId() - 1
        return self._groups[group][0]

    # --- what Qt asks --------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: D102
        if not parent.isValid():
            return len(self._groups)
        return len(self._groups[parent.row()][1]) if parent.internalId() == 0 else 0

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: D102
        return 1

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: D102
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else 0)

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: D102
        if not index.isValid() or index.internalId() == 0:
            return QModelIndex()
        return self.createIndex(index.internalId() - 1, 0, 0)

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:  # noqa: D102
        if not index.isValid():
            return None
        findings = self.findings(index)
        if index.internalId() == 0:
            name = self._groups[index.row()][0]
            match role:
                case _ROLE.DisplayRole | _ROLE.AccessibleTextRole:
                    return f"{self._titles.get(name, name)}  ({len(findings)})"
                case _ROLE.DecorationRole:
                    return self._dots[min((f.severity for f in findings), key=list(Severity).index)]
                case _ROLE.FontRole:
                    font = QFont()
                    font.setBold(True)
                    return font
            return None
        if role in (_ROLE.DisplayRole, _ROLE.ToolTipRole, _ROLE.AccessibleTextRole):
            return findings[0].text
        return None


def _dot(colour: str) -> QIcon:
    pixmap = QPixmap(2 * _DOT, 2 * _DOT)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawEllipse(4, 4, 2 * _DOT - 8, 2 * _DOT - 8)
    painter.end()
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)  # a selected row does not change what colours mean
    return icon
