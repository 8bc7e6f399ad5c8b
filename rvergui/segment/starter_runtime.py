"""How the starter network runs: on OpenVINO without PyTorch where that is installed, else on PyTorch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rvergui.core import RverError
from rvergui.core.paths import shipped_weights
from rvergui.runtime.devices import Kind, choose_device
from rvergui.rvernet.tensor_file import read_tensor_file_head

Array = NDArray[np.float32]

WEIGHTS = "starter_segmenter.safetensors"
CONVERTED = "starter_segmenter_openvino"
FORMAT = "starter-1"


class StarterRuntime(Protocol):
    """The network on some device."""

    def encode(self, picture: Array) -> Sequence[Any]:
        """(1, 3, h, w) float32 in -1..1, h and w multiples of 32, to the features (``starter_network.Features``)."""
        ...

    def decode(
        self, features: Sequence[Any], points: Array, signs: Array, box: Array, mask: Array
    ) -> tuple[Array, Array]:
        """Logits (3, h/4, w/4) and scores (3,); arguments as in ``starter_network.Clicks`` for one object."""
        ...


@dataclass(frozen=True)
class StarterChoice:
    """What runs the network.

    Attributes:
        runtime: it.
        fingerprint: of the weights.
        description: for the status bar.
        why: one sentence.
    """

    runtime: StarterRuntime
    fingerprint: str
    description: str
    why: str


def choose_runtime(checkpoint: Path | None, device: str | None, sides: Sequence[int]) -> StarterChoice:
    """The fastest way to run the network here.

    Args:
        checkpoint: a starter network of one's own; None takes the one that ships.
        device: as ``choose_device``.
        sides: of the square windows that will be looked at, in pixels.

    Raises:
        RverError: the weights are missing, damaged or another network's, or there is no such device.
    """
    path = checkpoint if checkpoint is not None else shipped_weights() / WEIGHTS
    fingerprint = _fingerprint(path)
    chosen = choose_device(device)
    why = chosen.why
    if chosen.kind is Kind.OPENVINO:
        from rvergui.segment.starter_openvino import OpenVinoRuntime, converted

        stored = converted(shipped_weights() / CONVERTED, fingerprint)
        if stored is not None:
            return StarterChoice(
                OpenVinoRuntime(stored, sides), fingerprint, f"Starter network {chosen.place}", chosen.why
            )
        why = "PyTorch runs it: only the starter network that ships comes converted for OpenVINO."
        chosen = choose_device("torch")
    from rvergui.segment.starter_torch import TorchRuntime

    return StarterChoice(TorchRuntime(path, chosen.torch_name), fingerprint, f"Starter network {chosen.place}", why)


def _fingerprint(path: Path) -> str:
    head = read_tensor_file_head(path)
    if head.metadata.get("rvergui") != FORMAT:
        raise RverError(
            f"{path.name} in {path.parent} is no starter network of this version; choose another file, or GrabCut."
        )
    return head.metadata.get("weights", "unknown")
