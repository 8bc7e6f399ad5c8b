"""A model for other programs: safetensors, ONNX or OpenVINO, with everything that using it takes in its metadata."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rvergui.core import RverError
from rvergui.core.atomic import replacing
from rvergui.runtime.openvino_library import load_openvino
from rvergui.rvernet.checkpoint import CheckpointHeader, load_checkpoint, read_header, save_checkpoint
from rvergui.rvernet.feature_memory import load_memory, store_memory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import nn

METADATA_KEY = "rvergui"
INSTALL = 'pip install "rvergui[export]"'
# Both compute in 32 bits; probabilities of networks with a hundred layers differ in the sixth digit.
TOLERANCE = 1e-4
_OPSET = 17
# The example has two objects; that one and five are answered rightly shows that the number is free.
_CHECKED = (1, 2, 5)

Answer = Callable[[dict[str, NDArray[np.uint8]]], NDArray[np.float32]]


@dataclass(frozen=True)
class Exported:
    """What was written.

    Attributes:
        files: all of them, the one to open first.
        difference: the largest difference of a probability from PyTorch's; 0 for a copy.
    """

    files: tuple[Path, ...]
    difference: float = 0.0


def export_model(checkpoint: Path, out: Path, half: bool = False) -> Exported:
    """Write the model ``checkpoint`` in the format that the suffix of ``out`` names.

    ONNX (.onnx) and OpenVINO (.xml, with its .bin beside it) take ``roi`` and, unless it is a baseline, ``extra_roi``:
    views (n, size, size, 3) uint8 RGB of any number n of objects, and answer ``probabilities`` (n, classes) float32,
    the temperature applied. Their answers are compared with PyTorch's before a file appears.

    Args:
        checkpoint: a trained model.
        out: ends in .safetensors, .onnx or .xml.
        half: store matrices in 16 bits; for .safetensors alone.

    Raises:
        RverError: no such format, the model cannot be read, a library is missing, the answers differ, or the file
            cannot be written.
    """
    writers = {".safetensors": _as_safetensors, ".onnx": _as_onnx, ".xml": _as_openvino}
    write = writers.get(out.suffix.lower())
    if write is None:
        raise RverError(
            f"{out.name} names no format; end it in .onnx, .xml (OpenVINO) or .safetensors."
        )  # fmt: skip
    if half and write is not _as_safetensors:
        raise RverError("Only .safetensors can be stored in 16 bits; leave --half out.")
    if out.exists() and out.samefile(checkpoint):
        raise RverError(f"{out.name} is the model itself; choose another name.")
    out.parent.mkdir(parents=True, exist_ok=True)
    return write(checkpoint, out, half)


def about(header: CheckpointHeader) -> dict[str, Any]:
    """What the metadata say: everything of the header that says how to use the model and where it is from."""
    kept = {
        "name",
        "classes",
        "preprocessing",
        "temperature",
        "look_alikes",
        "looks_at",
        "parent",
        "metrics",
        "created",
    }
    return header.model_dump(mode="json", include=kept)


def _as_safetensors(checkpoint: Path, out: Path, half: bool) -> Exported:
    if half:
        network, header = load_checkpoint(checkpoint)
        save_checkpoint(out, network, header, half=True)
        memory = load_memory(checkpoint)
        if memory is not None:
            store_memory(out, memory)
    else:
        read_header(checkpoint)
        with replacing(out) as neighbour:
            shutil.copyfile(checkpoint, neighbour)
    return Exported((out,))


def _as_onnx(checkpoint: Path, out: Path, _half: bool) -> Exported:
    onnx, runtime = (_library(name) for name in ("onnx", "onnxruntime"))
    import torch

    network, header = load_checkpoint(checkpoint)
    module, example = _whole(network, header)
    names = list(example)
    axes = {name: {0: "objects"} for name in (*names, "probabilities")}
    inputs = tuple(torch.from_numpy(views) for views in example.values())
    with replacing(out) as neighbour:
        try:
            with _quiet_tracing():
                # the exporter that traces takes seconds, the one that follows shapes a minute for the same graph
                torch.onnx.export(
                    module,
                    inputs,
                    str(neighbour),
                    dynamo=False,
                    opset_version=_OPSET,
                    input_names=names,
                    output_names=["probabilities"],
                    dynamic_axes=axes,
                )
        except torch.onnx.errors.OnnxExporterError as error:
            reason = str(error).strip().partition("\n")[0][:200]
            raise RverError(
                f"{header.name} cannot be written as ONNX ({reason}); export it as OpenVINO (.xml)."
            ) from error
        model = onnx.load(str(neighbour))
        model.producer_name, model.doc_string = "RveRGUI", header.name
        onnx.helper.set_model_props(model, {METADATA_KEY: json.dumps(about(header), ensure_ascii=False)})
        onnx.checker.check_model(model)
        onnx.save(model, str(neighbour))
        # from memory: Windows replaces no file that is open
        session = runtime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        difference = _compared("ONNX", module, header, lambda views: np.asarray(session.run(None, views)[0]))
    return Exported((out,), difference)


def _as_openvino(checkpoint: Path, out: Path, _half: bool) -> Exported:
    openvino = load_openvino()
    import torch

    network, header = load_checkpoint(checkpoint)
    module, example = _whole(network, header)
    inputs = tuple(torch.from_numpy(views) for views in example.values())
    trace: Any = torch.jit.trace
    with _quiet_tracing(), torch.no_grad():
        traced = trace(module, inputs, check_trace=False)
        shape = openvino.PartialShape([-1, *inputs[0].shape[1:]])
        model = openvino.convert_model(traced, example_input=inputs, input=[shape] * len(inputs))
    for port, name in zip(model.inputs, example, strict=True):
        port.get_tensor().set_names({name})
    model.outputs[0].get_tensor().set_names({"probabilities"})
    model.set_rt_info(json.dumps(about(header), ensure_ascii=False), METADATA_KEY)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".export-") as folder:
        made = Path(folder) / out.name
        openvino.save_model(model, str(made), compress_to_fp16=False)
        compiled = openvino.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
        difference = _compared("OpenVINO", module, header, lambda views: np.asarray(compiled(views)["probabilities"]))
        weights = out.with_suffix(".bin")
        os.replace(made.with_suffix(".bin"), weights)  # noqa: PTH105 - first what the other file speaks of
        os.replace(made, out)  # noqa: PTH105
    return Exported((out, weights), difference)


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise RverError(f"{name} is not installed, which writing ONNX needs; to have it: {INSTALL}.") from error


def _whole(network: Any, header: CheckpointHeader) -> tuple[nn.Module, dict[str, NDArray[np.uint8]]]:
    """The network from views as they are cut to probabilities, and an example of what it takes, by name."""
    import torch
    from torch import Tensor, nn

    from rvergui.rvernet.branch import Blind

    network.requires_grad_(False)
    blind = isinstance(network.extra_roi, Blind)

    class Whole(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, roi: Tensor, extra_roi: Tensor | None = None) -> Any:
            first = _floats(roi)
            second = first if extra_roi is None else _floats(extra_roi)
            return torch.softmax(self.network(first, second) / header.temperature, dim=1)

    def _floats(views: Tensor) -> Tensor:
        return views.permute(0, 3, 1, 2).float() / 255.0

    return Whole().eval(), _views(header, 2, ("roi",) if blind else ("roi", "extra_roi"))


def _views(header: CheckpointHeader, count: int, names: tuple[str, ...]) -> dict[str, NDArray[np.uint8]]:
    random, side = np.random.default_rng(count), header.preprocessing.size
    return {name: random.integers(0, 256, (count, side, side, 3), dtype=np.uint8) for name in names}


def _compared(format_name: str, module: nn.Module, header: CheckpointHeader, answer: Answer) -> float:
    """The largest difference of a probability, for several numbers of objects.

    Raises:
        RverError: it is more than rounding.
    """
    import torch

    names = ("roi",) if header.plan.second is None else ("roi", "extra_roi")
    worst = 0.0
    for count in _CHECKED:
        views = _views(header, count, names)
        with torch.inference_mode():
            wanted = module(*(torch.from_numpy(array) for array in views.values())).numpy()
        found = answer(views)
        if found.shape != wanted.shape:
            raise RverError(f"{format_name} answers {found.shape} where {wanted.shape} is right; nothing was written.")
        worst = max(worst, float(np.abs(found - wanted).max()))
    if not worst <= TOLERANCE:
        raise RverError(
            f"{format_name} answers differently from PyTorch (a probability by {worst:.2g}); nothing was written."
        )
    return worst


@contextmanager
def _quiet_tracing() -> Iterator[None]:
    """Tracing without its warnings, and attention in parts that other programs know."""
    import torch

    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        torch.backends.mha.set_fastpath_enabled(fast)
