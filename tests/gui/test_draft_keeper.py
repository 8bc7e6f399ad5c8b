"""A draft that was painted for minutes is still there after a crash."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from rvergui.core import Box, Mask, Point, Prompt
from rvergui.gui.draft import Draft
from rvergui.gui.draft_keeper import FOLDER, as_json, read
from rvergui.gui.main_window import MainWindow
from tests.gui import stub_names
from tests.gui.driving import click_and_wait, wait_photo


@pytest.fixture(autouse=True)
def _stub_names(monkeypatch: pytest.MonkeyPatch) -> None:
    stub_names.install(monkeypatch)


def files(window: MainWindow) -> list[Path]:
    return list((window.session.home / FOLDER).glob("*.json"))


def test_a_draft_comes_back_after_a_crash_and_undo_takes_it_away(
    open_window: Callable[..., MainWindow], window: MainWindow, meals: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    session = window.session
    session.step_photo(1)
    wait_photo(window, qtbot, "2.jpg")
    click_and_wait(window, qtbot, 120, 90)
    draft = session.draft
    qtbot.waitUntil(lambda: bool(files(window)) and session.loader.waiting == 0)
    (left,) = files(window)
    text = left.read_text()
    session.drop_draft()  # the window goes on; its file goes with the draft
    qtbot.waitUntil(lambda: not files(window))
    window.close()
    left.write_text(text)  # as if it had been ended while there was one
    again = open_window()
    again.open_path(meals)
    qtbot.waitUntil(lambda: again.session.draft is not None, timeout=10_000)
    assert again.session.record.path == "meal-002.jpg"
    assert again.session.draft.mask == draft.mask
    assert again.session.draft.prompt == draft.prompt
    assert not again.session.draft.is_edited
    assert "is back" in again.strip.label.text()
    again.session.undo()
    assert again.session.draft is None
    again.session.redo()
    again.session.name("rice")
    (item,) = again.session.sheet.items
    assert item.mask == draft.mask
    again.close()
    assert not files(again)


def test_a_window_that_ends_well_leaves_no_file(window: MainWindow, qtbot: QtBot) -> None:
    click_and_wait(window, qtbot, 120, 90)
    qtbot.waitUntil(lambda: bool(files(window)))
    window.close()
    assert not files(window)


def test_drafts_survive_a_file_and_nonsense_does_not(tmp_path: Path) -> None:
    mask = Mask.from_crop(np.ones((3, 4), bool), (2, 1), (20, 30))
    prompt = Prompt((Point(3, 2, True), Point(9.5, 2, False)), Box(1, 1, 9, 8))
    for draft in (Draft(prompt=prompt, mask=mask, count=1), Draft(mask=mask, count=1, candidate=mask, item_id="x")):
        path = tmp_path / "draft.json"
        path.write_text(json.dumps(as_json("photo", draft)))
        assert read(path) == ("photo", draft)
    assert read(tmp_path / "none.json") is None
    whole = as_json("photo", Draft(prompt=prompt, mask=mask))
    for broken in (
        "",
        "[]",
        "{",
        json.dumps({**whole, "mask": {"size": [2], "counts": "x"}}),
        json.dumps({"photo": 1}),
    ):
        path.write_text(broken)
        assert read(path) is None
