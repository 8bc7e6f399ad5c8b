"""Proposals for everything on a photo."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from rvergui.core import Mask, Photo, Point, Prompt, RverError
from rvergui.samples import render_meal
from rvergui.samples.scene import Meal
from rvergui.segment.fake import FakeSegmenter
from rvergui.segment.find_all import BatchSegmenter, FindOptions, find_all, grid_points
from rvergui.segment.grabcut import GrabCutSegmenter
from rvergui.segment.proposal import Proposal
from rvergui.segment.protocol import Candidates, Embedding, Segmenter

SIZE = (240, 320)
QUICK = FindOptions(points_per_side=12)


@dataclass
class Knowing:
    """Knows the meal: answers with the clicked object, a part of it, and everything that is there; or the table."""

    meal: Meal
    name: str = "knowing"
    signature: str = "knowing"
    description: str = "Knowing"
    asked: list[Point] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.objects = [o.mask.array() for o in self.meal.objects]
        self.everything = np.logical_or.reduce(self.objects)
        self.places = np.mgrid[: SIZE[0], : SIZE[1]]

    def encode(self, photo: Photo) -> Embedding:
        return Embedding(photo.key, photo.size, self.signature, {})

    def decode(self, embedding: Embedding, prompt: Prompt, previous: Candidates | None = None) -> Candidates:
        (point,) = prompt.points
        self.asked.append(point)
        everything, row, column = self.everything, int(point.y), int(point.x)
        item = next((o for o in self.objects if o[row, column]), ~everything)
        part = item & (np.hypot(*(self.places - np.array([[[row]], [[column]]]))) < 6)
        masks, scores = [part, item, everything if item[row, column] else item], [0.4, 0.95, 0.6]
        logits = np.stack([np.where(m, 8, -8) for m in masks]).astype(np.float32)
        return Candidates(logits, np.array(scores, np.float32), (1.0, 1.0), SIZE)


class KnowingInBatches(Knowing):
    def decode_many(self, embedding: Embedding, prompts: list[Prompt]) -> list[Candidates]:
        self.batches = [*getattr(self, "batches", []), len(prompts)]
        return [self.decode(embedding, prompt) for prompt in prompts]


@pytest.fixture(scope="module")
def meal() -> Meal:
    return render_meal(11, SIZE)


def search(segmenter: Segmenter, meal: Meal, options: FindOptions = QUICK, known: tuple[Mask, ...] = ()):
    shown: dict[int, Proposal] = {}
    steps = []
    embedding = segmenter.encode(Photo.from_array(meal.pixels))
    for step in find_all(segmenter, embedding, options, known):
        assert not set(step.gone) - shown.keys()
        for number in step.gone:
            del shown[number]
        assert not {p.number for p in step.found} & shown.keys()
        shown |= {p.number: p for p in step.found}
        steps.append(step)
    return list(shown.values()), steps


def test_everything_is_found_once_and_nothing_else(meal: Meal) -> None:
    proposals, _ = search(Knowing(meal), meal)
    assert len(proposals) == len(meal.objects)
    for each in meal.objects:
        assert max(p.mask.iou(each.mask) for p in proposals) > 0.9


def test_points_on_what_was_found_are_not_asked_again(meal: Meal) -> None:
    sparing, thorough = Knowing(meal), Knowing(meal)
    few, steps = search(sparing, meal)
    all_, _ = search(thorough, meal, replace(QUICK, enough=10**6))
    assert len(sparing.asked) < len(thorough.asked) == len(grid_points(SIZE, QUICK.points_per_side))
    assert steps[-1].asked == len(sparing.asked)
    assert {p.mask for p in few} == {p.mask for p in all_}


def test_progress_grows_to_the_end(meal: Meal) -> None:
    _, steps = search(Knowing(meal), meal)
    done = [s.done for s in steps]
    assert done == sorted(done)
    assert [s.finished for s in steps] == [False] * (len(steps) - 1) + [True]
    assert steps[-1].done == steps[-1].total


def test_one_point_a_step_so_that_clicks_can_go_between(meal: Meal) -> None:
    segmenter = Knowing(meal)
    embedding = segmenter.encode(Photo.from_array(meal.pixels))
    for asked, _ in enumerate(itertools.islice(find_all(segmenter, embedding, QUICK), 5), start=1):
        assert len(segmenter.asked) <= asked


def test_a_backend_that_takes_batches_is_asked_in_batches(meal: Meal) -> None:
    one_by_one, together = Knowing(meal), KnowingInBatches(meal)
    expected, _ = search(one_by_one, meal)
    found, _ = search(together, meal, replace(QUICK, batch=5))
    assert max(together.batches) == 5
    assert {p.mask for p in found} == {p.mask for p in expected}


def test_sam_takes_batches() -> None:
    from rvergui.segment.sam import SamSegmenter

    assert issubclass(SamSegmenter, BatchSegmenter)
    assert not issubclass(GrabCutSegmenter, BatchSegmenter)


def test_what_is_cut_out_already_is_not_proposed(meal: Meal) -> None:
    known = meal.objects[0].mask
    proposals, _ = search(Knowing(meal), meal, known=(known,))
    assert all(p.mask.iou(known) < 0.5 for p in proposals)
    assert len(proposals) == len(meal.objects) - 1


def test_the_results_do_not_repeat_each_other(meal: Meal) -> None:
    proposals, _ = search(FakeSegmenter(), meal, replace(QUICK, points_per_side=6))
    assert proposals
    for one, other in itertools.combinations(proposals, 2):
        assert one.mask.iou(other.mask) <= QUICK.same + 0.05  # at the grid's size not at all


def test_grabcut_finds_something_of_a_meal(meal: Meal) -> None:
    proposals, _ = search(GrabCutSegmenter(), meal, FindOptions(points_per_side=4))
    best = [max(p.mask.iou(each.mask) for p in proposals) for each in meal.objects]
    assert max(best) > 0.7


def test_a_cancelled_search_asks_no_more(meal: Meal) -> None:
    segmenter = Knowing(meal)
    search_ = find_all(segmenter, segmenter.encode(Photo.from_array(meal.pixels)), QUICK)
    next(search_)
    asked = len(segmenter.asked)
    search_.close()
    assert len(segmenter.asked) == asked


def test_single_failures_are_passed_over_and_lasting_ones_are_said(meal: Meal) -> None:
    class Moody(Knowing):
        def decode(self, embedding: Embedding, prompt: Prompt, previous: Candidates | None = None) -> Candidates:
            if len(self.asked) % 2 == 0:
                self.asked.append(prompt.points[0])
                raise RverError("Not there.")
            return super().decode(embedding, prompt, previous)

    proposals, _ = search(Moody(meal), meal, replace(QUICK, points_per_side=24))
    assert proposals
    with pytest.raises(RverError, match="told to fail"):
        search(FakeSegmenter(fail_on="decode"), meal)


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (600, 800)])
def test_the_grid_covers_the_photo(size: tuple[int, int]) -> None:
    points = grid_points(size, 16)
    assert len({(p.x, p.y) for p in points}) == len(points) >= 1
    assert all(0 < p.x < size[1] and 0 < p.y < size[0] for p in points)
    step = max(size) / 16
    assert max(p.x for p in points) >= size[1] - step
    assert min(p.y for p in points) <= step
