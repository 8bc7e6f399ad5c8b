"""A corpus of bad files: every reader answers with sentences, and writes nowhere but where it should."""

from __future__ import annotations

import base64
import json
import re
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rvergui.core import RverError
from rvergui.interchange.imports.json_records import RecordLimits, records
from rvergui.interchange.imports.table import IMPORTS
from tests.interchange.export_cases import SIZE
from tests.interchange.hostile_cases import attempt, check_untouched, sentences


def annotation(**changes) -> dict:
    return {"id": 5, "image_id": 1, "category_id": 1, "segmentation": [[1, 1, 9, 1, 9, 9]]} | changes


def coco(**changes) -> dict:
    return {
        "images": [{"id": 1, "file_name": "a.png", "height": 60, "width": 80}],
        "categories": [{"id": 1, "name": "rice"}],
        "annotations": [annotation()],
    } | changes


def with_outline(outline) -> dict:
    return coco(annotations=[annotation(segmentation=outline)])


def named(file_name) -> dict:
    return coco(images=[{"id": 1, "file_name": file_name, "height": 60, "width": 80}])


COCO_FILES: dict[str, tuple[object, str]] = {
    "empty": (b"", "is no JSON|is not a COCO"),
    "cut off": (json.dumps(coco()).encode()[:-40], "is no JSON after"),
    "binary": (bytes(range(256)), "is no JSON"),
    "nan": (b'{"images": [], "annotations": [{"id": NaN}]}', "is no JSON"),
    "list": ([coco()], "a list, as results"),
    "text": ("hello", "something else"),
    "no lists": ({"images": 3, "annotations": {}}, "is no list"),
    "depth bomb": (b'{"annotations": [' + b'{"a":[' * 200_000, "nested more than"),
    "array bomb": (b'{"annotations": [' + b"[" * 200_000, "nested more than"),
    "bomb elsewhere": (b'{"other": ' + b"[" * 200_000, "is no JSON"),
    "huge number": (b'{"images": [{"id": 1' + b"0" * 50_000 + b"}]}", "is no JSON|nothing to import"),
    "infinite": (b'{"images": [], "annotations": [{"image_id": 1e999}]}', "overflow"),
    "no record": (coco(annotations=[3, None, "x"]), r"annotations\[0\]: it is no record"),
    "image without name": (coco(images=[{"id": 1}]), r"images\[0\]: a photo without id"),
    "name is a number": (named(7), r"images\[0\]"),
    "id is a list": (coco(images=[{"id": [1], "file_name": "a.png"}]), r"images\[0\]"),
    "photo elsewhere": (named("../outside.png"), "outside.png is not in"),
    "absolute photo": (named("/etc/passwd"), "passwd is not in"),
    "drive photo": (named("C:\\Windows\\a.bmp"), "is not in"),
    "null in name": (named("a\x00.png"), "is not in"),
    "long name": (named("x" * 100_000), "is not in"),
    "unknown photo": (coco(annotations=[annotation(image_id=2)]), r"annotations\[0\].*does not list"),
    "photo is a list": (coco(annotations=[annotation(image_id=[1])]), r"annotations\[0\]"),
    "same id": (coco(images=[{"id": 1, "file_name": "a.png"}, {"id": 1, "file_name": "b.png"}]), r"images\[1\]"),
    "other size": (coco(images=[{"id": 1, "file_name": "a.png", "height": 6, "width": 8}]), "annotated at 8x6"),
    "negative size": (with_outline({"size": [-60, 80], "counts": [0, 10]}), r"annotations\[0\] \(id 5\)"),
    "runs too short": (with_outline({"size": [60, 80], "counts": [1, 2]}), "do not add up"),
    "negative runs": (with_outline({"size": [60, 80], "counts": [-1, 4801]}), "below zero"),
    "runs of text": (with_outline({"size": [60, 80], "counts": ["a"]}), "not made of numbers"),
    "damaged runs": (with_outline({"size": [60, 80], "counts": "~~~"}), "damaged"),
    "runs of another photo": (with_outline({"size": [6, 8], "counts": [0, 48]}), "are for 8x6 pixels"),
    "two corners": (with_outline([[1, 1, 2, 2]]), "hold no pixel"),
    "half a corner": (with_outline([[1, 1, 2, 2, 3, 3, 4]]), "pairs x, y"),
    "corners of text": (with_outline([["a"] * 6]), "not made of numbers"),
    "far away": (with_outline([[1e6, 1, 2e6, 2, 3e6, 9]]), "far outside"),
    "infinite corner": (b'{"images": [{"id": 1, "file_name": "a.png", "height": 60, "width": 80}], "annotations": '
                        b'[{"image_id": 1, "segmentation": [[1e999, 1, 2, 3, 4, 5]]}]}', "overflow"),
    "million corners": (with_outline([[5.0, 6.0] * 10**6]), "more than the 200000"),
    "outline is a text": (with_outline("abc"), r"annotations\[0\]"),
    "nothing": (with_outline(None), "neither an outline nor a box"),
    "flat box": (coco(annotations=[annotation(segmentation=[], bbox=[1, 1, 0, 5])]), "0x5 pixels large"),
    "negative box": (coco(annotations=[annotation(segmentation=[], bbox=[1, 1, -4, 5])]), "-4x5 pixels"),
    "box outside": (coco(annotations=[annotation(segmentation=[], bbox=[500, 1, 4, 5])]), "outside"),
    "box of text": (coco(annotations=[annotation(segmentation=[], bbox=["a", 1, 4, 5])]), "neither"),
    "control characters": (coco(categories=[{"id": 1, "name": "a\x07b"}]), "control characters"),
    "empty class": (coco(categories=[{"id": 1, "name": " \u200b "}]), "cannot be empty"),
    "long class": (coco(categories=[{"id": 1, "name": "x" * 10_000}]), "longer than"),
}  # fmt: skip


@pytest.mark.parametrize("case", COCO_FILES)
def test_bad_coco_files(room, case):
    place, project = room
    content, words = COCO_FILES[case]
    file = place / "set" / "bad.json"
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    outcome = attempt("coco", file, project)
    assert isinstance(outcome, str) or outcome.objects == (case == "same id")
    assert re.search(words, sentences(outcome)), sentences(outcome)
    if "class" not in case and "control" not in case:
        assert "bad.json" in sentences(outcome)
    check_untouched(place)


YOLO_LINES = {
    "99 0.5 0.5 0.1 0.1": "class 99 is not among",
    "-1 0.5 0.5 0.1 0.1": "class -1 is not among",
    "0.5 0.5 0.5 0.1 0.1": "number of a class",
    "rice 0.5 0.5 0.1 0.1": "number of a class",
    "0 nan 0.5 0.1 0.1": "no number",
    "0 inf 0.5 0.1 0.1": "no number",
    "0 0.5 0.5 -0.1 0.1": "-0.1 by 0.1",
    "0 0.5 0.5 0 0": "0 by 0",
    "0 0.1 0.1": "2 coordinates",
    "0 0.1 0.1 0.2 0.2 0.3 0.3 0.4": "7 coordinates",
    "0 300 200 10 10": "in pixels",
    "0 30 20 40 20 30 40": "in pixels",
    "0 0.5 0.5 0.5 0.5 0.5 0.5": "no pixel",
    "0 -1.5 -1.5 0.1 0.1": "no pixel",
    "9" * 5000 + " 0.5 0.5 0.1 0.1": "number of a class|is not among",
    "0 " + "0.5 " * 500_000: "more than the 200000|too long",
    "0 " + "x" * 1000: "number of a class",
}


def test_bad_yolo_lines(room):
    place, project = room
    (place / "set" / "data.yaml").write_text("names: [rice, soup]\n")
    for line, words in YOLO_LINES.items():
        (place / "set" / "a.txt").write_text(f"\n{line}\n")
        outcome = attempt("yolo", place / "set", project)
        assert outcome.objects == 0
        assert re.search(rf"a\.txt, line 2: .*({words})", sentences(outcome)), (line[:40], sentences(outcome))
    (place / "set" / "a.txt").write_bytes(b"\xff\xfe\x00")
    assert "no UTF-8" in sentences(attempt("yolo", place / "set", project))
    check_untouched(place)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "names no classes"),
        ("names: 3", "names no classes"),
        ("names: [[a]]", "should be a number"),
        ("names: {x: y}", "should be a number"),
        ("names: [", "line 1 is no YAML"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nnames: *c", "should be a number"),
        ("!!python/object/apply:os.system ['touch /tmp/owned']", "is no YAML"),
        ("names: " + "[" * 20_000, "is no YAML"),
    ],
)
def test_bad_yolo_class_lists(room, text, words):
    place, project = room
    (place / "set" / "data.yaml").write_text(text)
    (place / "set" / "a.txt").write_text("0 0.5 0.5 0.1 0.1\n")
    assert words in sentences(attempt("yolo", place / "set", project))
    (place / "set" / "data.yaml").unlink()
    assert "has to name the classes" in sentences(attempt("yolo", place / "set", project))
    check_untouched(place)


def shape(**changes) -> dict:
    square = {"label": "rice", "points": [[1, 1], [9, 1], [9, 9]], "shape_type": "polygon"} | changes
    return {"shapes": [square], "imagePath": "a.png"}


def bomb() -> str:
    """A PNG of 100,000 x 100,000 pixels in a few bytes."""
    head = struct.pack(">IIBBBBB", 100_000, 100_000, 1, 0, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    data = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )
    return base64.b64encode(data).decode()


LABELME_FILES: dict[str, tuple[object, str]] = {
    "empty": (b"", "no file of labelme"),
    "depth bomb": (b"[" * 100_000, "no file of labelme"),
    "no shapes": ({}, "shapes"),
    "shapes is a number": ({"shapes": 3}, "shapes"),
    "no label": ({"shapes": [{"points": []}]}, "shapes.0.label"),
    "points of text": (shape(points=[["a", 1]]), "shapes.0.points.0.0"),
    "three numbers": (shape(points=[[1, 2, 3]]), "shapes.0.points.0"),
    "nan": (b'{"shapes": [{"label": "a", "points": [[NaN, 1], [2, 2], [3, 3]]}]}', "number|labelme"),
    "two points": (shape(points=[[1, 1], [2, 2]]), r"shapes\[0\] \(rice\): a polygon needs 3"),
    "far": (shape(points=[[1e9, 1], [2, 2], [3, 3]]), "far outside"),
    "million corners": (shape(points=[[1, 1], [5, 5]] * 500_000), "more than the 200000"),
    "line": (shape(shape_type="line"), "a line covers no area"),
    "strange": (shape(shape_type="x" * 500), "covers no area"),
    "no mask": (shape(shape_type="mask"), "its mask is missing"),
    "damaged mask": (shape(shape_type="mask", mask="AAAA"), "cannot be read"),
    "mask is no base64": (shape(shape_type="mask", mask="@@@"), "cannot be read"),
    "mask bomb": (shape(shape_type="mask", mask=bomb()), "more than the photo|cannot be read"),
    "mask outside": (shape(shape_type="mask", mask=bomb(), points=[[1e8, 1]]), "far outside"),
    "photo elsewhere": ({**shape(), "imagePath": "../outside.png"}, "is not in"),
    "absolute photo": ({**shape(), "imagePath": "/etc/passwd"}, "is not in"),
    "no photo": ({**shape(), "imagePath": None}, "is not in"),
    "broken copy": ({**shape(), "imagePath": "gone.png", "imageData": "AAAA"}, "bad.png"),
    "bomb as photo": ({**shape(), "imagePath": "gone.png", "imageData": bomb()}, "pixels"),
    "other size": ({**shape(), "imageHeight": 6, "imageWidth": 8}, "drawn on 8x6"),
}  # fmt: skip


@pytest.mark.parametrize("case", LABELME_FILES)
def test_bad_labelme_files(room, case):
    place, project = room
    content, words = LABELME_FILES[case]
    file = place / "set" / "bad.json"
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    for source in (file, place / "set"):
        outcome = attempt("labelme", source, project)
        assert isinstance(outcome, str) or outcome.objects == 0
        assert re.search(words, sentences(outcome)), sentences(outcome)
        assert "bad." in sentences(outcome)
    check_untouched(place)


def test_bad_index_masks_pairs_folders_and_tables(room):
    place, project = room
    root = place / "set"

    def told(name: str, *words: str, source: Path = root) -> None:
        outcome = attempt(name, source, project)
        assert isinstance(outcome, str) or outcome.objects == 0
        for word in words:
            assert word in sentences(outcome), sentences(outcome)

    told("index-masks", "no list of classes")
    (root / "classes.txt").write_text("rice\nsoup\n")
    told("index-masks", "no mask with a photo")
    (root / "masks").mkdir()
    (root / "images").mkdir()
    (root / "a.png").rename(root / "images" / "a.png")
    Image.fromarray(np.ones((6, 8), dtype=np.uint8)).save(root / "masks" / "a.png")
    told("index-masks", "a.png", "8x6")
    Image.fromarray(np.zeros((*SIZE, 3), dtype=np.uint8) + np.arange(3, dtype=np.uint8)).save(root / "masks" / "a.png")
    told("index-masks", "a.png", "colours")
    (root / "masks" / "a.png").write_bytes(b"no picture")
    told("index-masks", "a.png", "cannot be read")
    (root / "masks" / "a.png").write_bytes(base64.b64decode(bomb()))
    told("index-masks", "a.png")
    (root / "classes.txt").write_text("rice\n\x07\n")
    told("index-masks", "class 2", "control characters")
    told("foodseg103", "is not FoodSeg103")
    told("pairs", "holds no pairs")
    (root / "classes.txt").unlink()
    told("csv", "is a folder")
    table = root / "t.csv"
    for text, word in (
        ("", "lacks the column photo"),
        ("photo,class,width,height,rle\na.png,rice,80", "line 2"),
        ("photo,class,width,height,rle\na.png,rice,-80,60,x", "line 2"),
        ("photo,class,width,height,rle\na.png,rice,80,60,x", "line 2"),
        ("photo,class,width,height,rle\na.png,rice,8,6,x", "line 2"),
        ("photo,class,width,height,rle\n../outside.png,rice,80,60,x", "line 2"),
        ('photo,class,width,height,rle\n"a.png', "no CSV"),
    ):
        table.write_text(text)
        told("csv", "t.csv", word, source=table)
    (root / "objects.csv").write_text("mask,photo,class\n../secret.txt,images/a.png,rice\n")
    told("masks", "line 2", "secret.txt is not in")
    (root / "objects.csv").write_text("mask,photo,class\nmasks/a.png,images/a.png,rice\n")
    told("masks", "a.png")
    check_untouched(place)


@pytest.mark.parametrize("name", IMPORTS)
def test_what_is_not_there_and_what_is_something_else(room, name):
    place, project = room
    for source in (place / "gone", place / "a\x00b", place / ("x" * 5000)):
        assert "check the path" in attempt(name, source, project)
    archive = place / "set" / "data.zip"
    archive.write_bytes(b"PK\x05\x06" + bytes(18))
    assert "is an archive; unpack it" in attempt(name, archive, project)
    (place / "set" / "empty").mkdir()
    assert isinstance(attempt(name, place / "set" / "empty", project), str)
    check_untouched(place)


def test_links_in_a_circle_end_and_links_out_of_the_set_write_nothing(room):
    place, project = room
    (place / "set" / "loop").symlink_to(place / "set", target_is_directory=True)
    (place / "set" / "out").symlink_to(place, target_is_directory=True)
    (place / "set" / "data.yaml").write_text("names: [rice]\n")
    (place / "set" / "a.txt").write_text("0 0.5 0.5 0.5 0.5\n")
    outcome = attempt("yolo", place / "set", project)
    assert outcome.objects == 1
    check_untouched(place)


def test_labels_that_are_there_survive_a_bad_import(room):
    place, project = room
    file = place / "set" / "i.json"
    file.write_text(json.dumps(coco()))
    assert attempt("coco", file, project).objects == 1
    before = [sheet for _, sheet in project.labelled()]
    for content, _ in list(COCO_FILES.values())[:12]:
        file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        attempt("coco", file, project)
    assert [sheet for _, sheet in project.labelled()] == before


def test_a_record_beyond_the_limits_is_refused(tmp_path):
    file = tmp_path / "f.json"
    file.write_text(json.dumps({"annotations": [{"a": 1}, {"b": list(range(1000))}]}))
    with pytest.raises(RverError, match=r"after annotations\[0\]: a record holds more than 100 values"):
        list(records(file, ("annotations",), "COCO", RecordLimits(values=100)))
    assert RecordLimits().values >= 4_000_000
