"""Two processes train as one does with the whole batch."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from rvergui.rvernet.checkpoint import load_checkpoint
from rvergui.training.batches import Batch
from rvergui.training.events import Epoch, Finished, parse_event
from rvergui.training.team import Team
from tests.training.little_data import run

# No batch norm, whose statistics are each process's own part's.
BACKBONE = "test_vit"


@pytest.mark.skipif(sys.platform == "win32", reason="torchrun needs a store that Windows' torch does not have")
def test_two_processes_have_the_losses_and_the_network_of_one(project: Path, tmp_path: Path) -> None:
    together, alone = tmp_path / "two.safetensors", tmp_path / "one.safetensors"
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m", "rvergui"]
    chosen = ["--roi", BACKBONE, "--extra-roi", BACKBONE, "--size", "32", "--epochs", "2", "--batch-size", "7"]
    asked = [
        "train",
        str(project),
        "--out",
        str(together),
        *chosen,
        "--balance",
        "weights",
        "--device",
        "cpu",
        "--events",
    ]
    done = subprocess.run(
        [*command, *asked],
        capture_output=True,
        text=True,
        timeout=200,
        cwd=Path(__file__).parents[2],
        stdin=subprocess.DEVNULL,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = [event for line in done.stdout.splitlines() if (event := parse_event(line)) is not None]
    single = run(project, alone, roi=BACKBONE, extra_roi=BACKBONE, batch_size=7, balance="weights", threads=1)
    mine = [event for event in told if isinstance(event, Epoch)]
    theirs = [event for event in single if isinstance(event, Epoch)]
    assert len(mine) == len(theirs) == 2  # one of the two talks
    for one, other in zip(mine, theirs, strict=True):
        assert one.train_loss == pytest.approx(other.train_loss, abs=1e-4)
        assert one.val_loss == pytest.approx(other.val_loss, abs=1e-4)
    assert isinstance(told[-1], Finished)
    first, second = load_checkpoint(together)[0].state_dict(), load_checkpoint(alone)[0].state_dict()
    assert all(torch.allclose(first[name], second[name], atol=2e-3) for name in second)


def test_parts_of_a_batch_are_the_batch() -> None:
    batch = Batch(1, (5, 6, 7), (0, 1, 2))
    parts = [batch.part(rank, 2) for rank in range(2)]
    assert sorted(index for part in parts for index in part.indices) == [5, 6, 7]
    assert parts[1] == Batch(1, (6,), (1,))
    assert Batch(1, (5,), (0,)).part(1, 2).indices == ()


def test_alone_nothing_is_shared_and_nothing_changes() -> None:
    team = Team()
    layer = nn.Linear(2, 1)
    team.add_gradients(layer.parameters())
    assert layer.weight.grad is None
    assert team.agreed((True, False), torch.device("cpu")) == [True, False]
    assert team.total(1.5, torch.device("cpu")) == 1.5
    assert team.gathered("x") == ["x"]
    rows = torch.rand(3, 2)
    assert team.rows(rows, 3, torch.device("cpu")) is rows
    assert team.device(torch.device("cpu")) == torch.device("cpu")
    assert Team(2, 1, 1).device(torch.device("cuda")) == torch.device("cuda", 1)
