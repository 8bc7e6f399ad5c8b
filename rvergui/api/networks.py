"""What cuts out and what names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rvergui.api.photos import BoolArray, MaskLike, PhotoLike, as_mask, as_photo
from rvergui.core import Box, Photo, Point, Prompt, RverError, Suggestion

if TYPE_CHECKING:
    from rvergui.rvernet.predictor import Predictor
    from rvergui.segment.protocol import Embedding
    from rvergui.segment.protocol import Segmenter as Backend


@dataclass(frozen=True)
class Found:
    """Something that *Find everything* found.

    Attributes:
        mask: (height, width) bool, of the photo's size.
        score: what the segmenter expects its agreement to be, 0..1.
    """

    mask: BoolArray = field(repr=False)
    score: float


class Segmenter:
    """Cuts objects out of photos. To be used on one thread.

    Looking at a photo for the first time takes from a tenth of a second to seconds; further clicks on it are quick.
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._seen: Embedding | None = None

    @property
    def title(self) -> str:
        """What it is and where it runs, in words."""
        return self._backend.description

    def click(self, photo: PhotoLike, x: float, y: float) -> BoolArray:
        """The mask (height, width) of what lies at a point, in pixels from the upper left corner.

        Raises:
            RverError: the point lies outside, or there is no answer.
        """
        return self.cut(photo, points=[(x, y)])

    def cut(
        self,
        photo: PhotoLike,
        points: Iterable[tuple[float, float]] = (),
        away: Iterable[tuple[float, float]] = (),
        box: tuple[float, float, float, float] | None = None,
    ) -> BoolArray:
        """The mask (height, width) that the window would show for several clicks and a box.

        Args:
            photo: the photo.
            points: (x, y) of clicks that add.
            away: (x, y) of clicks that take away.
            box: (x0, y0, x1, y1) around the object.

        Raises:
            RverError: nothing of it lies inside the photo, or there is no answer.
        """
        from rvergui.segment.refine import answer

        seen = self._look(as_photo(photo))
        clicks = [Point(x, y) for x, y in points] + [Point(x, y, positive=False) for x, y in away]
        wanted = Prompt(tuple(clicks), None if box is None else Box.between(*box))
        prompt = wanted.inside(seen.size)
        if len(prompt.points) < len(wanted.points) or (wanted.box is not None and prompt.box is None):
            height, width = seen.size
            raise RverError(f"A click or the box lies outside the photo, which is {width}x{height} pixels.")
        if prompt.box is None and not any(point.positive for point in prompt.points):
            raise RverError("Nothing is asked for; give at least one point or a box.")
        given = answer(self._backend, seen, prompt)
        mask, _ = given.mask(given.first)
        return mask.array()

    def find_everything(self, photo: PhotoLike) -> list[Found]:
        """All objects that can be told apart, the most certain first, as *Segment > Find everything* does.

        Raises:
            RverError: the photo cannot be opened, or the segmenter fails.
        """
        from rvergui.segment.find import everything

        found = everything(self._backend, self._look(as_photo(photo)))
        return [Found(proposal.mask.array(), proposal.score) for proposal in found]

    def _look(self, photo: Photo) -> Embedding:
        from rvergui.segment.answers import look

        if self._seen is None or self._seen.photo_key != photo.key:
            self._seen = look(self._backend, photo)
        return self._seen

    def close(self) -> None:
        """End what runs in the background."""
        _close(self._backend)

    def __enter__(self) -> Segmenter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Model:
    """A network that names objects. To be used on one thread.

    Attributes:
        path: its checkpoint.
    """

    def __init__(self, predictor: Predictor, path: Path) -> None:
        self._predictor = predictor
        self.path = path

    @property
    def title(self) -> str:
        """Its own name and where it runs, in words."""
        info = self._predictor.info
        return f"{info.name} on {info.device}"

    @property
    def classes(self) -> list[str]:
        """The names that it knows."""
        return list(self._predictor.info.classes)

    @property
    def metrics(self) -> dict[str, float]:
        """Its scores on photos held out from its training."""
        return dict(self._predictor.info.metrics)

    def name(self, photo: PhotoLike, mask: MaskLike, top: int = 5) -> list[Suggestion]:
        """The best names for an object, best first.

        Each has a ``name``, a ``probability``, ``without_context`` (the same with the surroundings blacked out) and
        ``context_change``, the difference.

        Raises:
            RverError: the mask is empty or of another size.
        """
        return self.name_all(photo, [mask], top)[0]

    def name_all(self, photo: PhotoLike, masks: Sequence[MaskLike], top: int = 5) -> list[list[Suggestion]]:
        """The same for several objects of one photo, in their order; quicker than one after the other.

        Raises:
            RverError: a mask is empty or of another size.
        """
        opened = as_photo(photo)
        namings = self._predictor.classify(opened, [as_mask(mask, opened.size) for mask in masks], top)
        return [list(naming.suggestions) for naming in namings]

    def views(self, photo: PhotoLike, mask: MaskLike) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """What the network receives of an object: ROI and extra-ROI view (size, size, 3) uint8, padding included.

        Raises:
            RverError: the mask is empty or of another size.
        """
        opened = as_photo(photo)
        naming = self._predictor.classify(opened, [as_mask(mask, opened.size)], 1)[0]
        return naming.roi_view, naming.extra_view

    def close(self) -> None:
        """End what runs in the background."""
        _close(self._predictor)

    def __enter__(self) -> Model:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def load_model(path: str | Path | None = None, device: str | None = None) -> Model:
    """A network that names.

    Args:
        path: a checkpoint, or a project for the network in use there; None takes the one that came along, which knows
            the sample meals.
        device: auto, cuda, mps, openvino or torch; None asks the settings.

    Raises:
        RverError: there is no such network, or it cannot be used.
    """
    from rvergui.batch.models import model_of
    from rvergui.rvernet.predictor import Predictor

    checkpoint, _ = model_of(None if path is None else Path(path))
    return Model(Predictor.load(checkpoint, device), checkpoint)


def load_segmenter(name: str | None = None, checkpoint: str | Path | None = None) -> Segmenter:
    """A segmenter.

    Args:
        name: starter (the default), sam_vit_b, mobile_sam, grabcut, or one that another package brought.
        checkpoint: its weights; None lets it look for its own.

    Raises:
        RverError: there is none of this name, or its weights are missing.
    """
    from rvergui.segment.registry import DEFAULT_SEGMENTER, create_segmenter

    return Segmenter(create_segmenter(name or DEFAULT_SEGMENTER, None if checkpoint is None else Path(checkpoint)))


def _close(network: object) -> None:
    close: Callable[[], None] | None = getattr(network, "close", None)
    if close is not None:
        close()
