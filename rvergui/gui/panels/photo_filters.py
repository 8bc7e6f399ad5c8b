"""The filters above the photo list: words, how far the work has come, a class, the least certain first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QButtonGroup, QComboBox, QGridLayout, QLineEdit, QPushButton, QSizePolicy, QWidget

from rvergui.gui.numbers import Local
from rvergui.gui.photo_query import PhotoOrder, PhotoQuery, roots
from rvergui.gui.session import Session
from rvergui.gui.theme import current
from rvergui.project.records import PhotoStatus

# Typing is not filtered letter by letter, and a batch of edits does not count the classes thousands of times.
TYPING_MS = 120
COUNTING_MS = 400


class SearchField(QLineEdit):
    """A line of words; the arrow down leads on, Esc empties it."""

    def event(self, event: QEvent) -> bool:  # noqa: D102
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            escapes = event.key() == Qt.Key.Key_Escape and bool(self.text())
            event.setAccepted(escapes)  # else the window's Esc would have it
            return escapes or super().event(event)
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Down:
            self.focusNextPrevChild(True)
        else:
            super().keyPressEvent(event)


class Choice(QComboBox):
    """A list to choose from that stays narrow, whatever is in it."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.setIconSize(QSize(10, 10))
        self.setMaxVisibleItems(20)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.view().setTextElideMode(Qt.TextElideMode.ElideNone)
        self.view().setMinimumWidth(220)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(current().muted), 1.5))
        x, y = self.width() - 14.0, self.height() / 2
        painter.drawPolyline([QPointF(x - 4, y - 2), QPointF(x, y + 2), QPointF(x + 4, y - 2)])
        painter.end()


class PhotoFilters(QWidget):
    """Makes the photo list's query."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._photos = session.photos
        self.text = SearchField()
        self.text.setPlaceholderText(self.tr("find by name, class or note"))
        self.text.setAccessibleName(self.tr("Find photos by name, class or note"))
        self.text.setClearButtonEnabled(True)
        self._typing = _pause(self, TYPING_MS, self._apply_text)
        self.text.textChanged.connect(self._typing.start)
        self._counting = _pause(self, COUNTING_MS, self._fill_classes)
        self.classes = Choice()
        self.classes.setAccessibleName(self.tr("Only photos with this class"))
        self.classes.setToolTip(self.tr("Only photos with this class"))
        self.order = Choice()
        self.order.setAccessibleName(self.tr("Order of the photos"))
        self.order.addItem(self.tr("by name"), PhotoOrder.NATURAL)
        self.order.addItem(self.tr("least certain first"), PhotoOrder.UNCERTAIN)
        self.order.setItemData(
            1,
            self.tr("Photos with names that nobody has confirmed, the least certain first"),
            Qt.ItemDataRole.ToolTipRole,
        )
        self.classes.activated.connect(lambda: self._change(class_id=self.classes.currentData()))
        self.order.activated.connect(lambda: self._change(order=PhotoOrder(self.order.currentData())))
        self._group = QButtonGroup(self)
        self.statuses: dict[PhotoStatus | None, QPushButton] = {
            status: self._button(status) for status in (None, *PhotoStatus)
        }
        self._lay_out()
        self._photos.replaced.connect(self._show_counts)
        self._photos.changed.connect(self._show_counts)
        self._photos.shown_changed.connect(self._show_query)
        self._photos.contents_changed.connect(self._count_soon)
        session.taxonomy_changed.connect(self._count_soon)
        session.project_changed.connect(self.clear)
        self._show_counts()
        self._fill_classes()

    def _button(self, status: PhotoStatus | None) -> QPushButton:
        button = QPushButton()
        button.setCheckable(True)
        button.setProperty("kind", "chip")
        button.setChecked(status is None)
        button.clicked.connect(lambda: self._change(status=status))
        self._group.addButton(button)
        return button

    def _lay_out(self) -> None:
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setVerticalSpacing(4)
        layout.setHorizontalSpacing(2)
        layout.addWidget(self.text, 0, 0, 1, 6)
        every, to_do, in_progress, done, broken = self.statuses.values()
        for column, button in enumerate((every, to_do, done)):
            layout.addWidget(button, 1, 2 * column, 1, 2)
        for column, button in enumerate((in_progress, broken)):
            layout.addWidget(button, 2, 3 * column, 1, 3)
        layout.addWidget(self.classes, 3, 0, 1, 3)
        layout.addWidget(self.order, 3, 3, 1, 3)
        for column in range(6):
            layout.setColumnStretch(column, 1)

    # --- what is asked for ---------------------------------------------------------------------------------------

    def _change(self, **parts: object) -> None:
        self._photos.show_only(replace(self._photos.query, **parts))  # type: ignore[arg-type]

    def _apply_text(self) -> None:
        self._change(text=self.text.text().strip())

    def choose(self, status: PhotoStatus | None) -> None:
        """Show only photos of this status; None shows all."""
        self._change(status=status)

    def toggle_order(self) -> None:
        """The least certain first, or by name again."""
        natural = self._photos.query.order is PhotoOrder.NATURAL
        self._change(order=PhotoOrder.UNCERTAIN if natural else PhotoOrder.NATURAL)

    def stop(self) -> None:
        """The window is closing."""
        self._typing.stop()
        self._counting.stop()

    def clear(self) -> None:
        """Show all photos."""
        self.text.clear()
        self._typing.stop()
        self._photos.show_only(PhotoQuery())

    def _show_query(self) -> None:
        """The list's query may have been changed elsewhere."""
        query = self._photos.query
        self.statuses[query.status].setChecked(True)
        self.order.setCurrentIndex(self.order.findData(query.order))
        self._show_class()
        if not self._typing.isActive() and self.text.text().strip() != query.text:
            self.text.setText(query.text)
            self._typing.stop()

    def _show_class(self) -> None:
        """Of the classes the one that is asked for; it is in the list even if it is on no photo (any more)."""
        wanted = self._photos.query.class_id
        found = self.classes.findData(wanted)
        if found < 0:
            food = self._session.taxonomy.get(wanted or "")
            self.classes.addItem(food.name if food else self.tr("a class that is gone"), wanted)
            found = self.classes.count() - 1
        self.classes.setCurrentIndex(found)

    # --- what there is -------------------------------------------------------------------------------------------

    def _show_counts(self) -> None:
        words = {
            None: self.tr("all {n}"),
            PhotoStatus.TODO: self.tr("to do {n}"),
            PhotoStatus.IN_PROGRESS: self.tr("in progress {n}"),
            PhotoStatus.DONE: self.tr("done {n}"),
            PhotoStatus.BROKEN: self.tr("broken {n}"),
        }
        for status, button in self.statuses.items():
            count = len(self._photos) if status is None else self._photos.count(status)
            text = words[status].format(n=Local(count))
            if text != button.text():
                button.setText(text)

    def _count_soon(self) -> None:
        if not self._counting.isActive():
            self._counting.start()

    def _fill_classes(self) -> None:
        """The classes that are on some photo, by name."""
        taxonomy = self._session.taxonomy
        stored: set[str] = set().union(*(each.class_ids for each in self._photos.contents.values()))
        counted = roots(taxonomy)
        there = {counted.get(class_id, class_id) for class_id in stored}
        foods = sorted((food for food in taxonomy if food.id in there), key=lambda food: food.name.casefold())
        self.classes.clear()
        self.classes.addItem(self.tr("any class"), None)
        for food in foods:
            self.classes.addItem(_swatch(food.colour), food.name, food.id)
        self._show_class()


def _pause(parent: QWidget, ms: int, then: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(ms)
    timer.timeout.connect(then)
    return timer


def _swatch(colour: str) -> QIcon:
    pixmap = QPixmap(10, 10)
    pixmap.fill(QColor(colour))
    return QIcon(pixmap)
