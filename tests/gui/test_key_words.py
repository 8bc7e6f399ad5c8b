"""Every hint that names a key names the one that the act has now."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from rvergui.gui.main_window import MainWindow
from rvergui.gui.tour import Tour

KEYS = {
    "drop": "F7",
    "tool-click": "F8",
    "brush-smaller": "F9",
    "brush-larger": "F10",
    "accept-proposal": "Ctrl+F1",
    "keep-proposal": "Ctrl+F2",
    "merge-proposal": "Ctrl+F3",
    "delete": "Ctrl+F5",
    "cycle": "Ctrl+F6",
    "keep-all": "Ctrl+F7",
    "accept-1": "Ctrl+F8",
    "accept-5": "Ctrl+F9",
    "undo": "Ctrl+F10",
    "find-all": "Ctrl+F11",
    "next": "Ctrl+F12",
    "shortcuts": "Alt+F1",
}


def remap(window: MainWindow) -> None:
    """Give acts other keys, as the key editor does."""
    for act, keys in KEYS.items():
        window.keymap.give(act, [keys])


def names(text: str, *acts: str) -> bool:
    """Whether a hint names the chosen keys of these acts."""
    return all(KEYS[act] in text for act in acts)


def test_the_hints_of_the_tools_follow_the_keys(window: MainWindow) -> None:
    for tool, acts in (
        ("brush", ("drop", "tool-click", "brush-smaller", "brush-larger")),
        ("eraser", ("drop", "tool-click", "brush-smaller", "brush-larger")),
        ("polygon", ("drop", "tool-click")),
    ):
        window.keymap.reset_all()
        window.actions_[f"tool-{tool}"].trigger()
        assert "Esc" in window.canvas.bar.keys.text()
        remap(window)
        assert names(window.canvas.bar.keys.text(), *acts)
        assert "Esc" not in window.canvas.bar.keys.text()


def test_the_hint_beside_proposals_follows_the_keys(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_["find-all"].trigger()
    session = window.session
    qtbot.waitUntil(lambda: session.review is not None and session.review.proposal is not None, timeout=30_000)
    remap(window)
    acts = ("accept-proposal", "accept-1", "accept-5", "keep-proposal", "delete", "cycle", "keep-all", "drop")
    assert names(window.canvas.bar.keys.text(), *acts, "merge-proposal")
    assert window.canvas.bar.accessibleName().endswith(window.canvas.bar.keys.text())
    said: list[str] = []
    session.notice.connect(said.append)
    session.proposals._labelling.target_naming = lambda: None  # type: ignore[method-assign]
    session.proposals.accept_first()
    assert names(said[-1], "keep-proposal")
    session.proposals.leave()


def test_the_names_show_the_keys_that_take_them(window: MainWindow) -> None:
    assert [row._cap for row in window.suggestions.rows][:5] == ["1", "2", "3", "4", "5"]
    remap(window)
    assert window.suggestions.rows[0]._cap == KEYS["accept-1"]
    assert names(window.suggestions.status.text(), "accept-1", "accept-5")
    window.keymap.give("accept-1", [])
    assert window.suggestions.rows[0]._cap == ""
    assert "Accept the 1st name" in window.suggestions.status.text()


def test_the_tour_follows_the_keys_while_it_is_shown(window: MainWindow) -> None:
    tour = window.feature(Tour)
    tour.begin_tour()
    bubble = tour.bubble
    assert bubble is not None
    remap(window)
    texts = []
    for place in range(3):
        bubble.show_step(place)
        texts.append(bubble.text.text())
    assert names(texts[0], "cycle", "undo", "find-all")
    assert names(texts[1], "accept-1")
    assert names(texts[2], "next", "shortcuts")
    bubble.left.emit()


def test_tool_tips_follow_the_keys(window: MainWindow) -> None:
    remap(window)
    assert names(window.actions_["undo"].toolTip(), "undo")
    assert names(window.actions_["tool-click"].toolTip(), "tool-click")


def test_no_text_of_the_window_names_a_key_that_was_taken_away(window: MainWindow) -> None:
    remap(window)
    taken = ("Ctrl+Z", "Esc", "[ and ]", "1–5")

    def texts(widget: QWidget) -> list[str]:
        shown = [widget.toolTip(), widget.accessibleDescription(), widget.statusTip()]
        return [*shown, widget.text()] if isinstance(widget, QLabel) else shown

    found = [
        (type(widget).__name__, text)
        for widget in window.findChildren(QWidget)
        for text in texts(widget)
        if any(keys in text for keys in taken)
    ]
    assert not found


def test_words_are_there_before_any_keys(qtbot: QtBot, open_window: Callable[..., MainWindow]) -> None:
    from rvergui.gui.key_words import KeyWords

    words = KeyWords()
    assert words("undo") == ""
    assert words.cap("undo") == ""
    window = open_window()
    assert window.session.keys("undo") == "Ctrl+Z"
    assert window.session.keys("about") == "“About RveRGUI”"
    assert window.session.keys.cap("about") == ""
