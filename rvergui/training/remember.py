"""Give a model that was trained without a memory one: ``python -m rvergui.training.remember MODEL DATA``.

MODEL is changed in place: its network stays to the bit, what it says on average of the objects of each class in DATA
(what it was trained on: a project, pairs, labelled photos) is put beside it, see ``rvernet.feature_memory``. A training
does that by itself.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from rvergui.core import RverError
from rvergui.rvernet.checkpoint import load_checkpoint
from rvergui.rvernet.feature_memory import FeatureMemory, store_memory
from rvergui.training.rehearsal import remembered
from rvergui.training.sources import read_source
from rvergui.training.view_store import cut_views


def remember(model: Path, data: Path, progress: Callable[[int, int], None] = lambda done, total: None) -> FeatureMemory:
    """Put a memory of ``data`` into the checkpoint ``model``; whole or not at all.

    Args:
        model: the checkpoint.
        data: what it was trained on; a test part is left out.
        progress: called with (done, total) photos, then with (done, total) objects.

    Raises:
        RverError: one of them cannot be read, they have no class in common, or the features are too long.
    """
    network, header = load_checkpoint(model)
    source = read_source(data)
    work = [unit for unit in source.work if unit.split != "test"]
    store = cut_views(work, header.preprocessing, 10**9, 1, progress, lambda: False, by_content=True)
    places = {name: place for place, name in enumerate(header.classes)}
    targets = [places.get(name, -1) for name in store.class_names]
    known = [index for index, place in enumerate(targets) if place >= 0]
    if not known:
        raise RverError(f"{data.name} has no object of a class that {model.name} knows; choose what it learnt from.")
    memory = remembered(network, store, known, targets, len(places), progress)
    if memory is None:
        raise RverError(f"The features of {model.name} are too long to be remembered.")
    store_memory(model, memory)
    return memory


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m rvergui.training.remember", description=__doc__)
    parser.add_argument("model", type=Path, help="a checkpoint, changed in place")
    parser.add_argument("data", type=Path, help="what it was trained on")
    chosen = parser.parse_args(arguments)
    try:
        memory = remember(chosen.model, chosen.data)
    except RverError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{chosen.model.name} remembers {len(memory.known)} classes, {int(memory.counts.sum())} objects\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
