from __future__ import annotations

import os

import pytest

from tests.cli.command_line import Start, starter


@pytest.fixture
def rvergui(capsys: pytest.CaptureFixture[str]) -> Start:
    return starter(capsys)


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    for name in list(os.environ):
        if name.upper().startswith(("RVERGUI_", "_RVERGUI")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    # commands run in this very process, which must not give way to others
    monkeypatch.setattr("rvergui.cli.train.give_way", lambda steps: None)
