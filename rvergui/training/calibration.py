"""How far a network's probabilities can be taken at their word, and the one number that corrects them.

A network that was trained to the end says 99 % too often. Dividing its logits by a temperature fitted on examples that
it was not trained on mends most of that and changes no first name (Guo et al., "On Calibration of Modern Neural
Networks", 2017).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from rvergui.core import RverError
from rvergui.core.atomic import replacing
from rvergui.rvernet.checkpoint import FORMAT_KEY, read_header
from rvergui.rvernet.network import RveRNet
from rvergui.rvernet.tensor_file import read_tensor_file_head
from rvergui.training.intervals import ECE_BINS, bin_of
from rvergui.training.metrics import predict_logits
from rvergui.training.view_store import ViewStore

# Fewer examples than this say less about the temperature than 1 does.
FEWEST = 10
# Temperatures beyond these mean that the examples are all right or all wrong; neither is to be believed.
COLDEST, HOTTEST = 0.05, 20.0
# How far from 1 a temperature is expected to be: two thirds of all networks between 1 / e^0.5 and e^0.5.
BELIEF = 0.5
_GRID = 25
_SECTIONS = 18


def fit_temperature(logits: Tensor, targets: Tensor | Sequence[int]) -> float:
    """The temperature that makes the right names most likely, held back where the examples say little.

    Twelve right answers of twelve are most likely at a temperature of nearly 0, which would call every later answer
    certain. So the logarithm of the temperature is taken to be normally distributed around 0 beforehand (``BELIEF``);
    a few hundred examples outweigh that, ten do not.

    Args:
        logits: (k, outputs).
        targets: (k,) the right output of each.

    Returns:
        Between ``COLDEST`` and ``HOTTEST``; 1 if there are fewer than ``FEWEST`` examples or a logit is not finite.
    """
    right = torch.as_tensor(targets, dtype=torch.long)
    if len(right) < FEWEST or logits.shape[1] < 2 or not bool(torch.isfinite(logits).all()):
        return 1.0
    exact = logits.detach().double().cpu()

    def cost(log_temperature: float) -> float:
        lost = nn.functional.cross_entropy(exact / math.exp(log_temperature), right, reduction="sum")
        return float(lost) + log_temperature**2 / (2 * BELIEF**2)

    steps = np.linspace(math.log(COLDEST), math.log(HOTTEST), _GRID)
    best = int(np.argmin([cost(step) for step in steps]))
    return math.exp(_lowest(cost, float(steps[max(best - 1, 0)]), float(steps[min(best + 1, _GRID - 1)])))


def _lowest(cost: Callable[[float], float], low: float, high: float) -> float:
    """Where ``cost`` is lowest between two places with one minimum between them: golden-section search."""
    ratio = (math.sqrt(5) - 1) / 2
    left, right = high - ratio * (high - low), low + ratio * (high - low)
    at_left, at_right = cost(left), cost(right)
    for _ in range(_SECTIONS):
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - ratio * (high - low)
            at_left = cost(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + ratio * (high - low)
            at_right = cost(right)
    return (low + high) / 2


def temperature_of(
    network: RveRNet,
    store: ViewStore,
    indices: Sequence[int],
    classes: Sequence[str],
    batch_size: int = 32,
    check: Callable[[], None] = lambda: None,
) -> float:
    """The temperature of ``network`` fitted on some examples, which it should not have been trained on.

    Args:
        network: on any device.
        store: the examples.
        indices: which of them; those whose class the network does not know are left out.
        classes: the name of each output.
        batch_size: how many at a time.
        check: called before each batch; may raise.
    """
    place = {name: output for output, name in enumerate(classes)}
    usable = [i for i in indices if store.class_names[i] in place]
    if len(usable) < FEWEST:
        return 1.0
    logits = predict_logits(network, store, usable, batch_size, check)
    return fit_temperature(logits, [place[store.class_names[i]] for i in usable])


def store_temperature(path: Path, temperature: float) -> None:
    """Write ``temperature`` into the header of the checkpoint ``path``; its tensors stay byte for byte.

    Raises:
        RverError: not a checkpoint, no temperature, or it cannot be written (then it is as it was).
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file, save_file

    if not (math.isfinite(temperature) and temperature > 0):
        raise RverError(f"{temperature:g} is no temperature; it has to be a number above 0.")
    header = read_header(path).model_copy(update={"temperature": float(temperature)})
    metadata = {**read_tensor_file_head(path).metadata, FORMAT_KEY: header.model_dump_json()}
    try:
        tensors = load_file(path)
        with replacing(path) as neighbour:
            save_file(tensors, neighbour, metadata=metadata)
    except SafetensorError as error:
        raise RverError(f"{path.name} in {path.parent} could not be rewritten ({error}); it is as it was.") from error


@dataclass(frozen=True)
class Reliability:
    """What a reliability diagram shows, a bin a range of confidence.

    Attributes:
        edges: (bins + 1,) from 0 to 1.
        counts: (bins,) examples whose first name had such a probability.
        confidence: (bins,) their mean probability, 0 where there are none.
        accuracy: (bins,) the share of them that was right, 0 where there are none.
    """

    edges: NDArray[np.float64] = field(repr=False)
    counts: NDArray[np.float64] = field(repr=False)
    confidence: NDArray[np.float64] = field(repr=False)
    accuracy: NDArray[np.float64] = field(repr=False)

    @property
    def ece(self) -> float:
        """Expected calibration error: |confidence - accuracy|, each bin by how many it holds."""
        gap = np.abs(self.confidence - self.accuracy) * self.counts
        return float(gap.sum() / max(self.counts.sum(), 1.0))


def reliability(confidence: NDArray[np.floating], right: NDArray[np.bool_], bins: int = ECE_BINS) -> Reliability:
    """Sort answers into ``bins`` by the probability (k,) of their first name; ``right`` (k,) says which were right."""
    place = bin_of(confidence, bins)
    counts = np.bincount(place, minlength=bins).astype(np.float64)
    divisor = np.maximum(counts, 1.0)
    return Reliability(
        edges=np.linspace(0.0, 1.0, bins + 1),
        counts=counts,
        confidence=np.bincount(place, weights=confidence, minlength=bins) / divisor,
        accuracy=np.bincount(place, weights=right.astype(np.float64), minlength=bins) / divisor,
    )


def expected_calibration_error(
    confidence: NDArray[np.floating], right: NDArray[np.bool_], bins: int = ECE_BINS
) -> float:
    """See ``Reliability.ece``."""
    return reliability(confidence, right, bins).ece
