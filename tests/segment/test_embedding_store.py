"""Embeddings on disk: what goes in comes out, and nothing that happens to a file or a disk hurts."""

from __future__ import annotations

import errno
import os
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sam_cases import TINY, random_sam
from segment_cases import click, dish_photo, iou

from rvergui.core import Box, Photo, Point, Prompt
from rvergui.segment import embedding_store as module
from rvergui.segment.embedding_store import EmbeddingStore, pack, unpack, usual_store
from rvergui.segment.fake import FakeSegmenter
from rvergui.segment.protocol import Embedding
from rvergui.segment.sam import SamSegmenter
from rvergui.segment.upsample import candidate_mask

TYPES = ("float16", "float32", "float64", "int8", "uint8", "int64", "bool", ">f4", ">i2")


def embedding(key: str = "photo", signature: str = "net-1", **arrays: np.ndarray) -> Embedding:
    return Embedding(photo_key=key, size=(30, 40), signature=signature, arrays=arrays or {"x": np.ones(3, np.float32)})


@pytest.fixture
def store(tmp_path: Path) -> EmbeddingStore:
    return EmbeddingStore(tmp_path / "embeddings")


shapes = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5)
arrays = st.sampled_from(TYPES).flatmap(lambda kind: hnp.arrays(np.dtype(kind), shapes))


@settings(max_examples=60)
@given(st.dictionaries(st.text(max_size=8), arrays, max_size=3), st.text(max_size=12), st.text(max_size=12))
def test_what_is_packed_is_unpacked(arrays: dict[str, np.ndarray], key: str, signature: str) -> None:
    data = pack(embedding(key, signature, **arrays))
    back = unpack(data)
    assert (back.photo_key, back.signature, back.size) == (key, signature, (30, 40))
    assert set(back.arrays) == set(arrays or {"x": 0})
    for name, array in arrays.items():
        there = back.arrays[name]
        assert there.shape == array.shape
        assert there.dtype == array.dtype.newbyteorder("=")
        if array.dtype.kind != "f":
            assert np.array_equal(there, array)
        elif np.isfinite(array).all() and array.size:
            assert np.abs(there.astype(np.float64) - array).max() <= 1.001e-3 * np.abs(array.astype(np.float64)).max()
        else:
            assert np.array_equal(there, array, equal_nan=True)


@pytest.mark.parametrize("values", [[70_000.0, 1.0], [1e-9, 2e-9], [np.inf, 1.0], [np.nan, 1.0], [-1e30, 0.5]])
def test_what_16_bits_cannot_hold_stays_as_it_is(values: list[float]) -> None:
    array = np.array(values, np.float32)
    there = unpack(pack(embedding(x=array))).arrays["x"]
    assert np.array_equal(there, array, equal_nan=True)


def test_floats_take_half_the_place(store: EmbeddingStore) -> None:
    features = np.random.default_rng(0).normal(size=(256, 64, 64)).astype(np.float32)
    store.put(embedding(x=features))
    assert 0.5 * features.nbytes < store.size() < 0.51 * features.nbytes


def test_arrays_that_are_no_plain_numbers_are_not_kept(store: EmbeddingStore) -> None:
    assert not store.put(embedding(x=np.array(["a"], dtype=object)))
    assert not store.put(embedding(x=np.array([1j])))
    assert store.size() == 0


def test_each_photo_and_each_network_has_its_own(store: EmbeddingStore) -> None:
    for key, signature, value in (("a", "1", 1.0), ("a", "2", 2.0), ("b", "1", 3.0), ("a/1", "", 4.0)):
        assert store.put(embedding(key, signature, x=np.array([value])))
    assert store.get("a", "2").arrays["x"] == [2.0]
    assert store.get("b", "1").arrays["x"] == [3.0]
    assert store.get("a/1", "").arrays["x"] == [4.0]
    assert store.get("b", "2") is None
    assert store.has("a", "1")
    assert not store.has("a", "3")


def test_every_damaged_byte_is_noticed_and_the_file_removed(store: EmbeddingStore) -> None:
    store.put(embedding(x=np.arange(4, dtype=np.float32)))
    path = store.path("photo", "net-1")
    whole = path.read_bytes()
    rng = np.random.default_rng(1)
    broken = [whole[:n] for n in (0, 3, 4, 11, 12, len(whole) // 2, len(whole) - 1)]
    broken += [whole + b"x", b"not an embedding", bytes(len(whole))]
    for place in rng.choice(len(whole), 40, replace=False):
        broken.append(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
    for data in broken:
        path.write_bytes(data)
        assert store.get("photo", "net-1") is None
        assert not path.exists()
    assert store.put(embedding())
    assert store.get("photo", "net-1") is not None


def test_another_version_of_the_format_is_no_use(store: EmbeddingStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FORMAT", 99)
    store.put(embedding())
    monkeypatch.undo()
    assert store.get("photo", "net-1") is None
    assert not store.has("photo", "net-1")


def test_a_file_of_another_photo_in_this_place_is_no_use(store: EmbeddingStore) -> None:
    store.put(embedding("other"))
    store.path("other", "net-1").rename(store.path("photo", "net-1"))
    assert store.get("photo", "net-1") is None
    assert store.size() == 0


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    each = len(pack(embedding("0", x=np.zeros(1000, np.uint8))))
    store = EmbeddingStore(tmp_path, budget=3 * each + 50)
    for n in range(3):
        store.put(embedding(str(n), x=np.zeros(1000, np.uint8)))
        os.utime(store.path(str(n), "net-1"), (1000 + n, 1000 + n))
    assert store.get("0", "net-1") is not None  # used just now
    store.put(embedding("3", x=np.zeros(1000, np.uint8)))
    assert [store.has(str(n), "net-1") for n in range(4)] == [True, False, True, True]
    assert store.size() <= store.budget
    assert not store.put(embedding("large", x=np.zeros(10_000, np.uint8)))
    assert store.has("3", "net-1")


def test_leftovers_of_a_killed_program_are_swept(store: EmbeddingStore) -> None:
    store.put(embedding())
    old, new = (store.folder / f".{n}{module.SUFFIX}.{n}.part" for n in "ab")
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (1000, 1000))
    store.put(embedding("next"))
    assert not old.exists()
    assert new.exists()  # another program may be writing it just now


def test_a_full_disk_is_nobodys_business(store: EmbeddingStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert not store.put(embedding())
    monkeypatch.undo()
    assert list(store.folder.iterdir()) == []
    monkeypatch.setattr(module, "_LEAVE_FREE", 1 << 60)
    assert not store.put(embedding())
    monkeypatch.undo()
    assert store.put(embedding())


def test_a_folder_that_cannot_be_made_or_read_is_nobodys_business(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    store = EmbeddingStore(tmp_path / "file" / "embeddings")
    assert not store.put(embedding())
    assert store.get("photo", "net-1") is None
    assert not store.has("photo", "net-1")
    assert store.size() == 0
    (tmp_path / "embeddings").mkdir()
    store = EmbeddingStore(tmp_path / "embeddings")
    store.path("photo", "net-1").mkdir()  # where the file should be
    assert store.get("photo", "net-1") is None
    assert not store.put(embedding())


def test_two_programs_at_once(tmp_path: Path) -> None:
    each = len(pack(embedding("0", x=np.zeros(5000, np.uint8))))
    wrong: list[object] = []

    def work(seed: int) -> None:
        mine = EmbeddingStore(tmp_path, budget=4 * each)
        rng = np.random.default_rng(seed)
        end = time.monotonic() + 0.8
        while time.monotonic() < end:
            key = str(rng.integers(8))
            if rng.random() < 0.5:
                mine.put(embedding(key, x=np.full(5000, int(key), np.uint8)))
            else:
                found = mine.get(key, "net-1")
                if found is not None and not (found.arrays["x"] == int(key)).all():
                    wrong.append(found)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert EmbeddingStore(tmp_path).size() <= 7 * each  # each may have one more than the others knew of


def test_masks_from_an_embedding_that_was_kept_are_the_same(store: EmbeddingStore) -> None:
    segmenter = FakeSegmenter()
    photo = Photo(pixels=np.zeros((120, 200, 3), np.uint8), key="a photo")
    fresh = segmenter.encode(photo)
    store.put(fresh)
    kept = store.get("a photo", segmenter.signature)
    for prompt in (Prompt((Point(60, 50),)), Prompt((Point(60, 50), Point(90, 80, False)), Box(20, 20, 120, 110))):
        one, other = segmenter.decode(fresh, prompt), segmenter.decode(kept, prompt)
        for index in range(len(one)):
            assert candidate_mask(one, index) == candidate_mask(other, index)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mb=st.integers(0, 5))
def test_the_environment_moves_and_limits_it(mb: int, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RVERGUI_CACHE", str(tmp_path))
        patch.setenv("RVERGUI_CACHE_MB", str(mb))
        store = usual_store()
    if mb == 0:
        assert store is None
    else:
        assert store.folder == tmp_path / "embeddings"
        assert store.budget == mb << 20


def test_without_settings_it_is_in_the_users_cache_folder() -> None:
    store = usual_store()
    assert store.folder.name == "embeddings"
    assert "rvergui" in str(store.folder)
    assert store.budget == 4096 << 20


def test_masks_of_a_sam_are_the_same_from_what_was_kept(store: EmbeddingStore, tmp_path: Path) -> None:
    weights = tmp_path / "any_name.pth"
    torch.save(random_sam(TINY).state_dict(), weights)
    segmenter = SamSegmenter(weights, device="cpu")
    fresh = segmenter.encode(dish_photo((133, 217))[0])
    store.put(fresh)
    kept = store.get(fresh.photo_key, segmenter.signature)
    assert kept is not None
    assert kept.arrays["features"].dtype == np.float32
    assert not np.array_equal(kept.arrays["features"], fresh.arrays["features"])  # rounded
    for prompt in (click((110, 70)), click((110, 70), away=((30, 40),)), Prompt(box=Box(40, 20, 170, 110))):
        one, other = segmenter.decode(fresh, prompt), segmenter.decode(kept, prompt)
        np.testing.assert_allclose(other.scores, one.scores, atol=2e-3)
        spread = float(np.abs(one.logits).max())
        np.testing.assert_allclose(other.logits, one.logits, atol=4e-3 * spread)
        for index in range(len(one)):
            assert iou(candidate_mask(one, index), candidate_mask(other, index)) > 0.99
