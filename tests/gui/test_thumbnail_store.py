"""Thumbnails kept on disk."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from rvergui.gui import thumbnail_store
from rvergui.gui.thumbnail_store import FILE, ThumbnailStore

GREY = np.full((40, 56, 3), 128, np.uint8)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"not opened here")
    return path


def test_what_was_put_in_comes_out_also_for_another_window(tmp_path: Path, photo: Path) -> None:
    store, other = ThumbnailStore(tmp_path / "cache"), ThumbnailStore(tmp_path / "cache")
    assert store.get(photo, 112) is None
    store.put(photo, 112, GREY)
    for each in (store, other):
        found = each.get(photo, 112)
        assert found is not None
        assert found.shape == GREY.shape
        assert np.abs(found.astype(int) - 128).max() < 4
        assert each.get(photo, 64) is None
        each.close()
    assert other.get(photo, 112) is not None  # opened again
    other.close()


def test_another_file_in_its_place_has_another_thumbnail(tmp_path: Path, photo: Path) -> None:
    store = ThumbnailStore(tmp_path / "cache")
    store.put(photo, 112, GREY)
    os.utime(photo, ns=(1, 2))
    assert store.get(photo, 112) is None
    store.put(photo, 112, GREY)
    photo.unlink()
    assert store.get(photo, 112) is None
    store.put(photo, 112, GREY)  # of a file that is gone: nothing to keep
    store.close()


def test_what_was_not_used_for_longest_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    day = 1
    monkeypatch.setattr(thumbnail_store, "_today", lambda: day)
    photos = [tmp_path / f"{n}.jpg" for n in range(30)]
    store = ThumbnailStore(tmp_path / "cache", kept=20)
    for photo in photos:
        photo.write_bytes(b"x")
        store.put(photo, 112, GREY)
    day = 2
    assert store.get(photos[3], 112) is not None
    store.close()
    assert store.get(photos[3], 112) is not None
    assert sum(store.get(photo, 112) is not None for photo in photos) == 18
    store.close()


@pytest.mark.parametrize("damage", [b"this is no database at all, but long enough to be looked at " * 20, b""])
def test_a_damaged_file_is_begun_anew(tmp_path: Path, photo: Path, damage: bytes) -> None:
    (tmp_path / FILE).write_bytes(damage)
    store = ThumbnailStore(tmp_path)
    assert store.get(photo, 112) is None
    store.put(photo, 112, GREY)
    assert store.get(photo, 112) is not None
    store.close()


def test_where_nothing_can_be_kept_nothing_is_said(tmp_path: Path, photo: Path) -> None:
    (tmp_path / "taken").write_bytes(b"a file where the folder should be")
    store = ThumbnailStore(tmp_path / "taken")
    store.put(photo, 112, GREY)
    assert store.get(photo, 112) is None
    store.close()
