"""The training loop: steps, epochs, and the best epoch kept."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from rvergui.core import RverError
from rvergui.rvernet.memory import OutOfMemoryError, is_out_of_memory
from rvergui.rvernet.network import RveRNet
from rvergui.training.batches import Batch, Batches, rarity
from rvergui.training.calibration import fit_temperature
from rvergui.training.distil import Objective, Teacher
from rvergui.training.events import Epoch, Event, Step
from rvergui.training.examples_ahead import ahead
from rvergui.training.feed import Answered, Feed, Made
from rvergui.training.interruption import interruptible
from rvergui.training.learner import Learner, single_item_mode
from rvergui.training.logs import Logs
from rvergui.training.metrics import Scores, score
from rvergui.training.options import TrainOptions
from rvergui.training.plan import Division
from rvergui.training.resume import Progress, Saved, random_states, save_state, set_random_states
from rvergui.training.team import Team
from rvergui.training.view_store import StoppedError

# Steps faster than this are not all reported.
_SECONDS_BETWEEN_STEPS = 0.25
# A training item costs a forward and a backward pass, a validation item a forward pass.
_TRAIN_COST, _VAL_COST = 3.0, 1.0


@dataclass(frozen=True)
class Judgement:
    """An epoch's scores, and the temperature that fits its network to the held-out photos."""

    scores: Scores
    temperature: float


@dataclass
class TrainingLoop:
    """One run over prepared examples.

    Attributes:
        network: on its device; trained in place.
        classes: the name of each output.
        class_names: of each example.
        feed: where inputs come from.
        division: which examples train and which validate.
        options: the choices.
        about: what has to be the same for the run to go on later, see ``resume.description``.
        team: the processes that learn together.
        emit: receives step and epoch events.
        cancelled: asked after every layer.
        keep: called with a network, its judgement and the epoch whenever an epoch is the best so far.
        keep_last: likewise after every epoch.
        teacher: what is learnt from besides the labels.
        logs: receives every epoch.
    """

    network: RveRNet
    classes: Sequence[str]
    class_names: Sequence[str]
    feed: Feed
    division: Division
    options: TrainOptions
    about: str
    team: Team
    emit: Callable[[Event], None]
    cancelled: Callable[[], bool]
    keep: Callable[[RveRNet, Judgement, int], None]
    keep_last: Callable[[RveRNet, Judgement, int], None] | None = None
    teacher: Teacher | None = None
    logs: Logs | None = None
    progress: Progress = field(default_factory=Progress)

    def __post_init__(self) -> None:
        place = {name: index for index, name in enumerate(self.classes)}
        self._targets = np.array([place[name] for name in self.class_names], dtype=np.int64)
        self._batches = Batches(self.division.train, self._targets, len(self.classes), self.options)
        self.steps = self._batches.an_epoch * self.options.epochs
        self._learner = Learner(self.network, self.options, self.steps, self.team)
        self._device = self._learner.device
        self._objective = Objective(self._class_weights(), self.options, self.teacher).to(self._device)
        self._wrote = self._began = time.monotonic()

    def restore(self, saved: Saved) -> None:
        """Go on from an interrupted run.

        Raises:
            RverError: it was another network's.
        """
        try:
            self._learner.restore(saved.learner)
        except (KeyError, ValueError, RuntimeError, TypeError, AttributeError) as error:
            raise RverError(
                "The interrupted training is of another network; train without going on with it."
            ) from error
        if self.team.rank < len(saved.random):
            set_random_states(saved.random[self.team.rank], self._device)
        self.progress = saved.progress
        self._began = time.monotonic() - saved.progress.seconds

    def run(self) -> Scores:
        """Train the epochs that are left; the scores of the best.

        Raises:
            StoppedError: ``cancelled`` said so; what ``keep`` received is the best so far.
            RverError: memory ran out, or the loss is no longer a number.
        """
        clock = _Clock(self._cost_left())
        try:
            with ExitStack() as stack:
                if self.team.size == 1:  # one process of several that stops inside a step leaves the others waiting
                    stack.enter_context(interruptible(self.network, self.cancelled))
                    if self._learner.judged is not self.network:
                        stack.enter_context(interruptible(self._learner.judged, self.cancelled))
                while self.progress.epoch <= self.options.epochs and not self._gave_up():
                    self._epoch(self.progress.epoch, clock)
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            smaller = self._batches.size // 2 or None
            raise OutOfMemoryError(_too_large(self._batches.size), smaller) from error
        assert self.progress.best is not None
        return self.progress.best

    @property
    def batch_size(self) -> int:
        """Items a step."""
        return self._batches.size

    def try_step(self, batch: Batch) -> None:
        """Learn from a batch outside of any epoch, to see what it takes."""
        self._learner.begin_epoch()
        self._step(batch, batch, self.feed.make(batch))

    def try_judging(self, indices: Sequence[int]) -> None:
        """Let the network that is judged look at validation items, likewise."""
        self._learner.judged.eval()
        self.feed.logits(self._learner.judged, indices, self._check)

    @property
    def stopped_early(self) -> bool:
        """Whether the run ended because nothing got better."""
        return self._gave_up() and self.progress.epoch <= self.options.epochs

    def _gave_up(self) -> bool:
        return self.options.patience is not None and self.progress.stale >= self.options.patience

    def _epoch(self, epoch: int, clock: _Clock) -> None:
        """Train (what is left of) an epoch and validate."""
        progress = self.progress
        self._learner.begin_epoch()
        batches = self._batches.of(epoch)
        rate = self._learner.rate
        parts = [batch.part(self.team.rank, self.team.size) for batch in batches[progress.done :]]
        with closing(ahead(parts, self.feed.make)) as made:
            for batch, part in zip(batches[progress.done :], parts, strict=True):
                self._between_steps()
                rate = self._learner.rate
                loss = self._step(batch, part, next(made))
                progress.losses.append((loss, len(batch.indices)))
                progress.done += 1
                clock.spend(_TRAIN_COST * len(batch.indices))
                self._tell_step(epoch, len(batches), rate, loss, clock)
        train_loss = float(np.average([loss for loss, _ in progress.losses], weights=[n for _, n in progress.losses]))
        if not math.isfinite(train_loss):
            raise RverError("The training ran away: its loss is no longer a number; choose a smaller learning rate.")
        judged = self._validate()
        clock.spend(_VAL_COST * len(self.division.val))
        better = progress.best is None or _quality(judged.scores) > _quality(progress.best)
        if better:
            self.team.in_turn(lambda: self.keep(self._learner.judged, judged, epoch))
        if self.keep_last is not None and self.team.leads:
            self.keep_last(self._learner.judged, judged, epoch)
        progress.best = judged.scores if better else progress.best
        progress.stale = 0 if better else progress.stale + 1
        progress.epoch, progress.done, progress.losses = epoch + 1, 0, []
        self._tell_epoch(epoch, train_loss, judged.scores, better, rate)

    def _tell_step(self, epoch: int, an_epoch: int, rate: float, loss: float, clock: _Clock) -> None:
        step = (epoch - 1) * an_epoch + self.progress.done
        if clock.speaks() or self.progress.done == an_epoch or step == 1:
            self.emit(Step(step=step, steps=self.steps, epoch=epoch, loss=loss, lr=rate, seconds_left=clock.left()))

    def _tell_epoch(self, epoch: int, train_loss: float, scores: Scores, better: bool, rate: float) -> None:
        event = Epoch(
            epoch=epoch,
            train_loss=train_loss,
            val_loss=scores.loss,
            top1=scores.top1,
            macro_f1=scores.macro_f1,
            best=better,
            per_class=scores.per_class,
        )
        if self.logs is not None:
            self.logs.epoch(event, scores.top5, rate, time.monotonic() - self._began)
        self.emit(event)

    def _between_steps(self) -> None:
        """Stop if somebody asked; write the state if it is time. All processes do the same."""
        due = self.team.leads and time.monotonic() - self._wrote >= self.options.state_seconds
        stop, write = self.team.agreed((self.cancelled(), due), self._device)
        if stop:
            raise StoppedError
        if write:
            random = self.team.gathered(random_states(self._device))
            self.progress.seconds = time.monotonic() - self._began
            if self.team.leads:
                save_state(self.options.out, self.about, self.progress, self._learner.state(), random)
            self._wrote = time.monotonic()

    def _step(self, batch: Batch, part: Batch, made: Made) -> float:
        """Learn from a batch, this process from its part; the whole batch's loss without the branches' own."""
        whole = torch.from_numpy(self._targets[np.asarray(batch.indices)]).to(self._device)
        share = self._objective.share_of(whole)
        loss: Tensor | None = None
        lesson: Tensor | None = None
        if part.indices:
            own = torch.from_numpy(self._targets[np.asarray(part.indices)]).to(self._device)
            with single_item_mode(self.network, len(part.indices)), self._learner.autocast():
                said = self.feed.answers(self.network, made)
                loss = self._objective(said.for_labels.float(), said.for_teacher.float(), own, said.advice) / share
                besides = self._learner.view_loss(said.views, own) + self._rehearsal_loss(said)
                lesson = loss + besides / len(batch.indices)
        self._learner.step(lesson)
        return self.team.total(float(loss.detach()) if loss is not None else 0.0, self._device)

    def _rehearsal_loss(self, said: Answered) -> Tensor | float:
        """What is rehearsed counts as much as as many items; it is not part of the loss that is told."""
        if said.rehearsed is None:
            return 0.0
        logits, classes = said.rehearsed
        smooth = self.options.label_smoothing
        summed = nn.functional.cross_entropy(logits.float(), classes, reduction="sum", label_smoothing=smooth)
        return self.options.rehearse * summed

    def _validate(self) -> Judgement:
        network, val = self._learner.judged, list(self.division.val)
        was_training = network.training
        network.eval()
        own = self.feed.logits(network, val[self.team.rank :: self.team.size], self._check)
        network.train(was_training)
        logits = self.team.rows(own, len(val), self._device)
        scores = score(logits.softmax(dim=1), self.classes, [self.class_names[i] for i in val])
        return Judgement(scores, fit_temperature(logits, torch.from_numpy(self._targets[np.asarray(val)])))

    def _check(self) -> None:
        if self.team.size == 1 and self.cancelled():
            raise StoppedError

    def _class_weights(self) -> Tensor | None:
        if self.options.balance != "weights":
            return None
        weights = rarity(self._targets, self.division.train, len(self.classes))
        return torch.tensor(weights, dtype=torch.float32)

    def _cost_left(self) -> float:
        epoch = _TRAIN_COST * len(self.division.train) + _VAL_COST * len(self.division.val)
        done = _TRAIN_COST * sum(n for _, n in self.progress.losses)
        return epoch * (self.options.epochs - self.progress.epoch + 1) - done


def _quality(scores: Scores) -> tuple[float, float]:
    return scores.macro_f1, -scores.loss


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


def _too_large(batch_size: int) -> str:
    if batch_size > 1:
        return (
            f"There is not enough memory for batches of {batch_size}; train with batches of {max(batch_size // 2, 1)} "
            "(--batch-size) or with smaller backbones. The earlier model is untouched."
        )
    return "There is not enough memory for these backbones; choose smaller ones. The earlier model is untouched."
