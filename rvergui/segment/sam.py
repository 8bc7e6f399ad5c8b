"""Segment Anything's official networks: a photo is encoded once, a click then costs the small decoder alone.

Kirillov et al., "Segment Anything", 2023. Same steps as the official predictor, but the three candidates stay at 256
cells and are not brought to the photo's size; only the one that is looked at is (``upsample``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from rvergui.core import Photo, Prompt, RverError
from rvergui.rvernet.memory import is_out_of_memory
from rvergui.segment.checks import check_embedding, usable_prompt
from rvergui.segment.protocol import Candidates, Embedding
from rvergui.segment.sam_checkpoint import find_checkpoint, load_sam

_DEVICE_NAMES = {"cuda": "GPU", "mps": "Apple GPU", "cpu": "CPU"}


class SamSegmenter:
    """An official SAM, or one of the same design, from a checkpoint.

    Args:
        checkpoint: .pth or .safetensors; None takes the smallest sam_vit_* file in the folders with weights. What
            kind of SAM it is, its tensors tell and not its name.
        device: a torch device; None takes the fastest there is.

    Raises:
        RverError: no weights, wrong weights, or no such device.
    """

    def __init__(self, checkpoint: Path | None = None, device: str | None = None) -> None:
        self._device = _usable_device(device)
        sam, self._architecture, weights = load_sam(checkpoint if checkpoint is not None else find_checkpoint())
        self._sam = self._guarded("load SAM", lambda: sam.to(self._device).requires_grad_(False))
        self.name = "sam"
        self.signature = f"sam-1/{self._architecture.name}/{weights}"
        where = _DEVICE_NAMES.get(self._device.type, self._device.type)
        self.description = f"SAM {self._architecture.name} on {where}"

    def encode(self, photo: Photo) -> Embedding:
        """The image encoder's output, array "features" (channels, cells, cells) float32.

        Raises:
            RverError: the memory is not enough, or the photo has no pixels.
        """
        if min(photo.size) < 1:
            raise RverError("This photo has no pixels; remove it from the list.")
        height, width = self._input_size(photo.size)
        small = np.array(Image.fromarray(photo.pixels).resize((width, height), Image.Resampling.BILINEAR))
        features = self._guarded("encode this photo", lambda: self._encode(small))
        return Embedding(photo_key=photo.key, size=photo.size, signature=self.signature, arrays={"features": features})

    def decode(self, embedding: Embedding, prompt: Prompt, previous: Candidates | None = None) -> Candidates:
        """Three candidates for a single click, one for anything less ambiguous.

        Args:
            embedding: from this network.
            prompt: clicks and box in photo pixels.
            previous: its best candidate is refined. To refine another one, give it the highest score.

        Raises:
            RverError: nothing to cut lies inside the photo, or the embedding is another network's.
        """
        check_embedding(embedding, self.signature)
        usable = usable_prompt(prompt, embedding.size)
        logits, scores = self._guarded("answer this click", lambda: self._decode(embedding, usable, previous))
        return Candidates(logits=logits, scores=scores, scale=self._scale(embedding.size), size=embedding.size)

    @torch.inference_mode()
    def _encode(self, small: NDArray[np.uint8]) -> NDArray[np.float32]:
        pixels = torch.as_tensor(small, device=self._device).permute(2, 0, 1).contiguous()[None]
        features = self._sam.image_encoder(self._sam.preprocess(pixels))
        result: NDArray[np.float32] = features[0].float().cpu().numpy()
        return result

    @torch.inference_mode()
    def _decode(
        self, embedding: Embedding, prompt: Prompt, previous: Candidates | None
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        sparse, dense = self._sam.prompt_encoder(
            points=self._points(prompt, embedding.size),
            boxes=self._box(prompt, embedding.size),
            masks=self._mask(previous),
        )
        features = torch.as_tensor(embedding.arrays["features"], dtype=torch.float32, device=self._device)
        logits, scores = self._sam.mask_decoder(
            image_embeddings=features[None],
            image_pe=self._sam.prompt_encoder.get_dense_pe(),
            sparse_prompt_embeddings=sparse,
            dense_prompt_embeddings=dense,
            multimask_output=len(prompt.points) == 1 and prompt.box is None,
        )
        return logits[0].float().cpu().numpy(), scores[0].float().clamp(0, 1).cpu().numpy()

    def _points(self, prompt: Prompt, size: tuple[int, int]) -> tuple[torch.Tensor, torch.Tensor] | None:
        if not prompt.points:
            return None
        sx, sy = self._shrink(size)
        places = torch.tensor([[[p.x * sx, p.y * sy] for p in prompt.points]], dtype=torch.float32)
        labels = torch.tensor([[int(p.positive) for p in prompt.points]], dtype=torch.int32)
        return places.to(self._device), labels.to(self._device)

    def _box(self, prompt: Prompt, size: tuple[int, int]) -> torch.Tensor | None:
        box = prompt.box
        if box is None:
            return None
        sx, sy = self._shrink(size)
        corners = torch.tensor([[box.x0 * sx, box.y0 * sy, box.x1 * sx, box.y1 * sy]], dtype=torch.float32)
        return corners.to(self._device)

    def _mask(self, previous: Candidates | None) -> torch.Tensor | None:
        if previous is None or previous.logits.shape[1:] != tuple(self._sam.prompt_encoder.mask_input_size):
            return None
        chosen = np.ascontiguousarray(previous.logits[previous.best], dtype=np.float32)
        return torch.from_numpy(chosen).to(self._device)[None, None]

    def _input_size(self, size: tuple[int, int]) -> tuple[int, int]:
        """(height, width) of the photo as the encoder sees it: the longest side fills its square."""
        shrink = self._architecture.image_size / max(size)
        return max(1, int(size[0] * shrink + 0.5)), max(1, int(size[1] * shrink + 0.5))

    def _shrink(self, size: tuple[int, int]) -> tuple[float, float]:
        """Encoder pixels per photo pixel along (x, y)."""
        height, width = self._input_size(size)
        return width / size[1], height / size[0]

    def _scale(self, size: tuple[int, int]) -> tuple[float, float]:
        sx, sy = self._shrink(size)
        cells = self._sam.prompt_encoder.mask_input_size[0] / self._architecture.image_size
        return sx * cells, sy * cells

    def _guarded(self, task: str, work: Any) -> Any:
        """``work()``, with the network's failures told in a sentence."""
        try:
            return work()
        except (RuntimeError, MemoryError) as error:
            if is_out_of_memory(error):
                raise RverError(
                    f"There is not enough memory to {task} with SAM on {self._device.type}; close other programs or "
                    "choose GrabCut."
                ) from error
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise RverError(f"SAM could not {task} ({reason}); choose another segmenter.") from error


def _usable_device(wanted: str | None) -> torch.device:
    if wanted is None:
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        device = torch.device(wanted)
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise RverError(f"The device {wanted!r} cannot be used here; choose cpu.") from error
    return device
