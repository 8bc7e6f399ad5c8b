"""What a training leaves for others to find: its folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rvergui.core import RverError
from rvergui.training.run_folder import RunFolder, run_folders

LIVES = """
import sys
from pathlib import Path
from rvergui.training.run_folder import RunFolder
lock = RunFolder(Path(sys.argv[1])).occupy(Path("p.rver"), Path("m.safetensors"), ["train", "p.rver"])
print("there", flush=True)
sys.stdin.read()
"""


def test_a_folder_says_what_is_trained_and_whether_it_lives(tmp_path: Path) -> None:
    folder = RunFolder.new(tmp_path / "trainings")
    assert not folder.alive
    assert folder.description() is None
    lock = folder.occupy(tmp_path / "p.rver", tmp_path / "m.safetensors", ["train", "p.rver", "--events"])
    assert folder.alive
    found = folder.description()
    assert found is not None
    assert (found.source, found.process) == (str(tmp_path / "p.rver"), os.getpid())
    assert found.arguments == ("train", "p.rver", "--events")
    with pytest.raises(RverError, match="Another training"):
        _impatient(folder, tmp_path)
    lock.release()
    assert not folder.alive
    folder.remove()
    assert run_folders(tmp_path / "trainings") == []


def _impatient(folder: RunFolder, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rvergui.training.run_folder._LOCK_PATIENCE_S", 0)
        folder.occupy(tmp_path / "q.rver", tmp_path / "n.safetensors", ["train"])


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_killed_training_does_not_live_whoever_has_its_process_id_now(tmp_path: Path) -> None:
    folder = RunFolder.new(tmp_path)
    command = [sys.executable, "-c", LIVES, str(folder.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "there\n"
        assert folder.alive
        process.send_signal(signal.SIGKILL)
        process.wait(20)
    assert not folder.alive
    found = folder.description()
    assert found is not None
    assert found.process == process.pid


def test_a_wish_to_stop_and_last_words_are_files(tmp_path: Path) -> None:
    folder = RunFolder.new(tmp_path)
    assert not folder.cancel_wished
    folder.cancel()
    assert folder.cancel_wished
    assert folder.last_words() == []
    folder.errors.write_text("".join(f"line {n}\n\n" for n in range(50)))
    assert folder.last_words(3) == ["line 47", "line 48", "line 49"]


def test_a_torn_description_is_none(tmp_path: Path) -> None:
    folder = RunFolder.new(tmp_path)
    (folder.path / "run.json").write_text('{"source": "p.rv')
    assert folder.description() is None
    assert [each.path for each in run_folders(tmp_path)] == [folder.path]
