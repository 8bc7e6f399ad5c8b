"""MobileSAM: names, structure, and the reference implementation's answers."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from sam_cases import MOBILE, official, predictor_with, published_state, random_sam
from segment_anything.modeling import Sam
from segment_cases import click, dish_photo, iou
from timm.models.tiny_vit import Attention

from rvergui.core import Box, Photo, Point, Prompt, RverError
from rvergui.segment.mobile_sam import MobileSamArchitecture, bias_indices
from rvergui.segment.protocol import Candidates
from rvergui.segment.registry import create_segmenter
from rvergui.segment.sam_architecture import build_sam
from rvergui.segment.sam_checkpoint import load_sam
from rvergui.segment.sam_frame import SamFrame
from rvergui.segment.sam_halves import SamPrompts
from rvergui.segment.sam_network import TorchDecoder
from rvergui.segment.upsample import candidate_mask

CONTRACTS = Path(__file__).resolve().parents[3] / "shared" / "contracts"
CASE = CONTRACTS / "mobile_sam"


@pytest.fixture(scope="module")
def sam() -> Sam:
    return random_sam(MOBILE)


@pytest.fixture(scope="module")
def weights(sam: Sam, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint that says it is something else: only its tensors tell."""
    path = tmp_path_factory.mktemp("weights") / "sam_vit_h_4b8939.pth"
    torch.save(published_state(sam), path)
    return path


def test_names_are_those_of_the_published_checkpoint(sam: Sam) -> None:
    state = published_state(sam)
    assert len(state) == 439
    for name, shape in {
        "image_encoder.patch_embed.seq.2.c.weight": (64, 32, 3, 3),
        "image_encoder.layers.0.blocks.1.conv3.bn.running_var": (64,),
        "image_encoder.layers.0.downsample.conv1.c.weight": (128, 64, 1, 1),
        "image_encoder.layers.2.blocks.5.attn.attention_biases": (5, 196),
        "image_encoder.layers.2.downsample.conv2.c.weight": (320, 1, 3, 3),
        "image_encoder.layers.3.blocks.1.local_conv.bn.num_batches_tracked": (),
        "image_encoder.neck.2.weight": (256, 256, 3, 3),
    }.items():
        assert tuple(state[name].shape) == shape
    assert not any(name.startswith("image_encoder.layers.3.downsample") for name in state)


def test_every_tensor_has_its_own_place(sam: Sam) -> None:
    published = published_state(sam)
    ours = [MobileSamArchitecture.own_name(name) for name in published]
    kept = [name for name in ours if name is not None]
    assert len(kept) == len(set(kept)) == len(published) - 4
    assert set(kept) == set(sam.state_dict())


def test_a_checkpoint_is_read_by_its_tensors(weights: Path, sam: Sam) -> None:
    loaded, design, _ = load_sam(weights)
    assert design == MOBILE
    assert design.name == "MobileSAM"
    state = loaded.state_dict()
    assert all(torch.equal(state[name], tensor) for name, tensor in sam.state_dict().items())
    assert not any(tensor.is_meta for tensor in loaded.buffers())
    assert not loaded.training
    assert not any(part.training for part in loaded.modules())


def test_index_tables_in_the_file_are_made_anew(weights: Path, tmp_path: Path) -> None:
    state = torch.load(weights, weights_only=True)
    state["image_encoder.layers.1.blocks.0.attn.attention_bias_idxs"] = torch.zeros(49, 49, dtype=torch.long)
    torch.save(state, tmp_path / "with_tables.pt")
    sam, _, _ = load_sam(tmp_path / "with_tables.pt")
    table = sam.image_encoder.body.stages[1].blocks[0].attn.attention_bias_idxs
    assert torch.equal(table, bias_indices(7))


@pytest.mark.parametrize("window", [1, 2, 7, 14])
def test_bias_indices_are_timms(window: int) -> None:
    table = Attention(dim=8, key_dim=4, num_heads=2, attn_ratio=1, resolution=(window, window)).attention_bias_idxs
    assert torch.equal(bias_indices(window), table)


def test_larger_siblings_are_recognized() -> None:
    wider = MobileSamArchitecture(
        **{**vars(MOBILE), "widths": (96, 192, 384, 576), "heads": (1, 6, 12, 18), "depths": (2, 2, 4, 1)}
    )
    with torch.device("meta"):
        state = published_state(build_sam(wider))
    found = MobileSamArchitecture.of({name: tuple(tensor.shape) for name, tensor in state.items()})
    assert found == wider
    assert found.name == "MobileSAM 576"


def test_equals_the_official_predictor_around_the_same_network(weights: Path, sam: Sam) -> None:
    """Through the segmenters' names, on a photo whose cells are no multiple of the attention windows."""
    photo = dish_photo((300, 437))[0]
    segmenter = create_segmenter("mobile_sam", weights, device="cpu")
    assert (segmenter.name, segmenter.description) == ("mobile_sam", "MobileSAM on CPU with PyTorch")
    embedding = segmenter.encode(photo)
    assert embedding.arrays["features"].shape == (256, 64, 64)
    predictor = predictor_with(sam, photo.size, embedding.arrays["features"])
    for prompt in (click((200, 130)), click((200, 130), away=((20, 20),)), Prompt(box=Box(90, 60, 330, 250))):
        fine, scores, _ = official(predictor, prompt)
        found = segmenter.decode(embedding, prompt)
        np.testing.assert_allclose(found.scores, scores, atol=1e-4)
        for index, wanted in enumerate(fine):
            assert iou(candidate_mask(found, index).array(), wanted > 0) >= 0.999


def test_a_misnamed_file_is_what_its_tensors_say(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RVERGUI_WEIGHTS", str(weights.parent))
    assert create_segmenter("sam", device="cpu").description == "MobileSAM on CPU with PyTorch"
    with pytest.raises(
        RverError, match=r"sam_vit_h_4b8939\.pth in .* holds MobileSAM, not SAM ViT-H; .* the segmenter mobile_sam"
    ):
        create_segmenter("sam_vit_h", device="cpu")


def _fill() -> ModuleType:
    spec = importlib.util.spec_from_file_location("contract_fill", CONTRACTS / "fill.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.shared
@pytest.mark.skipif(not CASE.is_dir(), reason="the reference answers (../shared/contracts) are not on this machine")
def test_reproduces_the_reference_implementation(tmp_path: Path) -> None:
    fill = _fill()
    case = json.loads((CASE / "case.json").read_text())
    manifest = json.loads((CASE / "manifest.json").read_text())
    reference = np.load(CASE / "reference.npz")
    path = tmp_path / "mobile_sam.pt"
    torch.save({n: torch.from_numpy(np.asarray(v)) for n, v in fill.state_dict(manifest, case["seed"]).items()}, path)
    segmenter = create_segmenter("mobile_sam", path, device="cpu")
    frame = SamFrame.of(MOBILE, tuple(case["image"]))
    seen = segmenter.encode(Photo.from_array(fill.image(*case["image"], case["seed"])))
    features = seen.arrays["features"]
    assert features.shape == (256, 64, 64)
    assert np.abs(features[:, ::4, ::4] - reference["embedding"]).max() < 1e-3

    decoder = TorchDecoder(load_sam(path)[0])
    for number, asked in enumerate(case["prompts"]):
        points = asked["point_coords"] and [Point(*place) for place in asked["point_coords"]]
        prompts = SamPrompts(
            points=frame.places(points)[None] if points else None,
            labels=np.array([asked["point_labels"]], dtype=np.int32) if points else None,
            boxes=frame.corners(Box(*asked["box"]))[None] if "box" in asked else None,
            several=True,
        )
        logits, scores = decoder(features[None], prompts)
        assert np.abs(logits[0] - reference[f"low_res_{number}"].astype(np.float32)).max() < 5e-3
        assert np.abs(scores[0] - reference[f"iou_{number}"]).max() < 1e-3
        found = Candidates(logits[0], scores[0], frame.scale, frame.photo, frame.finer)
        areas = [candidate_mask(found, index).area for index in range(len(found))]
        np.testing.assert_allclose(areas, reference[f"area_{number}"], rtol=1e-4)
    # A click asks for the same three.
    found = segmenter.decode(seen, click(tuple(case["prompts"][0]["point_coords"][0])))
    assert np.abs(found.logits - reference["low_res_0"].astype(np.float32)).max() < 5e-3
