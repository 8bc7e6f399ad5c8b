from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from rvergui.core import RverError
from rvergui.rvernet.checkpoint import (
    FORMAT_VERSION,
    CheckpointHeader,
    is_checkpoint,
    load_checkpoint,
    save_checkpoint,
)
from tests.rvernet.tiny_networks import (
    CLASSES,
    CNN,
    TRANSFORMER,
    probabilities,
    rewrite,
    tiny_checkpoint,
    tiny_header,
    tiny_network,
)


@pytest.mark.parametrize(("roi", "extra_roi"), [(CNN, TRANSFORMER), ("test_vit_relpos", "mobilenetv2_035")])
def test_a_network_comes_back_as_it_was_saved(tmp_path: Path, roi: str, extra_roi: str) -> None:
    network = tiny_network(roi, extra_roi)
    network.roi.mean.fill_(0.25)
    header = tiny_header(network, roi, extra_roi, start={"roi": "a.safetensors", "extra_roi": "random"})
    save_checkpoint(tmp_path / "deep" / "model.safetensors", network, header)
    again, read = load_checkpoint(tmp_path / "deep" / "model.safetensors")
    assert read == header
    assert not again.training
    assert again.roi.start == "a.safetensors"
    assert torch.equal(probabilities(again), probabilities(network))
    assert all(not t.is_meta for t in (*again.parameters(), *again.buffers()))
    assert all(p.requires_grad for p in again.parameters())


def test_half_precision_halves_the_file_and_hardly_changes_the_probabilities(tmp_path: Path) -> None:
    network = tiny_network()
    full, half = tmp_path / "full.safetensors", tmp_path / "half.safetensors"
    save_checkpoint(full, network, tiny_header(network))
    save_checkpoint(half, network, tiny_header(network), half=True)
    assert half.stat().st_size < 0.6 * full.stat().st_size
    again, _ = load_checkpoint(half)
    assert {p.dtype for p in again.parameters()} == {torch.float32}
    difference = (probabilities(again) - probabilities(network)).abs().max()
    assert 0 < difference < 2e-3
    assert torch.equal(again.roi.std, network.roi.std)


def test_what_is_too_large_for_half_precision_stays_whole(tmp_path: Path) -> None:
    network = tiny_network()
    with torch.no_grad():
        network.head.weight[0, 0] = 1e6
    path = tmp_path / "m.safetensors"
    save_checkpoint(path, network, tiny_header(network), half=True)
    assert load_checkpoint(path)[0].head.weight[0, 0] == 1e6


def test_the_loaded_network_does_not_depend_on_the_file_any_more(tmp_path: Path) -> None:
    path = tiny_checkpoint(tmp_path / "m.safetensors")
    network, _ = load_checkpoint(path)
    before = probabilities(network)
    path.write_bytes(b"\xff" * path.stat().st_size)
    assert torch.equal(probabilities(network), before)


def test_the_header_is_read_without_torch(tmp_path: Path) -> None:
    path = tiny_checkpoint(tmp_path / "m.safetensors", metrics={"macro_f1": 0.5})
    code = (
        "import sys; from pathlib import Path; from rvergui.rvernet.checkpoint import read_header\n"
        f"h = read_header(Path({str(path)!r})); print(h.name, h.classes, h.metrics, 'torch' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert said == f"tiny {list(CLASSES)} {{'macro_f1': 0.5}} False"


def test_a_failed_save_leaves_the_earlier_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tiny_checkpoint(tmp_path / "m.safetensors")
    before = path.read_bytes()
    network = tiny_network(seed=1)

    def full_disk(tensors: object, target: Path, metadata: object = None) -> None:
        Path(target).write_bytes(b"half a file")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("safetensors.torch.save_file", full_disk)
    with pytest.raises(RverError, match="No space left on device"):
        save_checkpoint(path, network, tiny_header(network))
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["m.safetensors"]


def test_a_header_that_does_not_fit_the_network_is_not_written(tmp_path: Path) -> None:
    network = tiny_network()
    with pytest.raises(RverError, match="names 2 classes, but the network has 3 outputs"):
        save_checkpoint(tmp_path / "m.safetensors", network, tiny_header(network, classes=["a", "b"]))
    assert list(tmp_path.iterdir()) == []


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1000])


def _cut_in_header(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:200])


def _pickle(path: Path) -> None:
    torch.save({"a": torch.zeros(3)}, path)


def _picture(path: Path) -> None:
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 500)


def _other_weights(path: Path) -> None:
    save_file({"a": torch.zeros(3)}, path, metadata={"architecture": "resnet18"})


def _newer(path: Path) -> None:
    rewrite(path, change_header=lambda h: h.update(format_version=FORMAT_VERSION + 1))


def _broken_json(path: Path) -> None:
    save_file({"a": torch.zeros(3)}, path, metadata={"rvergui.checkpoint": "{"})


def _class_too_many(path: Path) -> None:
    rewrite(path, change_header=lambda h: h["classes"].append("more"))


def _same_class_twice(path: Path) -> None:
    rewrite(path, change_header=lambda h: h.update(classes=["rice", "rice", "egg"]))


def _unknown_integration(path: Path) -> None:
    rewrite(path, change_header=lambda h: h.update(integration="attention"))


def _unknown_preprocessing(path: Path) -> None:
    rewrite(path, change_header=lambda h: h["preprocessing"].update(kind="squashed"))


def _unknown_backbone(path: Path) -> None:
    rewrite(path, change_header=lambda h: h.update(roi_backbone="test_efficientnett"))


def _tensor_missing(path: Path) -> None:
    rewrite(path, lambda t: t.pop("integration.0.bias"))


def _tensor_too_many(path: Path) -> None:
    rewrite(path, lambda t: t.update({"left.over": torch.zeros(1)}))


def _other_shape(path: Path) -> None:
    rewrite(path, lambda t: t.update({"integration.0.bias": torch.zeros(3)}))


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (_cut, "cut short"),
        (_cut_in_header, "cut short"),
        (lambda p: p.write_bytes(b""), "not a .safetensors file"),
        (_pickle, "not a .safetensors file"),
        (_picture, "not a .safetensors file"),
        (Path.unlink, "There is no file"),
        (_other_weights, "not a model of RveRGUI"),
        (_newer, "newer RveRGUI"),
        (_broken_json, "header .* damaged"),
        (_class_too_many, "4 classes, but its network has 3 outputs"),
        (_same_class_twice, "same name"),
        (_unknown_integration, "integration"),
        (_unknown_preprocessing, "squashed"),
        (_unknown_backbone, "did you mean test_efficientnet"),
        (_tensor_missing, "lacks integration.0.bias"),
        (_tensor_too_many, "left.over"),
        (_other_shape, "integration.0.bias"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_a_sentence(tmp_path: Path, damage: object, words: str) -> None:
    path = tiny_checkpoint(tmp_path / "named.safetensors")
    assert callable(damage)
    damage(path)
    with pytest.raises(RverError, match=words) as told:
        load_checkpoint(path)
    assert "named.safetensors" in str(told.value) or "backbone" in str(told.value)
    assert "\n" not in str(told.value)


def test_is_checkpoint_tells_models_from_other_files(tmp_path: Path) -> None:
    path = tiny_checkpoint(tmp_path / "m.safetensors")
    assert is_checkpoint(path)
    _other_weights(path)
    assert not is_checkpoint(path)


def test_unknown_fields_of_the_same_format_are_ignored() -> None:
    fields = json.loads(
        CheckpointHeader(name="x", classes=["a"], roi_backbone=CNN, extra_roi_backbone=CNN).model_dump_json()
    )
    assert CheckpointHeader.model_validate({**fields, "colour": "red"}).name == "x"


def test_tensors_are_stored_under_stable_names(tmp_path: Path) -> None:
    names = load_file(tiny_checkpoint(tmp_path / "m.safetensors")).keys()
    assert {name.partition(".")[0] for name in names} == {"roi", "extra_roi", "integration"}
    assert {"roi.mean", "roi.std", "extra_roi.mean", "integration.0.weight", "integration.2.weight"} <= set(names)
