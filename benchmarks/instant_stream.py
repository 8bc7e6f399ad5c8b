"""Learning while somebody labels: a trained network meets classes that it has never seen, between those it knows.

Run as ``python benchmarks/instant_stream.py DATASET MASKS CHECKPOINT [--each 15] [--orders 8] [--keep FILE.npz]``
(``--json`` for machines) with the folder "dataset" of the grocery store data set, the ``masks.jsonl`` that
``python -m rvergui.training.grocery`` has written for it, and a checkpoint that was trained without some of its
classes, on photos of the official lists train and val: ``--step few-shot`` of ``rvergui.training.grocery_model`` makes
one.

Of the official test photos so many of every new class, and a quarter of that of every class that the checkpoint
knows, come in a random order. Each is named from what was labelled before it and then labelled. Told is the share of
right first names (and of right names among the first five) by how many photos were labelled before: by the network
alone, by the most similar labelled photo, and by the program's own suggestions; each over several orders of the same
photos. Of objects whose right name could be suggested, the probability given to the first name stands beside how often
it was right; calibrated numbers are equal.
"""

from __future__ import annotations

import argparse
import json
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rvergui.core.photo_loading import load_photo
from rvergui.rvernet.instant_head import InstantHead, Lesson
from rvergui.rvernet.predictor import Predictor
from rvergui.training.grocery import FoundMask, read_photos

EDGES = (0, 16, 32, 64, 128, 256, 512)
WAYS = ("network alone", "nearest photo", "suggestions")
Found = dict[str, dict[str, list[float]]]


def look(dataset: Path, masks: Path, checkpoint: Path, each: int) -> dict[str, NDArray[np.generic]]:
    """What the network sees of the photos: "features", "chances", "name" (n,), "classes"."""
    parsed = (FoundMask.parse(line) for line in masks.read_text(encoding="utf-8").splitlines())
    found = {mask.path: mask.mask for mask in parsed if mask is not None}
    predictor = Predictor.load(checkpoint, device="cpu")
    known = set(predictor.info.classes)
    photos = [photo for photo in read_photos(dataset) if photo.part == "test"]
    random = np.random.default_rng(0)
    features, chances, names = [], [], []
    for name in dict.fromkeys(photo.class_name for photo in photos):
        own = [photo for photo in photos if photo.class_name == name]
        count = max(each // 4, 1) if name in known else each
        for place in random.permutation(len(own))[:count]:
            photo = own[int(place)]
            naming = predictor.classify(load_photo(dataset / photo.path), [found[photo.path]])[0]
            assert naming.impression is not None
            features.append(naming.impression.features)
            chances.append(naming.impression.chances)
            names.append(name)
    return {
        "features": np.array(features),
        "chances": np.array(chances),
        "name": np.array(names),
        "classes": np.array(predictor.info.classes),
    }


def ranked(scores: NDArray[np.floating], names: list[str]) -> list[str]:
    """The five best names."""
    return [names[place] for place in np.argsort(-scores, kind="stable")[:5]]


def one_order(data: dict[str, NDArray[np.generic]], seed: int) -> dict[str, NDArray[np.bool_]]:
    """For every way (photos, 2): whether its first name was right, and whether one of five was.

    Besides of each photo "new": whether the network does not know its class; "known name": whether its name could be
    suggested; "given": the probability of the first suggestion.
    """
    classes, names = data["classes"].tolist(), data["name"].tolist()
    features, chances = data["features"].astype(np.float32), data["chances"].astype(np.float32)
    head = InstantHead(classes, trained=True)
    order = np.random.default_rng([1, seed]).permutation(len(names))
    right: dict[str, list[tuple[bool, bool]]] = {way: [] for way in WAYS}
    given: list[float] = []
    could: list[bool] = []
    for place, row in enumerate(order):
        before = order[:place]
        answer = head.answer(features[row][None], chances[row][None])[0]
        given.append(float(answer.max()))
        could.append(names[row] in head.names())
        alike: dict[str, float] = {}
        for other, likeness in zip(before, features[before] @ features[row], strict=True):
            alike[names[other]] = max(alike.get(names[other], -1.0), float(likeness))
        said = {
            "network alone": ranked(chances[row], classes),
            "nearest photo": ranked(np.array(list(alike.values())), list(alike)),
            "suggestions": ranked(answer, list(head.names())),
        }
        for way, best in said.items():
            right[way].append((best[:1] == [names[row]], names[row] in best))
        head.learn([Lesson(str(row), names[row], features[row], chances[row])])
    found: dict[str, NDArray[np.bool_]] = {way: np.array(each) for way, each in right.items()}
    new = np.array([names[row] not in set(classes) for row in order])
    return found | {"new": new, "known name": np.array(could), "given": np.array(given)}


def stream(data: dict[str, NDArray[np.generic]], orders: int) -> dict[str, Found]:
    """By kind of class, way and rank the shares in each part of the stream, mean over the orders."""
    runs = [one_order(data, seed) for seed in range(orders)]
    count = len(data["name"])
    edges = [*(edge for edge in EDGES if edge < count), count]
    told: dict[str, Found] = {}
    for kind, wanted in (("new classes", True), ("known classes", False), ("all", None)):
        found: Found = {}
        for way in WAYS:
            for rank, column in (("first", 0), ("of five", 1)):
                shares = []
                for begin, end in pairwise(edges):
                    parts = []
                    for run in runs:
                        mine = np.ones(count, bool) if wanted is None else run["new"] == wanted
                        mine = mine & (np.arange(count) >= begin) & (np.arange(count) < end)
                        parts.append(run[way][mine, column])
                    shares.append(float(np.concatenate(parts).mean()))
                found.setdefault(way, {})[rank] = shares
        told[kind] = found
    sure: dict[str, list[float]] = {"given": [], "right": []}
    for begin, end in pairwise(edges):
        fair = [
            (run["given"][i], run["suggestions"][i, 0])
            for run in runs
            for i in range(begin, end)
            if run["known name"][i]
        ]
        sure["given"].append(float(np.mean([each for each, _ in fair])))
        sure["right"].append(float(np.mean([each for _, each in fair])))
    told["names that can be suggested"] = {"suggestions": sure}
    told["edges"] = {"labelled before": {"from": [float(edge) for edge in edges]}}
    return told


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("masks", type=Path)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--each", type=int, default=15, help="photos of every new class")
    parser.add_argument("--orders", type=int, default=8)
    parser.add_argument("--keep", type=Path, help="features are written there, and read if the file is there")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    if chosen.keep is not None and chosen.keep.is_file():
        with np.load(chosen.keep) as file:
            data = dict(file)
    else:
        data = look(chosen.dataset, chosen.masks, chosen.checkpoint, chosen.each)
        if chosen.keep is not None:
            np.savez(chosen.keep, **data)
    new = set(data["name"].tolist()) - set(data["classes"].tolist())
    found = stream(data, chosen.orders)
    if chosen.json:
        print(json.dumps(found, indent=1))
        return
    print(f"{len(data['name'])} photos, {len(new)} new classes, {len(data['classes'])} known ones")
    edges = [round(edge) for edge in found.pop("edges")["labelled before"]["from"]]
    print(f"{'labelled before':40}", *(f"{edge:>6}" for edge in edges[:-1]))
    for kind, ways in found.items():
        for way, ranks in ways.items():
            for rank, shares in ranks.items():
                print(f"{kind + ', ' + way + ', ' + rank:40}", *(f"{share:6.3f}" for share in shares))


if __name__ == "__main__":
    main()
