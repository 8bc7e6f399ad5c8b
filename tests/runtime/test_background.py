"""Long work gives way to the window."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from rvergui.runtime.background import TRAINING, give_way


@pytest.mark.skipif(not hasattr(os, "nice"), reason="this system has no nice")
def test_a_process_gives_way() -> None:
    code = f"import os; from rvergui.runtime.background import give_way; give_way({TRAINING}); print(os.nice(0))"
    before = os.nice(0)
    after = int(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)
    assert after == min(before + TRAINING, 19)


def test_without_nice_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "nice", raising=False)
    give_way(5)
