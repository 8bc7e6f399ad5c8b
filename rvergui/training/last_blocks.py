"""Which layers of a backbone come early: those that stay as they are when only its last blocks learn."""

from __future__ import annotations

import math
from typing import Any

from timm.models import group_parameters
from torch import nn

from rvergui.core import RverError
from rvergui.rvernet.branch import Branch

# A quarter of the blocks, but at least two: of MobileNetV2's eight stages the last two, of a ViT's twelve blocks four.
LEARNT_SHARE, LEARNT_LEAST = 0.25, 2


def early_layers(branch: Branch) -> list[nn.Module]:
    """The layers before the last blocks that have weights or statistics, the smallest modules that hold them.

    Raises:
        RverError: the backbone does not say which of its layers make a block.
    """
    body: Any = branch.body
    matcher = getattr(body, "group_matcher", None)
    if matcher is None:
        raise RverError(
            f"The backbone {branch.name} does not say what its last blocks are; train its head alone, or everything."
        )
    groups: dict[int, list[str]] = group_parameters(body, matcher(coarse=True))
    blocks = sorted(groups)
    learnt = min(max(LEARNT_LEAST, math.ceil(len(blocks) * LEARNT_SHARE)), max(len(blocks) - 1, 1))
    early = {name for block in blocks[:-learnt] for name in groups[block]}
    owners = dict.fromkeys(name.rpartition(".")[0] for name in early)
    return [
        body.get_submodule(owner) for owner in owners if owner and _all_early(body.get_submodule(owner), owner, early)
    ]


def early_parameters(branch: Branch) -> list[nn.Parameter]:
    """What belongs to no layer of its own, such as a ViT's class token and place embedding."""
    return [parameter for name, parameter in branch.body.named_parameters() if "." not in name]


def _all_early(layer: nn.Module, owner: str, early: set[str]) -> bool:
    return all(f"{owner}.{name}" in early for name, _ in layer.named_parameters())
