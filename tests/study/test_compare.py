"""Two models on photos that neither was trained on."""

from __future__ import annotations

import base64
import io
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from rvergui.core import RverError
from rvergui.core.photo import short_key
from rvergui.core.photo_loading import load_photo
from rvergui.project import Project
from rvergui.rvernet.checkpoint import read_header
from rvergui.study.compare import Comparison, compare
from rvergui.study.verdict import FEWEST_PHOTOS, Difference, Verdict, judged
from rvergui.training.evaluate_events import Failed, Judged, Judging, Reading, parse_event
from rvergui.training.view_store import StoppedError
from tests.cli.command_line import starter
from tests.training.little_data import PHOTOS, run, write_pairs, write_project


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of 12 photos, one that holds these and 12 more, and models trained on the first."""
    root = tmp_path_factory.mktemp("compare")
    write_project(root / "first", PHOTOS)
    with Project.open(write_project(root / "more", PHOTOS * 2)) as project:
        for record in project.photos():  # so that photos are found by what is in them
            photo = load_photo(project.photo_path(record), 10**6)
            project.set_photo_facts(record.id, photo.key, photo.pixels.shape[:2], None)
    run(root / "first" / "little.rver", root / "good.safetensors", epochs=12, learning_rate=3e-3, threads=1)
    run(root / "first" / "little.rver", root / "poor.safetensors", epochs=1, learning_rate=1e-9, threads=1, seed=5)
    return root


@pytest.fixture(scope="module")
def worse(folder: Path) -> Comparison:
    return compare(folder / "good.safetensors", folder / "poor.safetensors", folder / "more" / "little.rver", draws=300)


def test_no_photo_judges_that_a_model_was_trained_on(folder: Path, worse: Comparison) -> None:
    headers = [read_header(folder / f"{name}.safetensors") for name in ("good", "poor")]
    seen = headers[0].photos_seen | headers[1].photos_seen
    assert seen
    assert not seen.intersection(worse.photo_keys)
    assert len(worse.photo_keys) + worse.left_out == 24
    assert worse.left_out == len(seen)


def test_a_model_that_learnt_nothing_is_significantly_worse(worse: Comparison) -> None:
    assert worse.verdict is Verdict.WORSE
    top1 = worse.scores["top1"]
    assert top1.new - top1.old == pytest.approx(top1.value)
    assert top1.low <= top1.value <= top1.high < 0
    assert set(worse.per_class) == {"tomato", "pea", "plum"}


def test_the_other_way_round_it_is_better_by_as_much(folder: Path, worse: Comparison) -> None:
    better = compare(
        folder / "poor.safetensors", folder / "good.safetensors", folder / "more" / "little.rver", draws=300
    )
    assert better.verdict is Verdict.BETTER
    for measure, score in better.scores.items():
        other = worse.scores[measure]
        assert (score.value, score.low, score.high) == pytest.approx((-other.value, -other.high, -other.low))


def test_a_model_is_no_worse_than_itself(folder: Path) -> None:
    model = folder / "good.safetensors"
    same = compare(model, model, folder / "more" / "little.rver", draws=100)
    assert same.verdict is Verdict.NO_WORSE
    assert all((score.low, score.value, score.high) == (0, 0, 0) for score in same.scores.values())


def test_mistakes_come_with_their_photos(worse: Comparison) -> None:
    assert worse.confused
    counts = [pair.new for pair in worse.confused]
    assert counts == sorted(counts, reverse=True)
    for pair in worse.confused:
        assert pair.true != pair.named
        assert pair.photos
        assert all(photo.endswith(".png") for photo in pair.photos)
    wrong = round((1 - worse.scores["top1"].new) * worse.items)
    assert sum(counts) == wrong


def test_where_every_photo_was_learnt_from_nothing_is_compared(folder: Path, tmp_path: Path) -> None:
    model = folder / "good.safetensors"
    held = set(read_header(model).training["val_photos"])
    run(folder / "first" / "little.rver", tmp_path / "child.safetensors", start_from=model, epochs=1, seed=0)
    found = compare(model, tmp_path / "child.safetensors", folder / "first" / "little.rver", draws=100)
    assert set(found.photo_keys) <= held
    assert any("chose its best epoch" in note for note in found.notes)
    with pytest.raises(RverError, match="label new photos"):
        compare(model, model, _only_what_was_learnt(folder, model, tmp_path))


def _only_what_was_learnt(folder: Path, model: Path, tmp_path: Path) -> Path:
    """A project of the photos that ``model`` was trained on."""
    copied = tmp_path / "copy"
    shutil.copytree(folder / "first", copied)
    seen = read_header(model).photos_seen
    with Project.open(copied / "little.rver") as project:
        keys = {r.id: short_key(load_photo(project.photo_path(r), 10**6).key) for r in project.photos()}
        project.remove_photos([photo for photo, key in keys.items() if key not in seen])
    return copied / "little.rver"


def test_a_test_part_judges_where_there_is_one(folder: Path, tmp_path: Path) -> None:
    pairs = write_pairs(tmp_path / "pairs", PHOTOS, test=[1, 5, 8])
    found = compare(folder / "good.safetensors", folder / "poor.safetensors", pairs, draws=100)
    assert set(found.photo_keys) == {"photo01", "photo05", "photo08"}
    assert found.verdict is Verdict.NO_WORSE
    assert "3 photos are too few" in found.notes[0]


def test_what_both_know_and_nothing_is_named_is_said_to_be_not_judged(folder: Path, tmp_path: Path) -> None:
    known = read_header(folder / "good.safetensors").classes
    pairs = write_pairs(tmp_path / "pairs", [known[:2]] * 6, test=[1, 3, 5])
    found = compare(folder / "good.safetensors", folder / "poor.safetensors", pairs, draws=100)
    note = found.notes[-1]
    assert all(name in note for name in ("poor", *known[2:]))
    assert not any(name in note for name in known[:2])


def test_models_that_want_their_views_cut_differently_are_compared(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "close.safetensors"
    run(folder / "first" / "little.rver", out, epochs=1, preprocessing="close_up", size=48)
    found = compare(folder / "good.safetensors", out, folder / "more" / "little.rver", draws=100)
    assert len(found.photo_keys) >= 12


def test_a_comparison_is_json(worse: Comparison) -> None:
    read = json.loads(json.dumps(worse.as_dict()))
    assert read["verdict"] == "significantly worse"
    assert read["photos"] == len(worse.photo_keys)


_BOUND = st.floats(-1, 1)


@given(st.lists(st.tuples(_BOUND, _BOUND, _BOUND), min_size=1, max_size=3), st.integers(1, 20))
def test_worse_needs_a_whole_interval_below_nothing_and_enough_photos(bounds: list, photos: int) -> None:
    measures = [Difference(0, 0, sorted(each)[1], min(each), max(each)) for each in bounds]
    verdict = judged(measures, photos)
    below = any(max(each) < 0 for each in bounds) and photos >= FEWEST_PHOTOS
    above = any(min(each) > 0 for each in bounds) and photos >= FEWEST_PHOTOS
    assert (verdict is Verdict.WORSE) == below
    assert (verdict is Verdict.BETTER) == (above and not below)


def test_pictures_show_what_was_mistaken_and_by_whom(folder: Path) -> None:
    told: list[tuple[int, int]] = []
    found = compare(
        folder / "good.safetensors",
        folder / "poor.safetensors",
        folder / "more" / "little.rver",
        draws=100,
        judging=lambda done, total: told.append((done, total)),
        pictures=True,
    )
    assert told[0] == (0, len(told))
    pair = found.confused[0]
    assert pair.objects
    assert sum(each.new for each in pair.objects) == min(pair.new, len(pair.objects))
    picture = Image.open(io.BytesIO(base64.b64decode(pair.objects[0].picture)))
    assert picture.format == "JPEG"
    assert pair.objects[0].photo in pair.photos


def test_a_comparison_stops_when_it_is_asked_to(folder: Path) -> None:
    model = folder / "good.safetensors"
    with pytest.raises(StoppedError):
        compare(model, model, folder / "more" / "little.rver", cancelled=lambda: True)


def test_a_window_hears_of_it_line_by_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    start = starter(capsys)
    names = [str(folder / f"{name}.safetensors") for name in ("good", "poor")]
    said = start("compare", *names, folder / "more" / "little.rver", "--events")
    events = [parse_event(line) for line in said.out.splitlines()]
    assert isinstance(events[0], Reading)
    assert any(isinstance(event, Judging) for event in events)
    last = events[-1]
    assert isinstance(last, Judged)
    assert last.result["verdict"] == "significantly worse"
    assert last.result["confused"][0]["objects"]
    said = start("compare", names[0], names[0], folder / "nothing", "--events")
    assert said.status != 0
    assert isinstance(parse_event(said.out.splitlines()[-1]), Failed)
