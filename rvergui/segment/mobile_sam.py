"""MobileSAM: the decoder of Segment Anything behind a small image encoder, TinyViT.

Zhang et al., "Faster Segment Anything", 2023, and Wu et al., "TinyViT", 2022. The encoder's stages are timm's. Its
published checkpoint names tensors differently, counts a down-sampling layer to the stage before it and not to the one
after it, and does not shrink the image before the last stage.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self, cast

import torch
from segment_anything.modeling.common import LayerNorm2d
from timm.models.tiny_vit import Attention, TinyVit
from torch import nn

from rvergui.segment.sam_architecture import SamDesign, Shapes, count_numbers, decoder_numbers

# What shapes do not tell; all published networks of this design agree.
_IMAGE_SIZE = 1024
_PATCH = 16
_LARGEST_WINDOW = 64
_STEM = "image_encoder.patch_embed.seq"
_STAGES = "image_encoder.layers"
_PREFIX = "image_encoder."

# The classifier it was pre-trained with, and index tables that some versions store and ours makes itself.
_NOT_NEEDED = re.compile(r"image_encoder\.(norm_head|head)\.|image_encoder\..*\.(attention_bias_idxs|ab)$")


@dataclass(frozen=True, kw_only=True)
class MobileSamArchitecture(SamDesign):
    """MobileSAM, with one number for each stage of its image encoder.

    Attributes:
        widths: channels; the first stage is convolutional.
        depths: blocks.
        heads: attention heads; of no meaning for the first stage.
        windows: sides of the attention windows in cells; of no meaning for the first stage.
        mlp_ratio: hidden by outer width in the blocks.
        expansion: hidden by outer width in the convolutional stage.
        local_kernel: the side of the convolution between attention and the block's other half.
    """

    widths: tuple[int, ...]
    depths: tuple[int, ...]
    heads: tuple[int, ...]
    windows: tuple[int, ...]
    mlp_ratio: float
    expansion: float
    local_kernel: int

    @property
    def name(self) -> str:
        """ "MobileSAM", with the encoder's last width if that is not the published one."""
        return "MobileSAM" if self.widths == (64, 128, 160, 320) else f"MobileSAM {self.widths[-1]}"

    @property
    def encoder_bytes(self) -> int:
        """Some maps of the convolutional stage at a quarter of the image's side, the largest by far."""
        return int(6 * (self.image_size // 4) ** 2 * self.widths[0] * self.expansion * 4)

    @classmethod
    def is_this(cls, shapes: Shapes) -> bool:
        """Whether it begins with TinyViT's convolutions."""
        return f"{_STEM}.0.c.weight" in shapes

    @classmethod
    def of(cls, shapes: Shapes) -> Self:
        """The architecture whose parameters (MobileSAM's names) have these shapes.

        Raises:
            KeyError, ValueError, IndexError: they are not MobileSAM's.
        """
        stages = count_numbers(shapes, re.escape(_STAGES) + r"\.(\d+)\.")
        depths = [count_numbers(shapes, re.escape(f"{_STAGES}.{i}.blocks") + r"\.(\d+)\.") for i in range(stages)]
        first = shapes[f"{_STEM}.2.c.weight"][0]
        biases = [shapes[f"{_STAGES}.{i}.blocks.0.attn.attention_biases"] for i in range(1, stages)]
        block = f"{_STAGES}.1.blocks.0"
        hidden, width = shapes[f"{block}.mlp.fc1.weight"]
        windows = tuple(round(offsets**0.5) for _, offsets in biases)
        if max(windows) > _LARGEST_WINDOW:  # its index table would have more entries than fit anywhere
            raise ValueError(f"windows of {max(windows)} cells")
        return cls(
            **decoder_numbers(shapes),
            widths=(first, *(shapes[f"{_STAGES}.{i}.blocks.0.attn.norm.weight"][0] for i in range(1, stages))),
            depths=tuple(depths),
            heads=(1, *(heads for heads, _ in biases)),
            windows=(1, *windows),
            mlp_ratio=hidden / width,
            expansion=shapes[f"{_STAGES}.0.blocks.0.conv1.c.weight"][0] / first,
            local_kernel=shapes[f"{block}.local_conv.c.weight"][-1],
            image_size=_IMAGE_SIZE,
            patch=_PATCH,
        )

    @classmethod
    def own_name(cls, name: str) -> str | None:
        """MobileSAM's name of a tensor in ours; None for its classifier and its index tables."""
        if _NOT_NEEDED.match(name):
            return None
        if not name.startswith(_PREFIX) or name.startswith(f"{_PREFIX}neck."):
            return name
        inner = name.removeprefix(_PREFIX)
        for pattern, replacement in _RENAMING:
            inner = pattern.sub(replacement, inner)
        return f"{_PREFIX}body.{inner}"

    def image_encoder(self) -> nn.Module:
        """The image encoder, untrained."""
        return TinyVitEncoder(self)


def _in_next_stage(found: re.Match[str]) -> str:
    return f"stages.{int(found.group(1)) + 1}.downsample."


_RENAMING: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"^patch_embed\.seq\.0\."), "patch_embed.conv1."),
    (re.compile(r"^patch_embed\.seq\.2\."), "patch_embed.conv2."),
    (re.compile(r"^layers\.(\d+)\.downsample\."), _in_next_stage),
    (re.compile(r"^layers\."), "stages."),
    (re.compile(r"\.c\.weight$"), ".conv.weight"),
)


class TinyVitEncoder(nn.Module):
    """TinyViT without its classifier, and the neck of Segment Anything's encoders.

    Attributes:
        img_size: the side of the square it sees, in pixels (the name the official predictor asks for).
    """

    def __init__(self, design: MobileSamArchitecture) -> None:
        super().__init__()
        self.img_size = design.image_size
        self.body = TinyVit(
            num_classes=0,
            embed_dims=design.widths,
            depths=design.depths,
            num_heads=design.heads,
            window_sizes=design.windows,
            mlp_ratio=design.mlp_ratio,
            mbconv_expand_ratio=design.expansion,
            local_conv_size=design.local_kernel,
            drop_path_rate=0.0,
        )
        for part in self.body.modules():
            if isinstance(part, Attention):
                # In no checkpoint, so it needs its values now, even where parameters get theirs later.
                part.attention_bias_idxs = bias_indices(part.resolution[0])
        self.body.head = nn.Identity()
        last = cast(Any, self.body.stages[-1]).downsample.conv2.conv
        last.stride = (1, 1)
        width = design.prompt_width
        self.neck = nn.Sequential(
            nn.Conv2d(design.widths[-1], width, kernel_size=1, bias=False),
            LayerNorm2d(width),
            nn.Conv2d(width, width, kernel_size=3, padding=1, bias=False),
            LayerNorm2d(width),
        )

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """(1, 3, side, side) float32, normalised -> (1, channels, side / 16, side / 16) float32."""
        features: torch.Tensor = self.neck(self.body.forward_features(pixels))
        return features


def bias_indices(window: int) -> torch.Tensor:
    """Which attention bias belongs to two cells of a window: (window**2, window**2) int64, by their distance."""
    place = torch.arange(window, device="cpu")
    apart = (place[:, None] - place[None, :]).abs()
    table = apart[:, None, :, None] * window + apart[None, :, None, :]
    return table.reshape(window * window, window * window)
