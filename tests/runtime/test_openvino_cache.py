from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from rvergui.core import RverError
from rvergui.runtime import openvino_cache
from rvergui.runtime.openvino_cache import CacheKey, OpenVinoCache, StoredNetwork


@pytest.fixture
def cache(tmp_path: Path) -> OpenVinoCache:
    return OpenVinoCache(tmp_path / "openvino")


def put(cache: OpenVinoCache, label: str, size: int = 100, **parts: object) -> StoredNetwork:
    key = CacheKey(label, parts)
    part = cache.begin(key)
    (part / "encoder.xml").write_text("<net/>")
    (part / "encoder.bin").write_bytes(bytes(size))
    return cache.finish(key, part, ("encoder",), {"side": 8})


def test_what_was_put_is_found_with_what_was_to_be_remembered(cache: OpenVinoCache) -> None:
    stored = put(cache, "SAM ViT-B", weights="abc")
    found = cache.find(CacheKey("SAM ViT-B", {"weights": "abc"}))
    assert found == stored
    assert found is not None
    assert found.xml("encoder").read_text() == "<net/>"
    assert (found.graphs, found.info["side"]) == (("encoder",), 8)
    assert found.folder.name.startswith("sam-vit-b-")


def test_other_weights_and_another_openvino_are_other_networks(
    cache: OpenVinoCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(cache, "net", weights="abc")
    assert cache.find(CacheKey("net", {"weights": "abd"})) is None
    monkeypatch.setattr(openvino_cache, "installed_version", lambda: "2099.1")
    assert cache.find(CacheKey("net", {"weights": "abc"})) is None


@pytest.mark.parametrize("harm", ["flip", "shorten", "remove", "description", "foreign"])
def test_a_damaged_network_counts_as_not_there(cache: OpenVinoCache, harm: str) -> None:
    stored = put(cache, "net", weights="abc")
    binary, description = stored.folder / "encoder.bin", stored.folder / "model.json"
    if harm == "flip":
        binary.write_bytes(bytes(50) + b"\x01" + bytes(49))
    elif harm == "shorten":
        binary.write_bytes(bytes(99))
    elif harm == "remove":
        binary.unlink()
    elif harm == "description":
        description.write_text("{")
    else:
        told = json.loads(description.read_text())
        description.write_text(json.dumps({**told, "key": {**told["key"], "weights": "abd"}}))
    assert cache.find(CacheKey("net", {"weights": "abc"})) is None
    assert put(cache, "net", weights="abc") == cache.find(CacheKey("net", {"weights": "abc"}))


def test_tidying_removes_leftovers_and_other_versions(cache: OpenVinoCache, monkeypatch: pytest.MonkeyPatch) -> None:
    left = cache.begin(CacheKey("broken-off", {}))
    with monkeypatch.context() as older:
        older.setattr(openvino_cache, "installed_version", lambda: "2020.1")
        old = put(cache, "net", weights="abc")
    new = put(cache, "net", weights="abc")
    assert sorted(cache.tidy()) == sorted([left.name, old.folder.name])
    assert not left.exists()
    assert new.folder.is_dir()


def test_tidying_leaves_alone_what_somebody_is_making(cache: OpenVinoCache) -> None:
    key = CacheKey("net", {})
    with cache.lock(key):
        part = cache.begin(key)
        assert cache.tidy() == []
        assert part.is_dir()


def test_beyond_the_budget_what_was_not_used_for_longest_goes(tmp_path: Path) -> None:
    cache = OpenVinoCache(tmp_path, budget=5000)
    stored = [put(cache, f"net{number}", size=2000) for number in range(3)]
    for age, network in enumerate(reversed(stored)):
        os.utime(network.folder / "model.json", (1000.0 - age, 1000.0 - age))
    cache.find(CacheKey("net0", {}))  # used again
    assert cache.tidy() == [stored[1].folder.name]
    assert cache.tidy() == []


def test_a_cache_that_cannot_be_written_to_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RverError, match=r"RVERGUI_CACHE") as caught:
        OpenVinoCache(tmp_path / "file" / "openvino").begin(CacheKey("net", {}))
    assert "\n" not in str(caught.value)


def test_the_settings_name_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RVERGUI_CACHE", str(tmp_path / "mine"))
    assert OpenVinoCache().folder == tmp_path / "mine" / "openvino"
