"""Stopping in the middle of a step: a step of a large network takes half a minute on a CPU, a layer a fraction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from rvergui.training.view_store import StoppedError


@contextmanager
def interruptible(network: nn.Module, cancelled: Callable[[], bool]) -> Iterator[None]:
    """Inside, forward and backward passes of ``network`` raise ``StoppedError`` soon after ``cancelled`` says so.

    Every layer with weights asks after its forward pass, and again when the gradient of its output is known.
    """

    def check() -> None:
        if cancelled():
            raise StoppedError

    def on_gradient(_gradient: Tensor) -> None:
        check()

    def on_output(_module: nn.Module, _inputs: object, output: object) -> None:
        check()
        if isinstance(output, Tensor) and output.requires_grad and torch.is_grad_enabled():
            output.register_hook(on_gradient)  # type: ignore[no-untyped-call]

    handles = [
        module.register_forward_hook(on_output)
        for module in network.modules()
        if isinstance(module, nn.Linear | nn.Conv2d)
    ]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
