"""The model that comes along does what its card says, on meals that it was not trained on."""

from __future__ import annotations

import pytest

from rvergui.core import Photo
from rvergui.core.paths import shipped_weights
from rvergui.rvernet.checkpoint import read_header
from rvergui.rvernet.default_model import default_predictor, shipped_checkpoint
from rvergui.samples import LOOK_ALIKES, SAMPLE_CLASSES, render_meal

MEALS = 5


@pytest.fixture(scope="module")
def answers() -> list[tuple[str, str, str]]:
    """(true name, best name, best name without the surroundings) of every object on some meals."""
    predictor = default_predictor(SAMPLE_CLASSES, None)
    found = []
    for seed in range(900_000, 900_000 + MEALS):
        meal = render_meal(seed)
        named = predictor.classify(Photo.from_array(meal.pixels), [o.mask for o in meal.objects], top=99)
        for made, naming in zip(meal.objects, named, strict=True):
            alone = max(naming.suggestions, key=lambda s: s.without_context)
            found.append((made.name, naming.suggestions[0].name, alone.name))
    return found


def test_it_is_small_and_named_after_what_it_knows() -> None:
    path = shipped_checkpoint(SAMPLE_CLASSES)
    assert path == shipped_weights() / "sample_meals.safetensors"
    assert path.stat().st_size < 6_000_000
    assert set(read_header(path).classes) == set(SAMPLE_CLASSES)
    assert path.with_suffix(".md").is_file()


def test_it_names_meals_it_has_never_seen(answers: list[tuple[str, str, str]]) -> None:
    right = sum(true == best for true, best, _ in answers)
    assert len(answers) > 3 * MEALS
    assert right / len(answers) >= 0.9


def test_look_alikes_are_told_apart_by_their_surroundings_alone(answers: list[tuple[str, str, str]]) -> None:
    foods = {food for pair in LOOK_ALIKES for food in pair}
    mixed = [answer for answer in answers if answer[0] in foods]
    assert len(mixed) >= 3
    with_context = sum(true == best for true, best, _ in mixed)
    without = sum(true == alone for true, _, alone in mixed)
    assert with_context > without
    assert with_context / len(mixed) >= 0.8
