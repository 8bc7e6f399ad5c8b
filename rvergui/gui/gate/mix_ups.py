"""Which classes are taken for which, each with the objects that it happened to."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from rvergui.gui.gate.found import MistakenObject, MixUp
from rvergui.gui.labels import WrapLabel

PICTURE = 84
WIDEST = 150


class MixUps(QScrollArea):
    """A card a pair of classes; a picture leads to its photo."""

    go_to = Signal(str)  # the photo, as the project stores it

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("What is taken for what"))
        self.pictures: list[QPushButton] = []
        self.show_pairs(())

    def show_pairs(self, pairs: Sequence[MixUp]) -> None:
        """Other pairs."""
        self.pictures = []
        inside = QWidget()
        inside.setProperty("kind", "panel")
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(14)
        if not pairs:
            column.addWidget(WrapLabel(self.tr("Both models name every held-out object right.")))
        for pair in pairs:
            column.addWidget(self._card(pair))
        column.addStretch(1)
        self.setWidget(inside)

    def _card(self, pair: MixUp) -> QWidget:
        card = QFrame()
        column = QVBoxLayout(card)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        title = QLabel(self.tr("{true} taken for {named}").format(true=pair.true, named=pair.named))
        title.setProperty("kind", "bar-title")
        title.setTextFormat(Qt.TextFormat.PlainText)
        counts = QLabel(self.tr("before {old}, now {new}").format(old=pair.old, new=pair.new))
        fewer, more = pair.new < pair.old, pair.new > pair.old
        counts.setProperty("kind", "positive" if fewer else "negative" if more else "muted")
        head = QHBoxLayout()
        head.addWidget(title)
        head.addWidget(counts)
        head.addStretch(1)
        column.addLayout(head)
        if pair.objects:
            row = QHBoxLayout()
            row.setSpacing(8)
            for each in pair.objects:
                row.addWidget(self._picture(pair, each))
            row.addStretch(1)
            column.addLayout(row)
        return card

    def _picture(self, pair: MixUp, each: MistakenObject) -> QWidget:
        """The object as a button, and below it who mistook it."""
        who = self.tr("both") if each.old and each.new else self.tr("now") if each.new else self.tr("before")
        button = QPushButton()
        button.setProperty("kind", "row")
        if each.picture.isNull():
            button.setText("?")
        else:
            ratio = self.devicePixelRatioF()
            height, widest = round(PICTURE * ratio), round(WIDEST * ratio)
            smooth = Qt.TransformationMode.SmoothTransformation
            picture = each.picture.scaled(widest, height, Qt.AspectRatioMode.KeepAspectRatio, smooth)
            pixmap = QPixmap.fromImage(picture)
            pixmap.setDevicePixelRatio(ratio)
            button.setIcon(pixmap)
            button.setIconSize(pixmap.deviceIndependentSize().toSize())
        button.setStyleSheet("padding: 2px;")
        button.setToolTip(self.tr("{photo}: show the photo").format(photo=each.photo))
        button.setAccessibleName(
            self.tr("{true} taken for {named} on {photo}, by: {who}").format(
                true=pair.true, named=pair.named, photo=each.photo, who=who
            )
        )
        button.clicked.connect(lambda checked=False, photo=each.photo: self.go_to.emit(photo))
        label = QLabel(who)
        label.setProperty("kind", "muted")
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(button)
        column.addWidget(label)
        self.pictures.append(button)
        return box
