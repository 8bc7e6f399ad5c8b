"""A segmenter that fails or answers nonsense: one sentence, the window lives on, the draft is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from rvergui.core import Photo, Prompt, RverError
from rvergui.gui.main_window import MainWindow
from rvergui.segment.fake import FakeSegmenter
from rvergui.segment.protocol import Candidates, Embedding
from tests.gui import stub_names
from tests.gui.driving import click, click_and_wait, wait_photo, wait_saved

Spoil = Callable[[Candidates], Any]


class Plugin(FakeSegmenter):
    """The fake segmenter until somebody spoils it."""

    spoil: Spoil | None = None
    fail_to_look: BaseException | None = None

    def __init__(self) -> None:
        super().__init__()
        self.name, self.description = "plugin", "A plug-in"

    def encode(self, photo: Photo) -> Embedding:
        if Plugin.fail_to_look is not None:
            raise Plugin.fail_to_look
        return super().encode(photo)

    def decode(self, embedding: Embedding, prompt: Prompt, previous: Candidates | None = None) -> Any:
        answer = super().decode(embedding, prompt, previous)
        return answer if Plugin.spoil is None else Plugin.spoil(answer)


def raising(error: Exception) -> Spoil:
    def spoil(answer: Candidates) -> Any:
        raise error

    return spoil


@pytest.fixture(autouse=True)
def _stub_names(monkeypatch: pytest.MonkeyPatch) -> None:
    stub_names.install(monkeypatch)  # what the object is called is not the question here


@pytest.fixture
def plugin_window(
    open_window: Callable[..., MainWindow], meals: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> MainWindow:
    """A window that segments with the plug-in, a sample meal shown."""
    monkeypatch.setattr("rvergui.segment.registry.create_segmenter", lambda name, checkpoint=None, **options: Plugin())
    monkeypatch.setattr(Plugin, "spoil", None)
    monkeypatch.setattr(Plugin, "fail_to_look", None)
    window = open_window()
    with qtbot.waitSignal(window.session.photo_changed, timeout=10_000):
        window.open_path(meals)
    qtbot.waitUntil(lambda: not window.session.model_loading, timeout=200_000)
    return window


def said(window: MainWindow, qtbot: QtBot, words: str) -> str:
    """The sentence in the window's strip, once it has ``words``."""
    qtbot.waitUntil(lambda: words in window.strip.label.text(), timeout=20_000)
    assert window.strip.isVisible()
    return window.strip.label.text()


BAD: dict[str, Spoil] = {
    "no candidate at all": lambda good: replace(good, logits=good.logits[:0], scores=good.scores[:0]),
    "logits that are no numbers": lambda good: replace(good, logits=good.logits * np.nan),
    "scores that are no numbers": lambda good: replace(good, scores=good.scores * np.nan),
    "logits of 2 dimensions": lambda good: replace(good, logits=good.logits[0]),
    "3 candidates but scores of shape": lambda good: replace(good, scores=good.scores[:2]),
    "a photo of another size": lambda good: replace(good, size=(7, 7)),
    "answered with str instead of candidates": lambda good: "a mask",
    "There is not enough memory for A plug-in": raising(MemoryError()),
    "ZeroDivisionError: division by zero": raising(ZeroDivisionError("division by zero")),
    "The plug-in's licence has ended; renew it.": raising(RverError("The plug-in's licence has ended; renew it.")),
}


def test_bad_answers_are_said_and_the_draft_is_kept(
    plugin_window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, session = plugin_window, plugin_window.session
    click_and_wait(window, qtbot, 120, 90)
    mask = session.draft.mask
    for number, (words, spoil) in enumerate(BAD.items()):
        monkeypatch.setattr(Plugin, "spoil", staticmethod(spoil))
        click(window, 40 + 4 * number, 60)
        sentence = said(window, qtbot, words)
        assert "\n" not in sentence
        assert sentence.endswith(".")
        assert session.draft.mask == mask
    monkeypatch.setattr(Plugin, "spoil", None)
    click_and_wait(window, qtbot, 200, 150)  # the next click is answered as if nothing had been
    assert session.draft.mask.area > mask.area
    session.name("rice")
    wait_saved(window, qtbot)
    assert len(session.project.sheet(session.record.id).items) == 1


def test_a_photo_that_the_segmenter_cannot_look_at_can_still_be_left_and_labelled_later(
    plugin_window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, session = plugin_window, plugin_window.session
    qtbot.waitUntil(lambda: not session.encoding, timeout=20_000)
    monkeypatch.setattr(Plugin, "fail_to_look", MemoryError())
    session.step_photo(1)
    wait_photo(window, qtbot, "2.jpg")
    said(window, qtbot, "There is not enough memory for A plug-in to look at this photo of 240x180 pixels")
    qtbot.waitUntil(lambda: not session.encoding, timeout=20_000)
    monkeypatch.setattr(Plugin, "fail_to_look", None)
    click_and_wait(window, qtbot, 120, 90)
    session.name("soup")
    wait_saved(window, qtbot)
    assert len(session.project.sheet(session.record.id).items) == 1


def test_a_preview_that_fails_says_nothing(
    plugin_window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pointer moves all the time; a sentence for each move would cover everything else."""
    window, session = plugin_window, plugin_window.session
    qtbot.waitUntil(lambda: not session.encoding, timeout=20_000)
    before = window.strip.label.text()
    asked: list[bool] = []

    def spoil(answer: Candidates) -> Any:
        asked.append(True)
        return None

    monkeypatch.setattr(Plugin, "spoil", staticmethod(spoil))
    session.hover(100, 80)
    qtbot.waitUntil(lambda: bool(asked), timeout=20_000)
    monkeypatch.setattr(Plugin, "spoil", None)
    click_and_wait(window, qtbot, 120, 90)
    assert window.strip.label.text() == before


def test_a_click_beside_the_photo_leaves_the_draft_as_it_is(plugin_window: MainWindow, qtbot: QtBot) -> None:
    window, session = plugin_window, plugin_window.session
    click_and_wait(window, qtbot, 120, 90)
    mask = session.draft.mask
    session.click(-40, 90)
    session.click(4000, 4000, positive=False)
    qtbot.wait(50)
    click_and_wait(window, qtbot, 200, 150)
    assert session.draft.mask.area > mask.area
    assert session.draft.mask.contains(120, 90)


def test_photos_of_one_pixel_and_one_row_can_be_labelled(
    open_window: Callable[..., MainWindow], tmp_path: Path, qtbot: QtBot
) -> None:
    folder = tmp_path / "tiny"
    folder.mkdir()
    sizes = {"1.png": (1, 1), "2.png": (400, 1), "3.png": (1, 400)}
    for name, size in sizes.items():
        Image.new("RGB", size, (200, 90, 30)).save(folder / name)
    window = open_window("grabcut")
    session = window.session
    with qtbot.waitSignal(session.photo_changed, timeout=10_000):
        window.open_path(folder)
    qtbot.waitUntil(lambda: not session.model_loading, timeout=200_000)
    for name, (width, height) in sizes.items():
        wait_photo(window, qtbot, name)
        session.click(width / 2, height / 2)
        qtbot.waitUntil(lambda: session.draft is not None and session.draft.mask is not None, timeout=20_000)
        assert session.draft.mask.size == (height, width)
        assert session.draft.mask.contains(width / 2, height / 2)
        session.name("rice")
        wait_saved(window, qtbot)
        assert len(session.project.sheet(session.record.id).items) == 1
        session.step_photo(1)
    assert not window.strip.isVisible()
