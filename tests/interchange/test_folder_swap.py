from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from rvergui.core import RverError
from rvergui.interchange import folder_swap
from rvergui.interchange.folder_swap import replacing_folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def may(_: Path) -> None:
    return None


def test_a_new_folder_appears_with_its_parents(tmp_path):
    out = tmp_path / "deep" / "out"
    with replacing_folder(out, may) as building:
        (building / "a").write_text("1")
        assert not out.exists()
    assert names(out) == ["a"]
    assert names(out.parent) == ["out"]


@pytest.mark.skipif(os.name != "posix", reason="permissions")
def test_the_folder_has_the_usual_permissions(tmp_path):
    usual = tmp_path / "usual"
    usual.mkdir()
    with replacing_folder(tmp_path / "out", may):
        pass
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == stat.S_IMODE(usual.stat().st_mode)


def test_the_old_folder_is_replaced_as_a_whole(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "old").write_text("old")
    with replacing_folder(out, may) as building:
        (building / "new").write_text("new")
        assert names(out) == ["old"]
    assert names(out) == ["new"]
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("error", [RverError("no"), KeyboardInterrupt(), ValueError("x")])
def test_a_failure_leaves_the_old_folder_and_no_rest(tmp_path, error):
    out = tmp_path / "out"
    out.mkdir()
    (out / "old").write_text("old")

    def fail() -> None:
        with replacing_folder(out, may) as building:
            (building / "new").write_text("new")
            raise error

    with pytest.raises(type(error)):
        fail()
    assert names(out) == ["old"]
    assert names(tmp_path) == ["out"]


def test_a_full_disk_becomes_a_sentence(tmp_path):
    with pytest.raises(RverError, match="No space left") as caught, replacing_folder(tmp_path / "out", may):
        raise OSError(28, "No space left on device")
    assert str(tmp_path / "out") in str(caught.value)
    assert names(tmp_path) == []


def test_a_refusal_is_raised_before_anything_is_made(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine").write_text("mine")
    with pytest.raises(RverError, match="not that one"), replacing_folder(out, lambda _: "not that one"):
        raise AssertionError("must not get here")
    assert names(tmp_path) == ["out"]
    assert names(out) == ["mine"]


def test_a_file_put_there_meanwhile_stops_the_swap(tmp_path):
    out = tmp_path / "out"

    def only_if_empty(folder: Path) -> str | None:
        return "somebody else's"

    def overtaken() -> None:
        with replacing_folder(out, only_if_empty) as building:
            (building / "new").write_text("new")
            out.mkdir()
            (out / "theirs").write_text("theirs")

    with pytest.raises(RverError, match="somebody else"):
        overtaken()
    assert names(out) == ["theirs"]


def test_a_file_is_no_folder(tmp_path):
    out = tmp_path / "out"
    out.write_text("x")
    with pytest.raises(RverError, match="is a file"), replacing_folder(out, may):
        raise AssertionError("must not get here")
    with pytest.raises(RverError, match="could not be finished"), replacing_folder(out / "below", may):
        raise AssertionError("must not get here")


def test_if_the_new_folder_cannot_take_its_place_the_old_one_comes_back(tmp_path, monkeypatch):
    out = tmp_path / "out"
    out.mkdir()
    (out / "old").write_text("old")
    real = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if self.name.endswith(".part"):
            raise OSError(5, "Input/output error")
        return real(self, target)

    monkeypatch.setattr(folder_swap.Path, "rename", rename)
    with pytest.raises(RverError, match="Input/output error"), replacing_folder(out, may) as building:
        (building / "new").write_text("new")
    assert names(out) == ["old"]
    assert names(tmp_path) == ["out"]
