"""The starter segmenter: its geometry with a stand-in network, then the network that ships."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from rvergui.core import Box, Mask, Photo, Point, Prompt, RverError
from rvergui.core.paths import shipped_weights
from rvergui.runtime.openvino_library import installed_version
from rvergui.samples import render_meal
from rvergui.segment import starter
from rvergui.segment.grabcut import GrabCutSegmenter
from rvergui.segment.registry import create_segmenter
from rvergui.segment.starter import StarterSegmenter
from rvergui.segment.starter_runtime import CONVERTED, WEIGHTS, StarterChoice, choose_runtime
from rvergui.segment.upsample import candidate_mask

needs_openvino = pytest.mark.skipif(installed_version() is None, reason="OpenVINO is not installed")


class RedFinder:
    """Answers with whatever is red, and notes what it was asked."""

    def __init__(self) -> None:
        self.encoded = 0
        self.clicked: list[tuple[float, int]] = []
        self.masks: list[np.ndarray] = []
        self.boxed: list[float] = []

    def encode(self, picture: np.ndarray) -> Sequence[Any]:
        self.encoded += 1
        assert picture.dtype == np.float32
        assert abs(picture).max() <= 1.0
        _, _, height, width = picture.shape
        cells = picture[0].reshape(3, height // 4, 4, width // 4, 4).mean((2, 4))
        return [cells[0] - cells[2]]

    def decode(
        self, features: Sequence[Any], points: np.ndarray, signs: np.ndarray, box: np.ndarray, mask: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        red = features[0]
        for (x, y), sign in zip(points[0], signs[0], strict=True):
            if sign and -0.5 <= x <= red.shape[1] - 0.5 and -0.5 <= y <= red.shape[0] - 0.5:
                self.clicked.append((float(red[round(float(y)), round(float(x))]), int(sign)))
        self.masks.append(mask[0, 0])
        self.boxed.append(float(red[box[0, 0] > 0].mean()) if box.any() else 0.0)
        return np.stack([red * 10 - 2, red * 10, red * 10 + 2]), np.float32([0.5, 0.9, 0.4])


@pytest.fixture
def finder(monkeypatch: pytest.MonkeyPatch) -> RedFinder:
    finder = RedFinder()
    monkeypatch.setattr(
        starter, "choose_runtime", lambda checkpoint, device, sides: StarterChoice(finder, "test", "test", "")
    )
    return finder


def dish(size: tuple[int, int], centre: tuple[float, float], radius: float) -> tuple[Photo, Mask]:
    y, x = np.mgrid[: size[0], : size[1]]
    inside = (y + 0.5 - centre[0]) ** 2 + (x + 0.5 - centre[1]) ** 2 < radius**2
    pixels = np.where(inside[..., None], np.uint8([240, 10, 10]), np.uint8([10, 10, 240]))
    return Photo.from_array(pixels.astype(np.uint8)), Mask.from_array(inside)


@pytest.mark.parametrize(
    ("size", "centre", "radius"),
    [
        ((480, 640), (240, 320), 100),
        ((640, 480), (80, 400), 60),
        ((3000, 4000), (1500, 700), 350),
        ((200, 1600), (100, 1500), 70),
        ((97, 131), (40, 60), 30),
        ((1200, 900), (20, 20), 90),
    ],
)
def test_the_mask_lies_where_the_object_is(
    finder: RedFinder, size: tuple[int, int], centre: tuple[float, float], radius: float
) -> None:
    photo, truth = dish(size, centre, radius)
    segmenter = StarterSegmenter()
    embedding = segmenter.encode(photo)
    prompt = Prompt((Point(centre[1], centre[0]),))
    found = segmenter.decode(embedding, prompt)
    assert len(found) == 3
    assert found.best == 1
    assert candidate_mask(found, 1).iou(truth) > 0.93
    assert candidate_mask(found, 0).area < candidate_mask(found, 1).area < candidate_mask(found, 2).area
    assert all(red > 0.5 for red, _ in finder.clicked)
    # the closer look got the first answer as its mask
    assert not finder.masks[0].any()
    assert finder.masks[1].max() > 0.9
    again = segmenter.decode(embedding, prompt.with_point(Point(centre[1] + radius * 0.5, centre[0])), found)
    assert candidate_mask(again, again.best).iou(truth) > 0.93


def two_dishes() -> tuple[Photo, Mask, Mask]:
    """Two red dishes that do not touch."""
    _, left = dish((600, 800), (300, 200), 90)
    _, right = dish((600, 800), (300, 600), 90)
    pixels = np.where((left | right).array()[..., None], np.uint8([240, 10, 10]), np.uint8([10, 10, 240]))
    return Photo.from_array(pixels.astype(np.uint8)), left, right


def test_what_only_looks_alike_elsewhere_is_left_out_until_it_is_clicked(finder: RedFinder) -> None:
    photo, left, right = two_dishes()
    segmenter = StarterSegmenter()
    embedding = segmenter.encode(photo)
    one = Prompt((Point(200, 300),))
    found = segmenter.decode(embedding, one)
    assert all(candidate_mask(found, k).contains(200, 300) for k in range(3))
    assert not any(candidate_mask(found, k).contains(600, 300) for k in range(3))
    assert candidate_mask(found, 1).iou(left) > 0.93
    both = segmenter.decode(embedding, one.with_point(Point(600, 300)), found)
    assert candidate_mask(both, 1).iou(left | right) > 0.93


def test_the_closer_look_is_at_the_piece_that_was_clicked(finder: RedFinder) -> None:
    photo, _, _ = two_dishes()
    segmenter = StarterSegmenter()
    found = segmenter.decode(segmenter.encode(photo), Prompt((Point(200, 300),)))
    # a third of the window's side is the dish; with the other dish in it, it would be a fifth
    assert (finder.masks[-1].max(0) > 0.5).mean() > 0.4
    assert found.best == 1


@pytest.mark.parametrize("clicks", [[], [Point(5.5, 0.5)]])
def test_pieces_stay_where_no_click_lies_on_one(clicks: list[Point]) -> None:
    logits = np.full((4, 8), -3, np.float32)
    logits[0, 0] = logits[2:, 6:] = 4
    assert np.array_equal(starter.only_clicked_pieces(logits, clicks, (1.0, 1.0)), logits)


def test_pieces_are_told_apart_on_a_coarser_grid_and_clicks_at_the_edge_count() -> None:
    logits = np.full((4, 8), -3, np.float32)
    logits[0, 0] = logits[3, 7] = 4
    logits[2, 6] = 2  # hangs together across the corner
    kept = starter.only_clicked_pieces(logits, [Point(80.0, 40.0)], (0.1, 0.1))
    assert np.array_equal(kept > 0, (logits > 0) & (np.arange(8) > 3))
    assert kept[0, 0] == -4
    assert np.array_equal(kept[logits < 0], logits[logits < 0])


def test_a_further_click_in_the_same_window_costs_the_head_alone(finder: RedFinder) -> None:
    photo, _ = dish((600, 800), (300, 400), 120)
    segmenter = StarterSegmenter()
    embedding = segmenter.encode(photo)
    first = segmenter.decode(embedding, Prompt((Point(400, 300),)))
    looks = finder.encoded
    segmenter.decode(embedding, Prompt((Point(400, 300), Point(430, 320))), first)
    assert finder.encoded == looks
    other, _ = dish((600, 800), (300, 200), 120)
    segmenter.decode(segmenter.encode(other), Prompt((Point(200, 300),)))
    assert finder.encoded == looks + 2


def test_a_mask_that_a_person_chose_or_painted_is_built_on(finder: RedFinder) -> None:
    photo, _ = dish((600, 800), (300, 400), 120)
    segmenter = StarterSegmenter()
    embedding = segmenter.encode(photo)
    first = segmenter.decode(embedding, Prompt((Point(400, 300),)))
    prompt = Prompt((Point(400, 300), Point(430, 320)))
    finder.masks.clear()
    segmenter.decode(embedding, prompt, first)
    assert not finder.masks[0].any()  # the whole photo again, with both clicks
    finder.masks.clear()
    chosen = replace(first, scores=np.float32([0.1, 0.2, 1.5]))
    segmenter.decode(embedding, prompt, chosen)
    assert len(finder.masks) == 1
    assert finder.masks[0].max() > 0.9


def test_boxes_and_clicks_that_take_away_arrive_where_they_were_made(finder: RedFinder) -> None:
    photo, _ = dish((600, 800), (300, 400), 120)
    segmenter = StarterSegmenter()
    embedding = segmenter.encode(photo)
    segmenter.decode(embedding, Prompt((Point(400, 300), Point(300, 190, False))))
    assert {sign for red, sign in finder.clicked if red > 0} == {1}
    assert {sign for red, sign in finder.clicked if red < 0} == {-1}
    segmenter.decode(embedding, Prompt((), Box(340, 240, 460, 360)))
    assert min(finder.boxed[-2:]) > 0.9


def test_a_candidate_that_ignores_a_click_is_not_shown_first(finder: RedFinder) -> None:
    photo, _ = dish((600, 800), (300, 400), 120)
    segmenter = StarterSegmenter()
    finder.decode = lambda features, points, signs, box, mask: (  # type: ignore[method-assign]
        np.stack([features[0] * 0 - 5, features[0] * 10, features[0] * 10]),
        np.float32([0.9, 0.6, 0.5]),
    )
    found = segmenter.decode(segmenter.encode(photo), Prompt((Point(400, 300),)))
    assert found.best == 1


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (250, 2), (33, 31), (1, 5000), (5000, 1), (2, 9000)])
def test_tiny_photos_are_answered(finder: RedFinder, size: tuple[int, int]) -> None:
    photo = Photo.from_array(np.full((*size, 3), (250, 0, 0), np.uint8))
    segmenter = StarterSegmenter()
    found = segmenter.decode(segmenter.encode(photo), Prompt((Point(size[1] / 2, size[0] / 2),)))
    assert candidate_mask(found, found.best).size == size
    assert candidate_mask(found, found.best).area > 0


def test_of_many_clicks_the_first_and_the_last_count(finder: RedFinder) -> None:
    photo, _ = dish((600, 800), (300, 400), 120)
    segmenter = StarterSegmenter()
    points = tuple(Point(330 + 5 * n, 300) for n in range(30))
    found = segmenter.decode(segmenter.encode(photo), Prompt(points))
    assert len(found) == 3
    assert len(finder.clicked) == 2 * 16


# --- the network that ships --------------------------------------------------------------------------------------


def meal() -> tuple[Photo, list[Mask]]:
    rendered = render_meal(987_001, (300, 400))
    return Photo.from_array(rendered.pixels), [thing.mask for thing in rendered.objects]


def test_a_meal_that_training_never_saw_is_cut_out_at_the_first_click() -> None:
    photo, masks = meal()
    mine, other = create_segmenter("starter"), GrabCutSegmenter(None)
    agreement = {}
    for segmenter in (mine, other):
        embedding = segmenter.encode(photo)
        found = []
        for mask in masks:
            y, x = np.argwhere(mask.array())[mask.area // 2]
            candidates = segmenter.decode(embedding, Prompt((Point(x + 0.5, y + 0.5),)))
            found.append(candidate_mask(candidates, candidates.best).iou(mask))
        agreement[segmenter.name] = float(np.mean(found))
    assert agreement["starter"] > 0.7
    assert agreement["starter"] > agreement["grabcut"]


@needs_openvino
def test_openvino_and_pytorch_answer_alike() -> None:
    photo, masks = meal()
    y, x = np.argwhere(masks[0].array())[masks[0].area // 2]
    answers = []
    for device in ("openvino", "torch"):
        segmenter = StarterSegmenter(device=device)
        found = segmenter.decode(segmenter.encode(photo), Prompt((Point(x + 0.5, y + 0.5),)))
        answers.append(candidate_mask(found, found.best))
    assert answers[0].iou(answers[1]) > 0.99


@needs_openvino
def test_clicks_need_no_pytorch_where_openvino_is_installed() -> None:
    code = (
        "import sys, numpy as np\n"
        "from rvergui.core import Photo, Point, Prompt\n"
        "from rvergui.segment.registry import create_segmenter\n"
        "s = create_segmenter('starter', device='openvino')\n"
        "p = Photo.from_array(np.zeros((64, 64, 3), np.uint8))\n"
        "s.decode(s.encode(p), Prompt((Point(30, 30),)))\n"
        "assert 'torch' not in sys.modules and 'timm' not in sys.modules\n"
        "print(s.description)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "OpenVINO" in done.stdout


@needs_openvino
def test_damaged_graphs_are_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(shipped_weights() / CONVERTED, tmp_path / CONVERTED)
    shutil.copy(shipped_weights() / WEIGHTS, tmp_path / WEIGHTS)
    blob = tmp_path / CONVERTED / "head.bin"
    blob.write_bytes(blob.read_bytes()[:-100])
    monkeypatch.setattr("rvergui.segment.starter_runtime.shipped_weights", lambda: tmp_path)
    chosen = choose_runtime(None, "openvino", (64,))
    assert "PyTorch" in chosen.description


def test_other_files_are_refused_in_one_sentence(tmp_path: Path) -> None:
    save_file({"x": torch.zeros(2)}, tmp_path / "other.safetensors")
    with pytest.raises(RverError, match=r"other\.safetensors .* is no starter network"):
        StarterSegmenter(tmp_path / "other.safetensors")
    with pytest.raises(RverError, match="There is no file"):
        StarterSegmenter(tmp_path / "gone.safetensors")
    half = tmp_path / "half.safetensors"
    half.write_bytes((shipped_weights() / WEIGHTS).read_bytes()[:200_000])
    with pytest.raises(RverError, match="cut short"):
        StarterSegmenter(half)
    save_file({"x": torch.zeros(2)}, tmp_path / "poor.safetensors", {"rvergui": "starter-1"})
    with pytest.raises(RverError, match="no starter network of this version"):
        StarterSegmenter(tmp_path / "poor.safetensors", device="torch")


def test_what_ships_is_small_and_described() -> None:
    files = [shipped_weights() / WEIGHTS, *(shipped_weights() / CONVERTED).iterdir()]
    assert sum(file.stat().st_size for file in files) < 15_000_000
    card = (shipped_weights() / "starter_segmenter.md").read_text(encoding="utf-8")
    for word in ("clothing_co_parsing", "coco_cc", "grocery_store", "Apache-2.0", "IoU", "seed"):
        assert word in card
