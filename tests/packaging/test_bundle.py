"""What a bundle and a desktop need: the program as its own child, and files that say the truth about it."""

from __future__ import annotations

import ast
import configparser
import multiprocessing
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

import rvergui
from rvergui.__main__ import main
from rvergui.gui.trainer import program
from rvergui.project.schema import APPLICATION_ID, SUFFIX

REPOSITORY = Path(__file__).resolve().parent.parent.parent
PACKAGING = REPOSITORY / "packaging"


def test_in_a_bundle_the_engines_process_is_recognised_before_any_argument_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class EngineProcess(BaseException):
        """Stands for the child that never comes back from ``freeze_support``."""

    def become_the_child() -> None:
        raise EngineProcess

    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(multiprocessing, "freeze_support", become_the_child)
    with pytest.raises(EngineProcess):
        main(["--multiprocessing-fork", "parent_pid=1", "pipe_handle=2"])


def test_in_a_bundle_training_starts_the_program_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    assert program() == [sys.executable, "-m", "rvergui"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert program() == [sys.executable]


def test_in_a_bundle_the_arguments_of_a_child_reach_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert main(["export", str(tmp_path / "no.rver"), str(tmp_path / "out"), "--format", "pairs"]) == 1
    assert "no.rver" in capsys.readouterr().err


def test_the_recipe_names_files_that_exist() -> None:
    tree = ast.parse((PACKAGING / "rvergui.spec").read_text(encoding="utf-8"))
    parts = [
        [node.right.value, *_left_strings(node.left)]
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and isinstance(node.right, ast.Constant)
    ]
    paths = [REPOSITORY.joinpath(*reversed([str(part) for part in found])) for found in parts]
    assert REPOSITORY / "rvergui" / "__main__.py" in paths
    assert all(path.exists() for path in paths)


def _left_strings(node: ast.expr) -> list[object]:
    if isinstance(node, ast.BinOp) and isinstance(node.right, ast.Constant):
        return [node.right.value, *_left_strings(node.left)]
    return []


def test_the_desktop_entry_starts_the_program() -> None:
    reader = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    reader.optionxform = str  # type: ignore[assignment,method-assign]
    reader.read(PACKAGING / "rvergui.desktop", encoding="utf-8")
    entry = reader["Desktop Entry"]
    assert entry["Exec"] == "rvergui %f"
    assert entry["Type"] == "Application"
    assert "application/x-rvergui-project" in entry["MimeType"]


def test_the_catalogue_knows_the_present_version_and_the_desktop_entry() -> None:
    (path,) = PACKAGING.glob("*.metainfo.xml")
    component = ElementTree.parse(path).getroot()
    assert component.findtext("launchable") == "rvergui.desktop"
    assert (PACKAGING / str(component.findtext("launchable"))).is_file()
    release = component.find("releases/release")
    assert release is not None
    assert release.get("version") == rvergui.__version__
    assert component.findtext("project_license") == "Apache-2.0"


def test_the_desktop_recognises_projects_by_what_the_program_writes() -> None:
    space = {"m": "http://www.freedesktop.org/standards/shared-mime-info"}
    root = ElementTree.parse(PACKAGING / "rvergui-mime.xml").getroot()
    match = root.find("m:mime-type/m:magic/m:match", space)
    glob = root.find("m:mime-type/m:glob", space)
    assert match is not None
    assert glob is not None
    # SQLite writes the application id at this place of its header, high byte first.
    assert (match.get("type"), match.get("offset")) == ("big32", "68")
    assert int(str(match.get("value")), 16) == APPLICATION_ID
    assert glob.get("pattern") == f"*{SUFFIX}"
