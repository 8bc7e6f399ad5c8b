"""How much a network's own probabilities count and how much what was learnt from named objects.

Logits are a weighed sum of what either says, so that the weights are a small convex fit (a few steps of Newton's
method) and the softmax of the sum is calibrated on the objects it was fitted on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_STEPS = 30
_CLOSE = 1e-6
# A network is never quite sure: of an object that it cannot know, it says something with much too high a probability.
_FLOOR = 0.02


@dataclass(frozen=True)
class Weights:
    """Of the sum.

    Attributes:
        head: of what the named objects say.
        network: of the logarithm of the network's probabilities.
        new: added for names that the network does not know.
    """

    head: float
    network: float
    new: float


# What holds as long as little was named, and how far from that it goes easily.
_USUAL = np.array([24.0, 0.7, 0.0])
_SPREAD = np.array([8.0, 0.4, 2.0])


@dataclass(frozen=True)
class Evidence:
    """What is known of k objects.

    Attributes:
        head: (k, names) what the named objects say, 0 where they say nothing; the network's classes come first.
        chances: (k, classes) the network's probabilities.
        trained: whether these mean anything.
    """

    head: Array
    chances: Array
    trained: bool

    def terms(self) -> Array:
        """(3, k, names): what ``Weights`` weighs."""
        count, known = self.head.shape[1], self.chances.shape[1]
        network, new = np.zeros_like(self.head), np.zeros_like(self.head)
        if self.trained and known:
            flat = (1.0 - _FLOOR) * self.chances + _FLOOR / known
            network[:, :known] = np.log(flat)
            network[:, known:] = np.log(1.0 / (count + known))
            new[:, known:] = 1.0
        return np.stack([self.head, network, new])


def mixed(evidence: Evidence, weights: Weights) -> Array:
    """Probabilities (k, names)."""
    return _softmax(np.tensordot(np.array([weights.head, weights.network, weights.new]), evidence.terms(), 1))


def weights_from(evidence: Evidence, names: NDArray[np.intp], trained: bool) -> Weights:
    """The weights with which objects of which the ``names`` (places) are known are named best.

    Few objects move them little from what is usual. The problem is convex, so there is one answer.
    """
    now = _USUAL.copy()
    if len(names):
        terms = evidence.terms()
        own = terms[:, np.arange(len(names)), names]
        worth = _worth(now, terms, own)
        for _ in range(_STEPS):
            chances = _softmax(np.tensordot(now, terms, 1))
            mean = np.einsum("kn,tkn->tk", chances, terms)
            slope = (own - mean).sum(axis=1) - (now - _USUAL) / _SPREAD**2
            curve = np.einsum("kn,tkn,ukn->tu", chances, terms, terms, optimize=True) - mean @ mean.T
            step = np.linalg.solve(curve + np.diag(1.0 / _SPREAD**2), slope)
            # where the curve is much steeper a step further on, the whole step would lead past the answer
            after = _worth(now + step, terms, own)
            while after < worth and np.abs(step / _SPREAD).max() > _CLOSE:
                step = step / 2.0
                after = _worth(now + step, terms, own)
            now, worth = now + step, after
            if np.abs(step / _SPREAD).max() < _CLOSE:
                break
    now[:2] = np.maximum(now[:2], 0.0)
    return Weights(float(now[0]), float(now[1]) if trained else 0.0, float(now[2]) if trained else 0.0)


def _worth(weights: Array, terms: Array, own: Array) -> float:
    """The logarithm of how probable the right names are, and of how usual the weights."""
    logits = np.tensordot(weights, terms, 1)
    highest = logits.max(axis=1)
    total = highest + np.log(np.exp(logits - highest[:, None]).sum(axis=1))
    return float((weights @ own - total).sum() - 0.5 * (((weights - _USUAL) / _SPREAD) ** 2).sum())


def _softmax(logits: Array) -> Array:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    out: Array = raised / raised.sum(axis=1, keepdims=True)
    return out
