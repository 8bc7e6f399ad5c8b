"""Clicks on a painted mask: strokes stay unless the segmenter changes its mind about them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from rvergui.core import Mask, Photo, Point, Prompt, RverError
from rvergui.segment.fake import FakeSegmenter
from rvergui.segment.grabcut import GrabCutSegmenter
from rvergui.segment.ground import Ground
from rvergui.segment.protocol import Candidates, Embedding
from rvergui.segment.refine import answer, candidates_from_mask, changed
from tests.segment.segment_cases import disc, dish_photo

SIZE = (60, 80)


def mask(*discs: tuple[float, float, float]) -> Mask:
    inside = np.zeros(SIZE, bool)
    for x, y, radius in discs:
        inside |= disc(SIZE, (x, y), radius)
    return Mask.from_array(inside)


@dataclass
class Scripted:
    """Answers each prompt with the masks that the test wrote down for it, and remembers what it was given."""

    answers: dict[tuple[Point, ...], list[Mask]]
    name: str = "scripted"
    signature: str = "scripted"
    description: str = "Scripted"
    previous: list[Candidates | None] = field(default_factory=list)

    def encode(self, photo: Photo) -> Embedding:
        return Embedding(photo.key, photo.size, self.signature, {})

    def decode(self, embedding: Embedding, prompt: Prompt, previous: Candidates | None = None) -> Candidates:
        self.previous.append(previous)
        masks = self.answers[prompt.points]
        logits = np.stack([np.where(m.array(), 3, -3) for m in masks]).astype(np.float32)
        scores = np.linspace(0.9, 0.5, len(masks)).astype(np.float32)
        return Candidates(logits=logits, scores=scores, scale=(1.0, 1.0), size=SIZE)


EMBEDDING = Embedding("k", SIZE, "scripted", {})
HERE, FAR = Point(20, 30), Point(60, 30)
AWAY = Point(25, 30, positive=False)


def test_without_a_ground_the_candidate_is_the_mask() -> None:
    wanted = mask((20, 30, 10))
    given = answer(Scripted({(HERE,): [wanted]}), EMBEDDING, Prompt((HERE,)))
    assert given.mask(given.first) == (wanted, wanted)


def test_painted_pixels_survive_a_click_elsewhere() -> None:
    before, painted = mask((20, 30, 10)), mask((20, 30, 10), (20, 50, 5))
    after = mask((20, 30, 10), (60, 30, 8))
    segmenter = Scripted({(HERE, FAR): [after]})
    given = answer(
        segmenter, EMBEDDING, Prompt((HERE, FAR)), Ground(painted, before, 1), candidates_from_mask(before, _like())
    )
    result, candidate = given.mask(given.first)
    assert candidate == after
    assert result == painted | mask((60, 30, 8))


def test_the_segmenter_is_given_the_painted_mask_to_refine() -> None:
    before, painted = mask((20, 30, 10)), mask((20, 30, 10), (20, 50, 5))
    segmenter = Scripted({(HERE, FAR): [before]})
    answer(segmenter, EMBEDDING, Prompt((HERE, FAR)), Ground(painted, before, 1), candidates_from_mask(before, _like()))
    (previous,) = segmenter.previous
    assert previous is not None
    assert Mask.from_array(previous.logits[0] > 0).iou(painted) > 0.99


def test_erased_pixels_stay_away_unless_the_click_is_on_them() -> None:
    before = mask((20, 30, 10))
    erased = before - mask((20, 36, 5))
    again = Point(20, 37)
    after = before | mask((60, 30, 8))
    segmenter = Scripted({(HERE, FAR): [after], (HERE, again): [before]})
    ground = Ground(erased, before, 1)
    elsewhere = answer(segmenter, EMBEDDING, Prompt((HERE, FAR)), ground, candidates_from_mask(before, _like()))
    assert elsewhere.mask(elsewhere.first)[0] == erased | mask((60, 30, 8))
    back = answer(segmenter, EMBEDDING, Prompt((HERE, again)), ground, candidates_from_mask(before, _like()))
    assert back.mask(back.first)[0] == before


def test_what_the_segmenter_gives_up_goes_even_if_it_was_painted_over() -> None:
    before = mask((20, 30, 10))
    painted = before | mask((20, 50, 5))
    after = before - mask((26, 30, 4))
    segmenter = Scripted({(HERE, AWAY): [after]})
    given = answer(
        segmenter, EMBEDDING, Prompt((HERE, AWAY)), Ground(painted, before, 1), candidates_from_mask(before, _like())
    )
    assert given.mask(given.first)[0] == painted - (before - after)


def test_a_negative_click_on_paint_takes_away_what_lies_there() -> None:
    before = mask((20, 30, 10))
    painted = before | mask((60, 30, 9))
    away = Point(60, 30, positive=False)
    there = mask((60, 30, 12))
    segmenter = Scripted({(HERE, away): [before], (Point(60, 30),): [mask((40, 30, 30)), there, mask((60, 30, 3))]})
    given = answer(
        segmenter, EMBEDDING, Prompt((HERE, away)), Ground(painted, before, 1), candidates_from_mask(before, _like())
    )
    result, candidate = given.mask(given.first)
    assert result == before  # the first candidate would take nearly everything and is not offered first
    assert candidate == before
    assert len(given.candidates) == 3
    assert given.mask(2)[0] == painted - mask((60, 30, 3))


def test_a_finished_mask_can_be_reduced_by_a_negative_click_alone() -> None:
    finished = mask((20, 30, 10), (60, 30, 9))
    away = Point(60, 30, positive=False)
    segmenter = Scripted({(Point(60, 30),): [mask((60, 30, 12))]})
    given = answer(segmenter, EMBEDDING, Prompt((away,)), Ground(finished))
    assert given.mask(given.first) == (mask((20, 30, 10)), None)


def test_a_finished_mask_grows_by_a_positive_click() -> None:
    finished = mask((20, 30, 10))
    segmenter = Scripted({(FAR,): [mask((60, 30, 9))]})
    given = answer(segmenter, EMBEDDING, Prompt((FAR,)), Ground(finished))
    assert given.mask(given.first)[0] == finished | mask((60, 30, 9))


def test_each_of_two_negative_clicks_takes_something() -> None:
    finished = mask((20, 30, 10), (60, 30, 9), (40, 10, 5))
    first, second = Point(60, 30, positive=False), Point(40, 10, positive=False)
    segmenter = Scripted({(Point(60, 30),): [mask((60, 30, 9))], (Point(40, 10),): [mask((40, 10, 5))]})
    given = answer(segmenter, EMBEDDING, Prompt((first, second)), Ground(finished))
    assert given.mask(given.first)[0] == mask((20, 30, 10))


pixels = arrays.arrays(np.bool_, (6, 7))


@given(base=pixels, before=pixels, found=pixels, settled=st.integers(0, 1), x=st.integers(0, 6), y=st.integers(0, 5))
def test_every_pixel_follows_the_change_or_stays(
    base: np.ndarray, before: np.ndarray, found: np.ndarray, settled: int, x: int, y: int
) -> None:
    ground = Ground(Mask.from_array(base), Mask.from_array(before), settled)
    click = Point(x + 0.5, y + 0.5)
    result = changed(ground, Mask.from_array(found), (click,)).array()
    same = before == found
    if settled or not (found & ~result)[y, x]:
        assert (result[~same] == found[~same]).all()
    if settled:
        assert (result[same] == base[same]).all()
    elif found[y, x]:
        assert result[y, x]
    assert not (result & ~base & ~found).any()


@pytest.mark.parametrize("size", [(300, 200), (97, 411), (5, 5)])
def test_a_mask_survives_the_way_to_the_grid_and_back(size: tuple[int, int]) -> None:
    inside = disc(size, (size[1] * 0.4, size[0] * 0.6), min(size) * 0.3)
    segmenter = GrabCutSegmenter()
    photo = Photo.from_array(np.full((*size, 3), 128, np.uint8))
    like = segmenter.decode(segmenter.encode(photo), Prompt((Point(size[1] * 0.4, size[0] * 0.6),)))
    made = candidates_from_mask(Mask.from_array(inside), like)
    assert made.logits.shape[1:] == like.logits.shape[1:]
    from rvergui.segment.upsample import candidate_mask

    assert candidate_mask(made, 0).iou(Mask.from_array(inside)) > 0.85


@pytest.mark.parametrize("segmenter", [FakeSegmenter(), GrabCutSegmenter()])
def test_real_backends_keep_strokes_and_obey_clicks(segmenter: FakeSegmenter | GrabCutSegmenter) -> None:
    photo, _ = dish_photo()
    embedding = segmenter.encode(photo)
    first = Point(176, 108)
    found, raw = _first(answer(segmenter, embedding, Prompt((first,))))
    stroke = Mask.from_array(disc(photo.size, (40, 200), 12))
    painted = found | stroke
    second = Point(190, 120)
    after, _ = _first(answer(segmenter, embedding, Prompt((first, second)), Ground(painted, raw, 1)))
    assert (stroke - after).is_empty
    assert after.contains(190, 120)
    away = Point(40, 200, positive=False)
    less, _ = _first(answer(segmenter, embedding, Prompt((first, away)), Ground(painted, raw, 1)))
    assert not less.contains(40, 200)
    assert less.contains(176, 108)


def test_a_click_outside_the_photo_is_still_refused() -> None:
    segmenter = FakeSegmenter()
    photo, _ = dish_photo()
    with pytest.raises(RverError, match="inside the photo"):
        answer(segmenter, segmenter.encode(photo), Prompt((Point(-5, -5),)), Ground(Mask.empty(photo.size)))


def _first(given: object) -> tuple[Mask, Mask | None]:
    return given.mask(given.first)  # type: ignore[attr-defined]


def _like() -> Candidates:
    return Candidates(np.full((1, *SIZE), 3, np.float32), np.ones(1, np.float32), (1.0, 1.0), SIZE)
