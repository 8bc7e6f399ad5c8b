from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from pycocotools.coco import COCO

from rvergui.batch.boxes import read_boxes
from rvergui.batch.outputs import Output, write_output
from rvergui.batch.results import FoundObject, PhotoResult
from rvergui.core import Box, Mask, RverError, Suggestion
from rvergui.project import Project

CLASSES = ("egg", 'a "b", c', "bread")


def records() -> list[dict]:
    array = np.zeros((10, 12), dtype=bool)
    array[2:5, 3:9] = True
    mask = Mask.from_array(array)
    names = (Suggestion('a "b", c', 0.75, 0.25), Suggestion("egg", 0.125, 0.5))
    return [
        PhotoResult("a,\n.jpg", (10, 12), (FoundObject(mask, 0.9, names), FoundObject(mask, 0.5))).record(),
        PhotoResult("none.jpg", (10, 12)).record(),
        PhotoResult("bad.jpg", problem="bad.jpg is bad.").record(),
        PhotoResult("b\udcff.jpg", (10, 12), (FoundObject(mask, 0.4, names[1:]),)).record(),
    ]


def test_csv_has_a_line_for_each_object_with_all_its_names(tmp_path: Path):
    write_output(tmp_path / "out.csv", "csv", records(), Output(CLASSES, 2, "photos"))
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8", errors="surrogateescape") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["photo"] for row in rows] == ["a,\n.jpg", "a,\n.jpg", "none.jpg", "bad.jpg", "b\udcff.jpg"]
    first = rows[0]
    assert (first["name"], first["probability"], first["name_2"], first["x"], first["width"], first["area"]) == (
        'a "b", c', "0.75", "egg", "3", "6", "18",
    )  # fmt: skip
    assert (rows[1]["name"], rows[2]["object"], rows[3]["problem"]) == ("", "", "bad.jpg is bad.")


def test_coco_is_read_by_its_own_reader(tmp_path: Path):
    write_output(tmp_path / "out.json", "coco", records(), Output(CLASSES, 2, "photos"))
    coco = COCO(str(tmp_path / "out.json"))
    assert [image["file_name"] for image in coco.loadImgs(coco.getImgIds())] == ["a,\n.jpg", "none.jpg", "b\udcff.jpg"]
    annotations = coco.loadAnns(coco.getAnnIds())
    names = {category["id"]: category["name"] for category in coco.loadCats(coco.getCatIds())}
    assert [names[each["category_id"]] for each in annotations] == ['a "b", c', "unnamed", "egg"]
    assert [each["score"] for each in annotations] == [0.75, 0.5, 0.125]
    assert all(coco.annToMask(each).sum() == 18 for each in annotations)


def test_a_result_that_cannot_be_finished_leaves_the_earlier_one(tmp_path: Path):
    out = tmp_path / "out.jsonl"
    out.write_text("earlier")

    def broken():
        yield records()[0]
        raise RverError("no")

    with pytest.raises(RverError):
        write_output(out, "jsonl", broken(), Output((), 1, ""))
    assert out.read_text() == "earlier"
    assert list(tmp_path.iterdir()) == [out]


def test_boxes_of_a_coco_file_find_their_photos_by_name(tmp_path: Path):
    file = tmp_path / "boxes.json"
    file.write_text(
        json.dumps(
            {
                "images": [{"id": 1, "file_name": "x\\A.JPG"}, {"id": "b", "file_name": "b.jpg"}],
                "annotations": [{"image_id": 1, "bbox": [1, 2, 3, 4]}, {"image_id": 1, "bbox": [0, 0, 1, 1]}],
            }
        )
    )
    assert read_boxes(file, ["deep/a.jpg", "b.jpg"]) == (
        {"deep/a.jpg": (Box(1, 2, 4, 6), Box(0, 0, 1, 1))},
        [],
    )


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("b.csv", "photo,x0\na.jpg,1\n", "lacks columns"),
        ("b.csv", "photo,x0,y0,x1,y1\na.jpg,1,2,3\n", "line 2 of b.csv is not made of four numbers"),
        ("b.csv", "photo,x0,y0,x1,y1\na.jpg,1,2,nan,4\n", "line 2 of b.csv has no area"),
        ("b.csv", "photo,x0,y0,x1,y1\na.jpg,5,5,5,9\n", "has no area"),
        ("b.csv", "photo,x0,y0,x1,y1\nz.jpg,1,1,5,9\n", "the first is z.jpg"),
        ("b.csv", "photo,x0,y0,x1,y1\n", "it has no boxes"),
        ("b.csv", "photo\x00\udcff", "CSV again|lacks columns"),
        ("b.txt", "", "no boxes that can be read"),
        ("b.json", '{"images": [], "annotations": [{"bbox": [1, 1, 2, 2], "image_id": 4}]}', "photo 4 in annotation 1"),
        ("b.json", '{"images": [], "annotations": [{"bbox": "no"}]}', "no “bbox” of four numbers in annotation 1"),
        ("b.json", '{"images": [], "annotations": [[]]}', "annotation 1"),
        ("b.json", "[1]", "is a list"),
    ],
)
def test_bad_boxes_are_told_with_their_place(tmp_path: Path, name: str, text: str, words: str):
    (tmp_path / name).write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(RverError, match=words):
        read_boxes(tmp_path / name, ["a.jpg"])


def test_a_project_keeps_masks_and_suggestions(tmp_path: Path):
    made = [record for record in records() if "\udcff" not in record["photo"]]
    photos = {record["photo"]: tmp_path / record["photo"].replace(",\n", "x") for record in made}
    for path in photos.values():
        path.write_bytes(path.name.encode())
    write_output(
        tmp_path / "out.rver", "project", made, Output(CLASSES, 2, "photos", photos, tmp_path / "m.safetensors")
    )
    with Project.open(tmp_path / "out.rver") as project:
        assert project.taxonomy().names() == list(CLASSES)
        ((record, sheet),) = project.labelled()
        assert record.content_hash
        assert [item.mask.area for item in sheet] == [18, 18]
        assert [s.name for s in sheet.items[0].suggestions] == ['a "b", c', "egg"]
        assert sheet.items[1].suggestions == ()
        assert "predict" in [entry.act for entry in project.history()]
        assert project.model_path() == tmp_path / "m.safetensors"
