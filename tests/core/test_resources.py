"""What ships beside the code: every icon is there, is an SVG, and can be tinted."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from rvergui.core import RverError, paths

SVG = "{http://www.w3.org/2000/svg}"
LINE_ICONS = [
    "open-folder",
    "open-project",
    "photo",
    "add-point",
    "remove-point",
    "box",
    "undo",
    "redo",
    "next",
    "previous",
    "delete",
    "fit",
    "zoom-in",
    "zoom-out",
    "retrain",
    "export",
    "find",
    "check",
    "warning",
    "classes",
    "info",
]


@pytest.mark.parametrize("name", LINE_ICONS)
def test_line_icons_have_one_grid_and_one_colour(name: str) -> None:
    root = ElementTree.parse(paths.resources() / "icons" / f"{name}.svg").getroot()
    assert root.tag == f"{SVG}svg"
    assert root.get("viewBox") == "0 0 24 24"
    assert root.get("stroke") == "#5b6470"
    assert len(root) >= 1
    assert all(
        element.get("stroke") is None and element.get("fill") is None for element in root.iter() if element is not root
    )


def test_no_two_icons_look_the_same() -> None:
    drawings = [(paths.resources() / "icons" / f"{name}.svg").read_text() for name in LINE_ICONS]
    assert len(set(drawings)) == len(LINE_ICONS)


def test_the_programs_icon_is_square() -> None:
    root = ElementTree.parse(paths.resources() / "icons" / "app.svg").getroot()
    assert root.get("viewBox") == "0 0 256 256"


def test_a_missing_folder_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path)
    with pytest.raises(RverError, match="install RveRGUI again"):
        paths.resources()


def test_an_installed_wheel_is_preferred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "rvergui"
    (package / "_resources").mkdir(parents=True)
    (package.parent / "resources").mkdir()
    monkeypatch.setattr(paths, "_PACKAGE", package)
    assert paths.resources() == package / "_resources"
