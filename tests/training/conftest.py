"""One little project and one model trained on it, for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from rvergui.training.events import Event
from tests.training.little_data import PHOTOS, run, write_project


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    """Handing such small work to several threads costs more than it saves."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve photos of three foods; not to be changed."""
    return write_project(tmp_path_factory.mktemp("project"), PHOTOS)


@pytest.fixture(scope="session")
def trained(project: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Event]]:
    """A model that has learnt ``project``, and the events of its training."""
    out = tmp_path_factory.mktemp("models") / "first.safetensors"
    return out, run(project, out, epochs=12, learning_rate=3e-3, threads=1)


@pytest.fixture(scope="session")
def model(trained: tuple[Path, list[Event]]) -> Path:
    """The file of ``trained``."""
    return trained[0]
