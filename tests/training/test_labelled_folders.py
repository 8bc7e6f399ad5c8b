"""Training and judging read labelled photos as they lie: COCO, labelme, class folders, exports."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rvergui.core import RverError
from rvergui.interchange.exports.options import chosen
from rvergui.interchange.exports.run import ExportPlan, run_export
from rvergui.interchange.exports.table import export_format
from rvergui.project import Project
from rvergui.rvernet.preprocessing import Preprocessing
from rvergui.training.labelled_folders import format_of
from rvergui.training.sources import Source, read_source
from tests.training.little_data import PHOTOS, options, photo_with, run, write_project

SMALL = Preprocessing(size=32)
LIMIT = 1_000_000


def _seen(source: Source) -> list[tuple[str, bytes]]:
    cut = [unit.cut(SMALL, LIMIT) for unit in source.work]
    return sorted((o.class_name, o.example.views()[0].tobytes()) for photo in cut for o in photo.objects)


@pytest.mark.parametrize("name", ["coco", "labelme", "masks", "csv", "yolo"])
def test_an_export_is_read_back_as_the_same_objects(tmp_path: Path, name: str) -> None:
    project_file = write_project(tmp_path / "project", PHOTOS[:4])
    format = export_format(name)
    out = project_file.parent / format.default_name("little")
    given = {"tolerance": 0} if "tolerance" in format.options.model_fields else {}
    plan = ExportPlan.of(format, chosen(format.options, given, name))
    with Project.open(project_file, read_only=True) as project:
        run_export(project, out, plan)
    mine, theirs = read_source(project_file), read_source(out)
    assert [c for c, _ in _seen(theirs)] == [c for c, _ in _seen(mine)]
    assert _seen(theirs) == _seen(mine)
    files = {unit.cut(SMALL, LIMIT).file for unit in theirs.work}
    assert files
    assert all(Path(file).suffix for file in files)


def _class_folders(root: Path) -> Path:
    for number in range(6):
        name = ("tomato", "pea")[number % 2]
        folder = root / name
        folder.mkdir(parents=True, exist_ok=True)
        pixels, masks = photo_with([name], number)
        Image.fromarray(pixels).save(folder / f"p{number}.png")
        (folder / "masks").mkdir(exist_ok=True)
        Image.fromarray(masks[0].array().astype(np.uint8) * 255).save(folder / "masks" / f"p{number}.png")
    return root


def test_folders_of_classes_train_a_network(tmp_path: Path) -> None:
    root = _class_folders(tmp_path / "dishes")
    assert format_of(root) == (root, "folders")
    source = read_source(root)
    assert (
        sorted(o.class_name for w in source.work for o in w.cut(SMALL, LIMIT).objects) == ["pea"] * 3 + ["tomato"] * 3
    )
    events = run(root, tmp_path / "model.safetensors", epochs=1)
    assert events[-1].event == "finished"
    assert options(root, tmp_path / "m").source == root


@pytest.mark.parametrize("content", [None, "", "[]", '{"a": 1}'])
def test_what_is_no_labelled_data_is_told(tmp_path: Path, content: str | None) -> None:
    place = tmp_path / "x.json"
    if content is not None:
        place.write_text(content)
    for path in (place, tmp_path):
        with pytest.raises(RverError, match="There is no labelled data at"):
            read_source(path)
