"""One photo after the other: cut out, named. Runs in a worker process, on one thread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rvergui.batch.options import PredictOptions
from rvergui.batch.results import FoundObject, PhotoResult
from rvergui.core import Box, Photo, Prompt, RverError
from rvergui.core.photo_loading import load_photo

if TYPE_CHECKING:
    from rvergui.rvernet.predictor import Predictor
    from rvergui.segment.protocol import Embedding

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Task:
    """A photo to be looked at.

    Attributes:
        name: its path below the folder.
        path: its file.
        boxes: what to cut out; None finds everything.
    """

    name: str
    path: Path
    boxes: tuple[Box, ...] | None = None


class Looker:
    """Owns a segmenter and, unless nothing is to be named, a naming network.

    Args:
        options: how photos are looked at.
        device: what the naming network runs on, as ``choose_device``; None chooses.
        prepare: convert the networks first where that makes them faster; takes from seconds to minutes, once.
        tell: hears what is being prepared, a few words.

    Raises:
        RverError: a network cannot be loaded.
    """

    def __init__(
        self,
        options: PredictOptions,
        device: str | None = None,
        prepare: bool = False,
        tell: Callable[[str], None] = lambda words: None,
    ) -> None:
        from rvergui.segment.registry import DEFAULT_SEGMENTER, create_segmenter

        self._options = options
        self._segmenter = create_segmenter(options.segmenter or DEFAULT_SEGMENTER, options.segmenter_checkpoint)
        self._predictor = None if options.model is None else self._load(options.model, device)
        if prepare:
            for network in (self._segmenter, self._predictor):
                wait: Callable[..., None] | None = getattr(network, "wait_ready", None)
                if wait is not None:
                    wait(lambda stage, share: tell(f"{stage}, {share:.0%}"))
        refresh: Callable[[], object] | None = getattr(self._segmenter, "refresh", None)
        if refresh is not None:
            refresh()

    @staticmethod
    def _load(model: Path, device: str | None) -> Predictor:
        from rvergui.rvernet.predictor import Predictor

        return Predictor.load(model, device)

    @property
    def identity(self) -> dict[str, Any]:
        """What answers here; results of another do not go with ours."""
        from rvergui.runtime.openvino_switch import weights_digest
        from rvergui.runtime.settings import Settings

        model = self._options.model
        return {
            "segmenter": self._segmenter.signature,
            "model": None if model is None else weights_digest(model, Settings().cache_folder()),
        }

    @property
    def device(self) -> str | None:
        """What the naming network runs on, as ``choose_device`` takes it."""
        if self._predictor is None:
            return None
        place = self._predictor.info.device
        return next((kind for words, kind in _KINDS if words in place), "torch")

    @property
    def words(self) -> str:
        """Who answers, for people."""
        if self._predictor is None:
            return self._segmenter.description
        info = self._predictor.info
        return f"{self._segmenter.description}; {info.name} on {info.device}"

    def look(self, task: Task) -> PhotoResult:
        """What is on a photo; what goes wrong is told in the result."""
        try:
            photo = load_photo(task.path, self._options.pixel_limit)
            return self._look(photo, task)
        except RverError as error:
            return PhotoResult(task.name, problem=str(error))
        except MemoryError:
            problem = f"There is not enough memory for {task.name}; close other programs or use fewer --workers."
            return PhotoResult(task.name, problem=problem)
        except Exception as error:
            # One photo must not end a night's work.
            log.warning("%s failed", task.name, exc_info=True)
            return PhotoResult(task.name, problem=f"{task.name} failed unexpectedly ({error}).")

    def _look(self, photo: Photo, task: Task) -> PhotoResult:
        from rvergui.segment.answers import look

        notes: list[str] = []
        embedding = look(self._segmenter, photo)
        if task.boxes is None:
            objects = list(self._everything(embedding))
        else:
            objects = list(self._in_boxes(embedding, task.boxes, notes))
        if self._predictor is not None:
            objects = self._named(self._predictor, photo, objects)
        if self._options.named_only:
            objects = [each for each in objects if each.names]
        return PhotoResult(task.name, photo.size, tuple(objects), notes=tuple(notes))

    def _everything(self, embedding: Embedding) -> Iterator[FoundObject]:
        from rvergui.segment.find import everything

        for proposal in everything(self._segmenter, embedding):
            yield FoundObject(proposal.mask, min(max(proposal.score, 0.0), 1.0))

    def _in_boxes(self, embedding: Embedding, boxes: Sequence[Box], notes: list[str]) -> Iterator[FoundObject]:
        from rvergui.segment.refine import answer

        for number, box in enumerate(boxes, start=1):
            prompt = Prompt(box=box).inside(embedding.size)
            if prompt.box is None:
                notes.append(f"Box {number} lies outside the photo.")
                continue
            try:
                given = answer(self._segmenter, embedding, prompt)
            except RverError as error:
                notes.append(f"Box {number}: {error}")
                continue
            mask, _ = given.mask(given.first)
            if mask.is_empty:
                notes.append(f"Nothing was found in box {number}.")
                continue
            score = float(given.candidates.scores[given.first])
            yield FoundObject(mask, min(max(score, 0.0), 1.0), box=box)

    def _named(self, predictor: Predictor, photo: Photo, objects: Sequence[FoundObject]) -> list[FoundObject]:
        namings = predictor.classify(photo, [each.mask for each in objects], self._options.top)
        least = self._options.min_probability
        return [
            replace(each, names=tuple(name for name in naming.suggestions if name.probability >= least))
            for each, naming in zip(objects, namings, strict=True)
        ]

    def close(self) -> None:
        """End what runs in the background."""
        for network in (self._segmenter, self._predictor):
            close: Callable[[], None] | None = getattr(network, "close", None)
            if close is not None:
                close()


# From how a device is called to how it is asked for; the first that fits.
_KINDS = (("OpenVINO", "openvino"), ("Apple GPU", "mps"), ("GPU", "cuda"))
