"""How good a checkpoint is on labelled data."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from rvergui.core import RverError
from rvergui.runtime.settings import Settings
from rvergui.rvernet.checkpoint import load_checkpoint
from rvergui.rvernet.memory import is_out_of_memory
from rvergui.rvernet.predictor import best_device
from rvergui.training.metrics import predict, score
from rvergui.training.sources import Source, Work, read_source
from rvergui.training.view_store import ViewStore, cut_views

SPLITS = ("test", "all")


def evaluate(
    checkpoint: Path,
    data: Path,
    split: str = "test",
    batch_size: int = 32,
    workers: int | None = None,
    context: bool = True,
) -> dict[str, Any]:
    """The scores of ``checkpoint`` on ``data``.

    Args:
        checkpoint: a trained model.
        data: a .rver project or a pairs folder.
        split: "test" is the test part of a pairs folder, and of a project the photos that the checkpoint was not
            trained on; "all" is everything.
        batch_size: examples at a time.
        workers: threads that open photos; None: up to four.
        context: False blacks the surroundings out, to see what they are worth.

    Returns:
        top1, top5, macro_f1, loss (0..1 but the loss); items; photos; per_class (F1 by name) and per_class_items;
        confused, a list of {true, predicted, count}; seen_in_training, how many of the items are on photos that the
        checkpoint was trained on; skipped, a sentence for each photo left out.

    Raises:
        RverError: the checkpoint or the data cannot be used, or nothing is left to judge by.
    """
    if split not in SPLITS:
        raise RverError(f"There is no split {split!r}; choose {' or '.join(SPLITS)}.")
    network, header = load_checkpoint(checkpoint)
    source = read_source(data)
    store = cut_views(
        _work(source, data, split),
        header.preprocessing,
        Settings().pixel_limit,
        workers or min(os.cpu_count() or 1, 4),
        lambda done, total: None,
        lambda: False,
    )
    trained_on = header.photos_seen
    indices = _indices(store, source, trained_on, split, data)
    names = [source.current_name(name) or name for name in header.classes]
    try:
        probabilities = predict(network.to(best_device()), store, indices, batch_size, context=context)
    except (MemoryError, RuntimeError) as error:
        if not is_out_of_memory(error):
            raise
        raise RverError(f"There is not enough memory to evaluate {header.name}; close other programs.") from error
    scores = score(probabilities, names, [store.class_names[i] for i in indices])
    return {
        "model": header.name,
        "items": scores.items,
        "photos": len({store.photo_keys[i] for i in indices}),
        **scores.numbers(),
        "per_class": scores.per_class,
        "per_class_items": scores.counts,
        "confused": [confusion.model_dump() for confusion in scores.confused],
        "seen_in_training": sum(store.photo_keys[i] in trained_on for i in indices),
        "skipped": [*source.problems, *store.skipped],
    }


def _work(source: Source, data: Path, split: str) -> list[Work]:
    has_parts = any(unit.split is not None for unit in source.work)
    if split == "all" or not has_parts:
        return list(source.work)
    test = [unit for unit in source.work if unit.split == "test"]
    if not test:
        raise RverError(f"{data} has no test part; evaluate all of it, or export pairs with a test share.")
    return test


def _indices(store: ViewStore, source: Source, trained_on: frozenset[str], split: str, data: Path) -> list[int]:
    has_parts = any(unit.split is not None for unit in source.work)
    if split == "all" or has_parts:
        return list(range(len(store)))
    unseen = [i for i, key in enumerate(store.photo_keys) if key not in trained_on]
    if not unseen:
        raise RverError(
            f"The model was trained on every labelled photo of {data.name}; label new photos, or evaluate all of them."
        )
    return unseen
