"""Folders of COCO files as other programs lay them out."""

from __future__ import annotations

import json

import pytest

from rvergui.core import RverError, Taxonomy
from rvergui.interchange.coco_parts import CocoPhotos, coco_parts
from rvergui.interchange.imports.format import Request
from rvergui.interchange.imports.run import import_dataset
from rvergui.interchange.imports.table import IMPORTS, read_dataset
from rvergui.interchange.photo_parts import read_parts
from rvergui.project import Project
from tests.interchange.small_projects import SIZE, write_photo


def write_coco(file, names, category="rice"):
    images = [{"id": n, "file_name": name, "height": SIZE[0], "width": SIZE[1]} for n, name in enumerate(names, 1)]
    square = [[2, 2, 20, 2, 20, 20, 2, 20]]
    content = {
        "images": images,
        "categories": [{"id": 1, "name": category}],
        "annotations": [{"id": i["id"], "image_id": i["id"], "category_id": 1, "segmentation": square} for i in images],
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content), encoding="utf-8")


LAYOUTS = {
    "COCO's": ("annotations/instances_{}2017.json", "{}2017/{}.png", "train", "val"),
    "datumaro's": ("annotations/instances_{}.json", "images/{}/{}.png", "train", "val"),
    "Roboflow's": ("{}/_annotations.coco.json", "{}/{}.png", "train", "valid"),
    "beside each other": ("my {} set.json", "{}/{}.png", "train", "test"),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_its_parts_and_photos_of_one_name_are_told_apart(tmp_path, layout):
    file, photo, train, test = LAYOUTS[layout]
    for seed, part in enumerate((train, test)):
        write_photo(tmp_path / "set" / photo.format(part, "000001"), seed)
        write_coco(tmp_path / "set" / file.format(part), ["000001.png"], f"food of {part}")
        if "instances" in file:  # what lies beside is left alone
            write_coco(tmp_path / "set" / "annotations" / f"captions_{part}2017.json", ["none.png"])
    with Project.create(tmp_path / "p" / "p.rver", Taxonomy()) as project:
        dataset = read_dataset(IMPORTS["coco"], Request(tmp_path / "set"))
        assert [photo.part for photo in dataset.photos] == ["train", "test"]
        outcome = import_dataset(project, dataset, "coco")
        assert (outcome.objects, outcome.skipped) == (2, [])
        parts = read_parts(project)
        said = {project.photo_path(r).parent.name: parts[r.id] for r in project.photos()}
        assert len(said) == 2
        assert sorted(said.values()) == ["test", "train"]
        assert {said[name] for name in said if name.startswith("train")} == {"train"}


def test_one_file_is_no_division_and_one_broken_file_does_not_stop_the_others(tmp_path):
    write_photo(tmp_path / "a.png", 1)
    write_coco(tmp_path / "instances_train.json", ["a.png"])
    assert [(p.name, p.part) for p in coco_parts(tmp_path)] == [("", "")]
    (tmp_path / "instances_val.json").write_text("[1, 2", encoding="utf-8")
    dataset = read_dataset(IMPORTS["coco"], Request(tmp_path))
    assert len(dataset.photos) == 1
    assert any("instances_val.json" in problem for problem in dataset.problems)
    (tmp_path / "instances_train.json").write_text("{}", encoding="utf-8")
    with pytest.raises(RverError, match=r"nothing to import in .*instances_train.json"):
        read_dataset(IMPORTS["coco"], Request(tmp_path))
    (tmp_path / "empty").mkdir()
    with pytest.raises(RverError, match="no COCO file"):
        read_dataset(IMPORTS["coco"], Request(tmp_path / "empty"))


def test_no_photo_outside_the_folder_is_found(tmp_path):
    write_photo(tmp_path / "secret.png", 1)
    write_photo(tmp_path / "set" / "images" / "train" / "a.png", 1)
    photos = CocoPhotos(tmp_path / "set" / "annotations" / "instances_train.json")
    for name in ("../secret.png", "images/../../secret.png", str(tmp_path / "secret.png"), "..", "/", ""):
        assert photos.find(name) is None
    assert photos.find("a.png") == photos.find("images/train/a.png") == tmp_path / "set" / "images" / "train" / "a.png"
