"""How long a training would take and how much memory: a few of its photos are cut, a few of its steps are taken.

Everything goes through the code of training itself, at the batch size that training would have. What was measured of a
few is multiplied by how many there are, so it is "about"; a machine that is busy with something else meanwhile makes it
worse in either direction.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from rvergui.core import RverError
from rvergui.runtime.machine import peak_memory
from rvergui.rvernet.checkpoint import CheckpointHeader, save_checkpoint
from rvergui.rvernet.memory import OutOfMemoryError, is_out_of_memory
from rvergui.rvernet.network import RveRNet, start_phrase
from rvergui.rvernet.predictor import device_name
from rvergui.rvernet.preprocessing import Preprocessing
from rvergui.training.batches import Batch
from rvergui.training.device import device_named, seeded
from rvergui.training.events import Cancelled, Estimate, Event, Failed
from rvergui.training.feature_cache import can_be_cached
from rvergui.training.loop import TrainingLoop
from rvergui.training.options import LARGEST_BATCH, TrainOptions
from rvergui.training.plan import Division, Parent, class_rows, network_plan, new_header
from rvergui.training.results import check_place
from rvergui.training.run import Run, model_words
from rvergui.training.sources import Source, Work, read_source
from rvergui.training.team import Team
from rvergui.training.view_store import MEMORY_LIMIT, StoppedError, ViewStore

SAMPLE_PHOTOS = 6
# A step that would take longer is not taken whole: a few items of it say as much.
PATIENCE_S = 5.0
FEW = 4
# As a rule every other epoch is the best so far, and is written.
SHARE_KEPT = 0.5


@dataclass(frozen=True)
class _Costs:
    """What was measured, in seconds and bytes."""

    train_item: float
    val_item: float
    feature_item: float
    parent_item: float
    memory: int


def estimate(
    options: TrainOptions,
    emit: Callable[[Event], None],
    cancelled: Callable[[], bool] = lambda: False,
    spent: float = 0.0,
) -> None:
    """Measure what a training with ``options`` would take; ends with an ``estimate``, ``cancelled`` or ``failed``.

    Args:
        options: the choices; nothing is written but a file that is removed again.
        emit: receives the events.
        cancelled: asked now and then.
        spent: seconds that this process has already taken to start, which a training takes, too.

    Raises:
        RverError: such a training would not begin, or does not fit into memory.
    """
    probe = Probe(options, emit, cancelled, Team())
    try:
        with seeded(options.seed):
            emit(probe.look(spent))
    except StoppedError:
        emit(Cancelled())
    except RverError as error:
        emit(Failed(message=str(error), smaller_batch=getattr(error, "smaller_batch", None)))
        raise


class Probe(Run):
    """A run that ends after a few steps."""

    def look(self, spent: float) -> Estimate:
        """The estimate."""
        check_place(self._options)
        self._device = device_named(self._options.device)
        source = read_source(self._options.source)
        units = [unit for unit in source.work if unit.split != "test"]
        sample = Source(_spread(units), source.order, source.current_name)
        parent = self._parent(source)
        plan = network_plan(self._options, parent, self._default_backbone())
        preprocessing = parent.header.preprocessing if parent is not None else self._fresh_preprocessing(plan)
        began = time.monotonic()
        store = self._cut(sample, preprocessing)
        items = sum(unit.items for unit in units) or round(len(store) / len(sample.work) * len(units))
        cut_photo = (time.monotonic() - began) / len(sample.work)
        network, header = self._made(source, store, parent, preprocessing)
        start = time.monotonic() - self._begin - cut_photo * len(sample.work)
        train, val = _divided(items, self._options.val_share)
        batch = self._options.batch_size_for(train)
        costs = self._costs(source, network, header, store, parent, min(batch, train))
        keep = self._keep_seconds(network, header)
        cached = can_be_cached(self._options)
        looked_at = (train * self._options.variants + val) * costs.feature_item if cached else 0.0
        stored = min(round(store.bytes_taken / len(store) * items), MEMORY_LIMIT)
        return Estimate(
            model=model_words(header),
            start=header.parent or start_phrase(header.start["roi"], header.start["extra_roi"]),
            items=items,
            batch_size=batch,
            epochs=self._options.epochs,
            prepare_seconds=spent + start + cut_photo * len(units) + looked_at + val * costs.parent_item,
            epoch_seconds=train * costs.train_item + val * costs.val_item + SHARE_KEPT * keep,
            memory=costs.memory + stored,
            gpu_memory=torch.cuda.max_memory_reserved() if self._device.type == "cuda" else 0,
            device=device_name(self._device),
        )

    def _made(
        self, source: Source, store: ViewStore, parent: Parent | None, preprocessing: Preprocessing
    ) -> tuple[RveRNet, CheckpointHeader]:
        """The network that training would begin with; the sample may lack classes, which costs nothing."""
        plan = network_plan(self._options, parent, self._default_backbone())
        names = list(dict.fromkeys([*source.order, *store.class_names])) or ["a", "b"]
        rows: dict[str, int | None]
        rows = class_rows(source, store, parent) if len(set(store.class_names)) > 1 else dict.fromkeys(names)
        network = self._network(parent, plan, rows, preprocessing).to(self._device)
        division = Division(range(len(store)), range(len(store)))
        classes = list(rows)
        return network, new_header(
            network, preprocessing, parent, classes, store, division, self._options, device_name(self._device)
        )

    def _costs(
        self,
        source: Source,
        network: RveRNet,
        header: CheckpointHeader,
        store: ViewStore,
        parent: Parent | None,
        batch: int,
    ) -> _Costs:
        division = Division(range(len(store)), range(len(store)))
        teacher = self._teacher(source, header)
        feed = self._feed(network, store, division, teacher)  # the first look warms up
        began = time.monotonic()
        if can_be_cached(self._options):
            feed = self._feed(network, store, division, teacher)
        looked_at = len(store) * (1 + self._options.variants)
        feature_item = (time.monotonic() - began) / looked_at
        loop = TrainingLoop(
            network=network,
            classes=header.classes,
            class_names=store.class_names,
            feed=feed,
            division=division,
            options=self._options,
            about="",
            team=Team(),
            emit=lambda event: None,
            cancelled=self._cancelled,
            keep=lambda network, judged, epoch: None,
            teacher=teacher,
        )
        try:
            train_item, memory = self._steps(loop, len(store), batch)
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            raise OutOfMemoryError(
                f"There is not enough memory for batches of {batch}; choose batches of {max(batch // 2, 1)}, or "
                "smaller backbones.",
                batch // 2 or None,
            ) from error
        val = [place % len(store) for place in range(min(LARGEST_BATCH, max(len(store), FEW)))]
        val_item = _timed(lambda: loop.try_judging(val), self._device) / len(val)
        parent_item = 0.0
        if parent is not None and parent.comparable:
            parent_item = feature_item if can_be_cached(self._options) else val_item
        return _Costs(train_item, val_item, feature_item, parent_item, max(memory, peak_memory()))

    def _steps(self, loop: TrainingLoop, there: int, batch: int) -> tuple[float, int]:
        """Seconds an item, and the peak of memory in bytes, of steps with ``batch`` items."""

        def step(count: int) -> float:
            self._check()
            places = tuple(place % there for place in range(count))
            return _timed(lambda: loop.try_step(Batch(1, places, tuple(range(count)))), self._device)

        few = min(FEW, batch)
        before = peak_memory()
        step(few)  # the first one of all prepares kernels
        an_item = step(few) / few
        taken = max(peak_memory() - before, 0) / few
        if batch == few or an_item * batch > PATIENCE_S:
            return an_item, round(peak_memory() + taken * (batch - few))
        step(batch)
        return min(step(batch), step(batch)) / batch, peak_memory()

    def _keep_seconds(self, network: RveRNet, header: CheckpointHeader) -> float:
        with TemporaryDirectory(prefix=".estimate-", dir=self._options.out.parent) as folder:
            began = time.monotonic()
            save_checkpoint(Path(folder) / "m.safetensors", network, header, half=self._options.half)
            return time.monotonic() - began


def _spread(units: Sequence[Work]) -> list[Work]:
    """A few of them, from everywhere."""
    step = max(len(units) // SAMPLE_PHOTOS, 1)
    return list(units[::step][:SAMPLE_PHOTOS])


def _divided(items: int, share: float) -> tuple[int, int]:
    held_out = min(max(round(items * share), 1), max(items - 1, 1))
    return max(items - held_out, 1), held_out


def _timed(act: Callable[[], object], device: torch.device) -> float:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    began = time.monotonic()
    act()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.monotonic() - began
