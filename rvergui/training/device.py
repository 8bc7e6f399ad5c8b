"""Where a run computes, and what its random numbers start from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from rvergui.core import RverError
from rvergui.rvernet.predictor import best_device


def device_named(asked: str | None) -> torch.device:
    """The device that torch calls ``asked``; None: the best there is.

    Raises:
        RverError: there is none of that name here.
    """
    if asked is None:
        return best_device()
    try:
        device = torch.device(asked)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:  # the latter from a torch without CUDA
        raise RverError(f"There is no device {asked} here to train on; choose another (--device), or none.") from error
    return device


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Inside, torch's generators start from ``seed``; afterwards they are as they were."""
    with torch.random.fork_rng(devices=range(torch.cuda.device_count())):
        torch.manual_seed(seed)
        yield
