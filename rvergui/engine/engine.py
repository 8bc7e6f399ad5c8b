"""The engine's state and how it answers each request. Runs on one thread; knows nothing of queues or processes."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from rvergui.core import Mask, Prompt, RverError
from rvergui.engine.encoder import Encoder
from rvergui.engine.messages import (
    BoxesCut,
    Choose,
    Classified,
    Classify,
    CutBoxes,
    Decode,
    Decoded,
    Encode,
    Encoded,
    Failed,
    FindAll,
    Found,
    MaskNaming,
    ModelReady,
    PhotoRef,
    Prefetch,
    Prefetched,
    Preview,
    Previewed,
    Refresh,
    Request,
    Result,
    SegmenterReady,
    StopFinding,
    UseModel,
    UseSegmenter,
)
from rvergui.engine.photos import PhotoShelf, Steps, at_once
from rvergui.engine.teaching import SuggestAgain, Teach, suggest_again, teach
from rvergui.segment.embedding_store import EmbeddingStore, usual_store
from rvergui.segment.ground import Ground
from rvergui.segment.protocol import Candidates, Embedding, Segmenter

if TYPE_CHECKING:
    from rvergui.rvernet.predictor import Predictor
    from rvergui.rvernet.preprocessing import Preprocessing
    from rvergui.segment.refine import Answer

log = logging.getLogger(__name__)

Handler = Callable[[Any], "Result | Steps[Result | None] | None"]


@dataclass(frozen=True)
class Answered:
    """The last answer: of which photo, for which prompt on which ground, and which of its candidates is shown."""

    photo_key: str
    signature: str
    prompt: Prompt
    ground: Ground | None
    answer: Answer
    shown: int

    def is_for(self, request: Decode | Choose) -> bool:
        """Whether it answers the same question."""
        mine = (self.photo_key, self.prompt, self.ground, self.answer.tidy)
        return mine == (request.photo.key, request.prompt, request.ground, request.tidy)

    def refined_by(self, prompt: Prompt) -> bool:
        """Whether ``prompt`` is the same one with something added, so that these candidates are a good start."""
        mine = self.prompt
        if self.answer.taken_from is not None:
            return False  # they are of what was taken away
        return prompt.points[: len(mine.points)] == mine.points and mine.box in (None, prompt.box)

    def start(self) -> Candidates:
        """The candidates, the one that is shown with the highest score: that one is refined."""
        candidates = self.answer.candidates
        if self.shown == candidates.best:
            return candidates
        scores = np.array(candidates.scores, copy=True)
        scores[self.shown] = scores.max() + 1
        return replace(candidates, scores=scores)


class Engine:
    """Owns the segmenter and the naming network and answers requests one at a time.

    Args:
        wake: called from any thread when the segmenter has news of itself; a ``Refresh`` should follow.
    """

    def __init__(self, wake: Callable[[], None] = lambda: None) -> None:
        self._wake = wake
        self._photos = PhotoShelf()
        self._encoder = Encoder(_store())
        self._predictor: Predictor | None = None
        self._answered: Answered | None = None
        self._told: SegmenterReady | None = None
        self._handlers: dict[type[Request], Handler] = {
            UseSegmenter: self._use_segmenter,
            UseModel: self._use_model,
            Encode: self._encode,
            Prefetch: self._prefetch,
            Decode: self._decode,
            Choose: self._choose,
            Preview: self._preview,
            FindAll: self._find_all,
            CutBoxes: self._cut_boxes,
            StopFinding: self._stop_finding,
            Classify: self._classify,
            Teach: lambda request: teach(self._predictor, request),
            SuggestAgain: lambda request: suggest_again(self._predictor, request),
            Refresh: self._refresh,
        }

    def steps(self, request: Request) -> Steps[Result | None]:
        """Work on ``request`` in short steps; other requests may be worked on in between.

        Yields interim results, or None; returns the result, a ``Failed`` with one sentence where there is none.
        """
        try:
            outcome = self._handlers[type(request)](request)
            return (yield from outcome) if isinstance(outcome, Generator) else outcome
        except RverError as error:
            return Failed(generation=request.generation, request=request, message=str(error))
        except MemoryError:
            message = "There is not enough memory for this; close other programs or choose a smaller model."
            return Failed(generation=request.generation, request=request, message=message)
        except Exception as error:
            log.warning("request %s failed", type(request).__name__, exc_info=True)
            message = f"{type(request).__name__} failed unexpectedly ({error}); your labels are safe, try again."
            return Failed(generation=request.generation, request=request, message=message)

    def answer(self, request: Request) -> Result | None:
        """The result of ``request``, without anything in between."""
        steps = self.steps(request)
        while True:
            try:
                next(steps)
            except StopIteration as done:
                result: Result | None = done.value
                return result

    def tidy(self) -> None:
        """What can wait until an answer has been sent."""
        self._encoder.tidy()

    def close(self) -> None:
        """End all threads; embeddings that were made are still written."""
        self._photos.close()
        self._encoder.close()
        self._drop_predictor()

    @property
    def longest_step(self) -> float | None:
        """How many seconds a click may have to wait while a photo is looked at; None if that is not known yet."""
        return self._encoder.longest_step

    @property
    def has_model(self) -> bool:
        """Whether a naming network is loaded."""
        return self._predictor is not None

    # --- the segmenter -------------------------------------------------------------------------------------------

    def _use_segmenter(self, request: UseSegmenter) -> Result:
        from rvergui.segment.registry import create_segmenter  # brings OpenCV, or torch for SAM

        begin = time.perf_counter()
        segmenter = create_segmenter(request.name, request.checkpoint, **request.options)
        if hasattr(segmenter, "on_change"):
            segmenter.on_change = self._wake
        self._encoder.use(segmenter)
        self._answered = None
        self._told = _ready(segmenter, request.generation, _since(begin))
        return self._told

    def _refresh(self, request: Refresh) -> None:
        self._encoder.refresh()

    def news(self) -> SegmenterReady | None:
        """What the segmenter says of itself, if that has changed since it was told last."""
        told = self._told
        if told is None:
            return None
        ready = _ready(self._encoder.segmenter, told.generation, told.ms)
        if ready == told:
            return None
        self._told = ready
        return ready

    # --- photos --------------------------------------------------------------------------------------------------

    def _encode(self, request: Encode) -> Steps[Result]:
        ref = request.photo
        kept = self._encoder.at_hand(ref.key) is not None
        yield from self._looked_at(ref)
        self._photos.have_ready(ref)  # names will be asked for, and need its pixels
        ms = self._encoder.took(ref.key) * 1000.0
        return Encoded(generation=request.generation, photo_key=ref.key, ms=ms, kept=kept)

    def _looked_at(self, ref: PhotoRef) -> Steps[Embedding]:
        return self._encoder.embedding(ref.key, lambda: self._photos.photo(ref))

    def _prefetch(self, request: Prefetch) -> Steps[Result]:
        ready: list[str] = []
        # What is half done comes first, or it would be begun again.
        for ref in sorted(request.photos, key=lambda ref: ref.key != self._encoder.underway):
            if ref.key and self._encoder.is_kept(ref.key):
                ready.append(ref.key)
                continue
            try:
                photo = yield from self._photos.glance(ref)
                yield from self._encoder.embedding(photo.key, partial(at_once, photo))
            except RverError as error:
                log.info("%s is not looked at ahead: %s", ref.path.name, error)
                continue
            ready.append(photo.key)
        return Prefetched(generation=request.generation, photo_keys=tuple(ready))

    # --- masks ---------------------------------------------------------------------------------------------------

    def _decode(self, request: Decode) -> Steps[Result]:
        yield from self._looked_at(request.photo)
        begin = time.perf_counter()  # the click's own time, whatever it had to wait for
        self._answered = yield from self._ask(request)
        return self._decoded(request, self._answered, begin)

    def _choose(self, request: Choose) -> Steps[Result]:
        yield from self._looked_at(request.photo)
        begin = time.perf_counter()
        answered = self._answered
        if answered is None or not answered.is_for(request):  # undo went back to an older prompt
            answered = yield from self._ask(request)
        self._answered = replace(answered, shown=request.index % len(answered.answer.candidates))
        return self._decoded(request, self._answered, begin)

    def _ask(self, request: Decode | Choose) -> Steps[Answered]:
        from rvergui.segment.refine import answer  # brings OpenCV

        ref = request.photo
        embedding = yield from self._looked_at(ref)
        prompt = request.prompt.inside(embedding.size)
        if prompt.is_empty:
            raise RverError("The click is outside the photo; click on the dish.")
        earlier = self._answered
        refines = (
            earlier is not None
            and not (isinstance(request, Decode) and request.fresh)
            and (earlier.photo_key, earlier.signature) == (ref.key, embedding.signature)
            and earlier.refined_by(request.prompt)
        )
        previous = earlier.start() if earlier is not None and refines else None
        given = answer(self._encoder.segmenter, embedding, prompt, request.ground, previous, request.tidy)
        return Answered(ref.key, embedding.signature, request.prompt, request.ground, given, given.first)

    def _decoded(self, request: Request, answered: Answered, begin: float) -> Result:
        mask, candidate = answered.answer.mask(answered.shown)
        candidates = answered.answer.candidates
        return Decoded(
            generation=request.generation,
            photo_key=answered.photo_key,
            mask=mask,
            candidate=candidate,
            index=answered.shown,
            count=len(candidates),
            score=float(candidates.scores[answered.shown]),
            ms=_since(begin),
        )

    def _find_all(self, request: FindAll) -> Steps[Result | None]:
        from rvergui.segment.find_all import find_all  # brings OpenCV

        ref = request.photo
        embedding = yield from self._looked_at(ref)
        segmenter = self._encoder.segmenter
        for step in find_all(segmenter, embedding, known=request.known):
            found = Found(
                generation=request.generation,
                photo_key=ref.key,
                found=step.found,
                gone=step.gone,
                done=step.done,
                total=step.total,
                finished=step.finished,
            )
            if step.finished:
                return found
            yield found
            if self._encoder.segmenter is not segmenter:
                raise RverError("The search has ended because another segmenter was chosen; search again with it.")
        raise RverError("This photo has no places to look at; open another one.")

    def _cut_boxes(self, request: CutBoxes) -> Steps[Result | None]:
        from rvergui.segment.boxes import box_masks  # brings OpenCV

        photo = yield from self._photos.glance(request.photo)
        embedding = yield from self._encoder.embedding(photo.key, partial(at_once, photo))
        segmenter = self._encoder.segmenter
        masks: list[Mask | None] = []
        for mask in box_masks(segmenter, embedding, request.boxes):
            masks.append(mask)
            yield None
            if self._encoder.segmenter is not segmenter:
                raise RverError("Another segmenter was chosen meanwhile; import again to cut these boxes out.")
        return BoxesCut(generation=request.generation, masks=tuple(masks), by=segmenter.description)

    def _stop_finding(self, request: StopFinding) -> None:
        """Nothing to do: that it came in has ended the search."""

    def _preview(self, request: Preview) -> Result:
        from rvergui.segment.refine import answer

        key = request.photo.key
        embedding = self._encoder.at_hand(key)
        if embedding is None:
            raise RverError("This photo was not looked at yet.")
        prompt = Prompt(points=(request.point,)).inside(embedding.size)
        if prompt.is_empty:
            raise RverError("The pointer is outside the photo.")
        given = answer(self._encoder.segmenter, embedding, prompt, tidy=request.tidy)
        mask, _ = given.mask(given.first)
        return Previewed(generation=request.generation, photo_key=key, point=request.point, mask=mask)

    # --- names ---------------------------------------------------------------------------------------------------

    def _use_model(self, request: UseModel) -> Result:
        from rvergui.rvernet.default_model import default_predictor  # may bring torch

        begin = time.perf_counter()
        predictor = default_predictor(request.classes, request.checkpoint)
        self._drop_predictor()
        self._predictor = predictor
        info = predictor.info
        return ModelReady(
            generation=request.generation,
            name=info.name,
            trained=info.trained,
            start=info.start,
            classes=tuple(info.classes),
            metrics=dict(info.metrics),
            device=info.device,
            why=getattr(info, "why", ""),
            checkpoint=info.path,
            fingerprint=getattr(predictor, "fingerprint", ""),
            photos_seen=getattr(info, "photos_seen", frozenset()),
            ms=_since(begin),
        )

    def _drop_predictor(self) -> None:
        close = getattr(self._predictor, "close", None)
        if close is not None:
            close()  # ends a conversion that is under way

    def views_only(self, request: Classify, model: UseModel | None = None) -> Steps[Result]:
        """The two views of each mask, for the time before the network of ``model`` is there to name them."""
        from rvergui.rvernet.preprocessing import ViewCutter

        begin = time.perf_counter()
        try:
            photo = yield from self._photos.photo(request.photo)
            cutter = ViewCutter(photo.pixels, _preprocessing_of(model))
            namings = tuple(MaskNaming(mask, (), *cutter.views(mask)) for mask in request.masks)
        except RverError as error:
            return Failed(generation=request.generation, request=request, message=str(error))
        return Classified(
            generation=request.generation, photo_key=photo.key, namings=namings, model=None, ms=_since(begin)
        )

    def _classify(self, request: Classify) -> Steps[Result]:
        if self._predictor is None:
            raise RverError("No naming network is loaded; choose one from the Model menu.")
        photo = yield from self._photos.photo(request.photo)
        begin = time.perf_counter()
        how: dict[str, Any] = {} if request.learnt else {"learnt": False}
        if request.own:
            how["own"] = request.own
        named = self._predictor.classify(photo, request.masks, **how)
        faster = getattr(self._predictor, "begin", None)
        if faster is not None:
            faster()  # only for those who name: the network is converted in the background, once
        namings = tuple(
            MaskNaming(
                mask,
                naming.suggestions,
                naming.roi_view,
                naming.extra_view,
                getattr(naming, "impression", None),
            )
            for mask, naming in zip(request.masks, named, strict=True)
        )
        return Classified(
            generation=request.generation,
            photo_key=photo.key,
            namings=namings,
            model=self._predictor.info.name,
            ms=_since(begin),
        )


def _ready(segmenter: Segmenter, generation: int, ms: float) -> SegmenterReady:
    return SegmenterReady(
        generation=generation,
        name=segmenter.name,
        description=segmenter.description,
        signature=segmenter.signature,
        why=getattr(segmenter, "why", ""),
        progress=getattr(segmenter, "progress_text", ""),
        ms=ms,
    )


def _store() -> EmbeddingStore | None:
    try:
        return usual_store()
    except RverError as error:
        log.info("no embeddings are kept: %s", error)  # the window says it, too
        return None


def _since(begin: float) -> float:
    return (time.perf_counter() - begin) * 1000.0


def _preprocessing_of(model: UseModel | None) -> Preprocessing:
    """How the network of ``model`` receives views; the published way if there is none that can be read."""
    from rvergui.rvernet import default_model
    from rvergui.rvernet.checkpoint import read_header
    from rvergui.rvernet.preprocessing import Preprocessing

    behind = None if model is None else default_model.checkpoint_behind(model.classes, model.checkpoint)
    if behind is None:
        return Preprocessing()
    try:
        return read_header(behind).preprocessing
    except RverError:
        return Preprocessing()  # loading it says what is wrong with it
