from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rvergui.core import Mask, RverError
from rvergui.segment.fake import FakeSegmenter
from tests.cli.command_line import disc_photo

ISSUE_KEYS = ["segmenter", "objects", "iou", "noc", "ms_click", "ms_encode"]


@pytest.fixture
def coco(tmp_path: Path) -> Path:
    """Two photos with three discs as polygons and run lengths, a crowd, a crumb, and a photo that is gone."""
    (tmp_path / "photos" / "deep").mkdir(parents=True)
    small = disc_photo(tmp_path / "photos" / "deep" / "a.png", radius=8)
    large = disc_photo(tmp_path / "photos" / "b.png", radius=22)
    images = [
        {"id": i, "file_name": name, "height": 60, "width": 80}
        for i, name in enumerate(("deep/a.png", "b.png", "gone.png"))
    ]
    whole, ring = Mask.from_array(large), Mask.from_array(large & ~small)
    objects = [
        (0, 1, Mask.from_array(small).polygons(), 0),
        (1, 1, whole.rle(), 0),
        (1, 2, ring.rle(), 0),
        (1, 2, whole.rle(), 1),
        (0, 2, [[1, 1, 3, 1, 3, 3]], 0),
        (2, 1, [[1, 1, 30, 1, 30, 30]], 0),
    ]
    annotations = [
        {"id": n, "image_id": image, "category_id": kind, "segmentation": outline, "iscrowd": crowd}
        for n, (image, kind, outline, crowd) in enumerate(objects)
    ]
    categories = [{"id": 1, "name": "rice", "supercategory": "food"}, {"id": 2, "name": "ring", "supercategory": "toy"}]
    content = {"images": images, "annotations": annotations, "categories": categories}
    (tmp_path / "coco.json").write_text(json.dumps(content))
    return tmp_path / "coco.json"


CALL = ("bench", "clicks", "--coco", "coco.json", "--images", "photos", "--segmenter", "fake")


def test_json_has_the_promised_keys_and_nothing_else_is_on_standard_output(rvergui, coco):
    said = rvergui(*CALL, "--clicks", 3, "--json")
    assert said.status == 0
    numbers = json.loads(said.out)
    assert [key for key in numbers if key in ISSUE_KEYS] == ISSUE_KEYS
    assert (numbers["segmenter"], numbers["objects"], numbers["photos"]) == ("fake", 3, 2)
    assert list(numbers["iou"]) == ["1", "2", "3"]
    assert list(numbers["noc"]) == list(numbers["failed"]) == ["80", "85", "90"]
    assert all(0 < value < 1 for value in numbers["iou"].values())
    assert numbers["ms_click"] > 0
    assert numbers["complete"] is True
    assert numbers["left_out"] == {"crowd": 1, "missing_photo": 1, "small": 1}
    assert "Fake segmenter for tests: 3 objects of at least 100 pixels on 2 photos, up to 3 clicks each" in said.err
    assert "1 annotation left out: a crowd" in said.err
    assert "jittered" not in numbers
    assert "per_category" not in numbers


def test_the_numbers_are_those_of_the_objects(rvergui, coco):
    """The fake's first answer is a disc of a tenth of the photo's longest side; so the disc of that size is found."""
    numbers = json.loads(rvergui(*CALL, "--category", "rice", "--clicks", 1, "--json").out)
    small, large = (np.pi * 8**2, np.pi * 22**2)
    expected = (1 + small / large) / 2
    assert numbers["iou"]["1"] == pytest.approx(expected, abs=0.06)
    assert numbers["noc"]["80"] == 1
    assert numbers["failed"]["80"] == 0.5


def test_people_get_a_table(rvergui, coco):
    said = rvergui(*CALL, "--candidates", "best", "--jitter", "50%", "--per-category")
    assert said.status == 0
    lines = said.out.splitlines()
    assert lines[0] == "Fake segmenter for tests: 3 objects on 2 photos"
    for label in (
        "mean IoU",
        "  best of the candidates",
        "  clicks off by 50 %",
        "mean number of clicks",
        "not within 5",
    ):
        assert any(line.startswith(label) for line in lines), label
    assert next(line for line in lines if line.startswith("rice")).split()[1] == "2"
    assert "ms a click" in said.out


def test_jitter_and_the_best_candidate_are_told_beside_the_usual_numbers(rvergui, coco):
    plain = json.loads(rvergui(*CALL, "--json").out)
    more = json.loads(rvergui(*CALL, "--candidates", "best", "--jitter", "3", "--per-category", "--json").out)
    assert more["iou"] == plain["iou"]
    assert all(more["iou_best_candidate"][k] >= more["iou"][k] for k in more["iou"])
    assert more["iou_best_candidate"]["1"] > more["iou"]["1"]
    assert list(more["jittered"]["iou"]) == list(more["iou"])
    assert more["jittered"]["iou"] != more["iou"]
    assert more["jitter"] == "3 px"
    assert {name: numbers["objects"] for name, numbers in more["per_category"].items()} == {"rice": 2, "ring": 1}


def test_every_object_is_a_row(rvergui, coco, tmp_path):
    said = rvergui(*CALL, "--clicks", 2, "--candidates", "best", "--jitter", "3", "--out", "rows.csv", "--json")
    numbers = json.loads(said.out)
    with (tmp_path / "rows.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["photo"], row["annotation"], row["category"]) for row in rows] == [
        ("deep/a.png", "0", "rice"),
        ("b.png", "1", "rice"),
        ("b.png", "2", "ring"),
    ]
    for k in ("1", "2"):
        assert np.mean([float(row[f"iou_{k}"]) for row in rows]) == pytest.approx(numbers["iou"][k], abs=1e-3)
        best = np.mean([float(row[f"best_iou_{k}"]) for row in rows])
        assert best == pytest.approx(numbers["iou_best_candidate"][k], abs=1e-3)
        jittered = np.mean([float(row[f"jittered_iou_{k}"]) for row in rows])
        assert jittered == pytest.approx(numbers["jittered"]["iou"][k], abs=1e-3)
    assert rows[0]["points"].split()[0] == "40.5,30.5,1"
    assert rows[0]["clicks_to_80"] == "1"
    assert rows[1]["clicks_to_80"] == ""


def test_a_draw_and_a_group_are_taken(rvergui, coco):
    assert json.loads(rvergui(*CALL, "--limit", 1, "--json").out)["objects"] == 1
    assert json.loads(rvergui(*CALL, "--supercategory", "food", "--json").out)["objects"] == 2
    assert json.loads(rvergui(*CALL, "--min-area", 0, "--json").out)["objects"] == 4


@pytest.mark.parametrize(
    ("change", "status", "message"),
    [
        ({"--segmenter": "nosuch"}, 1, "There is no segmenter called 'nosuch'; the known ones are: "),
        ({"--coco": "gone.json"}, 1, "The COCO gone.json does not exist"),
        ({"--images": "gone"}, 1, "gone is no folder"),
        ({"--images": "empty"}, 1, "Not one photo of coco.json is in empty"),
        ({"--checkpoint": "gone.pth"}, 1, "The checkpoint gone.pth does not exist"),
        ({"--category": "rise"}, 1, "coco.json has no category “rise”; did you mean rice"),
        ({"--jitter": "lots"}, 1, "'lots' is no jitter"),
        ({"--out": "rows.txt"}, 2, "ends in .csv"),
        ({"--out": "photos.csv"}, 1, "photos.csv is a folder"),
        ({"--clicks": "0"}, 2, "--clicks"),
        ({"--min-area": "100000"}, 1, "too small"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(rvergui, coco, tmp_path, change, status, message):
    (tmp_path / "empty").mkdir()
    (tmp_path / "photos.csv").mkdir()
    options = dict(zip(CALL[2::2], CALL[3::2], strict=True)) | change
    said = rvergui(*CALL[:2], *(word for pair in options.items() for word in pair), "--json")
    assert said.status == status
    assert message in said.err
    assert said.out == ""
    assert "Traceback" not in said.err
    if status == 1:
        assert said.err.count("\n") == 1


def test_no_weights_are_one_sentence(rvergui, coco, monkeypatch):
    def none(name, checkpoint=None, **options):
        raise RverError("There are no weights of mobile_sam on this computer; get them with “rvergui weights get”.")

    monkeypatch.setattr("rvergui.segment.registry.create_segmenter", none)
    said = rvergui(*CALL, "--json")
    assert (said.status, said.out) == (1, "")
    assert said.err == "There are no weights of mobile_sam on this computer; get them with “rvergui weights get”.\n"


def test_the_checkpoint_reaches_the_segmenter(rvergui, coco, tmp_path, monkeypatch):
    made = []

    def create(name, checkpoint=None, **options):
        made.append((name, checkpoint))
        return FakeSegmenter()

    monkeypatch.setattr("rvergui.segment.registry.create_segmenter", create)
    (tmp_path / "mine.safetensors").write_bytes(b"weights")
    assert rvergui(*CALL, "--checkpoint", "mine.safetensors").status == 0
    assert rvergui(*CALL).status == 0
    assert made == [("fake", Path("mine.safetensors")), ("fake", None)]


def test_broken_photos_are_told_and_the_others_measured(rvergui, coco, tmp_path):
    (tmp_path / "photos" / "b.png").write_bytes(b"no picture")
    said = rvergui(*CALL, "--json")
    assert said.status == 0
    numbers = json.loads(said.out)
    assert (numbers["objects"], numbers["photos_not_used"]) == (1, 1)
    assert "Left out: b.png in photos is not an image that can be read" in said.err
    Image.new("RGB", (20, 20)).save(tmp_path / "photos" / "deep" / "a.png")
    said = rvergui(*CALL, "--json")
    assert (said.status, said.out) == (1, "")
    assert "Not one object could be cut out; first: " in said.err.splitlines()[-1]


class Tired(FakeSegmenter):
    """Ctrl+C comes with the n-th click."""

    clicks_left = 0

    def decode(self, embedding, prompt, previous=None):
        Tired.clicks_left -= 1
        if Tired.clicks_left < 0:
            raise KeyboardInterrupt
        return super().decode(embedding, prompt, previous)


def test_ctrl_c_keeps_what_was_measured(rvergui, coco, tmp_path, monkeypatch):
    monkeypatch.setattr("rvergui.segment.registry.create_segmenter", lambda name, checkpoint=None: Tired())
    Tired.clicks_left = 10
    said = rvergui(*CALL, "--json", "--out", "rows.csv")
    assert said.status == 130
    numbers = json.loads(said.out)
    assert (numbers["objects"], numbers["complete"]) == (2, False)
    assert said.err.splitlines()[-1] == "Stopped after 2 of 3 objects; the numbers are of these."
    assert len((tmp_path / "rows.csv").read_text().splitlines()) == 3
    Tired.clicks_left = 3
    said = rvergui(*CALL, "--json")
    assert (said.status, said.out) == (130, "")
    assert said.err.splitlines()[-1] == "Stopped before the first object was done."


def test_a_segmenter_that_gives_up_is_told(rvergui, coco, monkeypatch):
    class Clumsy(FakeSegmenter):
        def decode(self, embedding, prompt, previous=None):
            if len(prompt.points) == 2:
                raise ValueError("list index out of range")
            return super().decode(embedding, prompt, previous)

    monkeypatch.setattr("rvergui.segment.registry.create_segmenter", lambda name, checkpoint=None: Clumsy())
    said = rvergui(*CALL, "--json")
    assert said.status == 0
    numbers = json.loads(said.out)
    assert numbers["gave_up"] == 3
    assert numbers["iou"]["1"] == numbers["iou"]["5"]
    assert "gave up on 3 of 3 objects" in said.err
    assert "ValueError: list index out of range" in said.err


def test_a_network_that_is_being_converted_is_waited_for_and_closed(rvergui, coco, monkeypatch):
    happened = []

    class Converting(FakeSegmenter):
        def wait_ready(self, progress):
            progress("converting", 0.1)
            progress("converting", 0.9)
            happened.append("ready")
            self.description = "Fast fake"

        def encode(self, photo):
            happened.append("encode")
            return super().encode(photo)

        def close(self):
            happened.append("close")

    monkeypatch.setattr("rvergui.segment.registry.create_segmenter", lambda name, checkpoint=None: Converting())
    said = rvergui(*CALL, "--json")
    assert json.loads(said.out)["description"] == "Fast fake"
    assert happened == ["ready", "encode", "encode", "close"]
    assert said.err.count("Getting ready: converting") == 1
