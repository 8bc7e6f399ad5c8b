"""Networks and photos small enough for tests."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from rvergui.core import Mask, Photo
from rvergui.rvernet.checkpoint import FORMAT_KEY, CheckpointHeader, save_checkpoint
from rvergui.rvernet.network import RveRNet, start_network
from rvergui.rvernet.preprocessing import Preprocessing

SIZE = 32
CNN = "test_efficientnet"
TRANSFORMER = "test_vit"
CLASSES = ("rice", "egg", "tofu")


def tiny_network(roi: str = CNN, extra_roi: str = TRANSFORMER, classes: int = 3, seed: int = 0) -> RveRNet:
    return start_network(roi, extra_roi, classes, SIZE, folders=(), seed=seed).eval()


def tiny_header(network: RveRNet, roi: str = CNN, extra_roi: str = TRANSFORMER, **fields: object) -> CheckpointHeader:
    options = {"roi": network.roi.options, "extra_roi": network.extra_roi.options}
    known = {
        "name": "tiny",
        "classes": list(CLASSES),
        "roi_backbone": roi,
        "extra_roi_backbone": extra_roi,
        "backbone_options": options,
        "preprocessing": Preprocessing(size=SIZE),
    }
    return CheckpointHeader.model_validate({**known, **fields})


def tiny_checkpoint(path: Path, seed: int = 0, **fields: object) -> Path:
    classes = fields.get("classes", list(CLASSES))
    assert isinstance(classes, list)
    network = tiny_network(classes=len(classes), seed=seed)
    save_checkpoint(path, network, tiny_header(network, **fields))
    return path


def rewrite(path: Path, change_tensors: object = None, change_header: object = None) -> None:
    """Save the checkpoint ``path`` again after changing its tensors or its header, both dicts, in place."""
    from safetensors import safe_open

    with safe_open(path, framework="pt") as file:
        metadata = dict(file.metadata())
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict
    if callable(change_tensors):
        change_tensors(tensors)
    if callable(change_header):
        header = json.loads(metadata[FORMAT_KEY])
        change_header(header)
        metadata[FORMAT_KEY] = json.dumps(header)
    save_file(tensors, path, metadata=metadata)


def tiny_photo(seed: int = 0, size: tuple[int, int] = (40, 60)) -> Photo:
    pixels = np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8)
    return Photo.from_array(pixels)


def box_mask(x: int, y: int, w: int, h: int, size: tuple[int, int] = (40, 60)) -> Mask:
    return Mask.from_crop(np.ones((h, w), dtype=bool), (x, y), size)


def probabilities(network: RveRNet, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    roi, extra = (torch.rand(2, 3, SIZE, SIZE, generator=generator) for _ in range(2))
    with torch.inference_mode():
        return network(roi, extra).softmax(dim=1)
