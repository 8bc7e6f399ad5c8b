"""The engine's state and how it answers each request. Runs on one thread; knows nothing of queues or processes."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from rvergui.core import Photo, Prompt, RverError
from rvergui.core.photo_loading import load_photo
from rvergui.engine.messages import (
    Choose,
    Classified,
    Classify,
    Decode,
    Decoded,
    Encode,
    Encoded,
    Failed,
    MaskNaming,
    ModelReady,
    PhotoRef,
    Preview,
    Previewed,
    Request,
    Result,
    SegmenterReady,
    UseModel,
    UseSegmenter,
)

if TYPE_CHECKING:
    from rvergui.rvernet.predictor import Predictor
    from rvergui.segment.protocol import Candidates, Embedding, Segmenter

log = logging.getLogger(__name__)

PHOTOS_KEPT = 3
EMBEDDINGS_KEPT = 8

T = TypeVar("T")


class LeastRecentlyUsed(OrderedDict[str, T]):
    """A mapping that forgets what was not used for longest."""

    def __init__(self, capacity: int) -> None:
        super().__init__()
        self.capacity = capacity

    def fetch(self, key: str, make: Callable[[], T]) -> T:
        """The value under ``key``, made if it is not there."""
        if key not in self:
            self[key] = make()
        self.move_to_end(key)
        while len(self) > self.capacity:
            self.popitem(last=False)
        return self[key]


class Engine:
    """Owns the segmenter and the naming network and answers requests one at a time."""

    def __init__(self) -> None:
        self._photos: LeastRecentlyUsed[Photo] = LeastRecentlyUsed(PHOTOS_KEPT)
        self._embeddings: LeastRecentlyUsed[Embedding] = LeastRecentlyUsed(EMBEDDINGS_KEPT)
        self._segmenter: Segmenter | None = None
        self._predictor: Predictor | None = None
        self._candidates: tuple[str, Candidates] | None = None
        self._handlers: dict[type[Request], Callable[[Any], Result]] = {
            UseSegmenter: self._use_segmenter,
            UseModel: self._use_model,
            Encode: self._encode,
            Decode: self._decode,
            Choose: self._choose,
            Preview: self._preview,
            Classify: self._classify,
        }

    def answer(self, request: Request) -> Result:
        """The result of ``request``; a ``Failed`` with one sentence where it cannot be answered."""
        try:
            return self._handlers[type(request)](request)
        except RverError as error:
            return Failed(generation=request.generation, request=request, message=str(error))
        except MemoryError:
            message = "There is not enough memory for this; close other programs or choose a smaller model."
            return Failed(generation=request.generation, request=request, message=message)
        except Exception as error:
            log.warning("request %s failed", type(request).__name__, exc_info=True)
            message = f"{type(request).__name__} failed unexpectedly ({error}); your labels are safe, try again."
            return Failed(generation=request.generation, request=request, message=message)

    def _photo(self, ref: PhotoRef) -> Photo:
        photo = self._photos.fetch(ref.key, lambda: load_photo(ref.path, ref.pixel_limit))
        if photo.key != ref.key:
            del self._photos[ref.key]
            raise RverError(f"{ref.path.name} has changed on disk since it was opened; open the photo again.")
        return photo

    def _embedding(self, photo: Photo) -> Embedding:
        segmenter = self._need_segmenter()
        return self._embeddings.fetch(f"{segmenter.signature}/{photo.key}", lambda: segmenter.encode(photo))

    def _need_segmenter(self) -> Segmenter:
        if self._segmenter is None:
            raise RverError("No segmenter is loaded; choose one from the Segment menu.")
        return self._segmenter

    def _use_segmenter(self, request: UseSegmenter) -> Result:
        from rvergui.segment.registry import create_segmenter  # brings OpenCV, or torch for SAM

        begin = time.perf_counter()
        self._segmenter = create_segmenter(request.name, request.checkpoint, **request.options)
        self._candidates = None
        return SegmenterReady(
            generation=request.generation,
            name=self._segmenter.name,
            description=self._segmenter.description,
            ms=_since(begin),
        )

    def _use_model(self, request: UseModel) -> Result:
        from rvergui.rvernet.default_model import default_predictor  # brings torch

        begin = time.perf_counter()
        self._predictor = default_predictor(request.classes, request.checkpoint)
        info = self._predictor.info
        return ModelReady(
            generation=request.generation,
            name=info.name,
            trained=info.trained,
            start=info.start,
            classes=tuple(info.classes),
            metrics=dict(info.metrics),
            device=info.device,
            checkpoint=info.path,
            ms=_since(begin),
        )

    def _encode(self, request: Encode) -> Result:
        begin = time.perf_counter()
        photo = self._photo(request.photo)
        self._embedding(photo)
        return Encoded(generation=request.generation, photo_key=photo.key, ms=_since(begin))

    def _decode(self, request: Decode) -> Result:
        begin = time.perf_counter()
        photo = self._photo(request.photo)
        prompt = request.prompt.inside(photo.size)
        if prompt.is_empty:
            raise RverError("The click is outside the photo; click on the dish.")
        earlier = self._candidates
        previous = earlier[1] if earlier is not None and earlier[0] == photo.key and not request.fresh else None
        candidates = self._need_segmenter().decode(self._embedding(photo), prompt, previous)
        self._candidates = (photo.key, candidates)
        return self._decoded(request, photo.key, candidates, candidates.best, begin)

    def _choose(self, request: Choose) -> Result:
        begin = time.perf_counter()
        if self._candidates is None or self._candidates[0] != request.photo.key:
            raise RverError("There are no other candidates for this mask; click the dish again.")
        key, candidates = self._candidates
        return self._decoded(request, key, candidates, request.index % len(candidates), begin)

    def _decoded(self, request: Request, key: str, candidates: Candidates, index: int, begin: float) -> Result:
        from rvergui.segment.upsample import candidate_mask

        mask = candidate_mask(candidates, index)
        return Decoded(
            generation=request.generation,
            photo_key=key,
            mask=mask,
            index=index,
            count=len(candidates),
            score=float(candidates.scores[index]),
            ms=_since(begin),
        )

    def _preview(self, request: Preview) -> Result:
        from rvergui.segment.upsample import candidate_mask

        photo = self._photo(request.photo)
        prompt = Prompt(points=(request.point,)).inside(photo.size)
        if prompt.is_empty:
            raise RverError("The pointer is outside the photo.")
        candidates = self._need_segmenter().decode(self._embedding(photo), prompt, None)
        mask = candidate_mask(candidates, candidates.best)
        return Previewed(generation=request.generation, photo_key=photo.key, point=request.point, mask=mask)

    def views_only(self, request: Classify) -> Result:
        """The two views of each mask, for the time before a network is there to name them."""
        from rvergui.rvernet.preprocessing import Preprocessing, network_views

        begin = time.perf_counter()
        try:
            photo = self._photo(request.photo)
            namings = tuple(
                MaskNaming(mask, (), *network_views(photo.pixels, mask, Preprocessing())) for mask in request.masks
            )
        except RverError as error:
            return Failed(generation=request.generation, request=request, message=str(error))
        return Classified(
            generation=request.generation, photo_key=photo.key, namings=namings, model=None, ms=_since(begin)
        )

    def _classify(self, request: Classify) -> Result:
        begin = time.perf_counter()
        if self._predictor is None:
            raise RverError("No naming network is loaded; choose one from the Model menu.")
        photo = self._photo(request.photo)
        named = self._predictor.classify(photo, request.masks)
        namings = tuple(
            MaskNaming(mask, naming.suggestions, naming.roi_view, naming.extra_view)
            for mask, naming in zip(request.masks, named, strict=True)
        )
        return Classified(
            generation=request.generation,
            photo_key=photo.key,
            namings=namings,
            model=self._predictor.info.name,
            ms=_since(begin),
        )

    @property
    def has_model(self) -> bool:
        """Whether a naming network is loaded."""
        return self._predictor is not None


def _since(begin: float) -> float:
    return (time.perf_counter() - begin) * 1000.0
