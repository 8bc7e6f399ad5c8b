"""A training that was killed goes on as if nothing had happened."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from rvergui.core import RverError
from rvergui.rvernet.checkpoint import load_checkpoint, read_header
from rvergui.training.events import Epoch, Event, Finished, Started
from rvergui.training.metrics import Scores
from rvergui.training.resume import Progress, load_state, random_states, set_random_states, state_path
from rvergui.training.run import train
from tests.training.little_data import BACKBONE, last_of, options, run

EPOCHS = 4
KILLED = f"""
import os, signal, sys
from pathlib import Path
import torch
torch.set_num_threads(1)
from rvergui.training import loop
from rvergui.training.options import TrainOptions
from rvergui.training.run import train
write, written = loop.save_state, []
def save(out, about, progress, learner, random):
    if (progress.epoch, progress.done) == (3, 2):
        os.kill(os.getpid(), signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    write(out, about, progress, learner, random)
loop.save_state = save
train(TrainOptions(source=Path(sys.argv[1]), out=Path(sys.argv[2]), roi={BACKBONE!r}, extra_roi="test_vit", size=32,
                   epochs={EPOCHS}, batch_size=8, workers=2, weights=(), device="cpu", state_seconds=0),
      lambda event: None)
"""


@pytest.fixture(scope="module")
def killed(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checkpoint of a training killed in the middle of its third epoch, its state beside it; not to be changed."""
    out = tmp_path_factory.mktemp("killed") / "m.safetensors"
    done = subprocess.run([sys.executable, "-c", KILLED, str(project), str(out)], capture_output=True, text=True)
    assert done.returncode != 0, done.stderr
    assert state_path(out).exists(), done.stderr
    return out


def _copy(killed: Path, folder: Path) -> Path:
    for path in (killed, state_path(killed)):
        (folder / path.name).write_bytes(path.read_bytes())
    return folder / killed.name


def test_after_a_kill_the_result_is_the_same_to_the_bit(killed: Path, project: Path, tmp_path: Path) -> None:
    out, whole = _copy(killed, tmp_path), tmp_path / "whole.safetensors"
    chosen = {"roi": BACKBONE, "extra_roi": "test_vit", "epochs": EPOCHS, "threads": 1}
    log = tmp_path / "log"
    events = run(project, out, resume=True, log_dir=log, **chosen)
    straight = run(project, whole, **chosen)
    assert last_of(events, Started).resumed_at == 2 * 3 + 1  # two epochs of three steps, and one more
    assert last_of(straight, Started).resumed_at == 0
    late = [event for event in events if isinstance(event, Epoch)]
    assert [event.epoch for event in late] == [3, 4]
    assert [event for event in straight if isinstance(event, Epoch)][2:] == late
    (one, header), (two, other) = load_checkpoint(out), load_checkpoint(whole)
    assert header.training["epoch"] == other.training["epoch"]
    assert header.temperature == other.temperature
    first, second = one.state_dict(), two.state_dict()
    assert all(torch.equal(first[name], second[name]) for name in second)
    assert last_of(events, Finished).metrics == last_of(straight, Finished).metrics
    assert not state_path(out).exists()  # complete: nothing to go on with


def _refusal(project: Path, out: Path, **changes: object) -> str:
    chosen = {"roi": BACKBONE, "extra_roi": "test_vit", "epochs": EPOCHS, "resume": True}
    before = {path.name: path.read_bytes() for path in out.parent.iterdir()}
    with pytest.raises(RverError) as told:
        train(options(project, out, **{**chosen, **changes}), lambda event: None)
    assert {path.name: path.read_bytes() for path in out.parent.iterdir()} == before
    assert "\n" not in str(told.value)
    return str(told.value)


def test_what_does_not_fit_is_refused_and_left_alone(killed: Path, project: Path, tmp_path: Path) -> None:
    out = _copy(killed, tmp_path)
    assert "learning-rate = 0.001, not 0.5" in _refusal(project, out, learning_rate=0.5)
    assert "batch-size = 8, not 4" in _refusal(project, out, batch_size=4)
    state_path(out).write_bytes(state_path(out).read_bytes()[:3000])
    assert "damaged" in _refusal(project, out)
    out = _copy(killed, tmp_path)
    out.unlink()
    assert "gone" in _refusal(project, out)


def test_without_a_state_it_starts_and_without_the_wish_it_starts_anew(
    killed: Path, project: Path, tmp_path: Path
) -> None:
    fresh = tmp_path / "fresh.safetensors"
    assert last_of(run(project, fresh, resume=True, epochs=1), Started).resumed_at == 0
    out = _copy(killed, tmp_path)
    assert last_of(run(project, out, epochs=1), Started).resumed_at == 0
    assert not state_path(out).exists()


def test_a_full_disk_while_saving_leaves_what_was_there_and_the_run_goes_on_later(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, whole = tmp_path / "m.safetensors", tmp_path / "whole.safetensors"
    from safetensors.torch import save_file

    events: list[Event] = []

    def full_disk(tensors: object, target: Path, metadata: object = None) -> None:
        if sum(isinstance(event, Epoch) for event in events) >= 1:
            raise OSError(28, "No space left on device")
        save_file(tensors, target, metadata)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr("safetensors.torch.save_file", full_disk)
        with pytest.raises(RverError, match="No space left on device"):
            train(options(project, out, epochs=3, last=True, state_seconds=0, threads=1), events.append)
    assert read_header(out).training["epoch"] == 1
    run(project, out, epochs=3, last=True, resume=True, threads=1)
    run(project, whole, epochs=3, threads=1)
    first, second = load_checkpoint(out)[0].state_dict(), load_checkpoint(whole)[0].state_dict()
    assert all(torch.equal(first[name], second[name]) for name in second)


def test_a_state_that_cannot_be_written_leaves_the_one_before(
    killed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rvergui.training.resume import save_state

    out = _copy(killed, tmp_path)
    before = state_path(out).read_bytes()

    def full(_parts: object, path: Path) -> None:
        path.write_bytes(b"half")
        raise RuntimeError("PytorchStreamWriter failed writing file data/0: file write failed")

    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(RverError, match=r"m\.resume\.pt could not be written"):
        save_state(out, "{}", Progress(), {}, [])
    assert state_path(out).read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["m.resume.pt", "m.safetensors"]


def test_random_numbers_go_on_where_they_were() -> None:
    states = random_states(torch.device("cpu"))
    drawn = torch.rand(3)
    set_random_states(states, torch.device("cpu"))
    assert torch.equal(torch.rand(3), drawn)


def test_progress_survives_a_line_of_json(killed: Path) -> None:
    scores = Scores(3, 0.5, 0.1, 0.2, 0.3, {"a/b 🍅": 0.25}, {"a/b 🍅": 3}, ())
    progress = Progress(3, 2, [(0.1, 8), (1 / 3, 5)], scores, 1, 2.5)
    assert Progress.parse(progress.line()) == progress
    with pytest.raises(RverError, match="had other classes"):
        load_state(killed, '{"options": {}, "classes": ["x"], "data": "", "train": [], "val": []}')
