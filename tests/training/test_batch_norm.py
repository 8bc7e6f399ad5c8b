"""What batch norm may learn: branches with a start keep the statistics that came with it."""

from __future__ import annotations

from pathlib import Path

import timm
import torch
from safetensors.torch import save_file

from rvergui.rvernet.checkpoint import load_checkpoint
from tests.training.little_data import BACKBONE, run


def _statistics(network: torch.nn.Module) -> dict[str, torch.Tensor]:
    return {
        name: value for name, value in network.state_dict().items() if name.endswith(("running_mean", "running_var"))
    }


def test_a_started_branch_keeps_its_statistics_and_a_random_one_learns_them(project: Path, tmp_path: Path) -> None:
    """A file whose statistics are folded into its kernels (mean 0, variance 1) must not meet those of a batch."""
    start = timm.create_model(BACKBONE, pretrained=False).state_dict()
    save_file(start, tmp_path / f"{BACKBONE}.safetensors", metadata={"architecture": BACKBONE})
    run(project, tmp_path / "started.safetensors", weights=(tmp_path,))
    run(project, tmp_path / "random.safetensors", weights=())
    started, header = load_checkpoint(tmp_path / "started.safetensors")
    random, _ = load_checkpoint(tmp_path / "random.safetensors")
    assert set(header.start.values()) == {f"{BACKBONE}.safetensors"}
    kept, learnt = _statistics(started), _statistics(random)
    assert kept
    for name, value in kept.items():
        expected = 1.0 if name.endswith("running_var") else 0.0
        assert torch.equal(value, torch.full_like(value, expected)), name
    assert any(not torch.equal(value, kept[name]) for name, value in learnt.items())
