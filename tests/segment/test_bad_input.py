"""Photos and clicks at the edge of what makes sense, and backends that do not keep to the protocol."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest
from segment_cases import click, dish_photo

from rvergui.core import Box, Mask, Photo, Point, Prompt, RverError
from rvergui.segment.answers import ask, look
from rvergui.segment.fake import FakeSegmenter
from rvergui.segment.find import segment
from rvergui.segment.grabcut import GrabCutSegmenter
from rvergui.segment.protocol import Candidates, Embedding, Segmenter
from rvergui.segment.starter import StarterSegmenter
from rvergui.segment.upsample import candidate_mask

starter = functools.cache(StarterSegmenter)  # its networks are made ready once
BACKENDS = [FakeSegmenter, GrabCutSegmenter, starter]
Make = Callable[[], Segmenter]


def plain(height: int, width: int, colour: tuple[int, int, int] = (120, 120, 120)) -> Photo:
    pixels = np.empty((height, width, 3), dtype=np.uint8)
    pixels[...] = colour
    pixels.setflags(write=False)
    return Photo(pixels, f"{height}x{width}")


def all_masks(segmenter: Segmenter, photo: Photo, prompt: Prompt) -> list[Mask]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a division by zero on the way would be luck
        candidates = ask(segmenter, look(segmenter, photo), prompt)
        return [candidate_mask(candidates, i) for i in range(len(candidates))]


@pytest.mark.parametrize("make", BACKENDS)
@pytest.mark.parametrize("size", [(1, 1), (1, 2), (2, 1), (1, 40), (40, 1), (1, 5000), (5000, 1), (3, 3), (2, 9000)])
@pytest.mark.parametrize("noise", [False, True])
def test_a_photo_of_any_shape_can_be_clicked(make: Make, size: tuple[int, int], noise: bool) -> None:
    photo = plain(*size)
    if noise:
        photo = Photo.from_array(np.random.default_rng(1).integers(0, 255, (*size, 3), dtype=np.uint8))
    height, width = size
    places = {(0.0, 0.0), (0.5, 0.5), (width / 2, height / 2), (width - 0.01, height - 0.01)}
    for place in places:
        masks = all_masks(make(), photo, click(place))
        assert 1 <= len(masks) <= 3
        for mask in masks:
            assert mask.size == size
            assert mask.contains(*place)
        boxed = all_masks(make(), photo, Prompt(box=Box(0, 0, width, height)))
        assert all(mask.size == size for mask in boxed)


@pytest.mark.parametrize("make", BACKENDS)
def test_clicks_that_take_away_the_only_pixel_are_answered(make: Make) -> None:
    for mask in all_masks(make(), plain(1, 1), Prompt((Point(0.5, 0.5), Point(0.5, 0.5, False)))):
        assert mask.size == (1, 1)


@pytest.mark.parametrize("make", BACKENDS)
@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (128, 128, 128), (250, 10, 10)])
def test_a_photo_of_one_colour_gives_a_mask_around_the_click(make: Make, colour: tuple[int, int, int]) -> None:
    for mask in all_masks(make(), plain(90, 120, colour), click((40.5, 30.5))):
        assert mask.contains(40.5, 30.5)
    assert all_masks(make(), plain(90, 120, colour), Prompt(box=Box(20, 20, 60, 70)))


@pytest.mark.parametrize("make", BACKENDS)
@pytest.mark.parametrize(
    "place", [(-1, 5), (5, -0.01), (320, 5), (5, 240), (1e9, 1e9), (float("nan"), 5), (5, float("inf"))]
)
def test_a_click_outside_is_one_sentence_with_the_photo_s_size(make: Make, place: tuple[float, float]) -> None:
    photo, _ = dish_photo()
    with pytest.raises(RverError, match=r"No click or box lies inside the photo \(320x240 pixels\)"):
        segment(make(), photo, click(place))


@pytest.mark.parametrize("make", BACKENDS)
def test_a_click_outside_beside_one_inside_changes_nothing(make: Make) -> None:
    photo, _ = dish_photo()
    assert all_masks(make(), photo, click((170, 110), (999, 5))) == all_masks(make(), photo, click((170, 110)))


@pytest.mark.parametrize("make", BACKENDS)
@pytest.mark.parametrize(
    "box", [Box(400, 10, 500, 60), Box(-50, -50, -10, -10), Box(10, 10, 10.2, 60), Box(60, 60, 10, 10)]
)
def test_a_box_that_holds_nothing_is_one_sentence(make: Make, box: Box) -> None:
    photo, _ = dish_photo()
    with pytest.raises(RverError, match="No click or box lies inside the photo"):
        segment(make(), photo, Prompt(box=box))


@pytest.mark.parametrize("make", BACKENDS)
def test_a_photo_without_pixels_is_one_sentence(make: Make) -> None:
    with pytest.raises(RverError, match="no pixels"):
        look(make(), plain(0, 20))


@pytest.mark.parametrize("make", BACKENDS)
def test_a_photo_of_36_megapixels_is_an_ordinary_one(make: Make) -> None:
    photo = plain(6000, 6000, (90, 120, 160))
    pixels = photo.pixels.copy()
    pixels[2000:4000, 2500:4500] = (190, 60, 40)
    masks = all_masks(make(), Photo(pixels, "large"), click((3500, 3000)))
    assert all(mask.size == (6000, 6000) and mask.contains(3500, 3000) for mask in masks)
    if make is GrabCutSegmenter:
        truth = Mask.from_crop(np.ones((2000, 2000)), (2500, 2000), (6000, 6000))
        assert max(mask.iou(truth) for mask in masks) > 0.96


# Backends from elsewhere


class Plugin:
    """Answers with whatever it is told to."""

    name, signature, description = "plugin", "plugin-1", "A plug-in"

    def __init__(self, answer: Any = None, embedding: Any = None) -> None:
        self._answer, self._embedding = answer, embedding

    def encode(self, photo: Photo) -> Any:
        if isinstance(self._embedding, BaseException):
            raise self._embedding
        made = Embedding(photo.key, photo.size, self.signature, {})
        return made if self._embedding is None else self._embedding(made)

    def decode(self, embedding: Embedding, prompt: Prompt, previous: Candidates | None = None) -> Any:
        if isinstance(self._answer, BaseException):
            raise self._answer
        return self._answer(good_answer(embedding))


def good_answer(embedding: Embedding) -> Candidates:
    logits = np.full((2, 6, 8), -1.0, dtype=np.float32)
    logits[:, 2:4, 3:6] = 1
    scale = (8 / embedding.size[1], 6 / embedding.size[0])
    return Candidates(logits, np.array([0.5, 0.9], dtype=np.float32), scale, embedding.size)


def answered(answer: Any) -> Mask:
    return segment(Plugin(answer), plain(60, 80), click((40, 30)))


def test_a_good_answer_goes_through() -> None:
    assert answered(lambda good: good).contains(40, 30)
    # infinite logits and scores a little beyond 0..1 are what networks give
    assert answered(lambda good: replace(good, logits=np.where(good.logits > 0, np.inf, -np.inf))).contains(40, 30)
    assert answered(lambda good: replace(good, scores=np.array([1.02, -0.1], dtype=np.float32))).contains(40, 30)
    assert answered(lambda good: replace(good, logits=good.logits.astype(np.float16))).contains(40, 30)


def _with_nan(values: np.ndarray) -> np.ndarray:
    values = values.copy()
    values.flat[3 % values.size] = np.nan
    return values


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda good: None, "answered with NoneType instead of candidates"),
        (lambda good: good.logits, "answered with ndarray instead of candidates"),
        (lambda good: replace(good, logits=good.logits[:0], scores=good.scores[:0]), "no candidate at all"),
        (lambda good: replace(good, logits=good.logits[0]), "logits of 2 dimensions instead of three"),
        (lambda good: replace(good, logits=good.logits[:, :0]), r"empty logits \(2x0x8\)"),
        (lambda good: replace(good, scores=good.scores[:1]), r"2 candidates but scores of shape \(1,\)"),
        (lambda good: replace(good, scores=good.scores[None]), r"scores of shape \(1, 2\)"),
        (lambda good: replace(good, scores=_with_nan(good.scores)), "scores that are no numbers"),
        (lambda good: replace(good, scores=good.scores * np.inf), "scores that are no numbers"),
        (lambda good: replace(good, logits=_with_nan(good.logits)), "logits that are no numbers"),
        (lambda good: replace(good, logits=good.logits.astype(complex)), "complex128 logits"),
        (lambda good: replace(good, logits=good.logits.astype(object)), "object logits"),
        (lambda good: replace(good, size=(80, 60)), "a photo of another size"),
        (lambda good: replace(good, scale=(0, 1)), "impossible scale"),
        (lambda good: replace(good, scale=(float("nan"), 1)), "impossible scale"),
        (lambda good: replace(good, scale=(1.0,)), "impossible scale"),
    ],
)
def test_an_answer_that_is_no_use_is_one_sentence_with_the_plug_in_s_name(spoil: Any, message: str) -> None:
    with pytest.raises(RverError, match=message) as caught:
        answered(spoil)
    assert str(caught.value).startswith("The segmenter 'plugin' ")
    assert str(caught.value).endswith("update it or choose another segmenter.")


@pytest.mark.parametrize(
    ("embedding", "message"),
    [
        (lambda good: None, "gave NoneType for a photo instead of an embedding"),
        (lambda good: replace(good, size=(1, 1)), "an embedding of another size than the photo's"),
        (
            ZeroDivisionError("division by zero"),
            r"failed to look at this photo of 80x60 pixels \(ZeroDivisionError: div",
        ),
    ],
)
def test_an_embedding_that_is_no_use_is_one_sentence(embedding: Any, message: str) -> None:
    with pytest.raises(RverError, match=message):
        look(Plugin(embedding=embedding), plain(60, 80))


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        RuntimeError(
            "[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory: you tried to ..."
        ),
        RuntimeError("CUDA out of memory. Tried to allocate 20.00 MiB"),
        RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)"),
        RuntimeError("std::bad_alloc"),
        cv2.error("OpenCV(5.0.0) alloc.cpp:73: error: (-4:Insufficient memory) Failed to allocate 300000000 bytes"),
    ],
)
def test_too_little_memory_is_said_in_the_same_words_whoever_ran_out(error: Exception) -> None:
    with pytest.raises(RverError, match="not enough memory for A plug-in to look at this photo of 80x60 pixels"):
        look(Plugin(embedding=error), plain(60, 80))
    with pytest.raises(RverError, match="There is not enough memory for A plug-in to answer this click; close other"):
        answered(error)


def test_any_other_failure_names_the_plug_in_and_the_reason_in_one_line() -> None:
    with pytest.raises(RverError) as caught:
        answered(KeyError("weights\nand a second line"))
    assert str(caught.value).startswith("The segmenter 'plugin' failed to answer this click (KeyError: ")
    assert "\n" not in str(caught.value)
    with pytest.raises(RverError, match=r"click \(ValueError\); try again or choose another segmenter"):
        answered(ValueError())
    with pytest.raises(RverError, match=r"^Weights are damaged; get them"):
        answered(RverError("Weights are damaged; get them again."))


def test_a_person_who_stops_is_no_failure() -> None:
    with pytest.raises(KeyboardInterrupt):
        answered(KeyboardInterrupt())
