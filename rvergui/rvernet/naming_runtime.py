"""How a naming network runs: OpenVINO on a processor, else PyTorch, which is not imported before it has to answer."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rvergui.core import RverError
from rvergui.runtime.devices import Device, Kind, choose_device
from rvergui.runtime.openvino_cache import CacheKey, OpenVinoCache
from rvergui.runtime.openvino_library import load_openvino
from rvergui.runtime.openvino_switch import Step, Switch, weights_digest
from rvergui.runtime.settings import Settings

Views = NDArray[np.uint8]
Array = NDArray[np.float32]

# Raised when other graphs are made of the same weights.
VERSION = 2
_TORCH_MODULE = "rvergui.rvernet.naming_runtime_torch"
# 8-bit answers have to name as many objects as 32-bit ones do, of so many pictures that calibration did not see.
LEAST_AGREEMENT = 0.97
CALIBRATED_BATCHES, CHECKED_BATCHES = 16, 16


class NamingRuntime(Protocol):
    """A RveRNet on some device. Not enough memory is a MemoryError."""

    def roi(self, views: Views) -> Array:
        """Features (n, a) of ROI views (n, size, size, 3) uint8 RGB."""
        ...

    def extra_roi(self, views: Views) -> Array:
        """Features (n, b) of extra-ROI views; b is 0 for a network that looks at one view."""
        ...

    def integrate(self, roi: Array, extra: Array) -> Array:
        """Logits (n, classes) of both features."""
        ...


class NamingNetwork(Protocol):
    """A runtime that may be replaced by a faster one while the program runs."""

    @property
    def place(self) -> str:
        """Where it runs, e.g. "on CPU with OpenVINO"."""
        ...

    @property
    def why(self) -> str:
        """Why it runs there, one or two sentences."""
        ...

    def runtime(self) -> NamingRuntime:
        """What answers now."""
        ...

    def reject(self, problem: str) -> bool:
        """What answered failed; whether something else can answer instead."""
        ...

    def begin(self) -> None:
        """Make something faster in the background, if there is such."""
        ...

    def wait(self, progress: Callable[[str, float], None] | None = None) -> None:
        """Wait until it is as fast as it gets."""
        ...

    def close(self) -> None:
        """End what runs in the background."""
        ...


class FixedNetwork:
    """A runtime that stays.

    Args:
        runtime: it.
        place: where it runs.
        why: one sentence.
    """

    def __init__(self, runtime: NamingRuntime, place: str, why: str) -> None:
        self._runtime = runtime
        self.place, self.why = place, why

    def runtime(self) -> NamingRuntime:
        """It."""
        return self._runtime

    def reject(self, problem: str) -> bool:
        """There is nothing else."""
        return False

    def begin(self) -> None:
        """Nothing to do."""

    def wait(self, progress: Callable[[str, float], None] | None = None) -> None:
        """Nothing to wait for."""

    def close(self) -> None:
        """Nothing to end."""


class CheckpointNetwork:
    """A checkpoint's network: through OpenVINO once it has been converted, through PyTorch before and where that fails.

    Made and asked on one thread.

    Args:
        path: the checkpoint.
        device: as ``choose_device``; None asks the settings.
        int8: whether an 8-bit version is made and used; None asks the settings.
        pictures: a pairs folder that it is calibrated and judged with; None takes rendered meals.
        cache: where converted networks are kept; None takes the usual folder.

    Raises:
        RverError: there is no such device.
    """

    def __init__(
        self,
        path: Path,
        device: str | None = None,
        int8: bool | None = None,
        pictures: Path | None = None,
        cache: OpenVinoCache | None = None,
    ) -> None:
        self._path = path
        settings = Settings()
        chosen = choose_device(device)
        cache = cache or OpenVinoCache()
        steps: list[Step] = []
        if chosen.kind is Kind.OPENVINO:
            steps = naming_steps(path, cache, settings.int8 if int8 is None else int8, pictures)
        self._device = chosen
        self._switch = Switch(chosen, steps, settings.threads, cache)
        self._torch: NamingRuntime | None = None
        self._fast: NamingRuntime | None = None
        self._of: object = None

    @property
    def place(self) -> str:
        """See ``NamingNetwork``."""
        return self._switch.place

    @property
    def why(self) -> str:
        """See ``NamingNetwork``."""
        return self._switch.why

    @property
    def is_int8(self) -> bool:
        """Whether the 8-bit version answers."""
        return self._switch.is_int8

    @property
    def needs_torch(self) -> bool:
        """Whether PyTorch has to answer as things are."""
        return self._switch.model is None

    def runtime(self) -> NamingRuntime:
        """See ``NamingNetwork``.

        Raises:
            RverError: the checkpoint cannot be read.
        """
        self._switch.refresh()
        model = self._switch.model
        if model is None:
            return self._on_torch()
        if self._fast is None or self._of is not model:
            from rvergui.rvernet.naming_runtime_openvino import OpenVinoNaming

            self._fast, self._of = OpenVinoNaming(model), model
            self._torch = None  # its memory is given back
        return self._fast

    def reject(self, problem: str) -> bool:
        """See ``NamingNetwork``."""
        if self._switch.model is None:
            return False
        self._switch.reject(problem)
        self._fast = self._of = None
        return True

    def begin(self) -> None:
        """See ``NamingNetwork``: converts in a process of its own."""
        if not self._switch.busy:
            self._switch.begin()

    def wait(self, progress: Callable[[str, float], None] | None = None) -> None:
        """See ``NamingNetwork``."""
        self._switch.wait(progress)

    def close(self) -> None:
        """See ``NamingNetwork``."""
        self._switch.close()

    def _on_torch(self) -> NamingRuntime:
        if self._torch is None:
            from rvergui.rvernet.naming_runtime_torch import checkpoint_on_torch

            self._torch = checkpoint_on_torch(self._path, self._device.torch_name)
        return self._torch


def naming_steps(path: Path, cache: OpenVinoCache, int8: bool = False, pictures: Path | None = None) -> list[Step]:
    """The versions of the network in ``path``, best last; none if the file cannot be read.

    Args:
        path: a checkpoint.
        cache: where its hash is remembered.
        int8: whether there is to be an 8-bit one.
        pictures: a pairs folder to calibrate that with; None takes rendered meals.
    """
    try:
        digest = weights_digest(path, cache.folder)
    except OSError:
        return []  # opening it says what is wrong
    parts: dict[str, Any] = {"network": "rvernet", "version": VERSION, "weights": digest}
    module = "rvergui.rvernet.naming_runtime_openvino"
    steps = [Step(f"{module}:naming_graphs", {"checkpoint": str(path.absolute())}, CacheKey(path.stem, parts))]
    if int8:
        folder = None if pictures is None else str(pictures.absolute())
        key = CacheKey(f"{path.stem}-int8", {**parts, "int8": 1, "pictures": folder})
        steps.append(
            Step(
                "rvergui.rvernet.naming_runtime_int8:naming_calibration",
                {"pictures": folder},
                key,
                int8=True,
                images=CALIBRATED_BATCHES,
                checks=CHECKED_BATCHES,
                least_agreement=LEAST_AGREEMENT,
            )
        )
    return steps


def import_runtime(path: Path | None) -> None:
    """Import the libraries that the checkpoint ``path`` needs here, or an untrained network (None); runs nothing.

    Raises:
        RverError: there is no such device.
    """
    if path is not None and choose_device().kind is Kind.OPENVINO:
        cache = OpenVinoCache()
        if any(cache.find(step.key) is not None for step in naming_steps(path, cache)):
            load_openvino()
            return
    importlib.import_module(_TORCH_MODULE)


def probabilities(logits: Array, temperature: float = 1.0) -> Array:
    """Softmax over the last axis of ``logits / temperature``, in float32."""
    scaled = logits.astype(np.float32) / np.float32(temperature)
    raised = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    chances: Array = raised / raised.sum(axis=-1, keepdims=True)
    return chances


def chosen_device(device: str | None) -> Device:
    """The device for PyTorch's part alone: what was chosen, its processor where that is OpenVINO.

    Raises:
        RverError: there is no such device.
    """
    chosen = choose_device(device)
    return Device(Kind.TORCH, "PyTorch runs what has no checkpoint.") if chosen.kind is Kind.OPENVINO else chosen


def stacked(views: Sequence[Views]) -> Views:
    """Views of one size as a contiguous batch (n, size, size, 3).

    Raises:
        RverError: there is none.
    """
    if not views:
        raise RverError("There is no view to look at; name at least one object.")
    return np.ascontiguousarray(np.stack(views))
