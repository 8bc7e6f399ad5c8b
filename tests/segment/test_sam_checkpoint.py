"""Checkpoints as people have them: other clothes, other networks, damage, and files that want to run code."""

from __future__ import annotations

import json
import os
import pickle
import struct
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from sam_cases import MOBILE, TINY, published_state, random_sam, save_hollow
from segment_anything.modeling import Sam
from torchvision.models import mobilenet_v2, resnet18

from rvergui.core import RverError
from rvergui.segment.sam_architecture import build_sam
from rvergui.segment.sam_checkpoint import load_sam, open_sam


@pytest.fixture(scope="module")
def tiny() -> Sam:
    return random_sam(TINY)


@pytest.fixture(scope="module")
def weights(tiny: Sam, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "any_name.pth"
    torch.save(tiny.state_dict(), path)
    return path


@pytest.mark.parametrize(
    "kind", ["safetensors", "half", "wrapped", "wrapped twice", "prefixed", "misnamed", "misnamed zip", "older"]
)
def test_the_same_weights_in_other_clothes(kind: str, tmp_path: Path, tiny: Sam) -> None:
    state = {name: tensor.clone() for name, tensor in tiny.state_dict().items()}
    path = tmp_path / "sam_vit_h.pth"
    if kind in ("safetensors", "misnamed"):
        path = path if kind == "misnamed" else tmp_path / "tiny.safetensors"
        save_file(state, path)
    elif kind == "half":
        torch.save({name: tensor.half() for name, tensor in state.items()}, path)
    elif kind == "wrapped":
        torch.save({"model": state, "epoch": 3}, path)
    elif kind == "wrapped twice":
        torch.save({"state_dict": {f"model.module.{name}": tensor for name, tensor in state.items()}}, path)
    elif kind == "misnamed zip":
        path = tmp_path / "tiny.safetensors"
        torch.save(state, path)
    elif kind == "older":
        torch.save(state, path, _use_new_zipfile_serialization=False)
    else:
        torch.save({f"module.{name}": tensor for name, tensor in state.items()}, path)
    sam, design, _ = load_sam(path)
    assert design == TINY
    for name, tensor in sam.state_dict().items():
        assert tensor.dtype == torch.float32
        torch.testing.assert_close(tensor, state[name], atol=1e-2 if kind == "half" else 0, rtol=0)
    torch.testing.assert_close(sam.pixel_mean, tiny.pixel_mean)
    torch.testing.assert_close(sam.pixel_std, tiny.pixel_std)


def test_looking_into_a_file_reads_no_weights(tmp_path: Path, weights: Path) -> None:
    file = open_sam(weights)
    assert file.design == TINY
    assert file.weight_bytes == sum(4 * p.numel() for p in file.network.state_dict().values())
    assert all(parameter.is_meta for parameter in file.network.parameters())
    sam, _ = file.load()
    assert not any(parameter.is_meta for parameter in sam.parameters())


class _Evil:
    def __init__(self, marker: Path) -> None:
        self._marker = marker

    def __reduce__(self) -> tuple[object, ...]:
        return (os.mkdir, (str(self._marker),))


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize("kind", ["zip.pth", "raw.pth", "old.pt", "named.safetensors"])
def test_a_file_with_code_in_it_is_not_run(tmp_path: Path, kind: str, wrapped: bool) -> None:
    marker, path = tmp_path / "was_run", tmp_path / kind
    content: object = {"image_encoder.pos_embed": _Evil(marker)}
    if wrapped:
        content = {"model": content, "state_dict": _Evil(marker)}
    if kind in ("zip.pth", "named.safetensors"):
        torch.save(content, path)
    elif kind == "old.pt":
        torch.save(content, path, _use_new_zipfile_serialization=False)
    else:
        path.write_bytes(pickle.dumps(content, protocol=2))
    with pytest.raises(RverError, match=f"{kind}.*so it was not opened"):
        load_sam(path)
    assert not marker.exists()


def other_networks(folder: Path, state: dict[str, torch.Tensor]) -> dict[str, str]:
    """Files of other networks, and what the sentence has to say of each."""
    zero = torch.zeros(3)
    tensors: dict[str, tuple[dict[str, torch.Tensor], str]] = {
        "resnet.pth": (dict(resnet18().state_dict()), "ResNet"),
        "mobilenet.pth": (dict(mobilenet_v2().state_dict()), "MobileNet"),
        "rvernet.pth": ({"module.roi_module.conv.weight": zero}, "RveRNet"),
        "rvernet_own.pth": ({"roi.backbone.conv.weight": zero, "integration.2.weight": zero}, "RveRNet"),
        "sam2.pth": ({"image_encoder.trunk.patch_embed.proj.weight": zero, "sam_mask_decoder.a": zero}, "SAM 2"),
        "hq.pth": (state | {"mask_decoder.hf_token.weight": torch.zeros(1, 32)}, "SAM-HQ"),
        "transformers.pth": ({"vision_encoder.layers.0.attn.qkv.weight": zero}, "transformers"),
        "other.pth": ({"weight": zero}, "other weights"),
        "half_a_sam.pth": ({"image_encoder.patch_embed.proj.weight": torch.zeros(8, 3, 16, 16)}, "other weights"),
        "half_mobile.pth": ({"image_encoder.patch_embed.seq.0.c.weight": zero}, "other weights"),
    }
    for name, (content, _) in tensors.items():
        torch.save(content, folder / name)
    return {name: said for name, (_, said) in tensors.items()}


def test_other_networks_are_told_by_name(tmp_path: Path, tiny: Sam) -> None:
    for name, said in other_networks(tmp_path, dict(tiny.state_dict())).items():
        with pytest.raises(RverError, match=rf"{name} in .*{said}.*; choose another file") as caught:
            load_sam(tmp_path / name)
        assert "\n" not in str(caught.value)


def damaged(folder: Path, weights: Path) -> dict[str, str]:
    whole = weights.read_bytes()
    header = json.dumps({"a": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}).encode()
    state = torch.load(weights, weights_only=True)
    save_file(state, folder / "whole.safetensors")
    tensors = (folder / "whole.safetensors").read_bytes()
    contents = {
        "empty.pth": (b"", "damaged"),
        "cut_short.pth": (whole[: len(whole) // 2], "cut short"),
        "almost_whole.pth": (whole[:-100], "cut short"),
        "start_only.pth": (whole[:3], "damaged"),
        "photo.pth": (b"\xff\xd8\xff\xe0" + bytes(500), "damaged|not opened"),
        "text.pth": (b"<html>404 not found</html>", "not opened"),
        "cut_header.safetensors": (b'\x40\x00\x00\x00\x00\x00\x00\x00{"a":', "cut short"),
        "cut_values.safetensors": (tensors[: len(tensors) // 2], "cut short"),
        "one_byte_short.safetensors": (tensors[:-1], "cut short"),
        "no_values.safetensors": (struct.pack("<Q", len(header)) + header, "cut short"),
        "huge_header.safetensors": (b"\xff" * 7 + b"\x7f{" + bytes(90), "cut short"),
    }
    for name, (content, _) in contents.items():
        (folder / name).write_bytes(content)
    (folder / "folder.pth").mkdir()
    return {name: said for name, (_, said) in contents.items()} | {"folder.pth": "folder", "absent.pth": "no file"}


def test_damaged_files_are_told_in_a_sentence_with_their_name(tmp_path: Path, weights: Path) -> None:
    for name, said in damaged(tmp_path, weights).items():
        with pytest.raises(RverError, match=name) as caught:
            load_sam(tmp_path / name)
        assert "\n" not in str(caught.value)
        assert any(words in str(caught.value) for words in said.split("|")), (name, str(caught.value))


def test_contents_that_are_no_named_tensors(tmp_path: Path) -> None:
    for name, content in {
        "list.pth": [1, 2, 3],
        "none.pth": None,
        "empty_dict.pth": {},
        "numbers.pth": {"a": 1},
    }.items():
        torch.save(content, tmp_path / name)
        with pytest.raises(RverError, match=name):
            load_sam(tmp_path / name)


@pytest.mark.filterwarnings("ignore:Validating sparse tensor")
@pytest.mark.parametrize("kind", ["missing", "unknown", "misshapen", "sparse", "complex"])
def test_a_tensor_that_does_not_fit_is_named(kind: str, tmp_path: Path, tiny: Sam) -> None:
    state = dict(tiny.state_dict())
    name = "image_encoder.blocks.1.attn.qkv.weight"
    if kind == "missing":
        del state[name]
    elif kind == "unknown":
        name = "image_encoder.blocks.1.attn.adapter.weight"
        state[name] = torch.zeros(3)
    elif kind == "misshapen":
        state[name] = torch.zeros(3, 3)
    else:
        state[name] = state[name].to_sparse() if kind == "sparse" else state[name].to(torch.complex64)
    torch.save(state, tmp_path / "odd.pth")
    with pytest.raises(RverError, match=rf"odd\.pth in .* almost SAM ViT 32x2.*e\.g\. {name}; get the official file"):
        load_sam(tmp_path / "odd.pth")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_weights_that_are_no_numbers_are_told(value: float, tmp_path: Path, tiny: Sam) -> None:
    state = {name: tensor.clone() for name, tensor in tiny.state_dict().items()}
    state["image_encoder.neck.2.weight"][3, 1, 2, 0] = value
    torch.save(state, tmp_path / "nan.pth")
    with pytest.raises(RverError, match=r"nan\.pth in .*no numbers \(in image_encoder\.neck\.2\.weight\)"):
        load_sam(tmp_path / "nan.pth")


def test_values_beyond_half_precision_are_no_reason_to_refuse(tmp_path: Path, tiny: Sam) -> None:
    """Only the sum is looked at first: one that is too large for 32 bits is no proof."""
    state = {name: tensor.clone() for name, tensor in tiny.state_dict().items()}
    state["image_encoder.neck.2.weight"][:] = 3e38
    torch.save(state, tmp_path / "large.pth")
    assert load_sam(tmp_path / "large.pth")[1] == TINY


@pytest.mark.parametrize("biases", [(4, 1_000_000), (3, 49), (4, 48)])
def test_impossible_numbers_are_no_network(biases: tuple[int, int], tmp_path: Path) -> None:
    """Shapes are other people's: none may make the program allocate or count for ever.

    Windows of a thousand cells, heads that do not divide the width, offsets that are no square.
    """
    with torch.device("meta"):
        state = published_state(build_sam(MOBILE))
        for name in state:
            if name.endswith("attention_biases"):
                state[name] = torch.empty(biases)
    path = save_hollow(state, tmp_path / "odd.pth")
    with pytest.raises(RverError, match=r"odd\.pth"):
        open_sam(path)
