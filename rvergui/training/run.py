"""A whole training run: labelled data in, a checkpoint out, events on the way."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import torch

from rvergui.core import RverError
from rvergui.project.photo_roles import Roles
from rvergui.runtime.settings import Settings
from rvergui.rvernet.checkpoint import CheckpointHeader, load_checkpoint, read_header
from rvergui.rvernet.feature_memory import WIDEST, FeatureMemory, load_memory, store_memory
from rvergui.rvernet.memory import is_out_of_memory
from rvergui.rvernet.network import RveRNet, empty_network, start_network, start_phrase
from rvergui.rvernet.network_plan import NetworkPlan
from rvergui.rvernet.predictor import device_name
from rvergui.rvernet.preprocessing import Preprocessing
from rvergui.rvernet.start_weights import find_start_weights
from rvergui.rvernet.start_words import RANDOM
from rvergui.training.device import device_named, seeded
from rvergui.training.distil import Teacher
from rvergui.training.events import Cancelled, Event, Failed, Finished, Preparing, Started
from rvergui.training.feature_cache import FeatureFeed, can_be_cached
from rvergui.training.feed import Feed, ViewFeed
from rvergui.training.held_out import settle_roles, unjudged
from rvergui.training.logs import Logs
from rvergui.training.loop import TrainingLoop
from rvergui.training.metrics import Scores, predict, score
from rvergui.training.options import (
    DEFAULT_BACKBONE,
    DEFAULT_SIZE,
    DEFAULT_VIEWS,
    LARGEST_BATCH,
    SCRATCH_BACKBONE,
    TrainOptions,
)
from rvergui.training.plan import Division, Parent, class_rows, divide, labels_of, network_plan, new_header
from rvergui.training.rehearsal import Rehearsal, rehearsal_of, remembered, told
from rvergui.training.results import Results, check_place
from rvergui.training.resume import Saved, description, forget_state, load_state
from rvergui.training.schedule import branches, frozen_parts
from rvergui.training.sources import Source, is_project, read_source
from rvergui.training.team import Team
from rvergui.training.view_store import StoppedError, ViewStore, cut_views

_SECONDS_BETWEEN_PREPARING = 0.25
_MOST_WORKERS = 4


class TrainingCancelledError(RverError):
    """The run was stopped before the first epoch was complete; nothing was written."""


def train(options: TrainOptions, emit: Callable[[Event], None], cancelled: Callable[[], bool] = lambda: False) -> Path:
    """Train a network and write the best epoch's checkpoint.

    The last event tells the outcome: ``finished``, ``cancelled`` or ``failed``. The checkpoint is written whole each
    time an epoch is the best so far, and never otherwise, so a run that ends early leaves the best until then.

    Under torchrun all processes train the one network together; the first of them talks and writes.

    Args:
        options: the choices.
        emit: receives the events in order.
        cancelled: asked after every layer; once it says yes, the run ends within seconds.

    Returns:
        ``options.out``; after a cancel too, if an epoch was complete.

    Raises:
        TrainingCancelledError: stopped before the first epoch was complete.
        RverError: too little data, a folder or a checkpoint that cannot be used, no memory, a full disk.
    """
    team = Team.join()
    if not team.leads:
        emit = _tell_nobody
    run = Run(options, emit, cancelled, team)
    try:
        with seeded(options.seed):
            run.go()
    except StoppedError as error:
        kept = options.out if run.results is not None and run.results.saved else None
        emit(Cancelled(checkpoint=str(kept) if kept is not None else None))
        if kept is None:
            raise TrainingCancelledError(
                "Training was cancelled before a first result; nothing was changed."
            ) from error
    except RverError as error:
        emit(Failed(message=str(error), smaller_batch=getattr(error, "smaller_batch", None)))
        raise
    except MemoryError as error:
        message = "There is not enough memory to train; close other programs or choose smaller backbones."
        emit(Failed(message=message))
        raise RverError(message) from error
    except Exception as error:
        # whatever it is, the window shall hear of it
        emit(Failed(message=f"Training stopped unexpectedly ({type(error).__name__}: {error}); your labels are safe."))
        raise
    finally:
        team.leave()
    return options.out


def _tell_nobody(_event: Event) -> None:
    """Of several processes one talks."""


class Run:
    """The parts of a run, in the order in which they are needed."""

    def __init__(
        self, options: TrainOptions, emit: Callable[[Event], None], cancelled: Callable[[], bool], team: Team
    ) -> None:
        self._options = options
        self._emit = emit
        self._cancelled = cancelled
        self._team = team
        self._begin = time.monotonic()
        self._device = torch.device("cpu")
        self._settings = Settings()
        threads = options.threads or self._settings.threads
        if threads is not None:
            torch.set_num_threads(threads)
        self._folders = options.weights if options.weights is not None else self._settings.weight_folders()
        self._notes: list[str] = []
        self.results: Results | None = None

    def go(self) -> None:
        """Train, judge, write; the last event is ``finished``."""
        check_place(self._options)
        self._device = self._team.device(device_named(self._options.device))
        if self._team.size > 1 and self._device.type == "cuda":
            torch.cuda.set_device(self._device)
        source = read_source(self._options.source)
        parent = self._parent(source)
        plan = network_plan(self._options, parent, self._default_backbone())
        preprocessing = parent.header.preprocessing if parent is not None else self._fresh_preprocessing(plan)
        store = self._cut(source, preprocessing)
        rows = class_rows(source, store, parent)
        roles = self._roles(store, parent)
        division = divide(store, parent, self._options.val_share, self._options.seed, roles)
        network = self._network(parent, plan, rows, preprocessing).to(self._device)
        frozen_parts(network, self._options)  # says so if what is to be frozen is not there
        header = new_header(
            network, preprocessing, parent, list(rows), store, division, self._options, device_name(self._device)
        )
        about = description(self._options, list(rows), store.fingerprint, list(division.train), list(division.val))
        saved = load_state(self._options.out, about) if self._options.resume else None
        self.results = Results(self._options, header, saved is not None and saved.progress.best is not None)
        teacher = self._teacher(source, header)
        targets = [header.classes.index(name) for name in store.class_names]
        taught = {targets[index] for index in division.train}
        rehearsal = self._rehearsal(parent, list(rows.values()), taught)
        # each process has its own chances for dropout, the network they all began with being the same
        torch.manual_seed(self._options.seed + self._team.rank * 1_000_003)
        feed = self._feed(network, store, division, teacher, rehearsal)
        loop = TrainingLoop(
            network=network,
            classes=header.classes,
            class_names=store.class_names,
            feed=feed,
            division=division,
            options=self._options,
            about=about,
            team=self._team,
            emit=self._emit,
            cancelled=self._cancelled,
            keep=self.results.keep,
            keep_last=self.results.keep_last if self._options.last else None,
            teacher=teacher,
        )
        if saved is not None:
            loop.restore(saved)
        self._emit(self._started(header, source, store, division, loop, saved))
        before = self._judge(parent, store, division) if parent is not None and parent.comparable else None
        best = self._logged(loop)
        if self._team.leads:
            self._remember(feed, store, division, targets, parent, list(rows.values()))
            forget_state(self._options.out)
        self._emit(
            Finished(
                checkpoint=str(self._options.out),
                metrics=best.numbers(),
                parent_metrics=before.numbers() if before is not None else None,
                seconds=time.monotonic() - self._begin,
                per_class=best.per_class,
                parent_per_class=before.per_class if before is not None else None,
                confused=list(best.confused),
                stopped_early=loop.stopped_early,
            )
        )

    def _logged(self, loop: TrainingLoop) -> Scores:
        folder = self._options.log_dir
        if folder is None or not self._team.leads:
            return loop.run()
        loop.logs = Logs(folder, self._options.tensorboard, loop.progress.epoch)
        try:
            return loop.run()
        finally:
            loop.logs.close()

    def _parent(self, source: Source) -> Parent | None:
        path = self._options.start_from
        if path is None:
            return None
        network, header = load_checkpoint(path, self._options.size)
        names = tuple(source.current_name(name) for name in header.classes)
        comparable = read_header(path).preprocessing == header.preprocessing
        memory = load_memory(path) if comparable else None  # features of views of another size are others
        lengths = network.roi.feature_dim, network.extra_roi.feature_dim
        fits = memory is not None and memory.fits(*lengths, len(header.classes))
        return Parent(network, header, names, comparable, memory if fits else None)

    def _default_backbone(self) -> str:
        if self._options.scratch or find_start_weights(DEFAULT_BACKBONE, self._folders) is None:
            return SCRATCH_BACKBONE
        return DEFAULT_BACKBONE

    def _roles(self, store: ViewStore, parent: Parent | None) -> Roles | None:
        """What each photo of a project is there for; pairs have no place to note it and are divided anew each time."""
        if not is_project(self._options.source):
            return None
        share, seed = self._options.val_share, self._options.seed
        seen = parent.photos if parent is not None else ()
        roles, problem = settle_roles(self._options.source, labels_of(store), share, seed, seen)
        if problem is not None:
            self._notes.append(problem)
        return roles

    def _fresh_preprocessing(self, plan: NetworkPlan) -> Preprocessing:
        return Preprocessing.model_validate(
            {
                "kind": self._options.preprocessing or DEFAULT_VIEWS,
                "size": self._options.size or DEFAULT_SIZE,
                "roi": plan.roi_view,
            }
        )

    def _teacher(self, source: Source, header: CheckpointHeader) -> Teacher | None:
        path = self._options.teacher
        if path is None:
            return None
        teacher = Teacher(path, header.classes, header.preprocessing, self._options, source.current_name)
        return teacher.to(self._device)

    def _rehearsal(
        self, parent: Parent | None, rows: Sequence[int | None], taught: Collection[int]
    ) -> Rehearsal | None:
        """What the head is to rehearse; a note says which classes are rehearsed, and which will be known less well."""
        away = [place for place, row in enumerate(rows) if row is not None and place not in taught]
        if parent is None or not away:
            return None
        found = rehearsal_of(parent.memory, rows, taught, self._options.seed)
        used = found if can_be_cached(self._options) and self._options.rehearse > 0 else None
        self._notes.append(told(used, len(away), parent.header.name, possible=found is not None))
        return used

    def _remember(
        self,
        feed: Feed,
        store: ViewStore,
        division: Division,
        targets: Sequence[int],
        parent: Parent | None,
        rows: Sequence[int | None],
    ) -> None:
        """Put into the checkpoint what its network says of what it learnt from, for a later head to rehearse."""
        try:
            memory = self._memory(feed, store, division, targets, len(rows))
        except StoppedError:
            return  # the model is whole without
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            return
        if memory is None:
            return
        if parent is not None and parent.memory is not None and can_be_cached(self._options):
            memory = memory.and_before(parent.memory.for_classes(rows))
        with suppress(RverError):  # a full disk; what was trained is there
            store_memory(self._options.out, memory)

    def _memory(
        self, feed: Feed, store: ViewStore, division: Division, targets: Sequence[int], classes: int
    ) -> FeatureMemory | None:
        if isinstance(feed, FeatureFeed):  # it has looked at everything, through branches that did not change
            roi, extra = feed.plain
            if roi.shape[1] + extra.shape[1] > WIDEST:
                return None
            return FeatureMemory.of(roi, extra, [targets[index] for index in division.train], classes)
        network, _ = load_checkpoint(self._options.out)
        return remembered(network.to(self._device), store, division.train, targets, classes, check=self._check)

    def _feed(
        self,
        network: RveRNet,
        store: ViewStore,
        division: Division,
        teacher: Teacher | None,
        rehearsal: Rehearsal | None = None,
    ) -> Feed:
        if not can_be_cached(self._options):
            return ViewFeed(store, self._options, self._device, teacher)
        try:
            return FeatureFeed(network, store, division, self._options, self._preparing(), self._check, rehearsal)
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            raise RverError(
                "There is not enough memory for these backbones' features; choose smaller ones, or fewer --variants."
            ) from error

    def _check(self) -> None:
        if self._cancelled():
            raise StoppedError

    def _preparing(self) -> Callable[[int, int], None]:
        """Tells how far the photos are, now and then."""
        spoke = time.monotonic()

        def progress(done: int, total: int) -> None:
            nonlocal spoke
            now = time.monotonic()
            if done == total or now - spoke >= _SECONDS_BETWEEN_PREPARING:
                spoke = now
                self._emit(Preparing(done=done, total=total))

        return progress

    def _cut(self, source: Source, preprocessing: Preprocessing) -> ViewStore:
        work = [unit for unit in source.work if unit.split != "test"]
        if not work:
            raise RverError(f"{self._options.source} has no training part; only its test part holds pairs.")
        workers = self._options.workers or min(os.cpu_count() or 1, _MOST_WORKERS)
        limit = self._options.pixel_limit or self._settings.pixel_limit
        return cut_views(work, preprocessing, limit, workers, self._preparing(), self._cancelled, by_content=True)

    def _network(
        self, parent: Parent | None, plan: NetworkPlan, rows: dict[str, int | None], preprocessing: Preprocessing
    ) -> RveRNet:
        if parent is None:
            network = self._new_network(plan, len(rows), preprocessing.size)
            if not self._options.normalise:
                for branch in branches(network):
                    branch.mean.zero_()
                    branch.std.fill_(1.0)
            return network
        assert self._options.start_from is not None
        # read again: the parent itself is still to be judged
        network, _ = load_checkpoint(self._options.start_from, preprocessing.size)
        network.with_classes(list(rows.values()))
        for branch in branches(network):
            branch.start = parent.header.name
        return network

    def _new_network(self, plan: NetworkPlan, classes: int, size: int) -> RveRNet:
        if not self._options.scratch:
            network = start_network(plan, classes, size, self._folders, self._options.seed)
            self._notes += self._without_start(network)
            return network
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self._options.seed)
            return empty_network(plan, classes, size)

    def _without_start(self, network: RveRNet) -> Iterator[str]:
        """A backbone that was asked for and begins at random, though nobody asked for that, changes every result."""
        if self._options.roi is None and self._options.extra_roi is None:
            return
        folders = ", ".join(map(str, self._folders)) or "any folder"
        for name in dict.fromkeys(branch.name for branch in branches(network) if branch.start == RANDOM):
            yield (
                f"There are no weights to start {name} from in {folders}, so it starts at random and needs far more "
                "photos; put a file there, or ask for a random start (--scratch)."
            )

    def _started(
        self,
        header: CheckpointHeader,
        source: Source,
        store: ViewStore,
        division: Division,
        loop: TrainingLoop,
        saved: Saved | None,
    ) -> Started:
        done = (loop.progress.epoch - 1) * (loop.steps // self._options.epochs) + loop.progress.done
        return Started(
            model=model_words(header),
            start=header.parent or start_phrase(header.start["roi"], header.start["extra_roi"]),
            train_items=len(division.train),
            val_items=len(division.val),
            train_photos=len({store.photo_keys[i] for i in division.train}),
            val_photos=len({store.photo_keys[i] for i in division.val}),
            classes=header.classes,
            epochs=self._options.epochs,
            steps=loop.steps,
            device=device_name(self._device),
            skipped=[*source.problems, *store.skipped],
            unjudged=unjudged(header.classes, labels_of(store), {store.photo_keys[i] for i in division.val}),
            resumed_at=done if saved is not None else 0,
            batch_size=loop.batch_size,
            notes=self._notes,
        )

    def _judge(self, parent: Parent, store: ViewStore, division: Division) -> Scores:
        """The parent's scores on the same held-out photos."""
        network = parent.network.to(self._device)
        probabilities = predict(network, store, division.val, LARGEST_BATCH, self._check)
        parent.network.cpu()
        return score(probabilities, parent.output_names(), [store.class_names[i] for i in division.val])


def model_words(header: CheckpointHeader) -> str:
    """What a network is made of, in words."""
    second = header.plan.second
    both = f"{header.roi_backbone} + {second}" if second else f"{header.roi_backbone} on the {header.looks_at}"
    return f"{both}{', shared' if header.shared else ''}, {header.preprocessing.size} px"
