"""Real networks, those that ship: how many processes and threads share the work does not show in the result."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import torch

from rvergui.batch.crew import _divide_threads
from rvergui.batch.looking import Looker, Task
from rvergui.batch.options import PredictOptions
from rvergui.batch.predict import predict
from rvergui.core import Box
from rvergui.core.paths import shipped_weights
from rvergui.samples import write_meals

BOXES = (Box(30, 30, 110, 120), Box(120, 60, 200, 150))


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    """Two small meals in a folder of their own."""
    folder = tmp_path / "photos"
    folder.mkdir()
    write_meals(folder, 2, seed=5, size=(180, 240))
    return sorted(folder.glob("*.jpg"))


def test_one_and_two_processes_write_the_same_bytes(photos: list[Path], tmp_path: Path) -> None:
    boxes = tmp_path / "boxes.csv"
    with boxes.open("w", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(("photo", "x0", "y0", "x1", "y1"))
        table.writerows((path.name, b.x0, b.y0, b.x1, b.y1) for path in photos for b in BOXES)
    written = []
    for workers in (1, 2):
        out = tmp_path / f"{workers}.jsonl"
        report = predict(photos[0].parent, out, boxes=boxes, workers=workers)
        assert (report.done, report.workers, report.skipped, report.objects) == (2, workers, [], 4)
        written.append(out.read_bytes())
    assert written[0] == written[1]


def test_one_and_two_threads_give_the_same_names_and_masks(photos: list[Path]) -> None:
    options = PredictOptions(model=shipped_weights() / "sample_meals.safetensors", top=3)
    looker = Looker(options, "cpu", False, lambda said: None)
    before, found = torch.get_num_threads(), []
    try:
        for threads in (1, 2):
            _divide_threads(threads)
            found.append([looker.look(Task(path.name, path, BOXES)).record() for path in photos])
    finally:
        _divide_threads(before)
        looker.close()
    assert found[0] == found[1]
    assert all(len(each["names"]) == 3 for record in found[0] for each in record["objects"])
