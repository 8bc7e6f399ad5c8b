"""What it costs to learn a name at once, against naming by the nearest object and against fitting anew.

Run as ``python benchmarks/instant_head.py [--json] [--quick]``; needs no screen, no weights and no photos: features
are drawn, since the time does not depend on what they say. Each round times all ways after one another, so that a busy
machine slows them alike; what is told is medians and their ratios.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable

import numpy as np

from rvergui.rvernet.instant_head import InstantHead, Lesson, joined

ITEMS, CLASSES, LENGTH = 5000, 200, 1280


def timed(act: Callable[[], object]) -> float:
    """Milliseconds that one core works, so that a busy machine does not count; run with OMP_NUM_THREADS=1."""
    begin = time.thread_time()
    act()
    return (time.thread_time() - begin) * 1000.0


def measure(items: int, classes: int, rounds: int) -> dict[str, float]:
    """Medians in milliseconds, and their ratios."""
    random = np.random.default_rng(0)
    centres = random.random((classes, 2, LENGTH), np.float32)
    names = [f"food {number}" for number in range(classes)]

    def lesson(number: int) -> Lesson:
        views = centres[number % classes] + 0.7 * random.random((2, LENGTH), np.float32)
        chances = random.dirichlet(np.ones(classes // 2)).astype(np.float32)
        return Lesson(str(number), names[number % classes], joined(views[:1], views[1:])[0], chances)

    head = InstantHead(names[: classes // 2], trained=True)
    first = [lesson(number) for number in range(items)]
    whole = 0.0
    for start in range(0, items, 256):
        whole += timed(lambda start=start: head.learn(first[start : start + 256]))  # type: ignore[misc]
    whole += timed(lambda: head.mixing)  # the fit itself waits until somebody asks
    features = np.stack([each.features for each in first])
    times: dict[str, list[float]] = {"learn": [], "forget": [], "mix": [], "answer": [], "nearest": [], "anew": []}
    for number in range(rounds):
        new = lesson(items + number)
        asked, said = new.features[None], new.chances[None]  # type: ignore[index]
        times["learn"].append(timed(lambda new=new: head.learn([new])))  # type: ignore[misc]
        times["mix"].append(timed(lambda: head.mixing))
        times["answer"].append(timed(lambda a=asked, s=said: head.answer(a, s)))  # type: ignore[misc]
        times["nearest"].append(timed(lambda a=asked: int(np.argmax(features @ a[0]))))  # type: ignore[misc]
        times["forget"].append(timed(lambda new=new: head.learn(forget=[new.id])))  # type: ignore[misc]
        times["anew"].append(timed(head._fit))
    found = {f"{key}_ms": statistics.median(values) for key, values in times.items()}
    found["all_of_a_name_ms"] = found["learn_ms"] + found["mix_ms"] + found["answer_ms"]
    found["teach_everything_ms"] = whole
    found["anew_by_one_by_one"] = found["anew_ms"] / found["learn_ms"]
    found["name_by_nearest"] = found["all_of_a_name_ms"] / found["nearest_ms"]
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    chosen = parser.parse_args()
    found = measure(ITEMS, CLASSES, 5 if chosen.quick else 25)
    if chosen.json:
        print(json.dumps(found, indent=1))
        return
    for key, value in found.items():
        print(f"{key:24} {value:10.2f}")


if __name__ == "__main__":
    main()
