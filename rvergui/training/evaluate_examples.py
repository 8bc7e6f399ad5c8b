"""The examples that a checkpoint is judged by, and what it answers on them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rvergui.core import RverError
from rvergui.core.photo import short_key
from rvergui.runtime.settings import Settings
from rvergui.rvernet.checkpoint import CheckpointHeader, load_checkpoint, read_header
from rvergui.rvernet.memory import is_out_of_memory
from rvergui.rvernet.noise import parse_all
from rvergui.rvernet.predictor import best_device
from rvergui.training.calibration import FEWEST, store_temperature, temperature_of
from rvergui.training.metrics import predict
from rvergui.training.sources import PROJECT_SUFFIX, Source, Work, read_source
from rvergui.training.view_store import ViewStore, cut_views

SPLITS = ("test", "val", "held-out", "all")

_MOST_WORKERS = 4


@dataclass(frozen=True)
class Examples:
    """Labelled examples, cut as one kind of checkpoint wants them.

    Attributes:
        store: the cut views; other checkpoints with the same preprocessing can use it.
        indices: which examples of it count.
        source: where they come from.
    """

    store: ViewStore = field(repr=False)
    indices: tuple[int, ...] = field(repr=False)
    source: Source = field(repr=False)

    def __len__(self) -> int:
        return len(self.indices)

    @property
    def true_names(self) -> list[str]:
        """(k,) what each example is."""
        return [self.store.class_names[i] for i in self.indices]

    @property
    def photo_keys(self) -> list[str]:
        """(k,) the photo each is on."""
        return [self.store.photo_keys[i] for i in self.indices]

    @property
    def item_keys(self) -> list[str]:
        """(k,) its own name: the photo's key and the number of the object on it, in the order of the data."""
        number: Counter[str] = Counter()
        keys = []
        for photo in self.store.photo_keys:
            number[photo] += 1
            keys.append(f"{photo}#{number[photo]}")
        return [keys[i] for i in self.indices]

    @property
    def skipped(self) -> list[str]:
        """A sentence for each photo or object left out."""
        return [*self.source.problems, *self.store.skipped]


@dataclass(frozen=True)
class Probabilities:
    """What a checkpoint answers, the same order for every checkpoint on the same data and split.

    Attributes:
        probabilities: (k, outputs) float32, the checkpoint's temperature applied.
        classes: the name of each output, as the data call it today.
        true_names: (k,) what each example is.
        photo_keys: (k,) the photo it is on.
        item_keys: (k,) its own name.
        skipped: a sentence for each photo or object left out.
        temperature: what the logits were divided by.
    """

    probabilities: NDArray[np.float32] = field(repr=False)
    classes: list[str]
    true_names: list[str] = field(repr=False)
    photo_keys: list[str] = field(repr=False)
    item_keys: list[str] = field(repr=False)
    skipped: list[str]
    temperature: float = 1.0


def open_examples(
    checkpoint: Path,
    data: Path,
    split: str = "test",
    workers: int | None = None,
    progress: Callable[[int, int], object] = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Examples:
    """The examples of ``data`` as ``checkpoint`` wants them.

    Args:
        checkpoint: a trained model.
        data: a .rver project or a pairs folder.
        split: "test" is the test part where the data have one, else the photos that the checkpoint was not trained
            on; "val" the photos that its training held out to choose the best epoch; "held-out" those that the project
            ``data`` holds out for good; "all" everything.
        workers: threads that open photos; None: up to four.
        progress: called with (done, total) photos or pairs.
        cancelled: asked after each; a yes raises ``StoppedError``.

    Raises:
        RverError: the checkpoint or the data cannot be used, or nothing is left to judge by.
    """
    if split not in SPLITS:
        raise RverError(f"There is no split {split!r}; choose {', '.join(SPLITS[:-1])} or {SPLITS[-1]}.")
    header = read_header(checkpoint)
    source = read_source(data)

    def tell(done: int, total: int) -> None:
        progress(done, total)

    store = cut_views(
        _work(source, data, split),
        header.preprocessing,
        Settings().pixel_limit,
        workers or min(os.cpu_count() or 1, _MOST_WORKERS),
        tell,
        cancelled,
    )
    return Examples(store, tuple(_indices(store, source, header, split, data)), source)


def probabilities(
    checkpoint: Path,
    data: Path,
    split: str = "test",
    noise: Sequence[str] = (),
    seed: int = 0,
    examples: Examples | None = None,
    batch_size: int = 32,
    context: bool = True,
    check: Callable[[], None] = lambda: None,
) -> Probabilities:
    """What ``checkpoint`` answers on ``data``.

    Args:
        checkpoint: a trained model.
        data: a .rver project or a pairs folder.
        split: see ``open_examples``.
        noise: texts that ``rvernet.noise`` reads, applied one after the other.
        seed: of the noise; every checkpoint sees the same disturbed views.
        examples: what ``open_examples`` gave for a checkpoint with the same preprocessing; spares cutting again.
        batch_size: examples at a time.
        context: False blacks the surroundings out.
        check: called before each batch; may raise.

    Raises:
        RverError: the checkpoint, the data or a noise cannot be used, nothing is left, or memory ran out.
    """
    noises = parse_all(noise)
    network, header = load_checkpoint(checkpoint)
    if examples is not None and examples.store.preprocessing != header.preprocessing:
        raise RverError(f"{header.name} wants its views cut in another way than these examples are; cut them anew.")
    found = examples if examples is not None else open_examples(checkpoint, data, split)
    try:
        answers = predict(
            network.to(best_device()),
            found.store,
            found.indices,
            batch_size,
            check,
            context,
            header.temperature,
            noises,
            seed,
        )
    except (MemoryError, RuntimeError) as error:
        if not is_out_of_memory(error):
            raise
        raise RverError(f"There is not enough memory to evaluate {header.name}; close other programs.") from error
    return Probabilities(
        probabilities=answers.numpy(),
        classes=[found.source.current_name(name) or name for name in header.classes],
        true_names=found.true_names,
        photo_keys=found.photo_keys,
        item_keys=found.item_keys,
        skipped=found.skipped,
        temperature=header.temperature,
    )


def fit_on_held_out(checkpoint: Path, data: Path, workers: int | None = None) -> tuple[float, float, int]:
    """Fit the temperature of ``checkpoint`` on what its training held out of ``data``, and write it into its header.

    Returns:
        The temperature before and after, and on how many objects it was fitted.

    Raises:
        RverError: the checkpoint or the data cannot be used, or too little was held out.
    """
    examples = open_examples(checkpoint, data, "val", workers)
    network, header = load_checkpoint(checkpoint)
    classes = [examples.source.current_name(name) or name for name in header.classes]
    usable = [i for i in examples.indices if examples.store.class_names[i] in classes]
    if len(usable) < FEWEST:
        raise RverError(
            f"Only {len(usable)} objects were held out; a temperature needs {FEWEST} at least, label more photos."
        )
    temperature = temperature_of(network.to(best_device()), examples.store, usable, classes)
    store_temperature(checkpoint, temperature)
    return header.temperature, temperature, len(usable)


def photo_names(data: Path) -> dict[str, str]:
    """Photo key -> the photo's path as the project ``data`` stores it; empty for pairs, whose keys are names already.

    Photos that were never opened in the project are not in it.
    """
    if data.suffix.lower() != PROJECT_SUFFIX or not data.is_file():
        return {}
    from rvergui.project import Project

    with Project.open(data, read_only=True) as project:
        return {short_key(record.content_hash): record.path for record in project.photos() if record.content_hash}


def _has_parts(source: Source) -> bool:
    return any(unit.split is not None for unit in source.work)


def _work(source: Source, data: Path, split: str) -> list[Work]:
    if split in ("held-out", "all") or not _has_parts(source):
        return list(source.work)
    wanted = [unit for unit in source.work if (unit.split == "test") == (split == "test")]
    if not wanted:
        raise RverError(f"{data} has no {split} part; evaluate all of it, or export pairs with a test share.")
    return wanted


def _indices(store: ViewStore, source: Source, header: CheckpointHeader, split: str, data: Path) -> list[int]:
    if split == "val":
        return _held_out(store, header, data)
    if split == "held-out":
        return _held_out_for_good(store, data)
    if split == "all" or _has_parts(source):
        return list(range(len(store)))
    unseen = [i for i, key in enumerate(store.photo_keys) if key not in header.photos_seen]
    if not unseen:
        raise RverError(
            f"The model was trained on every labelled photo of {data.name}; label new photos, or evaluate all of them."
        )
    return unseen


def _held_out(store: ViewStore, header: CheckpointHeader, data: Path) -> list[int]:
    listed = header.training.get("val_photos")
    keys = frozenset(map(str, listed)) if isinstance(listed, list) else frozenset()
    found = [i for i, key in enumerate(store.photo_keys) if key in keys]
    if not found:
        raise RverError(
            f"None of the photos that the training of {header.name} held out is in {data.name}; give the data that it "
            "was trained on."
        )
    return found


def _held_out_for_good(store: ViewStore, data: Path) -> list[int]:
    from rvergui.project import Project
    from rvergui.project.photo_roles import Role

    roles: dict[str, Role] = {}
    if data.suffix.lower() == PROJECT_SUFFIX and data.is_file():
        with Project.open(data, read_only=True) as project:
            roles = project.photo_roles()
    found = [i for i, key in enumerate(store.photo_keys) if roles.get(key) is Role.HELD_OUT]
    if not found:
        raise RverError(
            f"{data.name} holds no labelled photo out for good: a training settles that in its project. Train first, "
            "or judge by the photos that the model was not trained on."
        )
    return found
