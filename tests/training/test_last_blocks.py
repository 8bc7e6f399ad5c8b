"""Training the head and the last blocks: what is early stays as it is, to the bit."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from rvergui.core import RverError
from rvergui.rvernet.checkpoint import load_checkpoint, read_header
from rvergui.training.choices import FREEZE, Start, What, start_options, until_best
from rvergui.training.options import TrainOptions
from tests.training.little_data import run


def test_only_the_last_blocks_and_the_head_learn(project: Path, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.safetensors"
    run(project, out, start_from=model, freeze=FREEZE[What.LAST_BLOCKS], epochs=1)
    before, after = (load_checkpoint(path)[0].state_dict() for path in (model, out))
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert any(name.startswith("roi.body.blocks.4") for name in changed)
    assert any(name.startswith("integration") for name in changed)
    early = ("body.conv_stem", "body.bn1", "body.blocks.0.", "body.blocks.1.", "body.blocks.2.")
    assert not {name for name in changed if any(part in name for part in early)}


def test_a_transformer_s_tokens_and_first_blocks_stay(project: Path, tmp_path: Path) -> None:
    first, out = tmp_path / "first.safetensors", tmp_path / "m.safetensors"
    run(project, first, roi="test_vit", extra_roi="test_vit", size=160, epochs=1)
    run(project, out, start_from=first, freeze="early", epochs=1)
    before, after = (load_checkpoint(path)[0].state_dict() for path in (first, out))
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert any("body.blocks.5" in name for name in changed)
    assert not {name for name in changed if any(part in name for part in ("_token", "pos_embed", "blocks.0."))}


def test_random_backbones_do_not_stay_frozen(project: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="random backbones must learn"):
        TrainOptions(source=project, out=tmp_path / "m.safetensors", scratch=True, freeze="backbones")


def test_from_scratch_nothing_that_is_found_is_used(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.safetensors"
    run(project, out, scratch=True, epochs=1)
    assert read_header(out).start == {"roi": "random", "extra_roi": "random"}


def test_a_start_is_named_in_words(project: Path, model: Path, tmp_path: Path) -> None:
    assert start_options(Start.SCRATCH, project) == {"scratch": True}
    assert start_options(Start.IMAGENET, project) == {}
    assert start_options(str(model), project) == {"start_from": model}
    assert start_options("groceries", project)["start_from"].stem == "groceries"
    folder = tmp_path / "p.models"
    folder.mkdir()
    (folder / "v1.safetensors").touch()
    assert start_options("v1", tmp_path / "p.rver") == {"start_from": folder / "v1.safetensors"}
    with pytest.raises(RverError, match="there are v1, groceries"):
        start_options("v2", tmp_path / "p.rver")


def test_until_best_has_an_end_and_patience() -> None:
    assert all(until_best(what)["patience"] < until_best(what)["epochs"] for what in What)
