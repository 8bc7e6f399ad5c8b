"""What a network remembers of its classes: the mean features of each, which a later head can rehearse.

A head that learns from photos of new classes alone learns that nothing else occurs. Features of earlier classes, drawn
around their means, keep it from that without any earlier photo (prototype rehearsal as in Zhu et al., "Prototype
Augmentation and Self-Supervision for Incremental Learning", CVPR 2021); ``docs/learning.md`` has what it gains here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from rvergui.core import RverError
from rvergui.core.atomic import replacing
from rvergui.rvernet.checkpoint import MEMORY_PREFIX
from rvergui.rvernet.tensor_file import read_tensor_file_head

# Longer features, such as whole maps, are not remembered: they would make checkpoints large.
WIDEST = 8192
_NAMES = ("counts", "roi", "extra", "roi_spread", "extra_spread")


@dataclass(frozen=True)
class FeatureMemory:
    """Means of features by class.

    Attributes:
        counts: (classes,) int64: of how many objects the means are; 0 where nothing is remembered of a class.
        roi: (classes, a) float32 means of the ROI branch's features.
        extra: (classes, b) likewise of the extra-ROI branch's; b is 0 for a baseline.
        roi_spread: (a,) float32 standard deviation of an object from its class's mean, the same for all classes.
        extra_spread: (b,) likewise.
    """

    counts: Tensor
    roi: Tensor
    extra: Tensor
    roi_spread: Tensor
    extra_spread: Tensor

    @classmethod
    def of(cls, roi: Tensor, extra: Tensor, classes: Sequence[int], count: int) -> FeatureMemory:
        """What is to be remembered of objects.

        Args:
            roi: (n, a) float features.
            extra: (n, b) likewise.
            classes: (n,) the class of each object, a place among all.
            count: how many classes there are.
        """
        places = torch.as_tensor(list(classes), dtype=torch.long)
        counts = torch.bincount(places, minlength=count)
        means, spreads = [], []
        for features in (roi.float().cpu(), extra.float().cpu()):
            sums = torch.zeros(count, features.shape[1]).index_add_(0, places, features)
            mean = sums / counts.clamp(min=1)[:, None]
            off = (features - mean[places]).square().sum(dim=0)
            # one degree of freedom goes with each class's mean
            spreads.append((off / max(len(places) - int((counts > 0).sum()), 1)).sqrt())
            means.append(mean)
        return cls(counts, *means, *spreads)

    def __len__(self) -> int:
        """How many classes it has room for."""
        return len(self.counts)

    @property
    def known(self) -> list[int]:
        """The places of the classes of which something is remembered."""
        return torch.nonzero(self.counts).flatten().tolist()

    def fits(self, roi: int, extra: int, classes: int) -> bool:
        """Whether it is of features so long and of so many classes."""
        return (self.roi.shape[1], self.extra.shape[1], len(self)) == (roi, extra, classes)

    def for_classes(self, rows: Sequence[int | None]) -> FeatureMemory:
        """The memory of a network with other classes: for each its place here, or None for a new one."""
        places = torch.tensor([0 if row is None else row for row in rows], dtype=torch.long)
        there = torch.tensor([row is not None for row in rows])
        return FeatureMemory(
            self.counts[places] * there,
            self.roi[places] * there[:, None],
            self.extra[places] * there[:, None],
            self.roi_spread,
            self.extra_spread,
        )

    def and_before(self, earlier: FeatureMemory) -> FeatureMemory:
        """This memory and an earlier one of the same branches and classes in one; what both have seen counts twice."""
        both = self.counts + earlier.counts

        def mean(mine: Tensor, theirs: Tensor) -> Tensor:
            sums = mine * self.counts[:, None] + theirs * earlier.counts[:, None]
            return sums / both.clamp(min=1)[:, None]

        def spread(mine: Tensor, theirs: Tensor) -> Tensor:
            own, old = int(self.counts.sum()), int(earlier.counts.sum())
            return ((mine.square() * own + theirs.square() * old) / max(own + old, 1)).sqrt()

        return FeatureMemory(
            both,
            mean(self.roi, earlier.roi),
            mean(self.extra, earlier.extra),
            spread(self.roi_spread, earlier.roi_spread),
            spread(self.extra_spread, earlier.extra_spread),
        )

    @cached_property
    def _never_negative(self) -> tuple[bool, bool]:
        """Of either branch, whether its features are averages after a ReLU, as far as the means tell."""
        roi, extra = (means.numel() > 0 and float(means.min()) >= 0.0 for means in (self.roi, self.extra))
        return roi, extra

    def draw(self, classes: NDArray[np.intp], random: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Features (k, a) and (k, b) as objects of these classes (k,) may have them."""
        drawn = []
        both = ((self.roi, self.roi_spread), (self.extra, self.extra_spread))
        for (means, spread), floored in zip(both, self._never_negative, strict=True):
            noise = torch.from_numpy(random.standard_normal((len(classes), means.shape[1]), np.float32))
            features = means[torch.from_numpy(np.asarray(classes, np.int64))] + spread * noise
            drawn.append(features.clamp(min=0.0) if floored else features)
        return drawn[0], drawn[1]

    def tensors(self) -> dict[str, Tensor]:
        """As they are stored: 16 bits, which is far finer than the spread."""
        kept = {MEMORY_PREFIX + name: getattr(self, name) for name in _NAMES}
        return {name: (t.half() if t.is_floating_point() else t).contiguous() for name, t in kept.items()}


def memory_of(tensors: Mapping[str, Tensor]) -> FeatureMemory | None:
    """The memory among a checkpoint's tensors; None if there is none, or none that makes sense."""
    found = [tensors.get(MEMORY_PREFIX + name) for name in _NAMES]
    if any(tensor is None for tensor in found):
        return None
    counts, roi, extra, roi_spread, extra_spread = (tensor for tensor in found if tensor is not None)
    fits = counts.ndim == 1 and roi.shape == (len(counts), *roi_spread.shape)
    fits = fits and extra.shape == (len(counts), *extra_spread.shape)
    floats = [tensor.float() for tensor in (roi, extra, roi_spread, extra_spread)]
    if not fits or not all(bool(torch.isfinite(tensor).all()) for tensor in floats) or bool((counts < 0).any()):
        return None
    return FeatureMemory(counts.long(), *floats)


def load_memory(path: Path) -> FeatureMemory | None:
    """What the network of the checkpoint ``path`` remembers; None if it was made without.

    Raises:
        RverError: the file cannot be read.
    """
    try:
        with safe_open(path, framework="pt") as file:
            names = [name for name in file.keys() if name.startswith(MEMORY_PREFIX)]  # noqa: SIM118 - it is no mapping
            return memory_of({name: file.get_tensor(name).clone() for name in names})
    except (SafetensorError, OSError) as error:
        raise RverError(f"{path.name} in {path.parent} could not be read; copy it again.") from error


def store_memory(path: Path, memory: FeatureMemory) -> None:
    """Put ``memory`` into the checkpoint ``path``, in the place of one that is there; the network stays to the bit.

    Raises:
        RverError: the file cannot be read, or not be written (it is as it was then).
    """
    metadata = dict(read_tensor_file_head(path).metadata)
    try:
        tensors = {name: t for name, t in load_file(path).items() if not name.startswith(MEMORY_PREFIX)}
    except (SafetensorError, OSError) as error:
        raise RverError(f"{path.name} in {path.parent} could not be read; copy it again.") from error
    # what was read may be a view of the file that is about to be replaced
    tensors = {name: tensor.clone() for name, tensor in tensors.items()} | memory.tensors()
    with replacing(path) as neighbour:
        try:
            save_file(tensors, neighbour, metadata=metadata)
        except SafetensorError as error:  # its words for a full disk, among others
            raise OSError(str(error)) from error
