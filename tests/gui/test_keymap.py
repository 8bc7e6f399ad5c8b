"""Which keys do what, chosen, stored, in conflict, and wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QSettings

from rvergui.gui.acts import Act
from rvergui.gui.keymap import STORED, Keymap, normal
from rvergui.gui.memory import Memory

ACTS = (
    Act("open", "File", "Open", ("Ctrl+O",)),
    Act("zoom", "View", "Zoom", ("Ctrl++", "Ctrl+=")),
    Act("about", "Help", "About"),
    Act("sheet", "Help", "Sheet", ("?", "F1")),
)


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))


def _again(memory: Memory) -> Keymap:
    memory.settings.sync()
    return Keymap(ACTS, Memory(QSettings(memory.settings.fileName(), QSettings.Format.IniFormat)))


def test_a_chosen_key_is_there_at_the_next_start(memory: Memory) -> None:
    keymap = Keymap(ACTS, memory)
    keymap.give("about", ["f9", "Ctrl+Shift+A"])
    again = _again(memory)
    assert again["about"] == ("F9", "Ctrl+Shift+A")
    assert [key for key in memory.settings.allKeys() if key.startswith(STORED)] == [STORED + "about"]
    again.reset("about")
    assert _again(memory)["about"] == ()
    assert not again._memory.settings.allKeys()


def test_a_key_does_one_thing_only(memory: Memory) -> None:
    keymap = Keymap(ACTS, memory)
    told: list[str] = []
    keymap.changed.connect(told.append)
    assert keymap.owner("Ctrl+O") == "open"
    keymap.give("zoom", ["Ctrl+O"])
    assert (keymap["zoom"], keymap["open"]) == (("Ctrl+O",), ())
    assert sorted(told) == ["open", "zoom"]
    assert (_again(memory)["zoom"], _again(memory)["open"]) == (("Ctrl+O",), ())
    keymap.reset_all()
    assert all(keymap.is_default(act.key) for act in ACTS)
    assert not memory.settings.allKeys()


def test_keys_that_a_later_version_gives_to_another_act_stay_with_who_chose_them(memory: Memory) -> None:
    Keymap(ACTS, memory).give("about", ["F7"])
    memory.settings.sync()
    later = Keymap((*ACTS, Act("new", "File", "New", ("F7", "F8"))), memory)
    assert (later["about"], later["new"]) == (("F7",), ("F8",))


@pytest.mark.parametrize("stored", ["{", "7", '["Ctrl+O", 3]', '["nonsense"]', "Ctrl+K", '{"a": 1}', "[[]]"])
def test_what_cannot_be_read_falls_back_to_the_table(memory: Memory, stored: str) -> None:
    memory.put(STORED + "open", stored)
    memory.put(STORED + "nobody", '["F3"]')
    assert Keymap(ACTS, memory)["open"] == ("Ctrl+O",)


def test_no_key_at_all_can_be_chosen(memory: Memory) -> None:
    Keymap(ACTS, memory).give("sheet", [])
    assert _again(memory)["sheet"] == ()


KEYS = st.sampled_from(["Ctrl+O", "F1", "?", "A", "Ctrl++", "Tab", "Shift+Tab", "Esc", "nonsense", ""])


@given(st.lists(st.tuples(st.sampled_from([act.key for act in ACTS]), st.lists(KEYS, max_size=3)), max_size=8))
def test_whatever_is_chosen_no_key_belongs_to_two_acts(choices: list[tuple[str, list[str]]]) -> None:
    keymap = Keymap(ACTS, Memory(None))
    for act, keys in choices:
        keymap.give(act, keys)
        assert keymap[act] == normal(keys)
    held = [key for act in ACTS for key in keymap[act.key]]
    assert len(held) == len(set(held))
