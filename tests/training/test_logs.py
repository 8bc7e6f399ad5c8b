"""The table and TensorBoard's files of a run."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pytest

from rvergui.core import RverError
from rvergui.training.events import Epoch
from rvergui.training.logs import COLUMNS, TABLE, Logs
from tests.training.little_data import run


def _epoch(number: int) -> Epoch:
    return Epoch(epoch=number, train_loss=0.5, val_loss=1 / 3, top1=0.75, macro_f1=0.7, best=number == 1)


def _rows(folder: Path) -> list[dict[str, str]]:
    with (folder / TABLE).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_line_an_epoch_with_full_digits(tmp_path: Path) -> None:
    logs = Logs(tmp_path / "new" / "logs", False, 1)
    for number in (1, 2):
        logs.epoch(_epoch(number), 0.9, 1e-3, 1.234)
    rows = _rows(tmp_path / "new" / "logs")
    assert tuple(rows[0]) == COLUMNS
    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert float(rows[0]["val_loss"]) == 1 / 3
    assert [row["best"] for row in rows] == ["1", "0"]


def test_going_on_keeps_earlier_epochs_and_forgets_what_is_trained_again(tmp_path: Path) -> None:
    first = Logs(tmp_path, False, 1)
    for number in (1, 2, 3):
        first.epoch(_epoch(number), 0.9, 1e-3, 1.0)
    again = Logs(tmp_path, False, 3)
    again.epoch(_epoch(3), 0.9, 1e-3, 2.0)
    assert [row["epoch"] for row in _rows(tmp_path)] == ["1", "2", "3"]
    assert _rows(tmp_path)[2]["seconds"] == "2.0"
    Logs(tmp_path, False, 1)
    assert _rows(tmp_path) == []


def test_a_run_writes_its_table(project: Path, tmp_path: Path) -> None:
    events = run(project, tmp_path / "m.safetensors", log_dir=tmp_path / "logs")
    rows = _rows(tmp_path / "logs")
    epochs = [event for event in events if isinstance(event, Epoch)]
    assert [float(row["macro_f1"]) for row in rows] == [event.macro_f1 for event in epochs]
    assert [float(row["train_loss"]) for row in rows] == [event.train_loss for event in epochs]


def test_without_tensorboard_its_absence_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(RverError, match="pip install tensorboard"):
        Logs(tmp_path, True, 1)


def test_tensorboard_reads_the_numbers_back(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    logs = Logs(tmp_path, True, 1)
    logs.epoch(_epoch(1), 0.9, 1e-3, 1.0)
    logs.close()
    read = EventAccumulator(str(tmp_path))
    read.Reload()
    assert read.Scalars("macro_f1")[0].value == pytest.approx(0.7)
    assert read.Scalars("macro_f1")[0].step == 1


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RverError, match="could not be written"):
        Logs(tmp_path / "file" / "logs", False, 1)
