"""A network of the Segment Anything family from a file: never unpickles code, never trusts the file's name."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file
from segment_anything.modeling import Sam

from rvergui.core import RverError
from rvergui.segment.mobile_sam import MobileSamArchitecture
from rvergui.segment.sam_architecture import SamArchitecture, SamDesign, Shapes, build_sam
from rvergui.segment.sam_frame import PIXEL_DEVIATION, PIXEL_MEAN

_DESIGNS: tuple[type[SamDesign], ...] = (SamArchitecture, MobileSamArchitecture)

# Wrappings that training scripts put around the parameters.
_WRAPPERS = ("model", "state_dict", "model_state_dict")
_PREFIXES = ("module.", "sam.", "model.")

# Tensors by which people's other networks are known.
_OTHER_NETWORKS = {
    "image_encoder.trunk.": "SAM 2",
    "sam_mask_decoder.": "SAM 2",
    "memory_encoder.": "SAM 2",
    "mask_decoder.hf_token.": "SAM-HQ",
    "vision_encoder.": "a SAM in the layout of transformers",
    "roi_module.": "RveRNet",
    "roi.": "RveRNet",
    "layer1.0.conv1.": "a ResNet",
    "features.0.0.": "a MobileNet",
}
# Only counts batches, for training; everything else in a checkpoint is a parameter.
_COUNTER = "num_batches_tracked"


@dataclass(frozen=True)
class SamFile:
    """A checkpoint that was looked into: its weights are not in memory yet.

    Attributes:
        path: the file.
        design: what its tensors' names and shapes say it is.
        weight_bytes: what its weights take in memory, in float32.
        network: its network, whose parameters have no memory until ``load``.
    """

    path: Path
    design: SamDesign
    weight_bytes: int
    network: Sam = field(repr=False)

    def load(self) -> tuple[Sam, str]:
        """``network`` with its weights, in evaluation mode on the CPU, and their fingerprint.

        Raises:
            RverError: the file changed, cannot be read, or has weights that are no numbers.
        """
        tensors = {name: _as_parameter(name, tensor) for name, tensor in _plain_tensors(_read(self.path)).items()}
        _check_numbers(self.path, tensors)
        own = {self.design.own_name(name): tensor for name, tensor in tensors.items()}
        own.pop(None, None)
        try:
            self.network.load_state_dict(own, strict=True, assign=True)
        except RuntimeError as error:
            raise RverError(f"{_where(self.path)} changed while it was read; choose it again.") from error
        _fill_constants(self.network)
        return self.network, fingerprint(tensors)


def open_sam(path: Path) -> SamFile:
    """Look into ``path``: names and shapes are checked, the weights stay in the file.

    Args:
        path: a .pth, .pt or .safetensors file with the official parameter names, SAM's or MobileSAM's.

    Raises:
        RverError: the file is gone, cut short, holds anything but tensors, or is no SAM.
    """
    shapes = _shapes(path)
    kind = next((design for design in _DESIGNS if design.is_this(shapes)), None)
    if kind is None:
        raise RverError(_not_a_sam(path, shapes))
    try:
        design = kind.of(shapes)
        # Parameters are made on no device and later taken from the file, so that weights are in memory once.
        with torch.device("meta"):
            network = build_sam(design)
    except (KeyError, ValueError, IndexError, TypeError, RuntimeError, AssertionError, ZeroDivisionError) as error:
        raise RverError(_not_a_sam(path, shapes)) from error
    wanted = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    own = {design.own_name(name): shape for name, shape in shapes.items()}
    own.pop(None, None)
    _check_complete(path, design, own, wanted)
    weight_bytes = 4 * sum(prod(shape) for shape in wanted.values())
    return SamFile(path=path, design=design, weight_bytes=weight_bytes, network=network)


def load_sam(path: Path) -> tuple[Sam, SamDesign, str]:
    """The network in ``path``, its design, and a fingerprint of its weights (16 hexadecimal digits).

    Args:
        path: a .pth, .pt or .safetensors file with the official parameter names, SAM's or MobileSAM's;
            half-precision weights become float32.

    Raises:
        RverError: the file is gone, cut short, holds anything but tensors, or is no SAM.
    """
    file = open_sam(path)
    sam, weights = file.load()
    return sam, file.design, weights


def fingerprint(tensors: Mapping[str, torch.Tensor]) -> str:
    """16 hexadecimal digits that differ for other weights: from names, shapes and up to 1024 values of each tensor."""
    digest = hashlib.blake2b(digest_size=8)
    for name in sorted(tensors):
        flat = tensors[name].reshape(-1)
        step = max(1, -(-flat.numel() // 1024))
        digest.update(f"{name}{tuple(tensors[name].shape)}".encode())
        digest.update(flat[::step].contiguous().numpy().tobytes())
    return digest.hexdigest()


def _shapes(path: Path) -> dict[str, tuple[int, ...]]:
    """Names and shapes of the tensors in ``path``, without reading them where the format allows it."""
    tensors = _plain_tensors(_read(path, only_look=True))
    return {name: tuple(tensor.shape) for name, tensor in tensors.items()}


def _read(path: Path, only_look: bool = False) -> Mapping[str, Any]:
    """What is in the file. With ``only_look`` its tensors have shapes, but their values are not read if possible."""
    where = _where(path)
    try:
        with path.open("rb") as file:
            start = file.read(9)
        if start[8:9] == b"{":  # .safetensors: eight bytes of length, then JSON
            loaded: Any = _safetensors_shapes(path) if only_look else load_file(path)
        else:
            loaded = _torch_tensors(path, only_look and start.startswith(b"PK"))
    except FileNotFoundError as error:
        raise RverError(f"There is no file {path.name} in {path.parent}; choose the SAM weights again.") from error
    except IsADirectoryError as error:
        raise RverError(f"{where} is a folder; choose the file with the SAM weights in it.") from error
    except pickle.UnpicklingError as error:
        raise RverError(
            f"{where} holds something other than plain tensors or is no weights file, so it was not opened; get the "
            "official file."
        ) from error
    except MemoryError as error:
        raise RverError(
            f"There is not enough memory to read {where}; close other programs or choose GrabCut."
        ) from error
    except (SafetensorError, RuntimeError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RverError(f"{where} is damaged, cut short or no weights file; download or copy it again.") from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise RverError(f"{where} could not be read ({reason}); check the disk or choose another file.") from error
    if not isinstance(loaded, Mapping):
        raise RverError(f"{where} holds no named tensors; get the official SAM file.")
    return loaded


def _torch_tensors(path: Path, mapped: bool) -> Any:
    """What PyTorch finds in the file. Only a zip archive can be ``mapped``; since PyTorch 1.6 all its files are."""
    if mapped and path.suffix.lower() != ".safetensors":
        return torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    with path.open("rb") as file:  # of a path it would believe the suffix
        return torch.load(file, map_location="cpu", weights_only=True)


def _safetensors_shapes(path: Path) -> dict[str, torch.Tensor]:
    with safe_open(path, framework="pt") as file:
        names: list[str] = list(file.keys())
        return {name: torch.empty(file.get_slice(name).get_shape(), device="meta") for name in names}


def _plain_tensors(loaded: Mapping[str, Any]) -> dict[str, torch.Tensor]:
    """The tensors without what training scripts wrap around them."""
    for wrapper in _WRAPPERS:
        inner = loaded.get(wrapper)
        if isinstance(inner, Mapping):
            loaded = inner
            break
    tensors = {str(name): value for name, value in loaded.items() if _is_plain(value)}
    while tensors and (prefix := _common_prefix(tensors)):
        tensors = {name.removeprefix(prefix): value for name, value in tensors.items()}
    return tensors


def _common_prefix(names: Mapping[str, object]) -> str:
    return next((prefix for prefix in _PREFIXES if all(name.startswith(prefix) for name in names)), "")


def _is_plain(value: object) -> bool:
    """Whether it is a tensor that a network's parameter can be made of."""
    if not isinstance(value, torch.Tensor) or value.is_nested or value.is_quantized or value.is_complex():
        return False
    return value.layout == torch.strided


def _as_parameter(name: str, tensor: torch.Tensor) -> torch.Tensor:
    return tensor if name.endswith(_COUNTER) else tensor.float()


def _check_complete(path: Path, design: SamDesign, own: Mapping[str | None, object], wanted: Shapes) -> None:
    """Every tensor of the design is there with its shape, and no other."""
    missing = [name for name in wanted if name not in own]
    unknown = [name for name in own if name not in wanted]
    misshapen = [name for name, shape in wanted.items() if name in own and own[name] != shape]
    if not (missing or unknown or misshapen):
        return
    other = _other_network([str(name) for name in unknown])
    if other is not None:
        raise RverError(f"{_where(path)} holds {other} weights, which cannot be used here; choose another file.")
    raise RverError(
        f"{_where(path)} is almost {design.name}, but {len(missing)} of its tensors are missing, {len(unknown)} are "
        f"unknown and {len(misshapen)} have another shape, e.g. {[*missing, *unknown, *misshapen][0]}; get the "
        "official file."
    )


def _check_numbers(path: Path, tensors: Mapping[str, torch.Tensor]) -> None:
    for name, tensor in tensors.items():
        # One value that is no number makes the sum none.
        if not bool(torch.isfinite(tensor.sum())) and not bool(torch.isfinite(tensor).all()):
            raise RverError(
                f"{_where(path)} has weights that are no numbers (in {name}): it is damaged or its training failed; "
                "get the official file."
            )


def _fill_constants(sam: Sam) -> None:
    """The pixels' mean and deviation are in no checkpoint and were made on no device: make them again."""
    sam.pixel_mean = torch.tensor(PIXEL_MEAN).view(-1, 1, 1)
    sam.pixel_std = torch.tensor(PIXEL_DEVIATION).view(-1, 1, 1)


def _not_a_sam(path: Path, names: Mapping[str, object]) -> str:
    other = _other_network(list(names))
    return (
        f"{_where(path)} holds {f'{other} weights' if other else 'other weights'}, not those of Segment Anything "
        "(ViT-B, ViT-L or ViT-H) or MobileSAM; choose another file."
    )


def _other_network(names: list[str]) -> str | None:
    return next(
        (kind for start, kind in _OTHER_NETWORKS.items() if any(name.startswith(start) for name in names)), None
    )


def _where(path: Path) -> str:
    return f"{path.name} in {path.parent}"
