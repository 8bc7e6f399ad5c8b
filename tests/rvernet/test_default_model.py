from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from rvergui.core import RverError
from rvergui.rvernet import default_model
from rvergui.rvernet.default_model import default_predictor, shipped_checkpoint
from rvergui.rvernet.instant_head import Lesson
from rvergui.rvernet.predictor import Predictor
from tests.rvernet.tiny_networks import CLASSES, box_mask, tiny_checkpoint, tiny_photo


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "weights"
    folder.mkdir()
    monkeypatch.setattr(default_model, "shipped_weights", lambda: folder)
    return folder


def test_the_chosen_checkpoint_wins(tmp_path: Path, shipped: Path) -> None:
    tiny_checkpoint(shipped / "starter.safetensors", name="starter")
    chosen = tiny_checkpoint(tmp_path / "mine.safetensors", name="mine")
    assert default_predictor(CLASSES, chosen).info.name == "mine"
    assert default_predictor(CLASSES, None).info.name == "starter"


def test_a_shipped_model_qualifies_only_if_all_its_classes_are_asked_for(shipped: Path) -> None:
    path = tiny_checkpoint(shipped / "meals.safetensors", classes=["Rice", "Egg"])
    assert shipped_checkpoint(["rice", "egg", "tofu"]) == path
    assert shipped_checkpoint(["rice", "tofu"]) is None
    assert shipped_checkpoint([]) is None


def test_a_model_that_knows_less_than_half_of_the_names_does_not_qualify(shipped: Path) -> None:
    path = tiny_checkpoint(shipped / "meals.safetensors", classes=["rice", "egg"])
    assert shipped_checkpoint(["rice", "egg", "tofu", "bread"]) == path
    assert shipped_checkpoint(["rice", "egg", "tofu", "bread", "soup"]) is None


def test_of_several_the_one_that_knows_most_is_taken(shipped: Path) -> None:
    tiny_checkpoint(shipped / "a.safetensors", classes=["rice", "egg"])
    large = tiny_checkpoint(shipped / "b.safetensors", classes=["rice", "egg", "tofu"])
    tiny_checkpoint(shipped / "c.safetensors", classes=["tofu", "egg", "rice"])
    tiny_checkpoint(shipped / "d.safetensors", classes=["rice", "egg", "tofu", "bread"])
    assert shipped_checkpoint(["egg", "tofu", "rice"]) == large


def test_start_weights_and_damaged_files_are_passed_over(shipped: Path) -> None:
    save_file({"a": torch.zeros(1)}, shipped / "mobilenetv2_100.safetensors", metadata={"architecture": "x"})
    (shipped / "broken.safetensors").write_bytes(b"hello")
    assert shipped_checkpoint(CLASSES) is None


def test_with_nothing_shipped_an_untrained_network_names(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rvergui.rvernet.predictor.DEFAULT_BACKBONE", "test_efficientnet")
    info = default_predictor(["soup", "cake"], None).info
    assert not info.trained
    assert info.classes == ("soup", "cake")


def test_where_none_fits_the_features_of_the_one_that_knows_most_are_borrowed(shipped: Path) -> None:
    tiny_checkpoint(shipped / "few.safetensors", classes=["rice"], name="few")
    lender = tiny_checkpoint(shipped / "many.safetensors", seed=1, name="many")
    assert default_model.shipped_lender() == lender
    predictor = default_predictor(["soup", "cake"], None)
    info = predictor.info
    assert (info.trained, info.path, info.classes) == (False, None, ("soup", "cake"))
    assert info.start == "features of many"
    photo = tiny_photo()
    red, other = (box_mask(5, 5, 20, 10), box_mask(30, 10, 25, 25))
    seen = predictor.classify(photo, [red, other])
    assert [(s.name, s.probability) for s in seen[0].suggestions] == [("soup", 0.5), ("cake", 0.5)]
    lent = Predictor.load(lender, device="cpu")
    impression, own = seen[0].impression, lent.classify(photo, [red, other])[0].impression
    assert impression is not None
    assert own is not None
    assert np.allclose(impression.features, own.features, atol=1e-3)
    assert predictor.fingerprint != lent.fingerprint  # what they say besides differs
    predictor.names.learn([Lesson("1", "cake", impression.features, impression.chances)])
    again = predictor.classify(photo, [red])[0].suggestions
    assert again[0].name == "cake"
    assert default_predictor([], None).classify(photo, [red])[0].suggestions == ()


def test_a_chosen_checkpoint_that_is_gone_is_an_error(tmp_path: Path, shipped: Path) -> None:
    with pytest.raises(RverError, match=r"gone\.safetensors"):
        default_predictor(CLASSES, tmp_path / "gone.safetensors")
