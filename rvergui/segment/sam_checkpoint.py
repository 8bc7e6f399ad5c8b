"""A Segment Anything network from a file: never unpickles code, never trusts the file's name."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from segment_anything.modeling import Sam

from rvergui.core import RverError
from rvergui.runtime.settings import Settings
from rvergui.runtime.weights import weight_files
from rvergui.segment.sam_architecture import PIXEL_DEVIATION, PIXEL_MEAN, SamArchitecture, build_sam

# Wrappings that training scripts put around the parameters.
_WRAPPERS = ("model", "state_dict", "model_state_dict")
_PREFIXES = ("module.", "sam.", "model.")

_OTHER_NETWORKS = {
    "image_encoder.patch_embed.seq.0.c.weight": "MobileSAM",
    "image_encoder.trunk.patch_embed.proj.weight": "SAM 2",
    "roi_module": "RveRNet",
}


def find_checkpoint() -> Path:
    """The smallest official SAM file in the folders with weights.

    Raises:
        RverError: there is none; the sentence says which file to get and where to put it.
    """
    folders = Settings().weight_folders()
    found = [
        file
        for file in weight_files(folders)
        if file.path.name.startswith("sam_vit_") and file.path.suffix in (".pth", ".safetensors")
    ]
    if found:
        # One that is cut short is taken only if there is no whole one; loading it then says what is wrong.
        return min(found, key=lambda file: (file.is_cut_short, file.size)).path
    target = f"the folder {folders[0]}" if folders else "a folder that the variable RVERGUI_WEIGHTS names"
    raise RverError(
        "SAM needs its weights: get sam_vit_b_01ec64.pth (375 MB) from the Segment Anything project and put it into "
        f"{target}, or name the file; until then GrabCut works without weights."
    )


def load_sam(path: Path) -> tuple[Sam, SamArchitecture, str]:
    """The network in ``path``, its architecture, and a fingerprint of its weights (16 hexadecimal digits).

    Args:
        path: a .pth or .safetensors file with the official parameter names; half-precision weights become float32.

    Raises:
        RverError: the file is gone, cut short, holds anything but tensors, or is no official SAM.
    """
    tensors = _without_wrapping(_read(path))
    try:
        architecture = SamArchitecture.of(tensors)
        # Parameters are made on no device and taken from the file, so that weights are in memory once.
        with torch.device("meta"):
            sam = build_sam(architecture)
        missing, unexpected = sam.load_state_dict(tensors, strict=False, assign=True)
    except (KeyError, ValueError, IndexError, RuntimeError, AssertionError, ZeroDivisionError) as error:
        raise RverError(_not_a_sam(path, tensors)) from error
    if missing or unexpected:
        odd = [*missing, *unexpected][0]
        raise RverError(
            f"{path.name} in {path.parent} is almost a SAM ({architecture.name}) but {len(missing)} of its tensors are "
            f"missing and {len(unexpected)} are unknown, e.g. {odd}; get the official file."
        )
    _fill_constants(sam)
    return sam, architecture, fingerprint(tensors)


def fingerprint(tensors: Mapping[str, torch.Tensor]) -> str:
    """16 hexadecimal digits that differ for other weights: from names, shapes and up to 1024 values of each tensor."""
    digest = hashlib.blake2b(digest_size=8)
    for name in sorted(tensors):
        flat = tensors[name].reshape(-1)
        step = max(1, -(-flat.numel() // 1024))
        digest.update(f"{name}{tuple(tensors[name].shape)}".encode())
        digest.update(flat[::step].contiguous().numpy().tobytes())
    return digest.hexdigest()


def _read(path: Path) -> Mapping[str, Any]:
    where = f"{path.name} in {path.parent}"
    try:
        with path.open("rb") as file:
            start = file.read(9)
        if start[8:9] == b"{":  # .safetensors: eight bytes of length, then JSON
            loaded: Any = load_file(path)
        else:
            loaded = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise RverError(f"There is no file {path.name} in {path.parent}; choose the SAM weights again.") from error
    except IsADirectoryError as error:
        raise RverError(f"{where} is a folder; choose the file with the SAM weights in it.") from error
    except pickle.UnpicklingError as error:
        raise RverError(
            f"{where} holds something other than plain tensors or is no weights file, so it was not opened; get the "
            "official file."
        ) from error
    except (SafetensorError, RuntimeError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RverError(f"{where} is damaged, cut short or no weights file; download or copy it again.") from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise RverError(f"{where} could not be read ({reason}); check the disk or choose another file.") from error
    if not isinstance(loaded, Mapping):
        raise RverError(f"{where} holds no named tensors; get the official SAM file.")
    return loaded


def _without_wrapping(loaded: Mapping[str, Any]) -> dict[str, torch.Tensor]:
    """The tensors under their official names, float32."""
    for wrapper in _WRAPPERS:
        inner = loaded.get(wrapper)
        if isinstance(inner, Mapping):
            loaded = inner
            break
    tensors = {str(name): value for name, value in loaded.items() if isinstance(value, torch.Tensor)}
    for prefix in _PREFIXES:
        if tensors and all(name.startswith(prefix) for name in tensors):
            tensors = {name.removeprefix(prefix): value for name, value in tensors.items()}
    return {name: value.float() for name, value in tensors.items()}


def _fill_constants(sam: Sam) -> None:
    """The pixels' mean and deviation are in no checkpoint and were made on no device: make them again."""
    sam.pixel_mean = torch.tensor(PIXEL_MEAN).view(-1, 1, 1)
    sam.pixel_std = torch.tensor(PIXEL_DEVIATION).view(-1, 1, 1)


def _not_a_sam(path: Path, tensors: Mapping[str, torch.Tensor]) -> str:
    other = next(
        (kind for start, kind in _OTHER_NETWORKS.items() if any(name.startswith(start) for name in tensors)), None
    )
    what = f"holds {other} weights" if other else "holds other weights"
    return (
        f"{path.name} in {path.parent} {what}, not those of an official Segment Anything network (ViT-B, ViT-L or "
        "ViT-H); choose another file."
    )
