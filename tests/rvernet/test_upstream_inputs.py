"""The network's inputs are those of the published code, for a photo and a mask it was run on."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

from rvergui.core import Mask, views
from rvergui.rvernet.preprocessing import Preprocessing, fit_views, network_views

CONTRACTS = Path(__file__).resolve().parents[3] / "shared" / "contracts"
CASE = CONTRACTS / "rvernet_upstream"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not CASE.is_dir(), reason="the reference inputs (../shared/contracts) are not on this machine"),
]


def _test_image(height: int, width: int, seed: int) -> np.ndarray:
    spec = importlib.util.spec_from_file_location("contract_fill", CONTRACTS / "fill.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.image(height, width, seed)


@pytest.mark.parametrize("way", ["network_views", "fit_views"])
def test_inputs_equal_the_published_ones_within_one_grey_level(way: str) -> None:
    case = json.loads((CASE / "case.json").read_text())
    reference = np.load(CASE / "reference.npz")
    height, width = case["image"]
    photo = _test_image(height, width, case["seed"])
    y, x = np.mgrid[0:height, 0:width]
    inside = ((y - 0.5 * height) / (0.3 * height)) ** 2 + ((x - 0.45 * width) / (0.25 * width)) ** 2 <= 1
    mask = Mask.from_array(inside)
    preprocessing = Preprocessing(size=case["input_size"])
    if way == "network_views":
        pair = network_views(photo, mask, preprocessing)
    else:
        pair = fit_views(*views(photo, mask), preprocessing)
    for view, wanted in zip(pair, (reference["roi_input"], reference["extra_input"]), strict=True):
        ours = view[::8, ::8].transpose(2, 0, 1) / 255.0
        assert np.abs(ours - wanted).max() <= 1.001 / 255.0
    assert np.abs(pair[0].mean(axis=(0, 1)) / 255.0 - reference["roi_input_mean"]).max() < 1e-3
