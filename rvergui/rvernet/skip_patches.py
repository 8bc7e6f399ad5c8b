"""Vision transformers that do not look at patches in which there is nothing: black, or the padding's grey.

An ROI view is mostly black. Attention costs time for every patch, so those in which every pixel is black are left out
after the patches were embedded and given their places; so is the grey that the published preprocessing pads with. The
answers are not those of the plain network, to which black patches say something, too: such a network has to be
trained as one. Its weights start from the plain one's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import timm
import torch
from timm.models.vision_transformer import VisionTransformer
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from rvergui.core import RverError
from rvergui.rvernet.backbones import Backbone, TimmBackbones

SUFFIX = ".skip_black"
# Grey values 0..255 of pixels that say nothing: what views are blacked out with, and what they are padded with.
EMPTY_LEVELS = (0, 125)
_HALF_LEVEL = 0.5 / 255.0


class SkipBlack(nn.Module):
    """A timm vision transformer with a class token that leaves empty patches out.

    Objects of different size are padded to the largest one's number of patches; no patch attends to the padding, so
    an object's answer does not depend on what is named beside it.

    Args:
        vit: with pooling by tokens, of fixed size.
        mean: of the colours 0..1, subtracted before.
        std: divided by then.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, vit: Any, mean: Sequence[float], std: Sequence[float]) -> None:
        super().__init__()
        self.vit = vit
        # what is empty is told from normalised colours, so a checkpoint carries how they were
        self.register_buffer("mean", torch.tensor(mean, dtype=torch.float32).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(std, dtype=torch.float32).view(1, 3, 1, 1))

    def filled(self, normal: Tensor) -> Tensor:
        """Which patches hold something: (n, patches) bool, of normalised pictures (n, 3, size, size)."""
        colours = normal * self.std + self.mean
        sides = self.vit.patch_embed.patch_size
        empty = torch.zeros(1, dtype=torch.bool, device=normal.device)
        for level in EMPTY_LEVELS:
            far = (colours - level / 255.0).abs().amax(dim=1, keepdim=True)
            # nearer than rounding: the worst pixel of each patch
            worst = nn.functional.max_pool2d(far, sides)
            empty = empty | (worst.flatten(1) < _HALF_LEVEL)
        return ~empty

    def forward(self, normal: Tensor) -> Tensor:
        """(n, 3, size, size) float32, normalised -> (n, features)."""
        vit = self.vit
        before = int(vit.num_prefix_tokens)
        tokens = vit._pos_embed(vit.patch_embed(normal))
        filled = self.filled(normal)
        counts = filled.sum(dim=1)
        most = counts.max()
        # stable: patches stay in their order; which order does not matter to attention
        order = torch.argsort(filled.to(torch.int32), dim=1, descending=True, stable=True)[:, :most]
        chosen = tokens[:, before:].gather(1, order.unsqueeze(-1).expand(-1, -1, tokens.shape[-1]))
        there = filled.gather(1, order)
        seen = torch.cat([torch.ones_like(tokens[:, :before, 0], dtype=torch.bool), there], dim=1)
        x = vit.norm_pre(vit.patch_drop(torch.cat([tokens[:, :before], chosen], dim=1)))
        mask = seen[:, None, None, :]
        for block in vit.blocks:
            if self.training and vit.grad_checkpointing:
                x = checkpoint(block, x, mask, use_reentrant=False)
            else:
                x = block(x, attn_mask=mask)
        features: Tensor = vit.forward_head(vit.norm(x))
        return features

    def set_grad_checkpointing(self, enable: bool = True) -> None:
        """As timm's: compute again instead of keeping, which spares memory in training."""
        self.vit.set_grad_checkpointing(enable)


class SkipBlackBackbones:
    """timm's vision transformers with a class token, e.g. ``deit_tiny_patch16_224.skip_black``.

    See ``BackboneProvider``. They are fast as ROI branch; the extra-ROI branch has little to leave out.
    """

    def __init__(self) -> None:
        self._timm = TimmBackbones()

    def names(self) -> Sequence[str]:
        """All of them."""
        return [f"{name}{SUFFIX}" for name in _usable()]

    def resolve(self, name: str) -> str | None:
        """timm's name or the paper's, with the ending ``.skip_black``; None for anything else."""
        if not name.endswith(SUFFIX):
            return None
        plain = self._timm.resolve(name.removesuffix(SUFFIX))
        return f"{plain}{SUFFIX}" if plain is not None and plain.partition(".")[0] in _usable() else None

    def create(self, name: str, size: int, options: Mapping[str, str], features: str = "pooled") -> Backbone:
        """See ``BackboneProvider.create``.

        Raises:
            RverError: as timm's.
        """
        return _skipping(self._timm.create(name.removesuffix(SUFFIX), size, options, features))

    def start(self, name: str, size: int, folders: Sequence[Path], features: str = "pooled") -> Backbone:
        """See ``BackboneProvider.start``: from weights of the plain network.

        Raises:
            RverError: as timm's.
        """
        return _skipping(self._timm.start(name.removesuffix(SUFFIX), size, folders, features))


def _skipping(plain: Backbone) -> Backbone:
    vit: Any = plain.module
    if not isinstance(vit, VisionTransformer) or vit.global_pool != "token" or vit.attn_pool is not None:
        raise RverError(
            f"The backbone {plain.name or type(vit).__name__} has no class token to gather what it sees, so it cannot "
            "leave patches out; choose a ViT or a DeiT."
        )
    return replace(plain, module=SkipBlack(vit, plain.mean, plain.std))


@cache
def _usable() -> frozenset[str]:
    """timm's plain vision transformers; those whose windows or maps need every patch are not among them."""
    module = "vision_transformer"
    plain = (name for name in timm.list_models(module=module) if name.startswith(("vit_", "test_vit")))
    deit = (name for name in timm.list_models(module="deit") if name.startswith(("deit_", "deit3_")))
    left_out = ("_gap", "siglip", "_rope", "_reg4_so", "parallel", "diffattn", "_avg", "_gapmh")
    return frozenset(name for name in (*plain, *deit) if not any(part in name for part in left_out))
