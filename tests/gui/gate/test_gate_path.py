"""The whole way through the gate with two real little models and the comparing process itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from rvergui.gui.gate.feature import Gate
from rvergui.gui.main_window import MainWindow
from rvergui.gui.training_dock import TrainingDock
from rvergui.project import Project
from rvergui.rvernet.checkpoint import read_header
from tests.gui.driving import wait_photo
from tests.training.little_data import PHOTOS, run, write_project


@pytest.mark.timeout(600)
def test_a_model_that_forgot_everything_is_found_out_on_photos_that_it_never_saw(
    open_window: Callable[..., MainWindow], qtbot: QtBot, tmp_path: Path
) -> None:
    path = write_project(tmp_path / "p", PHOTOS * 3)
    with Project.open(path, read_only=True) as project:
        folder = project.models_folder
    good, poor = folder / "good.safetensors", folder / "poor.safetensors"
    run(path, good, epochs=8, learning_rate=3e-3, threads=1)
    run(path, poor, epochs=1, learning_rate=1e-9, threads=1, seed=5)
    window = open_window()
    window.open_path(path)
    wait_photo(window, qtbot, "p00.png")
    qtbot.waitUntil(lambda: window.session.model is not None, timeout=200_000)
    networks = window.session.networks
    networks.model = replace(networks.model, trained=True, checkpoint=good, classes=("tomato", "pea", "plum"))
    window.feature(TrainingDock).judge_wished.emit(poor)
    dialog = window.feature(Gate).dialog
    qtbot.waitUntil(lambda: dialog.found is not None or dialog.again.isVisible(), timeout=300_000)
    found = dialog.found
    assert found is not None, dialog.sentence.text()
    assert found.photos == len(read_header(good).photos_held_out)
    assert found.photos == len(read_header(poor).photos_held_out)
    assert dialog.keep.isDefault()
    assert "worse" in dialog.title.text()
    assert dialog.mix_ups.pictures
    dialog.keep.click()
    assert window.session.project.model_path() is None
