"""How good a network is on examples it was not trained on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torchmetrics.functional.classification import (
    multiclass_accuracy,
    multiclass_confusion_matrix,
    multiclass_f1_score,
)

from rvergui.rvernet.network import RveRNet, to_batch
from rvergui.training.events import Confusion
from rvergui.training.view_store import ViewStore

TOP = 5


@dataclass(frozen=True)
class Scores:
    """Scores over some examples.

    Attributes:
        items: how many examples.
        loss: mean cross-entropy of the probabilities.
        top1: share of examples whose first name is right.
        top5: share whose right name is among the first five.
        macro_f1: F1 averaged over the classes that occur or were predicted, each counting alike.
        per_class: F1 of each class that occurs.
        counts: examples of each class that occurs.
        confused: pairs of classes mistaken for one another, most often first.
    """

    items: int
    loss: float
    top1: float
    top5: float
    macro_f1: float
    per_class: dict[str, float]
    counts: dict[str, int]
    confused: tuple[Confusion, ...]

    def numbers(self) -> dict[str, float]:
        """The scores that fit into a checkpoint's header."""
        return {"top1": self.top1, "top5": self.top5, "macro_f1": self.macro_f1, "loss": self.loss}


def predict(
    network: RveRNet,
    store: ViewStore,
    indices: Sequence[int],
    batch_size: int,
    check: Callable[[], None] = lambda: None,
    context: bool = True,
) -> Tensor:
    """Probabilities (k, outputs) float32 on the CPU for some examples; the network stays in its mode.

    Args:
        network: on any device.
        store: the examples.
        indices: (k,) which of them.
        batch_size: how many at a time.
        check: called before each batch; may raise.
        context: False blacks the surroundings out.
    """
    device = network.head.weight.device
    was_training = network.training
    network.eval()
    parts: list[Tensor] = []
    with torch.inference_mode():
        for first in range(0, len(indices), batch_size):
            check()
            roi, extra = store.pairs(indices[first : first + batch_size], context)
            parts.append(network(to_batch(roi, device), to_batch(extra, device)).float().softmax(dim=1).cpu())
    network.train(was_training)
    return torch.cat(parts).clone()


def score(probabilities: Tensor, output_names: Sequence[str], true_names: Sequence[str]) -> Scores:
    """Compare probabilities with the true names.

    Names are compared, not positions, so networks that know different classes can be judged on the same examples: a
    class that a network does not know counts as mistaken. Outputs with the same name are added up.

    Args:
        probabilities: (k, outputs).
        output_names: the name of each output.
        true_names: (k,) of each example, k at least 1.
    """
    names = list(dict.fromkeys([*output_names, *true_names]))
    place = {name: index for index, name in enumerate(names)}
    spread = torch.zeros(len(true_names), len(names))
    spread.index_add_(1, torch.tensor([place[name] for name in output_names]), probabilities)
    target = torch.tensor([place[name] for name in true_names])
    if len(names) == 1:  # nothing to tell apart, and torchmetrics wants two classes
        spread = torch.cat([spread, torch.zeros(len(true_names), 1)], dim=1)
        names.append("")
    count = len(names)
    each = multiclass_f1_score(spread, target, count, average="none")
    present = torch.bincount(target, minlength=count)
    matrix = multiclass_confusion_matrix(spread, target, count)
    loss = nn.functional.nll_loss(spread.clamp_min(1e-12).log(), target)
    return Scores(
        items=len(true_names),
        loss=float(loss),
        top1=float(multiclass_accuracy(spread, target, count, average="micro")),
        top5=float(multiclass_accuracy(spread, target, count, average="micro", top_k=min(TOP, count))),
        macro_f1=float(multiclass_f1_score(spread, target, count, average="macro")),
        per_class={name: float(each[i]) for i, name in enumerate(names) if present[i]},
        counts={name: int(present[i]) for i, name in enumerate(names) if present[i]},
        confused=_confused(matrix, names),
    )


def _confused(matrix: Tensor, names: Sequence[str], most: int = 20) -> tuple[Confusion, ...]:
    matrix = matrix.clone()
    matrix.fill_diagonal_(0)
    found = [
        Confusion(true=names[row], predicted=names[column], count=int(matrix[row, column]))
        for row, column in matrix.nonzero().tolist()
    ]
    return tuple(sorted(found, key=lambda c: (-c.count, c.true, c.predicted))[:most])
