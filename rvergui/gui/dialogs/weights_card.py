"""One official file in Model > Weights: what it is, what is here of it, what can be done."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from rvergui.gui.numbers import local
from rvergui.gui.widgets import set_kind
from rvergui.runtime.catalogue import Entry
from rvergui.runtime.catalogue_state import Holding, State
from rvergui.runtime.machine import readable_size
from rvergui.runtime.pace import Phase, Progress, readable_time

STEPS = 1000


class WeightsCard(QFrame):
    """Shows an entry and asks for what its buttons say; knows nothing of how it is done."""

    get = Signal(str)
    cancel = Signal(str)
    verify = Signal(str)
    remove = Signal(str)
    use = Signal(str)

    def __init__(self, entry: Entry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry = entry
        self._size = local(readable_size(entry.size))
        self.setProperty("kind", "card")
        self.setAccessibleName(entry.title)
        self.title = QLabel(entry.title, self)
        bold = QFont(self.title.font())
        bold.setWeight(QFont.Weight.DemiBold)
        bold.setPointSizeF(bold.pointSizeF() * 1.15)
        self.title.setFont(bold)
        self.facts = self._label(f"{self._size} · {entry.licence}", "muted")
        self.facts.setToolTip(self.tr("Published by the project {source}, {url}").format(**_origin(entry)))
        self.purpose = self._label(f"{self.tr(entry.purpose)}.")
        self.cost = self._label(f"{_capital(self.tr(entry.cost))}.", "muted")
        self.state = self._label("")
        self.bar = QProgressBar(self)
        self.bar.setRange(0, STEPS)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(8)
        self.bar.setAccessibleName(self.tr("Progress of {title}").format(title=entry.title))
        self.buttons = {
            "cancel": self._button(self.tr("Cancel"), self.tr("Cancel, {title}"), self.cancel),
            "verify": self._button(self.tr("Verify"), self.tr("Verify the checksum of {title}"), self.verify),
            "remove": self._button(self.tr("Remove …"), self.tr("Remove {title}"), self.remove),
            "get": self._button(self.tr("Download"), self.tr("Download {title}"), self.get),
            "use": self._button(self.tr("Use for segmenting"), self.tr("Use {title} for segmenting"), self.use),
        }
        self._arrange()
        self.show_state(None, None)

    def _label(self, text: str, kind: str = "") -> QLabel:
        label = QLabel(text, self)
        label.setWordWrap(True)
        label.setProperty("kind", kind)
        return label

    def _button(self, text: str, accessible: str, signal: object) -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        button.setAccessibleName(accessible.format(title=self.entry.title))
        button.clicked.connect(lambda checked=False: signal.emit(self.entry.name))  # type: ignore[attr-defined]
        return button

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.facts)
        self.facts.setWordWrap(False)
        # Cancel lies elsewhere than the others, so that a double click on Download does not begin and cancel at once.
        running = QHBoxLayout()
        running.setSpacing(12)
        running.addWidget(self.bar, 1)
        running.addWidget(self.buttons["cancel"])
        foot = QHBoxLayout()
        foot.addWidget(self.state, 1)
        for key in ("verify", "remove", "get", "use"):
            foot.addWidget(self.buttons[key])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(5)
        layout.addLayout(head)
        layout.addWidget(self.purpose)
        layout.addWidget(self.cost)
        layout.addSpacing(3)
        layout.addLayout(running)
        layout.addLayout(foot)

    # --- what is shown -------------------------------------------------------------------------------------------

    def show_state(
        self,
        found: Holding | None,
        trouble: str | None,
        *,
        busy: bool = False,
        stopping: bool = False,
        in_use: bool = False,
    ) -> None:
        """Show what is here; ``trouble`` is what went wrong last, ``found`` is None until it was looked for."""
        state = found.state if found is not None else None
        begun = found is not None and found.part_bytes > 0
        installed = state is State.INSTALLED
        visible = {
            "cancel": busy,
            "get": not busy and state is not None and not installed,
            "verify": not busy and installed,
            "remove": not busy and (installed or begun or state is State.WRONG),
            "use": not busy and installed,
        }
        # Buttons that go are hidden, never disabled: then it can be told here that one of them had the keyboard.
        had_keyboard = any(button.hasFocus() for button in self.buttons.values())
        for key, shown in visible.items():
            self.buttons[key].setVisible(shown)
        self.bar.setVisible(busy)
        self._name_get(found, trouble)
        set_kind(self.buttons["use"], "" if in_use else "primary")
        self.buttons["use"].setText(self.tr("In use") if in_use else self.tr("Use for segmenting"))
        self.buttons["use"].setEnabled(not in_use)
        self.buttons["cancel"].setText(self.tr("Stopping …") if stopping else self.tr("Cancel"))
        if had_keyboard:
            self._keep_keyboard()
        if not busy:
            self._say(*self._words(found, trouble))

    def show_progress(self, progress: Progress | None, silence: float = 0.0) -> None:
        """Show how far a job has come (None while it has not said so) and for how many seconds no bytes have come."""
        if progress is None or progress.total <= 0:
            self.bar.setValue(0)
            self._say(self.tr("Starting …"), "muted")
            return
        self.bar.setValue(progress.done * STEPS // progress.total)
        if silence:
            progress = replace(progress, speed=None, seconds_left=None)
            text = self.tr("{words}, nothing for {time}").format(words=progress.text(), time=readable_time(silence))
            self._say(text, "warning")
        else:
            self._say(self._job_words(progress), "warning" if progress.phase is Phase.WAITING else "muted")

    def _name_get(self, found: Holding | None, trouble: str | None) -> None:
        button, title = self.buttons["get"], self.entry.title
        if found is not None and found.part_bytes:
            left = local(readable_size(max(self.entry.size - found.part_bytes, 0)))
            text, spoken = self.tr("Go on, {size} left"), self.tr("Go on downloading {title}, {size} left")
        else:
            left = self._size
            again = trouble is not None or (found is not None and found.state is State.WRONG)
            text = self.tr("Download again, {size}") if again else self.tr("Download {size}")
            spoken = self.tr("Download {title}, {size}")
        button.setText(text.format(size=left))
        button.setAccessibleName(spoken.format(title=title, size=left))
        set_kind(button, "primary" if self.entry.name == "mobile_sam" or trouble else "")

    def _words(self, found: Holding | None, trouble: str | None) -> tuple[str, str]:
        if trouble is not None:
            return trouble, "negative"
        if found is None:
            return self.tr("Looking …"), "muted"
        if found.state is State.WRONG:
            text = self.tr("Damaged: {trouble}. {path}").format(trouble=found.trouble, path=found.path)
            return text, "negative"
        if found.state is State.PARTIAL:
            size = local(readable_size(found.part_bytes))
            return self.tr("Begun: {size} are here.").format(size=size), "warning"
        if found.state is State.ABSENT:
            return self.tr("Not on this computer."), "muted"
        whole = self.tr("Installed, checksum right.") if found.checked else self.tr("Installed, not checked yet.")
        return f"{whole}", "positive" if found.checked else ""

    def _job_words(self, progress: Progress) -> str:
        if progress.phase is Phase.CONNECTING:
            return self.tr("Connecting to {host} …").format(host=self.entry.host)
        if progress.phase is Phase.WAITING:
            seconds = readable_time(progress.seconds_left or 0.0)
            text = self.tr("The server {note}; trying again in {time}.")
            return text.format(note=progress.note, time=seconds)
        if progress.phase is Phase.CHECKING:
            return self.tr("Comparing the checksum, {words}").format(words=progress.text())
        return progress.text()

    def _say(self, text: str, kind: str) -> None:
        if self.state.text() != text:
            self.state.setText(text)
        set_kind(self.state, kind)

    def _keep_keyboard(self) -> None:
        """A button that had the keyboard may just have gone: the next one of this card takes it."""
        if any(button.hasFocus() and button.isEnabled() for button in self.buttons.values()):
            return
        for key in ("cancel", "use", "get", "verify", "remove"):
            button = self.buttons[key]
            if not button.isHidden() and button.isEnabled():
                button.setFocus()
                return


def _origin(entry: Entry) -> dict[str, str]:
    return {"source": entry.source, "url": entry.url}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
