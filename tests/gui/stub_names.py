"""A naming network that always says the same at once, for tests that are about something else."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from rvergui.core import Mask, Photo, Suggestion
from rvergui.engine import host

SUGGESTED = (Suggestion("rice", 0.6, 0.5), Suggestion("egg", 0.3, 0.4))


class StubPredictor:
    """Says rice, or else egg."""

    info = SimpleNamespace(
        name="stub", trained=True, start="", classes=("rice", "egg"), metrics={}, device="CPU", path=None
    )

    def classify(self, photo: Photo, masks: Sequence[Mask], **how: object) -> list[SimpleNamespace]:
        view = np.zeros((8, 8, 3), np.uint8)
        return [SimpleNamespace(suggestions=SUGGESTED, roi_view=view, extra_view=view, ms=0.0) for _ in masks]


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use the stub in engines of this process; torch is then not even imported."""
    module = ModuleType(host.NAMING_MODULE)
    module.default_predictor = lambda classes, checkpoint=None: StubPredictor()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, host.NAMING_MODULE, module)
    preparing = ModuleType("rvergui.rvernet.preprocessing")
    view = np.zeros((8, 8, 3), np.uint8)
    preparing.Preprocessing = lambda: None  # type: ignore[attr-defined]
    preparing.network_views = lambda pixels, mask, how: (view, view)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, preparing.__name__, preparing)
