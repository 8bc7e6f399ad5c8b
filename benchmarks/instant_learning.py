"""How good names are after a few examples: the head that learns at once, against other ways with the same features.

Run as ``python benchmarks/instant_learning.py GROCERY_STORE [--foods 48] [--keep FEATURES.npz] [--json]`` with the
folder of the grocery store data set; the weights of ``mobilenetv2_100`` have to be where the program finds them. The
network was not trained on these foods. The mask is an ellipse in the middle of the photo. Looking at 960 photos takes
five minutes or more on two cores; ``--keep`` writes the features, and reads them if the file is there.

First part: of the official training photos up to 1, 3 and 10 a food are shown, official test photos are named, and
training photos that were not shown ("like"): those are often of the same heap on the same day. Second part: the
training photos come in a random order, each is named from those before it and then learnt, as in labelling. Beside the
share of right first names stands the probability that was given to them; calibrated numbers are equal.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rvergui.core import Mask
from rvergui.core.photo_loading import load_photo
from rvergui.rvernet.instant_head import InstantHead, Lesson, joined
from rvergui.rvernet.naming_runtime import chosen_device, stacked
from rvergui.rvernet.predictor import Predictor
from rvergui.rvernet.preprocessing import ViewCutter

SHOWN, ASKED, DRAWS = 12, 8, 4
Features = NDArray[np.float32]
Places = NDArray[np.intp]
Way = Callable[[Features, Places, Features, int], Features]


def listed(path: Path) -> dict[int, list[str]]:
    """The photos of every food in a list of the data set."""
    photos: dict[int, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        file, food, *_ = line.split(",")
        photos.setdefault(int(food), []).append(file.strip())
    return photos


def look(folder: Path, foods: int) -> dict[str, NDArray[np.generic]]:
    """Features of some photos of each food: "features" (n, length), "food" (n,), "asked" (n,)."""
    random = np.random.default_rng(0)
    train, test = (listed(folder / "dataset" / f"{part}.txt") for part in ("train", "test"))
    chosen = [food for food in sorted(train) if len(train[food]) >= 10 and len(test.get(food, ())) >= ASKED][:foods]
    predictor = Predictor.untrained(["a", "b"])
    runtime = predictor._network.runtime()
    print(f"{predictor.info.start}; {chosen_device('cpu').torch_name}", flush=True)
    features, food_of, asked = [], [], []
    for food in chosen:
        for part, count in ((train, SHOWN), (test, ASKED)):
            for file in random.permutation(part[food])[:count]:
                pixels = load_photo(folder / "dataset" / str(file)).pixels
                height, width = pixels.shape[:2]
                y, x = np.ogrid[:height, :width]
                inside = ((y - height / 2) / (0.4 * height)) ** 2 + ((x - width / 2) / (0.4 * width)) ** 2 < 1
                roi, extra = ViewCutter(pixels, predictor.preprocessing).views(Mask.from_array(inside))
                features.append(joined(runtime.roi(stacked([roi])), runtime.extra_roi(stacked([extra])))[0])
                food_of.append(food)
                asked.append(part is test)
    numbers = np.unique(food_of, return_inverse=True)[1]
    return {"features": np.array(features), "food": numbers, "asked": np.array(asked)}


def nearest(shown: Features, foods: Places, asked: Features, count: int) -> Features:
    """By the most similar object."""
    alike = asked @ shown.T
    return np.stack([alike[:, foods == food].max(axis=1, initial=-1.0) for food in range(count)], axis=1)


def nearest_mean(shown: Features, foods: Places, asked: Features, count: int) -> Features:
    """By the mean of each food's objects."""
    sums = np.stack([shown[foods == food].sum(axis=0) for food in range(count)])
    scores: Features = asked @ (sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)).T
    return scores


def head(shown: Features, foods: Places, asked: Features, count: int) -> Features:
    """By the head of the program."""
    made = InstantHead([str(food) for food in range(count)], trained=False)
    made.learn(Lesson(str(place), str(food), shown[place]) for place, food in enumerate(foods))
    return made.answer(asked, np.full((len(asked), count), 1.0 / count, np.float32))


WAYS: Mapping[str, Way] = {"nearest": nearest, "nearest_mean": nearest_mean, "head": head}


def few(data: Mapping[str, NDArray[np.generic]], shots: int) -> dict[str, float]:
    """Top-1 of every way, and the probability that the head gave its first name; mean over the draws."""
    features, food, asked = data["features"], data["food"], data["asked"].astype(bool)
    count = int(food.max()) + 1
    found: dict[str, list[float]] = {}
    for draw in range(DRAWS):
        random = np.random.default_rng([shots, draw])
        own = [np.flatnonzero((food == each) & ~asked) for each in range(count)]
        drawn = [random.permutation(each) for each in own]
        rows = np.concatenate([each[:shots] for each in drawn])
        like = np.concatenate([each[shots:] for each in drawn])
        scores = head(features[rows], food[rows], features[like], count)
        found.setdefault("head, like", []).append(float((scores.argmax(axis=1) == food[like]).mean()))
        found.setdefault("given, like", []).append(float(scores.max(axis=1).mean()))
        for name, way in WAYS.items():
            scores = way(features[rows], food[rows], features[asked], count)
            found.setdefault(name, []).append(float((scores.argmax(axis=1) == food[asked]).mean()))
            if name == "head":
                found.setdefault("given", []).append(float(scores.max(axis=1).mean()))
    return {name: float(np.mean(values)) for name, values in found.items()}


def stream(data: Mapping[str, NDArray[np.generic]]) -> dict[str, list[float]]:
    """The share of right first names in each tenth of a stream of photos that are named and then learnt.

    "of known names" is that share, and "given" the mean probability, where the right name had been learnt already; the
    last number of "calibration error" is that of the whole stream (ten bins).
    """
    features, food, asked = data["features"], data["food"], data["asked"].astype(bool)
    order = np.random.default_rng(1).permutation(np.flatnonzero(~asked))
    fair: list[tuple[int, float, bool]] = []
    made = InstantHead((), trained=False)
    right: dict[str, list[bool]] = {"no learning": [], "nearest": [], "head": []}
    for place, row in enumerate(order):
        name, before = str(food[row]), order[:place]
        alike = features[before] @ features[row]
        right["no learning"].append(False)  # a network that was never trained on these foods cannot name them
        right["nearest"].append(bool(place) and food[before[int(alike.argmax())]] == food[row])
        answer = made.answer(features[row][None], np.zeros((1, 0), np.float32))[0]
        right["head"].append(bool(place) and made.names()[int(answer.argmax())] == name)
        if name in made.taught:
            fair.append((10 * place // len(order), float(answer.max()), right["head"][-1]))
        made.learn([Lesson(str(row), name, features[row])])
    told = {way: [float(np.mean(part)) for part in np.array_split(each, 10)] for way, each in right.items()}
    told["of known names"] = [float(np.mean([hit for tenth, _, hit in fair if tenth == n])) for n in range(10)]
    told["given"] = [float(np.mean([given for tenth, given, _ in fair if tenth == n])) for n in range(10)]
    told["calibration error"] = [calibration_error([given for _, given, _ in fair], [hit for *_, hit in fair])]
    return told


def calibration_error(given: list[float], hits: list[bool], bins: int = 10) -> float:
    """The expected calibration error (Guo et al., ICML 2017) of first names with the probabilities ``given``."""
    place = np.minimum((np.array(given) * bins).astype(int), bins - 1)
    gaps = [
        abs(np.array(given)[place == each].sum() - np.array(hits)[place == each].sum())
        for each in range(bins)
        if (place == each).any()
    ]
    return float(sum(gaps) / max(len(given), 1))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--foods", type=int, default=48)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    if chosen.keep is not None and chosen.keep.is_file():
        with np.load(chosen.keep) as file:
            data = dict(file)
    else:
        data = look(chosen.folder, chosen.foods)
        if chosen.keep is not None:
            np.savez(chosen.keep, **data)
    found = {"few": {str(shots): few(data, shots) for shots in (1, 3, 10)}, "stream": stream(data)}
    if chosen.json:
        print(json.dumps(found, indent=1))
        return
    for shots, values in found["few"].items():
        print(shots, *(f"{name} {value:.3f}" for name, value in values.items()))
    for way, shares in found["stream"].items():
        print(f"{way:18}", *(f"{share:.2f}" for share in shares))


if __name__ == "__main__":
    main()
