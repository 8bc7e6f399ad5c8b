from __future__ import annotations

import json
from pathlib import Path

import pytest

from rvergui.core import RverError
from rvergui.training.look_alikes import (
    LOOK_ALIKES_FILE,
    checked,
    look_alikes_beside,
    named_alike,
    parse_group,
    parse_groups,
    read_look_alikes,
    usable,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ketchup,chili paste", ("ketchup / chili paste", ("ketchup", "chili paste"))),
        ("sauces= ketchup , chili  paste", ("sauces", ("ketchup", "chili paste"))),
        ('nuts="almond, raw",walnut', ("nuts", ("almond, raw", "walnut"))),
        ("a,b,a,,c", ("a / b / c", ("a", "b", "c"))),
    ],
)
def test_groups_are_read_as_typed(text: str, expected: object) -> None:
    assert parse_group(text) == expected


@pytest.mark.parametrize("text", ["", "ketchup", "sauces=ketchup", "a,a", ",", "="])
def test_a_group_needs_two_classes(text: str) -> None:
    with pytest.raises(RverError, match="two classes at least"):
        parse_group(text)


def test_groups_come_from_files_too(tmp_path: Path) -> None:
    (tmp_path / "g.json").write_text('{"apples": ["Golden", "Granny"]}', encoding="utf-8")
    (tmp_path / "h.json").write_text('[["a", "b"]]', encoding="utf-8")
    (tmp_path / "t.txt").write_text("# sauces\n\nketchup, chili paste\n", encoding="utf-8-sig")
    assert read_look_alikes(tmp_path / "g.json") == {"apples": ("Golden", "Granny")}
    assert read_look_alikes(tmp_path / "h.json") == {"a / b": ("a", "b")}
    assert parse_groups([str(tmp_path / "t.txt"), "x,y"]) == {
        "ketchup / chili paste": ("ketchup", "chili paste"),
        "x / y": ("x", "y"),
    }


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.json", b"{", "no JSON"),
        ("a.json", b'{"g": "ketchup"}', "no list of names"),
        ("a.json", b'{"g": ["ketchup", 3]}', "no list of names"),
        ("a.json", b'"ketchup"', "names no look-alikes"),
        ("a.json", b'{"g": ["ketchup"]}', "two classes"),
        ("a.txt", b"\xff\xfe\x00", "no UTF-8"),
        ("a.txt", b"# nothing\n", "names no look-alikes"),
        ("a.txt", b"ketchup\n", "two classes"),
    ],
)
def test_broken_files_are_told_with_their_name(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(RverError, match=words) as error:
        read_look_alikes(tmp_path / name)
    assert name in str(error.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RverError, match="could not be read"):
        parse_groups([str(tmp_path / "gone.json")])


def test_names_that_are_asked_for_have_to_exist() -> None:
    assert checked({"g": ("KETCHUP", "chili paste")}, ["ketchup", "Chili Paste", "rice"]) == {
        "g": ("ketchup", "Chili Paste")
    }
    with pytest.raises(RverError, match="did you mean “ketchup”"):
        checked({"g": ("ketchip", "rice")}, ["ketchup", "rice"])
    with pytest.raises(RverError, match="check its spelling"):
        checked({"g": ("zzz", "rice")}, ["ketchup", "rice"])


def test_names_that_are_found_count_as_far_as_they_occur() -> None:
    assert usable({"g": ("a", "b", "c"), "h": ("a", "z")}, {"a", "c"}) == {"g": ("a", "c")}
    assert named_alike([["a", "b"], ["a"], ["a", "a"]]) == {"a / b": ("a", "b")}


def test_groups_lie_in_the_folder_of_pairs_or_above_it(tmp_path: Path) -> None:
    pairs = tmp_path / "pairs"
    pairs.mkdir()
    assert look_alikes_beside(pairs) == {}
    (tmp_path / LOOK_ALIKES_FILE).write_text(json.dumps({"above": ["a", "b"]}), encoding="utf-8")
    assert look_alikes_beside(pairs) == look_alikes_beside(tmp_path / "meals.rver") == {"above": ("a", "b")}
    (pairs / LOOK_ALIKES_FILE).write_text(json.dumps({"inside": ["a", "b"]}), encoding="utf-8")
    assert look_alikes_beside(pairs) == {"inside": ("a", "b")}
