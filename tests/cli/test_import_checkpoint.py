"""``rvergui import-checkpoint``, by its own small program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
import typer
from typer.testing import CliRunner, Result

from rvergui.cli import import_checkpoint
from rvergui.core import RverError
from rvergui.rvernet.checkpoint import read_header
from tests.rvernet.upstream_reference import mobilenet, published_pair

NAMES = ["rice", "crème brûlée", "ketchup"]


def _run(*arguments: object) -> Result:
    app = typer.Typer()
    app.callback()(lambda: None)
    import_checkpoint.register(app)
    return CliRunner().invoke(app, ["import-checkpoint", *map(str, arguments)])


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    branch = mobilenet(0)
    torch.save(published_pair(branch, branch, len(NAMES)), tmp_path / "published.pth")
    (tmp_path / "classes.txt").write_text("\n".join(["# the order of the outputs", *NAMES]), encoding="utf-8")
    return tmp_path / "published.pth", tmp_path / "classes.txt"


def test_a_published_file_becomes_a_checkpoint(files: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "new" / "model.safetensors"
    said = _run(files[0], "--roi", "mnet", "--extra-roi", "mnet", "--classes", files[1], "--out", out, "--json")
    assert said.exit_code == 0, said.output
    told = json.loads(said.output)
    assert (told["path"], told["name"], told["features"]) == (str(out), "model", "logits")
    header = read_header(out)
    assert header.classes == NAMES
    assert header.training["imported_from"] == "published.pth"
    text = _run(files[0], "--classes", files[1], "--out", out).output
    assert "mobilenetv2_100 + mobilenetv2_100, 224 px, 3 classes (rice … ketchup)" in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["missing.pth", "--out", "o.safetensors"], r"missing\.pth does not exist"),
        (["FILE", "--classes", "missing.txt", "--out", "o.safetensors"], "The class list"),
        (["FILE", "--classes", "CLASSES", "--out", "o.pth"], r"shall end in \.safetensors"),
        (["FILE", "--roi", "vit", "--classes", "CLASSES", "--out", "o.safetensors"], "holds mnet and mnet, not vit"),
        (["FILE", "--out", "o.safetensors"], "has 3 outputs"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    files: tuple[Path, Path], tmp_path: Path, arguments: list[str], words: str
) -> None:
    named = {"FILE": str(files[0]), "CLASSES": str(files[1])}
    said = _run(*[named.get(a, str(tmp_path / a) if "." in a else a) for a in arguments])
    assert isinstance(said.exception, RverError)
    with pytest.raises(RverError, match=words):
        raise said.exception
    assert not list(tmp_path.glob("o.*"))
