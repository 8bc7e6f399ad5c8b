from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rvergui.interchange.safe_names import MAX_BYTES, decode_name, encode_name, folder_names

FORBIDDEN = set('/\\:*?"<>|') | {chr(code) for code in range(32)} | {"\x7f"}
DEVICES = {"con", "prn", "aux", "nul"} | {f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789"}

anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("fried rice", "fried rice"),
        ("Käsespätzle", "Käsespätzle"),
        ("김치", "김치"),
        ("fish/chips", "fish%2Fchips"),
        ("50% fat", "50%25 fat"),
        ("what?", "what%3F"),
        ("etc.", "etc%2E"),
        ("etc...", "etc%2E%2E%2E"),
        (".", "%2E"),
        ("..", "%2E%2E"),
        (".hidden", "%2Ehidden"),
        ("con", "%63on"),
        ("CON.jpg", "%43ON.jpg"),
        ("Lpt1", "%4Cpt1"),
        ("console", "console"),
        ("a\tb", "a%09b"),
        ("", "%"),
    ],
)
def test_known_names(name, folder):
    assert encode_name(name) == folder
    assert decode_name(folder) == name


@given(anything)
def test_any_name_is_a_safe_component_and_comes_back(name):
    folder = encode_name(name)
    assert folder
    assert not FORBIDDEN & set(folder)
    assert folder not in (".", "..")
    assert folder[-1] not in ". "
    assert folder[0] != "."
    assert folder.split(".")[0].casefold() not in DEVICES
    assert len(folder.encode()) <= MAX_BYTES
    if "~" not in folder:
        assert decode_name(folder) == unicodedata.normalize("NFC", name)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=200, max_size=400))
def test_long_names_are_cut_but_stay_different(name):
    folder, other = encode_name(name), encode_name(name + "x")
    assert len(folder.encode()) <= MAX_BYTES
    assert folder != other
    assert not FORBIDDEN & set(folder)


def test_a_foreign_folder_name_is_taken_as_it_is():
    assert decode_name("100%20percent") == "100%20percent"  # a space would not have been encoded
    assert decode_name("50% fat") == "50% fat"
    assert decode_name("rice~2") == "rice~2"


@given(st.lists(anything, max_size=12))
def test_no_two_names_share_a_folder_where_case_is_ignored(names):
    folders = folder_names(names)
    assert set(folders) == set(names)
    folded = [unicodedata.normalize("NFC", folder).casefold() for folder in folders.values()]
    assert len(set(folded)) == len(folded)


def test_names_that_differ_in_case_only_are_told_apart():
    assert folder_names(["Rice", "rice", "rice~2", "RICE"]) == {
        "Rice": "Rice",
        "rice": "rice~2",
        "rice~2": "rice~2~2",
        "RICE": "RICE~3",
    }


def test_the_file_system_takes_the_hard_ones(tmp_path):
    hard = ["a/b", "..", ".", "nul", "x" * 120, "🍣" * 120, 'q"*?<>|', "trailing. ", "\u0007bell"]
    for folder in folder_names(hard).values():
        (tmp_path / folder).mkdir()
    assert len(list(tmp_path.iterdir())) == len(hard)
