"""Several processes that train one network (torchrun): each takes its share of every batch.

What they do together is what one process does with the whole batch: losses are divided by the whole batch's count and
gradients are added up.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import torch
from torch import Tensor, distributed, nn

T = TypeVar("T")


@dataclass(frozen=True)
class Team:
    """The processes of a run; alone without torchrun.

    Attributes:
        size: how many.
        rank: which of them this is.
        local: which of those on this machine, and so which GPU is its own.
        founded: whether this run began the process group and has to end it.
    """

    size: int = 1
    rank: int = 0
    local: int = 0
    founded: bool = False

    @classmethod
    def join(cls) -> Team:
        """The team that torchrun put together, by its variables."""
        size, rank, local = (int(os.environ.get(name, default)) for name, default in _VARIABLES)
        # gloo does for processors what nccl does for GPUs
        founded = size > 1 and not distributed.is_initialized()
        if founded:
            distributed.init_process_group("cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo")
        return cls(size, rank, local, founded)

    @property
    def leads(self) -> bool:
        """Whether this process writes the files and talks."""
        return self.rank == 0

    def device(self, alone: torch.device) -> torch.device:
        """``alone``, or of several GPUs this process's own."""
        if self.size > 1 and alone.type == "cuda" and alone.index is None:
            return torch.device("cuda", self.local)
        return alone

    def add_gradients(self, parameters: Iterable[nn.Parameter]) -> None:
        """Give every process the sum of all gradients; one that had no items counts as zeros."""
        if self.size == 1:
            return
        learning = [p for p in parameters if p.requires_grad]
        for parameter in learning:
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
        self._all_reduce([p.grad for p in learning if p.grad is not None])

    def mean_statistics(self, network: nn.Module, modules: tuple[type[nn.Module], ...]) -> None:
        """Give every process the mean of the running statistics of ``modules`` that are learning them."""
        if self.size == 1:
            return
        learning = [m for m in network.modules() if isinstance(m, modules) and m.training]
        floating = [b for m in learning for b in m.buffers(recurse=False) if b.is_floating_point()]
        if floating:
            self._all_reduce(floating, 1.0 / self.size)

    def total(self, number: float, device: torch.device) -> float:
        """The sum of everybody's ``number``."""
        if self.size == 1:
            return number
        shared = torch.tensor([number], dtype=torch.float32, device=device)
        distributed.all_reduce(shared)
        return float(shared[0])

    def agreed(self, wishes: Sequence[bool], device: torch.device) -> list[bool]:
        """Each wish as soon as one process has it."""
        if self.size == 1:
            return list(wishes)
        shared = torch.tensor([float(wish) for wish in wishes], device=device)
        distributed.all_reduce(shared, op=distributed.ReduceOp.MAX)
        return [bool(value) for value in shared.tolist()]

    def rows(self, own: Tensor, count: int, device: torch.device) -> Tensor:
        """(count, width) of rows that the processes made in turn (rank, rank + size, ...); on the CPU."""
        if self.size == 1:
            return own
        whole = torch.zeros(count, own.shape[1], dtype=own.dtype, device=device)
        whole[self.rank :: self.size] = own.to(device)
        distributed.all_reduce(whole)
        return whole.cpu()

    def gathered(self, own: T) -> list[T]:
        """Everybody's value, by rank."""
        if self.size == 1:
            return [own]
        everyone: list[Any] = [None] * self.size
        distributed.all_gather_object(everyone, own)
        return everyone

    def in_turn(self, first: Callable[[], None]) -> None:
        """``first`` is done by the leader alone; the others wait for it."""
        if self.leads:
            first()
        if self.size > 1:
            distributed.barrier()

    def leave(self) -> None:
        """End the team, if this run began it."""
        if self.founded and distributed.is_initialized():
            distributed.destroy_process_group()

    @staticmethod
    def _all_reduce(tensors: Sequence[Tensor], factor: float = 1.0) -> None:
        flat = torch.cat([tensor.detach().reshape(-1) for tensor in tensors])
        distributed.all_reduce(flat)
        flat *= factor
        begin = 0
        with torch.no_grad():
            for tensor in tensors:
                tensor.copy_(flat[begin : begin + tensor.numel()].view_as(tensor))
                begin += tensor.numel()


_VARIABLES = (("WORLD_SIZE", "1"), ("RANK", "0"), ("LOCAL_RANK", "0"))
