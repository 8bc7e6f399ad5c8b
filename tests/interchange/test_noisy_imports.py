"""Noise for every reader: whatever comes, there are sentences, whole masks, and nothing outside."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rvergui.interchange.exports.table import EXPORTS
from rvergui.project import Project
from tests.interchange.export_cases import SIZE, export, hard_project, out_path
from tests.interchange.hostile_cases import SECRET, attempt, check_untouched
from tests.interchange.small_projects import tree

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8)
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)
# JSON as Python and many others write it knows NaN and Infinity.
odd = st.sampled_from(
    [float("nan"), float("inf"), -float("inf"), 1e308, -1e308, 5e-324, -1, 0, 2**63, -(2**63), 10**400]
)
numbers = st.floats(-200, 200, allow_nan=False) | st.integers(-(10**6), 10**6) | odd | scalars
outlines = (
    values
    | st.lists(st.lists(numbers, max_size=12), max_size=3)
    | st.fixed_dictionaries({"size": st.just([60, 80]) | values, "counts": st.text(max_size=20) | st.lists(numbers)})
)
keys = st.sampled_from([1, 1, 1, 2, "x", None]) | scalars
annotations = st.fixed_dictionaries(
    {},
    optional={
        "id": keys, "image_id": keys, "category_id": keys, "segmentation": outlines, "iscrowd": scalars,
        "bbox": st.lists(numbers, max_size=5) | values, "area": scalars,
    },
)  # fmt: skip
images = st.fixed_dictionaries(
    {"id": keys, "file_name": st.sampled_from(["a.png", "../outside.png", "/"]) | st.text(max_size=9)},
    optional={"height": st.just(60) | odd | scalars, "width": st.just(80) | odd | scalars},
)
categories = st.fixed_dictionaries({"id": keys, "name": st.text() | values})
coco_files = st.fixed_dictionaries(
    {"images": st.lists(images | values, max_size=3), "annotations": st.lists(annotations | values, max_size=5)},
    optional={
        "categories": st.lists(values | st.fixed_dictionaries({"id": keys, "name": st.text() | values}), max_size=3)
    },
)
quiet = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def holds(name: str, source: Path, project: Project, place: Path) -> None:
    outcome = attempt(name, source, project)
    for sentence in [outcome] if isinstance(outcome, str) else outcome.skipped:
        assert sentence.endswith((".", "?", '"')) or sentence, sentence
        assert "Traceback" not in sentence
    for _, sheet in project.labelled():
        for item in sheet:
            assert item.mask.size == sheet.size == SIZE
            assert not item.mask.is_empty
    check_untouched(place)


@quiet
@given(coco_files)
def test_noise_shaped_like_coco(room, content):
    place, project = room
    (place / "set" / "n.json").write_text(json.dumps(content))
    holds("coco", place / "set" / "n.json", project, place)


shapes = st.fixed_dictionaries(
    {},
    optional={
        "label": st.text(max_size=6) | values, "points": st.lists(st.lists(numbers, max_size=3), max_size=5) | values,
        "shape_type": st.sampled_from(["polygon", "circle", "rectangle", "mask", "point"]) | values,
        "group_id": values, "mask": st.text(max_size=9) | values,
    },
)  # fmt: skip


@quiet
@given(st.fixed_dictionaries({"shapes": st.lists(shapes, max_size=4) | values, "imagePath": st.just("a.png") | values}))
def test_noise_shaped_like_labelme(room, content):
    place, project = room
    (place / "set" / "n.json").write_text(json.dumps(content))
    holds("labelme", place / "set" / "n.json", project, place)


@quiet
@given(
    st.lists(st.lists(numbers | st.sampled_from(["0", "nan", "1e999"]), max_size=9), max_size=4),
    st.one_of(st.just("names: [rice, soup]"), st.text(max_size=30)),
)
def test_noise_shaped_like_yolo(room, lines, names):
    place, project = room
    (place / "set" / "a.txt").write_text(
        "\n".join(" ".join(map(str, line)) for line in lines), encoding="utf-8", errors="replace"
    )
    (place / "set" / "data.yaml").write_text(names, encoding="utf-8", errors="replace")
    holds("yolo", place / "set", project, place)


cells = st.sampled_from(["a.png", "rice", "80", "60", "", '"', "../outside.png"]) | st.text(max_size=9)


@quiet
@given(st.lists(st.lists(cells, max_size=7), max_size=5))
def test_noise_shaped_like_a_table(room, rows):
    place, project = room
    text = "photo,class,width,height,rle\n" + "\n".join(",".join(row) for row in rows)
    (place / "set" / "t.csv").write_text(text, encoding="utf-8", errors="replace")
    holds("csv", place / "set" / "t.csv", project, place)
    (place / "set" / "objects.csv").write_text(text.replace("rle", "mask"), encoding="utf-8", errors="replace")
    holds("masks", place / "set", project, place)


def _flip(data: bytes, changes: list[tuple[int, int]], cut: int) -> bytes:
    changed = bytearray(data)
    for place, value in changes:
        if changed:
            changed[place % len(changed)] = value
    return bytes(changed[: len(changed) - cut % (len(changed) + 1)])


@pytest.fixture(scope="module")
def exported(tmp_path_factory) -> Callable[[str], Path]:
    place = tmp_path_factory.mktemp("exported")
    with hard_project(place / "p") as project:
        for name in EXPORTS:
            export(project, out_path(place, name), name)
    return lambda name: out_path(place, name)


ROUND_TRIPS = [
    ("coco", "coco"),
    ("csv", "csv"),
    ("yolo", "yolo"),
    ("labelme", "labelme"),
    ("index-masks", "foodseg103"),
    ("index-masks", "index-masks"),
    ("masks", "masks"),
    ("pairs", "pairs"),
    ("crops", "folders"),
]


@pytest.mark.parametrize(("written", "read"), ROUND_TRIPS)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_damaged_exports_of_every_format(room, exported, written, read, data):
    place, project = room
    source = exported(written)
    files = [source] if source.is_file() else [source / name for name in tree(source)]
    file = data.draw(st.sampled_from(files))
    whole = file.read_bytes()
    changes = data.draw(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=6))
    file.write_bytes(_flip(whole, changes, data.draw(st.sampled_from([0, 0, 1, 50, 10**6]))))
    try:
        outcome = attempt(read, source, project, source.parent / "p" if read in ("coco", "csv") else None)
        assert outcome
    finally:
        file.write_bytes(whole)
    assert (place / "secret.txt").read_text() == SECRET
    assert not [name for name in os.listdir(place) if name not in ("new", "outside.png", "secret.txt", "set")]  # noqa: PTH208
