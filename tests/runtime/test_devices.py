from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from rvergui.core import RverError
from rvergui.runtime.devices import Gpu, Kind, choose_device, gpu_may_be_there

CARD = Gpu(Kind.CUDA, "GeForce 9")


def test_a_gpu_goes_first_then_openvino_then_torch() -> None:
    chosen = [
        choose_device("auto", lambda: CARD, lambda: "2026.1"),
        choose_device("auto", lambda: Gpu(Kind.MPS, "Apple GPU"), lambda: "2026.1"),
        choose_device("auto", lambda: None, lambda: "2026.1.0-abc"),
        choose_device("auto", lambda: None, lambda: None),
    ]
    assert [device.kind for device in chosen] == [Kind.CUDA, Kind.MPS, Kind.OPENVINO, Kind.TORCH]
    places = ["on GPU", "on Apple GPU", "on CPU with OpenVINO", "on CPU with PyTorch"]
    assert [device.place for device in chosen] == places
    assert [device.torch_name for device in chosen] == ["cuda", "mps", "cpu", "cpu"]
    assert "GeForce 9" in chosen[0].why
    assert "OpenVINO 2026.1.0 runs" in chosen[2].why
    assert "not installed" in chosen[3].why
    assert "pip install" in chosen[3].why


def test_what_is_asked_for_is_taken_or_refused() -> None:
    assert choose_device("torch", lambda: CARD).kind is Kind.TORCH
    assert choose_device("cuda:0", lambda: CARD).kind is Kind.CUDA
    assert choose_device("openvino", lambda: CARD, lambda: "1").kind is Kind.OPENVINO
    for wanted in ("cuda", "mps", "warp9"):
        with pytest.raises(RverError, match=wanted):
            choose_device(wanted, lambda: None)


def test_the_settings_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RVERGUI_DEVICE", "torch")
    assert choose_device(None, lambda: CARD).kind is Kind.TORCH


def test_without_a_trace_of_a_driver_torch_is_not_asked() -> None:
    assert not gpu_may_be_there("linux", lambda path: False)
    assert gpu_may_be_there("linux", lambda path: path == Path("/dev/nvidiactl"))
    code = (
        "import rvergui.runtime.devices as d; d.gpu_may_be_there = lambda: False; print(d.choose_device('auto').kind); "
        "import sys; assert not {'torch', 'openvino'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
