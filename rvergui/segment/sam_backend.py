"""What runs a network of the SAM family: its two halves, and what the segmenter has to know of it.

PyTorch is imported here only when a checkpoint itself is loaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rvergui.runtime.devices import Device
from rvergui.runtime.openvino_model import OpenVinoModel
from rvergui.segment.sam_halves import ImageEncoder, MaskDecoder
from rvergui.segment.sam_memory import AvailableMemory, need_memory
from rvergui.segment.sam_openvino import OpenVinoDecoder, OpenVinoEncoder

if TYPE_CHECKING:
    from rvergui.segment.sam_checkpoint import SamFile


@dataclass(frozen=True)
class SamBackend:
    """A network that can be asked.

    Attributes:
        title: which one it is, e.g. "SAM ViT-B".
        image_size: the side of the square its image encoder sees, in pixels.
        grid: the side of its low-resolution masks in cells.
        encoder: its large half.
        decoder: its small half.
        signature: what its embeddings carry.
        encoder_bytes: main memory that encoding a photo takes; 0 where it is another memory.
    """

    title: str
    image_size: int
    grid: int
    encoder: ImageEncoder
    decoder: MaskDecoder
    signature: str
    encoder_bytes: int


def torch_backend(file: SamFile, device: Device, available: AvailableMemory) -> SamBackend:
    """The network of a checkpoint with PyTorch.

    Raises:
        RverError: the memory is not enough, or the file cannot be read.
        RuntimeError: the device refuses it.
    """
    from rvergui.segment.sam_network import TorchDecoder, TorchEncoder

    design = file.design
    working = design.encoder_bytes if device.torch_name == "cpu" else 0
    need_memory(file.weight_bytes + working, "work", design.name, available)
    sam, fingerprint = file.load()
    sam.to(device.torch_name).requires_grad_(False)
    return SamBackend(
        title=design.name,
        image_size=design.image_size,
        grid=design.grid,
        encoder=TorchEncoder(sam),
        decoder=TorchDecoder(sam),
        signature=signature(design.name, fingerprint),
        encoder_bytes=working,
    )


def openvino_backend(model: OpenVinoModel, int8: bool) -> SamBackend:
    """A converted network, compiled.

    Raises:
        RverError: a graph cannot be compiled or run.
    """
    info = model.info
    decoder = OpenVinoDecoder(model.graph("decoder"), model.graph("mask_prompt"), info["no_mask"])
    decoder.warm_up(tuple(info["features"]))
    return SamBackend(
        title=str(info["name"]),
        image_size=int(info["image_size"]),
        grid=int(info["grid"]),
        encoder=OpenVinoEncoder(model.graph("encoder")),
        decoder=decoder,
        signature=signature(str(info["name"]), str(info["fingerprint"]), int8),
        encoder_bytes=int(info["encoder_bytes"]),
    )


def signature(title: str, fingerprint: str, int8: bool = False) -> str:
    """What embeddings carry: the same for PyTorch and OpenVINO, whose features agree; another one for 8 bit."""
    return f"sam-1/{title.replace(' ', '-')}/{fingerprint}{'/int8' if int8 else ''}"


def same_weights(one: str, other: str) -> bool:
    """Whether embeddings of two signatures are of the same weights, be it at 8 or at 32 bit."""
    return one.removesuffix("/int8") == other.removesuffix("/int8")
