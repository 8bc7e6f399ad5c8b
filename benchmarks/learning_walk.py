"""What labelling costs while the suggestions learn: the real window, its real engine, photos of classes nobody trained.

Run as ``python benchmarks/learning_walk.py DATASET MASKS CHECKPOINT [--photos 60] [--classes 10]``, with the folder
"dataset" of the grocery store data set, the ``masks.jsonl`` of ``python -m rvergui.training.grocery`` (it says where a
person would click), and a checkpoint that was trained without some classes (see ``instant_stream.py``); or as
``python benchmarks/learning_walk.py --samples [CHECKPOINT]`` with rendered meals, which needs no data. Needs no screen.

A project has the checkpoint's classes and photos of classes that it has never seen, in a random order. Each photo is
labelled as a person does: one click into the object, then the key of the right name among the five that are suggested;
if it is not there, its first letters until it is the first line, or the whole name of a new class. With ``--retrain``
the model is retrained half-way (Model > Retrain, in a process of its own), compared with the one before on the photos
that were held out, used, and the rest is labelled with it.

Told is, for every ten photos: how often the first suggestion was right, how often one of the five, clicks and keys an
object, and how long the window's event loop was not served at worst; of the retraining how long it took and what the
comparison said, with ``--known`` also how the classes fare that the checkpoint knew before. ``--off`` switches learning
from names off, ``--pictures`` writes pictures of the window, ``--json`` tells all for machines.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication
from walk_known import known_classes
from walk_person import Album, Labelled, Person
from walk_photos import PROJECT, Photo, groceries, sample_meals
from walk_retrain import Retrained, look_at_history, retrain
from watchdog import Watchdog

from rvergui.gui import language
from rvergui.gui.app import make_window
from rvergui.gui.learning.feature import InstantLearning
from rvergui.gui.memory import Memory
from rvergui.training.choices import What

BLOCK = 10


def in_blocks(done: Sequence[Labelled], gaps: Sequence[float]) -> list[dict[str, float]]:
    """The table, a row for every ten photos."""
    rows = []
    for begin in range(0, len(done), BLOCK):
        part = [asdict(each) for each in done[begin : begin + BLOCK]]
        means = {key: float(np.mean([each[key] for each in part])) for key in part[0]}
        rows.append({"from": begin + 1, **means, "longest_gap_ms": max(gaps[begin : begin + BLOCK])})
    return rows


def walk(folder: Path, photos: Sequence[Photo], chosen: argparse.Namespace) -> dict[str, Any]:
    """Label all photos, and retrain on the way; all that is told."""
    window = make_window(folder / "home", remember=False, segmenter="starter")
    window.resize(1400, 900)
    window.show()
    try:
        person, dog = Person(window, Album(chosen.pictures)), Watchdog()
        window.feature(InstantLearning).teacher.switch(not chosen.off)
        person.open(folder / PROJECT)
        done, gaps = [], []
        retrained: Retrained | None = None
        for number, photo in enumerate(photos):
            if number == chosen.retrain_at and chosen.what is not None:
                retrained = retrain(person, What(chosen.what), chosen.rounds)
                print(retrained, file=sys.stderr, flush=True)
            dog.start()
            done.append(person.label(photo, number == 0, _picture(number, chosen.retrain_at)))
            gap = dog.stop()
            gaps.append(gap.ms)
            print(f"{number + 1} of {len(photos)}: {photo.wanted}, {done[-1]}, {gap}", file=sys.stderr, flush=True)
        if retrained is not None:
            look_at_history(person)
        return {
            "blocks": in_blocks(done, gaps),
            "retrained": asdict(retrained) if retrained is not None else None,
        }
    finally:
        window.close()


def _picture(number: int, retrain_at: int) -> str:
    """Suggestions at the beginning, at the end of the first part, and after the retraining are worth a picture."""
    return f"names-{number + 1:02d}" if number in (0, retrain_at - 1, retrain_at + BLOCK) else ""


def tell(found: dict[str, Any]) -> None:
    """For people."""
    print("photos from | first right | one of five | clicks | keys | longest gap in ms")
    for row in found["blocks"]:
        print(
            f"{row['from']:11.0f} | {row['first']:11.2f} | {row['of_five']:11.2f} | {row['clicks']:6.1f} |"
            f" {row['keys']:4.1f} | {row['longest_gap_ms']:.0f}"
        )
    for name, value in {**(found["retrained"] or {}), "known classes": found.get("known classes")}.items():
        print(f"{name}: {value}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Walk and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="*", metavar="DATASET MASKS CHECKPOINT")
    parser.add_argument("--samples", action="store_true", help="label rendered meals; of the data only CHECKPOINT")
    parser.add_argument("--photos", type=int, default=60)
    parser.add_argument("--classes", type=int, default=10)
    parser.add_argument("--off", action="store_true", help="without learning from names")
    parser.add_argument(
        "--retrain", dest="what", choices=[each.value for each in What], help="what learns; no retraining"
    )
    parser.add_argument("--retrain-at", type=int, default=30, metavar="N", help="after so many photos")
    parser.add_argument("--rounds", type=int, choices=(5, 15, 40), help="of the retraining; until it gets no better")
    parser.add_argument("--known", type=int, default=0, metavar="N", help="then name N photos of every known class")
    parser.add_argument("--pictures", type=Path, metavar="DIR")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    data = [path.absolute() for path in chosen.data]
    if len(data) not in ((0, 1) if chosen.samples else (3,)):
        parser.error("name DATASET, MASKS and CHECKPOINT, or --samples and at most a CHECKPOINT")
    app = QApplication.instance() or QApplication(sys.argv[:1])
    memory = Memory(None)
    memory.put(language.SETTING, language.SOURCE)
    language.install(app, memory)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if chosen.samples:
            photos = sample_meals(data[0] if data else None, folder, chosen.photos, chosen.classes)
        else:
            photos = groceries(*data, folder, chosen.photos, chosen.classes)
        found = walk(folder, photos, chosen)
        if chosen.known and found["retrained"] is not None and not chosen.samples:
            new = Path(found["retrained"]["checkpoint"])
            found["known classes"] = known_classes(*data, new, chosen.known)
    del app
    if chosen.json:
        print(json.dumps(found, indent=1))
    else:
        tell(found)


if __name__ == "__main__":
    main()
