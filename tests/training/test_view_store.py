from __future__ import annotations

import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from rvergui.core import Mask, RverError
from rvergui.rvernet.preprocessing import Example, Frame, Layer, Preprocessing, ViewCutter
from rvergui.rvernet.view_layers import Patch
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
        picture = np.full((8, 16, 3), self.number, dtype=np.uint8)
        cover = np.zeros((8, 16), dtype=np.uint8)
        cover[2:6, 3:9] = 255
        roi = Layer(picture, cover, "object", FRAME)
        exact = Patch(3, 2, np.full((4, 6, 3), 200, dtype=np.uint8))
        example = Example(roi, Layer(picture, cover, "rest", FRAME, exact=exact), 16, 125)
        return CutPhoto(f"key{self.number}", (CutObject("rice", example),), (f"note {self.number}",))


def _cut(work: list[FakeWork], workers: int = 2) -> ViewStore:
    return cut_views(work, SMALL, 1000, workers, lambda done, total: None, lambda: False)


def test_examples_keep_their_order_and_problems_are_told() -> None:
    store = _cut([FakeWork(0, "train"), FakeWork(1, broken=True), FakeWork(2, "test"), *map(FakeWork, range(3, 12))])
    assert store.photo_keys == ("key0", "key2", *(f"key{i}" for i in range(3, 12)))
    assert store.splits[:3] == ("train", "test", None)
    assert [int(view[6, 4, 0]) for view in store.pairs(range(11))[0]] == [0, *range(2, 12)]
    assert store.skipped[:3] == ("note 0", "photo 1 is damaged.", "note 2")


def test_many_examples_go_to_a_temporary_file_and_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    work = [FakeWork(i) for i in range(20)]
    in_memory = _cut(work)
    monkeypatch.setattr(view_store, "MEMORY_LIMIT", 5 * 8 * 16 * 3)
    on_disk = _cut(work)
    assert isinstance(on_disk._heap._bytes, np.memmap)
    assert not isinstance(in_memory._heap._bytes, np.memmap)
    for ours, theirs in zip(on_disk.pairs(range(20)), in_memory.pairs(range(20)), strict=True):
        assert np.array_equal(ours, theirs)
    assert on_disk.fingerprint == in_memory.fingerprint


def test_a_full_temporary_disk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def write(self, data: bytes) -> int:
            raise OSError(28, "No space left on device")

        def close(self) -> None:
            pass

        def flush(self) -> None:
            pass

    monkeypatch.setattr(view_store, "MEMORY_LIMIT", 0)
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: Full())
    with pytest.raises(RverError, match=r"No space left on device.*TMPDIR"):
        _cut([FakeWork(0)])


def test_pairs_are_copies_and_can_be_had_without_surroundings() -> None:
    store = _cut([FakeWork(1), FakeWork(2)])
    roi, extra = store.pairs([1, 0])
    assert (roi[0, 6:10, 3:9] == 2).all()
    assert (roi[0, 4:6] == 0).all()
    assert (roi[0, :4] == 125).all()
    assert (extra[1, 6:10, 3:9] == 200).all()
    assert (extra[1, 4:12, :3] == 1).all()
    before = roi.copy()
    roi[:], extra[:] = 9, 9
    assert np.array_equal(store.pairs([1, 0])[0], before)
    alone_roi, alone_extra = store.pairs([1], context=False)
    assert np.array_equal(alone_roi[0], before[0])
    assert (alone_extra[0][4:12] == 0).all()
    assert (alone_extra[0][:4] == 125).all()
    assert (alone_extra[0][12:] == 125).all()


def test_objects_of_a_photo_share_its_picture() -> None:
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (60, 80, 3), dtype=np.uint8)

    class Photo(FakeWork):
        def cut(self, preprocessing: Preprocessing, pixel_limit: int) -> CutPhoto:
            cutter = ViewCutter(pixels, preprocessing)
            masks = [Mask.from_crop(np.ones((9, 9)), (6 * i, 4 * i), (60, 80)) for i in range(10)]
            return CutPhoto("k", tuple(CutObject("a", cutter.example(mask)) for mask in masks))

    how = Preprocessing(size=64)
    store = cut_views([Photo(0)], how, 10**6, 1, lambda done, total: None, lambda: False)
    fitted = 48 * 64 * 3
    assert len(store._heap._bytes) < 3 * fitted  # ten times two whole views would be twenty
    example = store.example(3)
    assert example.roi.picture is example.extra.picture
    assert example.roi.cover is example.extra.cover
    assert not example.roi.picture.flags.writeable


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
