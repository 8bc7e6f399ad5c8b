from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from rvergui.core import RverError
from rvergui.segment import registry
from rvergui.segment.protocol import Segmenter
from rvergui.segment.registry import DEFAULT_SEGMENTER, GROUP, create_segmenter, segmenter_names


def plug(name: str, value: str) -> EntryPoint:
    return EntryPoint(name=name, value=value, group=GROUP)


@pytest.fixture
def plugins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[EntryPoint]:
    """Entry points that this test installs, and a folder on the path where their modules can lie."""
    found: list[EntryPoint] = []
    monkeypatch.setattr(registry, "entry_points", lambda group: found if group == GROUP else [])
    monkeypatch.syspath_prepend(str(tmp_path))
    return found


def test_names_are_sorted_and_the_fake_is_hidden() -> None:
    names = segmenter_names()
    assert names == sorted(names)
    assert {"grabcut", "starter", "sam", "sam_vit_b", "sam_vit_l", "sam_vit_h", "mobile_sam"} == set(names)
    assert "fake" not in names
    assert set(segmenter_names(include_hidden=True)) == {*names, "fake"}
    assert DEFAULT_SEGMENTER in names


@pytest.mark.parametrize("name", ["fake", "grabcut"])
def test_creates_what_the_name_says(name: str) -> None:
    segmenter = create_segmenter(name)
    assert isinstance(segmenter, Segmenter)
    assert segmenter.name == name
    assert segmenter.description


def test_names_are_listed_without_importing_the_backends(plugins: list[EntryPoint]) -> None:
    plugins += [plug("zeta", "no_such_module_a:B"), plug("alpha", "no_such_module_b:B")]
    assert segmenter_names() == ["alpha", "zeta"]


def test_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(RverError, match=r"'magic'.*grabcut.*sam"):
        create_segmenter("magic")


def test_nothing_installed_says_so(plugins: list[EntryPoint]) -> None:
    with pytest.raises(RverError, match="install RveRGUI again"):
        create_segmenter("grabcut")


def test_plugin_that_cannot_be_imported_is_named_with_its_reason(plugins: list[EntryPoint], tmp_path: Path) -> None:
    (tmp_path / "broken_plug.py").write_text("raise ZeroDivisionError('the moon is full')")
    plugins.append(plug("moon", "broken_plug:Moon"))
    with pytest.raises(RverError, match=r"'moon'.*the moon is full"):
        create_segmenter("moon")
    assert "broken_plug" not in sys.modules


def test_plugin_without_the_named_class(plugins: list[EntryPoint], tmp_path: Path) -> None:
    (tmp_path / "hollow_plug.py").write_text("")
    plugins.append(plug("hollow", "hollow_plug:Missing"))
    with pytest.raises(RverError, match=r"'hollow'.*Missing"):
        create_segmenter("hollow")


def test_plugin_that_is_no_segmenter(plugins: list[EntryPoint], tmp_path: Path) -> None:
    (tmp_path / "odd_plug.py").write_text("class Odd:\n    def __init__(self, checkpoint=None): pass\n")
    plugins.append(plug("odd", "odd_plug:Odd"))
    with pytest.raises(RverError, match=r"'odd'.*no segmenter"):
        create_segmenter("odd")


def test_own_backend_is_not_shadowed(plugins: list[EntryPoint]) -> None:
    plugins += [plug("grabcut", "a_stranger:GrabCut"), plug("grabcut", "rvergui.segment.grabcut:GrabCutSegmenter")]
    assert create_segmenter("grabcut").name == "grabcut"


def test_options_reach_the_backend_and_unknown_ones_are_refused() -> None:
    with pytest.raises(RverError, match="told to fail"):
        create_segmenter("fake", fail_on="create")
    with pytest.raises(RverError, match=r"'grabcut'.*colour"):
        create_segmenter("grabcut", colour="red")


def test_grabcut_refuses_weights(tmp_path: Path) -> None:
    with pytest.raises(RverError, match=r"needs no weights.*x\.pth"):
        create_segmenter("grabcut", tmp_path / "x.pth")
