"""The starter network's training: its loss, stopping and going on, its files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from rvergui.core import RverError
from rvergui.segment.starter_network import Clicks, StarterNetwork, folded, new_backbone
from rvergui.training.segmenter.collage import CollageScenes
from rvergui.training.segmenter.data import ClickBatches
from rvergui.training.segmenter.loop import Schedule, train_batch
from rvergui.training.segmenter.loss import click_loss
from rvergui.training.segmenter.options import SegmenterOptions
from rvergui.training.segmenter.run import Progress, train_segmenter
from rvergui.training.segmenter.state import RESULT, STATE, load_backbone


def scenes() -> CollageScenes:
    pictures = [np.random.default_rng(n).integers(0, 255, (200, 200, 3), dtype=np.uint8) for n in range(3)]
    return CollageScenes(pictures, pictures)


def run(folder: Path, **changes: object) -> tuple[int, list[Progress]]:
    options = SegmenterOptions(
        **{"data": folder, "out": folder, "steps": 4, "side": 64, "crops": 2, "clicks": 2, "save_every": 100, **changes}
    )
    seen: list[Progress] = []
    return train_segmenter(options, seen.append, scenes=scenes()), seen


def test_a_run_that_was_stopped_goes_on_to_the_sample(tmp_path: Path) -> None:
    done, whole = run(tmp_path / "whole")
    assert done == 4
    assert run(tmp_path / "parts", stop_after=1)[0] == 1
    assert run(tmp_path / "parts", stop_after=2)[0] == 3
    done, last = run(tmp_path / "parts")
    assert done == 4
    assert last == whole[-1:]
    one, two = load_file(tmp_path / "whole" / RESULT), load_file(tmp_path / "parts" / RESULT)
    assert all(one[name].equal(two[name]) for name in one)


def test_cancelling_saves(tmp_path: Path) -> None:
    asked: list[int] = []
    options = SegmenterOptions(data=tmp_path, out=tmp_path, steps=50, side=64, crops=1, clicks=1)
    done = train_segmenter(options, lambda p: asked.append(p.step), lambda: len(asked) >= 2, scenes())
    assert done == 2
    assert (tmp_path / STATE).exists()
    with safe_open(tmp_path / RESULT, "pt") as file:
        about = json.loads(file.metadata()["about"])
    assert about["batches"] == 2
    assert str(tmp_path) not in json.dumps(about)


def test_the_network_learns_a_batch_by_heart() -> None:
    torch.manual_seed(1)
    network = StarterNetwork().train()
    optimiser = torch.optim.AdamW(network.parameters(), lr=1e-3)
    batch = ClickBatches(scenes(), 3, 64, 2, 2)[0]
    losses: list[float] = []
    for _ in range(16):
        train_batch(network, batch, 1, np.random.default_rng(5), lambda number, loss, iou, scores: losses.append(loss))
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad()
    assert losses[-1] < 0.6 * losses[0]


def test_damaged_states_and_wrong_weights_are_told(tmp_path: Path) -> None:
    (tmp_path / STATE).write_bytes(b"not a state")
    with pytest.raises(RverError, match=r"state\.pt is damaged"):
        run(tmp_path)
    save_file({"x": torch.zeros(2)}, tmp_path / "other.safetensors")
    with pytest.raises(RverError, match="no starter network"):
        run(tmp_path / "a", start=tmp_path / "other.safetensors")
    with pytest.raises(RverError, match=r"lacks .* tensors of mobilenetv2_100"):
        run(tmp_path / "b", backbone=tmp_path / "other.safetensors")
    with pytest.raises(RverError, match="There is no file"):
        run(tmp_path / "c", start=tmp_path / "gone.safetensors")
    with pytest.raises(RverError, match="lacks the folder coco_cc"):
        train_segmenter(SegmenterOptions(data=tmp_path, out=tmp_path), lambda p: None)


def test_the_backbone_starts_from_published_names(tmp_path: Path) -> None:
    torch.manual_seed(3)
    backbone = new_backbone().eval()
    for module in backbone.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.uniform_(-0.2, 0.2)
            module.running_var.uniform_(0.5, 1.5)
    save_file({**backbone.state_dict(), "classifier.weight": torch.zeros(3)}, tmp_path / "start.safetensors")
    network = StarterNetwork().eval()
    load_backbone(network, tmp_path / "start.safetensors")
    picture = torch.rand(1, 3, 64, 96) * 2 - 1
    with torch.inference_mode():
        for mine, theirs in zip(network.encoder.backbone(picture), backbone(picture), strict=True):
            assert torch.allclose(mine, theirs, atol=2e-3, rtol=1e-3)
    assert not any(isinstance(m, torch.nn.BatchNorm2d) for m in folded(new_backbone()).modules())


def test_candidates_are_nested_and_scored() -> None:
    torch.manual_seed(0)
    network = StarterNetwork().eval()
    cells = 16
    clicks = Clicks(
        torch.rand(2, 3, 2) * cells, torch.tensor([[1.0, -1, 0]] * 2), torch.zeros(2, 1, cells, cells),
        torch.rand(2, 1, cells, cells),
    )  # fmt: skip
    with torch.inference_mode():
        logits, scores = network(torch.rand(2, 3, 64, 64), clicks)
    assert logits.shape == (2, 3, cells, cells)
    assert (logits[:, 0] <= logits[:, 1]).all()
    assert (logits[:, 1] <= logits[:, 2]).all()
    assert ((scores >= 0) & (scores <= 1)).all()


def test_the_loss_asks_for_the_best_candidate_and_true_scores() -> None:
    truth = torch.zeros(1, 8, 8)
    truth[0, 2:6, 2:6] = 1
    right = (truth * 2 - 1)[:, None] * 8
    wrong = -right
    one_right = torch.cat([wrong, right, wrong], 1)
    loss, iou = click_loss(one_right, torch.tensor([[0.0, 1.0, 0.0]]), truth)
    assert iou.tolist() == [[0.0, 1.0, 0.0]]
    all_wrong, _ = click_loss(torch.cat([wrong] * 3, 1), torch.zeros(1, 3), truth)
    badly_scored, _ = click_loss(one_right, torch.tensor([[1.0, 0.0, 1.0]]), truth)
    assert loss < badly_scored < all_wrong


def test_the_rate_warms_up_and_falls() -> None:
    schedule = Schedule(1000, warm_up=100)
    shares = [schedule.share(step) for step in range(1000)]
    assert shares[0] == pytest.approx(0.01)
    assert max(shares) == pytest.approx(1.0)
    assert shares.index(max(shares)) in (99, 100)
    assert shares[-1] == pytest.approx(0.02, abs=1e-3)
