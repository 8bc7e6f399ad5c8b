"""No photo that a model of a project was trained on ever judges one."""

from __future__ import annotations

import sqlite3
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from rvergui.core import Item, RverError, Source, SourceKind
from rvergui.core.photo import short_key
from rvergui.core.photo_loading import content_hash
from rvergui.interchange.pairs import export_pairs, read_pairs
from rvergui.project import Project
from rvergui.project.photo_roles import Role
from rvergui.rvernet.checkpoint import read_header
from rvergui.study.compare import compare
from rvergui.training.events import Started
from rvergui.training.held_out import held_and_judging, roles_of, settle_roles, unjudged
from rvergui.training.options import TrainOptions
from rvergui.training.readiness import Labelled, held_out
from rvergui.training.run import train
from tests.training.little_data import PHOTOS, last_of, options, photo_with, run, write_project

SHARE = 0.2
names = st.lists(st.sampled_from("abcd"), min_size=1, max_size=3)
rounds = st.lists(
    st.dictionaries(st.text("0123456789abcdef", min_size=2, max_size=2), names, max_size=12), min_size=1, max_size=5
)


@given(rounds, st.integers(0, 3), st.floats(0.05, 0.5))
def test_however_a_project_grows_no_photo_changes_sides(
    growth: list[dict[str, list[str]]], seed: int, share: float
) -> None:
    """Each round labels photos (new ones, or others anew) or takes some away, and trains."""
    labels: dict[str, list[str]] = {}
    settled: dict[str, Role] = {}
    trained_on: set[str] = set()
    for new in growth:
        labels = {photo: what for photo, what in labels.items() if photo[0] != "0"} | new
        roles = roles_of(labels, settled, share, seed)
        assert roles.keys() == labels.keys()
        assert all(settled[photo] is role for photo, role in roles.items() if photo in settled)
        photos_of = Counter(name for what in labels.values() for name in set(what))
        fresh = {photo for photo in labels if photo not in settled and roles[photo] is Role.HELD_OUT}
        assert all(photos_of[name] >= 2 for photo in fresh for name in labels[photo])
        learning = {name for photo, what in labels.items() if roles[photo] is Role.TRAINED for name in what}
        assert {name for photo in fresh for name in labels[photo]} <= learning
        settled |= roles
        if len(labels) >= 2 and Role.TRAINED in roles.values():
            held, judging = held_and_judging(labels, roles, share, seed)
            assert judging
            assert judging == held or not held
            trained_on |= labels.keys() - held - judging
        for_good = {photo for photo, role in settled.items() if role is Role.HELD_OUT}
        assert not trained_on & for_good


@given(st.dictionaries(st.text("0123456789abcdef", min_size=4, max_size=4), names, min_size=30, max_size=60))
def test_about_a_fifth_is_held_out_whether_at_once_or_bit_by_bit(labels: dict[str, list[str]]) -> None:
    settled: dict[str, Role] = {}
    photos = sorted(labels)
    for count in range(5, len(photos) + 1, 5):
        settled |= roles_of({photo: labels[photo] for photo in photos[:count]}, settled, SHARE, 0)
    settled |= roles_of(labels, settled, SHARE, 0)
    held = sum(role is Role.HELD_OUT for role in settled.values())
    assert abs(held - SHARE * len(labels)) <= 2


def test_a_class_on_one_photo_is_learnt_and_said_not_to_be_judged() -> None:
    labels = {f"p{n}": ["rice"] for n in range(6)} | {"only": ["rice", "truffle"]}
    roles = roles_of(labels, {}, 0.5, 0)
    assert roles["only"] is Role.TRAINED
    _, judging = held_and_judging(labels, roles, 0.5, 0)
    assert unjudged(["rice", "truffle"], labels, judging) == ["truffle"]


def test_where_no_photo_can_be_held_out_some_judge_this_run_alone() -> None:
    labels = {"one": ["rice"], "two": ["egg"]}
    roles = roles_of(labels, {}, SHARE, 0)
    assert set(roles.values()) == {Role.TRAINED}
    held, judging = held_and_judging(labels, roles, SHARE, 0)
    assert not held
    assert len(judging) == 1
    with pytest.raises(RverError, match="held out to judge"):
        held_and_judging(labels, dict.fromkeys(labels, Role.HELD_OUT), SHARE, 0)


def test_what_is_told_before_a_training_is_what_the_training_does(tmp_path: Path) -> None:
    path = write_project(tmp_path / "p", PHOTOS)
    photos = [Labelled(content_hash(file.read_bytes()), {"x": 1}) for file in sorted((tmp_path / "p").glob("*.png"))]
    with_names = [Labelled(p.key, dict.fromkeys(what, 1)) for p, what in zip(photos, PHOTOS, strict=True)]
    told = held_out(with_names)
    run(path, tmp_path / "m.safetensors", epochs=1)
    assert read_header(tmp_path / "m.safetensors").photos_held_out == told
    with Project.open(path, read_only=True) as project:
        assert held_out(with_names, project.photo_roles()) == told


def _label_more(path: Path, photos: list[list[str]], first: int) -> None:
    """Add labelled photos to a project of ``write_project``."""
    source = Source.now(SourceKind.PERSON, "tester")
    with Project.open(path) as project:
        for number, what in enumerate(photos, first):
            pixels, masks = photo_with(what, number)
            Image.fromarray(pixels).save(path.parent / f"p{number:02d}.png")
            (record,) = project.add_photos([path.parent / f"p{number:02d}.png"])
            project.set_photo_facts(record.id, None, pixels.shape[:2], None)
            before = sheet = project.sheet(record.id)
            for mask, name in zip(masks, what, strict=True):
                food = project.taxonomy().find(name)
                assert food is not None
                sheet = sheet.with_item(Item.new(mask, source).named(food.id, source))
            project.save_sheet(before, sheet, "label")


def test_models_of_a_growing_project_share_what_they_are_judged_by(tmp_path: Path) -> None:
    path = write_project(tmp_path / "p", PHOTOS, extra_classes=["corn"])
    first, second, apart = (tmp_path / "p" / "little.models" / f"{n}.safetensors" for n in ("v1", "v2", "apart"))
    run(path, first, epochs=1)
    _label_more(path, [["corn", "pea"], ["corn", "plum"], ["corn"], ["corn", "tomato"]] * 2, len(PHOTOS))
    with Project.open(path):  # as a window would have it
        run(path, second, epochs=1, start_from=first, seed=7)
    run(path, apart, epochs=1, seed=9, val_share=0.5)
    headers = [read_header(model) for model in (first, second, apart)]
    assert headers[0].photos_held_out < headers[1].photos_held_out
    assert headers[1].photos_held_out == headers[2].photos_held_out  # whatever seed and share: it is settled
    assert len(headers[1].photos_held_out) == 4
    for one in headers:
        assert one.photos_seen
        for other in headers:
            assert not one.photos_seen & other.photos_held_out
    found = compare(first, second, path, draws=100)
    assert set(found.photo_keys) == headers[1].photos_held_out
    with Project.open(path, read_only=True) as project:
        roles = project.photo_roles()
    assert {photo for photo, role in roles.items() if role is Role.HELD_OUT} == headers[1].photos_held_out
    assert {photo for photo, role in roles.items() if role is Role.TRAINED} == headers[1].photos_seen


def test_copies_of_a_photo_have_one_role(tmp_path: Path) -> None:
    path = write_project(tmp_path, [["tomato", "pea"]] * 6)
    run(path, tmp_path / "a.safetensors", epochs=1)
    (held,) = read_header(tmp_path / "a.safetensors").photos_held_out
    (original,) = (f for f in tmp_path.glob("*.png") if short_key(content_hash(f.read_bytes())) == held)
    _label_more(path, [["tomato", "pea"]], 6)
    (tmp_path / "p06.png").write_bytes(original.read_bytes())
    run(path, tmp_path / "b.safetensors", epochs=1)
    header = read_header(tmp_path / "b.safetensors")
    assert held in header.photos_held_out
    assert held not in header.photos_seen
    assert len(header.photos_seen | header.photos_held_out) == 6


def test_an_older_project_learns_its_roles_from_its_models(tmp_path: Path) -> None:
    """Models trained before roles were settled say in their headers what they saw; nothing of it may judge."""
    path = write_project(tmp_path / "p", PHOTOS)
    model = tmp_path / "p" / "little.models" / "old.safetensors"
    run(path, model, epochs=1, seed=5)
    before = read_header(model)
    connection = sqlite3.connect(path)
    for trigger in ("role_kept", "role_not_forgotten"):
        connection.execute(f"DROP TRIGGER {trigger}")
    connection.execute("DELETE FROM photo_roles")
    connection.commit()
    connection.close()
    _label_more(path, [["tomato", "pea"]] * 3, len(PHOTOS))
    run(path, tmp_path / "new.safetensors", epochs=1)
    after = read_header(tmp_path / "new.safetensors")
    assert before.photos_held_out <= after.photos_held_out
    assert not before.photos_seen & after.photos_held_out


def test_photos_known_to_a_model_from_elsewhere_are_not_held_out(tmp_path: Path) -> None:
    elsewhere = write_project(tmp_path / "elsewhere", PHOTOS)
    path = write_project(tmp_path / "p", PHOTOS * 2)  # the first twelve photos are the same
    run(elsewhere, tmp_path / "m.safetensors", epochs=1)
    run(path, tmp_path / "child.safetensors", epochs=1, start_from=tmp_path / "m.safetensors")
    parent, child = (read_header(tmp_path / f"{name}.safetensors") for name in ("m", "child"))
    assert child.photos_held_out
    assert not child.photos_held_out & parent.photos_seen


def test_a_project_that_cannot_be_written_is_trained_on_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_project(tmp_path / "p", PHOTOS)

    def protected(*_: object) -> None:
        raise RverError("little.rver may not be written.")

    monkeypatch.setattr("rvergui.training.held_out.settle", protected)
    started = last_of(run(path, tmp_path / "m.safetensors", epochs=1), Started)
    assert "The photos to judge by are not noted in the project: little.rver may not be written." in started.notes
    assert started.val_photos == 2


def test_two_trainings_at_once_agree(tmp_path: Path) -> None:
    path = write_project(tmp_path / "p", PHOTOS)
    labels = {f"{n:012x}": what for n, what in enumerate(PHOTOS)}
    one, _ = settle_roles(path, labels, SHARE, 1)
    other, _ = settle_roles(path, labels, SHARE, 2)  # decided in the transaction, so the first one holds
    assert one == other


def test_an_interrupted_training_goes_on_with_its_roles(tmp_path: Path) -> None:
    path = write_project(tmp_path / "p", PHOTOS)
    out = tmp_path / "m.safetensors"
    seen: list[object] = []

    def told(event: object) -> None:
        seen.append(event)
        if getattr(event, "event", "") == "epoch" and len(seen) < 30:
            raise KeyboardInterrupt

    def go(**changes: object) -> TrainOptions:
        return options(path, out, epochs=3, state_seconds=0.0, **changes)

    with pytest.raises(KeyboardInterrupt):
        train(go(), told)
    with Project.open(path, read_only=True) as project:
        before = project.photo_roles()
    events: list[Started] = []
    train(go(resume=True), events.append)
    assert last_of(events, Started).resumed_at > 0
    with Project.open(path, read_only=True) as project:
        assert project.photo_roles() == before
    assert read_header(out).photos_held_out == {p for p, role in before.items() if role is Role.HELD_OUT}


def test_exported_pairs_keep_to_it(tmp_path: Path) -> None:
    path = write_project(tmp_path / "p", PHOTOS)
    with Project.open(path) as project:
        for record in project.photos():
            file = project.photo_path(record)
            project.set_photo_facts(record.id, content_hash(file.read_bytes()), None, None)
    run(path, tmp_path / "m.safetensors", epochs=1, seed=4)
    header = read_header(tmp_path / "m.safetensors")
    _label_more(path, [["tomato", "pea"]] * 8, len(PHOTOS))
    with Project.open(path) as project:
        for record in project.photos():
            file = project.photo_path(record)
            project.set_photo_facts(record.id, content_hash(file.read_bytes()), None, None)
        export_pairs(project, tmp_path / "pairs", test_share=0.2, seed=11)
        export_pairs(project, tmp_path / "all", test_share=0.0)
    parts: dict[str, set[str]] = {"train": set(), "test": set()}
    for pair in read_pairs(tmp_path / "pairs"):
        parts[pair.split].add(pair.photo_key)
    assert header.photos_seen <= parts["train"]
    assert header.photos_held_out < parts["test"]
    assert {pair.split for pair in read_pairs(tmp_path / "all")} == {"train"}
