"""The status bar: segmenter and its speed, the model that names and what it started from, when was saved last."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QHBoxLayout, QLabel, QStatusBar, QWidget

from rvergui.gui.encoding_badge import encoding_text
from rvergui.gui.labels import ElidedLabel
from rvergui.gui.numbers import Local
from rvergui.gui.session import Session
from rvergui.gui.widgets import set_kind


class StatusBar(QStatusBar):
    """Three permanent fields."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setSizeGripEnabled(False)
        self.segmenter = ElidedLabel()
        self.model = ElidedLabel()
        self.saved = QLabel()
        self.addWidget(self.segmenter)
        self.addWidget(self.model, 1)
        self._jobs = QWidget()
        QHBoxLayout(self._jobs).setContentsMargins(0, 0, 0, 0)
        self.addPermanentWidget(self._jobs)
        self.addPermanentWidget(self.saved)
        session.segmenter_changed.connect(self._show_segmenter)
        session.timing_changed.connect(self._show_segmenter)
        session.model_changed.connect(self._show_model)
        session.naming_changed.connect(self._show_model)
        session.saved.connect(self._on_saved)
        session.save_failed.connect(self._on_save_failed)
        session.project_changed.connect(self._on_project)
        self._show_segmenter()
        self._show_model()

    def add_job(self, widget: QWidget) -> None:
        """Give something that runs in the background a place beside the time of saving."""
        layout = self._jobs.layout()
        assert layout is not None
        layout.addWidget(widget)

    def _show_segmenter(self) -> None:
        session = self._session
        networks, segmenter = session.networks, session.segmenter
        self.segmenter.setToolTip(segmenter.why if segmenter is not None else "")
        if networks.segmenter_loading:
            self.segmenter.setText(self.tr("loading the segmenter …"))
            return
        if segmenter is None:
            self.segmenter.setText(self.tr("no segmenter"))
            return
        parts = [segmenter.description]
        if segmenter.progress:
            parts.append(segmenter.progress)
        if session.encoding:
            parts.append(encoding_text(session))
        elif networks.encode_ms is not None:
            parts.append(self.tr("{time} to encode").format(time=_time(networks.encode_ms)))
        if networks.click_ms is not None:
            parts.append(self.tr("{time} a click").format(time=_time(networks.click_ms)))
        self.segmenter.setText(", ".join(parts))

    def _show_model(self) -> None:
        session = self._session
        model = session.model
        if session.model_loading:
            text = self.tr("loading the network that names …")
        elif model is None:
            text = self.tr("no network names")
        else:
            f1 = model.metrics.get("macro_f1")
            text = model.name if f1 is None else self.tr("{name}, F1 {f1:.2f}").format(name=model.name, f1=Local(f1))
            text += " · " + model.start
            if session.naming.last_ms is not None:
                text += " · " + self.tr("{time} to name").format(time=_time(session.naming.last_ms))
        self.model.setText(text)
        self.model.setToolTip("\n".join(line for line in (text, model.why if model is not None else "") if line))

    def _on_saved(self, at: datetime) -> None:
        self._mark(False)
        self.saved.setText(self.tr("saved {at:%H:%M:%S}").format(at=at.astimezone()))

    def _on_save_failed(self, message: str) -> None:
        self._mark(True)
        self.saved.setText(self.tr("not saved"))
        self.saved.setToolTip(message)

    def _on_project(self) -> None:
        self._mark(False)
        project = self._session.project
        self.saved.setText(self.tr("read-only") if project is not None and project.read_only else "")
        self.saved.setToolTip("")

    def _mark(self, bad: bool) -> None:
        set_kind(self.saved, "bad" if bad else "")


def _time(ms: float) -> str:
    return f"{Local(ms / 1000):.1f} s" if ms >= 1000 else f"{Local(ms):.0f} ms"
