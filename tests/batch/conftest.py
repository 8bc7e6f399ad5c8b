from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.batch import stand_in


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Workers answer at once, and note here which photos they were given."""
    path = tmp_path / "notes.txt"
    path.touch()
    monkeypatch.setenv("STAND_IN_NOTES", str(path))
    monkeypatch.setattr("rvergui.batch.crew._work", stand_in.work)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """A folder of files with these names; the stand-in does not open them."""

    def make(*names: str) -> Path:
        folder = tmp_path / "photos"
        for name in names:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(name.encode())
        return folder

    return make
