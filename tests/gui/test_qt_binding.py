"""What the binding to Qt must not do."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal since Python 3.12")
def test_calls_that_return_nothing_do_not_use_up_none(qtbot: QtBot) -> None:
    """PySide6 6.12.0 did, and the interpreter aborted in the middle of a session."""
    action = QAction("")
    before = sys.getrefcount(None)
    for _ in range(500):
        action.setEnabled(True)
    assert sys.getrefcount(None) > before - 50
