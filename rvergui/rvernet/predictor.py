"""Naming objects: a ranked list, and what the surroundings changed in it. No torch here; who answers brings it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rvergui.core import Mask, Photo, RverError, Suggestion
from rvergui.runtime.openvino_cache import OpenVinoCache
from rvergui.runtime.openvino_switch import weights_digest
from rvergui.runtime.settings import Settings
from rvergui.rvernet.checkpoint import CheckpointHeader, read_header
from rvergui.rvernet.instant_names import TOP, Impression, InstantNames, impressions
from rvergui.rvernet.naming_runtime import (
    Array,
    CheckpointNetwork,
    FixedNetwork,
    NamingNetwork,
    NamingRuntime,
    chosen_device,
    probabilities,
    stacked,
)
from rvergui.rvernet.network_plan import NetworkPlan
from rvergui.rvernet.preprocessing import Frame, Preprocessing, ViewCutter, black_view
from rvergui.rvernet.start_words import RANDOM, start_phrase

if TYPE_CHECKING:
    import torch

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
        impression: what the network has seen in it, for naming it again and for learning from it.
    """

    suggestions: tuple[Suggestion, ...]
    roi_view: NDArray[np.uint8] = field(repr=False)
    extra_view: NDArray[np.uint8] = field(repr=False)
    ms: float
    impression: Impression | None = field(default=None, repr=False)


@dataclass(frozen=True)
class ModelInfo:
    """A model in words.

    Attributes:
        name: its own name.
        trained: False for a network whose head was never trained: its names are guesses at random.
        start: one phrase, e.g. "ROI from mobilenetv2_100_imagenet1k.safetensors, extra-ROI random".
        classes: the names it knows.
        metrics: on photos held out from its training.
        device: where it runs now, e.g. "CPU with OpenVINO".
        path: the checkpoint's file; None for an untrained network.
        why: why it runs there, and what is under way, one or two sentences.
        photos_seen: the short keys of the photos that it was trained on, as far as recorded.
    """

    name: str
    trained: bool
    start: str
    classes: tuple[str, ...]
    metrics: Mapping[str, float]
    device: str
    path: Path | None = None
    why: str = ""
    photos_seen: frozenset[str] = field(default=frozenset(), repr=False)


def best_device() -> torch.device:
    """The GPU if torch can use one, else the CPU."""
    import torch

    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def device_name(device: torch.device) -> str:
    """The device for people."""
    import torch

    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type.upper()


class Predictor:
    """A network ready to name objects. Made and used on one thread.

    Args:
        network: what answers; it may go over to something faster between two questions.
        info: the model in words; where it runs is asked of ``network``.
        preprocessing: how views are cut.
        temperature: what logits are divided by.
        fingerprint: the same for the same features of the same views; "" if that is not known.
        speaks: False leaves the network's own answer out: every class is as likely as long as no name was learnt.

    Attributes:
        names: what it learns from names that people give; nothing as long as nobody teaches it.
    """

    def __init__(
        self,
        network: NamingNetwork,
        info: ModelInfo,
        preprocessing: Preprocessing,
        temperature: float = 1.0,
        fingerprint: str = "",
        speaks: bool = True,
    ) -> None:
        self.preprocessing = preprocessing
        self._speaks = speaks
        self.fingerprint = fingerprint
        self.names = InstantNames(info.classes, info.trained)
        self._network = network
        self._info = info
        self._temperature = temperature
        self._black_features: dict[Frame, Array] = {}
        self._black_of: NamingRuntime | None = None
        self._last_photo: tuple[str, ViewCutter] | None = None

    @property
    def info(self) -> ModelInfo:
        """The model in words."""
        return replace(self._info, device=self._network.place.removeprefix("on "), why=self._network.why)

    @classmethod
    def load(
        cls,
        path: Path,
        device: str | None = None,
        int8: bool | None = None,
        pictures: Path | None = None,
        cache: OpenVinoCache | None = None,
    ) -> Predictor:
        """The predictor of a trained checkpoint.

        A network that has been converted for OpenVINO is taken from the cache and needs no PyTorch. Nothing is
        converted before ``begin``.

        Args:
            path: the checkpoint.
            device: as ``choose_device``; None asks the settings.
            int8: whether an 8-bit version is made and, where its names agree, used; None asks the settings.
            pictures: a pairs folder that it is calibrated and judged with; None takes rendered meals.
            cache: where converted networks are kept; None takes the usual folder.

        Raises:
            RverError: as ``load_checkpoint``, or there is no such device.
        """
        header = read_header(path)
        cache = cache or OpenVinoCache()
        network = CheckpointNetwork(path, device, int8, pictures, cache)
        network.runtime()  # what is wrong with the file is told now
        info = ModelInfo(
            name=header.name,
            trained=True,
            start=_start_of(header),
            classes=tuple(header.classes),
            metrics=dict(header.metrics),
            device="",
            path=path,
            photos_seen=header.photos_seen,
        )
        return cls(network, info, header.preprocessing, header.temperature, _digest(path, cache.folder))

    @classmethod
    def borrowing(cls, path: Path, classes: Sequence[str], device: str | None = None) -> Predictor:
        """A predictor that sees with a trained network, of which only the features count, and has no names of its own.

        Features that were trained on other foods tell new ones apart far better than those of a random network
        (``docs/learning.md``), so names that people give are soon suggested.

        Args:
            path: the checkpoint.
            classes: the names to choose from; its own are not offered.
            device: as ``choose_device``; None asks the settings.

        Raises:
            RverError: as ``load``.
        """
        lender = cls.load(path, device)
        info = ModelInfo(
            name=UNTRAINED_NAME,
            trained=False,
            start=f"features of {lender.info.name}",
            classes=tuple(classes),
            metrics={},
            device="",
        )
        fingerprint = f"borrowed-{lender.fingerprint}"
        return cls(lender._network, info, lender.preprocessing, fingerprint=fingerprint, speaks=False)

    @classmethod
    def untrained(
        cls,
        classes: Sequence[str],
        roi_backbone: str = DEFAULT_BACKBONE,
        extra_roi_backbone: str = DEFAULT_BACKBONE,
        seed: int = 0,
        folders: Sequence[Path] | None = None,
        preprocessing: Preprocessing | None = None,
        device: str | None = None,
    ) -> Predictor:
        """A predictor whose branches start from what is on this machine and whose head is random.

        Args:
            classes: the names to choose from, at least one.
            roi_backbone: timm's name or the paper's.
            extra_roi_backbone: likewise.
            seed: the same seed gives the same names.
            folders: where weights are looked for; those of the settings if None.
            preprocessing: the published one if None.
            device: as ``choose_device``; None asks the settings. OpenVINO is not worth its conversion here.

        Raises:
            RverError: as ``start_network``.
        """
        from rvergui.rvernet.naming_runtime_torch import TorchNaming
        from rvergui.rvernet.network import start_network

        preprocessing = preprocessing or Preprocessing()
        if folders is None:
            folders = Settings().weight_folders()
        chosen = chosen_device(device)
        plan = NetworkPlan(roi=roi_backbone, extra_roi=extra_roi_backbone)
        network = start_network(plan, len(classes), preprocessing.size, folders, seed)
        info = ModelInfo(
            name=UNTRAINED_NAME,
            trained=False,
            start=start_phrase(network.roi.start, network.extra_roi.start),
            classes=tuple(classes),
            metrics={},
            device="",
        )
        fixed = FixedNetwork(TorchNaming(network, chosen.torch_name), chosen.place, chosen.why)
        drawn = [roi_backbone, extra_roi_backbone, info.start, seed, preprocessing.model_dump_json()]
        fingerprint = blake2b(json.dumps(drawn).encode(), digest_size=16).hexdigest()
        return cls(fixed, info, preprocessing, fingerprint=f"untrained-{fingerprint}")

    def begin(self) -> None:
        """Convert the network for OpenVINO in the background where that is faster; answers come meanwhile, too."""
        self._network.begin()

    def wait_ready(self, progress: Callable[[str, float], None] | None = None) -> None:
        """Convert and wait until it is as fast as it gets; ``progress`` hears stages and how far it is."""
        self._network.begin()
        self._network.wait(progress)

    def close(self) -> None:
        """End a conversion that is under way."""
        self._network.close()

    def runtime(self) -> NamingRuntime:
        """What answers now, for measurements.

        Raises:
            RverError: the checkpoint is gone or damaged by now.
        """
        return self._network.runtime()

    def classify(
        self, photo: Photo, masks: Sequence[Mask], top: int = TOP, learnt: bool = True, own: Sequence[str] = ()
    ) -> list[Naming]:
        """Name the objects under ``masks``; one answer each, in their order.

        Every object is also looked at with its surroundings blacked out; the padding stays as it is, so that the
        difference is what the surroundings changed and nothing else.

        Args:
            photo: the photo that all masks belong to.
            masks: none empty.
            top: how many names at most.
            learnt: False leaves out what was learnt from names: the network speaks alone.
            own: as many as masks, or none; see ``InstantNames.suggestions``.

        Raises:
            RverError: a mask is empty or of another photo's size, or memory ran out.
        """
        if any(mask.is_empty for mask in masks):
            raise RverError("A mask without a single pixel cannot be named; draw the object first.")
        if not masks:
            return []
        cutter = self._cutter(photo)
        pairs = _Pairs(cutter, masks, own or [""] * len(masks))
        try:
            return self._all(cutter, pairs, top, learnt)
        except MemoryError as error:
            raise RverError(
                f"There is not enough memory to name {len(masks)} objects with {self._info.name}; "
                "close other programs or choose a smaller model."
            ) from error

    def _all(self, cutter: ViewCutter, pairs: _Pairs, top: int, learnt: bool) -> list[Naming]:
        runtime = self._network.runtime()
        try:
            return self._with(runtime, cutter, pairs, top, learnt)
        except RverError as error:
            if pairs.failed or not self._network.reject(str(error)):
                raise
            return self._with(self._network.runtime(), cutter, pairs, top, learnt)

    def _with(self, runtime: NamingRuntime, cutter: ViewCutter, pairs: _Pairs, top: int, learnt: bool) -> list[Naming]:
        black = self._features_without_context(runtime, cutter.frame)
        return [naming for batch in pairs.batches() for naming in self._name(runtime, batch, black, top, learnt)]

    def _cutter(self, photo: Photo) -> ViewCutter:
        """The photo at the network's size; the last one is kept, since several objects of a photo are named in turn."""
        if self._last_photo is None or self._last_photo[0] != photo.key:
            self._last_photo = (photo.key, ViewCutter(photo.pixels, self.preprocessing))
        return self._last_photo[1]

    def _name(self, runtime: NamingRuntime, batch: _Batch, black: Array, top: int, learnt: bool) -> Iterator[Naming]:
        begin = time.perf_counter()
        roi = runtime.roi(stacked(batch.roi))
        extra = runtime.extra_roi(stacked(batch.extra))
        alone = np.broadcast_to(black, (len(roi), black.shape[1]))
        if self._speaks:  # both questions in one go: the object in its surroundings, and without
            logits = runtime.integrate(np.concatenate([roi, roi]), np.concatenate([extra, alone]))
            chances = probabilities(logits, self._temperature)
        else:
            count = len(self._info.classes)
            chances = np.full((2 * len(roi), count), 1.0 / max(count, 1), np.float32)
        seen = impressions(roi, extra, alone, chances[: len(roi)], chances[len(roi) :])
        said = self.names.suggestions(seen, top, learnt, batch.own)
        ms = batch.ms + (time.perf_counter() - begin) * 1000.0 / len(roi)
        for suggestions, roi_view, extra_view, impression in zip(said, batch.roi, batch.extra, seen, strict=True):
            yield Naming(suggestions, roi_view, extra_view, ms, impression)

    def _features_without_context(self, runtime: NamingRuntime, frame: Frame) -> Array:
        """The extra-ROI branch's features (1, n) of surroundings that are black; computed once a photo shape."""
        if runtime is not self._black_of or len(self._black_features) >= _BLACK_VIEWS_KEPT:
            self._black_features.clear()
            self._black_of = runtime
        if frame not in self._black_features:
            view = black_view(frame, self.preprocessing)
            self._black_features[frame] = runtime.extra_roi(stacked([view]))
        return self._black_features[frame]


@dataclass(frozen=True)
class _Batch:
    """Views of objects that go through the network together, and the milliseconds that cutting one took."""

    roi: list[NDArray[np.uint8]]
    extra: list[NDArray[np.uint8]]
    ms: float
    own: Sequence[str]


class _Pairs:
    """The two views of every mask, cut when they are needed.

    Attributes:
        failed: whether a view could not be cut, which no other runtime would change.
    """

    def __init__(self, cutter: ViewCutter, masks: Sequence[Mask], own: Sequence[str]) -> None:
        self._cutter, self._masks, self._own = cutter, masks, own
        self.failed = False

    def batches(self) -> Iterator[_Batch]:
        """In order.

        Raises:
            RverError: a mask belongs to another photo.
        """
        for first in range(0, len(self._masks), _BATCH):
            begin = time.perf_counter()
            masks = self._masks[first : first + _BATCH]
            try:
                pairs = [self._cutter.views(mask) for mask in masks]
            except RverError:
                self.failed = True
                raise
            ms = (time.perf_counter() - begin) * 1000.0 / len(masks)
            own = self._own[first : first + _BATCH]
            yield _Batch([pair[0] for pair in pairs], [pair[1] for pair in pairs], ms, own)


def _start_of(header: CheckpointHeader) -> str:
    if header.parent is not None:
        return f"continued from {header.parent}"
    return start_phrase(header.start.get("roi", RANDOM), header.start.get("extra_roi", RANDOM))


def _digest(path: Path, cache: Path) -> str:
    """Tells checkpoints apart by what is in the file; "" if it is gone by now."""
    try:
        return weights_digest(path, cache)
    except OSError:
        return ""
