"""A network and everything that one optimiser step changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from rvergui.core import RverError
from rvergui.rvernet.network import RveRNet
from rvergui.training.average import Average
from rvergui.training.distil import Views, use_tokens
from rvergui.training.options import TrainOptions
from rvergui.training.schedule import (
    BATCH_NORMS,
    branches,
    frozen_parts,
    learning_mode,
    optimizer_for,
    warm_up_then_cosine,
)
from rvergui.training.team import Team
from rvergui.training.view_heads import ViewHeads

_HALF = {"bfloat16": torch.bfloat16, "float16": torch.float16}


class Learner:
    """Takes steps.

    Attributes:
        network: trained in place.
        device: where it is.
    """

    def __init__(self, network: RveRNet, options: TrainOptions, steps: int, team: Team) -> None:
        """Prepare.

        Args:
            network: on its device.
            options: the choices.
            steps: of the whole run.
            team: the processes that learn together.

        Raises:
            RverError: an option asks what this network or this device cannot do.
        """
        network.to(memory_format=torch.channels_last)  # the views' own layout; convolutions are faster in it
        self.network, self.device = network, network.head.weight.device
        self._options, self._team = options, team
        if options.checkpointing:
            _checkpoint_activations(network)
        use_tokens(network, options.teacher is not None)
        asked = options.view_loss > 0 and options.freeze != "backbones"  # what is frozen learns nothing from it
        self._view_heads = ViewHeads(network).to(self.device) if asked else None
        self._optimizer = optimizer_for(network, options)
        if self._view_heads is not None:
            heads = {"params": list(self._view_heads.parameters()), "lr": options.learning_rate, "weight_decay": 0.0}
            self._optimizer.add_param_group(heads)
        factor = warm_up_then_cosine(steps, options.warm_up)
        self._schedule = torch.optim.lr_scheduler.LambdaLR(self._optimizer, factor)
        self._average = Average(network, frozen_parts(network, options)) if options.average else None
        self._type = _precision(options.precision, self.device)
        self._scaler = torch.amp.GradScaler(self.device.type, enabled=self._type is torch.float16)

    @property
    def judged(self) -> RveRNet:
        """The network that is judged and kept: the average if there is one."""
        return self._average.network if self._average is not None else self.network

    @property
    def rate(self) -> float:
        """The learning rate of the next step, the highest of all parts."""
        return max(float(rate) for rate in self._schedule.get_last_lr())

    def autocast(self) -> torch.autocast:
        """Half-width arithmetic where it was chosen."""
        kind = self._type or torch.bfloat16
        return torch.autocast(self.device.type, dtype=kind, enabled=self._type is not None)

    def view_loss(self, views: Views, targets: Tensor) -> Tensor | float:
        """What the branches' own answers add to the sum of the losses of some items; see ``ViewHeads``."""
        if self._view_heads is None:
            return 0.0
        own: Tensor = self._view_heads(views, targets, self._options.label_smoothing)
        return self._options.view_loss * own

    def begin_epoch(self) -> None:
        """Training mode, as far as it is meant."""
        learning_mode(self.network, self._options)

    def step(self, loss: Tensor | None) -> None:
        """Learn from this process's part of a batch; None if it has no part in it."""
        self._optimizer.zero_grad(set_to_none=True)
        if loss is not None:
            torch.autograd.backward(self._scaler.scale(loss))
        self._team.add_gradients(self._learning())
        self._scaler.unscale_(self._optimizer)
        if self._options.clip is not None:
            nn.utils.clip_grad_norm_(self._learning(), self._options.clip)
        self._scaler.step(self._optimizer)
        self._scaler.update()
        self._schedule.step()
        self._team.mean_statistics(self.network, BATCH_NORMS)
        if self._average is not None:
            self._average.follow(self.network)

    def _learning(self) -> Iterator[nn.Parameter]:
        yield from self.network.parameters()
        if self._view_heads is not None:
            yield from self._view_heads.parameters()

    def state(self) -> dict[str, Any]:
        """Everything that a step depends on, but the random states."""
        return {
            "network": self.network.state_dict(),
            "view_heads": self._view_heads.state_dict() if self._view_heads is not None else None,
            "average": self._average.state_dict() if self._average is not None else None,
            "optimizer": self._optimizer.state_dict(),
            "schedule": self._schedule.state_dict(),
            "scaler": self._scaler.state_dict(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from ``state``; KeyError, ValueError or RuntimeError if it is another network's."""
        self.network.load_state_dict(state["network"])
        if self._view_heads is not None:
            self._view_heads.load_state_dict(state["view_heads"])
        if self._average is not None:
            self._average.load_state_dict(state["average"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._schedule.load_state_dict(state["schedule"])
        self._scaler.load_state_dict(state["scaler"])


@contextmanager
def single_item_mode(network: nn.Module, count: int) -> Iterator[None]:
    """Inside, batch norm uses its running statistics if a batch has a single item."""
    norms: Sequence[nn.Module] = ()
    if count == 1:
        norms = [m for m in network.modules() if isinstance(m, BATCH_NORMS) and m.training]
    for norm in norms:
        norm.eval()
    try:
        yield
    finally:
        for norm in norms:
            norm.train()


def _precision(asked: str, device: torch.device) -> torch.dtype | None:
    """The width of arithmetic; None for 32 bits. On processors half the width is slower, so not by itself.

    Raises:
        RverError: the processor has no 16-bit training of this kind.
    """
    if asked == "auto":
        if device.type != "cuda":
            return None
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    if asked == "float16" and device.type == "cpu":
        raise RverError("Processors do not train in float16; choose bfloat16 or float32 (--precision).")
    return _HALF.get(asked)


def _checkpoint_activations(network: RveRNet) -> None:
    for branch in branches(network):
        body: Any = branch.body
        try:
            body.set_grad_checkpointing(True)
        except (AttributeError, AssertionError) as error:
            raise RverError(
                f"The backbone {branch.name} cannot compute its activations again; train it without --checkpointing, "
                "with a smaller batch."
            ) from error
