"""The shape of a Segment Anything network, read from its tensors and not from a file's name.

Kirillov et al., "Segment Anything", 2023. All sizes of the official release, and smaller or larger ones of the same
design, are built from the same description. Networks with another image encoder and the same decoder derive from
``SamDesign``.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

import torch
from segment_anything.modeling import ImageEncoderViT, MaskDecoder, PromptEncoder, Sam, TwoWayTransformer

from rvergui.segment.sam_frame import PIXEL_DEVIATION, PIXEL_MEAN

# What cannot be read from shapes; the same in all official networks.
_DECODER_HEADS = 8

_NAMES = {(768, 12): "SAM ViT-B", (1024, 24): "SAM ViT-L", (1280, 32): "SAM ViT-H"}

Shapes = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, kw_only=True)
class SamDesign(ABC):
    """An image encoder, and the prompt encoder and mask decoder that all networks of the family share.

    Attributes:
        image_size: the side of the square the image encoder sees, in pixels.
        patch: pixels per cell of the embedding along one side.
        prompt_width: channels of the embedding, the prompts and the mask decoder.
        mask_channels: hidden channels that encode a mask prompt.
        decoder_depth: blocks of the mask decoder.
        decoder_mlp: hidden width in them.
        masks: candidates it gives for an ambiguous prompt.
        score_depth: layers that predict the agreement.
        score_width: hidden width in them.
    """

    image_size: int
    patch: int
    prompt_width: int
    mask_channels: int
    decoder_depth: int
    decoder_mlp: int
    masks: int
    score_depth: int
    score_width: int

    @property
    @abstractmethod
    def name(self) -> str:
        """What people call it, e.g. "SAM ViT-B"."""

    @property
    def cells(self) -> int:
        """The embedding's side."""
        return self.image_size // self.patch

    @property
    def grid(self) -> int:
        """The side of the low-resolution masks: four times the embedding's."""
        return 4 * self.cells

    @property
    @abstractmethod
    def encoder_bytes(self) -> int:
        """Main memory in bytes that encoding one photo takes with PyTorch at its peak, the weights not counted."""

    @abstractmethod
    def image_encoder(self) -> torch.nn.Module:
        """An untrained image encoder, (1, 3, image_size, image_size) -> (1, prompt_width, cells, cells)."""

    @classmethod
    @abstractmethod
    def is_this(cls, shapes: Shapes) -> bool:
        """Whether a checkpoint with tensors of these names is of this design, by the beginning of its encoder."""

    @classmethod
    @abstractmethod
    def of(cls, shapes: Shapes) -> Self:
        """The design whose parameters have these names and shapes.

        Raises:
            KeyError, ValueError, IndexError: none has.
        """

    @classmethod
    def own_name(cls, name: str) -> str | None:
        """The name in ``build_sam``'s network of the tensor ``name`` of a checkpoint; None if it is not needed."""
        return name


@dataclass(frozen=True, kw_only=True)
class SamArchitecture(SamDesign):
    """The official networks.

    Attributes:
        width: channels of the image encoder.
        depth: its number of blocks.
        heads: its attention heads.
        global_blocks: which blocks look at the whole image; the others look at windows.
        window: the windows' side in patches.
        mlp_ratio: hidden by outer width in its blocks.
    """

    width: int
    depth: int
    heads: int
    global_blocks: tuple[int, ...]
    window: int
    mlp_ratio: float

    @property
    def name(self) -> str:
        """The official name, e.g. "SAM ViT-B", or the encoder's width and depth."""
        return _NAMES.get((self.width, self.depth), f"SAM ViT {self.width}x{self.depth}")

    @property
    def encoder_bytes(self) -> int:
        """Three times the attention of all cells with all, and some dozen feature maps; ViT-B was measured."""
        attention = self.heads * self.cells**4 * 4
        features = self.cells**2 * self.width * 4
        return 3 * attention + 24 * features

    @classmethod
    def is_this(cls, shapes: Shapes) -> bool:
        """Whether it has a plain vision transformer."""
        return "image_encoder.patch_embed.proj.weight" in shapes

    @classmethod
    def of(cls, shapes: Shapes) -> Self:
        """The architecture whose parameters (official names) have these shapes.

        Raises:
            KeyError, ValueError, IndexError: they are not a SAM's.
        """
        width, _, patch, _ = shapes["image_encoder.patch_embed.proj.weight"]
        cells = shapes["image_encoder.pos_embed"][1]
        depth = count_numbers(shapes, r"image_encoder\.blocks\.(\d+)\.")
        spans = [shapes[f"image_encoder.blocks.{i}.attn.rel_pos_h"][0] for i in range(depth)]
        whole = 2 * cells - 1
        return cls(
            **decoder_numbers(shapes),
            width=width,
            depth=depth,
            heads=width // shapes["image_encoder.blocks.0.attn.rel_pos_h"][1],
            global_blocks=tuple(i for i, span in enumerate(spans) if span == whole),
            window=(min(spans) + 1) // 2,
            mlp_ratio=shapes["image_encoder.blocks.0.mlp.lin1.weight"][0] / width,
            image_size=cells * patch,
            patch=patch,
        )

    def image_encoder(self) -> torch.nn.Module:
        """The official vision transformer, untrained."""
        encoder: torch.nn.Module = ImageEncoderViT(
            img_size=self.image_size,
            patch_size=self.patch,
            embed_dim=self.width,
            depth=self.depth,
            num_heads=self.heads,
            mlp_ratio=self.mlp_ratio,
            out_chans=self.prompt_width,
            qkv_bias=True,
            norm_layer=partial(torch.nn.LayerNorm, eps=1e-6),
            use_rel_pos=True,
            window_size=self.window,
            global_attn_indexes=self.global_blocks,
        )
        return encoder


def decoder_numbers(shapes: Shapes) -> dict[str, Any]:
    """Those fields of ``SamDesign`` that the prompt encoder and the mask decoder tell.

    Raises:
        KeyError, ValueError: they are not a SAM's.
    """
    decoder = "mask_decoder.transformer.layers"
    score = "mask_decoder.iou_prediction_head.layers"
    return {
        "prompt_width": shapes["image_encoder.neck.0.weight"][0],
        "mask_channels": shapes["prompt_encoder.mask_downscaling.3.weight"][0],
        "decoder_depth": count_numbers(shapes, re.escape(decoder) + r"\.(\d+)\."),
        "decoder_mlp": shapes[f"{decoder}.0.mlp.lin1.weight"][0],
        "masks": shapes["mask_decoder.mask_tokens.weight"][0] - 1,
        "score_depth": count_numbers(shapes, re.escape(score) + r"\.(\d+)\."),
        "score_width": shapes[f"{score}.0.weight"][0],
    }


def build_sam(design: SamDesign) -> Sam:
    """An untrained network of ``design``, in evaluation mode; prompt encoder and decoder are the official package's."""
    d = design
    sam = Sam(
        image_encoder=d.image_encoder(),
        prompt_encoder=PromptEncoder(
            embed_dim=d.prompt_width,
            image_embedding_size=(d.cells, d.cells),
            input_image_size=(d.image_size, d.image_size),
            mask_in_chans=d.mask_channels,
        ),
        mask_decoder=MaskDecoder(
            transformer_dim=d.prompt_width,
            transformer=TwoWayTransformer(
                depth=d.decoder_depth,
                embedding_dim=d.prompt_width,
                num_heads=_DECODER_HEADS,
                mlp_dim=d.decoder_mlp,
            ),
            num_multimask_outputs=d.masks,
            iou_head_depth=d.score_depth,
            iou_head_hidden_dim=d.score_width,
        ),
        pixel_mean=list(PIXEL_MEAN),
        pixel_std=list(PIXEL_DEVIATION),
    )
    sam.eval()
    return sam


def count_numbers(names: Mapping[str, object], pattern: str) -> int:
    """How many different numbers stand at the group of ``pattern``; at least one and without a gap.

    Raises:
        ValueError: there is none, or a gap.
    """
    numbers = {int(found.group(1)) for name in names if (found := re.match(pattern, name))}
    if not numbers or numbers != set(range(len(numbers))):
        raise ValueError(f"no complete sequence of {pattern}")
    return len(numbers)
