"""Prompt encoder and mask decoder of the SAM family with a third less work and the same answers.

A prompt is a handful of tokens and a photo thousands of cells, and the official decoder projects the cells at every
attention, for each click anew. Attention is bilinear, so the projections can be applied to the tokens instead: with
queries ``T Wq`` and keys ``C Wk`` the scores are ``(T Wq Wk') C'``, and with values ``C Wv`` the result is
``(A C) Wv``. Biases of keys shift all scores of a token alike, which softmax does not see. The up-sampling convolutions
have as large steps as kernels, so they are products of cells with a matrix, and no map is transposed. Only rounding
differs (Kirillov et al., "Segment Anything", 2023, describe the network itself).
"""

from __future__ import annotations

import math
from typing import Any, cast

import torch
from segment_anything.modeling import Sam
from torch import Tensor, nn

from rvergui.segment.sam_halves import PADDING


class FoldedDecoder(nn.Module):
    """Places and a dense prompt in, logits and scores out.

    Args:
        sam: whose weights are used; they are shared or copied in another shape.
    """

    waves: Tensor
    kinds: Tensor
    cell_places: Tensor
    own_tokens: Tensor

    def __init__(self, sam: Sam) -> None:
        super().__init__()
        prompt, decoder = sam.prompt_encoder, sam.mask_decoder
        self.side = int(prompt.input_image_size[0])
        self.register_buffer("waves", prompt.pe_layer.positional_encoding_gaussian_matrix.detach().clone())
        kinds = [prompt.not_a_point_embed.weight, *(kind.weight for kind in prompt.point_embeddings)]
        self.register_buffer("kinds", torch.cat([kind.detach() for kind in kinds]))
        self.register_buffer("cell_places", _cells(prompt.get_dense_pe().detach()))
        self.register_buffer("own_tokens", torch.cat([decoder.iou_token.weight, decoder.mask_tokens.weight]).detach())
        self.masks = int(decoder.num_mask_tokens)
        transformer = cast(Any, decoder.transformer)
        self.blocks = nn.ModuleList(_FoldedBlock(block) for block in transformer.layers)
        self.last = _TokensLook(transformer.final_attn_token_to_image)
        self.last_norm = transformer.norm_final_attn
        self.upscale = _Upscale(decoder.output_upscaling)
        self.hyper = decoder.output_hypernetworks_mlps
        self.score = decoder.iou_prediction_head

    def forward(self, features: Tensor, places: Tensor, kinds: Tensor, dense: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (n, masks, grid, grid), that of a clear prompt first, and scores (n, masks).

        Args:
            features: (1, channels, cells, cells) float32, the image encoder's.
            places: (n, k, 2) float32, x and y in the encoder's square.
            kinds: (n, k) int32, see ``sam_halves.PADDING``.
            dense: (1 or n, channels, cells, cells) float32, what the prompt encoder makes of earlier logits.
        """
        side = features.shape[-1]
        queries = torch.cat([self._own(places), self._sparse(places, kinds)], dim=1)
        first = queries
        keys = _cells(features + dense)
        for block in self.blocks:
            queries, keys = block(queries, keys, first, self.cell_places)
        queries = self.last_norm(queries + self.last(queries + first, keys + self.cell_places, keys))
        weights = torch.stack([mlp(queries[:, 1 + i]) for i, mlp in enumerate(self.hyper)], dim=1)
        return self.upscale(keys, weights, side), self.score(queries[:, 0])

    def _own(self, places: Tensor) -> Tensor:
        return self.own_tokens[None].expand(places.shape[0], -1, -1)

    def _sparse(self, places: Tensor, kinds: Tensor) -> Tensor:
        angles = 2 * math.pi * ((2 * ((places + 0.5) / self.side) - 1) @ self.waves)
        there = (kinds != PADDING).to(angles.dtype)[..., None]
        return torch.cat([angles.sin(), angles.cos()], dim=-1) * there + self.kinds[kinds.long() + 1]


class MaskPrompt(nn.Module):
    """Earlier logits (n, 1, grid, grid) to a dense prompt (n, channels, cells, cells)."""

    def __init__(self, sam: Sam) -> None:
        super().__init__()
        self.shrink: nn.Module = sam.prompt_encoder.mask_downscaling

    def forward(self, logits: Tensor) -> Tensor:
        """The dense prompt."""
        dense: Tensor = self.shrink(logits)
        return dense


def no_mask(sam: Sam) -> Tensor:
    """The dense prompt where there are no earlier logits, (1, channels, cells, cells)."""
    prompt = sam.prompt_encoder
    dense: Tensor = prompt.no_mask_embed.weight.detach().reshape(1, -1, 1, 1)
    return dense.expand(-1, -1, *prompt.image_embedding_size).contiguous()


class _FoldedBlock(nn.Module):
    """One of the transformer's blocks: tokens look at each other and at the cells, then cells look at the tokens."""

    def __init__(self, block: Any) -> None:
        super().__init__()
        self.begins = bool(block.skip_first_layer_pe)
        self.each_other, self.mlp = block.self_attn, block.mlp
        self.norm1, self.norm2, self.norm3, self.norm4 = block.norm1, block.norm2, block.norm3, block.norm4
        self.tokens_look = _TokensLook(block.cross_attn_token_to_image)
        self.cells_look = _CellsLook(block.cross_attn_image_to_token)

    def forward(self, queries: Tensor, keys: Tensor, first: Tensor, cell_places: Tensor) -> tuple[Tensor, Tensor]:
        if self.begins:
            queries = self.each_other(q=queries, k=queries, v=queries)
        else:
            placed = queries + first
            queries = queries + self.each_other(q=placed, k=placed, v=queries)
        queries = self.norm1(queries)
        placed_keys = keys + cell_places
        queries = self.norm2(queries + self.tokens_look(queries + first, placed_keys, keys))
        queries = self.norm3(queries + self.mlp(queries))
        return queries, self.norm4(keys + self.cells_look(placed_keys, queries + first, queries))


class _TokensLook(nn.Module):
    """Tokens attend to cells; the cells' projections are folded into the tokens'."""

    key: Tensor
    value: Tensor
    value_bias: Tensor

    def __init__(self, attention: Any) -> None:
        super().__init__()
        self.heads = int(attention.num_heads)
        self.query, self.out = attention.q_proj, attention.out_proj
        inner = int(attention.internal_dim) // self.heads
        # (heads, inner, channels) and back; the scores' division by the root of inner is in the first
        self.register_buffer("key", attention.k_proj.weight.detach().reshape(self.heads, inner, -1) / math.sqrt(inner))
        self.register_buffer(
            "value", attention.v_proj.weight.detach().reshape(self.heads, inner, -1).transpose(1, 2).contiguous()
        )
        self.register_buffer("value_bias", attention.v_proj.bias.detach().clone())

    def forward(self, tokens: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        """(n, t, channels) from tokens of that shape and cells (1 or n, cells, channels)."""
        n, t, channels = tokens.shape
        asked = self.query(tokens).reshape(n, t, self.heads, -1).transpose(1, 2) @ self.key
        scores = asked.reshape(n, self.heads * t, channels) @ keys.transpose(1, 2)
        seen = (scores.softmax(dim=-1) @ values).reshape(n, self.heads, t, channels) @ self.value
        out: Tensor = self.out(seen.transpose(1, 2).reshape(n, t, -1) + self.value_bias)
        return out


class _CellsLook(nn.Module):
    """Cells attend to tokens; the cells' projections are folded into the tokens'."""

    query: Tensor
    query_bias: Tensor
    out: Tensor
    out_bias: Tensor

    def __init__(self, attention: Any) -> None:
        super().__init__()
        self.heads = int(attention.num_heads)
        self.key, self.value = attention.k_proj, attention.v_proj
        inner = int(attention.internal_dim) // self.heads
        shrink = 1 / math.sqrt(inner)
        self.register_buffer("query", attention.q_proj.weight.detach().reshape(self.heads, inner, -1) * shrink)
        self.register_buffer("query_bias", attention.q_proj.bias.detach().reshape(self.heads, inner, 1) * shrink)
        self.register_buffer(
            "out", attention.out_proj.weight.detach().reshape(-1, self.heads, inner).permute(1, 2, 0).contiguous()
        )
        self.register_buffer("out_bias", attention.out_proj.bias.detach().clone())

    def forward(self, cells: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        """(n, cells, channels) from cells (1 or n, cells, channels) and tokens (n, t, channels)."""
        n, t, channels = keys.shape
        told = self.key(keys).reshape(n, t, self.heads, -1).transpose(1, 2)
        asked = (told @ self.query).reshape(n, self.heads * t, channels).transpose(1, 2)
        shift = (told @ self.query_bias).reshape(n, 1, self.heads * t)
        scores = (cells @ asked + shift).reshape(n, -1, self.heads, t)
        shares = scores.softmax(dim=-1).reshape(n, -1, self.heads * t)
        given = self.value(values).reshape(n, t, self.heads, -1).transpose(1, 2) @ self.out
        out: Tensor = shares @ given.reshape(n, self.heads * t, channels) + self.out_bias
        return out


class _Upscale(nn.Module):
    """Cells to masks at four times their resolution; each cell is worked on alone, and masks are put together last."""

    first: Tensor
    first_bias: Tensor
    second: Tensor
    second_bias: Tensor
    norm_weight: Tensor
    norm_bias: Tensor

    def __init__(self, layers: Any) -> None:
        super().__init__()
        first, norm, _, second, _ = layers
        self.epsilon = float(norm.eps)
        self.register_buffer("norm_weight", norm.weight.detach().clone())
        self.register_buffer("norm_bias", norm.bias.detach().clone())
        self.register_buffer("first", _as_matrix(first.weight))
        self.register_buffer("first_bias", first.bias.detach().repeat(4))
        self.register_buffer("second", _as_matrix(second.weight))
        self.register_buffer("second_bias", second.bias.detach().repeat(4))
        self.gelu = nn.GELU()

    def forward(self, cells: Tensor, weights: Tensor, side: int) -> Tensor:
        """(n, masks, grid, grid) from cells (n, side * side, channels) and each mask's weights (n, masks, channels)."""
        n, masks, width = weights.shape
        middle = self.norm_weight.shape[0]
        halves = (cells @ self.first + self.first_bias).reshape(n, -1, middle)
        halves = nn.functional.layer_norm(halves, (middle,), self.norm_weight, self.norm_bias, self.epsilon)
        quarters = self.gelu(self.gelu(halves) @ self.second + self.second_bias).reshape(n, -1, width)
        logits: Tensor = (quarters @ weights.transpose(1, 2)).reshape(n, side, side, 2, 2, 2, 2, masks)
        # n, row, column, half row, half column, quarter row, quarter column, mask
        return logits.permute(0, 7, 1, 3, 5, 2, 4, 6).reshape(n, masks, side * 4, side * 4)


def _cells(features: Tensor) -> Tensor:
    """(n, channels, h, w) to (n, h * w, channels)."""
    return features.flatten(2).transpose(1, 2)


def _as_matrix(weight: Tensor) -> Tensor:
    """A transposed convolution's weight (in, out, 2, 2) as (in, 4 * out), the out channels of one pixel together."""
    return weight.detach().permute(0, 2, 3, 1).reshape(weight.shape[0], -1).contiguous()
