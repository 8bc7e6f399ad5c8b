from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from rvergui.runtime.windows import preload_torch_libraries


@pytest.fixture
def torch_folder(tmp_path: Path) -> Path:
    library = tmp_path / "torch" / "lib"
    library.mkdir(parents=True)
    (library / "c10.dll").write_bytes(b"MZ")
    return tmp_path / "torch"


def finder(folder: Path):
    def find(name: str) -> ModuleSpec:
        assert name == "torch"
        spec = ModuleSpec("torch", None, is_package=True)
        spec.submodule_search_locations = [str(folder)]
        return spec

    return find


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_other_systems_are_left_alone(platform):
    def never(_: str) -> ModuleSpec:
        raise AssertionError("looked for torch")

    assert preload_torch_libraries(platform, find_spec=never) == []


def test_the_folder_is_added_before_the_library_is_loaded(torch_folder):
    acts: list[tuple[str, str]] = []
    loaded = preload_torch_libraries(
        "win32",
        find_spec=finder(torch_folder),
        add_folder=lambda folder: acts.append(("add", folder)),
        load=lambda library: acts.append(("load", library)),
    )
    assert loaded == ["c10.dll"]
    library = torch_folder / "lib"
    assert acts == [("add", str(library)), ("load", str(library / "c10.dll"))]


def test_torch_itself_is_not_imported():
    before = "torch" in sys.modules
    preload_torch_libraries("win32", add_folder=lambda _: None, load=lambda _: None)
    assert ("torch" in sys.modules) == before


def test_a_library_that_does_not_load_stops_nothing(torch_folder):
    def load(_: str) -> None:
        raise OSError(1114, "A dynamic link library (DLL) initialization routine failed")

    assert preload_torch_libraries("win32", finder(torch_folder), lambda _: None, load) == []


def test_without_torch_nothing_happens(tmp_path):
    def broken(_: str) -> ModuleSpec:
        raise ValueError("torch.__spec__ is None")

    def never(_: str) -> None:
        raise AssertionError("nothing to load")

    assert preload_torch_libraries("win32", lambda _: None, never, never) == []
    assert preload_torch_libraries("win32", broken, never, never) == []
    assert preload_torch_libraries("win32", finder(tmp_path / "gone"), never, never) == []
