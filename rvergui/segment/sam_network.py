"""PyTorch's way to run the two halves of a network of the SAM family."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from segment_anything.modeling import ImageEncoderViT, Sam
from torch import Tensor

from rvergui.segment.mobile_sam import TinyVitEncoder
from rvergui.segment.sam_folded import FoldedDecoder, MaskPrompt, no_mask
from rvergui.segment.sam_halves import FloatArray, SamPrompts


class TorchEncoder:
    """The image encoder with PyTorch, on the device its parameters are on."""

    def __init__(self, sam: Sam) -> None:
        self._encoder: torch.nn.Module = sam.image_encoder
        self._device = torch.device(sam.device)

    @torch.inference_mode()
    def __call__(self, pixels: FloatArray) -> FloatArray:
        """The photo's features, see ``ImageEncoder``."""
        return _to_numpy(self._encoder(torch.from_numpy(pixels).to(self._device)))

    def steps(self, pixels: FloatArray) -> Generator[float | FloatArray | None, None, None]:
        """The same, block by block."""
        stages = encoder_stages(self._encoder)
        with torch.inference_mode():
            tensor = torch.from_numpy(pixels).to(self._device)
        for number, stage in enumerate(stages):
            # entered anew for each stage: between them other work is done on this thread
            with torch.inference_mode():
                tensor = stage(tensor)
            yield (number + 1) / (len(stages) + 1)
        yield _to_numpy(tensor)


class TorchDecoder:
    """Prompt encoder and mask decoder with PyTorch, on the device their parameters are on."""

    def __init__(self, sam: Sam) -> None:
        self._device = torch.device(sam.device)
        self._decoder = FoldedDecoder(sam).to(self._device)
        self._mask_prompt = MaskPrompt(sam)
        self._no_mask = no_mask(sam)

    @torch.inference_mode()
    def __call__(self, features: FloatArray, prompts: SamPrompts) -> tuple[FloatArray, FloatArray]:
        """Logits and scores, see ``MaskDecoder``."""
        places, kinds = prompts.places
        dense = self._no_mask if prompts.masks is None else self._mask_prompt(self._tensor(prompts.masks))
        logits, scores = self._decoder(self._tensor(features), self._tensor(places), self._tensor(kinds), dense)
        return _to_numpy(logits[:, prompts.wanted]), _to_numpy(scores[:, prompts.wanted])

    def _tensor(self, values: NDArray[np.float32] | NDArray[np.int32]) -> Tensor:
        return torch.as_tensor(np.ascontiguousarray(values), device=self._device)


def encoder_stages(encoder: torch.nn.Module) -> list[Callable[[Tensor], Tensor]]:
    """The parts that ``encoder`` consists of, one after the other; all of it in one where they are not known."""
    module = cast(Any, encoder)
    if isinstance(encoder, ImageEncoderViT):
        return [
            lambda pixels: module.patch_embed(pixels) + module.pos_embed,
            *module.blocks,
            lambda tokens: module.neck(tokens.permute(0, 3, 1, 2)),
        ]
    if isinstance(encoder, TinyVitEncoder):
        return [module.body.patch_embed, *module.body.stages, module.neck]
    return [encoder]


def _to_numpy(tensor: Tensor) -> FloatArray:
    array: FloatArray = tensor.float().cpu().numpy()
    return array
