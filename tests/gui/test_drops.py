"""Dropping folders, photos and projects on the window, and what the hint says meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from pytestqt.qtbot import QtBot

from rvergui.gui.drops import Drops
from rvergui.gui.main_window import MainWindow
from rvergui.samples import write_meals
from tests.gui.driving import wait_photo

COPY, LEFT, NONE = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def _data(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def _drag(window: MainWindow, data: QMimeData) -> str | None:
    """Drag over the window; returns what the hint says."""
    event = QDragEnterEvent(QPoint(50, 50), COPY, data, LEFT, NONE)
    event.ignore()
    window.dragEnterEvent(event)
    hint = window.feature(Drops).hint
    assert event.isAccepted() == (hint is not None)
    assert hint is None or (hint.isVisible() and hint.size() == window.size())
    return hint.text if hint is not None else None


def _drop(window: MainWindow, data: QMimeData) -> None:
    window.dropEvent(QDropEvent(QPointF(50, 50), COPY, data, LEFT, NONE, QEvent.Type.Drop))
    assert window.feature(Drops).hint is None


@pytest.fixture
def empty(open_window: Callable[..., MainWindow]) -> MainWindow:
    return open_window()


@pytest.fixture
def snacks(tmp_path: Path) -> Path:
    folder = tmp_path / "snacks"
    folder.mkdir()
    write_meals(folder, 2, seed=9, size=(96, 128))
    return folder


def _names(window: MainWindow) -> set[str]:
    photos = window.session.photos
    return {f"{Path(photos[row].path).parent.name}/{Path(photos[row].path).name}" for row in range(len(photos))}


def test_a_folder_is_opened(empty: MainWindow, meals: Path, qtbot: QtBot) -> None:
    data = _data(meals)
    assert "open" in str(_drag(empty, data))
    _drop(empty, data)
    wait_photo(empty, qtbot, "001.jpg")


def test_two_folders_are_opened_as_one_project(empty: MainWindow, meals: Path, snacks: Path, qtbot: QtBot) -> None:
    _drop(empty, _data(meals, snacks))
    qtbot.waitUntil(lambda: len(empty.session.photos) == 5, timeout=10_000)


def test_what_comes_with_a_folder_that_cannot_be_opened_is_not_added_to_the_next(
    empty: MainWindow, meals: Path, snacks: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(empty.session.problem, timeout=10_000):
        _drop(empty, _data(tmp_path / "gone", snacks))
    _drop(empty, _data(meals))
    wait_photo(empty, qtbot, "001.jpg")
    assert len(empty.session.photos) == 3


def test_photos_are_added_to_the_open_project(window: MainWindow, snacks: Path, qtbot: QtBot) -> None:
    data = _data(*sorted(snacks.glob("*.jpg")))
    assert "meals" in str(_drag(window, data))
    with qtbot.waitSignal(window.session.photos.replaced, timeout=10_000):
        _drop(window, data)
    assert len(window.session.photos) == 5


def test_a_project_is_opened_even_among_photos(window: MainWindow, snacks: Path, qtbot: QtBot) -> None:
    window.open_path(snacks)
    qtbot.waitUntil(lambda: len(window.session.photos) == 2, timeout=10_000)
    project = window.session.project.path.parent.parent / "meals" / "meals.rver"
    data = _data(next(snacks.glob("*.jpg")), project)
    assert "project meals" in str(_drag(window, data))
    _drop(window, data)
    qtbot.waitUntil(lambda: len(window.session.photos) == 3, timeout=10_000)


def test_the_hint_goes_when_the_drag_leaves_and_text_is_not_taken(window: MainWindow, meals: Path) -> None:
    assert _drag(window, _data(meals)) is not None
    window.dragLeaveEvent(QDragLeaveEvent())
    assert window.feature(Drops).hint is None
    words = QMimeData()
    words.setText("soup")
    assert _drag(window, words) is None
