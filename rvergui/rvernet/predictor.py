"""Naming objects: a ranked list, and what the surroundings changed in it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rvergui.core import Mask, Photo, RverError, Suggestion
from rvergui.runtime.settings import Settings
from rvergui.rvernet.checkpoint import CheckpointHeader, load_checkpoint
from rvergui.rvernet.memory import is_out_of_memory
from rvergui.rvernet.network import RveRNet, start_network, start_phrase, to_batch
from rvergui.rvernet.preprocessing import Frame, Preprocessing, ViewCutter, black_view

UNTRAINED_NAME = "untrained"
DEFAULT_BACKBONE = "mobilenetv2_100"

# More objects than this go through the network in several batches, so that memory stays bounded.
_BATCH = 16
# Photos of one camera have one or two shapes; each shape has its own padding around the black view.
_BLACK_VIEWS_KEPT = 64


@dataclass(frozen=True)
class Naming:
    """What a model says of one object.

    Attributes:
        suggestions: the best names, best first, each with its probability with and without the surroundings.
        roi_view: (size, size, 3) uint8 RGB, what the ROI branch received.
        extra_view: the same for the extra-ROI branch.
        ms: milliseconds that this object took, as its part of the batch.
    """

    suggestions: tuple[Suggestion, ...]
    roi_view: NDArray[np.uint8] = field(repr=False)
    extra_view: NDArray[np.uint8] = field(repr=False)
    ms: float


@dataclass(frozen=True)
class ModelInfo:
    """A model in words.

    Attributes:
        name: its own name.
        trained: False for a network whose head was never trained: its names are guesses at random.
        start: one phrase, e.g. "ROI from mobilenetv2_100_imagenet1k.safetensors, extra-ROI random".
        classes: the names it knows.
        metrics: on photos held out from its training.
        device: "CPU" or the GPU's name.
        path: the checkpoint's file; None for an untrained network.
    """

    name: str
    trained: bool
    start: str
    classes: tuple[str, ...]
    metrics: Mapping[str, float]
    device: str
    path: Path | None = None


def best_device() -> torch.device:
    """The GPU if torch can use one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def device_name(device: torch.device) -> str:
    """The device for people."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type.upper()


class Predictor:
    """A network ready to name objects. Made and used on one thread."""

    info: ModelInfo

    def __init__(self, network: RveRNet, info: ModelInfo, preprocessing: Preprocessing, device: torch.device) -> None:
        self.info = info
        self.preprocessing = preprocessing
        self._device = device
        # the views' own layout; convolutions are faster in it
        self._network = network.to(device).to(memory_format=torch.channels_last).eval()
        self._black_features: dict[Frame, Tensor] = {}
        self._last_photo: tuple[str, ViewCutter] | None = None

    @classmethod
    def load(cls, path: Path, device: torch.device | None = None) -> Predictor:
        """The predictor of a trained checkpoint.

        Raises:
            RverError: as ``load_checkpoint``.
        """
        network, header = load_checkpoint(path)
        device = device or best_device()
        info = ModelInfo(
            name=header.name,
            trained=True,
            start=_start_of(header),
            classes=tuple(header.classes),
            metrics=dict(header.metrics),
            device=device_name(device),
            path=path,
        )
        return cls(network, info, header.preprocessing, device)

    @classmethod
    def untrained(
        cls,
        classes: Sequence[str],
        roi_backbone: str = DEFAULT_BACKBONE,
        extra_roi_backbone: str = DEFAULT_BACKBONE,
        seed: int = 0,
        folders: Sequence[Path] | None = None,
        preprocessing: Preprocessing | None = None,
        device: torch.device | None = None,
    ) -> Predictor:
        """A predictor whose branches start from what is on this machine and whose head is random.

        Args:
            classes: the names to choose from, at least one.
            roi_backbone: timm's name or the paper's.
            extra_roi_backbone: likewise.
            seed: the same seed gives the same names.
            folders: where weights are looked for; those of the settings if None.
            preprocessing: the published one if None.
            device: the best if None.

        Raises:
            RverError: as ``start_network``.
        """
        preprocessing = preprocessing or Preprocessing()
        if folders is None:
            folders = Settings().weight_folders()
        network = start_network(roi_backbone, extra_roi_backbone, len(classes), preprocessing.size, folders, seed)
        device = device or best_device()
        info = ModelInfo(
            name=UNTRAINED_NAME,
            trained=False,
            start=start_phrase(network.roi.start, network.extra_roi.start),
            classes=tuple(classes),
            metrics={},
            device=device_name(device),
        )
        return cls(network, info, preprocessing, device)

    def classify(self, photo: Photo, masks: Sequence[Mask], top: int = 5) -> list[Naming]:
        """Name the objects under ``masks``; one answer each, in their order.

        Every object is also looked at with its surroundings blacked out; the padding stays as it is, so that the
        difference is what the surroundings changed and nothing else.

        Args:
            photo: the photo that all masks belong to.
            masks: none empty.
            top: how many names at most.

        Raises:
            RverError: a mask is empty or of another photo's size, or memory ran out.
        """
        if any(mask.is_empty for mask in masks):
            raise RverError("A mask without a single pixel cannot be named; draw the object first.")
        if not masks:
            return []
        cutter = self._cutter(photo)
        try:
            with torch.inference_mode():
                black = self._features_without_context(cutter.frame)
                return [naming for batch in _batches(masks) for naming in self._name(cutter, batch, black, top)]
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            raise RverError(
                f"There is not enough memory to name {len(masks)} objects with {self.info.name}; "
                "close other programs or choose a smaller model."
            ) from error

    def _cutter(self, photo: Photo) -> ViewCutter:
        """The photo at the network's size; the last one is kept, since several objects of a photo are named in turn."""
        if self._last_photo is None or self._last_photo[0] != photo.key:
            self._last_photo = (photo.key, ViewCutter(photo.pixels, self.preprocessing))
        return self._last_photo[1]

    def _name(self, cutter: ViewCutter, masks: Sequence[Mask], black: Tensor, top: int) -> Iterator[Naming]:
        begin = time.perf_counter()
        pairs = [cutter.views(mask) for mask in masks]
        roi = self._network.roi(to_batch([pair[0] for pair in pairs], self._device))
        extra = self._network.extra_roi(to_batch([pair[1] for pair in pairs], self._device))
        with_context = self._network.integrate(roi, extra).float().softmax(dim=1).cpu()
        without = self._network.integrate(roi, black.expand(len(masks), -1)).float().softmax(dim=1).cpu()
        ms = (time.perf_counter() - begin) * 1000.0 / len(masks)
        for (roi_view, extra_view), probabilities, alone in zip(pairs, with_context, without, strict=True):
            yield Naming(self._suggestions(probabilities, alone, top), roi_view, extra_view, ms)

    def _suggestions(self, probabilities: Tensor, alone: Tensor, top: int) -> tuple[Suggestion, ...]:
        # a stable sort: equal probabilities stay in the order of the classes
        order = torch.argsort(probabilities, descending=True, stable=True)[:top].tolist()
        return tuple(Suggestion(self.info.classes[i], float(probabilities[i]), float(alone[i])) for i in order)

    def _features_without_context(self, frame: Frame) -> Tensor:
        """The extra-ROI branch's features (1, n) of surroundings that are black; computed once a photo shape."""
        if frame not in self._black_features:
            if len(self._black_features) >= _BLACK_VIEWS_KEPT:
                self._black_features.clear()
            view = black_view(frame, self.preprocessing)
            self._black_features[frame] = self._network.extra_roi(to_batch([view], self._device))
        return self._black_features[frame]


def _start_of(header: CheckpointHeader) -> str:
    if header.parent is not None:
        return f"continued from {header.parent}"
    return start_phrase(header.start.get("roi", "random"), header.start.get("extra_roi", "random"))


def _batches(masks: Sequence[Mask]) -> Iterator[Sequence[Mask]]:
    for first in range(0, len(masks), _BATCH):
        yield masks[first : first + _BATCH]
