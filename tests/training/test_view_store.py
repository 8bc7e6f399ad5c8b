from __future__ import annotations

import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from rvergui.core import RverError
from rvergui.rvernet.preprocessing import Frame, Preprocessing
from rvergui.training import view_store
from rvergui.training.sources import CutObject, CutPhoto
from rvergui.training.view_store import StoppedError, ViewStore, cut_views

SMALL = Preprocessing(size=16)
FRAME = Frame(height=8, width=16, x=0, y=4)


@dataclass(frozen=True)
class FakeWork:
    number: int
    split: str | None = None
    broken: bool = False

    def cut(self, preprocessing: Preprocessing, pixel_limit: int) -> CutPhoto:
        if self.broken:
            raise RverError(f"photo {self.number} is damaged.")
        view = np.full((16, 16, 3), self.number, dtype=np.uint8)
        view[:, :8] += 100
        return CutPhoto(f"key{self.number}", (CutObject("rice", view, 255 - view, FRAME),), (f"note {self.number}",))


def _cut(work: list[FakeWork], workers: int = 2) -> ViewStore:
    return cut_views(work, SMALL, 1000, workers, lambda done, total: None, lambda: False)


def test_examples_keep_their_order_and_problems_are_told() -> None:
    store = _cut([FakeWork(0, "train"), FakeWork(1, broken=True), FakeWork(2, "test"), *map(FakeWork, range(3, 12))])
    assert store.photo_keys == ("key0", "key2", *(f"key{i}" for i in range(3, 12)))
    assert store.splits[:3] == ("train", "test", None)
    assert [int(view[0, 0, 15, 0]) for view in store.views] == [0, *range(2, 12)]
    assert store.skipped[:3] == ("note 0", "photo 1 is damaged.", "note 2")


def test_many_examples_go_to_a_temporary_file_and_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    work = [FakeWork(i) for i in range(20)]
    in_memory = _cut(work)
    monkeypatch.setattr(view_store, "MEMORY_LIMIT", 5 * 2 * 16 * 16 * 3)
    on_disk = _cut(work)
    assert isinstance(on_disk.views, np.memmap)
    assert np.array_equal(on_disk.views, in_memory.views)
    assert on_disk.fingerprint == in_memory.fingerprint


def test_a_full_temporary_disk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def write(self, data: bytes) -> int:
            raise OSError(28, "No space left on device")

        def close(self) -> None:
            pass

    monkeypatch.setattr(view_store, "MEMORY_LIMIT", 0)
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: Full())
    with pytest.raises(RverError, match=r"No space left on device.*TMPDIR"):
        _cut([FakeWork(0)])


def test_pairs_are_copies_and_can_be_had_without_surroundings() -> None:
    store = _cut([FakeWork(1), FakeWork(2)])
    roi, extra = store.pairs([1, 0])
    assert np.array_equal(roi, store.views[[1, 0], 0])
    assert np.array_equal(extra, store.views[[1, 0], 1])
    roi[:], extra[:] = 9, 9
    alone_roi, alone_extra = store.pairs([1], context=False)
    assert np.array_equal(alone_roi[0], store.views[1, 0])
    assert (alone_extra[0][4:12] == 0).all()
    assert (alone_extra[0][:4] == 125).all()
    assert (alone_extra[0][12:] == 125).all()


def test_the_fingerprint_tells_data_apart_but_not_their_order() -> None:
    one, turned, other = (
        _cut([FakeWork(1), FakeWork(2)]),
        _cut([FakeWork(2), FakeWork(1)]),
        _cut([FakeWork(1), FakeWork(3)]),
    )
    assert one.fingerprint == turned.fingerprint != other.fingerprint


def test_nothing_that_opens_is_an_error_that_says_why() -> None:
    with pytest.raises(RverError, match="the first: photo 1 is damaged"):
        _cut([FakeWork(1, broken=True)])


def test_photos_without_objects_are_an_error(tmp_path: Path) -> None:
    class Bare(FakeWork):
        def cut(self, preprocessing: Preprocessing, pixel_limit: int) -> CutPhoto:
            return CutPhoto("k", (), ())

    with pytest.raises(RverError, match="Not one of the labelled"):
        _cut([Bare(0)])


def test_cutting_stops_when_asked() -> None:
    asked = threading.Event()

    def progress(done: int, total: int) -> None:
        if done == 3:
            asked.set()

    with pytest.raises(StoppedError):
        cut_views([FakeWork(i) for i in range(100)], SMALL, 1000, 2, progress, asked.is_set)


def test_progress_counts_photos() -> None:
    seen: list[tuple[int, int]] = []
    cut_views([FakeWork(0), FakeWork(1, broken=True)], SMALL, 1000, 1, lambda d, t: seen.append((d, t)), lambda: False)
    assert seen == [(1, 2), (2, 2)]
