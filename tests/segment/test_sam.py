"""A tiny SAM with random weights against the official predictor around the same network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from sam_cases import TINY, official, random_sam, save_hollow
from segment_anything import SamPredictor, sam_model_registry
from segment_anything.modeling import Sam
from segment_cases import click, dish_photo, iou

from rvergui.core import Box, Photo, Point, Prompt, RverError
from rvergui.segment.fake import FakeSegmenter
from rvergui.segment.protocol import Embedding, Segmenter
from rvergui.segment.registry import create_segmenter
from rvergui.segment.sam import SamSegmenter
from rvergui.segment.sam_architecture import SamArchitecture, build_sam
from rvergui.segment.upsample import candidate_mask


@pytest.fixture(scope="module")
def tiny() -> Sam:
    return random_sam(TINY)


@pytest.fixture(scope="module")
def weights(tiny: Sam, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "any_name.pth"
    torch.save(tiny.state_dict(), path)
    return path


@pytest.fixture(scope="module")
def segmenter(weights: Path) -> SamSegmenter:
    return SamSegmenter(weights, device="cpu")


@pytest.fixture(scope="module")
def photo() -> Photo:
    return dish_photo((333, 517))[0]


@pytest.fixture(scope="module")
def embedding(segmenter: SamSegmenter, photo: Photo) -> Embedding:
    return segmenter.encode(photo)


@pytest.fixture(scope="module")
def predictor(tiny: Sam, photo: Photo) -> SamPredictor:
    predictor = SamPredictor(tiny)
    predictor.set_image(photo.pixels.copy())
    return predictor


PROMPTS = {
    "click": click((280.25, 150.5)),
    "corner": click((516.9, 332.9)),
    "two": click((280, 150), (300, 170)),
    "away": click((280, 150), away=((30, 40),)),
    "many": click((280, 150), (200.5, 80.25), (310, 200), away=((30, 40), (500, 300))),
    "box": Prompt(box=Box(100.5, 50.25, 400, 300)),
    "box and click": Prompt(points=(Point(280, 150),), box=Box(100, 50, 400, 300)),
    "box and clicks": Prompt(points=(Point(280, 150), Point(110, 60, False)), box=Box(100, 50, 400, 300)),
}


@pytest.mark.parametrize("name", PROMPTS)
def test_equals_the_official_predictor(
    name: str, segmenter: SamSegmenter, embedding: Embedding, predictor: SamPredictor
) -> None:
    fine, scores, logits = official(predictor, PROMPTS[name])
    found = segmenter.decode(embedding, PROMPTS[name])
    np.testing.assert_allclose(found.logits, logits, atol=1e-4)
    np.testing.assert_allclose(found.scores, scores, atol=1e-5)
    assert len(found) == len(fine) == (3 if name in ("click", "corner") else 1)
    for index, wanted in enumerate(fine):
        assert iou(candidate_mask(found, index).array(), wanted > 0) >= 0.9999


@pytest.mark.parametrize(
    "size", [(1, 1), (2, 3), (61, 1203), (1203, 61), (512, 512), (513, 511), (40, 30), (1200, 900), (1, 700), (640, 2)]
)
def test_equals_the_official_predictor_at_odd_sizes(size: tuple[int, int], segmenter: SamSegmenter, tiny: Sam) -> None:
    height, width = size
    pixels = np.random.default_rng(height).integers(0, 256, (*size, 3), dtype=np.uint8)
    predictor = SamPredictor(tiny)
    predictor.set_image(pixels)
    embedding = segmenter.encode(Photo.from_array(pixels))
    for prompt in (
        click((width * 0.6, height * 0.4)),
        click((width * 0.6, height * 0.4), away=((0.0, 0.0),)),
        Prompt(box=Box(0, 0, width, height)),
    ):
        fine, scores, _ = official(predictor, prompt)
        found = segmenter.decode(embedding, prompt)
        np.testing.assert_allclose(found.scores, scores, atol=1e-4)
        for index, wanted in enumerate(fine):
            assert iou(candidate_mask(found, index).array(), wanted > 0) >= 0.9999


def test_previous_candidates_are_refined_as_the_official_predictor_does(
    segmenter: SamSegmenter, embedding: Embedding, predictor: SamPredictor
) -> None:
    prompt = PROMPTS["click"]
    found = segmenter.decode(embedding, prompt)
    _, scores, logits = official(predictor, prompt)
    for point in (Point(300, 200), Point(60, 60, False), Point(200, 90)):
        prompt = prompt.with_point(point)
        fine, scores, logits = official(predictor, prompt, logits[int(np.argmax(scores))][None])
        without = segmenter.decode(embedding, prompt)
        found = segmenter.decode(embedding, prompt, found)
        np.testing.assert_allclose(found.scores, scores, atol=1e-4)
        assert iou(candidate_mask(found, 0).array(), fine[0] > 0) >= 0.999
        assert np.abs(found.logits - without.logits).max() > 1e-3


def test_several_clicks_at_once_are_answered_as_one_by_one(segmenter: SamSegmenter, embedding: Embedding) -> None:
    prompts = [click((280.25, 150.5)), click((20, 30)), click((500, 320))]
    together = segmenter.decode_many(embedding, prompts)
    for prompt, found in zip(prompts, together, strict=True):
        alone = segmenter.decode(embedding, prompt)
        np.testing.assert_allclose(found.logits, alone.logits, atol=1e-4)
        np.testing.assert_allclose(found.scores, alone.scores, atol=1e-5)
        assert (found.scale, found.size, found.finer) == (alone.scale, alone.size, alone.finer)
    mixed = segmenter.decode_many(embedding, [prompts[0], PROMPTS["box"]])
    assert [len(found) for found in mixed] == [3, 1]
    assert segmenter.decode_many(embedding, []) == []


def test_previous_candidates_of_another_grid_are_left_out(segmenter: SamSegmenter, embedding: Embedding) -> None:
    fake = FakeSegmenter()
    other = fake.decode(fake.encode(dish_photo((90, 120))[0]), click((50, 50)))
    two = PROMPTS["two"]
    np.testing.assert_array_equal(
        segmenter.decode(embedding, two, other).logits, segmenter.decode(embedding, two).logits
    )


def test_halves_are_replaceable(segmenter: SamSegmenter, weights: Path, photo: Photo, embedding: Embedding) -> None:
    """What another runtime has to put in: functions of arrays with the documented shapes."""
    other = SamSegmenter(weights, device="cpu")
    seen: list[tuple[tuple[int, ...], np.dtype[np.float32]]] = []
    inner = other._backend.encoder

    def watching(pixels: np.ndarray) -> np.ndarray:
        seen.append((pixels.shape, pixels.dtype))
        return inner(pixels)

    other._backend = replace(other._backend, encoder=watching)
    again = other.encode(photo)
    assert seen == [((1, 3, 512, 512), np.dtype(np.float32))]
    assert again.arrays["features"].shape == (32, 32, 32)
    np.testing.assert_array_equal(again.arrays["features"], embedding.arrays["features"])


def test_is_a_segmenter_with_a_description(segmenter: SamSegmenter) -> None:
    assert isinstance(segmenter, Segmenter)
    assert segmenter.description == "SAM ViT 32x2 on CPU with PyTorch"


def test_registry_makes_it(weights: Path) -> None:
    assert create_segmenter("sam", weights, device="cpu").name == "sam"


@pytest.mark.parametrize("size", [(1, 3000), (2500, 1)])
def test_sizes_that_the_official_predictor_refuses(size: tuple[int, int], segmenter: SamSegmenter) -> None:
    photo = Photo.from_array(np.zeros((*size, 3), dtype=np.uint8))
    found = segmenter.decode(segmenter.encode(photo), click((0.5, 0.5)))
    assert candidate_mask(found, 0).size == size


def test_prompt_outside_and_foreign_embedding(segmenter: SamSegmenter, photo: Photo, embedding: Embedding) -> None:
    with pytest.raises(RverError, match="inside the photo"):
        segmenter.decode(embedding, click((-1, 5)))
    with pytest.raises(RverError, match="inside the photo"):
        segmenter.decode_many(embedding, [click((5, 5)), click((5000, 5))])
    with pytest.raises(RverError, match="encode it again"):
        segmenter.decode(FakeSegmenter().encode(photo), click((5, 5)))


def test_signature_tells_weights_apart(tmp_path: Path, weights: Path, segmenter: SamSegmenter) -> None:
    state = torch.load(weights, weights_only=True)
    torch.save(state, tmp_path / "same.pth")
    state["mask_decoder.iou_token.weight"] += 1
    torch.save(state, tmp_path / "other.pth")
    assert SamSegmenter(tmp_path / "same.pth", device="cpu").signature == segmenter.signature
    assert SamSegmenter(tmp_path / "other.pth", device="cpu").signature != segmenter.signature


OFFICIAL_SIZES: dict[str, Callable[[], Sam]] = {name: sam_model_registry[name] for name in ("vit_b", "vit_l", "vit_h")}


@pytest.mark.parametrize(
    ("kind", "width", "depth", "heads", "blocks", "name"),
    [
        ("vit_b", 768, 12, 12, (2, 5, 8, 11), "SAM ViT-B"),
        ("vit_l", 1024, 24, 16, (5, 11, 17, 23), "SAM ViT-L"),
        ("vit_h", 1280, 32, 16, (7, 15, 23, 31), "SAM ViT-H"),
    ],
)
def test_official_sizes_are_recognized_by_shapes(
    kind: str, width: int, depth: int, heads: int, blocks: tuple[int, ...], name: str
) -> None:
    with torch.device("meta"):
        state = OFFICIAL_SIZES[kind]().state_dict()
    found = SamArchitecture.of({n: tuple(t.shape) for n, t in state.items()})
    assert (found.width, found.depth, found.heads, found.global_blocks, found.name) == (
        width, depth, heads, blocks, name,
    )  # fmt: skip
    with torch.device("meta"):
        mine = build_sam(found).state_dict()
    assert {n: t.shape for n, t in mine.items()} == {n: t.shape for n, t in state.items()}


@pytest.mark.parametrize(("kind", "name"), [("vit_b", "sam_vit_b"), ("vit_l", "sam_vit_l"), ("vit_h", "sam_vit_h")])
def test_segmenters_by_name_find_their_weights_and_take_no_others(
    kind: str, name: str, tmp_path: Path, weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "installed"
    folder.mkdir()
    monkeypatch.setenv("RVERGUI_WEIGHTS", str(folder))
    with torch.device("meta"):
        state = OFFICIAL_SIZES[kind]().state_dict()
    path = save_hollow(state, folder / f"{name}_from_elsewhere.pth")
    title = f"SAM ViT-{kind[-1].upper()}"
    segmenter = create_segmenter(name, device="cpu", available=lambda: 2**40)
    assert segmenter.name == name
    assert segmenter.description == f"{title} on CPU with PyTorch"
    assert create_segmenter("sam", path, device="cpu", available=lambda: 2**40).signature == segmenter.signature
    with pytest.raises(
        RverError, match=rf"any_name\.pth in .* holds SAM ViT 32x2, not {title}; .* the segmenter sam\."
    ):
        create_segmenter(name, weights)
    other = "sam_vit_l" if name == "sam_vit_b" else "sam_vit_b"
    with pytest.raises(RverError, match=rf"holds {title}, not SAM ViT-.*; .* the segmenter {name}\."):
        create_segmenter(other, path)


def test_unknown_device_is_refused(weights: Path) -> None:
    with pytest.raises(RverError, match="warp9"):
        SamSegmenter(weights, device="warp9")


def test_out_of_memory_is_told(weights: Path, photo: Photo, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: np.ndarray) -> np.ndarray:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20 GiB")

    segmenter = SamSegmenter(weights, device="cpu")
    monkeypatch.setattr(segmenter, "_backend", replace(segmenter._backend, encoder=full))
    with pytest.raises(RverError, match="not enough memory"):
        segmenter.encode(photo)
