from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rvergui.cli.predict import PlainProgress
from rvergui.samples import write_meals


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    write_meals(tmp_path / "photos", 1, seed=5, size=(120, 160))
    (tmp_path / "photos" / "broken.jpg").write_bytes(b"no photo")
    return tmp_path / "photos"


def test_a_folder_becomes_a_table_and_broken_photos_are_told(rvergui, photos, tmp_path):
    said = rvergui("predict", photos, "--out", "r.csv", "--segmenter", "fake", "--no-names", "--workers", 1)
    assert said.status == 0
    assert "objects on 1 photo, 0 of them named; 1 photo skipped" in said.out
    assert "Skipped: broken.jpg" in said.err
    assert (tmp_path / "r.csv").read_text().startswith("photo,object,name")


def test_the_report_as_json(rvergui, photos):
    said = rvergui("predict", photos, "--out", "r.json", "--segmenter", "fake", "--no-names", "--workers", 1, "--json")
    report = json.loads(said.out)
    assert (report["photos"], report["done"], len(report["skipped"]), report["workers"]) == (2, 1, 1, 1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--out", "r.xls"], "says no format"),
        (["--out", "r.csv", "--model", "gone.safetensors"], "does not exist"),
        (["--out", "r.csv", "--model", "photos/broken.jpg"], "broken.jpg"),
        (["--out", "r.csv", "--boxes", "gone.csv"], "does not exist"),
        (["--out", "r.csv", "--no-names", "--segmenter", "nothing", "--workers", "1"], "no segmenter called"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(rvergui, photos, arguments, words):
    said = rvergui("predict", "photos", *arguments)
    assert said.status == 1
    assert words in said.err
    assert "Traceback" not in said.err


@pytest.mark.skipif(os.name != "posix", reason="signals as terminals send them")
def test_ctrl_c_keeps_what_is_done_and_a_killed_run_goes_on(tmp_path):
    write_meals(tmp_path / "photos", 6, size=(120, 160))
    arguments = ["predict", "photos", "--segmenter", "fake", "--no-names", "--workers", "1", "--json"]
    command = [sys.executable, "-m", "rvergui", *arguments, "--out"]
    whole = json.loads(subprocess.run([*command, "whole.jsonl"], capture_output=True, check=True, text=True).stdout)
    assert whole["done"] == 6
    for ending, status in ((signal.SIGINT, 130), (signal.SIGKILL, -9)):
        process = subprocess.Popen([*command, "r.jsonl"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        journal = tmp_path / "r.jsonl.progress"
        while process.poll() is None and not (journal.exists() and journal.read_bytes().count(b"\n") >= 2):
            time.sleep(0.01)
        process.send_signal(ending)
        if process.wait(20) == 0:  # it was quicker
            return
        assert process.returncode == status
        assert journal.exists()
    report = json.loads(subprocess.run([*command, "r.jsonl"], capture_output=True, check=True, text=True).stdout)
    assert report["resumed"] >= 1
    assert (tmp_path / "r.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
    assert not journal.exists()


def test_progress_without_a_terminal_is_a_line_now_and_then_with_the_time_left():
    said: list[str] = []
    now = iter((0.0, 1.0, 11.0, 21.0, 31.0, 41.0))
    progress = PlainProgress(said.append, lambda: next(now))
    for done in (10, 12, 14, 16, 20):  # ten were finished before
        assert progress(done, 20)
    assert said == ["14 of 20 photos, 30 s left"]
