"""Real files: projects, COCO files, folders of pairs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pycocotools.coco import COCO

from rvergui.checking.checking import CHECKS, check
from rvergui.checking.findings import CheckReport
from rvergui.checking.material import Limits
from rvergui.checking.opening import open_source
from rvergui.core import Item, Mask, RverError, Source, SourceKind, Taxonomy
from rvergui.interchange.coco import export_coco
from rvergui.interchange.exports.division import Division
from rvergui.interchange.exports.options import chosen
from rvergui.interchange.exports.run import ExportPlan, run_export
from rvergui.interchange.exports.table import EXPORTS
from rvergui.interchange.pairs import export_pairs
from rvergui.interchange.photo_parts import record_parts
from rvergui.project import Project
from tests.checking.values import SIZE, box

PERSON = Source.now(SourceKind.PERSON, "ada")


def write_photo(path: Path, seed: int, size: tuple[int, int] = SIZE) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.random.default_rng(seed).integers(1, 256, (*size, 3), dtype=np.uint8)).save(path)


def label(project: Project, name: str, *objects: tuple[str | None, Mask]) -> None:
    """Add a photo that is there, as opening it would, and put objects on it."""
    path = project.root / name
    (record,) = project.add_photos([path])
    from rvergui.core.photo_loading import load_photo

    photo = load_photo(path)
    project.set_photo_facts(record.id, photo.key, photo.size, None)
    before = after = project.sheet(record.id)
    for food, mask in objects:
        item = Item.new(mask, PERSON)
        if food is not None:
            found = project.taxonomy().find(food)
            assert found is not None
            item = item.named(found.id, PERSON)
        after = type(after)(after.photo_id, after.size, (*after.items, item))
    project.save_sheet(before, after, "label")


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """A project with one of everything."""
    names = ["egg", "rice", "rise"]
    with Project.create(tmp_path / "p.rver", Taxonomy.from_names(names)) as project:
        for seed, name in enumerate(("a", "b", "c", "d", "e", "f")):
            write_photo(tmp_path / f"{name}.png", seed)
        shutil.copy(tmp_path / "a.png", tmp_path / "a2.png")
        rice = [("rice", box(10 * i, 1, 9, 9)) for i in range(1, 7)]
        label(project, "a.png", ("egg", box(10, 10, 20, 20)), ("egg", box(10, 10, 20, 20)), ("egg", Mask.empty(SIZE)))
        label(project, "a2.png")
        label(project, "b.png", ("egg", box(1, 1, 2, 2)), ("egg", box(30, 30, 20, 20)), ("egg", box(40, 30, 20, 20)))
        label(project, "c.png", ("egg", box(5, 5, 10, 10, (30, 40))), *rice)
        label(project, "d.png", ("egg", box(20, 20, 20, 20)), ("rise", box(45, 20, 9, 9)))
        label(project, "e.png", (None, box(0, 20, 20, 20)))
        label(project, "f.png", ("egg", box(20, 20, 20, 20)))
        ids = {record.path: record.id for record in project.photos()}
        record_parts(project, {ids["a.png"]: "train", ids["a2.png"]: "test"})
    (tmp_path / "f.png").unlink()
    write_photo(tmp_path / "d.png", 99)
    (tmp_path / "e.png").write_bytes(b"no photo")
    return tmp_path / "p.rver"


def checked(path: Path, **options: object) -> CheckReport:
    with open_source(path, **options) as source:  # type: ignore[arg-type]
        return check(source.material)


def counts(report: CheckReport) -> dict[str, int]:
    return {name: len(report.of(name)) for name in ("file", *CHECKS) if report.of(name)}


def test_everything_that_is_wrong_with_a_project_is_found(damaged):
    assert counts(checked(damaged)) == {
        "missing-photos": 2,
        "changed-photos": 1,
        "leakage": 1,
        "empty-masks": 1,
        "mask-size": 1,
        "same-masks": 1,
        "same-photos": 1,
        "tiny": 1,
        "class-typos": 1,
        "overlaps": 1,
        "edge": 1,
        "unnamed": 1,
        "unlabelled": 1,
    }


def test_a_quick_look_reads_no_photo(damaged, monkeypatch):
    def read(*_: object) -> bytes:
        raise AssertionError("read")

    monkeypatch.setattr("rvergui.checking.photo_state.read_photo_file", read)
    report = counts(checked(damaged, limits=Limits(read=False)))
    assert report["missing-photos"] == 1
    assert "changed-photos" not in report
    assert report["same-photos"] == 1  # what is known of the content still is


def test_repairs_are_in_the_history_with_a_copy_beside_and_leave_photos_alone(damaged):
    photos = {path: path.read_bytes() for path in damaged.parent.glob("*.png")}
    before = damaged.read_bytes()
    with open_source(damaged, write=True) as source:
        report = check(source.material)
        (done,) = source.repair(report.findings)
    repaired = ["empty-masks", "mask-size", "same-masks", "same-photos", "tiny", "class-typos", "overlaps"]
    assert done.repaired == len(repaired) + 1
    left = counts(checked(damaged))
    assert not set(repaired) & left.keys()
    assert "changed-photos" not in left
    assert {path: path.read_bytes() for path in damaged.parent.glob("*.png")} == photos
    with Project.open(damaged) as project:
        assert project.taxonomy().names() == ["egg", "rice"]
        entry = next(e for e in project.history() if e.act.startswith("repair") and e.photo_id)
        assert entry.who
        assert len(project.sheet_before(entry)) >= len(project.sheet(entry.photo_id))
    assert done.backup is not None
    assert counts(checked(done.backup))["empty-masks"] == 1
    assert len(before) > 0


def test_a_project_that_is_open_elsewhere_is_not_repaired(damaged):
    with Project.open(damaged), open_source(damaged, write=True) as source:
        report = check(source.material)
        with pytest.raises(RverError, match=r"nothing was repaired.*another window"):
            source.repair(report.findings)
    assert not list(damaged.parent.glob("*before-repair*"))


@pytest.fixture
def fine(tmp_path: Path) -> Path:
    with Project.create(tmp_path / "p.rver", Taxonomy.from_names(["egg", "rice"])) as project:
        for seed in range(4):
            write_photo(tmp_path / f"{seed}.png", seed)
            label(project, f"{seed}.png", ("egg", box(5, 5, 20, 20)), ("rice", box(40, 20, 20, 20)))
        export_coco(project, tmp_path / "coco.json")
        export_pairs(project, tmp_path / "pairs", 0.5, image_format="png")
    return tmp_path


def test_what_we_export_is_fine(fine):
    for name in ("p.rver", "coco.json", "pairs"):
        assert counts(checked(fine / name)) == {}, name


def test_a_damaged_coco_file_is_told_and_repaired(fine):
    file = fine / "coco.json"
    content = json.loads(file.read_text())
    annotations = content["annotations"]
    annotations.append({**annotations[0], "id": 90})
    annotations.append({**annotations[2], "id": 91, "segmentation": [], "category_id": 2})
    annotations.append({**annotations[2], "id": 92, "segmentation": {"size": [60, 80], "counts": [1, 2, 4797]}})
    annotations.append({**annotations[3], "id": 93, "segmentation": box(5, 35, 9, 9).rle(), "category_id": 7})
    annotations.append({**annotations[3], "id": 94, "segmentation": {"size": [60, 80], "counts": "\x07"}})
    annotations.append({**annotations[3], "id": 95, "image_id": 99})
    content["categories"].append({"id": 7, "name": "Rice!"})
    content["images"].append({"id": 77, "file_name": "gone.png", "width": 80, "height": 60})
    file.write_text(json.dumps(content))
    expected = {
        "file": 2,
        "missing-photos": 1,
        "empty-masks": 1,
        "same-masks": 1,
        "tiny": 1,
        "class-typos": 1,
    }
    assert counts(checked(file)) == expected
    with open_source(file) as source:
        (done,) = source.repair(check(source.material).findings)
    assert done.repaired == 4
    left = counts(checked(file))
    assert left == {"file": 2, "missing-photos": 1}
    assert counts(checked(done.backup)) == expected
    kept = json.loads(file.read_text())
    assert [each["id"] for each in kept["annotations"]] == [*range(1, 9), 93, 94, 95]
    assert [each["name"] for each in kept["categories"]] == ["egg", "rice"]
    assert next(each for each in kept["annotations"] if each["id"] == 93)["category_id"] == 2
    assert set(COCO(str(file)).getCatIds()) == {1, 2}


def test_parts_of_a_data_set_that_share_a_photo_leak(fine):
    folder = fine / "parts"
    folder.mkdir()
    for part in ("train", "val"):
        shutil.copy(fine / "coco.json", folder / f"{part}.json")
    report = checked(folder, images=fine)
    assert counts(report)["leakage"] == 4
    assert "train (train: 0.png), val (val: 0.png)" in report.of("leakage")[0].text


def test_a_pair_of_a_photo_on_the_other_side_leaks_and_damage_is_told(fine):
    pairs = fine / "pairs"
    assert counts(checked(pairs)) == {}
    (train,) = sorted((pairs / "train" / "roi" / "egg").iterdir())[:1]
    for view in ("roi", "extra-roi"):
        shutil.copy(pairs / "train" / view / "egg" / train.name, pairs / "test" / view / "egg" / train.name)
    other = sorted((pairs / "train" / "roi" / "rice").iterdir())
    Image.fromarray(np.zeros((*SIZE, 3), dtype=np.uint8)).save(other[0])
    Image.fromarray(np.zeros((9, 9, 3), dtype=np.uint8)).save(other[1])
    report = checked(pairs)
    assert counts(report) == {"missing-photos": 1, "leakage": 1, "empty-masks": 1, "same-photos": 1}
    with open_source(pairs) as source, pytest.raises(RverError, match="not repaired in place"):
        source.repair(report.findings)


@pytest.mark.parametrize("form", ["yolo", "labelme", "index-masks", "masks", "csv"])
def test_what_else_we_export_is_fine(fine, form):
    out = fine / ("out.csv" if form == "csv" else "out")
    with Project.open(fine / "p.rver", read_only=True) as project:
        run_export(project, out, ExportPlan.of(EXPORTS[form], division=Division(0.5)))
    assert counts(checked(out, form=form, images=fine if form == "csv" else None)) == {}
    if form != "csv":  # the folder says itself what it is
        assert counts(checked(out)) == {}


def test_a_divided_coco_export_is_checked_with_its_photos(fine):
    options = chosen(EXPORTS["coco"].options, {"images": "copy"}, "coco")
    with Project.open(fine / "p.rver", read_only=True) as project:
        run_export(project, fine / "out", ExportPlan.of(EXPORTS["coco"], options, division=Division(0.5)))
    assert counts(checked(fine / "out")) == {}
    (fine / "out" / "images" / "test").rename(fine / "elsewhere")
    assert set(counts(checked(fine / "out"))) == {"missing-photos"}


@pytest.mark.parametrize(
    ("name", "words"),
    [("gone.json", "no .*gone.json"), ("photo.png", "nothing that can be checked"), ("empty", "nothing that can be")],
)
def test_what_is_nothing_of_the_kind_is_told(tmp_path, name, words):
    write_photo(tmp_path / "photo.png", 1)
    (tmp_path / "empty").mkdir()
    with pytest.raises(RverError, match=words), open_source(tmp_path / name):
        pass
