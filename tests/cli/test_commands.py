from __future__ import annotations

import json
import sys
import zipfile
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from rvergui import __version__
from rvergui.cli import doctor as doctor_module
from rvergui.cli.app import app
from rvergui.cli.segment import parse_box, parse_point
from rvergui.cli.start import COMMANDS
from rvergui.core import Box, Item, Mask, Point, Sheet, Source, SourceKind, Suggestion, Taxonomy
from rvergui.interchange.mask_file import read_mask_file, write_mask_file
from rvergui.interchange.pairs import read_pairs
from rvergui.project import Project
from rvergui.runtime import report as report_module
from rvergui.runtime.report import Finding, Level
from tests.cli.command_line import disc_photo, pretend_module

OWN = [command for command in COMMANDS if command != "window"]


def test_every_command_is_listed_and_has_an_example(rvergui):
    said = rvergui("--help")
    assert said.status == 0
    for command in COMMANDS:
        assert f"\n  {command} " in said.out
    for command in OWN:
        said = rvergui(command, "--help")
        assert said.status == 0
        assert f"Example: rvergui {command}" in said.out.replace("\n  ", " ")


def test_the_commands_and_those_that_start_knows_are_the_same():
    registered = {command.name or command.callback.__name__ for command in app.registered_commands}
    assert registered | {group.name for group in app.registered_groups} == set(COMMANDS)


def test_the_version_is_told(rvergui):
    assert rvergui("--version").out == f"RveRGUI {__version__}\n"


def test_the_application_also_runs_without_start():
    result = CliRunner().invoke(app, ["segment", "gone.jpg", "--point", "1,2", "--out", "mask.png"])
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)


# segment


def test_a_click_becomes_a_mask_of_the_photo_s_size(rvergui, tmp_path):
    disc = disc_photo(tmp_path / "meal.png")
    said = rvergui("segment", "meal.png", "--point", "40,30", "--box", "18,8,62,52", "--out", "deep/mask.png")
    assert (said.status, said.err) == (0, "")
    with Image.open(tmp_path / "deep" / "mask.png") as image:
        assert image.mode == "L"
        assert set(np.unique(np.asarray(image))) == {0, 255}
    mask = read_mask_file(tmp_path / "deep" / "mask.png", disc.shape)
    assert mask.iou(Mask.from_array(disc)) > 0.9
    assert f"{mask.area} pixels" in said.out


def test_points_and_boxes_are_read():
    assert parse_point("3,4") == parse_point(" 3 , 4 ,1") == Point(3, 4, True)
    assert parse_point("3.5,4,0") == Point(3.5, 4, False)
    assert parse_box("9,8,1,2") == Box(1, 2, 9, 8)


def test_a_mask_that_finds_nothing_is_not_written(rvergui, tmp_path, monkeypatch):
    disc_photo(tmp_path / "meal.png")
    from rvergui.segment import find

    monkeypatch.setattr(find, "segment", lambda segmenter, photo, prompt: Mask.empty(photo.size))
    said = rvergui("segment", "meal.png", "--point", "40,30", "--out", "mask.png")
    assert said.status == 1
    assert "Nothing was found" in said.err
    assert not (tmp_path / "mask.png").exists()


# classify


@pytest.fixture
def predictor(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    calls: list[tuple[object, ...]] = []

    class Pretended:
        info = SimpleNamespace(name="v7", trained=True, start="both branches random", device="CPU", why="No GPU.")

        def classify(self, photo, masks, top):
            calls.append((photo.size, [mask.area for mask in masks], top))
            suggestions = (Suggestion("chili paste", 0.83, 0.51), Suggestion("ketchup", 0.1, 0.4))
            return [SimpleNamespace(suggestions=suggestions, ms=12.34)]

    def default_predictor(classes, checkpoint):
        calls.append((len(classes), "ketchup" in classes, checkpoint))
        return Pretended()

    pretend_module(monkeypatch, "rvergui.rvernet.default_model", default_predictor=default_predictor)
    return calls


def test_names_come_with_what_the_surroundings_changed(rvergui, tmp_path, predictor):
    disc = disc_photo(tmp_path / "meal.png")
    write_mask_file(tmp_path / "mask.png", Mask.from_array(disc))
    said = rvergui("classify", "meal.png", "--mask", "mask.png", "--top", 2)
    assert said.status == 0
    first, best, second = said.out.splitlines()
    assert first.startswith("v7 (trained; both branches random) on CPU")
    assert "No GPU." in said.err
    assert best.split() == ["1", "chili", "paste", "83.0%", "surroundings", "+32"]
    assert second.split()[-1] == "-30"
    assert predictor[0][1:] == (True, None)
    assert predictor[1] == ((60, 80), [int(disc.sum())], 2)


def test_json_has_exactly_the_promised_keys(rvergui, tmp_path, predictor):
    disc = disc_photo(tmp_path / "meal.png")
    write_mask_file(tmp_path / "mask.png", Mask.from_array(disc))
    said = rvergui("classify", "meal.png", "--mask", "mask.png", "--json")
    assert json.loads(said.out) == {
        "model": "v7",
        "predictions": [
            {"name": "chili paste", "probability": 0.83, "without_context": 0.51},
            {"name": "ketchup", "probability": 0.1, "without_context": 0.4},
        ],
        "ms": 12.3,
    }


# export


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path / "meals.rver", Taxonomy.from_names(["rice", "soup"])) as made:
        for number in range(4):
            disc = disc_photo(tmp_path / f"{number}.png", radius=10 + number)
            (record,) = made.add_photos([tmp_path / f"{number}.png"])
            before = after = Sheet(record.id, disc.shape)
            for food in made.taxonomy():
                item = Item.new(Mask.from_array(disc), Source.now(SourceKind.PERSON, "ada"))
                after = after.with_item(item.named(food.id, Source.now(SourceKind.PERSON, "ada")))
            made.save_sheet(before, after, "test")
    return tmp_path / "meals.rver"


def test_pairs_are_exported(rvergui, tmp_path, project):
    said = rvergui("export", project, "pairs", "--format", "pairs", "--test-share", "0.25", "--seed", "4")
    assert (said.status, said.err) == (0, "")
    assert said.out == "pairs: 8 objects from 4 photos (6 train, 2 test)\n"
    assert len(read_pairs(tmp_path / "pairs")) == 8


def test_coco_is_exported_and_what_is_left_out_is_told(rvergui, tmp_path, project):
    (tmp_path / "2.png").unlink()
    said = rvergui("export", project, "coco.json", "--format", "coco")
    assert said.status == 0
    assert said.out == "coco.json: 6 objects from 3 photos\n"
    assert said.err.startswith("Left out: 2.png is no longer in")
    assert len(json.loads((tmp_path / "coco.json").read_text())["annotations"]) == 6


def test_an_export_works_while_the_project_is_open_elsewhere(rvergui, project):
    with Project.open(project) as held:
        assert not held.read_only
        assert rvergui("export", project, "pairs", "--format", "pairs").status == 0


# doctor


@pytest.mark.parametrize(("level", "status"), [(Level.OK, 0), (Level.WARNING, 0), (Level.PROBLEM, 1)])
def test_doctor_tells_and_its_status_says_whether_there_is_a_problem(rvergui, monkeypatch, level, status):
    lines = [Finding("Qt", Level.OK, "6.12"), Finding("torch", level, "what was found", "what to do")]
    monkeypatch.setattr(report_module, "collect", lambda: None)
    monkeypatch.setattr(report_module, "findings", lambda evidence: lines)
    said = rvergui("doctor")
    assert said.status == status
    assert said.out.splitlines()[1].split(maxsplit=2) == [level.value, "torch", "what was found"]
    assert said.out.splitlines()[2].strip() == "-> what to do"
    said = rvergui("doctor", "--json")
    assert said.status == status
    assert json.loads(said.out)["findings"][1] == {
        "topic": "torch",
        "level": level.value,
        "text": "what was found",
        "advice": "what to do",
    }


def test_doctor_writes_a_report_and_never_over_another_file(rvergui, monkeypatch, tmp_path):
    monkeypatch.setattr(report_module, "collect", lambda: None)
    monkeypatch.setattr(report_module, "findings", lambda evidence: [Finding("Qt", Level.PROBLEM, "is not there")])
    with Project.create(tmp_path / "p.rver", Taxonomy()) as project:
        path = project.path
    said = rvergui("doctor", "--report", str(tmp_path / "problem.zip"), "--project", str(path))
    assert said.status == 0
    assert "is written" in said.out
    with zipfile.ZipFile(tmp_path / "problem.zip") as archive:
        assert json.loads(archive.read("doctor.json"))["findings"][0]["topic"] == "Qt"
        assert json.loads(archive.read("project.json"))["photos"] == 0
    for arguments, word in (
        (("--report", str(tmp_path / "problem.zip")), "is there already"),
        (("--report", str(tmp_path / "problem.txt")), ".zip"),
        (("--report", str(tmp_path / "new.zip"), "--project", str(tmp_path / "none.rver")), "does not exist"),
    ):
        said = rvergui("doctor", *arguments)
        assert said.status == 1
        assert word in said.err
        assert "Traceback" not in said.err
    assert not (tmp_path / "new.zip").exists()


def test_doctor_is_light(monkeypatch):
    assert doctor_module.EXAMPLE
    for heavy in ("timm", "segment_anything"):
        assert not hasattr(sys.modules["rvergui.runtime.report"], heavy)


# What makes no sense

SEGMENT = ["segment", "meal.png", "--out", "mask.png"]
BAD_CALLS = [
    (["segment"], 2, "PHOTO"),
    (["segment", "meal.png", "--point", "1,2"], 2, "--out"),
    (SEGMENT, 2, "at least one --point"),
    ([*SEGMENT, "--point", "1"], 2, "320,240"),
    ([*SEGMENT, "--point", "1,2,3"], 2, "320,240"),
    ([*SEGMENT, "--point", "a,b"], 2, "not made of numbers"),
    ([*SEGMENT, "--point", "nan,1"], 2, "not made of numbers"),
    ([*SEGMENT, "--point", "inf,1"], 2, "not made of numbers"),
    ([*SEGMENT, "--box", "1,2,3"], 2, "10,20,300,200"),
    ([*SEGMENT, "--box", "1,2,3,x"], 2, "not made of numbers"),
    ([*SEGMENT, "--point", "80,10"], 1, "lies outside meal.png, which is 80x60"),
    ([*SEGMENT, "--point", "-1,10"], 1, "lies outside"),
    ([*SEGMENT, "--box", "200,200,300,300"], 1, "covers nothing"),
    ([*SEGMENT, "--point", "4,4,0"], 1, "take away"),
    ([*SEGMENT, "--point", "4,4", "--bogus"], 2, "--bogus"),
    ([*SEGMENT, "--point", "4,4", "--segmenter", "magic"], 1, "'magic'"),
    ([*SEGMENT, "--point", "4,4", "--checkpoint", "gone.pth"], 1, "gone.pth does not exist"),
    (["segment", "meal.png", "--point", "4,4", "--out", "mask.jpg"], 2, ".png"),
    (["segment", "meal.png", "--point", "4,4", "--out", "meal.png"], 1, "the photo itself"),
    (["segment", "meal.png", "--point", "4,4", "--out", "folder.png"], 1, "is a folder"),
    (["segment", "meal.png", "--point", "4,4", "--out", "notes.txt/mask.png"], 1, "could not be written"),
    (["segment", "gone.jpg", "--point", "4,4", "--out", "mask.png"], 1, "gone.jpg does not exist"),
    (["segment", "folder.png", "--point", "4,4", "--out", "mask.png"], 1, "is a folder"),
    (["segment", "notes.txt", "--point", "4,4", "--out", "mask.png"], 1, "not an image"),
    (["segment", "empty.jpg", "--point", "4,4", "--out", "mask.png"], 1, "is empty"),
    (["classify", "meal.png"], 2, "--mask"),
    (["classify", "meal.png", "--mask", "gone.png"], 1, "gone.png does not exist"),
    (["classify", "meal.png", "--mask", "notes.txt"], 1, "notes.txt"),
    (["classify", "meal.png", "--mask", "small.png"], 1, "8x6 pixels and the photo 80x60"),
    (["classify", "meal.png", "--mask", "black.png"], 1, "covers no pixel"),
    (["classify", "gone.png", "--mask", "black.png"], 1, "gone.png does not exist"),
    (["classify", "meal.png", "--mask", "mask.png", "--top", "0"], 2, "--top"),
    (["classify", "meal.png", "--mask", "mask.png", "--top", "many"], 2, "--top"),
    (["classify", "meal.png", "--mask", "mask.png", "--checkpoint", "folder.png"], 1, "is a folder"),
    (["export"], 2, "PROJECT"),
    (["export", "gone.rver", "out", "--format", "pairs"], 1, "gone.rver does not exist"),
    (["export", "notes.txt", "out", "--format", "pairs"], 1, "not a project"),
    (["export", "broken.rver", "out", "--format", "pairs"], 1, "broken.rver"),
    (["export", "broken.rver", "out"], 2, "--format"),
    (["export", "broken.rver", "out", "--format", "yolov99"], 2, "yolov99"),
    (["export", "new.rver", "out", "--format", "pairs"], 1, "no confirmed object"),
    (["export", "new.rver", "out", "--format", "coco"], 1, "no confirmed object"),
    (["export", "new.rver", "out", "--format", "pairs", "--test-share", "2"], 2, "--test-share"),
    (["export", "new.rver", "out", "--format", "pairs", "--pictures", "gif"], 1, "gif"),
    (["export", "new.rver", "out", "--format", "coco", "--segmentation", "boxes"], 1, "boxes"),
    (["train"], 2, "SOURCE"),
    (["train", "new.rver"], 2, "--out"),
    (["train", "new.rver", "--out", "net.safetensors", "--epochs", "0"], 2, "--epochs"),
    (["train", "new.rver", "--out", "net.safetensors", "--val-share", "1"], 2, "--val-share"),
    (["train", "new.rver", "--out", "net.safetensors", "--seed", "-1"], 2, "--seed"),
    (["train", "new.rver", "--out", "net.safetensors", "--learning-rate", "fast"], 2, "--learning-rate"),
    (["evaluate", "gone.safetensors", "new.rver"], 1, "gone.safetensors does not exist"),
    (["evaluate", "notes.txt", "new.rver", "--split", "half"], 2, "--split"),
    (["doctor", "--bogus"], 2, "--bogus"),
    (["doctor", "more"], 2, "more"),
    (["--version", "--bogus"], 2, "--bogus"),
]


@pytest.mark.parametrize(("arguments", "status", "word"), BAD_CALLS, ids=[" ".join(call[0]) for call in BAD_CALLS])
def test_bad_calls_are_told_without_a_traceback(rvergui, tmp_path, predictor, arguments, status, word):
    disc = disc_photo(tmp_path / "meal.png")
    write_mask_file(tmp_path / "mask.png", Mask.from_array(disc))
    write_mask_file(tmp_path / "small.png", Mask.from_array(disc[:6, :8] | True))
    write_mask_file(tmp_path / "black.png", Mask.empty(disc.shape))
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "notes.txt").write_text("no picture")
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "broken.rver").write_bytes(b"no database " * 100)
    Project.create(tmp_path / "new.rver", Taxonomy.from_names(["rice"])).close()
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir() if not path.name.startswith("new.rver")}
    said = rvergui(*arguments)
    assert said.status == status
    assert word in said.err
    assert "Traceback" not in said.err + said.out
    if status == 1:
        assert said.err.count("\n") == 1, "one sentence on one line"
    after = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir() if not path.name.startswith("new.rver")}
    assert after == before, "a refused call leaves everything as it was"


@pytest.mark.parametrize(("variable", "value"), [("RVERGUI_PIXEL_LIMIT", "1000"), ("RVERGUI_PIXEL_LIMIT", "lots")])
def test_the_environment_is_heard(rvergui, tmp_path, monkeypatch, variable, value):
    disc_photo(tmp_path / "meal.png")
    monkeypatch.setenv(variable, value)
    said = rvergui(*SEGMENT, "--point", "4,4")
    assert said.status == 1
    assert variable in said.err
