"""The shape of a Segment Anything network, read from its tensors and not from a file's name.

Kirillov et al., "Segment Anything", 2023. All sizes of the official release, and smaller or larger ones of the same
design, are built from the same description.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import torch
from segment_anything.modeling import ImageEncoderViT, MaskDecoder, PromptEncoder, Sam, TwoWayTransformer

# What cannot be read from shapes; the same in all official networks.
_DECODER_HEADS = 8
# Of RGB values 0..255, as the image encoder expects them.
PIXEL_MEAN = (123.675, 116.28, 103.53)
PIXEL_DEVIATION = (58.395, 57.12, 57.375)

_NAMES = {(768, 12): "ViT-B", (1024, 24): "ViT-L", (1280, 32): "ViT-H"}


@dataclass(frozen=True)
class SamArchitecture:
    """The numbers that make a SAM.

    Attributes:
        width: channels of the image encoder.
        depth: its number of blocks.
        heads: its attention heads.
        global_blocks: which blocks look at the whole image; the others look at windows.
        window: the windows' side in patches.
        mlp_ratio: hidden by outer width in its blocks.
        image_size: the side of the square it sees, in pixels.
        patch: the side of a patch in pixels.
        prompt_width: channels of the embedding, the prompts and the mask decoder.
        mask_channels: hidden channels that encode a mask prompt.
        decoder_depth: blocks of the mask decoder.
        decoder_mlp: hidden width in them.
        masks: candidates it gives for an ambiguous prompt.
        score_depth: layers that predict the agreement.
        score_width: hidden width in them.
    """

    width: int
    depth: int
    heads: int
    global_blocks: tuple[int, ...]
    window: int
    mlp_ratio: float
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
    def name(self) -> str:
        """The official name, e.g. "ViT-B", or the encoder's width and depth."""
        return _NAMES.get((self.width, self.depth), f"ViT {self.width}x{self.depth}")

    @classmethod
    def of(cls, tensors: Mapping[str, torch.Tensor]) -> SamArchitecture:
        """The architecture whose parameters ``tensors`` (official names) are.

        Raises:
            KeyError, ValueError, IndexError: they are not a SAM's.
        """
        shapes = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
        width, _, patch, _ = shapes["image_encoder.patch_embed.proj.weight"]
        cells = shapes["image_encoder.pos_embed"][1]
        depth = _count(shapes, r"image_encoder\.blocks\.(\d+)\.")
        spans = [shapes[f"image_encoder.blocks.{i}.attn.rel_pos_h"][0] for i in range(depth)]
        whole = 2 * cells - 1
        prompt_width = shapes["image_encoder.neck.0.weight"][0]
        decoder = "mask_decoder.transformer.layers"
        score = "mask_decoder.iou_prediction_head.layers"
        return cls(
            width=width,
            depth=depth,
            heads=width // shapes["image_encoder.blocks.0.attn.rel_pos_h"][1],
            global_blocks=tuple(i for i, span in enumerate(spans) if span == whole),
            window=(min(spans) + 1) // 2,
            mlp_ratio=shapes["image_encoder.blocks.0.mlp.lin1.weight"][0] / width,
            image_size=cells * patch,
            patch=patch,
            prompt_width=prompt_width,
            mask_channels=shapes["prompt_encoder.mask_downscaling.3.weight"][0],
            decoder_depth=_count(shapes, re.escape(decoder) + r"\.(\d+)\."),
            decoder_mlp=shapes[f"{decoder}.0.mlp.lin1.weight"][0],
            masks=shapes["mask_decoder.mask_tokens.weight"][0] - 1,
            score_depth=_count(shapes, re.escape(score) + r"\.(\d+)\."),
            score_width=shapes[f"{score}.0.weight"][0],
        )


def build_sam(architecture: SamArchitecture) -> Sam:
    """An untrained network of ``architecture``, in evaluation mode, made of the official package's modules."""
    a = architecture
    cells = a.image_size // a.patch
    sam = Sam(
        image_encoder=ImageEncoderViT(
            img_size=a.image_size,
            patch_size=a.patch,
            embed_dim=a.width,
            depth=a.depth,
            num_heads=a.heads,
            mlp_ratio=a.mlp_ratio,
            out_chans=a.prompt_width,
            qkv_bias=True,
            norm_layer=partial(torch.nn.LayerNorm, eps=1e-6),
            use_rel_pos=True,
            window_size=a.window,
            global_attn_indexes=a.global_blocks,
        ),
        prompt_encoder=PromptEncoder(
            embed_dim=a.prompt_width,
            image_embedding_size=(cells, cells),
            input_image_size=(a.image_size, a.image_size),
            mask_in_chans=a.mask_channels,
        ),
        mask_decoder=MaskDecoder(
            transformer_dim=a.prompt_width,
            transformer=TwoWayTransformer(
                depth=a.decoder_depth,
                embedding_dim=a.prompt_width,
                num_heads=_DECODER_HEADS,
                mlp_dim=a.decoder_mlp,
            ),
            num_multimask_outputs=a.masks,
            iou_head_depth=a.score_depth,
            iou_head_hidden_dim=a.score_width,
        ),
        pixel_mean=list(PIXEL_MEAN),
        pixel_std=list(PIXEL_DEVIATION),
    )
    sam.eval()
    return sam


def _count(names: Mapping[str, object], pattern: str) -> int:
    """How many different numbers stand at the group of ``pattern``; at least one, or it is no SAM."""
    numbers = {int(found.group(1)) for name in names if (found := re.match(pattern, name))}
    if not numbers or numbers != set(range(len(numbers))):
        raise ValueError(f"no complete sequence of {pattern}")
    return len(numbers)
