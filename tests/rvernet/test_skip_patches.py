"""Transformers that leave empty patches out."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from rvergui.core import RverError
from rvergui.rvernet.backbones import canonical_name, create_backbone, start_backbone
from rvergui.rvernet.checkpoint import CheckpointHeader, load_checkpoint, save_checkpoint
from rvergui.rvernet.network import NetworkPlan, start_network
from rvergui.rvernet.preprocessing import Preprocessing
from rvergui.rvernet.skip_patches import EMPTY_LEVELS, SkipBlack, SkipBlackBackbones

NAME = "test_vit.skip_black"
SIZE = 64  # 16 patches


@pytest.fixture(scope="module")
def skipping() -> SkipBlack:
    torch.manual_seed(0)
    module = create_backbone(NAME, SIZE, {}).module
    assert isinstance(module, SkipBlack)
    return module.eval()


def normal(skipping: SkipBlack, view: torch.Tensor) -> torch.Tensor:
    return (view - skipping.mean) / skipping.std


def with_hole(seed: int = 0, level: int = 0) -> torch.Tensor:
    """A picture whose right half is of one grey."""
    view = torch.rand(1, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(seed)) * 0.4 + 0.55
    view[:, :, :, SIZE // 2 :] = level / 255.0
    return view


def test_a_full_picture_is_seen_as_by_the_plain_network(skipping: SkipBlack) -> None:
    view = normal(skipping, torch.rand(2, 3, SIZE, SIZE) * 0.4 + 0.55)
    with torch.inference_mode():
        assert torch.allclose(skipping(view), skipping.vit(view), atol=1e-6)


@pytest.mark.parametrize("level", EMPTY_LEVELS)
def test_empty_patches_are_found_exactly(skipping: SkipBlack, level: int) -> None:
    view = with_hole(level=level)
    filled = skipping.filled(normal(skipping, view)).reshape(4, 4)
    assert filled[:, :2].all()
    assert not filled[:, 2:].any()
    view[0, 1, 40, 50] = (level + 1) / 255.0  # one level in one colour of one pixel
    filled = skipping.filled(normal(skipping, view)).reshape(4, 4)
    assert filled[2, 3]
    assert int(filled.sum()) == 9


def test_left_out_patches_take_no_part(skipping: SkipBlack) -> None:
    """The plain network hears something of black patches; this one gives what it gives without them."""
    view = normal(skipping, with_hole())
    vit = skipping.vit
    with torch.inference_mode():
        tokens = vit._pos_embed(vit.patch_embed(view))
        before = vit.num_prefix_tokens
        kept = torch.cat([tokens[:, :before], tokens[:, before:][:, skipping.filled(view)[0]]], dim=1)
        wanted = vit.forward_head(vit.norm(vit.blocks(vit.norm_pre(kept))))
        assert torch.allclose(skipping(view), wanted, atol=1e-6)
        assert not torch.allclose(skipping(view), vit(view), atol=1e-4)


def test_an_object_is_answered_the_same_beside_others_and_alone(skipping: SkipBlack) -> None:
    views = torch.cat([with_hole(1), torch.rand(1, 3, SIZE, SIZE), torch.zeros(1, 3, SIZE, SIZE)])
    with torch.inference_mode():
        together = skipping(normal(skipping, views))
        for place in range(3):
            alone = skipping(normal(skipping, views[place : place + 1]))
            assert torch.allclose(together[place : place + 1], alone, atol=1e-5)
    assert torch.isfinite(together).all()


def test_it_learns_with_and_without_keeping_everything(skipping: SkipBlack) -> None:
    found = []
    for spare in (False, True):
        torch.manual_seed(0)
        module = create_backbone(NAME, SIZE, {}).module
        assert isinstance(module, SkipBlack)
        module.set_grad_checkpointing(spare)
        module.train()(normal(module, with_hole()))[0, 0].backward()  # a sum of normalised numbers is constant
        gradient = module.vit.patch_embed.proj.weight.grad
        assert gradient is not None
        assert float(gradient.abs().sum()) > 0
        found.append(gradient)
    assert torch.allclose(*found, atol=1e-5)


def test_it_starts_from_weights_of_the_plain_network(tmp_path: Path) -> None:
    plain = create_backbone("test_vit", SIZE, {}).module
    save_file(plain.state_dict(), tmp_path / "test_vit.safetensors", metadata={"mean": "0.1, 0.2, 0.3"})
    started = start_backbone(NAME, SIZE, [tmp_path])
    assert started.start == "test_vit.safetensors"
    assert started.name == NAME
    assert isinstance(started.module, SkipBlack)
    assert torch.equal(started.module.vit.cls_token, plain.cls_token)
    assert started.module.mean.flatten().tolist() == pytest.approx([0.1, 0.2, 0.3])  # or black would not be found


def test_a_checkpoint_gives_the_same_answers(tmp_path: Path) -> None:
    network = start_network(NetworkPlan(roi=NAME, extra_roi="test_vit"), 3, SIZE, (), 0).eval()
    header = CheckpointHeader(
        name="s", classes=["a", "b", "c"], preprocessing=Preprocessing(size=SIZE), **network.header_fields()
    )
    save_checkpoint(tmp_path / "s.safetensors", network, header)
    again, read = load_checkpoint(tmp_path / "s.safetensors")
    assert read.roi_backbone == NAME
    view = with_hole()
    with torch.inference_mode():
        assert torch.equal(network(view, view), again(view, view))


def test_names() -> None:
    family = SkipBlackBackbones()
    assert "deit_tiny_patch16_224.skip_black" in family.names()
    assert canonical_name("DeiT-Ti.skip_black") == "deit_tiny_patch16_224.skip_black"
    assert family.resolve("deit_tiny_patch16_224") is None
    assert family.resolve("mixer_b16_224.skip_black") is None
    with pytest.raises(RverError, match="no backbone"):
        canonical_name("mobilenetv2_100.skip_black")
