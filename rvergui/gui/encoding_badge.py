"""What is said while a photo is still being looked at: in the status bar, and on the photo with its waiting clicks."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QLabel, QWidget

from rvergui.gui.session import Session

translate = QCoreApplication.translate

# Shorter waits are not worth a word: it would only flicker.
SHOW_AFTER_S = 0.25
_MARGIN = 12


def encoding_text(session: Session) -> str:
    """How far looking at the current photo has come, "" if it is not being looked at."""
    networks = session.networks
    if not networks.encoding:
        return ""
    if networks.encode_share is not None:
        return translate("Encoding", "encoding the photo … {share:.0%}").format(share=networks.encode_share)
    elapsed, usual = networks.encoding_for_s, (networks.encode_ms or 0.0) / 1000
    if usual >= 1.0:
        return translate("Encoding", "encoding the photo … {elapsed:.0f} of about {usual:.0f} s").format(
            elapsed=elapsed, usual=usual
        )
    if elapsed >= 1.0:
        return translate("Encoding", "encoding the photo … {elapsed:.0f} s").format(elapsed=elapsed)
    return translate("Encoding", "encoding the photo …")


class EncodingBadge(QLabel):
    """A line in the corner of the photo; it lets clicks through."""

    def __init__(self, session: Session, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._session = session
        self.setObjectName("encoding")
        self.setProperty("kind", "notice")
        self.setContentsMargins(12, 6, 12, 6)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for signal in (session.timing_changed, session.draft_changed, session.photo_changed, session.segmenter_changed):
            signal.connect(self._show)
        self.move(_MARGIN, _MARGIN)
        self.hide()

    def _show(self) -> None:
        session = self._session
        waits = session.draft is not None and session.draft.waiting
        if session.photo is None or not session.encoding:
            self.hide()
            return
        if not waits and not self.isVisible() and session.networks.encoding_for_s < SHOW_AFTER_S:
            return
        text = encoding_text(session)
        if session.networks.segmenter_loading:
            text = translate("Encoding", "loading the segmenter …")
        text = text[:1].upper() + text[1:]
        if waits:
            text += "  " + translate("Encoding", "Your click is kept and answered then.")
        self.setText(text)
        self.setAccessibleName(text)
        self.adjustSize()
        self.show()
        self.raise_()
