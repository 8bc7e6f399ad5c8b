"""The networks as the window sees them: which are loaded, what they are asked, what they answered. No widgets."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from rvergui.engine.messages import (
    Classified,
    Decoded,
    Encode,
    Encoded,
    EncodeProgress,
    Failed,
    FindAll,
    Found,
    ModelReady,
    PhotoRef,
    Prefetch,
    Prefetched,
    Preview,
    Previewed,
    Request,
    Result,
    SegmenterReady,
    UseModel,
    UseSegmenter,
)
from rvergui.engine.teaching import SuggestAgain, SuggestedAgain
from rvergui.gui.models import ModelThread
from rvergui.gui.naming import NamingDesk

# Needs no weights and next to no memory: what is left when the segmenter of choice cannot be had.
LAST_RESORT = "grabcut"
TICK_MS = 250


class Networks(QObject):
    """Keeps the engine busy with the current photo and hands its answers on. Lives on the GUI thread.

    Attributes:
        photo: what is on the canvas.
        encoding: whether it is still being looked at; clicks on it are answered as soon as that is done.
        encode_share: how much of that is done, 0..1, if the segmenter says so.
        encode_ms: how long a photo took last.
        click_ms: how long a click took last.
    """

    segmenter_changed = Signal()
    model_changed = Signal()
    model_ready = Signal()  # another network names from now on
    timing_changed = Signal()  # also now and then while a photo is being looked at
    photo_ready = Signal()  # the current photo has been looked at
    prefetched = Signal(object)  # Prefetched
    decoded = Signal(object)  # Decoded
    previewed = Signal(object)  # Previewed
    found = Signal(object)  # Found
    find_failed = Signal()
    restarted = Signal()  # the engine died and is there again; what it was asked is lost
    problem = Signal(str)

    def __init__(self, models: ModelThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.models = models
        self.naming = NamingDesk(models, self)
        self.photo: PhotoRef | None = None
        self.segmenter: SegmenterReady | None = None
        self.model: ModelReady | None = None
        self.model_loading = False
        self.segmenter_loading = False
        self.encoding = False
        self.encode_share: float | None = None
        self.encode_ms: float | None = None
        self.click_ms: float | None = None
        self._claims: dict[int, Callable[[Result], bool]] = {}
        self._asked: PhotoRef | None = None
        self._ready: str | None = None
        self._encoding_since = 0.0
        self._died_encoding = 0
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self.timing_changed)
        self._handlers: dict[type[Result], Callable[..., None]] = {
            SegmenterReady: self._on_segmenter,
            ModelReady: self._on_model,
            Encoded: self._on_encoded,
            EncodeProgress: self._on_progress,
            Prefetched: self.prefetched.emit,
            Decoded: self._on_decoded,
            Previewed: self.previewed.emit,
            Found: self.found.emit,
            Classified: self.naming.answered,
            SuggestedAgain: self.naming.suggested_again,
            Failed: self._on_failed,
        }
        models.answered.connect(self._on_answer)
        models.died.connect(self._on_engine_died)

    def submit(self, request: Request) -> int:
        """Ask the engine; returns the generation that the answer will carry."""
        return self.models.submit(request)

    def ask(self, request: Request, answered: Callable[[Result], bool]) -> int:
        """Ask for something that nobody else is to know of: every result goes to ``answered`` alone.

        ``answered`` returns whether that was the last one. If the engine dies (``restarted``) nothing comes any more.

        Returns:
            The generation, to be given to ``give_up`` by who no longer wants to know.
        """
        generation = self.submit(request)
        self._claims[generation] = answered
        return generation

    def give_up(self, generation: int) -> None:
        """What was asked for with ``ask`` is no longer wanted; its answer is dropped."""
        if generation in self._claims:
            self._claims[generation] = lambda result: True

    def expect(self, photo: PhotoRef) -> None:
        """This photo will be shown in a moment: have it looked at while it is being opened."""
        self.photo = None
        self._ask(photo)

    def show(self, photo: PhotoRef | None) -> None:
        """Another photo is on the canvas (None: no photo): have it looked at."""
        self.photo = photo
        if photo is None:
            self._asked = self._ready = None
            self._set_encoding(False)
        elif photo != self._asked:
            self._ask(photo)
        elif photo.key == self._ready:
            self._set_encoding(False)
            self.photo_ready.emit()

    def encode(self) -> None:
        """Have the current photo looked at, so that clicks on it are quick."""
        if self.photo is not None:
            self._ask(self.photo)

    def _ask(self, photo: PhotoRef) -> None:
        self._asked, self._ready = photo, None
        self._set_encoding(True)
        self.submit(Encode(photo=photo))

    def _set_encoding(self, encoding: bool) -> None:
        self.encoding = encoding
        self.encode_share = None
        if encoding:
            self._encoding_since = time.monotonic()
            self._tick.start()
        else:
            self._tick.stop()
        self.timing_changed.emit()

    @property
    def encoding_for_s(self) -> float:
        """Seconds since the current photo began to be looked at; 0 if it is not."""
        return time.monotonic() - self._encoding_since if self.encoding else 0.0

    def prefetch(self, photos: Sequence[PhotoRef]) -> None:
        """Have these looked at, too, when there is nothing else to do."""
        self.submit(Prefetch(photos=tuple(photos)))

    def use_segmenter(self, name: str, checkpoint: Path | None = None) -> None:
        """Segment with another backend."""
        self.segmenter_loading = True
        self.submit(UseSegmenter(name=name, checkpoint=checkpoint))
        self.segmenter_changed.emit()
        self.encode()

    def use_model(self, checkpoint: Path | None, classes: tuple[str, ...]) -> None:
        """Name foods with another network (None: the one that ships, else an untrained one for ``classes``)."""
        self.model_loading = True
        self.submit(UseModel(checkpoint=checkpoint, classes=classes))
        self.model_changed.emit()

    # --- answers -------------------------------------------------------------------------------------------------

    def _on_answer(self, result: Result) -> None:
        claim = self._claims.get(result.generation)
        if claim is None:
            self._handlers[type(result)](result)
        elif claim(result):
            self._claims.pop(result.generation, None)

    def _on_segmenter(self, result: SegmenterReady) -> None:
        before, self.segmenter = self.segmenter, result
        self.segmenter_loading = False
        if before is not None and (before.generation, before.description) != (result.generation, result.description):
            self.encode_ms = self.click_ms = None  # they were another network's, or the same one's elsewhere
        if before is not None and before.generation == result.generation and before.signature != result.signature:
            self.encode()  # it has become another network by itself
        self.segmenter_changed.emit()

    def _on_model(self, result: ModelReady) -> None:
        self.model = result
        self.model_loading = False
        self.naming.forget()
        self.naming.fingerprint = result.fingerprint
        self.model_changed.emit()
        self.model_ready.emit()

    def _on_progress(self, result: EncodeProgress) -> None:
        if self._is_asked(result.photo_key):
            self.encode_share = result.share
            self.timing_changed.emit()

    def _on_encoded(self, result: Encoded) -> None:
        if not self._is_asked(result.photo_key):
            return
        self._ready = result.photo_key
        self._died_encoding = 0
        if result.ms > 0:
            self.encode_ms = result.ms
        if self.photo is not None:
            self._set_encoding(False)
            self.photo_ready.emit()

    def _is_asked(self, key: str) -> bool:
        return self._asked is not None and self._asked.key == key

    def _on_decoded(self, result: Decoded) -> None:
        self.click_ms = result.ms
        self.decoded.emit(result)
        self.timing_changed.emit()

    def _on_failed(self, result: Failed) -> None:
        request = result.request
        if isinstance(request, Preview):
            return
        self.naming.failed(result)
        if isinstance(request, SuggestAgain):
            return  # another network names by now, and is asked itself
        if isinstance(request, Encode):
            if request.photo == self._asked:
                self._asked = None
            if self.photo is None or request.photo.key != self.photo.key:
                return  # it is asked for again, and then said, if it is still wanted once it is open
            self._set_encoding(False)
        if isinstance(request, UseSegmenter):
            self.segmenter_loading = False
            self.segmenter_changed.emit()
            if self.segmenter is None and request.name != LAST_RESORT:
                QTimer.singleShot(0, self, lambda: self.use_segmenter(LAST_RESORT))
        if isinstance(request, FindAll):
            self.find_failed.emit()
        if isinstance(request, UseModel):
            self.model_loading = False
            self.model_changed.emit()
            if request.checkpoint is not None:
                QTimer.singleShot(0, self, lambda: self.use_model(None, request.classes))
        self.problem.emit(result.message)

    def _on_engine_died(self, message: str) -> None:
        self._claims.clear()
        self.naming.engine_died()
        self.problem.emit(message)
        if self.models.given_up:
            self.segmenter_loading = self.model_loading = False
            self._set_encoding(False)
            self.segmenter_changed.emit()
            self.model_changed.emit()
            return
        self._died_encoding += self.encoding
        if self._died_encoding > 1 and self.segmenter is not None and self.segmenter.name != LAST_RESORT:
            # Most likely the system ends the process because the memory is not enough; it would do so for ever.
            self._died_encoding = 0
            self.problem.emit(
                self.tr(
                    "{name} stopped twice while it looked at this photo, probably for lack of memory; "
                    "GrabCut is used instead."
                ).format(name=self.segmenter.description)
            )
            self.use_segmenter(LAST_RESORT)
        else:
            self.encode()
        self.restarted.emit()
