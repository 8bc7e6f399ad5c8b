"""Comparisons as the comparing process tells them."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

from PIL import Image

from rvergui.gui.gate.comparer import Comparing


def score(old: float, new: float, half: float = 0.05) -> dict[str, float]:
    """A measure of both models with an interval of the difference that reaches ``half`` to each side."""
    return {"old": old, "new": new, "value": new - old, "low": new - old - half, "high": new - old + half}


def picture(colour: str = "red") -> str:
    """A JPEG in base64."""
    stream = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(stream, "JPEG")
    return base64.b64encode(stream.getvalue()).decode()


def result(verdict: str = "better", change: float = 0.1, photos: int = 12, photo: str = "002.jpg") -> dict[str, Any]:
    """What a comparison found; ``photo`` is where its only mix-up was."""
    return {
        "old": "v1",
        "new": "v2",
        "items": 40,
        "photos": photos,
        "verdict": verdict,
        "scores": {
            "top1": score(0.7, 0.7 + change),
            "top5": score(0.9, 0.9),
            "macro_f1": score(0.6, 0.6 + change),
            "ece": score(0.1, 0.05),
        },
        "per_class": {"rice": score(0.8, 0.9), "egg": score(0.7, 0.5)},
        "look_alikes": {"rice / egg": score(0.5, 0.6, 0.2)},
        "confused": [
            {
                "true": "rice",
                "named": "egg",
                "old": 2,
                "new": 1,
                "objects": [{"photo": photo, "old": True, "new": False, "picture": picture()}],
            }
        ],
        "notes": ["Not judged, for want of a photo to hold out: leek."],
    }


class StubComparer:
    """Takes the place of ``Comparer.start``: notes what it was asked and answers when it is told to."""

    def __init__(self) -> None:
        self.asked: list[Comparing] = []

    def start(self, what: Comparing) -> None:
        """See ``Comparer.start``."""
        self.asked.append(what)


def model_file(path: Path, **changes: Any) -> Path:
    """A little model on disk; ``changes`` are of its header."""
    from rvergui.rvernet.checkpoint import CheckpointHeader, save_checkpoint
    from rvergui.rvernet.network import start_network
    from rvergui.rvernet.network_plan import NetworkPlan
    from rvergui.rvernet.preprocessing import Preprocessing

    plan = NetworkPlan(roi="test_efficientnet", extra_roi="test_efficientnet")
    network = start_network(plan, 2, 32, (), 0)
    header = CheckpointHeader(
        name=path.stem,
        **{
            "classes": ["rice", "egg"],
            **network.header_fields(),
            "preprocessing": Preprocessing(size=32),
            **changes,
        },
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    save_checkpoint(path, network, header)
    return path
