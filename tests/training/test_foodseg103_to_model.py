from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from rvergui.interchange.foodseg103_import import import_foodseg103
from rvergui.rvernet.checkpoint import read_header
from rvergui.training.evaluate import evaluate
from tests.training.little_data import PHOTOS, photo_with, run

NUMBERS = {"tomato": 1, "pea": 2, "plum": 3}


def _write(root: Path) -> Path:
    """The little meals in the layout of FoodSeg103, every fourth to test with."""
    root.mkdir()
    lines = [f"{number}\t{name}\n" for name, number in NUMBERS.items()]
    (root / "category_id.txt").write_text("0\tbackground\n" + "".join(lines))
    for place, names in enumerate(PHOTOS):
        part = "test" if place % 4 == 3 else "train"
        pixels, masks = photo_with(names, place)
        values = np.zeros(pixels.shape[:2], dtype=np.uint8)
        for name, mask in zip(names, masks, strict=True):
            values[mask.array()] = NUMBERS[name]
        for folder, picture in (("img_dir", pixels), ("ann_dir", values)):
            (root / "Images" / folder / part).mkdir(parents=True, exist_ok=True)
            Image.fromarray(picture).save(root / "Images" / folder / part / f"{place:08d}.png")
    return root


def test_two_commands_run_the_paper_and_the_test_part_stays_unseen(tmp_path: Path) -> None:
    project = tmp_path / "paper.rver"
    assert import_foodseg103(_write(tmp_path / "FoodSeg103"), project).photos == 12
    run(project, tmp_path / "net.safetensors", epochs=1, threads=1)
    header = read_header(tmp_path / "net.safetensors")
    assert set(header.classes) == set(NUMBERS)
    assert len(header.training["train_photos"]) + len(header.training["val_photos"]) == 9
    result = evaluate(tmp_path / "net.safetensors", project, bootstrap=20)
    assert (result["photos"], result["items"], result["seen_in_training"]) == (3, 6, 0)
    assert evaluate(tmp_path / "net.safetensors", project, "all", bootstrap=0)["photos"] == 12
