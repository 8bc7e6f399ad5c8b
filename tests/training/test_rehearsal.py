"""A head that learns new classes keeps those that the data do not show."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from rvergui.core import RverError
from rvergui.rvernet.checkpoint import load_checkpoint, save_checkpoint
from rvergui.rvernet.export_model import export_model
from rvergui.rvernet.feature_memory import FeatureMemory, load_memory
from rvergui.rvernet.network import to_batch
from rvergui.training import remember
from rvergui.training import run as training_run
from rvergui.training.batches import Batch
from rvergui.training.events import Event, Finished, Started
from rvergui.training.rehearsal import MOST_A_CLASS, rehearsal_of, remembered
from rvergui.training.sources import read_source
from rvergui.training.view_store import StoppedError, ViewStore, cut_views
from tests.training.little_data import last_of, run, write_project

NEW = [["corn", "tomato"], ["tomato", "corn"]] * 4


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight photos of a food that the model knows and one that it does not; two that it knows are only listed."""
    return write_project(tmp_path_factory.mktemp("new"), NEW, ["pea", "plum"])


def _store(source: Path, model: Path) -> ViewStore:
    preprocessing = load_checkpoint(model)[1].preprocessing
    return cut_views(read_source(source).work, preprocessing, 10**9, 1, lambda done, total: None, lambda: False)


def _right(model: Path, store: ViewStore, names: set[str]) -> float:
    network, header = load_checkpoint(model)
    indices = [place for place, name in enumerate(store.class_names) if name in names]
    with torch.no_grad():
        said = network(*(to_batch(view) for view in store.pairs(indices))).argmax(dim=1)
    return sum(header.classes[place] == store.class_names[i] for i, place in zip(indices, said, strict=True)) / len(
        indices
    )


def _head(new: Path, out: Path, model: Path, **changes: object) -> list[Event]:
    choices = {"freeze": "backbones", "epochs": 60, "learning_rate": 0.01, "average": False, **changes}
    return run(new, out, start_from=model, **choices)


def test_every_training_remembers_what_it_learnt_from(project: Path, model: Path) -> None:
    memory = load_memory(model)
    assert memory is not None
    network, header = load_checkpoint(model)
    store = _store(project, model)
    assert memory.fits(network.roi.feature_dim, network.extra_roi.feature_dim, len(header.classes))
    held_out = set(header.photos_held_out)
    learnt = [i for i, key in enumerate(store.photo_keys) if key[:12] not in held_out and key not in held_out]
    assert int(memory.counts.sum()) == len(learnt)
    tomatoes = [i for i in learnt if store.class_names[i] == "tomato"]
    with torch.no_grad():
        roi, _ = network.features(*(to_batch(view) for view in store.pairs(tomatoes)))
    assert torch.allclose(memory.roi[header.classes.index("tomato")], roi.mean(dim=0), atol=2e-3)


def test_classes_without_a_photo_are_kept(model: Path, project: Path, new: Path, tmp_path: Path) -> None:
    known, store = {"pea", "plum"}, _store(project, model)
    assert _right(model, store, known) > 0.9
    kept, lost = tmp_path / "kept.safetensors", tmp_path / "lost.safetensors"
    events = _head(new, kept, model)
    assert last_of(events, Started).notes == [
        "No photo to learn from shows 2 of the classes of first; they are rehearsed from what it remembers."
    ]
    events = _head(new, lost, model, rehearse=0.0)
    (note,) = last_of(events, Started).notes
    assert "No photo to learn from shows 2 of the classes of first" in note
    assert "train the head alone" in note
    assert _right(kept, store, known) > 0.9
    assert _right(lost, store, known) < _right(kept, store, known) - 0.3
    assert _right(kept, _store(new, model), {"corn", "tomato"}) > 0.9


def test_what_was_rehearsed_is_remembered_further(model: Path, new: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.safetensors"
    _head(new, out, model, epochs=1)
    before, after = load_memory(model), load_memory(out)
    assert before is not None
    assert after is not None
    names = load_checkpoint(out)[1].classes
    old = load_checkpoint(model)[1].classes
    assert int(after.counts[names.index("corn")]) > 0
    for name in ("pea", "plum"):
        assert after.counts[names.index(name)] == before.counts[old.index(name)]
        assert torch.allclose(after.roi[names.index(name)], before.roi[old.index(name)], atol=1e-3)
    assert after.counts[names.index("tomato")] > before.counts[old.index("tomato")]


def test_features_of_other_branches_are_not_remembered_further(model: Path, new: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.safetensors"
    events = run(new, out, start_from=model, epochs=1)
    (note,) = last_of(events, Started).notes
    assert "will know them less well; train the head alone to keep them" in note
    memory, header = load_memory(out), load_checkpoint(out)[1]
    assert memory is not None
    assert {header.classes[place] for place in memory.known} == {"corn", "tomato"}


def test_a_model_without_a_memory_says_what_is_lost(model: Path, new: Path, tmp_path: Path) -> None:
    network, header = load_checkpoint(model)
    without = tmp_path / "without.safetensors"
    save_checkpoint(without, network, header)
    (note,) = last_of(_head(new, tmp_path / "m.safetensors", without, epochs=1), Started).notes
    assert note.endswith("label some of them to keep them.")


def test_every_step_rehearses_the_same_whoever_takes_part(model: Path) -> None:
    memory = load_memory(model)
    rehearsal = rehearsal_of(memory, [0, None, 2], {1}, seed=3)
    assert rehearsal is not None
    assert rehearsal.classes == (0, 2)
    batch = Batch(2, (4, 5, 6, 7), (4, 5, 6, 7))
    whole = rehearsal.draw(batch)
    parts = [rehearsal.draw(batch.part(rank, 2)) for rank in (0, 1)]
    for place, of_all in enumerate(whole):
        assert torch.equal(of_all[0::2], parts[0][place])
        assert torch.equal(of_all[1::2], parts[1][place])
    assert set(whole[2].tolist()) <= {0, 2}
    other = rehearsal.draw(Batch(3, batch.indices, batch.draws))
    assert not torch.equal(whole[0], other[0])
    assert rehearsal_of(memory, [0, 1, 2], {0, 1, 2}, seed=3) is None
    assert rehearsal_of(None, [0, 1, 2], set(), seed=3) is None


def test_of_many_objects_some_are_looked_at(model: Path, project: Path) -> None:
    store, network = _store(project, model), load_checkpoint(model)[0]
    targets = [0] * len(store)
    many = list(range(len(store))) * 4
    told: list[tuple[int, int]] = []
    memory = remembered(network, store, many, targets, 2, lambda done, total: told.append((done, total)))
    assert isinstance(memory, FeatureMemory)
    assert int(memory.counts[0]) == told[-1][1] <= MOST_A_CLASS

    def stop() -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        remembered(network, store, many, targets, 2, check=stop)


def test_an_exported_model_still_remembers(model: Path, tmp_path: Path) -> None:
    export_model(model, tmp_path / "half.safetensors", half=True)
    assert load_memory(tmp_path / "half.safetensors") is not None


def test_an_earlier_model_gets_its_memory(
    model: Path, project: Path, new: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    network, header = load_checkpoint(model)
    without = tmp_path / "without.safetensors"
    save_checkpoint(without, network, header)
    before = load_file(without)
    assert remember.main([str(without), str(project)]) == 0
    assert (
        capsys.readouterr().out == f"without.safetensors remembers 3 classes, {len(_store(project, model))} objects\n"
    )
    after = load_file(without)
    assert all(torch.equal(after[name], tensor) for name, tensor in before.items())
    known, had = load_memory(without), load_memory(model)
    assert known is not None
    assert had is not None
    assert torch.allclose(known.roi, had.roi, atol=0.2)
    other = write_project(tmp_path / "other", [["corn"], ["corn"]])
    assert remember.main([str(without), str(other)]) == 1
    assert "no object of a class that without.safetensors knows" in capsys.readouterr().err


@pytest.mark.parametrize("trouble", [StoppedError(), MemoryError(), RuntimeError("not enough memory: you tried to")])
def test_what_happens_while_remembering_does_not_cost_the_model(
    model: Path, new: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise trouble

    monkeypatch.setattr(training_run, "remembered", fail)
    out = tmp_path / "m.safetensors"
    assert isinstance(run(new, out, start_from=model, epochs=1)[-1], Finished)
    assert load_memory(out) is None


def test_a_disk_that_is_full_at_the_very_end_does_not_cost_the_model(
    model: Path, new: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise RverError("m.safetensors could not be written (disk full); free some space.")

    monkeypatch.setattr(training_run, "store_memory", full)
    out = tmp_path / "m.safetensors"
    assert isinstance(_head(new, out, model, epochs=1)[-1], Finished)
    load_checkpoint(out)


def test_a_head_does_not_look_at_its_photos_twice(
    model: Path, new: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What its branches say of them is known from the training; it is what looking again would say."""
    monkeypatch.setattr(training_run, "remembered", None)
    out = tmp_path / "m.safetensors"
    _head(new, out, model, epochs=1, variants=2)
    network, header = load_checkpoint(out)
    store, held = _store(new, model), set(header.photos_held_out)
    corn = [i for i, name in enumerate(store.class_names) if name == "corn" and store.photo_keys[i] not in held]
    with torch.no_grad():
        roi, _ = network.features(*(to_batch(view) for view in store.pairs(corn)))
    memory = load_memory(out)
    assert memory is not None
    assert torch.allclose(memory.roi[header.classes.index("corn")], roi.mean(dim=0), atol=2e-3)
