"""Distillation: a student learns from a teacher's answers besides the labels (DeiT, arXiv 2012.12877).

A branch with a distillation token (timm's ``deit_*_distilled``) hands on both tokens while it learns: the class token's
answer is compared with the labels and the distillation token's with the teacher. Afterwards it hands on their mean, as
timm does. Any other student has one answer, which is compared with both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, interpolate, kl_div

from rvergui.core import RverError
from rvergui.rvernet.checkpoint import load_checkpoint, read_header
from rvergui.rvernet.network import RveRNet
from rvergui.rvernet.preprocessing import Preprocessing
from rvergui.training.options import TrainOptions
from rvergui.training.schedule import branches

Features = Tensor | tuple[Tensor, Tensor]


Views = tuple[Tensor, Tensor]


def answers(network: RveRNet, roi: Tensor, extra: Tensor) -> tuple[Tensor, Tensor]:
    """Two times logits (n, classes): for the labels and for the teacher; the same without a distillation token."""
    return answers_and_views(network, roi, extra)[:2]


def answers_and_views(network: RveRNet, roi: Tensor, extra: Tensor) -> tuple[Tensor, Tensor, Views]:
    """As ``answers``, and both branches' features (n, dim) that the labels' answer was made of."""
    # a branch with its distillation token on gives a pair of features, which its own signature does not say
    first, second = cast("tuple[Features, Features]", network.features(roi, extra))
    views = _token(first, 0), _token(second, 0)
    by_class = network.integrate(*views)
    if isinstance(first, Tensor) and isinstance(second, Tensor):
        return by_class, by_class, views
    return by_class, network.integrate(_token(first, 1), _token(second, 1)), views


def _token(features: Features, which: int) -> Tensor:
    return features if isinstance(features, Tensor) else features[which]


def use_tokens(network: RveRNet, apart: bool) -> None:
    """Let branches that have a distillation token hand both tokens on while they learn, or not."""
    for branch in branches(network):
        body: Any = branch.body
        if not branch.map_width and hasattr(body, "set_distilled_training"):
            body.set_distilled_training(apart)


class Teacher:
    """A trained RveRNet whose answers count.

    Attributes:
        knows: (classes,) bool, which of the student's classes it knows; on items of others it is not asked.
    """

    def __init__(
        self,
        path: Path,
        classes: Sequence[str],
        preprocessing: Preprocessing,
        options: TrainOptions,
        current_name: Callable[[str], str | None] = lambda name: name,
    ) -> None:
        """Load the teacher.

        Args:
            path: its checkpoint.
            classes: the student's, in the order of its outputs.
            preprocessing: how the student's views are cut; the teacher sees the same, scaled to its own size.
            options: how to distil.
            current_name: what a class of the teacher is called today.

        Raises:
            RverError: it cannot be loaded, cuts views in another way, or knows fewer than two of the classes.
        """
        header = read_header(path)
        theirs = header.preprocessing
        if theirs.model_copy(update={"size": preprocessing.size}) != preprocessing:
            raise RverError(
                f"The teacher {path.name} cuts its views in another way ({theirs.kind}, {theirs.roi}) than this "
                f"training ({preprocessing.kind}, {preprocessing.roi}); choose another teacher, or the same "
                "preprocessing."
            )
        rows: dict[str, int] = {}
        for row, name in enumerate(header.classes):
            rows.setdefault(current_name(name) or "", row)
        common = [place for place, name in enumerate(classes) if name in rows]
        if len(common) < 2:
            raise RverError(
                f"The teacher {path.name} knows {len(common)} of the {len(classes)} classes to be learnt; choose one "
                "that was trained on the same foods."
            )
        self._network = load_checkpoint(path)[0].requires_grad_(False).eval()
        self._size, self._options = theirs.size, options
        self._places = torch.tensor(common)
        self._rows = torch.tensor([rows[classes[place]] for place in common])
        self.knows = torch.zeros(len(classes), dtype=torch.bool)
        self.knows[self._places] = True

    def to(self, device: torch.device) -> Teacher:
        """Bring it to ``device``; returns itself."""
        self._network.to(device)
        self._places, self._rows = self._places.to(device), self._rows.to(device)
        self.knows = self.knows.to(device)
        return self

    def advice(self, roi: Tensor, extra: Tensor) -> Tensor:
        """Its logits (n, common classes) for the student's views (n, 3, size, size)."""
        with torch.no_grad():
            logits: Tensor = self._network(self._sized(roi), self._sized(extra))
            return logits[:, self._rows].float()

    def loss(self, logits: Tensor, advice: Tensor) -> Tensor:
        """(n,) how far the student's ``logits`` (n, classes) are from ``advice``."""
        return _LOSSES[self._options.distil](logits, advice, self._places, self._options.distil_temperature)

    def _sized(self, views: Tensor) -> Tensor:
        if views.shape[-1] == self._size:
            return views
        return interpolate(views, size=(self._size, self._size), mode="bilinear", antialias=True).clamp_(0.0, 1.0)


def _hard(logits: Tensor, advice: Tensor, places: Tensor, _temperature: float) -> Tensor:
    """The teacher's best name is the truth."""
    return cross_entropy(logits, places[advice.argmax(dim=1)], reduction="none")


def _soft(logits: Tensor, advice: Tensor, places: Tensor, temperature: float) -> Tensor:
    """Kullback-Leibler divergence between both softened answers, over the classes that both know (arXiv 1503.02531)."""
    mine = (logits[:, places] / temperature).log_softmax(dim=1)
    theirs = (advice / temperature).log_softmax(dim=1)
    return kl_div(mine, theirs, reduction="none", log_target=True).sum(dim=1) * temperature**2


_LOSSES: Mapping[str, Callable[[Tensor, Tensor, Tensor, float], Tensor]] = {"hard": _hard, "soft": _soft}


class Objective(nn.Module):
    """What is minimised: label loss, with weights for rare classes and smoothing, and the teacher's."""

    def __init__(self, weights: Tensor | None, options: TrainOptions, teacher: Teacher | None) -> None:
        super().__init__()
        self._options, self._teacher = options, teacher
        self.register_buffer("weights", weights)

    def share_of(self, targets: Tensor) -> float:
        """What the sum of the losses of a whole batch is divided by."""
        weights = cast("Tensor | None", self.weights)
        return float(len(targets)) if weights is None else float(weights[targets].sum())

    def forward(self, for_labels: Tensor, for_teacher: Tensor, targets: Tensor, advice: Tensor | None) -> Tensor:
        """The sum of the losses of some items.

        Args:
            for_labels: (n, classes) logits.
            for_teacher: likewise.
            targets: (n,) the right outputs.
            advice: what the teacher said; None without one.
        """
        weights = cast("Tensor | None", self.weights)
        losses = cross_entropy(
            for_labels, targets, weights, label_smoothing=self._options.label_smoothing, reduction="none"
        )
        if self._teacher is None or advice is None:
            return losses.sum()
        counts = self._teacher.knows[targets].float() * self._options.distil_weight
        taught = self._teacher.loss(for_teacher, advice)
        if weights is not None:
            taught = taught * weights[targets]
        return ((1.0 - counts) * losses + counts * taught).sum()
