"""On what networks run here, and why: a GPU through PyTorch, the processor through OpenVINO, or through PyTorch."""

from __future__ import annotations

import ctypes
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from rvergui.core import RverError
from rvergui.runtime.openvino_library import INSTALL, installed_version
from rvergui.runtime.settings import Settings

# What shows itself on Linux where a driver for a GPU is loaded: NVIDIA, NVIDIA's tablets, AMD, and Windows below Linux.
_LINUX_TRACES = ("/dev/nvidiactl", "/dev/nvidia0", "/dev/nvhost-ctrl", "/dev/kfd", "/dev/dxg")


class Kind(StrEnum):
    """What runs a network."""

    CUDA = "cuda"
    MPS = "mps"
    OPENVINO = "openvino"
    TORCH = "torch"


_PLACES = {
    Kind.CUDA: "on GPU",
    Kind.MPS: "on Apple GPU",
    Kind.OPENVINO: "on CPU with OpenVINO",
    Kind.TORCH: "on CPU with PyTorch",
}


@dataclass(frozen=True)
class Device:
    """What networks are to run on.

    Attributes:
        kind: what runs them.
        why: one sentence.
    """

    kind: Kind
    why: str

    @property
    def place(self) -> str:
        """For a description, e.g. "on CPU with OpenVINO"."""
        return _PLACES[self.kind]

    @property
    def torch_name(self) -> str:
        """Where PyTorch's part runs: "cuda", "mps" or "cpu"."""
        return self.kind.value if self.kind in (Kind.CUDA, Kind.MPS) else "cpu"


@dataclass(frozen=True)
class Gpu:
    """What PyTorch can use beside the processor: "cuda" or "mps", and the card's name."""

    kind: Kind
    name: str


def choose_device(
    wanted: str | None = None,
    find_gpu: Callable[[], Gpu | None] | None = None,
    openvino_version: Callable[[], str | None] = installed_version,
) -> Device:
    """What networks are to run on.

    PyTorch is imported for it only where there may be a GPU, or one is asked for.

    Args:
        wanted: auto, cuda, mps, openvino, torch or cpu (torch on the processor); None asks the settings.
        find_gpu: tells the GPU that PyTorch can use.
        openvino_version: tells what is installed.

    Raises:
        RverError: what is wanted is not here, or is nothing known.
    """
    find_gpu = find_gpu or find_torch_gpu
    wanted = (wanted or Settings().device).lower().split(":")[0]
    match wanted:
        case "torch" | "cpu":
            return Device(Kind.TORCH, "PyTorch on the processor was asked for.")
        case "cuda" | "mps":
            gpu = find_gpu()
            if gpu is None or gpu.kind.value != wanted:
                raise RverError(f"The device {wanted!r} cannot be used here; choose cpu, or install PyTorch for it.")
            return Device(gpu.kind, f"{gpu.name} was asked for.")
        case "openvino":
            return _on_processor(openvino_version(), "OpenVINO was asked for")
        case "auto":
            gpu = find_gpu() if gpu_may_be_there() or find_gpu is not find_torch_gpu else None
            if gpu is not None:
                return Device(gpu.kind, f"PyTorch can use the GPU {gpu.name}.")
            return _on_processor(openvino_version(), "PyTorch finds no GPU to use")
    raise RverError(f"The device {wanted!r} cannot be used here; choose cpu.")


def gpu_may_be_there(system: str = sys.platform, exists: Callable[[Path], bool] = Path.exists) -> bool:
    """Whether it is worth importing PyTorch, which takes seconds, to ask it for a GPU."""
    if system == "darwin":
        return platform.machine() == "arm64"
    if system == "win32":
        return _loads("nvcuda.dll") or _loads("amdhip64.dll")
    return any(exists(Path(trace)) for trace in _LINUX_TRACES)


def find_torch_gpu() -> Gpu | None:
    """The GPU that PyTorch can use; imports it."""
    import torch

    if torch.cuda.is_available():
        return Gpu(Kind.CUDA, torch.cuda.get_device_name(0))
    if torch.backends.mps.is_available():
        return Gpu(Kind.MPS, "Apple GPU")
    return None


def _on_processor(openvino: str | None, reason: str) -> Device:
    if openvino is None:
        return Device(Kind.TORCH, f"{reason}, and OpenVINO, which is faster here, is not installed ({INSTALL}).")
    return Device(Kind.OPENVINO, f"{reason}; OpenVINO {openvino.split('-')[0]} runs networks on the processor.")


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
