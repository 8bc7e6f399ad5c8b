"""What else can be chosen, from the options to the checkpoint."""

from __future__ import annotations

from pathlib import Path

import pytest

from rvergui.core import RverError
from rvergui.rvernet.checkpoint import load_checkpoint, read_header
from rvergui.training import loop as training_loop
from rvergui.training.events import Epoch, Event, Failed, Finished, Started
from rvergui.training.metrics import Scores
from rvergui.training.results import last_path
from rvergui.training.run import train
from tests.training.little_data import COLOURS, PHOTOS, last_of, options, run, write_project


def _failure(source: Path, out: Path, **changes: object) -> str:
    events: list[Event] = []
    with pytest.raises(RverError) as told:
        train(options(source, out, **changes), events.append)
    assert events[-1] == Failed(message=str(told.value))
    assert "\n" not in str(told.value)
    return str(told.value)


@pytest.mark.parametrize(
    ("chosen", "view"),
    [
        ({"looks_at": "roi", "extra_roi": None}, "masked"),
        ({"looks_at": "box", "extra_roi": None, "preprocessing": "close_up"}, "box"),
        ({"looks_at": "photo", "extra_roi": None, "integration": "linear", "preprocessing": "published"}, "photo"),
        ({"shared": True, "extra_roi": None, "integration": "gated"}, "masked"),
        ({"integration": "cross_attention", "balance": "sampler", "preprocessing": "published"}, "masked"),
    ],
)
def test_every_kind_of_network_is_trained_and_described(
    project: Path, tmp_path: Path, chosen: dict[str, object], view: str
) -> None:
    out = tmp_path / "m.safetensors"
    started = last_of(run(project, out, epochs=1, **chosen), Started)
    network, header = load_checkpoint(out)
    wanted = {name: value for name, value in chosen.items() if name not in ("extra_roi", "preprocessing", "balance")}
    assert {name: getattr(header, name) for name in wanted} == wanted
    assert header.preprocessing.roi == view
    assert header.preprocessing.kind == chosen.get("preprocessing", "close_up")
    assert network.looks_at == header.looks_at
    assert ("shared" in started.model) is header.shared
    second = out.with_name("second.safetensors")
    run(project, second, start_from=out, epochs=1, learning_rate=1e-9)
    assert read_header(second).plan == header.plan


def test_the_published_recipe_trains_on_plain_values_and_logits(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.safetensors"
    run(project, out, recipe="published", epochs=1, roi="test_vit", extra_roi="test_resnet")
    network, header = load_checkpoint(out)
    assert (header.features, header.preprocessing.kind) == ("logits", "published")
    assert network.roi.feature_dim == 1000
    assert network.roi.mean.abs().max() == 0
    assert (network.roi.std == 1).all()
    assert header.training["recipe"] == "published"


def test_choices_that_make_no_network_or_contradict_the_parent_are_told(
    model: Path, project: Path, tmp_path: Path
) -> None:
    out = tmp_path / "m.safetensors"
    assert "has one branch" in _failure(project, out, looks_at="roi")
    assert "one backbone for both views" in _failure(project, out, shared=True, extra_roi="test_vit")
    assert "features = pooled, not logits" in _failure(project, out, start_from=model, features="logits")
    assert "preprocessing = close_up" in _failure(project, out, start_from=model, preprocessing="published")
    assert "no device nowhere" in _failure(project, out, device="nowhere")
    assert "There is no backbone" in _failure(project, out, roi="resnetto")
    assert list(tmp_path.iterdir()) == []


def test_without_progress_it_stops_early(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = iter([0.5, 0.4, 0.6, 0.1, 0.6, 0.9])

    def scored(*_: object) -> Scores:
        return Scores(1, 1.0, 0.0, 0.0, next(told), {}, {}, ())

    monkeypatch.setattr(training_loop, "score", scored)
    events = run(project, tmp_path / "m.safetensors", epochs=20, patience=2)
    epochs = [event for event in events if isinstance(event, Epoch)]
    assert [event.best for event in epochs] == [True, False, True, False, False]
    assert last_of(events, Finished).stopped_early
    assert read_header(tmp_path / "m.safetensors").training["epoch"] == 3


def test_the_last_epoch_is_kept_beside_the_best(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.safetensors"
    events = run(project, out, epochs=3, last=True)
    header = read_header(last_path(out))
    assert (header.name, header.training["epoch"]) == ("m.last", 3)
    assert header.metrics["macro_f1"] == pytest.approx(last_of(events, Epoch).macro_f1)
    assert not last_of(events, Finished).stopped_early


def test_half_precision_and_activations_computed_twice_train_on_a_processor(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.safetensors"
    events = run(project, out, epochs=1, precision="bfloat16", checkpointing=True, roi="test_vit", extra_roi="test_vit")
    assert 0 < last_of(events, Epoch).train_loss < 10
    assert str(load_checkpoint(out)[0].head.weight.dtype) == "torch.float32"


def test_class_names_may_be_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["a/b", "..", "🍅 soup with rice"]
    for name, colour in zip(names, [(220, 30, 30), (40, 200, 40), (60, 30, 160)], strict=True):
        monkeypatch.setitem(COLOURS, name, colour)
    photos = [[names[place] for place in pair] for pair in ((0, 1), (1, 2), (2, 0))] * 2
    source = write_project(tmp_path / "p", photos)
    out = tmp_path / "m.safetensors"
    finished = last_of(run(source, out, epochs=1, log_dir=tmp_path / "logs"), Finished)
    assert set(read_header(out).classes) == set(names)
    assert set(finished.per_class) <= set(names)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["logs", "m.safetensors", "p"]


def test_memory_that_runs_out_while_features_are_kept_is_told(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rvergui.training import feature_cache

    def out_of_memory(*_: object, **__: object) -> None:
        raise RuntimeError("CUDA out of memory. Tried to allocate 2 GiB")

    monkeypatch.setattr(feature_cache, "to_batch", out_of_memory)
    assert "not enough memory" in _failure(project, tmp_path / "m.safetensors", freeze="backbones")


def test_a_temperature_is_fitted_on_what_was_held_out(tmp_path: Path) -> None:
    source = write_project(tmp_path / "p", PHOTOS * 4)
    out = tmp_path / "m.safetensors"
    run(source, out, epochs=2, val_share=0.5)
    assert read_header(out).temperature != 1.0
