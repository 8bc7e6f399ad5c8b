"""The starter network run by PyTorch: on a GPU, and on processors without OpenVINO."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file

from rvergui.core import RverError
from rvergui.segment.starter_network import Clicks, Features, StarterNetwork

Array = NDArray[np.float32]


class TorchRuntime:
    """The network from a .safetensors file.

    Args:
        path: of the file.
        device: a torch device.

    Raises:
        RverError: the file is damaged or another network's.
    """

    def __init__(self, path: Path, device: str = "cpu") -> None:
        self._device = torch.device(device)
        self._network = load_starter(path).to(self._device)

    @torch.inference_mode()
    def encode(self, picture: Array) -> Sequence[Any]:
        """See ``StarterRuntime``."""
        seen = self._network.encoder(torch.from_numpy(picture).to(self._device))
        return [feature.cpu().numpy() for feature in seen]

    @torch.inference_mode()
    def decode(
        self, features: Sequence[Any], points: Array, signs: Array, box: Array, mask: Array
    ) -> tuple[Array, Array]:
        """See ``StarterRuntime``."""
        seen = Features(*[torch.as_tensor(feature, dtype=torch.float32).to(self._device) for feature in features])
        prompts = Clicks(*[torch.from_numpy(value).to(self._device) for value in (points, signs, box, mask)])
        logits, scores = self._network.head(seen, prompts)
        return logits[0].cpu().numpy(), scores[0].cpu().numpy()


def load_starter(path: Path) -> StarterNetwork:
    """The network in ``path``, ready to answer, float32.

    Raises:
        RverError: the file is damaged or another network's.
    """
    network = StarterNetwork()
    try:
        tensors = {
            name: value.float() if value.is_floating_point() else value for name, value in load_file(path).items()
        }
        network.load_state_dict(tensors)
    except (SafetensorError, OSError) as error:
        raise RverError(f"{path.name} in {path.parent} is damaged; copy it again or install RveRGUI again.") from error
    except RuntimeError as error:
        raise RverError(
            f"{path.name} in {path.parent} is no starter network of this version; choose another."
        ) from error
    return network.eval()
