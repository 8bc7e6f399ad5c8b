"""A naming network in PyTorch, on a GPU or the processor."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from rvergui.rvernet.checkpoint import load_checkpoint
from rvergui.rvernet.memory import is_out_of_memory
from rvergui.rvernet.naming_runtime import Array, Views
from rvergui.rvernet.network import RveRNet, to_batch


class TorchNaming:
    """See ``NamingRuntime``.

    Args:
        network: is moved to the device and to evaluation.
        device: PyTorch's.
    """

    def __init__(self, network: RveRNet, device: torch.device | str = "cpu") -> None:
        self._device = torch.device(device)
        # the views' own layout; convolutions are faster in it
        self.network = network.to(self._device).to(memory_format=torch.channels_last).eval()

    def roi(self, views: Views) -> Array:
        """See ``NamingRuntime``."""
        return self._answer(lambda: self.network.roi(to_batch(views, self._device)))

    def extra_roi(self, views: Views) -> Array:
        """See ``NamingRuntime``."""
        return self._answer(lambda: self.network.extra_roi(to_batch(views, self._device)))

    def integrate(self, roi: Array, extra: Array) -> Array:
        """See ``NamingRuntime``."""
        first, second = (torch.from_numpy(np.ascontiguousarray(part)).to(self._device) for part in (roi, extra))
        return self._answer(lambda: self.network.integrate(first, second))

    def _answer(self, ask: Callable[[], Tensor]) -> Array:
        try:
            with torch.inference_mode():
                found: Array = ask().float().cpu().numpy()
        except RuntimeError as error:
            if is_out_of_memory(error):
                raise MemoryError(str(error)) from error
            raise
        return found


def checkpoint_on_torch(path: Path, device: str) -> TorchNaming:
    """The network of the checkpoint ``path``.

    Raises:
        RverError: as ``load_checkpoint``.
    """
    return TorchNaming(load_checkpoint(path)[0], device)
