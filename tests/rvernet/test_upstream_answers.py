"""Whole published checkpoints, rebuilt tensor by tensor, give the log-probabilities that the published code gave."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch

from rvergui.core import Mask
from rvergui.rvernet.network import to_batch
from rvergui.rvernet.preprocessing import network_views
from rvergui.rvernet.upstream import load_upstream

CONTRACTS = Path(__file__).resolve().parents[3] / "shared" / "contracts"
CASE = CONTRACTS / "rvernet_upstream"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not CASE.is_dir(), reason="the reference answers (../shared/contracts) are not on this machine"),
]


def _filler() -> ModuleType:
    spec = importlib.util.spec_from_file_location("contract_filler", CONTRACTS / "fill.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["mnet+vit", "deit-dist+deit-dist"])
def test_log_probabilities_are_the_published_ones(tmp_path: Path, name: str) -> None:
    fill = _filler()
    case = json.loads((CASE / "case.json").read_text())
    asked = next(entry for entry in case["cases"] if entry["name"] == name)
    manifest = json.loads((CASE / f"{name}.manifest.json").read_text())
    path = tmp_path / "published.pth"
    torch.save({key: torch.from_numpy(v) for key, v in fill.state_dict(manifest, case["seed"]).items()}, path)
    network, header = load_upstream(path, asked["roi"], asked["extra_roi"])
    assert header.preprocessing.size == case["input_size"]
    assert len(header.classes) == case["num_classes"]
    height, width = case["image"]
    y, x = np.mgrid[0:height, 0:width]
    inside = ((y - 0.5 * height) / (0.3 * height)) ** 2 + ((x - 0.45 * width) / (0.25 * width)) ** 2 <= 1
    photo = fill.image(height, width, case["seed"])
    roi, extra = network_views(photo, Mask.from_array(inside), header.preprocessing)
    with torch.inference_mode():
        answer = network(to_batch([roi]), to_batch([extra])).log_softmax(dim=1)[0].numpy()
    wanted = np.load(CASE / "reference.npz")[f"log_probs_{name}"]
    assert np.abs(answer - wanted).max() < 1e-3
