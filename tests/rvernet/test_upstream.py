"""Checkpoints of the published code: recognised, renamed, and giving the published answers."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from rvergui.core import RverError
from rvergui.core.class_lists import paper_classes
from rvergui.rvernet.checkpoint import load_checkpoint
from rvergui.rvernet.network import to_batch
from rvergui.rvernet.predictor import Predictor
from rvergui.rvernet.preprocessing import network_views
from rvergui.rvernet.upstream import import_upstream, load_upstream
from tests.rvernet.tiny_networks import box_mask, tiny_checkpoint, tiny_photo
from tests.rvernet.upstream_reference import (
    SIZE,
    Reference,
    State,
    mobilenet,
    published_answer,
    published_pair,
    torchvision_vit,
    transformers_deit,
)

NAMES = ["rice", "egg", "tofu", "ketchup", "chili paste"]


@cache
def _backbone(kind: str) -> Reference:
    makers: dict[str, Callable[[], Reference]] = {
        "mnet": lambda: mobilenet(0),
        "vit": lambda: torchvision_vit(1),
        "deit": lambda: transformers_deit(2, distilled=False),
        "deit-dist": lambda: transformers_deit(3, distilled=True),
    }
    return makers[kind]()


@cache
def _state(roi: str, extra_roi: str) -> State:
    return published_pair(_backbone(roi), _backbone(extra_roi), len(NAMES))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mnet_vit.pth"
    torch.save(_state("mnet", "vit"), path)
    return path


def _views() -> tuple[Tensor, Tensor]:
    """Half black, as cut views are."""
    roi, extra = torch.rand(2, 2, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(7))
    roi[:, :, :, : SIZE // 2] = 0.0
    extra[:, :, :, SIZE // 2 :] = 0.0
    return roi, extra


@pytest.mark.parametrize(
    ("roi", "extra_roi", "networks"),
    [
        ("mnet", "vit", ("mobilenetv2_100", "vit_tiny_patch16_224")),
        ("deit", "deit-dist", ("deit_tiny_patch16_224", "deit_tiny_distilled_patch16_224")),
        ("deit-dist", "deit-dist", ("deit_tiny_distilled_patch16_224", "deit_tiny_distilled_patch16_224")),
    ],
)
def test_the_published_answers_are_given(tmp_path: Path, roi: str, extra_roi: str, networks: tuple[str, str]) -> None:
    state, views = _state(roi, extra_roi), _views()
    torch.save(state, tmp_path / "published.pth")
    header = import_upstream(tmp_path / "published.pth", tmp_path / "ours.safetensors", roi, extra_roi, NAMES, SIZE)
    network, read = load_checkpoint(tmp_path / "ours.safetensors")
    assert read == header
    assert (header.roi_backbone, header.extra_roi_backbone) == networks
    assert (header.features, header.integration, header.classes) == ("logits", "concatenation", NAMES)
    assert (header.preprocessing.kind, header.preprocessing.size) == ("published", SIZE)
    with torch.inference_mode():
        ours = network(*views).log_softmax(dim=1)
    wanted = published_answer(state, _backbone(roi), _backbone(extra_roi), views)
    assert wanted.std() > 0.05  # the answers differ, so that agreeing means something
    assert torch.allclose(ours, wanted, atol=2e-5)


@pytest.mark.parametrize("wrapper", [None, "state_dict", "model"])
def test_wrappings_and_prefixes_do_not_matter(tmp_path: Path, wrapper: str | None) -> None:
    bare = {name.removeprefix("module."): tensor for name, tensor in _state("mnet", "vit").items()}
    path = tmp_path / "m.pth"
    torch.save({wrapper: bare, "epoch": 3} if wrapper else bare, path)
    network, header = load_upstream(path, classes=NAMES)
    assert header.preprocessing.size == SIZE  # from the position embeddings
    with torch.inference_mode():
        ours = network(*_views()).log_softmax(dim=1)
    wanted = published_answer(_state("mnet", "vit"), _backbone("mnet"), _backbone("vit"), _views())
    assert torch.allclose(ours, wanted, atol=2e-5)


def test_the_oldest_format_and_files_without_batch_counters_load(tmp_path: Path) -> None:
    state = {name: tensor for name, tensor in _state("mnet", "vit").items() if "num_batches" not in name}
    path = tmp_path / "old.pth"
    torch.save(state, path, _use_new_zipfile_serialization=False)
    network, _ = load_upstream(path, "MobileNetV2", "vit_tiny_patch16_224", NAMES)
    assert not network.training
    assert all(not tensor.is_meta for tensor in network.state_dict().values())


def test_classify_gives_the_published_probabilities_for_a_photo(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "ours.safetensors"
    header = import_upstream(file, out, "mnet", "vit", NAMES)
    photo, mask = tiny_photo(), box_mask(12, 8, 20, 17)
    naming = Predictor.load(out, "torch").classify(photo, [mask], top=len(NAMES))[0]
    roi, extra = (to_batch([view]) for view in network_views(photo.pixels, mask, header.preprocessing))
    wanted = published_answer(_state("mnet", "vit"), _backbone("mnet"), _backbone("vit"), (roi, extra)).exp()[0]
    told = {suggestion.name: suggestion.probability for suggestion in naming.suggestions}
    assert [told[name] for name in NAMES] == pytest.approx(wanted.tolist(), abs=1e-4)


def test_a_published_baseline_is_one_branch_and_one_layer(tmp_path: Path) -> None:
    backbone, random = _backbone("deit"), torch.Generator().manual_seed(5)
    weight, bias = 0.05 * torch.randn(5, 1000, generator=random), 0.05 * torch.randn(5, generator=random)
    state = {f"module.backbone.{name}": tensor for name, tensor in backbone.state.items()}
    torch.save({**state, "module.classifier.0.weight": weight, "module.classifier.0.bias": bias}, tmp_path / "b.pth")
    header = import_upstream(tmp_path / "b.pth", tmp_path / "b.safetensors", "deit", classes=NAMES)
    assert (header.looks_at, header.extra_roi_backbone, header.integration) == ("roi", None, "linear")
    network, _ = load_checkpoint(tmp_path / "b.safetensors")
    roi, extra = _views()
    with torch.inference_mode():
        assert torch.allclose(network(roi, extra), backbone.answer(roi) @ weight.T + bias, atol=2e-5)
        assert torch.equal(network(roi, extra), network(roi, torch.zeros_like(extra)))
    with pytest.raises(RverError, match="leave the extra-ROI backbone out"):
        load_upstream(tmp_path / "b.pth", "deit", "deit", NAMES)
    with pytest.raises(RverError, match="cannot look at “pair”"):
        load_upstream(tmp_path / "b.pth", "deit", classes=NAMES, looks_at="pair")


def test_a_branch_in_timms_own_layout_needs_its_name(tmp_path: Path) -> None:
    import timm

    body = timm.create_model("test_efficientnet")
    mixed = Reference(dict(body.state_dict()), body)
    state = published_pair(mixed, _backbone("vit"), len(NAMES))
    torch.save(state, tmp_path / "m.pth")
    network, header = load_upstream(tmp_path / "m.pth", "test_efficientnet", "vit", NAMES)
    assert header.roi_backbone == "test_efficientnet"
    with torch.inference_mode():
        ours = network(*_views()).log_softmax(dim=1)
    body.eval()
    assert torch.allclose(ours, published_answer(state, mixed, _backbone("vit"), _views()), atol=2e-5)
    with pytest.raises(RverError, match="like none of mnet, vit, deit, deit-dist"):
        load_upstream(tmp_path / "m.pth", classes=NAMES)


def test_the_papers_classes_are_known_by_their_number(tmp_path: Path) -> None:
    pair = published_pair(_backbone("mnet"), _backbone("mnet"), classes=105)
    torch.save(pair, tmp_path / "m.pth")
    _, header = load_upstream(tmp_path / "m.pth")
    assert header.classes == paper_classes()
    assert header.preprocessing.size == 224  # a convolutional pair does not say


class _Runs:
    """Unpickled carelessly, it would run code."""

    def __reduce__(self) -> tuple[object, ...]:
        return print, ("this must never be printed",)


def _half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _code(path: Path) -> None:
    torch.save({"roi_module.x": torch.zeros(1), "config": _Runs()}, path)


def _plain_pickle(path: Path) -> None:
    path.write_bytes(pickle.dumps(_Runs()))


def _whole_network(path: Path) -> None:
    torch.save(torch.nn.Linear(2, 2), path)


def _other_network(path: Path) -> None:
    torch.save(torch.nn.Linear(2, 2).state_dict(), path)


def _tensors_renamed(path: Path) -> None:
    save_file({"a": torch.zeros(3)}, path)


def _own_checkpoint(path: Path) -> None:
    tiny_checkpoint(path)


def _changed(change: Callable[[State], object]) -> Callable[[Path], None]:
    def apply(path: Path) -> None:
        state = dict(_state("mnet", "vit"))
        change(state)
        torch.save(state, path)

    return apply


def _no_numbers(state: State) -> None:
    state["module.integrated_fc1.bias"] = torch.full((640,), float("nan"))


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (Path.unlink, "There is no file"),
        (lambda path: path.write_bytes(b""), "damaged, cut short or no checkpoint|no checkpoint of PyTorch"),
        (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(400)), "no checkpoint of PyTorch"),
        (_half, "damaged, cut short or no checkpoint"),
        (_code, "could run somebody's code"),
        (_plain_pickle, "no checkpoint of PyTorch"),
        (_whole_network, "could run somebody's code"),
        (_other_network, "no roi_module"),
        (lambda path: torch.save([1, 2], path), "no tensors by name"),
        (_tensors_renamed, r"is a \.safetensors file"),
        (_own_checkpoint, "a model of RveRGUI already"),
        (_changed(lambda s: s.pop("module.integrated_fc2.bias")), "lacks integrated_fc2.bias"),
        (_changed(lambda s: s.pop("module.roi_module.features.18.1.bias")), "lacks roi.body.bn2.bias"),
        (_changed(lambda s: s.update({"module.roi_module.odd": torch.zeros(1)})), "roi.body.odd too many"),
        (
            _changed(lambda s: s.update({"module.extra_roi_module.encoder.ln.bias": torch.zeros(7)})),
            r"extra_roi.body.norm.bias is \(7,\) instead of \(192,\)",
        ),
        (
            _changed(lambda s: s.update({"module.extra_roi_module.conv_proj.weight": torch.zeros(100, 3, 16, 16)})),
            "laid out like vit, but not one that this program knows",
        ),
        (_changed(_no_numbers), "integrated_fc1.bias holds values that are no numbers"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_a_sentence(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], damage: Callable[[Path], object], words: str
) -> None:
    damage(file)
    with pytest.raises(RverError, match=words) as told:
        import_upstream(file, tmp_path / "out.safetensors", classes=NAMES)
    assert "mnet_vit.pth" in str(told.value)
    assert "\n" not in str(told.value)
    assert "must never be printed" not in capsys.readouterr().out
    assert not (tmp_path / "out.safetensors").exists()


def test_the_wrong_pair_is_named(file: Path) -> None:
    with pytest.raises(RverError, match="holds mnet and vit, not vit and mnet; say --roi mnet --extra-roi vit"):
        load_upstream(file, "vit", "mnet", NAMES)
    with pytest.raises(RverError, match="holds mnet and vit, not mnet and deit-dist"):
        load_upstream(file, None, "deit-dist", NAMES)
    with pytest.raises(RverError, match="There is no backbone “vitt”"):
        load_upstream(file, "mnet", "vitt", NAMES)


def test_a_class_list_of_another_length_is_refused(file: Path) -> None:
    with pytest.raises(RverError, match="has 5 outputs, but the class list names 4"):
        load_upstream(file, classes=NAMES[:4])
    with pytest.raises(RverError, match="has 5 outputs, and only the paper's 105 classes"):
        load_upstream(file)


def test_sizes_that_the_file_does_not_take_are_refused(file: Path) -> None:
    with pytest.raises(RverError, match="looks at 32 pixels, not 224"):
        load_upstream(file, classes=NAMES, size=224)


def test_the_result_has_the_programs_suffix_and_a_failed_import_keeps_what_was_there(
    file: Path, tmp_path: Path
) -> None:
    with pytest.raises(RverError, match=r"shall end in \.safetensors"):
        import_upstream(file, tmp_path / "out.pth", classes=NAMES)
    out = tiny_checkpoint(tmp_path / "out.safetensors")
    before = out.read_bytes()
    with pytest.raises(RverError, match="outputs"):
        import_upstream(file, out, classes=NAMES[:2])
    assert out.read_bytes() == before
