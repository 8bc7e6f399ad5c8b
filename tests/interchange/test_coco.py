from __future__ import annotations

import contextlib
import io

import numpy as np
import pytest
from pycocotools.coco import COCO

from rvergui.core import Mask, RverError
from rvergui.interchange.coco import export_coco
from rvergui.interchange.report import Cancelled
from tests.interchange.small_projects import SIZE, make_project

MEALS = {
    "one.png": ["rice", "soup", None],
    "deep/two.png": ["rice"],
    "three.png": [None],
    "vier ü.png": ["soup", "soup"],
}


def load(path) -> COCO:
    with contextlib.redirect_stdout(io.StringIO()):
        return COCO(str(path))


def test_pycocotools_loads_it_and_the_masks_are_equal_bit_for_bit(tmp_path):
    out = tmp_path / "out" / "annotations.json"
    with make_project(tmp_path / "p", MEALS, classes=["unused"]) as project:
        report = export_coco(project, out)
        expected = {
            record.path: [item.mask for item in project.sheet(record.id) if item.class_id]
            for record in project.photos()
        }
    assert (report.written, report.photos, report.skipped, report.parts) == (5, 3, [], {})
    coco = load(out)
    assert [(c["id"], c["name"]) for c in coco.loadCats(coco.getCatIds())] == [(1, "unused"), (2, "rice"), (3, "soup")]
    assert sorted(image["file_name"] for image in coco.imgs.values()) == ["deep/two.png", "one.png", "vier ü.png"]
    assert sorted(coco.imgs) == [1, 2, 3]
    seen = 0
    for image in coco.imgs.values():
        assert (image["height"], image["width"]) == SIZE
        annotations = coco.loadAnns(sorted(coco.getAnnIds(imgIds=image["id"])))
        for annotation, mask in zip(annotations, expected[image["file_name"]], strict=True):
            assert np.array_equal(coco.annToMask(annotation).astype(bool), mask.array())
            assert annotation["area"] == mask.area == mask.array().sum()
            assert tuple(annotation["bbox"]) == mask.bbox
            assert annotation["iscrowd"] == 0
            seen += 1
    assert seen == 5
    assert len(coco.getAnnIds(catIds=[3])) == 3


def test_polygons_give_the_mask_back_bit_for_bit_with_its_hole_and_parts(tmp_path):
    array = np.zeros(SIZE, dtype=bool)
    array[4:30, 5:40] = True
    array[10:20, 10:20] = False
    array[31:34, 42:47] = True
    with make_project(tmp_path / "p", {"a.png": ["rice"]}) as project:
        (record,) = project.photos()
        sheet = project.sheet(record.id)
        item = sheet.items[0].with_mask(Mask.from_array(array), sheet.items[0].mask_source)
        project.save_sheet(sheet, sheet.with_item(item), "test")
        export_coco(project, tmp_path / "polygons.json", segmentation="polygons")
    coco = load(tmp_path / "polygons.json")
    (annotation,) = coco.anns.values()
    assert len(annotation["segmentation"]) == 2
    assert np.array_equal(coco.annToMask(annotation).astype(bool), array)
    assert annotation["area"] == array.sum()


def test_only_confirmed_objects_of_photos_that_are_there(tmp_path):
    with make_project(tmp_path / "p", MEALS) as project:
        (tmp_path / "p" / "one.png").unlink()
        (record,) = [r for r in project.photos() if r.path == "deep/two.png"]
        project.set_photo_facts(record.id, None, None, "two.png is damaged; copy it again.")
        report = export_coco(project, tmp_path / "coco.json")
    assert (report.written, report.photos) == (2, 1)
    assert len(report.skipped) == 2
    assert "one.png is no longer in" in "\n".join(report.skipped)
    assert "two.png is damaged; copy it again." in report.skipped


def test_the_old_file_stays_when_cancelled_or_when_nothing_could_be_written(tmp_path):
    out = tmp_path / "coco.json"
    with make_project(tmp_path / "p", MEALS) as project:
        told: list[tuple[int, int]] = []
        export_coco(project, out, lambda done, total: told.append((done, total)) or True)
        assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
        before = out.read_bytes()
        for stop in (0, 1, 3):
            with pytest.raises(Cancelled):
                export_coco(project, out, lambda done, _, stop=stop: done < stop)
        for name in ("one.png", "deep/two.png", "vier ü.png"):
            (tmp_path / "p" / name).unlink()
        with pytest.raises(RverError, match="Not one object"):
            export_coco(project, out)
    assert out.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["coco.json", "p"]


def test_wrong_places_and_options_are_told(tmp_path):
    with make_project(tmp_path / "p", {"a.png": [None]}) as project:
        with pytest.raises(RverError, match="no confirmed object"):
            export_coco(project, tmp_path / "coco.json")
        (tmp_path / "folder.json").mkdir()
        with pytest.raises(RverError, match="is a folder"):
            export_coco(project, tmp_path / "folder.json")
        (tmp_path / "folder.json").rmdir()
        with pytest.raises(RverError, match="boxes"):
            export_coco(project, tmp_path / "coco.json", segmentation="boxes")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["p"]
