"""What a training run says of itself, one JSON object a line.

The run may be another process (``rvergui train --events``), so its words are values that survive a pipe. No torch here:
the window parses these lines.
"""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_serializer


class _Event(BaseModel):
    # "model" is a word of ours, not a method of pydantic's; fields that a newer run adds are no reason to stop.
    model_config = ConfigDict(frozen=True, extra="ignore", protected_namespaces=())

    def line(self) -> str:
        """The event as one line of JSON without a line break."""
        return self.model_dump_json()


class Preparing(_Event):
    """Photos are being read and cut to the network's size; comes before ``started``, some times or never."""

    event: Literal["preparing"] = "preparing"
    done: int = Field(ge=0)
    total: int = Field(ge=0)


class Started(_Event):
    """The data is ready and the first step follows.

    Attributes:
        model: the backbones in words, e.g. "mobilenetv2_100 + deit_tiny_patch16_224, 224 px".
        start: what the weights start from, one phrase.
        classes: the names the network will know, in the order of its outputs.
        steps: optimiser steps in all epochs together.
        device: where it runs, in words.
        skipped: photos (or pairs) left out, each with its reason.
        resumed_at: the step after which an interrupted training goes on; 0 for a new one.
        batch_size: items a step.
        unjudged: classes that none of the photos to judge by shows.
        notes: what else is not as one would expect, a sentence each.
    """

    event: Literal["started"] = "started"
    model: str
    start: str
    train_items: int
    val_items: int
    train_photos: int
    val_photos: int
    classes: list[str]
    epochs: int
    steps: int
    device: str
    skipped: list[str] = []
    resumed_at: int = 0
    batch_size: int = 0
    unjudged: list[str] = []
    notes: list[str] = []


class Step(_Event):
    """One optimiser step is done. Fast runs leave some out; the last of each epoch always comes.

    Attributes:
        step: counted from 1 over all epochs.
        epoch: counted from 1.
        loss: of this batch; null in JSON if it is not finite.
        seconds_left: an estimate for everything that is left.
    """

    event: Literal["step"] = "step"
    step: int
    steps: int
    epoch: int
    loss: float | None
    lr: float
    seconds_left: float

    @field_serializer("loss")
    def _finite(self, loss: float | None) -> float | None:
        return loss if loss is not None and math.isfinite(loss) else None


class Epoch(_Event):
    """An epoch is trained and validated; ``best`` says that the checkpoint now holds it.

    ``per_class`` is the F1 of each class that occurs among the held-out items.
    """

    event: Literal["epoch"] = "epoch"
    epoch: int
    train_loss: float
    val_loss: float
    top1: float
    macro_f1: float
    best: bool
    per_class: dict[str, float] = {}


class Confusion(BaseModel):
    """``count`` validation items of class ``true`` were called ``predicted``."""

    model_config = ConfigDict(frozen=True)

    true: str
    predicted: str
    count: int


class Finished(_Event):
    """The run is complete.

    Attributes:
        checkpoint: the best epoch's file.
        metrics: top1, top5, macro_f1, loss of that epoch on the held-out photos, 0..1 but for the loss.
        parent_metrics: the same of the model it started from, on the same photos; None if it started from none, or
            from one that takes views of another size.
        seconds: the run's duration.
        per_class: F1 of each class that occurs among the held-out items.
        parent_per_class: the same of the parent.
        confused: the pairs of classes that are confused most, worst first.
        stopped_early: whether epochs were left out because nothing got better.
    """

    event: Literal["finished"] = "finished"
    checkpoint: str
    metrics: dict[str, float]
    parent_metrics: dict[str, float] | None = None
    seconds: float
    per_class: dict[str, float] = {}
    parent_per_class: dict[str, float] | None = None
    confused: list[Confusion] = []
    stopped_early: bool = False


class Cancelled(_Event):
    """Stopped on request; ``checkpoint`` is the best epoch so far, None if none was complete."""

    event: Literal["cancelled"] = "cancelled"
    checkpoint: str | None = None


class Failed(_Event):
    """Stopped by a problem; one sentence for people.

    ``smaller_batch`` is the batch size to try next where memory ran out, else None.
    """

    event: Literal["failed"] = "failed"
    message: str
    smaller_batch: int | None = None


class Estimate(_Event):
    """What a training would take, measured by a few of its steps; nothing was trained.

    Attributes:
        model: the backbones in words.
        start: what the weights would start from, one phrase.
        items: labelled objects, to learn from and to judge by.
        batch_size: items a step.
        epochs: at most so many.
        prepare_seconds: until the first step: starting, opening photos, cutting, features of frozen backbones, judging
            the model that it starts from.
        epoch_seconds: an epoch with its judgement and its share of saving.
        memory: the most main memory that the process would take, in bytes.
        gpu_memory: likewise of the GPU; 0 without one.
        device: where it would run, in words.
    """

    event: Literal["estimate"] = "estimate"
    model: str
    start: str
    items: int = Field(ge=0)
    batch_size: int
    epochs: int
    prepare_seconds: float = Field(ge=0)
    epoch_seconds: float = Field(ge=0)
    memory: int = Field(ge=0)
    gpu_memory: int = 0
    device: str = ""

    def seconds(self, epochs: int | None = None) -> float:
        """How long ``epochs`` would take; those that were asked for if None."""
        return self.prepare_seconds + self.epoch_seconds * (epochs or self.epochs)


Event = Preparing | Started | Step | Epoch | Finished | Cancelled | Failed | Estimate

_ADAPTER: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="event")])


def parse_event(line: str | bytes) -> Event | None:
    """The event in a line of a run's output; None for anything else, such as a library's warning or half a line."""
    try:
        return _ADAPTER.validate_json(line)
    except ValidationError:
        return None
