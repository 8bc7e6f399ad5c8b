"""What the network is shown while it learns: views, varied anew in every epoch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rvergui.rvernet.network import RveRNet, to_batch
from rvergui.training.augment import Augmentation
from rvergui.training.batches import Batch
from rvergui.training.distil import Teacher, Views, answers_and_views
from rvergui.training.metrics import predict_logits
from rvergui.training.options import LARGEST_BATCH, TrainOptions
from rvergui.training.view_store import ViewStore

Made = tuple[NDArray[np.uint8], NDArray[np.uint8]] | tuple[Tensor, ...]


@dataclass(frozen=True)
class Answered:
    """What is said to a step's inputs.

    Attributes:
        for_labels: (n, classes) logits that are compared with the labels.
        for_teacher: likewise with the teacher.
        advice: the teacher's own; None without one.
        views: both branches' features (n, dim).
        rehearsed: logits (k, classes) and classes (k,) of what is rehearsed besides; None if nothing is.
    """

    for_labels: Tensor
    for_teacher: Tensor
    advice: Tensor | None
    views: Views
    rehearsed: tuple[Tensor, Tensor] | None = None


class Feed(Protocol):
    """Where a network's inputs come from."""

    def make(self, batch: Batch) -> Made:
        """The inputs of a step; may be called on any thread, ahead of time."""
        ...

    def answers(self, network: RveRNet, made: Made) -> Answered:
        """What the network, and the teacher if there is one, say to a step's inputs."""
        ...

    def logits(self, network: RveRNet, indices: Sequence[int], check: Callable[[], None]) -> Tensor:
        """Logits (k, classes) on the CPU for validation items as they are; the network is in evaluation mode."""
        ...


class ViewFeed:
    """Cuts varied views and shows them to the whole network."""

    def __init__(
        self, store: ViewStore, options: TrainOptions, device: torch.device, teacher: Teacher | None = None
    ) -> None:
        self._store, self._device, self._teacher = store, device, teacher
        self._augment = Augmentation(options)
        self._context = options.blackout < 1.0

    def make(self, batch: Batch) -> Made:
        """Two times (k, size, size, 3) uint8."""
        return self._augment.pairs(self._store, batch.indices, batch.epoch, batch.draws)

    def answers(self, network: RveRNet, made: Made) -> Answered:
        """See ``Feed.answers``."""
        roi, extra = (to_batch(np.asarray(views), self._device) for views in made)
        advice = self._teacher.advice(roi, extra) if self._teacher is not None else None
        for_labels, for_teacher, views = answers_and_views(network, roi, extra)
        return Answered(for_labels, for_teacher, advice, views)

    def logits(self, network: RveRNet, indices: Sequence[int], check: Callable[[], None]) -> Tensor:
        """See ``Feed.logits``."""
        return predict_logits(network, self._store, indices, LARGEST_BATCH, check, context=self._context)
