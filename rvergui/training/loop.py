"""The training loop: steps, epochs, and the best epoch kept."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from rvergui.core import RverError
from rvergui.rvernet.memory import is_out_of_memory
from rvergui.rvernet.network import Branch, RveRNet, to_batch
from rvergui.training.augment import Augmentation
from rvergui.training.average import Average
from rvergui.training.events import Epoch, Event, Step
from rvergui.training.interruption import interruptible
from rvergui.training.metrics import Scores, predict, score
from rvergui.training.options import LARGEST_BATCH, TrainOptions
from rvergui.training.plan import Division
from rvergui.training.view_store import StoppedError, ViewStore

_CLIP = 2.0
_STARTED_BRANCH_RATE = 1.0 / 3.0
_BATCH_NORMS = (nn.BatchNorm2d, nn.BatchNorm1d)
_WARM_UP_SHARE = 0.1
# Steps faster than this are not all reported.
_SECONDS_BETWEEN_STEPS = 0.25
# A training item costs a forward and a backward pass, a validation item a forward pass.
_TRAIN_COST, _VAL_COST = 3.0, 1.0


@dataclass
class TrainingLoop:
    """One run over prepared examples.

    Attributes:
        network: on its device; trained in place.
        classes: the name of each output.
        store: the examples.
        division: which of them train and which validate.
        options: the choices.
        emit: receives step and epoch events.
        cancelled: asked after every layer.
        keep: called with the averaged network, its scores and the epoch whenever an epoch is the best so far.
    """

    network: RveRNet
    classes: Sequence[str]
    store: ViewStore
    division: Division
    options: TrainOptions
    emit: Callable[[Event], None]
    cancelled: Callable[[], bool]
    keep: Callable[[RveRNet, Scores, int], None]
    _best: tuple[float, float] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        place = {name: index for index, name in enumerate(self.classes)}
        self._targets = np.array([place[name] for name in self.store.class_names], dtype=np.int64)
        self._device = self.network.head.weight.device
        self.network.to(memory_format=torch.channels_last)  # the views' own layout; convolutions are faster in it
        self._batch_size = self.options.batch_size_for(len(self.division.train))
        self._random = np.random.default_rng(self.options.seed)
        self._augment = Augmentation(self.options, self._random)
        self._loss = nn.CrossEntropyLoss(weight=self._class_weights(), label_smoothing=self.options.label_smoothing)
        self._optimizer = torch.optim.AdamW(
            _parameter_groups(self.network, self.options), lr=self.options.learning_rate
        )
        self._average = Average(self.network)
        self.steps = len(self._batches_of(self.division.train)) * self.options.epochs
        self._schedule = torch.optim.lr_scheduler.LambdaLR(self._optimizer, _warm_up_then_cosine(self.steps))

    def run(self) -> Scores:
        """Train all epochs; the scores of the best.

        Raises:
            StoppedError: ``cancelled`` said so; what ``keep`` received is the best so far.
            RverError: memory ran out, or the loss is no longer a number.
        """
        best: Scores | None = None
        clock = _Clock(self._cost_of_epoch() * self.options.epochs)
        try:
            with interruptible(self.network, self.cancelled), interruptible(self._average.network, self.cancelled):
                for epoch in range(1, self.options.epochs + 1):
                    best = self._epoch(epoch, clock) or best
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            raise RverError(_too_large(self._batch_size)) from error
        assert best is not None
        return best

    def _epoch(self, epoch: int, clock: _Clock) -> Scores | None:
        """Train and validate once; the scores if they are the best so far."""
        _learning_mode(self.network)
        order = self._random.permutation(np.asarray(self.division.train))
        batches = self._batches_of(order.tolist())
        losses: list[float] = []
        for number, indices in enumerate(batches, start=1):
            rate = float(self._schedule.get_last_lr()[0])
            losses.append(self._step(indices))
            clock.spend(_TRAIN_COST * len(indices))
            step = (epoch - 1) * len(batches) + number
            if clock.speaks() or number == len(batches) or step == 1:
                self.emit(
                    Step(step=step, steps=self.steps, epoch=epoch, loss=losses[-1], lr=rate, seconds_left=clock.left())
                )
        train_loss = float(np.average(losses, weights=[len(indices) for indices in batches]))
        if not math.isfinite(train_loss):
            raise RverError("The training ran away: its loss is no longer a number; choose a smaller learning rate.")
        scores = self._validate()
        clock.spend(_VAL_COST * len(self.division.val))
        quality = (scores.macro_f1, -scores.loss)
        better = self._best is None or quality > self._best
        if better:
            self._best = quality
            self.keep(self._average.network, scores, epoch)
        self.emit(
            Epoch(
                epoch=epoch,
                train_loss=train_loss,
                val_loss=scores.loss,
                top1=scores.top1,
                macro_f1=scores.macro_f1,
                best=better,
            )
        )
        return scores if better else None

    def _step(self, indices: Sequence[int]) -> float:
        if self.cancelled():
            raise StoppedError
        count = len(indices)
        roi, extra = self._augment.pairs(self.store, indices)
        target = torch.from_numpy(self._targets[np.asarray(indices)]).to(self._device)
        with _single_item_mode(self.network, count), self._autocast():
            logits = self.network(to_batch(roi, self._device), to_batch(extra, self._device))
            loss: Tensor = self._loss(logits.float(), target)
        self._optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(self.network.parameters(), _CLIP)
        self._optimizer.step()
        self._schedule.step()
        self._average.follow(self.network)
        return float(loss.detach())

    def _validate(self) -> Scores:
        alone = self.options.blackout >= 1.0
        network = self._average.network
        probabilities = predict(network, self.store, self.division.val, LARGEST_BATCH, context=not alone)
        return score(probabilities, self.classes, [self.store.class_names[i] for i in self.division.val])

    def _autocast(self) -> torch.autocast:
        """Half-width arithmetic on GPUs; on CPUs it is slower."""
        return torch.autocast(self._device.type, dtype=torch.bfloat16, enabled=self._device.type == "cuda")

    def _batches_of(self, indices: Sequence[int]) -> list[Sequence[int]]:
        """Batches; a last one of a single item joins the one before, since batch norm cannot learn from one item."""
        size = self._batch_size
        batches = [indices[first : first + size] for first in range(0, len(indices), size)]
        if len(batches) > 1 and len(batches[-1]) == 1:
            batches[-2:] = [[*batches[-2], *batches[-1]]]
        return batches

    def _class_weights(self) -> Tensor | None:
        if not self.options.class_weights:
            return None
        counts = np.bincount(self._targets[np.asarray(self.division.train)], minlength=len(self.classes))
        weights = np.where(counts > 0, 1.0 / np.sqrt(np.maximum(counts, 1)), 0.0)
        weights *= np.count_nonzero(weights) / weights.sum()
        weights[counts == 0] = 1.0
        return torch.tensor(weights, dtype=torch.float32, device=self._device)

    def _cost_of_epoch(self) -> float:
        return _TRAIN_COST * len(self.division.train) + _VAL_COST * len(self.division.val)


class _Clock:
    """How much is left, from what was done so far."""

    def __init__(self, cost: float) -> None:
        self._cost = cost
        self._spent = 0.0
        self._begin = time.monotonic()
        self._spoke = self._begin

    def spend(self, cost: float) -> None:
        self._spent += cost

    def left(self) -> float:
        return (time.monotonic() - self._begin) * max(self._cost - self._spent, 0.0) / max(self._spent, 1.0)

    def speaks(self) -> bool:
        """Whether it is time for another step event."""
        now = time.monotonic()
        if now - self._spoke < _SECONDS_BETWEEN_STEPS:
            return False
        self._spoke = now
        return True


class _single_item_mode:
    """Batch norm uses its running statistics while a batch has a single item."""

    def __init__(self, network: nn.Module, count: int) -> None:
        self._norms = [m for m in network.modules() if isinstance(m, _BATCH_NORMS) and m.training] if count == 1 else []

    def __enter__(self) -> None:
        for norm in self._norms:
            norm.eval()

    def __exit__(self, *_: object) -> None:
        for norm in self._norms:
            norm.train()


def _learning_mode(network: RveRNet) -> None:
    """Training mode, but batch norm of branches with a start keeps the statistics that came with it.

    A few small batches of half-black pictures are no better estimate than a million photos. Weights with the statistics
    folded into their kernels (as in files that were quantised) even stop working with any others: the features that
    made them worth starting from are gone at the first step.
    """
    network.train()
    for branch in (network.roi, network.extra_roi):
        if branch.start != "random":
            for module in branch.modules():
                if isinstance(module, _BATCH_NORMS):
                    module.eval()


def _parameter_groups(network: RveRNet, options: TrainOptions) -> Iterator[dict[str, object]]:
    """Branches with a start learn more slowly; biases, norms and other vectors do not decay."""
    parts: list[tuple[nn.Module, float]] = [(network.integration, 1.0)]
    for branch in (network.roi, network.extra_roi):
        parts.append((branch, _rate_of(branch)))
    for module, factor in parts:
        trained = [p for p in module.parameters() if p.requires_grad]
        for decays, decay in ((True, options.weight_decay), (False, 0.0)):
            group = [p for p in trained if (p.ndim >= 2) is decays]
            if group:
                yield {"params": group, "lr": options.learning_rate * factor, "weight_decay": decay}


def _rate_of(branch: Branch) -> float:
    return 1.0 if branch.start == "random" else _STARTED_BRANCH_RATE


def _warm_up_then_cosine(steps: int) -> Callable[[int], float]:
    """The learning rate's factor at each step: linear from near 0, then half a cosine down to near 0.

    Counted in steps throughout; the published code counts warm-up in batches but advances by epochs, so that its rate
    never leaves the warm-up.
    """
    warm_up = max(math.ceil(steps * _WARM_UP_SHARE), 1)

    def factor(step: int) -> float:
        if step < warm_up:
            return (step + 1) / warm_up
        return 0.5 * (1.0 + math.cos(math.pi * min((step - warm_up + 1) / max(steps - warm_up + 1, 1), 1.0)))

    return factor


def _too_large(batch_size: int) -> str:
    if batch_size > 1:
        return (
            f"There is not enough memory for batches of {batch_size}; train with batches of {max(batch_size // 2, 1)} "
            "(--batch-size) or with smaller backbones. The earlier model is untouched."
        )
    return "There is not enough memory for these backbones; choose smaller ones. The earlier model is untouched."
