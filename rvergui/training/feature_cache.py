"""Frozen branches look at each picture once; then only what joins their features learns, in seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from rvergui.rvernet.network import RveRNet, to_batch
from rvergui.rvernet.preprocessing import black_view
from rvergui.rvernet.view_layers import Frame
from rvergui.training.augment import Augmentation
from rvergui.training.batches import Batch
from rvergui.training.feed import Answered, Made
from rvergui.training.options import LARGEST_BATCH, TrainOptions
from rvergui.training.plan import Division
from rvergui.training.rehearsal import Rehearsal
from rvergui.training.view_store import ViewStore

_AS_IT_IS = {"flip": 0.0, "turn": 0.0, "zoom": 0.0, "shift": 0.0, "outline": 0.0, "light": 0.0, "blackout": 0.0}
_STREAM = 0xFC


def can_be_cached(options: TrainOptions) -> bool:
    """Whether every picture needs to go through the branches only once: they are frozen and no teacher looks on."""
    return options.freeze == "backbones" and options.teacher is None


class FeatureFeed:
    """The features of all items, kept in memory (two vectors an item and variant)."""

    def __init__(
        self,
        network: RveRNet,
        store: ViewStore,
        division: Division,
        options: TrainOptions,
        progress: Callable[[int, int], None] = lambda done, total: None,
        check: Callable[[], None] = lambda: None,
        rehearsal: Rehearsal | None = None,
    ) -> None:
        """Compute the features.

        Args:
            network: on its device; its branches are not changed.
            store: the examples.
            division: the training items get ``options.variants`` variants, the validation items one, as they are.
            options: the choices.
            progress: called with (done, total) pictures.
            check: called before each batch; may raise.
            rehearsal: what is learnt again besides the items.
        """
        self._options, self._rehearsal = options, rehearsal
        self._device = network.head.weight.device
        self._train = {index: place for place, index in enumerate(division.train)}
        self._val = {index: place for place, index in enumerate(division.val)}
        total = len(division.train) * options.variants + len(division.val)
        done = 0
        parts: list[list[tuple[Tensor, Tensor]]] = []
        network.eval()
        still = options.model_copy(update=_AS_IT_IS)
        varied = options.model_copy(update={"blackout": 0.0})
        looks = [(division.train, still), *[(division.train, varied)] * (options.variants - 1)]
        looks.append((division.val, options.model_copy(update={**_AS_IT_IS, "noise": ()})))
        with torch.no_grad():
            for number, (indices, how) in enumerate(looks, 1):
                augment = Augmentation(how)
                part = []
                for batch in _chunks(indices):
                    check()
                    roi, extra = augment.pairs(store, batch, number)
                    part.append(network.features(to_batch(roi, self._device), to_batch(extra, self._device)))
                    done += len(batch)
                    progress(done, total)
                parts.append(part)
            self._black, self._frames = _black_features(network, store, self._device)
        joined = [tuple(torch.cat([pair[side] for pair in part]) for side in (0, 1)) for part in parts]
        self._kept = joined[:-1]
        self._held_out = joined[-1]

    @property
    def plain(self) -> tuple[Tensor, Tensor]:
        """The features of the training items as they are, in the division's order: (n, a) and (n, b)."""
        roi, extra = self._kept[0]
        return roi, extra

    def make(self, batch: Batch) -> Made:
        """Two times (k, dim) float32; which variant, and whether the surroundings are black, goes by epoch and draw.

        With a rehearsal its features and classes are behind them.
        """
        rows: list[Tensor] = []
        surroundings: list[Tensor] = []
        for index, draw in zip(batch.indices, batch.draws, strict=True):
            random = np.random.default_rng([self._options.seed, _STREAM, batch.epoch, draw])
            roi, extra = self._kept[int(random.integers(len(self._kept)))]
            black = random.random() < self._options.blackout
            rows.append(roi[self._train[index]])
            surroundings.append(self._black[self._frames[index]] if black else extra[self._train[index]])
        drawn = self._rehearsal.draw(batch) if self._rehearsal is not None else ()
        return torch.stack(rows), torch.stack(surroundings), *drawn

    def answers(self, network: RveRNet, made: Made) -> Answered:
        """See ``Feed.answers``."""
        roi, extra, *drawn = (torch.as_tensor(part).to(self._device) for part in made)
        logits = network.integrate(roi, extra)
        rehearsed = (network.integrate(drawn[0], drawn[1]), drawn[2]) if drawn else None
        return Answered(logits, logits, None, (roi, extra), rehearsed)

    def logits(self, network: RveRNet, indices: Sequence[int], check: Callable[[], None]) -> Tensor:
        """See ``Feed.logits``."""
        check()
        places = torch.tensor([self._val[index] for index in indices], dtype=torch.long)
        roi, extra = self._held_out
        shown = extra[places]
        if self._options.blackout >= 1.0:
            shown = self._black[torch.tensor([self._frames[index] for index in indices], dtype=torch.long)]
        with torch.no_grad():
            return network.integrate(roi[places], shown).float().cpu()


def _chunks(indices: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(indices), LARGEST_BATCH):
        yield indices[first : first + LARGEST_BATCH]


def _black_features(network: RveRNet, store: ViewStore, device: torch.device) -> tuple[Tensor, list[int]]:
    """Features (frames, dim) of empty surroundings, one for each way a photo lies in its view; and which is whose."""
    places: dict[Frame, int] = {}
    which = [places.setdefault(frame, len(places)) for frame in store.frames]
    features = []
    for frames in _chunks(list(range(len(places)))):
        known = list(places)
        views = [black_view(known[place], store.preprocessing) for place in frames]
        batch = to_batch(np.stack(views), device)
        features.append(network.features(batch, batch)[1])
    return torch.cat(features), which
