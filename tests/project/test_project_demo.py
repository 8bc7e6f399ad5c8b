from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rvergui.core import ItemState
from rvergui.core.photo_loading import load_photo
from rvergui.project import PhotoStatus, Project
from rvergui.project.demo import create_demo_project
from rvergui.samples import SAMPLE_CLASSES, write_meals


def test_the_demo_is_a_project_of_rendered_meals(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    path = create_demo_project(folder, count=3, seed=5, labelled=2)
    assert path == folder / "sample-meals.rver"
    meals = [meal for _, meal in write_meals(tmp_path / "again", 3, 5)]
    with Project.open(path) as project:
        assert project.taxonomy().names() == list(SAMPLE_CLASSES)
        records = project.photos()
        assert [record.status for record in records] == [PhotoStatus.DONE, PhotoStatus.DONE, PhotoStatus.TODO]
        for record, meal in zip(records, meals, strict=True):
            photo = load_photo(project.photo_path(record))
            assert record.size == photo.size == meal.pixels.shape[:2]
            assert record.content_hash == photo.key
            # JPEG changes the pixels a little, never the picture.
            assert np.abs(photo.pixels.astype(int) - meal.pixels.astype(int)).mean() < 8
        for record, meal in zip(records[:2], meals, strict=False):
            sheet = project.sheet(record.id)
            assert [item.mask for item in sheet] == [made.mask for made in meal.objects]
            named = [project.taxonomy().get(item.class_id or "") for item in sheet]
            assert [food.name for food in named if food] == [made.name for made in meal.objects]
            assert {item.state for item in sheet} == {ItemState.CONFIRMED}
        assert len(project.sheet(records[2].id)) == 0


def test_an_existing_demo_is_left_as_it_is(tmp_path: Path) -> None:
    path = create_demo_project(tmp_path, count=1)
    with Project.open(path) as project:
        project.set_setting("mine", "yes")
        project.remove_photos([record.id for record in project.photos()])
    assert create_demo_project(tmp_path, count=2) == path
    with Project.open(path) as project:
        assert project.setting("mine") == "yes"
        assert project.photos() == []


@pytest.mark.parametrize("labelled", [0, -1, 9])
def test_any_number_of_labels_may_be_asked_for(tmp_path: Path, labelled: int) -> None:
    with Project.open(create_demo_project(tmp_path, count=1, labelled=labelled)) as project:
        (record,) = project.photos()
        assert record.status is (PhotoStatus.DONE if labelled > 0 else PhotoStatus.TODO)
