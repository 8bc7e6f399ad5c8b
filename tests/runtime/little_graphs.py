"""Small networks that a child process converts in the tests."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from rvergui.core import RverError
from rvergui.runtime.openvino_job import Calibration, Graph, Network


def affine(scale: float = 2.0, note: str | None = None, seconds: float = 0.0) -> Network:
    """x * scale + 1, and a second graph that sums a number of points nobody knows beforehand."""
    import torch

    if note is not None:
        with Path(note).open("a", encoding="utf-8") as file:
            file.write(f"{sys.modules.get('openvino_telemetry')}\n")
    time.sleep(seconds)

    class Affine(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = torch.nn.Parameter(torch.full((1, 1, 3, 3), scale / 9))

        def forward(self, x: Any) -> Any:
            return torch.nn.functional.conv2d(x, self.weight, padding=1) + 1

    class Summed(torch.nn.Module):
        def forward(self, points: Any, weight: Any) -> Any:
            return (points * weight).sum(dim=1), points.mean(dim=1)

    return Network(
        [
            Graph("encoder", Affine().eval(), (torch.randn(1, 1, 8, 8),), ("pixels",), ("features",)),
            Graph(
                "decoder",
                Summed().eval(),
                (torch.randn(1, 3, 2), torch.ones(1)),
                ("points", "weight"),
                ("total", "mean"),
                dynamic={"points": {1: (1, 64)}},
            ),
        ],
        info={"scale": scale},
    )


def plain(scale: float = 2.0, seconds: float = 0.0) -> Network:
    """x * scale + 1 made without torch, which takes seconds to import."""
    from rvergui.runtime.openvino_library import load_openvino

    openvino = load_openvino()
    time.sleep(seconds)
    operations = openvino.opset13
    pixels = operations.parameter([1, 1, 8, 8], np.float32)
    result = operations.add(operations.multiply(pixels, np.float32(scale)), np.float32(1))
    model = openvino.Model([result], [pixels])
    return Network([Graph("encoder", model, (), ("pixels",), ("features",), tolerance=None)], info={"scale": scale})


def unwilling() -> Network:
    raise RverError("This network does not want to.")


def broken() -> Network:
    raise ValueError("no such thing")


def deadly() -> Network:
    import os
    import signal

    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def calibration(info: dict[str, Any], noise: float = 0.0) -> Calibration:
    """Random images for ``affine``; with noise the two versions are told to differ."""

    def samples(count: int, passed: int) -> list[dict[str, Any]]:
        random = np.random.default_rng(passed)
        return [{"pixels": random.normal(size=(1, 1, 8, 8)).astype(np.float32)} for _ in range(count)]

    def compare(wide: Any, narrow: Any, inputs: Any) -> dict[str, float]:
        one, other = wide["encoder"](inputs)["features"], narrow["encoder"](inputs)["features"]
        worst = float(np.abs(one - other).max() / np.abs(one).max())
        return {"values": 1 - worst - noise}

    return Calibration("encoder", samples, compare, transformer=False, info={"from": info["scale"]})
