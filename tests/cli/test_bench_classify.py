from __future__ import annotations

import json

import pytest
import typer

from rvergui.cli import app as app_module
from rvergui.cli import bench, bench_classify


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    """The program with this command, whether or not it is registered already."""
    monkeypatch.setenv("RVERGUI_THREADS", "1")
    if not any(command.name == "classify" for command in bench.bench.registered_commands):
        monkeypatch.setattr(bench.bench, "registered_commands", list(bench.bench.registered_commands))
        bench_classify.register(app_module.app)
    return app_module.app


def test_a_network_is_timed_beside_torch(rvergui, commands, monkeypatch):
    monkeypatch.setenv("RVERGUI_DEVICE", "torch")
    said = rvergui(
        "bench", "classify", "--roi", "mobilenetv2_035", "--objects", 1, "--objects", 3, "--rounds", 1, "--json"
    )
    assert said.status == 0, said.err
    numbers = json.loads(said.out)
    assert numbers["device"] == "CPU with PyTorch"
    assert numbers["why"]
    assert [row["objects"] for row in numbers["timings"]] == [1, 3]
    for row in numbers["timings"]:
        assert row["difference"] < 1e-5
        assert row["same_names"] == 1.0
        assert row["ms"] > 0
        assert row["ratio"] > 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--extra-roi", "mobilenetv2_035"], "--roi"),
        (["--roi", "a", "--checkpoint", __file__], "not both"),
        (["--roi", "nothing_like_this"], "no backbone"),
        (["--checkpoint", __file__], "test_bench_classify.py"),
        (["--checkpoint", "gone.safetensors"], "gone.safetensors"),
        (["--int8", "--pictures", "gone"], "no folder"),
        (["--pictures", "."], "--int8"),
    ],
)
def test_what_cannot_be_measured_is_told(rvergui, commands, arguments, words):
    said = rvergui("bench", "classify", *arguments)
    assert said.status in (1, 2)
    assert words in said.err
    assert "Traceback" not in said.err


def test_the_table_has_a_line_for_each_number_of_objects():
    row = {"objects": 8, "eager_ms": 100.0, "ms": 40.0, "ratio": 2.5, "classify_ms": 44.0, "difference": 2e-7}
    lines = bench_classify.table({"model": "m", "device": "CPU", "why": "No GPU.", "timings": [row]}).splitlines()
    assert lines[0] == "m on CPU"
    assert lines[1] == "No GPU."
    assert lines[4].split() == ["8", "100.0", "ms", "40.0", "ms", "2.50x", "44.0", "ms", "2.0e-07"]
