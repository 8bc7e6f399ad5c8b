"""How good a network is on examples it was not trained on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torchmetrics.functional.classification import (
    multiclass_accuracy,
    multiclass_calibration_error,
    multiclass_confusion_matrix,
    multiclass_f1_score,
)

from rvergui.rvernet.network import RveRNet, to_batch
from rvergui.rvernet.noise import Noise, noisy_pairs
from rvergui.training.events import Confusion
from rvergui.training.intervals import ECE_BINS, TOP
from rvergui.training.view_store import ViewStore

# torchmetrics gives a probability of exactly 1 a bin of its own; just below, it is in the last one.
_ALMOST_ONE = 1.0 - 2.0**-24


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
        ece: expected calibration error, 0 for a network whose 80 % are right 80 times of 100.
        precision: of each class that occurs, the share of what was called so that is so; 0 if nothing was.
        recall: of each class that occurs, the share that was called so.
        claimed: F1 (0) of each class that was predicted but does not occur; the macro F1 counts it.
        confusion: true name -> predicted name -> how often.
    """

    items: int
    loss: float
    top1: float
    top5: float
    macro_f1: float
    per_class: dict[str, float]
    counts: dict[str, int]
    confused: tuple[Confusion, ...]
    ece: float = 0.0
    precision: dict[str, float] = field(default_factory=dict)
    recall: dict[str, float] = field(default_factory=dict)
    claimed: dict[str, float] = field(default_factory=dict)
    confusion: dict[str, dict[str, int]] = field(default_factory=dict)

    def numbers(self) -> dict[str, float]:
        """The scores that fit into a checkpoint's header."""
        return {"top1": self.top1, "top5": self.top5, "macro_f1": self.macro_f1, "loss": self.loss}


def predict_logits(
    network: RveRNet,
    store: ViewStore,
    indices: Sequence[int],
    batch_size: int,
    check: Callable[[], None] = lambda: None,
    context: bool = True,
    noises: Sequence[Noise] = (),
    seed: int = 0,
) -> Tensor:
    """Logits (k, outputs) float32 on the CPU for some examples; the network stays in its mode.

    Args:
        network: on any device.
        store: the examples.
        indices: (k,) which of them.
        batch_size: how many at a time.
        check: called before each batch; may raise.
        context: False blacks the surroundings out.
        noises: spoil the views, one after the other.
        seed: of the noise; an example is spoiled alike whatever the batch.
    """
    device = network.head.weight.device
    was_training = network.training
    network.eval()
    parts: list[Tensor] = []
    try:
        with torch.inference_mode():
            for first in range(0, len(indices), batch_size):
                check()
                batch = indices[first : first + batch_size]
                roi, extra = noisy_pairs(noises, *store.pairs(batch, context), seed, batch)
                parts.append(network(to_batch(roi, device), to_batch(extra, device)).float().cpu())
    finally:
        network.train(was_training)
    return torch.cat(parts).clone() if parts else torch.zeros(0, network.head.out_features)


def predict(
    network: RveRNet,
    store: ViewStore,
    indices: Sequence[int],
    batch_size: int,
    check: Callable[[], None] = lambda: None,
    context: bool = True,
    temperature: float = 1.0,
    noises: Sequence[Noise] = (),
    seed: int = 0,
) -> Tensor:
    """Probabilities (k, outputs) float32 on the CPU; ``temperature`` divides the logits, else as ``predict_logits``."""
    logits = predict_logits(network, store, indices, batch_size, check, context, noises, seed)
    return (logits / temperature).softmax(dim=1)


@dataclass(frozen=True)
class Named:
    """Probabilities by name.

    Attributes:
        names: of the columns: the network's first, then classes that it does not know.
        spread: (k, names) float32; -1 where the network knows no such class, so that it comes after every guess.
        target: (k,) int64, the right column.
        known: how many of the names the network knows.
    """

    names: tuple[str, ...]
    spread: Tensor
    target: Tensor
    known: int


def by_name(probabilities: Tensor, output_names: Sequence[str], true_names: Sequence[str]) -> Named:
    """Probabilities (k, outputs) with a column a name: outputs with the same name are added up."""
    outputs = list(dict.fromkeys(output_names))
    names = list(dict.fromkeys([*outputs, *true_names]))
    place = {name: index for index, name in enumerate(names)}
    spread = torch.zeros(len(true_names), len(names))
    spread.index_add_(1, torch.tensor([place[name] for name in output_names]), probabilities)
    spread.clamp_(max=1.0)  # sums may end a rounding error above it
    spread[:, len(outputs) :] = -1.0
    target = torch.tensor([place[name] for name in true_names], dtype=torch.long)
    return Named(tuple(names), spread, target, len(outputs))


def score(probabilities: Tensor, output_names: Sequence[str], true_names: Sequence[str]) -> Scores:
    """Compare probabilities with the true names.

    Names are compared, not positions, so networks that know different classes can be judged on the same examples: a
    class that a network does not know counts as mistaken. Outputs with the same name are added up.

    Args:
        probabilities: (k, outputs).
        output_names: the name of each output.
        true_names: (k,) of each example, k at least 1.
    """
    named = by_name(probabilities, output_names, true_names)
    names, spread, target, known = list(named.names), named.spread, named.target, named.known
    if len(names) == 1:  # nothing to tell apart, and torchmetrics wants two classes
        spread = torch.cat([spread, torch.full((len(true_names), 1), -1.0)], dim=1)
        names.append("")
    count = len(names)
    each = multiclass_f1_score(spread, target, count, average="none")
    matrix = multiclass_confusion_matrix(spread, target, count)
    there, called = matrix.sum(dim=1), matrix.sum(dim=0)
    present = [i for i in range(count) if there[i]]
    believed = spread.clamp(0.0, _ALMOST_ONE)
    return Scores(
        items=len(true_names),
        loss=float(nn.functional.nll_loss(spread.clamp_min(1e-12).log(), target)),
        top1=float(multiclass_accuracy(spread, target, count, average="micro")),
        top5=float(multiclass_accuracy(spread, target, count, average="micro", top_k=min(TOP, known))),
        macro_f1=float(multiclass_f1_score(spread, target, count, average="macro")),
        per_class={names[i]: float(each[i]) for i in present},
        counts={names[i]: int(there[i]) for i in present},
        confused=_confused(matrix, names),
        ece=float(multiclass_calibration_error(believed, target, count, n_bins=ECE_BINS, norm="l1")),
        precision={names[i]: float(matrix[i, i] / called[i].clamp_min(1)) for i in present},
        recall={names[i]: float(matrix[i, i] / there[i]) for i in present},
        claimed={names[i]: float(each[i]) for i in range(count) if called[i] and not there[i]},
        confusion={
            names[row]: {names[column]: int(matrix[row, column]) for column in matrix[row].nonzero()[:, 0].tolist()}
            for row in present
        },
    )


def _confused(matrix: Tensor, names: Sequence[str], most: int = 20) -> tuple[Confusion, ...]:
    matrix = matrix.clone()
    matrix.fill_diagonal_(0)
    found = [
        Confusion(true=names[row], predicted=names[column], count=int(matrix[row, column]))
        for row, column in matrix.nonzero().tolist()
    ]
    return tuple(sorted(found, key=lambda c: (-c.count, c.true, c.predicted))[:most])
