"""A whole training run: labelled data in, a checkpoint out, events on the way."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from rvergui.core import RverError
from rvergui.runtime.settings import Settings
from rvergui.rvernet.backbones import canonical_name
from rvergui.rvernet.checkpoint import CheckpointHeader, load_checkpoint, read_header, save_checkpoint
from rvergui.rvernet.network import RveRNet, start_network, start_phrase
from rvergui.rvernet.predictor import best_device, device_name
from rvergui.rvernet.preprocessing import Preprocessing
from rvergui.rvernet.start_weights import find_start_weights
from rvergui.training.events import Cancelled, Event, Failed, Finished, Preparing, Started
from rvergui.training.loop import TrainingLoop
from rvergui.training.metrics import Scores, predict, score
from rvergui.training.options import DEFAULT_BACKBONE, DEFAULT_SIZE, LARGEST_BATCH, SCRATCH_BACKBONE, TrainOptions
from rvergui.training.plan import Division, Parent, class_rows, divide, new_header
from rvergui.training.sources import Source, read_source
from rvergui.training.view_store import StoppedError, ViewStore, cut_views

_SECONDS_BETWEEN_PREPARING = 0.25
_MOST_WORKERS = 4


class TrainingCancelledError(RverError):
    """The run was stopped before the first epoch was complete; nothing was written."""


def train(options: TrainOptions, emit: Callable[[Event], None], cancelled: Callable[[], bool] = lambda: False) -> Path:
    """Train a network and write the best epoch's checkpoint.

    The last event tells the outcome: ``finished``, ``cancelled`` or ``failed``. The checkpoint is written whole each
    time an epoch is the best so far, and never otherwise, so a run that ends early leaves the best until then.

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
    run = _Run(options, emit, cancelled)
    try:
        with _seeded(options.seed):
            run.go()
    except StoppedError as error:
        kept = options.out if run.saved else None
        emit(Cancelled(checkpoint=str(kept) if kept is not None else None))
        if kept is None:
            raise TrainingCancelledError(
                "Training was cancelled before a first result; nothing was changed."
            ) from error
    except RverError as error:
        emit(Failed(message=str(error)))
        raise
    except MemoryError as error:
        message = "There is not enough memory to train; close other programs or choose smaller backbones."
        emit(Failed(message=message))
        raise RverError(message) from error
    except Exception as error:
        # whatever it is, the window shall hear of it
        emit(Failed(message=f"Training stopped unexpectedly ({type(error).__name__}: {error}); your labels are safe."))
        raise
    return options.out


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Inside, torch's generators start from ``seed``; afterwards they are as they were."""
    with torch.random.fork_rng(devices=range(torch.cuda.device_count())):
        torch.manual_seed(seed)
        yield


class _Run:
    def __init__(self, options: TrainOptions, emit: Callable[[Event], None], cancelled: Callable[[], bool]) -> None:
        self._options = options
        self._emit = emit
        self._cancelled = cancelled
        self._begin = time.monotonic()
        self._settings = Settings()
        threads = options.threads or self._settings.threads
        if threads is not None:
            torch.set_num_threads(threads)
        self._device = torch.device(options.device) if options.device else best_device()
        self._folders = options.weights if options.weights is not None else self._settings.weight_folders()
        self.saved = False

    def go(self) -> None:
        self._check_out()
        source = read_source(self._options.source)
        parent = self._parent(source)
        preprocessing = parent.header.preprocessing if parent is not None else self._fresh_preprocessing()
        backbones = self._backbones(parent)
        store = self._cut(source, preprocessing)
        rows = class_rows(source, store, parent)
        division = divide(store, parent, self._options.val_share, self._options.seed)
        network = self._network(parent, backbones, rows, preprocessing)
        header = new_header(
            network, backbones, parent, list(rows), store, division, self._options, device_name(self._device)
        )
        loop = TrainingLoop(
            network=network.to(self._device),
            classes=header.classes,
            store=store,
            division=division,
            options=self._options,
            emit=self._emit,
            cancelled=self._cancelled,
            keep=lambda best, scores, epoch: self._keep(header, best, scores, epoch),
        )
        self._emit(self._started(header, source, store, division, loop.steps))
        before = self._judge(parent, store, division) if parent is not None else None
        best = loop.run()
        self._emit(
            Finished(
                checkpoint=str(self._options.out),
                metrics=best.numbers(),
                parent_metrics=before.numbers() if before is not None else None,
                seconds=time.monotonic() - self._begin,
                per_class=best.per_class,
                parent_per_class=before.per_class if before is not None else None,
                confused=list(best.confused),
            )
        )

    def _check_out(self) -> None:
        """That the result can be written, before an hour is spent on it."""
        out, start = self._options.out, self._options.start_from
        if out.is_dir():
            raise RverError(f"{out} is a folder; name a file for the checkpoint, such as {out / 'model.safetensors'}.")
        if start is not None and out.exists() and start.exists() and out.samefile(start):
            raise RverError(
                f"{out.name} is the model that training starts from; choose another name for the new one, so that the "
                "two can be compared."
            )
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=out.parent):
                pass
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise RverError(
                f"{out.name} cannot be written to {out.parent} ({reason}); choose another folder."
            ) from error

    def _parent(self, source: Source) -> Parent | None:
        path = self._options.start_from
        if path is None:
            return None
        header = read_header(path)
        for asked, own, view in (
            (self._options.roi, header.roi_backbone, "ROI"),
            (self._options.extra_roi, header.extra_roi_backbone, "extra-ROI"),
        ):
            if asked is not None and canonical_name(asked) != own:
                raise RverError(
                    f"{path.name} has the {view} backbone {own}, not {asked}; leave the backbone out to continue from "
                    "it, or train without it."
                )
        if self._options.size not in (None, header.preprocessing.size):
            raise RverError(
                f"{path.name} looks at {header.preprocessing.size} pixels, not {self._options.size}; leave the size "
                "out to continue from it, or train without it."
            )
        network, header = load_checkpoint(path)
        return Parent(network, header, tuple(source.current_name(name) for name in header.classes))

    def _fresh_preprocessing(self) -> Preprocessing:
        return Preprocessing(size=self._options.size or DEFAULT_SIZE)

    def _backbones(self, parent: Parent | None) -> tuple[str, str]:
        if parent is not None:
            return parent.header.roi_backbone, parent.header.extra_roi_backbone
        roi, extra_roi = self._options.roi, self._options.extra_roi
        default = DEFAULT_BACKBONE if find_start_weights(DEFAULT_BACKBONE, self._folders) else SCRATCH_BACKBONE
        return canonical_name(roi or default), canonical_name(extra_roi or default)

    def _cut(self, source: Source, preprocessing: Preprocessing) -> ViewStore:
        work = [unit for unit in source.work if unit.split != "test"]
        if not work:
            raise RverError(f"{self._options.source} has no training part; only its test part holds pairs.")
        spoke = time.monotonic()

        def progress(done: int, total: int) -> None:
            nonlocal spoke
            now = time.monotonic()
            if done == total or now - spoke >= _SECONDS_BETWEEN_PREPARING:
                spoke = now
                self._emit(Preparing(done=done, total=total))

        workers = self._options.workers or min(os.cpu_count() or 1, _MOST_WORKERS)
        limit = self._options.pixel_limit or self._settings.pixel_limit
        return cut_views(work, preprocessing, limit, workers, progress, self._cancelled)

    def _network(
        self,
        parent: Parent | None,
        backbones: tuple[str, str],
        rows: dict[str, int | None],
        preprocessing: Preprocessing,
    ) -> RveRNet:
        if parent is None:
            return start_network(*backbones, len(rows), preprocessing.size, self._folders, self._options.seed)
        assert self._options.start_from is not None
        network, _ = load_checkpoint(self._options.start_from)  # the parent itself is still to be judged
        network.with_classes(list(rows.values()))
        network.roi.options = dict(parent.header.backbone_options.get("roi", {}))
        network.extra_roi.options = dict(parent.header.backbone_options.get("extra_roi", {}))
        network.roi.start = network.extra_roi.start = parent.header.name
        return network

    def _started(
        self, header: CheckpointHeader, source: Source, store: ViewStore, division: Division, steps: int
    ) -> Started:
        return Started(
            model=f"{header.roi_backbone} + {header.extra_roi_backbone}, {header.preprocessing.size} px",
            start=header.parent or start_phrase(header.start["roi"], header.start["extra_roi"]),
            train_items=len(division.train),
            val_items=len(division.val),
            train_photos=len({store.photo_keys[i] for i in division.train}),
            val_photos=len({store.photo_keys[i] for i in division.val}),
            classes=header.classes,
            epochs=self._options.epochs,
            steps=steps,
            device=device_name(self._device),
            skipped=[*source.problems, *store.skipped],
        )

    def _judge(self, parent: Parent, store: ViewStore, division: Division) -> Scores:
        """The parent's scores on the same held-out photos."""

        def check() -> None:
            if self._cancelled():
                raise StoppedError

        network = parent.network.to(self._device)
        probabilities = predict(network, store, division.val, LARGEST_BATCH, check)
        parent.network.cpu()
        return score(probabilities, parent.output_names(), [store.class_names[i] for i in division.val])

    def _keep(self, header: CheckpointHeader, network: RveRNet, scores: Scores, epoch: int) -> None:
        best = header.model_copy(update={"metrics": scores.numbers(), "training": {**header.training, "epoch": epoch}})
        save_checkpoint(self._options.out, network, best, half=self._options.half)
        self.saved = True
