"""Opening a published checkpoint, a pickle of tensors: never unpickles code, says in a sentence what is wrong."""

from __future__ import annotations

import pickle
import warnings
import zipfile
from pathlib import Path

import torch
from torch import Tensor

from rvergui.core import RverError
from rvergui.rvernet.checkpoint import FORMAT_KEY
from rvergui.rvernet.tensor_file import read_tensor_file_head

# What training scripts put around the tensors, and before their names.
_WRAPPERS = ("state_dict", "model", "model_state_dict", "net")
_PREFIXES = ("module.", "_orig_mod.")


def read_pickled_tensors(path: Path) -> dict[str, Tensor]:
    """The tensors by name of the .pth file ``path``, unwrapped, without ``module.`` before their names.

    Raises:
        RverError: gone, unreadable, half a file, another format, a pickle that holds more than tensors, or numbers that
            are none.
    """
    where = f"{path.name} in {path.parent}"
    if not path.is_file():
        raise RverError(f"There is no file {path.name} in {path.parent}; choose another file.")
    _refuse_safetensors(path, where)
    loaded = _loaded(path, where)
    for key in _WRAPPERS:
        if isinstance(loaded, dict) and isinstance(loaded.get(key), dict):
            loaded = loaded[key]
    if not isinstance(loaded, dict) or not loaded or not all(isinstance(v, Tensor) for v in loaded.values()):
        raise RverError(f"{where} holds no tensors by name; choose the file that the published code has saved.")
    tensors = {_bare(str(name)): _as_parameter(tensor) for name, tensor in loaded.items()}
    for name, tensor in tensors.items():
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            raise RverError(f"{where} is damaged: {name} holds values that are no numbers; copy it again.")
    return tensors


def _refuse_safetensors(path: Path, where: str) -> None:
    try:
        head = read_tensor_file_head(path)
    except RverError:
        return
    if FORMAT_KEY in head.metadata:
        raise RverError(f"{where} is a model of RveRGUI already; use it as it is (--checkpoint).")
    raise RverError(
        f"{where} is a .safetensors file, but the published code saves pickled ones (.pth); choose such a file."
    )


def _loaded(path: Path, where: str) -> object:
    try:
        zipped = zipfile.is_zipfile(path)  # torch's present format; it can be read without copying it into memory first
        with warnings.catch_warnings(action="ignore"):  # about pickles of other makers, which are refused below
            loaded: object = torch.load(path, map_location="cpu", weights_only=True, mmap=zipped)
    except pickle.UnpicklingError as error:
        if "global" in str(error).casefold():  # torch's word for what a pickle would call
            raise RverError(
                f"{where} holds more than tensors, and opening it could run somebody's code; ask for its state_dict, "
                "saved on its own."
            ) from error
        raise RverError(f"{where} is no checkpoint of PyTorch; choose another file.") from error
    except MemoryError as error:
        raise RverError(f"There is not enough memory to read {where}; close other programs.") from error
    except (RuntimeError, EOFError, OSError, ValueError, KeyError, AttributeError, TypeError, IndexError) as error:
        raise RverError(
            f"{where} is damaged, cut short or no checkpoint of PyTorch; copy it again or choose another file."
        ) from error
    return loaded


def _bare(name: str) -> str:
    while name.startswith(_PREFIXES):
        name = name.split(".", 1)[1]
    return name


def _as_parameter(tensor: Tensor) -> Tensor:
    return tensor.detach().to(torch.float32) if tensor.is_floating_point() else tensor.detach()
