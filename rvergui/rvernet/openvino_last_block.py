"""A vision transformer whose last block computes only what is asked of it.

What goes on from the last block is the class token (and the distillation token). Its queries, its projection and its
MLP are needed for these alone; keys and values for all. Of DeiT-tiny that spares one fourteenth, answers stay the same.
"""

from __future__ import annotations

from typing import Any

import torch
from timm.layers.attention import Attention
from timm.models.vision_transformer import Block, VisionTransformer
from torch import Tensor, nn
from torch.nn.functional import linear, scaled_dot_product_attention

from rvergui.rvernet.branch import Branch

_TOLERANCE = 1e-4


class ShortBranch(nn.Module):
    """A branch around such a transformer, for evaluation only; see ``shortened``."""

    def __init__(self, branch: Branch) -> None:
        super().__init__()
        self.branch = branch

    def forward(self, view: Tensor) -> Tensor:
        """As ``Branch``."""
        vit: Any = self.branch.body
        x = vit._pos_embed(vit.patch_embed((view - self.branch.mean) / self.branch.std))
        x = vit.norm_pre(x)
        for block in vit.blocks[:-1]:
            x = block(x)
        features: Tensor = vit.forward_head(vit.norm(_last(vit.blocks[-1], x, int(vit.num_prefix_tokens))))
        return features


def _last(block: Any, x: Tensor, asked: int) -> Tensor:
    """The first ``asked`` tokens after ``block``."""
    attention = block.attn
    normal = block.norm1(x)
    width = attention.num_heads * attention.head_dim
    weight, bias = attention.qkv.weight, attention.qkv.bias
    here, there = (None, None) if bias is None else (bias[:width], bias[width:])
    heads, length, asker = attention.num_heads, attention.head_dim, normal[:, :asked]
    query = linear(asker, weight[:width], here).reshape(x.shape[0], asked, heads, length)
    both = linear(normal, weight[width:], there).reshape(x.shape[0], x.shape[1], 2, heads, length)
    key, value = both.unbind(2)
    query, key = attention.q_norm(query.transpose(1, 2)), attention.k_norm(key.transpose(1, 2))
    found = scaled_dot_product_attention(query, key, value.transpose(1, 2)).transpose(1, 2).flatten(2)
    x = x[:, :asked] + block.ls1(attention.proj(attention.norm(found)))
    short: Tensor = x + block.ls2(block.mlp(block.norm2(x)))
    return short


def shortened(branch: nn.Module, views: Tensor) -> nn.Module:
    """``branch`` with a short last block where that gives the same answers to ``views``; else ``branch`` itself.

    Args:
        branch: in evaluation mode.
        views: (n, 3, size, size) float32 in 0..1, to compare with.
    """
    if not isinstance(branch, Branch) or branch.map_width or not _fits(branch.body):
        return branch
    short = ShortBranch(branch).eval()
    with torch.inference_mode():
        wanted, found = branch(views), short(views)
    near = wanted.shape == found.shape and float((wanted - found).abs().max()) <= _TOLERANCE * float(wanted.std())
    return short if near else branch


def _fits(body: Any) -> bool:
    """Whether it is timm's plain transformer that hands on its tokens."""
    return (
        isinstance(body, VisionTransformer)
        and body.global_pool == "token"
        and body.attn_pool is None
        and len(body.blocks) > 0
        and type(body.blocks[-1]) is Block
        and type(body.blocks[-1].attn) is Attention
        and body.blocks[-1].attn.gate is None
    )
