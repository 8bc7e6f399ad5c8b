"""The estimate before a training: what it measures, and that it leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from rvergui.core import RverError
from rvergui.rvernet.memory import OutOfMemoryError
from rvergui.training import probe
from rvergui.training.events import Cancelled, Estimate, Event, Failed
from rvergui.training.loop import TrainingLoop
from tests.training.little_data import options


def _estimate(source: Path, out: Path, **changes: object) -> Estimate:
    events: list[Event] = []
    probe.estimate(options(source, out, **changes), events.append)
    assert isinstance(events[-1], Estimate)
    return events[-1]


def test_an_estimate_tells_time_and_memory_and_leaves_nothing(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "models" / "m.safetensors"
    found = _estimate(project, out, epochs=7)
    assert (found.items, found.epochs, found.batch_size) == (24, 7, 8)
    assert found.start == "both branches random"
    assert found.prepare_seconds > 0
    assert found.epoch_seconds > 0
    assert found.seconds() == pytest.approx(found.prepare_seconds + 7 * found.epoch_seconds)
    assert found.seconds(2) < found.seconds()
    assert found.memory > 50_000_000  # torch alone takes more
    assert list(out.parent.iterdir()) == []


def test_a_head_alone_looks_once_and_its_epochs_are_short(project: Path, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.safetensors"
    found = _estimate(project, out, start_from=model, freeze="backbones")
    assert found.start == model.stem
    assert found.epoch_seconds > 0


def test_what_cannot_be_trained_is_said_before(project: Path, tmp_path: Path) -> None:
    events: list[Event] = []
    with pytest.raises(RverError):
        probe.estimate(options(tmp_path / "nothing", tmp_path / "m.safetensors"), events.append)
    assert isinstance(events[-1], Failed)


def test_too_little_memory_proposes_a_smaller_batch(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: TrainingLoop, batch: object) -> None:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

    monkeypatch.setattr(TrainingLoop, "try_step", full)
    events: list[Event] = []
    with pytest.raises(OutOfMemoryError, match="batches of 4"):
        probe.estimate(options(project, tmp_path / "m.safetensors"), events.append)
    assert events[-1].smaller_batch == 4


def test_it_stops_when_asked(project: Path, tmp_path: Path) -> None:
    events: list[Event] = []
    probe.estimate(options(project, tmp_path / "m.safetensors"), events.append, lambda: True)
    assert events == [Cancelled()]
