from __future__ import annotations

from pathlib import Path

import pytest
import timm
import torch
from safetensors.torch import save_file

from rvergui.core import RverError
from rvergui.rvernet import start_weights
from rvergui.rvernet.backbones import start_backbone
from rvergui.rvernet.checkpoint import load_checkpoint, save_checkpoint
from rvergui.rvernet.network import start_network, start_phrase
from rvergui.rvernet.start_weights import find_start_weights
from tests.rvernet.tiny_networks import SIZE, tiny_checkpoint

NAME = "test_efficientnet"


@pytest.fixture(autouse=True)
def _no_caches(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What lies in this machine's caches must not decide a test."""
    monkeypatch.setattr(start_weights, "try_to_load_from_cache", lambda repo, file: None)
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "no hub"))


def _weights(name: str = NAME, **options: object) -> dict[str, torch.Tensor]:
    """A whole timm network with a classifier, as files of start weights are."""
    torch.manual_seed(7)
    module = timm.create_model(name, num_classes=5, **options)
    return {key: value.clone() for key, value in module.state_dict().items()}


def _same_weights(module: torch.nn.Module, state: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(value, state[key]) for key, value in module.state_dict().items())


def test_metadata_tells_what_a_file_is_and_how_it_is_used(tmp_path: Path) -> None:
    state = _weights("mobilenetv2_035", pad_type="same")
    metadata = {"architecture": "mobilenetv2_035", "pad_type": "same", "mean": "0.5,0.4,0.3", "std": "0.2,0.2,0.1"}
    save_file(state, tmp_path / "whatever.safetensors", metadata=metadata)
    backbone = start_backbone("mobilenetv2_035", SIZE, [tmp_path])
    assert backbone.start == "whatever.safetensors"
    assert backbone.mean == (0.5, 0.4, 0.3)
    assert backbone.std == (0.2, 0.2, 0.1)
    assert backbone.options == {"pad_type": "same"}
    assert _same_weights(backbone.module, state)


def test_the_padding_type_survives_a_checkpoint(tmp_path: Path) -> None:
    metadata = {"architecture": "mobilenetv2_035", "pad_type": "same", "mean": "0.5,0.5,0.5", "std": "0.5,0.5,0.5"}
    save_file(_weights("mobilenetv2_035"), tmp_path / "start.safetensors", metadata=metadata)
    network = start_network("mobilenetv2_035", NAME, 3, SIZE, [tmp_path]).eval()
    assert start_phrase(network.roi.start, network.extra_roi.start) == "ROI from start.safetensors, extra-ROI random"
    from tests.rvernet.tiny_networks import probabilities, tiny_header

    header = tiny_header(network, "mobilenetv2_035", NAME)
    save_checkpoint(tmp_path / "model.ckpt", network, header)
    again, read = load_checkpoint(tmp_path / "model.ckpt")
    assert read.backbone_options["roi"] == {"pad_type": "same"}
    assert again.roi.mean.flatten().tolist() == [0.5, 0.5, 0.5]
    assert torch.equal(probabilities(again), probabilities(network))


def test_a_file_name_is_enough_if_it_begins_with_the_networks_name(tmp_path: Path) -> None:
    state = _weights()
    save_file(state, tmp_path / f"{NAME}_food.safetensors")
    assert _same_weights(start_backbone(NAME, SIZE, [tmp_path]).module, state)
    assert find_start_weights("test_resnet", [tmp_path]) is None


def test_a_name_that_is_the_beginning_of_another_networks_name_does_not_fit(tmp_path: Path) -> None:
    save_file(_weights("test_efficientnet_gn"), tmp_path / "test_efficientnet_gn.safetensors")
    assert find_start_weights(NAME, [tmp_path]) is None
    assert find_start_weights("test_efficientnet_gn", [tmp_path]) is not None


def test_earlier_folders_win_and_checkpoints_are_no_start_weights(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    tiny_checkpoint(first / f"{NAME}.safetensors")
    save_file(_weights(), second / f"{NAME}.safetensors")
    found = find_start_weights(NAME, [tmp_path / "missing", first, second])
    assert found is not None
    assert found.path.parent == second


def test_another_picture_size_is_interpolated_where_timm_can(tmp_path: Path) -> None:
    save_file(_weights("test_vit", img_size=64), tmp_path / "test_vit.safetensors")
    backbone = start_backbone("test_vit", 32, [tmp_path])
    assert backbone.start == "test_vit.safetensors"
    with torch.inference_mode():
        assert backbone.module.eval()(torch.zeros(1, 3, 32, 32)).shape == (1, backbone.feature_dim)


def test_timms_own_caches_come_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = _weights()
    cached = tmp_path / "model.safetensors"
    save_file(state, cached)
    monkeypatch.setattr(
        start_weights, "try_to_load_from_cache", lambda repo, file: str(cached) if file == cached.name else None
    )
    backbone = start_backbone(NAME, SIZE, [])
    assert backbone.start.startswith("timm/test_efficientnet")
    assert _same_weights(backbone.module, state)


def test_a_pickled_file_in_torchs_cache_is_read_safely(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = _weights("resnet18")
    config = timm.get_pretrained_cfg("resnet18")
    folder = tmp_path / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "hub"))
    torch.save({"state_dict": state}, folder / config.url.rpartition("/")[2])
    assert _same_weights(start_backbone("resnet18", SIZE, []).module, state)


def test_without_any_file_the_start_is_random_and_follows_the_seed() -> None:
    one, same, other = (start_network(NAME, NAME, 2, SIZE, (), seed) for seed in (0, 0, 1))
    assert one.roi.start == "random"
    assert start_phrase("random", "random") == "both branches random"
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), same.parameters(), strict=True))
    assert not torch.equal(one.head.weight, other.head.weight)


def _damaged(path: Path) -> None:
    save_file(_weights(), path, metadata={"architecture": NAME})
    path.write_bytes(path.read_bytes()[:-64])


def _not_tensors(path: Path) -> None:
    path.write_bytes(b"hello")


def _other_network(path: Path) -> None:
    save_file(_weights("test_resnet"), path, metadata={"architecture": NAME})


def _other_shape(path: Path) -> None:
    state = _weights()
    state["conv_stem.weight"] = torch.zeros(3, 3, 1, 1)
    save_file(state, path, metadata={"architecture": NAME})


def _senseless_mean(path: Path) -> None:
    save_file(_weights(), path, metadata={"architecture": NAME, "mean": "grey"})


def _zero_std(path: Path) -> None:
    save_file(_weights(), path, metadata={"architecture": NAME, "std": "0,1,1"})


@pytest.mark.parametrize("damage", [_damaged, _not_tensors, _other_network, _other_shape, _senseless_mean, _zero_std])
def test_a_file_that_fits_by_name_but_not_inside_is_named(tmp_path: Path, damage: object) -> None:
    path = tmp_path / f"{NAME}_bad.safetensors"
    assert callable(damage)
    damage(path)
    with pytest.raises(RverError, match=f"{NAME}_bad.safetensors"):
        start_backbone(NAME, SIZE, [tmp_path])


def test_somebody_elses_damaged_file_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "a.safetensors").write_bytes(b"hello")
    assert find_start_weights(NAME, [tmp_path]) is None


def test_the_real_start_weights_know_food(shared: Path) -> None:
    found = find_start_weights("mobilenetv2_100", [shared / "weights"])
    assert found is not None
    assert found.path.name == "mobilenetv2_100_imagenet1k.safetensors"
    backbone = start_backbone("mobilenetv2_100", 96, [shared / "weights"])
    assert backbone.options == {"pad_type": "same"}
    assert backbone.mean == backbone.std == (0.5, 0.5, 0.5)


test_the_real_start_weights_know_food = pytest.mark.shared(test_the_real_start_weights_know_food)
