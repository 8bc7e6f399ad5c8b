"""A tiny SAM with random weights against the official predictor around the same network."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from segment_anything import SamPredictor
from segment_anything.modeling import Sam
from segment_cases import click, dish_photo

from rvergui.core import Box, Photo, Point, Prompt, RverError
from rvergui.segment.fake import FakeSegmenter
from rvergui.segment.protocol import Embedding, Segmenter
from rvergui.segment.registry import create_segmenter
from rvergui.segment.sam import SamSegmenter
from rvergui.segment.sam_architecture import SamArchitecture, build_sam
from rvergui.segment.sam_checkpoint import find_checkpoint, load_sam
from rvergui.segment.upsample import candidate_mask

TINY = SamArchitecture(
    width=32,
    depth=2,
    heads=2,
    global_blocks=(1,),
    window=14,
    mlp_ratio=2.0,
    image_size=512,  # a quarter of the official patches: the suite stays quick
    patch=16,
    prompt_width=32,
    mask_channels=8,
    decoder_depth=1,
    decoder_mlp=64,
    masks=3,
    score_depth=2,
    score_width=16,
)


@pytest.fixture(scope="module")
def tiny() -> Sam:
    torch.manual_seed(7)
    return build_sam(TINY)


@pytest.fixture(scope="module")
def weights(tiny: Sam, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "any_name.pth"
    torch.save(tiny.state_dict(), path)
    return path


@pytest.fixture(scope="module")
def segmenter(weights: Path) -> Iterator[SamSegmenter]:
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


def official(predictor: SamPredictor, prompt: Prompt, previous: np.ndarray | None = None) -> tuple[np.ndarray, ...]:
    """The official answer: full-size logits, scores, low-resolution logits."""
    box = prompt.box
    return predictor.predict(
        point_coords=np.array([[p.x, p.y] for p in prompt.points]) if prompt.points else None,
        point_labels=np.array([int(p.positive) for p in prompt.points]) if prompt.points else None,
        box=None if box is None else np.array([box.x0, box.y0, box.x1, box.y1]),
        mask_input=previous,
        multimask_output=len(prompt.points) == 1 and box is None,
        return_logits=True,
    )


PROMPTS = {
    "click": click((280.25, 150.5)),
    "corner": click((516.9, 332.9)),
    "two": click((280, 150), (300, 170)),
    "away": click((280, 150), away=((30, 40),)),
    "box": Prompt(box=Box(100.5, 50.25, 400, 300)),
    "box and click": Prompt(points=(Point(280, 150),), box=Box(100, 50, 400, 300)),
}


@pytest.mark.parametrize("name", PROMPTS)
def test_equals_the_official_predictor(
    name: str, segmenter: SamSegmenter, embedding: Embedding, predictor: SamPredictor
) -> None:
    fine, scores, logits = official(predictor, PROMPTS[name])
    found = segmenter.decode(embedding, PROMPTS[name])
    np.testing.assert_allclose(found.logits, logits, atol=1e-4)
    np.testing.assert_allclose(found.scores, np.clip(scores, 0, 1), atol=1e-5)
    assert len(found) == len(fine) == (3 if name in ("click", "corner") else 1)
    for index, wanted in enumerate(fine):
        mask = candidate_mask(found, index).array()
        # An untrained network's logits are noise, outline everywhere: compare where they are not about to change sign.
        clear = np.abs(wanted) > 0.3 * wanted.std()
        assert clear.mean() > 0.5
        assert np.count_nonzero(mask[clear] != (wanted > 0)[clear]) <= 0.001 * clear.sum()


@pytest.mark.parametrize("size", [(40, 30), (1024, 768), (301, 1203), (1500, 499)])
def test_masks_of_smooth_logits_agree_at_odd_sizes(size: tuple[int, int], segmenter: SamSegmenter, tiny: Sam) -> None:
    """With the smooth logits of a trained network only the two-step resize differs, by hairlines."""
    height, width = segmenter._input_size(size)
    y, x = torch.meshgrid(torch.arange(128.0), torch.arange(128.0), indexing="ij")
    cx, cy = width / 8, height / 8
    logits = 10 * (1 - torch.hypot((x - cx) / (cx * 0.8), (y - cy) / (cy * 0.7)))
    wanted = (tiny.postprocess_masks(logits[None, None], (height, width), size) > 0).numpy()[0, 0]
    photo = Photo.from_array(np.zeros((*size, 3), dtype=np.uint8))
    found = segmenter.decode(segmenter.encode(photo), click((size[1] / 2, size[0] / 2)))
    smooth = type(found)(logits=logits.numpy()[None], scores=found.scores[:1], scale=found.scale, size=found.size)
    mask = candidate_mask(smooth, 0).array()
    assert np.count_nonzero(mask & wanted) / np.count_nonzero(mask | wanted) >= 0.999


def test_previous_candidates_are_refined(
    segmenter: SamSegmenter, embedding: Embedding, predictor: SamPredictor
) -> None:
    first = segmenter.decode(embedding, PROMPTS["click"])
    second = PROMPTS["click"].with_point(Point(300, 200))
    _, _, wanted = official(predictor, second, first.logits[first.best][None])
    with_previous = segmenter.decode(embedding, second, first)
    np.testing.assert_allclose(with_previous.logits, wanted, atol=1e-4)
    without = segmenter.decode(embedding, second)
    assert np.abs(with_previous.logits - without.logits).max() > 1e-3


def test_previous_candidates_of_another_grid_are_left_out(segmenter: SamSegmenter, embedding: Embedding) -> None:
    fake = FakeSegmenter()
    other = fake.decode(fake.encode(dish_photo((90, 120))[0]), click((50, 50)))
    two = PROMPTS["two"]
    np.testing.assert_array_equal(
        segmenter.decode(embedding, two, other).logits, segmenter.decode(embedding, two).logits
    )


def test_is_a_segmenter_with_a_description(segmenter: SamSegmenter) -> None:
    assert isinstance(segmenter, Segmenter)
    assert segmenter.description == "SAM ViT 32x2 on CPU"


def test_registry_makes_it(weights: Path) -> None:
    assert create_segmenter("sam", weights, device="cpu").name == "sam"


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (2500, 1)])
def test_extreme_sizes(size: tuple[int, int], segmenter: SamSegmenter) -> None:
    photo = Photo.from_array(np.zeros((*size, 3), dtype=np.uint8))
    found = segmenter.decode(segmenter.encode(photo), click((0.5, 0.5)))
    assert candidate_mask(found, 0).size == size


def test_prompt_outside_and_foreign_embedding(segmenter: SamSegmenter, photo: Photo, embedding: Embedding) -> None:
    with pytest.raises(RverError, match="inside the photo"):
        segmenter.decode(embedding, click((-1, 5)))
    with pytest.raises(RverError, match="encode it again"):
        segmenter.decode(FakeSegmenter().encode(photo), click((5, 5)))


def test_signature_tells_weights_apart(tmp_path: Path, weights: Path, segmenter: SamSegmenter) -> None:
    state = torch.load(weights, weights_only=True)
    torch.save(state, tmp_path / "same.pth")
    state["mask_decoder.iou_token.weight"] += 1
    torch.save(state, tmp_path / "other.pth")
    assert SamSegmenter(tmp_path / "same.pth", device="cpu").signature == segmenter.signature
    assert SamSegmenter(tmp_path / "other.pth", device="cpu").signature != segmenter.signature


@pytest.mark.parametrize("kind", ["safetensors", "half", "wrapped", "prefixed", "misnamed"])
def test_the_same_weights_in_other_clothes(kind: str, tmp_path: Path, weights: Path, tiny: Sam) -> None:
    state = {name: tensor.clone() for name, tensor in tiny.state_dict().items()}
    path = tmp_path / "sam_vit_h.pth"
    if kind in ("safetensors", "misnamed"):
        path = path if kind == "misnamed" else tmp_path / "tiny.safetensors"
        save_file(state, path)
    elif kind == "half":
        torch.save({name: tensor.half() for name, tensor in state.items()}, path)
    elif kind == "wrapped":
        torch.save({"model": state, "epoch": 3}, path)
    else:
        torch.save({f"module.{name}": tensor for name, tensor in state.items()}, path)
    sam, architecture, _ = load_sam(path)
    assert architecture == TINY
    for name, tensor in sam.state_dict().items():
        assert tensor.dtype == torch.float32
        torch.testing.assert_close(tensor, state[name], atol=1e-2 if kind == "half" else 0, rtol=0)
    torch.testing.assert_close(sam.pixel_mean, tiny.pixel_mean)
    torch.testing.assert_close(sam.pixel_std, tiny.pixel_std)


@pytest.mark.parametrize(
    ("width", "depth", "heads", "blocks", "name"),
    [
        (768, 12, 12, (2, 5, 8, 11), "ViT-B"),
        (1024, 24, 16, (5, 11, 17, 23), "ViT-L"),
        (1280, 32, 16, (7, 15, 23, 31), "ViT-H"),
    ],
)
def test_official_sizes_are_recognized_by_shapes(
    width: int, depth: int, heads: int, blocks: tuple[int, ...], name: str
) -> None:
    from segment_anything import sam_model_registry

    with torch.device("meta"):
        state = sam_model_registry[name.lower().replace("-", "_")]().state_dict()
    found = SamArchitecture.of(state)
    assert (found.width, found.depth, found.heads, found.global_blocks, found.name) == (
        width, depth, heads, blocks, name,
    )  # fmt: skip
    with torch.device("meta"):
        mine = build_sam(found).state_dict()
    assert {n: t.shape for n, t in mine.items()} == {n: t.shape for n, t in state.items()}


class _Evil:
    def __init__(self, marker: Path) -> None:
        self._marker = marker

    def __reduce__(self) -> tuple[object, ...]:
        return (os.mkdir, (str(self._marker),))


def test_a_file_with_code_in_it_is_not_run(tmp_path: Path) -> None:
    marker = tmp_path / "was_run"
    for name, save in (("zip.pth", torch.save), ("raw.pth", lambda o, p: p.write_bytes(pickle.dumps(o, protocol=2)))):
        save({"image_encoder.pos_embed": _Evil(marker)}, tmp_path / name)
        with pytest.raises(RverError, match=name):
            load_sam(tmp_path / name)
    assert not marker.exists()


def bad_files(folder: Path, weights: Path) -> dict[str, Path]:
    whole = weights.read_bytes()
    contents = {
        "empty.pth": b"",
        "cut_short.pth": whole[: len(whole) // 2],
        "photo.pth": b"\xff\xd8\xff\xe0" + bytes(500),
        "text.pth": b"<html>404 not found</html>",
        "cut.safetensors": b'\x40\x00\x00\x00\x00\x00\x00\x00{"a":',
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    torch.save([1, 2, 3], folder / "list.pth")
    torch.save({}, folder / "no_tensors.pth")
    torch.save({"weight": torch.zeros(3)}, folder / "other.pth")
    torch.save({"image_encoder.patch_embed.seq.0.c.weight": torch.zeros(3)}, folder / "mobile.pth")
    state = torch.load(weights, weights_only=True)
    state.pop("mask_decoder.iou_token.weight")
    torch.save(state, folder / "one_missing.pth")
    state = torch.load(weights, weights_only=True)
    state["image_encoder.blocks.1.attn.qkv.weight"] = torch.zeros(3, 3)
    torch.save(state, folder / "odd_shape.pth")
    (folder / "folder.pth").mkdir()
    names = [*contents, "list.pth", "no_tensors.pth", "other.pth", "mobile.pth", "one_missing.pth", "odd_shape.pth"]
    return {name: folder / name for name in [*names, "folder.pth", "absent.pth"]}


def test_bad_files_are_told_in_a_sentence_with_their_name(tmp_path: Path, weights: Path) -> None:
    said = {}
    for name, path in bad_files(tmp_path, weights).items():
        with pytest.raises(RverError, match=name) as caught:
            load_sam(path)
        said[name] = str(caught.value)
        assert "\n" not in said[name]
    assert "MobileSAM" in said["mobile.pth"]
    assert "mask_decoder.iou_token.weight" in said["one_missing.pth"]
    assert "no file" in said["absent.pth"]
    assert "cut short" in said["cut_short.pth"]


def test_without_weights_the_sentence_says_what_to_get(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RVERGUI_WEIGHTS", str(tmp_path))
    with pytest.raises(RverError, match=r"sam_vit_b_01ec64\.pth") as caught:
        SamSegmenter()
    assert str(tmp_path) in str(caught.value)


def test_weights_are_found_in_the_folders_smallest_first(
    tmp_path: Path, weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RVERGUI_WEIGHTS", str(tmp_path))
    (tmp_path / "sam_vit_h_big.pth").write_bytes(weights.read_bytes() + bytes(1000))
    (tmp_path / "sam_vit_b_small.pth").write_bytes(weights.read_bytes())
    (tmp_path / "sam_vit_l_0b3195.pth").write_bytes(b"a download that broke off")
    (tmp_path / "notes.txt").write_text("sam_vit_b")
    assert find_checkpoint() == tmp_path / "sam_vit_b_small.pth"


def test_unknown_device_is_refused(weights: Path) -> None:
    with pytest.raises(RverError, match="warp9"):
        SamSegmenter(weights, device="warp9")


def test_out_of_memory_is_told(segmenter: SamSegmenter, photo: Photo, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: torch.Tensor) -> torch.Tensor:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20 GiB")

    monkeypatch.setattr(segmenter._sam, "preprocess", full)
    with pytest.raises(RverError, match="not enough memory"):
        segmenter.encode(photo)
