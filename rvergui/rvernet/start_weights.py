"""Weights that a backbone of timm can start from, looked for on this machine only.

In this order: the given folders, timm's own caches, else none. Nothing is ever downloaded.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath
from urllib.parse import urlparse

import timm
import torch
from huggingface_hub import try_to_load_from_cache
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from rvergui.core import RverError
from rvergui.rvernet.checkpoint import FORMAT_KEY
from rvergui.rvernet.tensor_file import TensorFileHead, read_tensor_file_head

_Colours = tuple[float, float, float]

# Keys of a file's metadata that are settings of timm.create_model.
_OPTION_KEYS = ("pad_type",)
_HUB_FILES = ("model.safetensors", "pytorch_model.bin")


@dataclass(frozen=True)
class StartWeights:
    """A file of weights for one architecture.

    Attributes:
        path: a .safetensors file, or one of timm's pickled ones.
        architecture: timm's name.
        label: what people read.
        options: settings of the network that the weights were made with.
        mean: the colours' mean that the weights expect, if the file says so.
        std: likewise.
    """

    path: Path
    architecture: str
    label: str
    options: Mapping[str, str] = field(default_factory=dict)
    mean: _Colours | None = None
    std: _Colours | None = None

    def load_into(self, module: nn.Module) -> None:
        """Fill ``module``; the file's classifier is left out if the module has none (``num_classes=0``).

        Raises:
            RverError: damaged, or tensors are missing or of another shape.
        """
        state = self._read()
        # timm's own way from an original layout or another picture size to this network, where it has one
        translate = getattr(sys.modules[type(module).__module__], "checkpoint_filter_fn", None)
        if translate is not None:
            try:
                state = translate(state, module)
            except (KeyError, RuntimeError, AttributeError, ValueError, TypeError) as error:
                raise self._unfit("its tensors have other names or shapes") from error
        wanted = module.state_dict()
        # Old files do not count batches; nothing depends on it.
        missing = [n for n in wanted if n not in state and not n.endswith("num_batches_tracked")]
        if missing and all(name.partition(".")[0] in _classifiers(module) for name in missing):
            raise RverError(
                f"{self.path.name} in {self.path.parent} holds {self.architecture} without its ImageNet classifier; "
                "choose pooled features, or put a file with the classifier in its place."
            )
        if missing:
            raise self._unfit(f"{len(missing)} tensors are missing, such as {missing[0]}")
        for name, tensor in wanted.items():
            if name in state and state[name].shape != tensor.shape:
                raise self._unfit(f"{name} has the shape {tuple(state[name].shape)} instead of {tuple(tensor.shape)}")
        module.load_state_dict({name: state[name] for name in wanted if name in state}, strict=False)

    def _read(self) -> dict[str, torch.Tensor]:
        try:
            if self.path.suffix == ".safetensors":
                return dict(load_file(self.path))
            loaded = torch.load(self.path, map_location="cpu", weights_only=True)
        except (SafetensorError, OSError, RuntimeError, EOFError, pickle.UnpicklingError, ValueError) as error:
            raise self._unfit("it is damaged") from error
        for key in ("state_dict", "model"):
            if isinstance(loaded, dict) and isinstance(loaded.get(key), dict):
                loaded = loaded[key]
        if not isinstance(loaded, dict) or not all(isinstance(value, torch.Tensor) for value in loaded.values()):
            raise self._unfit("it holds no tensors by name")
        return loaded

    def _unfit(self, why: str) -> RverError:
        return RverError(
            f"{self.path.name} in {self.path.parent} is no use as a start for {self.architecture}: {why}; "
            "remove the file or put a good copy in its place."
        )


def _classifiers(module: nn.Module) -> set[str]:
    """The first parts of the names of a timm network's classifier layers."""
    config = getattr(module, "pretrained_cfg", None) or {}
    named = config.get("classifier") or ()
    return {name.partition(".")[0] for name in ((named,) if isinstance(named, str) else named)}


def find_start_weights(name: str, folders: Sequence[Path]) -> StartWeights | None:
    """The first file for the timm network ``name``: in ``folders``, then in timm's caches; None if there is none.

    A .safetensors file fits by its metadata's ``architecture``; if it has none, by a file name that begins with the
    network's name. Its metadata may also carry ``pad_type``, ``mean`` and ``std``.

    Raises:
        RverError: the file that fits cannot be read, or its metadata makes no sense.
    """
    architecture = name.partition(".")[0]
    for folder in folders:
        for path in sorted(folder.glob("*.safetensors")):
            found = _in_folder(path, architecture)
            if found is not None:
                return found
    return _in_timms_cache(name)


def _in_folder(path: Path, architecture: str) -> StartWeights | None:
    named_after = _architecture_of(path.stem)
    try:
        head = read_tensor_file_head(path)
    except RverError:
        if named_after == architecture:
            raise
        return None  # somebody else's file
    if FORMAT_KEY in head.metadata or head.metadata.get("architecture", named_after) != architecture:
        return None
    return StartWeights(
        path=path,
        architecture=architecture,
        label=path.name,
        options={key: head.metadata[key] for key in _OPTION_KEYS if head.metadata.get(key)},
        mean=_colours(path, head, "mean"),
        std=_colours(path, head, "std"),
    )


@cache
def _architectures() -> frozenset[str]:
    return frozenset(timm.list_models())


def _architecture_of(stem: str) -> str | None:
    """The longest timm name that ``stem`` begins with, a word's end after it."""
    for end in range(len(stem), 0, -1):
        if stem[:end] in _architectures() and not stem[end : end + 1].isalnum():
            return stem[:end]
    return None


def _colours(path: Path, head: TensorFileHead, key: str) -> _Colours | None:
    text = head.metadata.get(key)
    if not text:
        return None
    try:
        red, green, blue = (float(part) for part in text.strip("[]() ").split(","))
    except ValueError as error:
        raise RverError(
            f"The metadata of {path.name} in {path.parent} says {key} = {text!r}, which is not three numbers; "
            "remove the file or correct it."
        ) from error
    if key == "std" and min(red, green, blue) <= 0:
        raise RverError(f"The metadata of {path.name} in {path.parent} says std = {text!r}; it must be above 0.")
    return red, green, blue


def _in_timms_cache(name: str) -> StartWeights | None:
    config = timm.get_pretrained_cfg(name)
    if config is None:
        return None
    architecture = name.partition(".")[0]
    if config.hf_hub_id:
        for file in (config.hf_hub_filename, *_HUB_FILES) if config.hf_hub_filename else _HUB_FILES:
            cached = try_to_load_from_cache(config.hf_hub_id, file)
            if isinstance(cached, str):
                return StartWeights(Path(cached), architecture, config.hf_hub_id)
    if config.url:
        path = Path(torch.hub.get_dir()) / "checkpoints" / PurePosixPath(urlparse(config.url).path).name
        if path.is_file():
            return StartWeights(path, architecture, path.name)
    return None
