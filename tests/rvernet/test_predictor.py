from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from rvergui.core import Mask, RverError
from rvergui.rvernet.naming_runtime import FixedNetwork
from rvergui.rvernet.naming_runtime_torch import TorchNaming
from rvergui.rvernet.network import RveRNet, to_batch
from rvergui.rvernet.predictor import ModelInfo, Predictor
from rvergui.rvernet.preprocessing import Preprocessing, black_view, frame_of, network_views
from tests.rvernet.tiny_networks import (
    CLASSES,
    CNN,
    SIZE,
    TRANSFORMER,
    box_mask,
    tiny_checkpoint,
    tiny_network,
    tiny_photo,
)

SMALL = Preprocessing(size=SIZE)
MASKS = [box_mask(5, 5, 20, 10), box_mask(30, 10, 25, 25), box_mask(0, 0, 3, 3)]


def _predictor(seed: int = 0) -> Predictor:
    return Predictor.untrained(CLASSES, CNN, TRANSFORMER, seed=seed, folders=(), preprocessing=SMALL)


def _network_of(predictor: Predictor) -> RveRNet:
    runtime = predictor.runtime()
    assert isinstance(runtime, TorchNaming)
    return runtime.network


def test_names_come_best_first_with_both_probabilities_of_the_network() -> None:
    network = tiny_network()
    info = ModelInfo("n", True, "", CLASSES, {}, "CPU")
    predictor = Predictor(FixedNetwork(TorchNaming(network), "on CPU", "asked for"), info, SMALL)
    photo = tiny_photo()
    for naming, mask in zip(predictor.classify(photo, MASKS), MASKS, strict=True):
        roi, extra = network_views(photo.pixels, mask, SMALL)
        assert np.array_equal(naming.roi_view, roi)
        assert np.array_equal(naming.extra_view, extra)
        black = black_view(frame_of(40, 60, SMALL), SMALL)
        with torch.inference_mode():
            wanted = network(to_batch([roi]), to_batch([extra])).softmax(1)[0]
            alone = network(to_batch([roi]), to_batch([black])).softmax(1)[0]
        chances = [s.probability for s in naming.suggestions]
        assert chances == sorted(chances, reverse=True)
        assert sum(chances) == pytest.approx(1.0)
        assert {s.name for s in naming.suggestions} == set(CLASSES)
        for suggestion in naming.suggestions:
            place = CLASSES.index(suggestion.name)
            assert suggestion.probability == pytest.approx(float(wanted[place]), abs=1e-6)
            assert suggestion.without_context == pytest.approx(float(alone[place]), abs=1e-6)
        assert naming.ms > 0


def test_surroundings_change_the_answer_but_not_the_answer_without_them() -> None:
    """The same object on another table: with context the numbers move, without context they do not."""
    predictor = _predictor()
    mask = MASKS[1]
    photo, other = tiny_photo(0), tiny_photo(1)
    inside = mask.array()[..., None]
    mixed = np.where(inside, photo.pixels, other.pixels)
    here, there = (
        {s.name: s for s in predictor.classify(p, [mask])[0].suggestions}
        for p in (photo, type(photo).from_array(mixed))
    )
    assert all(math.isclose(here[n].without_context, there[n].without_context, abs_tol=1e-6) for n in CLASSES)
    assert any(abs(here[n].probability - there[n].probability) > 1e-5 for n in CLASSES)


def test_photos_of_different_shape_each_have_their_own_black_view() -> None:
    predictor = _predictor()
    wide, tall = tiny_photo(0, (40, 60)), tiny_photo(0, (60, 40))
    mask_wide, mask_tall = MASKS[0], box_mask(5, 5, 20, 10, (60, 40))
    first = predictor.classify(wide, [mask_wide])[0].suggestions
    predictor.classify(tall, [mask_tall])
    assert predictor.classify(wide, [mask_wide])[0].suggestions == first
    assert (
        _predictor().classify(tall, [mask_tall])[0].suggestions == predictor.classify(tall, [mask_tall])[0].suggestions
    )


def test_a_batch_gives_what_single_calls_give() -> None:
    predictor = _predictor()
    photo = tiny_photo()
    many = MASKS * 7  # more than one batch
    together = predictor.classify(photo, many)
    assert len(together) == len(many)
    for naming, mask in zip(together, many, strict=True):
        alone = predictor.classify(photo, [mask])[0]
        assert [s.name for s in naming.suggestions] == [s.name for s in alone.suggestions]
        assert [s.probability for s in naming.suggestions] == pytest.approx([s.probability for s in alone.suggestions])


def test_top_limits_the_names_and_no_mask_needs_no_answer() -> None:
    predictor = _predictor()
    assert len(predictor.classify(tiny_photo(), MASKS[:1], top=2)[0].suggestions) == 2
    assert predictor.classify(tiny_photo(), []) == []


def test_an_untrained_network_says_so_and_is_the_same_every_time() -> None:
    one, two, other = _predictor(), _predictor(), _predictor(seed=5)
    assert not one.info.trained
    assert one.info.path is None
    assert one.info.start == "both branches random"
    assert one.info.classes == CLASSES
    photo = tiny_photo()
    assert one.classify(photo, MASKS)[0].suggestions == two.classify(photo, MASKS)[0].suggestions
    assert one.classify(photo, MASKS)[0].suggestions != other.classify(photo, MASKS)[0].suggestions


def test_a_loaded_checkpoint_says_what_it_is(tmp_path: Path) -> None:
    path = tiny_checkpoint(
        tmp_path / "m.safetensors", metrics={"macro_f1": 0.8}, start={"roi": "x.safetensors", "extra_roi": "random"}
    )
    info = Predictor.load(path).info
    assert info.trained
    assert info.path == path
    assert info.name == "tiny"
    assert info.metrics == {"macro_f1": 0.8}
    assert info.start == "ROI from x.safetensors, extra-ROI random"
    child = tiny_checkpoint(tmp_path / "child.safetensors", parent="tiny")
    assert Predictor.load(child).info.start == "continued from tiny"


def test_an_empty_mask_is_refused() -> None:
    with pytest.raises(RverError, match="without a single pixel"):
        _predictor().classify(tiny_photo(), [MASKS[0], Mask.empty((40, 60))])


def test_a_mask_of_another_photo_is_refused() -> None:
    with pytest.raises(RverError, match="made on this photo"):
        _predictor().classify(tiny_photo(size=(41, 60)), MASKS)


def test_no_class_is_refused() -> None:
    with pytest.raises(RverError, match="at least one class"):
        Predictor.untrained((), CNN, CNN, folders=(), preprocessing=SMALL)


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        torch.OutOfMemoryError("CUDA out of memory."),
        RuntimeError("DefaultCPUAllocator: not enough memory"),
    ],
)
def test_running_out_of_memory_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    predictor = _predictor()

    def fail(*_: object) -> torch.Tensor:
        raise error

    monkeypatch.setattr(_network_of(predictor).roi, "forward", fail)
    with pytest.raises(RverError, match="not enough memory to name 3 objects"):
        predictor.classify(tiny_photo(), MASKS)


def test_a_defect_is_not_taken_for_lack_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    predictor = _predictor()

    def fail(*_: object) -> torch.Tensor:
        raise RuntimeError("shapes differ")

    monkeypatch.setattr(_network_of(predictor).roi, "forward", fail)
    with pytest.raises(RuntimeError, match="shapes differ"):
        predictor.classify(tiny_photo(), MASKS)
