"""Small networks of the SAM family and the official predictor, for several test modules of this room."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from segment_anything import SamPredictor
from segment_anything.modeling import Sam

from rvergui.core import Prompt
from rvergui.segment.mobile_sam import MobileSamArchitecture
from rvergui.segment.sam_architecture import SamArchitecture, build_sam

TINY = SamArchitecture(
    width=32,
    depth=2,
    heads=2,
    global_blocks=(1,),
    window=14,
    mlp_ratio=2.0,
    image_size=512,  # a quarter of the official patches: the suite stays quick
    patch=16,
    prompt_width=32,
    mask_channels=8,
    decoder_depth=1,
    decoder_mlp=64,
    masks=3,
    score_depth=2,
    score_width=16,
)

MOBILE = MobileSamArchitecture(
    widths=(64, 128, 160, 320),
    depths=(2, 2, 6, 2),
    heads=(1, 4, 5, 10),
    windows=(1, 7, 14, 7),
    mlp_ratio=4.0,
    expansion=4.0,
    local_kernel=3,
    image_size=1024,
    patch=16,
    prompt_width=256,
    mask_channels=16,
    decoder_depth=2,
    decoder_mlp=2048,
    masks=3,
    score_depth=3,
    score_width=256,
)


def random_sam(design: SamArchitecture | MobileSamArchitecture, seed: int = 7) -> Sam:
    """An untrained network; parameters that start at zero are not left there, or they would go untested."""
    torch.manual_seed(seed)
    sam = build_sam(design)
    for tensor in sam.state_dict().values():
        if tensor.is_floating_point() and not tensor.any():
            tensor.normal_(std=0.05)
    return sam


def published_name(ours: str) -> str:
    """MobileSAM's name of a tensor in our network."""
    if not ours.startswith("image_encoder.body."):
        return ours
    parts = ours.removeprefix("image_encoder.body.").split(".")
    if parts[0] == "patch_embed":
        parts[1:2] = ["seq", {"conv1": "0", "conv2": "2"}[parts[1]]]
    elif parts[2] == "downsample":
        parts[:2] = ["layers", str(int(parts[1]) - 1)]
    else:
        parts[0] = "layers"
    if parts[-2] == "conv":
        parts[-2] = "c"
    return "image_encoder." + ".".join(parts)


def published_state(sam: Sam) -> dict[str, torch.Tensor]:
    """The parameters of a MobileSAM under the names of its published checkpoint, with the classifier it carries."""
    state = {published_name(name): tensor for name, tensor in sam.state_dict().items()}
    width = sam.image_encoder.neck[0].in_channels
    for name, shape in (("norm_head.weight", (width,)), ("norm_head.bias", (width,)), ("head.weight", (1000, width))):
        state[f"image_encoder.{name}"] = torch.zeros(shape)
    state["image_encoder.head.bias"] = torch.zeros(1000)
    return state


def hollow(sam_state: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Tensors of the same names and shapes that take no room, in memory or in a file."""
    return {
        name: torch.full((1,) * tensor.dim(), 0.01, dtype=tensor.dtype, device="cpu").expand(tensor.shape)
        for name, tensor in sam_state.items()
    }


def save_hollow(sam_state: Mapping[str, torch.Tensor], path: Path) -> Path:
    torch.save(hollow(sam_state), path)
    return path


def predictor_with(sam: Sam, size: tuple[int, int], features: NDArray[np.float32]) -> SamPredictor:
    """The official predictor as it is after it has seen a photo of ``size`` that has these ``features``."""
    predictor = SamPredictor(sam)
    predictor.original_size = size
    predictor.input_size = predictor.transform.get_preprocess_shape(*size, sam.image_encoder.img_size)
    predictor.features = torch.from_numpy(features)[None]
    predictor.is_image_set = True
    return predictor


def official(
    predictor: SamPredictor, prompt: Prompt, previous: NDArray[np.float32] | None = None
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """The official answer: full-size logits, scores, low-resolution logits."""
    box = prompt.box
    answer: tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]] = predictor.predict(
        point_coords=np.array([[p.x, p.y] for p in prompt.points]) if prompt.points else None,
        point_labels=np.array([int(p.positive) for p in prompt.points]) if prompt.points else None,
        box=None if box is None else np.array([box.x0, box.y0, box.x1, box.y1]),
        mask_input=previous,
        multimask_output=len(prompt.points) == 1 and box is None,
        return_logits=True,
    )
    return answer
