"""What networks saw, on disk: nothing that may happen to the file is more than a loss of time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rvergui.core import Mask
from rvergui.project import feature_cache
from rvergui.project.feature_cache import FeatureCache, Seen, object_key


def mask(x: int) -> Mask:
    return Mask.from_crop(np.ones((4, 4), bool), (x, 2), (20, 40))


def seen(number: int) -> Seen:
    random = np.random.default_rng(number)
    return random.random(12).astype(np.float16), random.random(3).astype(np.float32)


def same(one: Seen, other: Seen) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


KEYS = [object_key("photo", mask(x)) for x in range(6)]


@pytest.fixture
def cache(tmp_path: Path) -> FeatureCache:
    return FeatureCache(tmp_path / "meals.models" / "features.cache")


def test_objects_differ_by_photo_and_mask() -> None:
    assert len(set(KEYS)) == 6
    assert object_key("other", mask(0)) != KEYS[0]
    assert object_key("photo", mask(0)) == KEYS[0]


def test_what_is_kept_comes_back_for_the_same_network_only(cache: FeatureCache) -> None:
    assert cache.get("a", KEYS) == {}
    assert not cache.path.parent.exists()  # reading makes nothing
    cache.put("a", {KEYS[0]: seen(0), KEYS[1]: seen(1)})
    cache.put("b", {KEYS[0]: seen(7)})
    cache.close()
    found = FeatureCache(cache.path).get("a", KEYS)
    assert set(found) == set(KEYS[:2])
    assert same(found[KEYS[0]], seen(0))
    assert found[KEYS[0]][0].dtype == np.float16
    assert same(cache.get("b", KEYS[:1])[KEYS[0]], seen(7))
    cache.put("a", {KEYS[0]: seen(3)})
    assert same(cache.get("a", [KEYS[0]])[KEYS[0]], seen(3))


def test_an_untrained_network_says_nothing_besides(cache: FeatureCache) -> None:
    features, _ = seen(0)
    cache.put("a", {KEYS[0]: (features, np.zeros(0, np.float32))})
    assert cache.get("a", KEYS[:1])[KEYS[0]][1].shape == (0,)


def test_objects_that_are_gone_and_networks_of_long_ago_are_forgotten(cache: FeatureCache) -> None:
    cache.keep_only("a", [])  # nothing there yet
    for number, name in enumerate("abcd"):
        cache.put(name, {KEYS[0]: seen(number), KEYS[1]: seen(number)})
        cache.keep_only(name, KEYS[:1])
    assert [set(cache.get(name, KEYS)) for name in "abcd"] == [set(), {KEYS[0]}, {KEYS[0]}, {KEYS[0]}]


def test_more_than_one_question_can_hold(cache: FeatureCache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feature_cache, "_AT_ONCE", 2)
    cache.put("a", {key: seen(number) for number, key in enumerate(KEYS)})
    assert set(cache.get("a", [*KEYS, b"none"])) == set(KEYS)


@pytest.mark.parametrize("damage", [b"no database at all" * 100, b""])
def test_a_damaged_file_is_made_anew(cache: FeatureCache, damage: bytes) -> None:
    cache.put("a", {KEYS[0]: seen(0)})
    cache.close()
    cache.path.write_bytes(damage)
    assert cache.get("a", KEYS) == {}
    cache.put("a", {KEYS[0]: seen(0)})
    assert set(cache.get("a", KEYS)) == {KEYS[0]}


def test_a_row_that_was_altered_counts_as_not_there(cache: FeatureCache) -> None:
    cache.put("a", {KEYS[0]: seen(0), KEYS[1]: seen(1)})
    connection = cache._open()
    with connection:
        connection.execute("UPDATE seen SET features = zeroblob(24) WHERE object = ?", (KEYS[0],))
    assert set(cache.get("a", KEYS)) == {KEYS[1]}


def test_a_file_of_another_format_is_made_anew(cache: FeatureCache, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.put("a", {KEYS[0]: seen(0)})
    cache.close()
    monkeypatch.setattr(feature_cache, "FORMAT", 2)
    assert cache.get("a", KEYS) == {}
    cache.put("a", {KEYS[1]: seen(1)})
    assert set(cache.get("a", KEYS)) == {KEYS[1]}


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    cache = FeatureCache(tmp_path / "file" / "features.cache")
    cache.put("a", {KEYS[0]: seen(0)})
    assert cache.get("a", KEYS) == {}
    cache.keep_only("a", KEYS)
