"""A set labelled in the window leaves in every format and comes back into a new project that is equal to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pycocotools.coco import COCO
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox
from pytestqt.qtbot import QtBot

from rvergui.core import Taxonomy
from rvergui.gui.dialogs.export import ExportDialog
from rvergui.gui.dialogs.import_labels import ImportDialog
from rvergui.gui.importing import Importing
from rvergui.gui.main_window import MainWindow
from rvergui.gui.showing import Showing
from rvergui.interchange.exports.table import EXPORTS
from rvergui.interchange.imports.table import IMPORTS
from rvergui.project import Project
from tests.gui.driving import click_and_wait, wait_photo, wait_saved
from tests.interchange.export_cases import labels_of

NAMED = (("fish/chips: 50%", 60, 60), ("Müsli „süß“ 🍜", 180, 120))
# Format, what it is exported with, and whether the photos have to be shown to the import.
WAYS: list[tuple[str, dict[str, Any], bool]] = [
    ("pairs", {"pictures": "png"}, True),
    ("coco", {}, True),
    ("yolo", {"tolerance": 0.0}, False),
    ("labelme", {"shapes": "mask"}, False),
    ("index-masks", {}, False),
    ("masks", {}, False),
    ("csv", {}, True),
    ("crops", {"background": "transparent", "margin": 0.0}, False),
]


def label(window: MainWindow, qtbot: QtBot) -> Path:
    """Two objects on each of two meals, each clicked and named; the project's file."""
    session = window.session
    for row in range(2):
        for name, x, y in NAMED:
            click_and_wait(window, qtbot, x, y)
            session.name(name)
        wait_saved(window, qtbot)
        if row == 0:
            following = session.photos[1]
            session.go_to(following.id)
            wait_photo(window, qtbot, Path(following.path).name)
    assert session.project is not None
    return session.project.path


def export(window: MainWindow, qtbot: QtBot, name: str, options: dict[str, Any], out: Path) -> None:
    """File > Export."""
    window.actions_["export"].trigger()
    dialog = window.findChildren(ExportDialog)[-1]
    dialog.choose_format(name)
    for key, value in options.items():
        field = dialog.options.fields[key]
        if isinstance(field, QComboBox):
            field.setCurrentIndex(field.findData(value))
        else:
            assert isinstance(field, QDoubleSpinBox)
            field.setValue(value)
    dialog.out.setText(str(out))
    with qtbot.waitSignal(window.feature(Showing).exporter.finished, timeout=30_000) as finished:
        dialog.begin()
    assert (finished.args[1].written, finished.args[1].skipped) == (4, [])
    dialog.close()


def bring_back(window: MainWindow, qtbot: QtBot, name: str, source: Path, images: Path | None, project: Path) -> None:
    """File > Open project, File > Import labels."""
    project.parent.mkdir(parents=True)
    Project.create(project, Taxonomy()).close()
    with qtbot.waitSignal(window.session.project_changed, timeout=20_000):
        window.open_path(project)
    window.actions_["import"].trigger()
    dialog, importer = window.findChildren(ImportDialog)[-1], window.feature(Importing).importer
    dialog.choose_format({"crops": "folders"}.get(name, name))
    dialog.source.setText(str(source))
    if images is not None:
        dialog.images.setText(str(images))
    with qtbot.waitSignal(importer.looked, timeout=20_000):
        dialog.start.click()
    with qtbot.waitSignal(importer.finished, timeout=30_000) as finished:
        dialog.start.click()
    assert (finished.args[0].objects, finished.args[0].skipped) == (4, [])
    wait_saved(window, qtbot)
    dialog.close()


@pytest.mark.timeout(600)
def test_what_was_labelled_in_the_window_leaves_and_comes_back_in_every_format(
    window: MainWindow, open_window: Callable[..., MainWindow], qtbot: QtBot, tmp_path: Path, meals: Path
) -> None:
    assert {name for name, _, _ in WAYS} == set(EXPORTS)
    file = label(window, qtbot)
    with Project.open(file, read_only=True) as project:
        wanted = labels_of(project)
    assert sum(len(pairs) for pairs in wanted.values()) == 4
    other = open_window()
    for name, options, needs_photos in WAYS:
        out = tmp_path / "out" / EXPORTS[name].default_name("meals")
        export(window, qtbot, name, options, out)
        back = tmp_path / "back" / name / "again.rver"
        images = meals if needs_photos and IMPORTS[name].images else None
        bring_back(other, qtbot, name, out, images, back)
        with Project.open(back, read_only=True) as project:
            found = labels_of(project)
        if name == "crops":  # each cut-out is a photo of its own; its class and shape are what it is for
            assert shapes(found) == shapes(wanted)
        else:
            assert found == wanted, name
    coco = COCO(tmp_path / "out" / "meals-coco.json")
    assert {category["name"] for category in coco.cats.values()} >= {name for name, _, _ in NAMED}
    assert sorted(coco.annToMask(each).sum() for each in coco.anns.values()) == sorted(
        mask.area for pairs in wanted.values() for _, mask in pairs
    )


def shapes(labels: dict[str, list[tuple[str, Any]]]) -> list[tuple[str, int, tuple[int, int]]]:
    return sorted((name, mask.area, mask.bbox[2:]) for pairs in labels.values() for name, mask in pairs)
