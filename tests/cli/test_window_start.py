from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rvergui.cli import open_window as module
from rvergui.cli.start import COMMANDS, means_window
from rvergui.cli.window import window_size
from rvergui.runtime import system_libraries, windows
from tests.cli.command_line import pretend_module


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """What the window was opened with; the acts before it come first."""
    calls: list[dict[str, object]] = []

    def run(target, *, demo, screenshot, window_size, checkpoint, segmenter) -> int:
        calls.append(
            {
                "target": target,
                "demo": demo,
                "screenshot": screenshot,
                "window_size": window_size,
                "checkpoint": checkpoint,
                "segmenter": segmenter,
            }
        )
        return 0

    monkeypatch.setattr(windows, "preload_torch_libraries", lambda: calls.append({"act": "preload"}))
    monkeypatch.setattr(system_libraries, "window_obstacle", lambda environ: calls.append({"act": "check"}))
    pretend_module(monkeypatch, "rvergui.gui.app", run=run)
    return calls


NOTHING = {
    "target": None,
    "demo": False,
    "screenshot": None,
    "window_size": None,
    "checkpoint": None,
    "segmenter": None,
}


def test_without_arguments_the_window_opens_after_the_checks(rvergui, opened):
    assert rvergui().status == 0
    assert opened == [{"act": "preload"}, {"act": "check"}, NOTHING]


@pytest.mark.parametrize("word", [[], ["window"]])
def test_every_option_reaches_the_window(rvergui, opened, tmp_path, monkeypatch, word):
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    (tmp_path / "net.safetensors").touch()
    said = rvergui(
        *word, "--demo", "--size", "1280x800", "--screenshot", "shot.png", ".", "--checkpoint", "net.safetensors",
        "--segmenter", "grabcut",
    )  # fmt: skip
    assert said.status == 0
    assert opened[-1] == {
        "target": Path(),
        "demo": True,
        "screenshot": Path("shot.png"),
        "window_size": (1280, 800),
        "checkpoint": Path("net.safetensors"),
        "segmenter": "grabcut",
    }
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"


def test_a_chosen_platform_is_kept_for_a_screenshot(rvergui, opened, monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "minimal")
    rvergui("--screenshot", "shot.png")
    assert os.environ["QT_QPA_PLATFORM"] == "minimal"


@pytest.mark.parametrize("name", ["photos", "meals.rver", "MEALS.RVER", "a photo.JPG", "train"])
def test_folders_projects_and_photos_are_opened(rvergui, opened, tmp_path, name):
    if name in ("photos", "train"):
        (tmp_path / name).mkdir()
    else:
        (tmp_path / name).touch()
    target = f"./{name}" if name in COMMANDS else name
    assert rvergui(target).status == 0
    assert opened[-1] == {**NOTHING, "target": Path(name)}


@pytest.mark.parametrize(
    ("arguments", "status", "word"),
    [
        (["nowhere"], 1, "neither a folder or file that exists nor a command"),
        (["exprot"], 1, "did you mean “rvergui export”?"),
        (["notes.txt"], 1, "neither a photo nor a project"),
        (["gone.rver"], 1, "gone.rver"),
        (["--checkpoint", "gone.safetensors"], 1, "gone.safetensors does not exist"),
        (["--checkpoint", "."], 1, "is a folder, not a file"),
        (["--segmenter", "magic"], 1, "'magic'; the known ones are: grabcut"),
        (["--size", "big"], 2, "write it like 1280x800"),
        (["--size", "10x10"], 2, "each side from 200"),
        (["--size", "1280"], 2, "write it like 1280x800"),
        (["--sise", "1280x800"], 2, "--sise"),
        (["--dem"], 2, "--dem"),
        (["."] * 2, 2, "unrecognized arguments"),
        (["window", "--bogus"], 2, "--bogus"),
    ],
)
def test_what_makes_no_sense_is_told_and_opens_nothing(rvergui, opened, tmp_path, arguments, status, word):
    (tmp_path / "notes.txt").touch()
    said = rvergui(*arguments)
    assert said.status == status
    assert word in said.err
    assert "Traceback" not in said.err
    assert said.out == ""
    assert not opened


def test_what_stands_in_the_way_is_told_with_its_own_status(rvergui, opened, monkeypatch):
    monkeypatch.setattr(system_libraries, "window_obstacle", lambda environ: "Qt needs libEGL.so.1; install it with: x")
    said = rvergui()
    assert (said.status, said.err) == (3, "Qt needs libEGL.so.1; install it with: x\n")
    assert opened == [{"act": "preload"}]


def test_a_library_that_does_not_load_is_told(rvergui, opened, monkeypatch):
    monkeypatch.setitem(sys.modules, "rvergui.gui.app", None)
    said = rvergui()
    assert said.status == module.WINDOW_CANNOT_OPEN == 3
    assert "rvergui doctor" in said.err
    assert "Traceback" not in said.err


def test_the_status_of_the_window_is_passed_on(rvergui, opened, monkeypatch):
    pretend_module(monkeypatch, "rvergui.gui.app", run=lambda *_, **__: 7)
    assert rvergui().status == 7


def test_help_of_the_window_shows_an_example(rvergui, opened):
    for word in ([], ["window"]):
        said = rvergui(*word, *(["--help"] if word else ["--demo", "--help"]))
        assert said.status == 0
        assert "rvergui --demo --screenshot window.png" in said.out
        assert "--segmenter" in said.out
    assert not opened


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], True),
        (["photos"], True),
        (["--demo"], True),
        (["window"], True),
        (["./doctor"], True),
        (["doctor"], False),
        (["--help"], False),
        (["--version"], False),
    ],
)
def test_the_first_argument_decides(arguments, expected):
    assert means_window(arguments) is expected


def test_a_shell_that_asks_for_completions_gets_them_and_no_window(rvergui, opened, monkeypatch):
    for name, value in (("_RVERGUI_COMPLETE", "complete_bash"), ("COMP_WORDS", "rvergui se"), ("COMP_CWORD", "1")):
        monkeypatch.setenv(name, value)
    said = rvergui()
    assert said.out.split() == ["segment"]
    assert not opened


def test_sizes_are_width_and_height():
    assert window_size("1280x800") == window_size(" 1280X800 ") == window_size("1280×800") == (1280, 800)


PROBE = """
import sys
sys.modules["rvergui.gui.app"] = type(sys)("rvergui.gui.app")
sys.modules["rvergui.gui.app"].run = lambda *_, **__: 0
from rvergui.__main__ import main
status = main(sys.argv[1:])
heavy = ["torch", "typer", "rich", "pydantic", "cv2", "timm", "torchvision", "PySide6", "sqlite3"]
print(status, [name for name in heavy if name in sys.modules])
"""


@pytest.mark.parametrize("arguments", [["--screenshot", "shot.png"], ["--demo", "--size", "800x600"]])
def test_on_the_way_to_the_window_nothing_heavy_is_loaded(tmp_path, arguments):
    ended = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        check=True,
    )
    assert ended.stdout == "0 []\n"
