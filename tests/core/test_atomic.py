"""Files appear whole or not at all."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import pytest

from rvergui.core import RverError, atomic


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_a_new_file_and_its_folders_are_made(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b" / "übung.txt"
    atomic.write_text(target, "größe\n")
    assert target.read_bytes() == "größe\n".encode()
    assert names(target.parent) == ["übung.txt"]


def test_the_neighbour_lies_in_the_same_folder_and_is_hidden(tmp_path: Path) -> None:
    with atomic.replacing(tmp_path / "x.coco.json") as neighbour:
        assert neighbour.parent == tmp_path
        assert neighbour.name.startswith(".")
        assert neighbour.suffix == ".part"
        neighbour.write_text("new")
        assert not (tmp_path / "x.coco.json").exists()
    assert (tmp_path / "x.coco.json").read_text() == "new"


def test_a_failure_of_the_writer_leaves_the_old_file_and_no_rest(tmp_path: Path) -> None:
    target = tmp_path / "labels.json"
    target.write_text("old")

    def interrupted() -> None:
        with atomic.replacing(target) as neighbour:
            neighbour.write_text("half")
            raise KeyError("boom")

    with pytest.raises(KeyError):
        interrupted()
    assert target.read_text() == "old"
    assert names(tmp_path) == ["labels.json"]


def test_an_interrupt_leaves_no_rest_either(tmp_path: Path) -> None:
    def interrupted() -> None:
        with atomic.replacing(tmp_path / "x") as neighbour:
            neighbour.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert names(tmp_path) == []


@pytest.mark.parametrize("step", ["fsync", "replace", "write_bytes"])
def test_a_full_disk_is_one_sentence_and_the_old_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    target = tmp_path / "labels.json"
    target.write_text("old")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    owner: object = os if step == "fsync" else Path
    with monkeypatch.context() as patch:
        patch.setattr(owner, step, full)
        with pytest.raises(RverError) as caught:
            atomic.write_bytes(target, b"new")
    message = str(caught.value)
    assert "labels.json" in message
    assert str(tmp_path) in message
    assert "No space left" in message
    assert "free some space" in message
    assert "\n" not in message
    assert target.read_text() == "old"
    assert names(tmp_path) == ["labels.json"]


def test_a_folder_in_the_way_is_reported(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(RverError, match="taken could not be written"):
        atomic.write_text(tmp_path / "taken", "x")
    assert names(tmp_path) == ["taken"]


def test_a_file_in_place_of_the_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(RverError, match=r"x\.txt could not be written"):
        atomic.write_text(tmp_path / "file" / "x.txt", "x")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_reported(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(RverError, match="could not be written"):
            atomic.write_text(tmp_path / "x", "x")
    finally:
        tmp_path.chmod(0o755)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_new_files_follow_the_umask_and_old_ones_keep_their_permissions(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_text("")
    atomic.write_text(tmp_path / "new", "x")
    assert (tmp_path / "new").stat().st_mode == plain.stat().st_mode, "not the private mode of a temporary file"
    (tmp_path / "new").chmod(0o640)
    atomic.write_text(tmp_path / "new", "y")
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_behind_a_link_the_real_file_is_replaced(tmp_path: Path) -> None:
    real = tmp_path / "store" / "real.json"
    atomic.write_text(real, "old")
    link = tmp_path / "link.json"
    link.symlink_to(real)
    atomic.write_text(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert names(tmp_path) == ["link.json", "store"]


def test_long_names_fit(tmp_path: Path) -> None:
    target = tmp_path / ("ü" * 120 + ".json")
    atomic.write_text(target, "x")
    assert target.read_text() == "x"
