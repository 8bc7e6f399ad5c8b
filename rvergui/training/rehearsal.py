"""Classes without a photo in the data are rehearsed: the head learns them again from what the parent remembers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import numpy as np
import torch
from torch import Tensor

from rvergui.rvernet.feature_memory import WIDEST, FeatureMemory
from rvergui.rvernet.network import RveRNet, to_batch
from rvergui.training.batches import Batch
from rvergui.training.view_store import ViewStore

_STREAM = 0x4E
# Means of so many objects a class are as good as those of all.
MOST_A_CLASS = 32
# Small enough for somebody who cancels not to wait.
_BATCH = 16


class Rehearsal:
    """Draws features of remembered classes, as many as a step has items.

    Attributes:
        classes: the places of the classes that are rehearsed.
    """

    def __init__(self, memory: FeatureMemory, classes: Sequence[int], seed: int) -> None:
        self.classes = tuple(classes)
        self._memory, self._seed = memory, seed
        self._places = np.array(self.classes, dtype=np.intp)

    def draw(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        """Features (k, a) and (k, b) and the class (k,) of an object for each item, whoever takes which part."""
        drawn = []
        for item in batch.draws:
            random = np.random.default_rng([self._seed, _STREAM, batch.epoch, item])
            place = random.choice(self._places)
            drawn.append((*self._memory.draw(np.array([place]), random), torch.tensor([int(place)])))
        roi, extra, places = (torch.cat(parts) for parts in zip(*drawn, strict=True))
        return roi, extra, places


def rehearsal_of(
    memory: FeatureMemory | None, rows: Sequence[int | None], taught: Collection[int], seed: int
) -> Rehearsal | None:
    """What a head is to rehearse; None if nothing is to be, or nothing is remembered.

    Args:
        memory: the parent's.
        rows: for each class of the new network the parent's, None for a new one.
        taught: the classes that the data teach.
        seed: of what is drawn.
    """
    if memory is None:
        return None
    own = memory.for_classes(rows)
    classes = [place for place in own.known if place not in taught]
    return Rehearsal(own, classes, seed) if classes else None


def told(rehearsal: Rehearsal | None, away: int, name: str, possible: bool) -> str:
    """What becomes of the classes of which there is no photo to learn from, a sentence.

    Args:
        rehearsal: what is rehearsed; None if nothing is.
        away: how many classes there are no photos of.
        name: of the model that knows them.
        possible: whether training the head alone would rehearse them.
    """
    if rehearsal is not None:
        shown = f"No photo to learn from shows {len(rehearsal.classes)} of the classes of {name}"
        return f"{shown}; they are rehearsed from what it remembers."
    advice = "train the head alone" if possible else "label some of them"
    shown = f"No photo to learn from shows {away} of the classes of {name}"
    return f"{shown}, so the new model will know them less well; {advice} to keep them."


def remembered(
    network: RveRNet,
    store: ViewStore,
    indices: Sequence[int],
    targets: Sequence[int],
    classes: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
    check: Callable[[], None] = lambda: None,
) -> FeatureMemory | None:
    """What ``network`` is to remember of the objects ``indices``, of some of each class if there are many.

    Args:
        network: in evaluation mode, on its device.
        store: the examples.
        indices: those it learnt from.
        targets: (len(store),) the class of each example, a place among all.
        classes: how many there are.
        progress: called with (done, total) objects.
        check: called before each batch; may raise.

    Returns:
        None if its features are too long to be kept.
    """
    if network.roi.feature_dim + network.extra_roi.feature_dim > WIDEST:
        return None
    seen: dict[int, list[int]] = {}
    for index in indices:
        seen.setdefault(targets[index], []).append(index)
    # spread over the whole class, since neighbours are often of one photo
    chosen = [index for own in seen.values() for index in own[:: -(-len(own) // MOST_A_CLASS)]]
    device = network.head.weight.device
    roi_parts, extra_parts = [], []
    with torch.no_grad():
        for first in range(0, len(chosen), _BATCH):
            check()
            some = chosen[first : first + _BATCH]
            roi, extra = network.features(*(to_batch(view, device) for view in store.pairs(some)))
            roi_parts.append(roi.float().cpu())
            extra_parts.append(extra.float().cpu())
            progress(first + len(some), len(chosen))
    places = [targets[index] for index in chosen]
    return FeatureMemory.of(torch.cat(roi_parts), torch.cat(extra_parts), places, classes)
