from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from rvergui.core import RverError
from rvergui.project import Project
from rvergui.rvernet.checkpoint import load_checkpoint, read_header
from rvergui.rvernet.predictor import Predictor
from rvergui.training import feed as training_feed
from rvergui.training import loop as training_loop
from rvergui.training import run as training_run
from rvergui.training.events import Cancelled, Epoch, Event, Failed, Finished, Preparing, Started, Step
from rvergui.training.run import TrainingCancelledError, train
from tests.training.little_data import (
    BACKBONE,
    PHOTOS,
    last_of,
    options,
    photo_with,
    run,
    write_pairs,
    write_project,
)


def test_it_learns_what_can_be_learnt(trained: tuple[Path, list[Event]]) -> None:
    _, events = trained
    epochs = [event for event in events if isinstance(event, Epoch)]
    assert len(epochs) == 12
    assert epochs[-1].train_loss < epochs[0].train_loss / 2
    finished = last_of(events, Finished)
    assert finished.metrics["top1"] >= 0.8
    assert finished.parent_metrics is None
    best = max(epochs, key=lambda e: (e.macro_f1, -e.val_loss))
    assert finished.metrics["macro_f1"] == pytest.approx(best.macro_f1)
    assert [e for e in epochs if e.best][-1] == best


def test_events_come_in_order_and_say_what_happens(trained: tuple[Path, list[Event]]) -> None:
    out, events = trained
    kinds = [type(event) for event in events]
    assert kinds[0] is Preparing
    assert kinds.index(Started) == kinds.count(Preparing)
    assert kinds[-1] is Finished
    started = last_of(events, Started)
    assert started.classes == ["tomato", "pea", "plum"]
    assert started.train_items + started.val_items == 24
    assert started.train_photos + started.val_photos == 12
    assert started.val_photos == 2
    assert started.start == "both branches random"
    assert started.skipped == []
    steps = [event for event in events if isinstance(event, Step)]
    assert steps[0].step == 1
    assert steps[-1].step == steps[-1].steps == started.steps
    assert steps[-1].lr < max(step.lr for step in steps)
    assert all(step.seconds_left >= 0 for step in steps)
    assert last_of(events, Finished).checkpoint == str(out)


def test_the_checkpoint_says_everything_and_names_foods(project: Path, trained: tuple[Path, list[Event]]) -> None:
    out, events = trained
    header = read_header(out)
    finished = last_of(events, Finished)
    assert header.name == "first"
    assert header.classes == ["tomato", "pea", "plum"]
    assert header.metrics == pytest.approx(finished.metrics)
    assert (header.roi_backbone, header.extra_roi_backbone) == (BACKBONE, BACKBONE)
    assert header.training["seed"] == 0
    assert len(header.data_fingerprint) == 32
    assert not set(header.training["train_photos"]) & set(header.training["val_photos"])
    assert len(header.training["train_photos"]) + len(header.training["val_photos"]) == 12
    assert str(project.parent) not in header.model_dump_json()
    pixels, masks = photo_with(["pea", "tomato"], 99)
    from rvergui.core import Photo

    names = [n.suggestions[0].name for n in Predictor.load(out).classify(Photo.from_array(pixels), masks)]
    assert names == ["pea", "tomato"]


def test_the_same_seed_gives_the_same_network(project: Path, tmp_path: Path) -> None:
    first, again, other = (tmp_path / f"{name}.safetensors" for name in ("a", "b", "c"))
    before = torch.get_rng_state()
    run(project, first, epochs=1, seed=4)
    assert torch.equal(torch.get_rng_state(), before)
    run(project, again, epochs=1, seed=4)
    run(project, other, epochs=1, seed=5)
    one, two, three = (load_checkpoint(path)[0].head.weight for path in (first, again, other))
    assert torch.equal(one, two)
    assert not torch.equal(one, three)


def test_continuing_keeps_classes_adds_new_ones_and_judges_the_parent_on_the_same_photos(
    trained: tuple[Path, list[Event]], tmp_path: Path
) -> None:
    parent, _ = trained
    more = write_project(tmp_path / "more", [*PHOTOS, ["corn", "tomato"], ["corn", "pea"], ["plum", "corn"]])
    out = tmp_path / "second.safetensors"
    events = run(more, out, start_from=parent, epochs=1)
    started, finished = last_of(events, Started), last_of(events, Finished)
    assert started.classes == ["tomato", "pea", "plum", "corn"]
    assert started.start == "first"
    assert set(finished.parent_metrics) == set(finished.metrics)
    assert finished.parent_metrics["top1"] > 0.4
    assert set(finished.parent_per_class) == set(finished.per_class)
    assert finished.parent_per_class.get("corn", 0.0) == 0.0
    before, after = read_header(parent), read_header(out)
    assert after.parent == "first"
    assert after.start == {"roi": "first", "extra_roi": "first"}
    assert set(before.training["train_photos"]) <= set(after.training["train_photos"])
    assert not set(after.training["val_photos"]) & set(before.training["train_photos"])


def test_continuing_starts_from_the_parents_weights(
    trained: tuple[Path, list[Event]], project: Path, tmp_path: Path
) -> None:
    parent, _ = trained
    out = tmp_path / "next.safetensors"
    run(project, out, start_from=parent, epochs=1, learning_rate=1e-9)
    old, new = load_checkpoint(parent)[0], load_checkpoint(out)[0]
    assert torch.allclose(old.head.weight, new.head.weight, atol=1e-6)
    assert torch.allclose(old.roi.body.conv_stem.weight, new.roi.body.conv_stem.weight, atol=1e-6)


def test_classes_that_were_merged_or_removed_since_are_followed(
    trained: tuple[Path, list[Event]], tmp_path: Path
) -> None:
    parent, _ = trained
    path = write_project(tmp_path / "p", [["tomato", "pea"], ["pea", "corn"], ["corn", "tomato"]])
    with Project.open(path) as opened:
        taxonomy = opened.taxonomy()
        pea = taxonomy.find("pea")
        assert pea is not None
        opened.save_taxonomy(taxonomy, taxonomy.renamed(pea.id, "green pea"), "rename")
    out = tmp_path / "m.safetensors"
    run(path, out, start_from=parent, epochs=1, learning_rate=1e-9)
    header = read_header(out)
    assert header.classes == ["tomato", "green pea", "corn"]  # plum is not a class of this project
    old, new = load_checkpoint(parent)[0], load_checkpoint(out)[0]
    assert torch.allclose(new.head.weight[1], old.head.weight[1], atol=1e-6)


def test_pairs_train_on_their_train_part_and_split_by_photo(tmp_path: Path) -> None:
    root = write_pairs(tmp_path / "pairs", PHOTOS, test=[0, 1, 2])
    events = run(root, tmp_path / "m.safetensors", epochs=1)
    started = last_of(events, Started)
    assert started.train_photos + started.val_photos == 9
    header = read_header(tmp_path / "m.safetensors")
    seen = {*header.training["train_photos"], *header.training["val_photos"]}
    assert seen == {f"photo{n:02d}" for n in range(3, 12)}


def test_copies_of_a_photo_never_lie_on_both_sides(tmp_path: Path) -> None:
    path = write_project(tmp_path, [["tomato", "pea"]] * 6)
    data = (tmp_path / "p00.png").read_bytes()
    for number in (1, 2, 3, 4):
        (tmp_path / f"p{number:02d}.png").write_bytes(data)
    # masks differ a little between the copies, which does not matter here
    header_of = tmp_path / "m.safetensors"
    run(path, header_of, epochs=1, val_share=0.4)
    header = read_header(header_of)
    assert len(header.training["train_photos"]) + len(header.training["val_photos"]) == 2


def test_photos_that_cannot_be_read_are_skipped_and_told(tmp_path: Path) -> None:
    path = write_project(tmp_path, PHOTOS[:6])
    (tmp_path / "p02.png").write_bytes(b"not a photo")
    (tmp_path / "p04.png").unlink()
    started = last_of(run(path, tmp_path / "m.safetensors", epochs=1), Started)
    assert started.train_photos + started.val_photos == 4
    assert len(started.skipped) == 2
    assert "p02.png" in started.skipped[0]
    assert "p04.png" in started.skipped[1]


def _failure(source: Path, out: Path, **changes: object) -> str:
    events: list[Event] = []
    with pytest.raises(RverError) as told:
        train(options(source, out, **changes), events.append)
    failed = events[-1]
    assert isinstance(failed, Failed)
    assert failed.message == str(told.value)
    assert "\n" not in failed.message
    return failed.message


@pytest.mark.parametrize(
    ("photos", "words"),
    [
        ([["tomato"], ["tomato"], ["tomato"]], "at least two classes"),
        ([["tomato", "pea"]], "at least one more"),
    ],
)
def test_too_little_data_is_told(tmp_path: Path, photos: list[list[str]], words: str) -> None:
    assert words in _failure(write_project(tmp_path, photos), tmp_path / "m.safetensors")
    assert not (tmp_path / "m.safetensors").exists()


@pytest.mark.parametrize("batch_size", [1, 3, 8, 100])
def test_any_batch_size_works_down_to_two_photos(tmp_path: Path, batch_size: int) -> None:
    path = write_project(tmp_path, [["tomato", "pea"], ["pea", "tomato"]])
    events = run(path, tmp_path / "m.safetensors", epochs=1, batch_size=batch_size, balance="weights")
    assert np.isfinite(last_of(events, Epoch).train_loss)


def test_a_single_training_item_works(tmp_path: Path) -> None:
    path = write_project(tmp_path, [["tomato"], ["pea"]])
    events = run(path, tmp_path / "m.safetensors", epochs=2)
    assert last_of(events, Started).train_items == 1
    assert np.isfinite(last_of(events, Epoch).train_loss)


def test_a_last_batch_of_one_joins_the_one_before(project: Path, tmp_path: Path) -> None:
    events = run(project, tmp_path / "m.safetensors", epochs=1, batch_size=19)  # 20 training items
    assert last_of(events, Started).steps == 1


def test_cancel_before_the_first_epoch_leaves_nothing(project: Path, tmp_path: Path) -> None:
    events: list[Event] = []

    def cancelled() -> bool:
        return any(isinstance(event, Started) for event in events)

    out = tmp_path / "m.safetensors"
    with pytest.raises(TrainingCancelledError):
        train(options(project, out), events.append, cancelled)
    assert events[-1] == Cancelled(checkpoint=None)
    assert list(tmp_path.iterdir()) == []


def test_cancel_later_keeps_the_best_so_far(project: Path, tmp_path: Path) -> None:
    events: list[Event] = []

    def cancelled() -> bool:
        return sum(isinstance(event, Epoch) for event in events) >= 2

    out = tmp_path / "m.safetensors"
    assert train(options(project, out, epochs=50), events.append, cancelled) == out
    assert events[-1] == Cancelled(checkpoint=str(out))
    best = [event for event in events if isinstance(event, Epoch) and event.best][-1]
    assert read_header(out).metrics["macro_f1"] == pytest.approx(best.macro_f1)
    assert load_checkpoint(out)[1].training["epoch"] == best.epoch


def test_cancel_while_photos_are_cut(project: Path, tmp_path: Path) -> None:
    events: list[Event] = []
    with pytest.raises(TrainingCancelledError):
        train(options(project, tmp_path / "m.safetensors"), events.append, lambda: True)
    assert events[-1] == Cancelled(checkpoint=None)


def test_an_earlier_checkpoint_survives_a_run_that_fails(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "m.safetensors"
    run(project, out, epochs=1)
    before = out.read_bytes()

    def out_of_memory(*_: object, **__: object) -> None:
        raise RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes.")

    monkeypatch.setattr(training_feed, "to_batch", out_of_memory)
    assert "batches of 8; train with batches of 4" in _failure(project, out)
    monkeypatch.undo()

    def full_disk(tensors: object, target: Path, metadata: object = None) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("safetensors.torch.save_file", full_disk)
    assert "No space left on device" in _failure(project, out)
    assert out.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["m.safetensors"]


def test_memory_that_runs_out_elsewhere_is_told(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def out_of_memory(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(training_run, "cut_views", out_of_memory)
    assert "not enough memory" in _failure(project, tmp_path / "m.safetensors")


def test_a_defect_is_reported_as_one_and_not_swallowed(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def defect(*_: object, **__: object) -> None:
        raise KeyError("oops")

    monkeypatch.setattr(training_run, "divide", defect)
    events: list[Event] = []
    with pytest.raises(KeyError):
        train(options(project, tmp_path / "m.safetensors"), events.append)
    assert isinstance(events[-1], Failed)
    assert "KeyError" in events[-1].message


def test_a_loss_that_explodes_is_told(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_loop.TrainingLoop, "_step", lambda self, *_: float("nan"))
    assert "smaller learning rate" in _failure(project, tmp_path / "m.safetensors")


def test_choices_that_contradict_the_parent_are_refused(
    trained: tuple[Path, list[Event]], project: Path, tmp_path: Path
) -> None:
    parent, _ = trained
    out = tmp_path / "m.safetensors"
    assert "ROI backbone test_efficientnet, not test_vit" in _failure(project, out, start_from=parent, roi="test_vit")
    assert "the model that training starts from" in _failure(project, parent, start_from=parent)
    assert read_header(parent).name == "first"


def test_a_training_can_go_on_with_larger_pictures(
    trained: tuple[Path, list[Event]], project: Path, tmp_path: Path
) -> None:
    parent, _ = trained
    events: list[Event] = []
    out = train(options(project, tmp_path / "larger.safetensors", start_from=parent, size=48), events.append)
    header = read_header(out)
    assert (header.preprocessing.size, header.parent) == (48, "first")
    finished = events[-1]
    assert isinstance(finished, Finished)
    assert finished.parent_metrics is None  # it saw other pictures
    network, at_size = load_checkpoint(out, 40)
    assert at_size.preprocessing.size == 40
    assert network(torch.zeros(1, 3, 40, 40), torch.zeros(1, 3, 40, 40)).shape == (1, len(header.classes))


def test_a_transformer_is_tied_to_its_size(project: Path, tmp_path: Path) -> None:
    first = train(options(project, tmp_path / "vit.safetensors", roi="test_vit", size=64, epochs=1), lambda event: None)
    said = _failure(project, tmp_path / "m.safetensors", start_from=first, size=96)
    assert "vit.safetensors takes pictures of 64 pixels only, not of 96" in said


def test_a_place_that_cannot_be_written_is_told_before_any_work(project: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert "cannot be written" in _failure(project, tmp_path / "file" / "m.safetensors")
    (tmp_path / "folder").mkdir()
    assert "is a folder" in _failure(project, tmp_path / "folder")


def test_pairs_without_a_train_part_are_refused(tmp_path: Path) -> None:
    root = write_pairs(tmp_path / "pairs", PHOTOS[:3], test=[0, 1, 2])
    assert "no training part" in _failure(root, tmp_path / "m.safetensors")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to catch")
def test_a_terminated_process_stops_within_seconds_and_keeps_its_best(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.safetensors"
    code = f"""
import sys
from pathlib import Path
import torch
torch.set_num_threads(1)
from rvergui.training.options import TrainOptions
from rvergui.training.run import train
from rvergui.training.signals import cancelled_by_signals
options = TrainOptions(source=Path({str(project)!r}), out=Path({str(out)!r}), roi={BACKBONE!r}, extra_roi={BACKBONE!r},
                       size=32, epochs=10000, batch_size=8, weights=(), device="cpu")
with cancelled_by_signals() as cancelled:
    train(options, lambda event: print(event.line(), flush=True), cancelled)
"""
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if '"epoch":3,' in line:
            break
    begin = time.monotonic()
    process.send_signal(signal.SIGTERM)
    rest = process.stdout.read()
    assert process.wait(timeout=30) == 0
    assert time.monotonic() - begin < 10
    assert '"event":"cancelled"' in rest.splitlines()[-1]
    assert load_checkpoint(out)[1].name == "m"


def test_a_damaged_photo_folder_is_told(tmp_path: Path) -> None:
    path = write_project(tmp_path, PHOTOS[:2])
    for file in tmp_path.glob("*.png"):
        Image.new("RGB", (3, 3)).save(file)
    assert "Not one of the labelled photos" in _failure(path, tmp_path / "m.safetensors")


def test_without_a_choice_the_backbone_is_one_that_has_a_start_or_needs_none(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training_run, "find_start_weights", lambda name, folders: None)
    run(project, tmp_path / "a.safetensors", roi=None, extra_roi="test_vit", epochs=1)
    header = read_header(tmp_path / "a.safetensors")
    assert (header.roi_backbone, header.extra_roi_backbone) == ("test_resnet", "test_vit")
    monkeypatch.setattr(training_run, "find_start_weights", lambda name, folders: object())
    monkeypatch.setattr(training_run, "DEFAULT_BACKBONE", "test_vit")
    run(project, tmp_path / "b.safetensors", roi=None, extra_roi=BACKBONE, epochs=1)
    assert read_header(tmp_path / "b.safetensors").roi_backbone == "test_vit"


def test_a_backbone_that_was_asked_for_and_has_no_start_is_told(project: Path, tmp_path: Path) -> None:
    started = last_of(run(project, tmp_path / "a.safetensors", weights=(tmp_path,), epochs=1), Started)
    assert started.notes == [
        f"There are no weights to start {BACKBONE} from in {tmp_path}, so it starts at random and needs far more "
        "photos; put a file there, or ask for a random start (--scratch)."
    ]
    for changes in ({"scratch": True}, {"roi": None, "extra_roi": None, "shared": True}):
        again = run(project, tmp_path / "b.safetensors", weights=(tmp_path,), epochs=1, **changes)
        assert last_of(again, Started).notes == []
