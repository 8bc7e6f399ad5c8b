"""Help > Tour: three steps that point at what matters. Shown by itself when the first photo is there, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from rvergui.gui.acts import Act
from rvergui.gui.feature import Feature, Slots
from rvergui.gui.labels import WrapLabel
from rvergui.gui.theme import current

if TYPE_CHECKING:
    from rvergui.gui.main_window import MainWindow

SETTING = "tour-seen"
WIDTH = 360
GAP = 12


@dataclass(frozen=True)
class Step:
    """What is pointed at, and what is said of it."""

    target: Callable[[], QWidget]
    title: str
    text: str


class Frame(QWidget):
    """A line around what is pointed at; clicks go through it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(current().accent), 3))
        painter.drawRoundedRect(self.rect().adjusted(2, 2, -2, -2), 8, 8)
        painter.end()


class Bubble(QFrame):
    """One step: what it says, and Skip, Back and Next. Esc skips, arrow keys turn."""

    left = Signal()

    def __init__(self, window: QWidget, steps: list[Step]) -> None:
        super().__init__(window)
        self._window = window
        self._steps = steps
        self._frame = Frame(window)
        self.place = 0
        self.setProperty("kind", "tour")
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(self.tr("Tour"))
        self.title, self.text, self.count = QLabel(), WrapLabel(), QLabel()
        self.title.setProperty("kind", "bar-title")
        self.count.setProperty("kind", "muted")
        self.skip = QPushButton(self.tr("Skip"))
        self.back = QPushButton(self.tr("Back"))
        self.next = QPushButton()
        self.next.setProperty("kind", "primary")
        for button in (self.skip, self.back, self.next):
            button.installEventFilter(self)  # arrow keys turn instead of moving among the buttons
        for button, act in ((self.skip, self.left.emit), (self.back, self._go_back), (self.next, self._go_on)):
            button.clicked.connect(lambda checked=False, act=act: act())
        row = QHBoxLayout()
        row.addWidget(self.count)
        row.addStretch(1)
        for button in (self.skip, self.back, self.next):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(8)
        layout.addWidget(self.title)
        layout.addWidget(self.text)
        layout.addSpacing(4)
        layout.addLayout(row)
        window.installEventFilter(self)
        self.show_step(0)

    def show_step(self, place: int) -> None:
        """Point at another thing."""
        self.place = place
        step, last = self._steps[place], place == len(self._steps) - 1
        self.title.setText(step.title)
        self.text.setText(step.text)
        self.count.setText(self.tr("{place} of {count}").format(place=place + 1, count=len(self._steps)))
        self.setAccessibleDescription(f"{step.title} {step.text}")
        self.back.setEnabled(place > 0)
        self.skip.setVisible(not last)
        self.next.setText(self.tr("Begin") if last else self.tr("Next"))
        self.stand()
        self.next.setFocus(Qt.FocusReason.OtherFocusReason)

    def say(self, steps: list[Step]) -> None:
        """Say the same in other words, such as with other keys."""
        self._steps = steps
        self.show_step(self.place)

    def stand(self) -> None:
        """Beside what it points at, inside the window."""
        window, target = self._window, self._steps[self.place].target()
        around = QRect(target.mapTo(window, QPoint(0, 0)), target.size())
        self._frame.setGeometry(around.intersected(window.rect()))
        self._frame.show()
        self._frame.raise_()
        self.adjustSize()
        size, room = self.size(), window.rect().adjusted(GAP, GAP, -GAP, -GAP)
        if around.left() - GAP - size.width() >= room.left():
            at = QPoint(around.left() - GAP - size.width(), around.top())
        elif around.right() + GAP + size.width() <= room.right():
            at = QPoint(around.right() + GAP, around.top())
        else:
            at = around.center() - QPoint(size.width() // 2, size.height() // 2)
        x = min(max(at.x(), room.left()), room.right() - size.width())
        y = min(max(at.y(), room.top()), room.bottom() - size.height())
        self.move(x, y)
        self.show()
        self.raise_()

    def _go_on(self) -> None:
        if self.place + 1 < len(self._steps):
            self.show_step(self.place + 1)
        else:
            self.left.emit()

    def _go_back(self) -> None:
        if self.place > 0:
            self.show_step(self.place - 1)

    def event(self, event: QEvent) -> bool:  # noqa: D102
        # While it has the keyboard its keys are its own, not the window's.
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return bool(super().event(event))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            acts = {Qt.Key.Key_Escape: self.left.emit, Qt.Key.Key_Right: self._go_on, Qt.Key.Key_Left: self._go_back}
            act = acts.get(Qt.Key(event.key()))
            if act is not None and watched is not self._window:
                act()
                return True
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest) and watched is self._window:
            self.stand()
        return super().eventFilter(watched, event)

    def leave(self) -> None:
        """Go away."""
        self._window.removeEventFilter(self)
        for widget in (self._frame, self):
            widget.hide()
            widget.deleteLater()


class Tour(Feature):
    """Shows the tour."""

    ACTS = (Act("tour", "Help", "Tour", after="change-keys"),)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.bubble: Bubble | None = None

    def slots(self) -> Slots:  # noqa: D102
        return {"tour": self.begin_tour}

    def begin(self) -> None:  # noqa: D102
        # Without a place to remember that it was seen (screenshots, tests) it would be shown every time.
        if self.window.memory.settings is not None and not self.window.memory.flag(SETTING, False):
            self.session.photo_changed.connect(self._on_first_photo, Qt.ConnectionType.SingleShotConnection)

    def _on_first_photo(self) -> None:
        if self.session.photo is not None and self.window.isVisible():
            self.begin_tour()

    def begin_tour(self) -> None:
        """Show the first step."""
        self._end()
        self.window.memory.put(SETTING, True)
        self.bubble = Bubble(self.window, self._steps())
        self.bubble.left.connect(self._leave)
        self.session.keys.changed.connect(self._say_anew)

    def _leave(self) -> None:
        self._end()
        self.window.canvas.setFocus()

    def _say_anew(self) -> None:
        if self.bubble is not None:
            self.bubble.say(self._steps())

    def _end(self) -> None:
        if self.bubble is not None:
            self.session.keys.changed.disconnect(self._say_anew)
            self.bubble.leave()
            self.bubble = None

    def _steps(self) -> list[Step]:
        window, key = self.window, self.session.keys
        return [
            Step(
                lambda: window.centralWidget() or window,
                self.tr("Click a dish"),
                self.tr(
                    "A left click adds what lies there, a right click takes away, a drag draws a box. {cycle} shows "
                    "other outlines, {undo} takes anything back. Without a mouse, {find} finds all dishes."
                ).format(cycle=key("cycle"), undo=key("undo"), find=key("find-all")),
            ),
            Step(
                lambda: window.suggestions,
                self.tr("Give it a name"),
                self.tr(
                    "{first} takes the first name, {second} the second. Or type: all names are searched. The signed "
                    "number says what the surroundings changed."
                ).format(first=key("accept-1"), second=key("accept-2")),
            ),
            Step(
                lambda: window.photos,
                self.tr("On to the next photo"),
                self.tr(
                    "{next} goes on; everything is saved by itself. When some dishes are named, {retrain} teaches the "
                    "network, and {export} writes a data set. {sheet} shows all keys."
                ).format(next=key("next"), retrain=key("retrain"), export=key("export"), sheet=key("shortcuts")),
            ),
        ]
