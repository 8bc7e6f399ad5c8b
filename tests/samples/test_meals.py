"""Sample meals: exact masks, look-alikes that only their company tells apart, the same meal for the same seed."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import numpy as np
import pytest

from rvergui.core import RverError, Taxonomy
from rvergui.core.class_lists import paper_classes
from rvergui.core.photo_loading import load_photo
from rvergui.samples import LOOK_ALIKES, SAMPLE_CLASSES, Meal, render_meal, write_meals
from rvergui.samples.scene import EASTERN, GARDEN, NEUTRAL, WESTERN

SMALL = (120, 160)
SEEDS = range(24)
SAUCES = {name for pair in LOOK_ALIKES for name in pair}
COMPANY = {"ketchup": WESTERN, "chili paste": EASTERN, "mayonnaise": WESTERN, "yoghurt sauce": GARDEN}


@pytest.fixture(scope="module")
def meals() -> list[Meal]:
    return [render_meal(seed, SMALL) for seed in SEEDS]


def test_the_photo_and_its_masks_have_the_size_asked_for(meals: list[Meal]) -> None:
    for meal in meals:
        assert meal.pixels.shape == (*SMALL, 3)
        assert meal.pixels.dtype == np.uint8
        assert all(o.mask.size == SMALL for o in meal.objects)


def test_three_to_five_foods_and_one_sauce(meals: list[Meal]) -> None:
    for meal in meals:
        names = [o.name for o in meal.objects]
        assert 4 <= len(names) <= 6
        assert len(set(names)) == len(names)
        assert set(names) <= set(SAMPLE_CLASSES)
        assert [name in SAUCES for name in names] == [False] * (len(names) - 1) + [True]


def test_masks_are_never_empty_and_never_overlap(meals: list[Meal]) -> None:
    for meal in meals:
        total = sum(o.mask.array().astype(int) for o in meal.objects)
        assert total.max() == 1
        assert all(o.mask.area >= 25 for o in meal.objects)


def test_masks_show_the_object_and_nothing_else() -> None:
    # Red sauce is the only thing on these photos that is so red; so the mask can be checked against the pixels.
    checked = 0
    for seed in SEEDS:
        meal = render_meal(seed, (180, 240))
        sauce = meal.objects[-1]
        if sauce.name not in LOOK_ALIKES[0]:
            continue
        pixels = meal.pixels.astype(int)
        red = (pixels[..., 0] > 2.2 * pixels[..., 1]) & (pixels[..., 0] > 2.2 * pixels[..., 2])
        x, y, w, h = sauce.mask.bbox
        near = (slice(max(y - 4, 0), y + h + 4), slice(max(x - 4, 0), x + w + 4))
        red, inside = red[near], sauce.mask.array()[near]
        # A shine on the sauce is not red, so red pixels must be inside rather than inside pixels red.
        assert (red & ~inside).sum() <= 0.08 * inside.sum(), seed
        assert (red & inside).sum() >= 0.6 * inside.sum(), seed
        checked += 1
    assert checked >= 5


def test_the_company_decides_the_name_and_is_always_there(meals: list[Meal]) -> None:
    for meal in meals:
        *foods, sauce = meal.objects
        sides = COMPANY[sauce.name]
        assert {f.name for f in foods} <= set(sides) | set(NEUTRAL)
        assert any(f.name in sides for f in foods)
        # Enough of a deciding food is seen to tell what it is.
        assert max(f.mask.area for f in foods if f.name in sides) > 0.008 * SMALL[0] * SMALL[1]


def test_the_kinds_of_company_have_nothing_in_common() -> None:
    groups = [set(WESTERN), set(EASTERN), set(GARDEN), set(NEUTRAL), SAUCES]
    assert sum(len(g) for g in groups) == len(set().union(*groups)) == len(SAMPLE_CLASSES)
    assert set(SAMPLE_CLASSES) - set(paper_classes()) == {"mayonnaise", "yoghurt sauce"}
    assert Taxonomy.from_names(SAMPLE_CLASSES).names() == list(SAMPLE_CLASSES)


@pytest.mark.parametrize("size", [SMALL, (200, 150)])
def test_in_other_company_the_same_sauce_has_the_other_name(size: tuple[int, int]) -> None:
    other = {a: b for pair in LOOK_ALIKES for a, b in (pair, pair[::-1])}
    for seed in range(12):
        meal, twin = render_meal(seed, size), render_meal(seed, size, swapped=True)
        sauce, same = meal.objects[-1], twin.objects[-1]
        assert same.name == other[sauce.name]
        assert same.mask == sauce.mask
        inside = sauce.mask.array()
        assert np.array_equal(meal.pixels[inside], twin.pixels[inside]), "not one pixel betrays the name"
        assert not np.array_equal(meal.pixels, twin.pixels)


def test_every_class_and_both_names_of_each_pair_occur() -> None:
    counts = dict.fromkeys(SAMPLE_CLASSES, 0)
    for seed in range(48):
        for o in render_meal(seed, (96, 96)).objects:
            counts[o.name] += 1
    assert min(counts.values()) >= 3, counts
    sauces = [counts[name] for pair in LOOK_ALIKES for name in pair]
    assert min(sauces) >= 6


def test_the_same_seed_gives_the_same_meal_and_another_another(meals: list[Meal]) -> None:
    again = render_meal(3, SMALL)
    assert np.array_equal(again.pixels, meals[3].pixels)
    assert again.objects == meals[3].objects
    assert len({m.pixels.tobytes() for m in meals}) == len(meals)


def test_the_state_of_numpys_global_generator_has_no_part(meals: list[Meal]) -> None:
    np.random.seed(1)
    assert np.array_equal(render_meal(5, SMALL).pixels, meals[5].pixels)


def test_meals_vary_in_light_and_place(meals: list[Meal]) -> None:
    brightness = [float(m.pixels.mean()) for m in meals]
    assert statistics.stdev(brightness) > 5
    assert 50 < statistics.mean(brightness) < 200
    places = np.array([m.objects[-1].mask.bbox[:2] for m in meals], dtype=float)
    assert places.std(axis=0).min() > 10


@pytest.mark.parametrize("size", [(96, 96), (97, 131), (300, 100), (100, 300), (480, 640)])
def test_any_size_and_shape(size: tuple[int, int]) -> None:
    for seed in (2, 9):
        meal = render_meal(seed, size)
        assert meal.pixels.shape == (*size, 3)
        assert all(not o.mask.is_empty for o in meal.objects)


def test_impossible_wishes_are_refused() -> None:
    with pytest.raises(RverError, match="seed -1"):
        render_meal(-1)
    with pytest.raises(RverError, match="50x400"):
        render_meal(0, (400, 50))


def test_meals_are_written_as_photos(tmp_path: Path) -> None:
    written = write_meals(tmp_path / "new", 3, seed=7, size=SMALL)
    assert [p.name for p, _ in written] == ["meal-001.jpg", "meal-002.jpg", "meal-003.jpg"]
    assert sorted(p.name for p in (tmp_path / "new").iterdir()) == ["meal-001.jpg", "meal-002.jpg", "meal-003.jpg"]
    for number, (path, meal) in enumerate(written):
        assert meal.objects == render_meal(7 + number, SMALL).objects
        difference = load_photo(path).pixels.astype(int) - meal.pixels
        assert np.abs(difference).mean() < 4


def test_rendering_is_quick() -> None:
    render_meal(0)
    times = []
    for seed in range(3):
        start = time.process_time()
        render_meal(seed)
        times.append(time.process_time() - start)
    # Well under a fifth of a second on an idle machine; the bound leaves room for a busy one.
    assert statistics.median(times) < 1.0
