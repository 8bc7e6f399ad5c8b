"""A labelled set leaves in each format and comes back into a new project; the two are equal as far as can be."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest
from pycocotools.coco import COCO

from rvergui.core import ItemState, Mask, RverError, SourceKind, Taxonomy
from rvergui.interchange.exports.division import Division
from rvergui.interchange.exports.options import chosen
from rvergui.interchange.exports.run import ExportPlan, count_export, run_export
from rvergui.interchange.exports.table import EXPORTS
from rvergui.interchange.imports.format import Request
from rvergui.interchange.imports.run import ImportOutcome, import_dataset
from rvergui.interchange.imports.table import IMPORTS, read_dataset
from rvergui.interchange.photo_parts import read_parts, record_parts
from rvergui.project import Project
from tests.interchange.export_cases import NAMES, export, hard_project, labels_of, out_path


def bring_in(name: str, source: Path, project: Project, images: Path | None = None, **options) -> ImportOutcome:
    format = IMPORTS[name]
    request = Request(source, images, chosen(format.options, options, name), project.root / "made")
    return import_dataset(project, read_dataset(format, request), name)


@pytest.fixture
def original(tmp_path):
    with hard_project(tmp_path / "p") as project:
        yield project


@pytest.fixture
def fresh(tmp_path):
    with Project.create(tmp_path / "new" / "fresh.rver", Taxonomy()) as project:
        yield project


EXACT = [
    ("coco", {}, True),
    ("coco", {"segmentation": "polygons"}, True),
    ("yolo", {"tolerance": 0.0}, False),
    ("yolo", {"tolerance": 0.0, "images": "link"}, False),
    ("labelme", {"tolerance": 0.0}, False),
    ("labelme", {"shapes": "mask"}, False),
    ("masks", {}, False),
    ("csv", {}, True),
]


@pytest.mark.parametrize(("name", "options", "needs_images"), EXACT)
def test_every_mask_comes_back_bit_for_bit_with_holes_parts_and_names(
    original, fresh, tmp_path, name, options, needs_images
):
    out = out_path(tmp_path, name)
    export(original, out, name, **options)
    outcome = bring_in(name, out, fresh, original.root if needs_images else None)
    assert outcome.skipped == []
    assert (outcome.objects, outcome.photos, outcome.known, outcome.conflicts) == (10, 5, 0, [])
    assert labels_of(fresh) == labels_of(original)
    assert set(fresh.taxonomy().names()) == set(NAMES)
    assert [entry.name for entry in tmp_path.iterdir() if entry.name not in ("p", "new", out.name)] == []
    for _, sheet in fresh.labelled():
        for item in sheet:
            assert item.state is ItemState.CONFIRMED
            assert item.mask_source.kind is item.label_source.kind is SourceKind.IMPORT
    again = bring_in(name, out, fresh, original.root if needs_images else None)
    assert (again.objects, again.known, again.matched) == (0, 10, 5)
    assert labels_of(fresh) == labels_of(original)


DIVIDED = [
    ("coco", {}, True),
    ("coco", {"images": "copy"}, False),
    ("coco", {"images": "link", "segmentation": "polygons"}, False),
    ("labelme", {"shapes": "mask"}, False),
    ("masks", {}, False),
    ("yolo", {"tolerance": 0.0}, False),
    ("csv", {}, True),
]


@pytest.mark.parametrize(("name", "options", "needs_images"), DIVIDED)
@pytest.mark.parametrize("published", [False, True])
def test_a_division_leaves_and_comes_back_with_everything_else(
    original, fresh, tmp_path, name, options, needs_images, published
):
    """Drawn with a seed, or the one that the project came with."""
    if published:
        photos = original.photos()
        record_parts(original, {r.id: "test" if place in (1, 4) else "train" for place, r in enumerate(photos)})
    out = tmp_path / f"out{EXPORTS[name].suffix if name == 'csv' else ''}"
    plan = ExportPlan.of(
        EXPORTS[name], chosen(EXPORTS[name].options, options, name), None, None if published else Division(0.4, seed=3)
    )
    counted = count_export(original, plan, out=out)
    report = run_export(original, out, plan)
    assert report.parts == counted.parts == {part: report.parts[part] for part in ("train", "test")}
    assert min(report.parts.values()) > 0
    outcome = bring_in(name, out, fresh, original.root if needs_images else None)
    assert (outcome.objects, outcome.photos, outcome.skipped) == (10, 5, [])
    assert labels_of(fresh) == labels_of(original)
    if published:
        assert parts_of(fresh) == parts_of(original)
    assert Counter(parts_of(fresh).values()) == counted.photos_in_parts
    again = bring_in(name, out, fresh, original.root if needs_images else None)
    assert (again.objects, again.known) == (0, 10)
    run_export(original, out, plan)  # takes the place of the first


def parts_of(project: Project) -> dict[str, str]:
    """Content of each photo -> its part."""
    parts = read_parts(project)
    return {
        project.photo_path(record).read_bytes().hex(): parts[record.id]
        for record in project.photos()
        if record.id in parts
    }


def test_pycocotools_reads_each_part_and_finds_its_photos(original, tmp_path):
    export(original, tmp_path / "out", "coco", division=Division(0.4), images="copy")
    found = Counter()
    for part in ("train", "test"):
        coco = COCO(tmp_path / "out" / "annotations" / f"instances_{part}.json")
        found[part] = len(coco.imgs)
        assert {c["name"] for c in coco.cats.values()} == set(NAMES)
        for annotation in coco.anns.values():
            assert coco.annToMask(annotation).sum() == annotation["area"]
        files = {p.name for p in (tmp_path / "out" / "images" / part).iterdir()}
        assert files == {image["file_name"] for image in coco.imgs.values()}
    assert sum(found.values()) == 5
    assert min(found.values()) > 0


def test_one_coco_file_has_no_room_for_parts_or_photos(original, tmp_path):
    with pytest.raises(RverError, match="name of a folder, without"):
        export(original, tmp_path / "one.json", "coco", division=Division(0.4))
    with pytest.raises(RverError, match=r"instead of one.json"):
        export(original, tmp_path / "one.json", "coco", images="copy")
    record_parts(original, {record.id: "test" for record in original.photos()[:2]})
    assert export(original, tmp_path / "one.json", "coco").parts == {}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["one.json", "p"]


@pytest.mark.parametrize("name", ["yolo", "labelme"])
def test_outlines_that_were_made_simpler_are_within_one_pixel(original, fresh, tmp_path, name):
    out = out_path(tmp_path, name)
    export(original, out, name)
    assert bring_in(name, out, fresh).objects == 10
    before, after = labels_of(original), labels_of(fresh)
    assert before.keys() == after.keys()
    for photo, pairs in before.items():
        assert [name for name, _ in pairs] == [name for name, _ in after[photo]]
        for wanted in pairs:
            assert any(wanted[0] == found[0] and near(wanted[1], found[1]) for found in after[photo])


def near(one: Mask, other: Mask) -> bool:
    square = np.ones((3, 3), np.uint8)
    padded = np.pad(one.array().astype(np.uint8), 1)
    inner, outer = (change(padded, square)[1:-1, 1:-1].astype(bool) for change in (cv2.erode, cv2.dilate))
    found = other.array()
    return not (inner & ~found).any() and not (found & ~outer).any()


@pytest.mark.parametrize("name", ["index-masks", "foodseg103"])
def test_index_masks_come_back_as_one_object_a_class_with_their_division(original, fresh, tmp_path, name):
    export(original, tmp_path / "out", "index-masks", division=Division(0.4))
    outcome = bring_in(name, tmp_path / "out", fresh)
    assert outcome.skipped == []
    expected = {}
    for photo, pairs in labels_of(original).items():
        values = np.zeros(pairs[0][1].size, dtype=int)
        record = next(r for r in original.photos() if original.photo_path(r).read_bytes().hex() == photo)
        for item in original.sheet(record.id):
            values[item.mask.array()] = 1 + NAMES.index(original.taxonomy().get(item.class_id).name)
        found = [(NAMES[n - 1], Mask.from_array(values == n)) for n in np.unique(values) if n]
        expected[photo] = sorted(found, key=lambda pair: (pair[0], pair[1].counts))
    assert labels_of(fresh) == expected
    files = Counter(file.parent.name for file in (tmp_path / "out" / "Images" / "img_dir").rglob("*.png"))
    assert Counter(read_parts(fresh).values()) == files
    assert len(files) == 2


def test_png_pairs_come_back_onto_one_photo_and_onto_the_originals(original, fresh, tmp_path):
    export(original, tmp_path / "out", "pairs", pictures="png")
    made = bring_in("pairs", tmp_path / "out", fresh)
    assert made.skipped == []
    assert (made.objects, made.photos) == (10, 5)
    assert sorted(masks(fresh)) == sorted(masks(original))
    with Project.create(tmp_path / "third" / "t.rver", Taxonomy()) as third:
        outcome = bring_in("pairs", tmp_path / "out", third, original.root)
        assert (outcome.objects, outcome.skipped) == (10, [])
        assert labels_of(third) == labels_of(original)
        assert not (tmp_path / "third" / "made").exists()


def test_pairs_that_were_cut_become_photos_of_their_own_and_smaller_ones_smaller_photos(original, tmp_path):
    for options, photos in (({"crop": True, "margin": 0.3}, 10), ({"size": 40}, 5)):
        out = tmp_path / f"out {photos}"
        export(original, out, "pairs", pictures="png", **options)
        with Project.create(tmp_path / f"new {photos}" / "n.rver", Taxonomy()) as project:
            outcome = bring_in("pairs", out, project, original.root)
            assert outcome.skipped == []
            assert (outcome.objects, outcome.photos) == (10, photos)
            names = Counter(name for pairs in labels_of(project).values() for name, _ in pairs)
        assert names == Counter(name for pairs in labels_of(original).values() for name, _ in pairs)


def masks(project: Project) -> list[tuple[str, bytes]]:
    return [(name, mask.counts) for pairs in labels_of(project).values() for name, mask in pairs]


def test_cut_outs_come_back_with_their_class_and_the_transparent_ones_with_their_shape(original, fresh, tmp_path):
    export(original, tmp_path / "out", "crops", background="transparent", margin=0.0)
    outcome = bring_in("folders", tmp_path / "out", fresh)
    assert (outcome.objects, outcome.skipped) == (10, [])
    before = sorted((name, mask.area, mask.bbox[2:]) for pairs in labels_of(original).values() for name, mask in pairs)
    after = sorted((name, mask.area, mask.bbox[2:]) for pairs in labels_of(fresh).values() for name, mask in pairs)
    assert before == after


def test_labels_merge_into_a_project_that_has_the_photos_under_other_names(original, tmp_path):
    export(original, tmp_path / "out", "coco")
    with Project.create(tmp_path / "copy" / "copy.rver", Taxonomy()) as copy:
        for number, record in enumerate(original.photos()):
            (copy.root / f"renamed {number}.png").write_bytes(original.photo_path(record).read_bytes())
        copy.add_photos(sorted(copy.root.glob("*.png")))
        outcome = bring_in("coco", tmp_path / "out", copy, original.root)
        assert (outcome.objects, outcome.matched) == (10, 5)
        assert len(copy.photos()) == 5
        assert all(record.path.startswith("renamed") for record in copy.photos())
        assert labels_of(copy) == labels_of(original)
