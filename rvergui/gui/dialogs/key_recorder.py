"""A field that takes the next key press, whatever key it is: Tab, Esc and Enter, too."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QKeyCombination, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

_MODIFIERS = frozenset(
    {
        Qt.Key.Key_Control,
        Qt.Key.Key_Shift,
        Qt.Key.Key_Alt,
        Qt.Key.Key_Meta,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_CapsLock,
        Qt.Key.Key_NumLock,
        Qt.Key.Key_ScrollLock,
        Qt.Key.Key_unknown,
        Qt.Key(0),
    }
)


class KeyRecorder(QLineEdit):
    """Shows text until ``record`` is called; then the next key is taken. It never traps the keyboard for longer."""

    recorded = Signal(str)  # portable notation
    left = Signal()  # the keyboard went elsewhere before a key was pressed

    recording = False  # of the class, because Qt sends events before __init__ ends

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)

    def record(self) -> None:
        """Take the next key press."""
        self.recording = True
        self.setText(self.tr("Press the new key …"))
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def event(self, event: QEvent) -> bool:  # noqa: D102
        if self.recording and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self._press(event)
                return True
        return bool(super().event(event))

    def _press(self, event: QKeyEvent) -> None:
        if Qt.Key(event.key()) in _MODIFIERS:
            return
        self.recording = False
        self.recorded.emit(portable(event))

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: D102
        super().focusOutEvent(event)
        if self.recording and event.reason() != Qt.FocusReason.PopupFocusReason:
            self.recording = False
            self.left.emit()


def portable(event: QKeyEvent) -> str:
    """A key press in Qt's portable notation; Shift counts only where it does not choose the character itself."""
    key, held, text = Qt.Key(event.key()), event.modifiers(), event.text()
    counted = held & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.GroupSwitchModifier)
    if key == Qt.Key.Key_Backtab:
        key, counted = Qt.Key.Key_Tab, counted | Qt.KeyboardModifier.ShiftModifier
    elif text and text[0].isprintable() and not text[0].isalnum() and not text[0].isspace():
        counted &= ~Qt.KeyboardModifier.ShiftModifier
    combination = QKeyCombination(counted, key)
    return QKeySequence(combination).toString(QKeySequence.SequenceFormat.PortableText)
