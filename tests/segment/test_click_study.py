from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from segment_cases import disc, iou

from rvergui.core import Mask, Photo, Point, Prompt, RverError
from rvergui.segment.click_results import agreement, clicks_to, per_category, summary
from rvergui.segment.click_study import ObjectResult, OpenPhoto, Plan, Target, empty_study, study
from rvergui.segment.clicks import Corrector, Jitter, next_click, simulate
from rvergui.segment.fake import FakeSegmenter
from rvergui.segment.protocol import Candidates, Embedding

SIZE = (24, 32)


class Scripted:
    """Answers the k-th click with the k-th of ``answers``: (masks, scores) at the photo's own size."""

    name, signature, description = "scripted", "scripted-1", "Scripted"

    def __init__(self, answers: Sequence[tuple[np.ndarray, Sequence[float]]], fail_after: int = 99) -> None:
        self.answers, self.fail_after = answers, fail_after
        self.encoded: list[str] = []
        self.prompts: list[Prompt] = []
        self.previous: list[Candidates | None] = []

    def encode(self, photo: Photo) -> Embedding:
        self.encoded.append(photo.key)
        return Embedding(photo.key, photo.size, self.signature, {})

    def decode(self, embedding: Embedding, prompt: Prompt, previous: Candidates | None = None) -> Candidates:
        self.prompts.append(prompt)
        self.previous.append(previous)
        click = len(prompt.points) - 1
        if click >= self.fail_after:
            raise RverError("The scripted segmenter has had enough.")
        masks, scores = self.answers[click]
        logits = np.where(masks, 1.0, -1.0).astype(np.float32)
        return Candidates(logits, np.array(scores, dtype=np.float32), (1.0, 1.0), embedding.size)


def photo(seed: int = 0, size: tuple[int, int] = SIZE) -> Photo:
    return Photo.from_array(np.random.default_rng(seed).integers(0, 255, (*size, 3), dtype=np.uint8))


def random_script(seed: int, clicks: int) -> tuple[np.ndarray, list[tuple[np.ndarray, list[float]]]]:
    """A target, and three smooth random masks with scores for every click."""
    random = np.random.default_rng(seed)
    shapes = [
        disc(SIZE, (random.uniform(4, 28), random.uniform(4, 20)), random.uniform(2, 11)) for _ in range(1 + 3 * clicks)
    ]
    answers = [
        (np.stack(shapes[1 + 3 * k : 4 + 3 * k]), [float(score) for score in random.permutation([0.2, 0.5, 0.9])])
        for k in range(clicks)
    ]
    return shapes[0], answers


# The protocol once more, slowly and in another way: nothing of the program's own code is used.


def plain_regions(wrong: np.ndarray) -> list[set[tuple[int, int]]]:
    left = {(int(r), int(c)) for r, c in np.argwhere(wrong)}
    regions = []
    while left:
        queue, region = deque([left.pop()]), set()
        while queue:
            row, column = queue.popleft()
            region.add((row, column))
            for near in ((row + dr, column + dc) for dr in (-1, 0, 1) for dc in (-1, 0, 1)):
                if near in left:
                    left.remove(near)
                    queue.append(near)
        regions.append(region)
    return regions


def plain_depths(region: set[tuple[int, int]], size: tuple[int, int]) -> dict[tuple[int, int], float]:
    """How far each pixel is from the nearest one outside the region; beyond the photo is outside."""
    everywhere = {(r, c) for r in range(-1, size[0] + 1) for c in range(-1, size[1] + 1)}
    inside, outside = np.array(sorted(region)), np.array(sorted(everywhere - region))
    depths = np.sqrt(((inside[:, None] - outside[None]) ** 2).sum(axis=-1)).min(axis=1)
    return {(int(r), int(c)): float(depth) for (r, c), depth in zip(inside, depths, strict=True)}


def assert_is_the_middle_of_the_largest_error(click: Point, target: np.ndarray, found: np.ndarray) -> None:
    regions = [(region, True) for region in plain_regions(target & ~found)]
    regions += [(region, False) for region in plain_regions(found & ~target)]
    pixel = (int(click.y), int(click.x))
    region, positive = next((region, kind) for region, kind in regions if pixel in region)
    assert positive == click.positive
    assert len(region) == max(len(other) for other, _ in regions)
    depths = plain_depths(region, target.shape)
    assert depths[pixel] == pytest.approx(max(depths.values()), abs=1e-3)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_every_number_is_what_plain_arithmetic_gives(seed: int) -> None:
    clicks = 4
    target, answers = random_script(seed, clicks)
    segmenter = Scripted(answers)
    done = study(
        segmenter, [OpenPhoto("p", photo(), [Target("o", Mask.from_array(target))])], clicks, all_candidates=True
    )
    (result,) = done.results
    shown = [masks[int(np.argmax(scores))] for masks, scores in answers]
    expected = [iou(target, mask) for mask in shown]
    assert result.iou == pytest.approx(expected)
    assert result.best == pytest.approx([max(iou(target, mask) for mask in masks) for masks, _ in answers])
    before = np.zeros_like(target)
    for click, mask in zip(result.clicks, shown, strict=True):
        assert_is_the_middle_of_the_largest_error(click, target, before)
        before = mask
    numbers = summary(done)
    assert list(numbers["iou"].values()) == pytest.approx(expected, abs=1e-4)
    for level in (80, 85, 90):
        reached = [k for k, value in enumerate(expected, start=1) if value * 100 >= level]
        assert numbers["noc"][str(level)] == (reached[0] if reached else clicks)
        assert numbers["failed"][str(level)] == (not reached)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_looking_at_the_box_alone_changes_no_click(seed: int) -> None:
    random = np.random.default_rng(seed)
    target, found = (np.kron(random.random((6, 8)) > 0.6, np.ones((4, 4))).astype(bool) for _ in range(2))
    corrector = Corrector(Mask.from_array(target))
    assert corrector.next_click(Mask.from_array(found)) == next_click(target, found)
    assert corrector.next_click(None) == next_click(target, np.zeros_like(target))


def test_of_equally_good_places_it_is_always_the_same_one() -> None:
    """OpenCV's distances differ in the last digit from run to run."""
    ring = disc((60, 80), (40.5, 30.5), 22) & ~disc((60, 80), (40.5, 30.5), 8)
    corrector = Corrector(Mask.from_array(ring))
    junk, clicks = [], set()
    for size in range(200):
        junk.append(np.zeros(size * 7))  # so that arrays lie elsewhere in memory
        clicks.add(corrector.next_click(None))
    assert len(clicks) == 1
    twins = np.zeros((40, 60), dtype=bool)
    twins[20:25, 40:45] = twins[10:15, 30:35] = twins[10:15, 50:55] = True
    assert Corrector(Mask.from_array(twins)).next_click(None) == Point(32.5, 12.5)


def test_each_click_is_added_to_the_prompt_and_the_answer_before_is_handed_on() -> None:
    target, answers = random_script(3, 3)
    segmenter = Scripted(answers)
    embedding = segmenter.encode(photo())
    steps = list(simulate(segmenter, embedding, Mask.from_array(target), 3))
    assert [len(prompt.points) for prompt in segmenter.prompts] == [1, 2, 3]
    assert segmenter.prompts[-1].points == tuple(step.click for step in steps)
    assert segmenter.previous[0] is None
    assert np.array_equal(segmenter.previous[2].logits > 0, answers[1][0])
    assert all(step.ms > 0 for step in steps)
    assert all(step.best == step.iou for step in steps)  # the others were not looked at


def test_a_right_mask_needs_no_more_clicks_and_its_value_stands() -> None:
    target, answers = random_script(3, 4)
    answers[1] = (np.stack([target]), [0.9])
    segmenter = Scripted(answers)
    done = study(segmenter, [OpenPhoto("p", photo(), [Target("o", Mask.from_array(target))])], 4)
    assert len(segmenter.prompts) == 2
    assert done.results[0].iou[1:] == (1.0, 1.0, 1.0)
    assert len(done.results[0].clicks) == len(done.results[0].ms) == 2
    assert summary(done)["noc"]["90"] == 2


def test_the_mask_that_counts_is_the_one_that_the_window_shows_without_specks() -> None:
    size = (200, 300)
    target = disc(size, (150, 100), 80)
    speckled = target.copy()
    speckled[5:7, 5:8] = True
    speckled[100, 150] = False
    segmenter = Scripted([(np.stack([speckled]), [0.9])] * 3)
    done = study(segmenter, [OpenPhoto("p", photo(size=size), [Target("o", Mask.from_array(target))])], 3)
    assert done.results[0].iou == (1.0, 1.0, 1.0)
    assert len(segmenter.prompts) == 1


def test_a_photo_is_encoded_once_for_all_its_objects_and_results_keep_the_order() -> None:
    photos = []
    for number in range(7):
        masks = [Mask.from_array(disc(SIZE, (x, 12), 4)) for x in (8, 16, 24)]
        photos.append(OpenPhoto(f"p{number}", photo(number), [Target(str(i), mask) for i, mask in enumerate(masks)]))
    _, answers = random_script(5, 2)
    segmenter = Scripted(answers)
    done = study(segmenter, photos, 2, seed=3)
    assert sorted(segmenter.encoded) == sorted(p.photo.key for p in photos)
    assert segmenter.encoded != [p.photo.key for p in photos]  # at random, so that a part is a fair sample
    assert [(r.photo, r.name) for r in done.results] == [(f"p{n}", str(i)) for n in range(7) for i in range(3)]
    assert done.complete
    assert set(done.encode_ms) == {f"p{n}" for n in range(7)}


def test_jitter_stays_on_the_error_and_near_its_middle() -> None:
    target = disc((120, 160), (70.5, 60.5), 40)
    mask, random = Mask.from_array(target), np.random.default_rng(0)
    exact = Corrector(mask).next_click(None)
    for jitter, reach in ((Jitter(pixels=12), 12), (Jitter(share=0.5), 20.6), (Jitter(pixels=400), 41)):
        corrector = Corrector(mask, jitter, random)
        clicks = [corrector.next_click(None) for _ in range(200)]
        away = [np.hypot(click.x - exact.x, click.y - exact.y) for click in clicks]
        assert all(target[int(click.y), int(click.x)] and click.positive for click in clicks)
        assert 0.8 * reach < max(away) <= reach
        assert len(set(clicks)) > 50


def test_jitter_is_repeatable_and_the_same_whatever_else_is_studied() -> None:
    objects = [Target(str(i), Mask.from_array(disc(SIZE, (x, 12), 6)), "disc") for i, x in enumerate((9, 20))]
    plan = {"clicks": 3, "jitter": Jitter(share=1.0)}
    both = study(FakeSegmenter(), [OpenPhoto("p", photo(), objects)], **plan).results
    again = study(FakeSegmenter(), [OpenPhoto("p", photo(), objects[1:])], **plan).results
    other = study(FakeSegmenter(), [OpenPhoto("p", photo(), objects[1:])], seed=1, **plan).results
    assert both[1].jittered.clicks == again[0].jittered.clicks != other[0].jittered.clicks
    assert both[1].clicks == again[0].clicks == other[0].clicks  # who hits the centre needs no luck
    assert both[1].jittered.clicks != both[1].clicks


@pytest.mark.parametrize(
    ("text", "jitter"), [("12", Jitter(pixels=12)), (" 1.5 PX ", Jitter(pixels=1.5)), ("50%", Jitter(share=0.5))]
)
def test_jitter_is_read(text: str, jitter: Jitter) -> None:
    assert Jitter.parse(text) == jitter


@pytest.mark.parametrize("text", ["", "0", "-3", "much", "5 %%", "nan", "1e3", "0%", "99999999"])
def test_what_is_no_jitter_is_refused(text: str) -> None:
    with pytest.raises(RverError, match="is no jitter"):
        Jitter.parse(text)


def made(*curves: Sequence[float], category: str = "") -> list[ObjectResult]:
    return [ObjectResult("p", str(i), category, 9, tuple(c), tuple(c), (), ()) for i, c in enumerate(curves)]


def test_clicks_are_counted_to_the_first_time_and_failures_count_as_the_most() -> None:
    assert clicks_to([0.2, 0.8, 0.7], 80) == 2
    assert clicks_to([0.2, 0.79, 0.7], 80) is None
    numbers = agreement(made([0.5, 0.85, 0.6], [0.9, 0.9, 0.9], [0.1, 0.1, 0.1]), 3)
    assert numbers["noc"] == {"80": 2.0, "85": 2.0, "90": 2.3333}
    assert numbers["failed"] == {"80": 0.3333, "85": 0.3333, "90": 0.6667}
    assert numbers["iou"] == {"1": 0.5, "2": 0.6167, "3": 0.5333}
    assert numbers["iou_median"] == {"1": 0.5, "2": 0.85, "3": 0.6}


def test_categories_are_told_apart_the_largest_first() -> None:
    done = empty_study(FakeSegmenter(), Plan(1))
    done.results = [*made([0.5], category="soup"), *made([0.2], [0.6], category="rice")]
    assert list(per_category(done)) == ["rice", "soup"]
    assert per_category(done)["rice"]["objects"] == 2
    assert per_category(done)["rice"]["iou"] == {"1": 0.4}


def test_an_empty_study_has_no_numbers_instead_of_wrong_ones() -> None:
    numbers = summary(empty_study(FakeSegmenter(), Plan(2)))
    assert numbers["objects"] == 0
    assert numbers["iou"] == {"1": None, "2": None}
    assert numbers["noc"]["80"] is numbers["ms_click"] is numbers["ms_encode"] is None


class Broken:
    name, objects = "broken.jpg", 2

    def open(self):
        raise RverError("broken.jpg is damaged; copy it again.")


def test_a_photo_that_cannot_be_opened_is_told_and_the_others_are_done() -> None:
    target, answers = random_script(1, 1)
    good = OpenPhoto("good", photo(), [Target("o", Mask.from_array(target))])
    seen: list[tuple[int, int]] = []
    done = study(Scripted(answers), [Broken(), good], 1, progress=lambda *now: seen.append(now) is None)
    assert [result.photo for result in done.results] == ["good"]
    assert done.problems == ["broken.jpg is damaged; copy it again."]
    assert done.total == 3
    assert seen[-1][1] == 3


def test_a_segmenter_that_gives_up_keeps_what_it_reached() -> None:
    target, answers = random_script(8, 3)
    done = study(Scripted(answers, fail_after=1), [OpenPhoto("p", photo(), [Target("o", Mask.from_array(target))])], 3)
    (result,) = done.results
    assert result.problem == "The scripted segmenter has had enough."
    assert result.iou == (result.iou[0],) * 3
    assert summary(done)["gave_up"] == 1


def test_a_study_in_which_nothing_worked_is_an_error() -> None:
    target, answers = random_script(8, 1)
    given_photo = OpenPhoto("p", photo(), [Target("o", Mask.from_array(target))])
    with pytest.raises(
        RverError, match="Not one object could be cut out; first: The scripted segmenter has had enough"
    ):
        study(Scripted(answers, fail_after=0), [given_photo], 1)
    with pytest.raises(RverError, match=r"first: broken\.jpg is damaged"):
        study(Scripted(answers), [Broken()], 1)
    with pytest.raises(RverError, match="at least one click"):
        study(Scripted(answers), [given_photo], 0)


def test_what_was_done_before_an_interruption_can_be_read() -> None:
    target, answers = random_script(2, 1)
    photos = [OpenPhoto(f"p{i}", photo(i), [Target("o", Mask.from_array(target))]) for i in range(5)]
    segmenter = Scripted(answers)
    done = empty_study(segmenter, Plan(1))

    def interrupted(finished: int, total: int) -> bool:
        if finished == 3:
            raise KeyboardInterrupt
        return True

    with pytest.raises(KeyboardInterrupt):
        study(segmenter, photos, progress=interrupted, into=done)
    assert len(done.results) == 3
    assert (done.total, done.complete) == (5, False)
    stopped = study(Scripted(answers), photos, 1, progress=lambda finished, total: finished < 2)
    assert len(stopped.results) == 2
    assert not stopped.complete


def test_an_empty_target_is_no_object() -> None:
    target, answers = random_script(2, 1)
    targets = [Target("nothing", Mask.empty(SIZE)), Target("o", Mask.from_array(target))]
    done = study(Scripted(answers), [OpenPhoto("p", photo(), targets)], 1)
    assert [result.name for result in done.results] == ["o"]
