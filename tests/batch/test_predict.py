from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from filelock import FileLock
from pycocotools.coco import COCO

from rvergui.batch.options import PredictOptions
from rvergui.batch.predict import choose_workers, predict
from rvergui.core import ItemState, RverError, SourceKind
from rvergui.project import Project

PHOTOS = [f"p{number}.jpg" for number in (1, 2, 10)] + ["sub/p3.png"]


def given(notes: Path) -> list[str]:
    return notes.read_text().split()


def test_every_photo_is_looked_at_once_by_several_processes(folder, notes, tmp_path):
    out = tmp_path / "out.jsonl"
    report = predict(folder(*PHOTOS), out, workers=2)
    assert sorted(given(notes)) == sorted(PHOTOS)
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert [line["photo"] for line in lines] == PHOTOS  # in natural order, whoever was ready first
    assert (report.done, report.objects, report.named, report.skipped) == (4, 4, 0, [])
    assert not list(tmp_path.glob("out.jsonl.*"))


def test_a_broken_photo_and_a_deadly_one_stop_nobody(folder, notes, tmp_path):
    out = tmp_path / "out.jsonl"
    report = predict(folder("broken-1.jpg", "deadly-2.jpg", "p3.jpg", "p4.jpg"), out, workers=2)
    assert report.done == 2
    assert report.skipped[0] == "broken-1.jpg is broken."
    assert "deadly-2.jpg ended the process" in report.skipped[1]
    assert given(notes).count("deadly-2.jpg") == 2
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert ["problem" in line for line in lines] == [True, True, False, False]


@pytest.mark.parametrize("form", ["csv", "jsonl", "json"])
def test_a_stopped_run_goes_on_and_ends_with_the_same_bytes(folder, notes, tmp_path, form):
    photos = folder(*PHOTOS)
    whole, out = tmp_path / f"whole.{form}", tmp_path / f"out.{form}"
    predict(photos, whole, workers=1)
    notes.write_text("")
    stopped = predict(photos, out, workers=1, progress=lambda done, total: done < 2)
    assert stopped.cancelled
    assert not out.exists()
    first = set(given(notes)[:2])
    notes.write_text("")
    report = predict(photos, out, workers=2)
    assert report.resumed == stopped.done >= 2
    assert not first & set(given(notes))
    assert out.read_bytes() == whole.read_bytes()


def test_a_line_that_a_killed_run_left_half_written_is_done_again(folder, notes, tmp_path):
    photos, out = folder(*PHOTOS), tmp_path / "out.csv"
    predict(photos, out, workers=1)
    whole = out.read_bytes()
    predict(photos, out, workers=1, progress=lambda done, total: done < 3)
    journal = tmp_path / "out.csv.progress"
    journal.write_bytes(journal.read_bytes()[:-20])
    assert out.read_bytes() == whole  # the earlier result stays until the new one stands
    assert predict(photos, out, workers=1).resumed == 2
    assert out.read_bytes() == whole


def test_a_photo_that_was_changed_meanwhile_is_done_again(folder, notes, tmp_path):
    photos, out = folder(*PHOTOS), tmp_path / "out.csv"
    predict(photos, out, workers=1, progress=lambda done, total: done < 3)
    (photos / "p1.jpg").write_bytes(b"another photo")
    notes.write_text("")
    predict(photos, out, workers=1)
    assert "p1.jpg" in given(notes)
    assert "p2.jpg" not in given(notes)


def test_other_options_do_not_go_on_with_what_was_begun(folder, notes, tmp_path):
    photos, out = folder(*PHOTOS), tmp_path / "out.csv"
    predict(photos, out, workers=1, progress=lambda done, total: done < 2)
    with pytest.raises(RverError, match=r"another options.*--restart"):
        predict(photos, out, PredictOptions(top=3), workers=1)
    assert predict(photos, out, PredictOptions(top=3), workers=1, restart=True).resumed == 0


def test_two_runs_do_not_write_the_same_result(folder, notes, tmp_path):
    with FileLock(tmp_path / "out.csv.progress.lock"), pytest.raises(RverError, match="Another run"):
        predict(folder(*PHOTOS), tmp_path / "out.csv")


def test_cancelling_does_not_wait_for_a_photo(folder, notes, tmp_path):
    calls = iter(range(100))
    report = predict(folder("endless.jpg"), tmp_path / "out.csv", workers=1, progress=lambda *_: next(calls) < 20)
    assert report.cancelled


def test_networks_that_cannot_be_loaded_are_told_in_a_sentence(folder, notes, tmp_path):
    with pytest.raises(RverError, match="There is no such thing"):
        predict(folder(*PHOTOS), tmp_path / "out.csv", PredictOptions(segmenter="refused"))
    with pytest.raises(RverError, match=r"ended while it loaded the networks \(exit status 7\)"):
        predict(folder(*PHOTOS), tmp_path / "out.csv", PredictOptions(segmenter="dead"))


def test_nothing_to_do_and_nowhere_to_write_are_told(folder, notes, tmp_path):
    photos = folder(*PHOTOS)
    (tmp_path / "empty").mkdir()
    for source, out, words in (
        (tmp_path / "empty", "out.csv", "no photo"),
        (tmp_path / "gone", "out.csv", "no folder"),
        (notes, "out.csv", "no photo"),
        (photos, "out.xls", "no format"),
        (photos, "photos", "no format"),
        (photos, "photos/p1.jpg", "no format"),
    ):
        with pytest.raises(RverError, match=words):
            predict(source, tmp_path / out)
    with pytest.raises(RverError, match="would be overwritten"):
        predict(photos, photos / "p1.jpg", form="csv")
    with pytest.raises(RverError, match=r"Not one photo.*broken-1"):
        predict(folder("only/broken-1.jpg") / "only", tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()


def test_given_boxes_choose_the_photos(folder, notes, tmp_path):
    table = tmp_path / "boxes.csv"
    table.write_text("photo,x,y,width,height\np3.png,1,2,3,4\np10.jpg,1,1,9,9\nother.jpg,0,0,1,1\n")
    report = predict(folder(*PHOTOS), tmp_path / "out.csv", boxes=table, workers=1)
    assert sorted(given(notes)) == ["p10.jpg", "sub/p3.png"]
    assert report.notes == ["1 names in boxes.csv fit no photo; the first is other.jpg."]


def test_threads_are_divided_among_the_processes(monkeypatch):
    monkeypatch.setenv("RVERGUI_THREADS", "8")
    assert choose_workers(3, 100) == (3, 2)
    assert choose_workers(3, 2) == (2, 4)
    assert choose_workers(50, 100) == (50, 1)


def test_the_fake_segmenter_in_a_real_process_and_every_format_says_the_same(tmp_path):
    from rvergui.samples import write_meals

    write_meals(tmp_path / "photos", 1, seed=3, size=(120, 160))
    (tmp_path / "photos" / "broken.jpg").write_bytes(b"no photo")
    options = PredictOptions(segmenter="fake")
    for form in ("csv", "json", "jsonl"):
        report = predict(tmp_path / "photos", tmp_path / f"out.{form}", options, workers=1)
        assert report.done == 1
        assert "broken.jpg" in report.skipped[0]
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    objects = lines[1]["objects"]
    assert objects
    with (tmp_path / "out.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["rle"] for row in rows[1:]] == [each["segmentation"]["counts"] for each in objects]
    assert rows[0]["problem"]
    coco = COCO(str(tmp_path / "out.json"))
    annotations = coco.loadAnns(coco.getAnnIds())
    assert [coco.annToMask(each).sum() for each in annotations] == [each["area"] for each in objects]


def test_a_project_holds_proposals_that_nobody_has_confirmed_yet(folder, notes, tmp_path):
    photos = folder(*PHOTOS, "broken-9.jpg")
    out = tmp_path / "results.rver"
    predict(photos, out, workers=1, progress=lambda done, total: done < 2)
    assert not out.exists()
    predict(photos, out, workers=1)
    with Project.open(out, read_only=True) as project:
        records = project.photos()
        assert sorted(record.path for record in records) == sorted(
            f"photos/{name}" for name in [*PHOTOS, "broken-9.jpg"]
        )
        items = [item for _, sheet in project.labelled() for item in sheet]
        assert [item.state for item in items] == [ItemState.PROPOSED] * 4
        assert all(item.class_id is None and item.mask_source.kind is SourceKind.MODEL for item in items)
        assert next(record.problem for record in records if "broken" in record.path) == "broken-9.jpg is broken."
        assert project.check() == []
    assert sorted(path.name for path in tmp_path.iterdir() if "results" in path.name) == ["results.rver"]
    with pytest.raises(RverError, match="may hold work of yours"):
        predict(photos, out, workers=1)
    with pytest.raises(RverError, match=r"call it out\.rver"):
        predict(photos, tmp_path / "out.csv", form="project")
