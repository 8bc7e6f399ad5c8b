"""Scenes, crops and the simulated person of the starter network's training."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from rvergui.training.segmenter.collage import CollageScenes
from rvergui.training.segmenter.crops import TRUTH_STEP, crop
from rvergui.training.segmenter.cutouts import Cutout, PastedScenes, cutout, on_white
from rvergui.training.segmenter.data import ClickBatches, Mixture
from rvergui.training.segmenter.meals import meal_scenes
from rvergui.training.segmenter.person import click
from rvergui.training.segmenter.photo_sets import PhotoScenes, coco_scenes, food_images, index_mask_scenes
from rvergui.training.segmenter.scenes import Scene, SceneSource


def noise(seed: int, size: tuple[int, int] = (300, 320)) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 255, (*size, 3), dtype=np.uint8)


def disc(size: tuple[int, int], centre: tuple[int, int], radius: int) -> np.ndarray:
    y, x = np.mgrid[: size[0], : size[1]]
    return ((y - centre[0]) ** 2 + (x - centre[1]) ** 2 < radius**2).astype(np.uint8)


def red_disc_scene() -> Scene:
    """A red disc on blue: the picture itself tells where the truth must be."""
    mask = disc((240, 320), (120, 160), 50)
    picture = np.where(mask[..., None] > 0, np.uint8([250, 20, 20]), np.uint8([20, 20, 250]))
    return Scene(picture.astype(np.uint8), (mask,), ((0, (1,), 1.0),))


SOURCES: dict[str, SceneSource] = {
    "collage": CollageScenes([noise(1), noise(2)], [noise(3)]),
    "pasted": PastedScenes([Cutout(noise(4, (60, 80)), disc((60, 80), (30, 40), 28) * 255)], [noise(5)]),
    "meals": meal_scenes(2, (150, 200)),
    "mixture": Mixture([(PhotoScenes([red_disc_scene()]), 1.0)]),
}


@pytest.mark.parametrize("name", SOURCES)
def test_the_same_dice_give_the_same_scene_with_regions_that_are_there(name: str) -> None:
    source = SOURCES[name]
    first, again = source.scene(np.random.default_rng(3)), source.scene(np.random.default_rng(3))
    assert np.array_equal(first.picture, again.picture)
    assert first.regions == again.regions
    assert first.picture.dtype == np.uint8
    for region in range(len(first.regions)):
        mask = first.mask(region)
        assert mask.shape == first.picture.shape[:2]
        assert mask.any()
        assert mask.max() == 1
    if name in ("collage", "pasted"):
        other = source.scene(np.random.default_rng(4))
        assert not np.array_equal(first.picture, other.picture)


@pytest.mark.parametrize("seed", range(8))
def test_picture_and_truth_are_moved_together(seed: int) -> None:
    """Where the truth says object the crop is red, whatever window, turn and mirror the dice chose."""
    found = crop(red_disc_scene(), 128, 1, np.random.default_rng(seed))
    assert found is not None
    truth = found.truths[0].astype(bool)
    small = cv2.resize(found.picture, truth.shape[::-1], interpolation=cv2.INTER_AREA).astype(int)
    redder = small[..., 0] - small[..., 2]
    inner = cv2.erode(truth.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    outer = ~cv2.dilate(truth.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    assert inner.any()
    assert redder[inner].min() > redder[outer].max()
    # the rim is where the colours change: not half a cell off to one side
    both = cv2.GaussianBlur(truth.astype(np.float32), (0, 0), 1.0)
    rim = (both > 0.2) & (both < 0.8)
    middle = (np.median(redder[inner]) + np.median(redder[outer])) / 2
    assert abs((redder[rim] > middle).mean() - truth[rim].mean()) < 0.12


def test_a_region_that_cannot_be_seen_gives_no_crop() -> None:
    scene = red_disc_scene()
    tiny = np.zeros_like(scene.layers[0])
    tiny[5, 5] = 1
    nothing = Scene(scene.picture, (tiny,), ((0, (1,), 1.0),))
    seen = [crop(nothing, 64, 1, np.random.default_rng(seed)) for seed in range(10)]
    assert all(found is None or found.truths.sum() >= 12 for found in seen)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_click_goes_into_the_largest_error(seed: int) -> None:
    dice = np.random.default_rng(seed)
    truth = disc((48, 48), tuple(dice.integers(10, 38, 2)), int(dice.integers(5, 10)))
    found = disc((48, 48), tuple(dice.integers(10, 38, 2)), int(dice.integers(5, 10)))
    place = click(truth, found, dice)
    if place is None:
        assert np.array_equal(truth, found)
        return
    x, y, sign = place
    assert (truth[int(y), int(x)] > found[int(y), int(x)]) == (sign == 1)
    assert truth[int(y), int(x)] != found[int(y), int(x)]


def test_nothing_wrong_is_not_clicked() -> None:
    truth = disc((30, 30), (15, 15), 6)
    assert click(truth, truth.copy(), np.random.default_rng(0)) is None


def test_batches_are_a_function_of_seed_and_number() -> None:
    source = SOURCES["collage"]
    one, two = ClickBatches(source, 1, 64, 2, 2), ClickBatches(source, 1, 64, 2, 2)
    one[0], one[7]
    first, again = one[4], two[4]  # whatever was asked for before
    for name, tensor in first.items():
        assert tensor.equal(again[name]) or name == "box"
    assert first["picture"].shape == (2, 3, 64, 64)
    assert first["truth"].shape == (4, 64 // TRUTH_STEP, 64 // TRUTH_STEP)
    assert first["draft"].shape == (4, 1, 16, 16)
    assert not one[5]["picture"].equal(first["picture"])
    assert not ClickBatches(source, 2, 64, 2, 2)[4]["picture"].equal(first["picture"])


def test_scenes_without_regions_are_passed_over() -> None:
    class Sometimes:
        def scene(self, dice: np.random.Generator) -> Scene:
            whole = red_disc_scene()
            return whole if dice.random() < 0.5 else Scene(whole.picture, whole.layers, ())

    batches = ClickBatches(Sometimes(), 1, 64, 4, 1)
    for number in range(4):
        assert all(truth.any() for truth in batches[number]["truth"])


def test_product_shots_lose_their_white() -> None:
    shot = np.full((120, 100, 3), 255, np.uint8)
    inside = disc((120, 100), (60, 50), 30).astype(bool)
    shot[inside] = (200, 60, 10)
    shot[55:65, 45:55] = 255  # white on the object itself stays with it
    mask = on_white(shot)
    # a pixel of the rim, which is mixed with white, goes as well
    assert np.array_equal(
        mask, cv2.erode(inside.astype(np.uint8), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3)))
    )
    assert mask[60, 50] == 1
    piece = cutout(shot, mask)
    assert piece is not None
    assert piece.alpha.shape == (57, 57)
    assert cutout(shot, np.zeros_like(mask)) is None


def test_a_pile_lies_close_together_and_is_of_one_kind() -> None:
    red, blue = (
        Cutout(np.full((60, 60, 3), colour, np.uint8), disc((60, 60), (30, 30), 28) * 255)
        for colour in ((220, 10, 10), (10, 10, 220))
    )
    source = PastedScenes([red, blue], [np.full((64, 64, 3), 128, np.uint8)])
    piles = [s for s in (source.scene(np.random.default_rng(n)) for n in range(40)) if s.layers[0].max() > 6]
    assert len(piles) >= 5
    for scene in piles:
        labels = scene.layers[0]
        inside = scene.picture[labels > 0].astype(int)
        reds = inside[:, 0] > inside[:, 2]
        assert reds.mean() > 0.97 or reds.mean() < 0.03
        columns, rows = np.flatnonzero((labels > 0).any(0)), np.flatnonzero((labels > 0).any(1))
        alone = max(np.ptp(np.flatnonzero((labels == k).any(0))) for k in np.unique(labels[labels > 0]))
        assert max(np.ptp(columns), np.ptp(rows)) < 8 * alone

    def kinds(scene: Scene) -> int:
        labels = scene.layers[0]
        return len({bool(np.argmax(scene.picture[labels == k].mean(0))) for k in np.unique(labels[labels > 0])})

    assert any(kinds(source.scene(np.random.default_rng(n))) == 2 for n in range(40))  # loose ones are of any kind


def test_photo_sets_are_read_and_food_is_left_out(tmp_path: Path) -> None:
    for name in ("1.jpg", "2.jpg"):
        Image.fromarray(noise(int(name[0]), (80, 100))).save(tmp_path / name)
    square = [[10, 10, 60, 10, 60, 60, 10, 60]]
    described = {
        "images": [{"id": n, "file_name": f"{n}.jpg", "height": 80, "width": 100} for n in (1, 2)],
        "categories": [
            {"id": 1, "name": "cup", "supercategory": "kitchen"},
            {"id": 2, "name": "cake", "supercategory": "food"},
        ],
        "annotations": [
            {"id": 1, "image_id": 1, "category_id": 1, "segmentation": square, "iscrowd": 0},
            {"id": 2, "image_id": 2, "category_id": 2, "segmentation": square, "iscrowd": 0},
            {"id": 3, "image_id": 1, "category_id": 1, "segmentation": square, "iscrowd": 1},
        ],
    }
    file = tmp_path / "instances.json"
    file.write_text(json.dumps(described), encoding="utf-8")
    assert food_images(file) == {2}
    scenes = coco_scenes(file, tmp_path, lambda image: image not in food_images(file)).scenes
    assert len(scenes) == 1
    assert len(scenes[0].regions) == 1
    assert 2400 <= int(scenes[0].mask(0).sum()) <= 2650
    labels = np.zeros((80, 100), np.uint8)
    labels[10:40, 10:40] = 3
    labels[50:75, 50:90] = 7
    (tmp_path / "masks").mkdir()
    Image.fromarray(labels).save(tmp_path / "masks" / "1.png")
    (scene,) = index_mask_scenes(tmp_path, tmp_path / "masks", lambda stem: stem in "12").scenes
    assert [labels for _, labels, _ in scene.regions] == [(3,), (7,), (3, 7)]
    assert int(scene.mask(2).sum()) == 900 + 1000
