"""From a trained starter network to what ships: half-precision weights, and graphs for OpenVINO made from them.

``python -m rvergui.training.segmenter.export TRAINED.safetensors FOLDER``
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn

from rvergui.core.atomic import replacing
from rvergui.runtime.openvino_cache import CacheKey, OpenVinoCache, remove_folder
from rvergui.runtime.openvino_convert import check_graph, convert_graph
from rvergui.runtime.openvino_job import Graph
from rvergui.runtime.openvino_library import load_openvino
from rvergui.segment.starter_network import Clicks, Features, StarterNetwork
from rvergui.segment.starter_openvino import CLICKS, ENCODER, FEATURES, HEAD
from rvergui.segment.starter_runtime import CONVERTED, FORMAT, WEIGHTS
from rvergui.segment.starter_torch import load_starter

_SIDE = 256
_SIDES = (64, 2048)
# Weights in half precision round a little; the answers' largest difference relative to their spread.
_TOLERANCE = 5e-3
_INPUTS = ("coarse", "middle", "fine", "coarse_traits", "fine_traits", "points", "signs", "box", "mask")


def export(trained: Path, folder: Path) -> None:
    """Write ``starter_segmenter.safetensors`` and ``starter_segmenter_openvino/`` into ``folder``.

    Raises:
        RverError: ``trained`` is no starter network, OpenVINO answers differently, or nothing can be written.
    """
    network = load_starter(trained)
    tensors = {
        name: (value.half() if value.is_floating_point() else value).contiguous()
        for name, value in network.state_dict().items()
    }
    digest = hashlib.blake2b(digest_size=8)
    for name in sorted(tensors):
        digest.update(name.encode() + tensors[name].numpy().tobytes())
    fingerprint = digest.hexdigest()
    with safe_open(trained, "pt") as file:
        about = (file.metadata() or {}).get("about", "{}")
    with replacing(folder / WEIGHTS) as neighbour:
        save_file(tensors, neighbour, {"rvergui": FORMAT, "weights": fingerprint, "about": about})
    network.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in tensors.items()})
    _export_graphs(network.eval(), folder / CONVERTED, fingerprint, json.loads(about))


class _PlainHead(nn.Module):
    """The head with each tensor as an argument of its own."""

    def __init__(self, network: StarterNetwork) -> None:
        super().__init__()
        self.head = network.head

    def forward(self, *tensors: torch.Tensor) -> Any:
        many = len(FEATURES)
        return self.head(Features(*tensors[:many]), Clicks(*tensors[many:]))


def _graphs(network: StarterNetwork) -> list[Graph]:
    torch.manual_seed(0)
    picture = torch.rand(1, 3, _SIDE, _SIDE) * 2 - 1
    with torch.inference_mode():
        seen = [feature.clone() for feature in network.encoder(picture)]
    cells = _SIDE // FEATURES[2][1]
    signs = torch.zeros(1, CLICKS)
    signs[0, :3] = torch.tensor([1.0, -1.0, 1.0])
    prompts = (torch.rand(1, CLICKS, 2) * cells, signs, torch.zeros(1, 1, cells, cells), torch.rand(1, 1, cells, cells))
    steps = {name: step for name, (_, step) in zip(_INPUTS, FEATURES, strict=False)} | {"box": 4, "mask": 4}
    free = {name: dict.fromkeys((2, 3), (_SIDES[0] // step, _SIDES[1] // step)) for name, step in steps.items()}
    whole = {"picture": dict.fromkeys((2, 3), _SIDES)}
    return [
        Graph(ENCODER, network.encoder, (picture,), ("picture",), _INPUTS[: len(FEATURES)], whole, _TOLERANCE),
        Graph(HEAD, _PlainHead(network).eval(), (*seen, *prompts), _INPUTS, ("logits", "scores"), free, _TOLERANCE),
    ]


def _export_graphs(network: StarterNetwork, folder: Path, fingerprint: str, about: dict[str, Any]) -> None:
    openvino = load_openvino()
    with tempfile.TemporaryDirectory() as work:
        cache = OpenVinoCache(Path(work) / "cache")
        key = CacheKey("starter", {"weights": fingerprint})
        part = cache.begin(key)
        for graph in _graphs(network):
            large = Path(work) / "float32"
            large.mkdir(exist_ok=True)
            convert_graph(graph, large)
            model = openvino.Core().read_model(str(large / f"{graph.name}.xml"))
            openvino.save_model(model, str(part / f"{graph.name}.xml"), compress_to_fp16=True)
            check_graph(graph, part, None)
        stored = cache.finish(key, part, (ENCODER, HEAD), {"weights": fingerprint, **about})
        remove_folder(folder)
        shutil.copytree(stored.folder, folder)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trained", type=Path)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    export(given.trained, given.folder)


if __name__ == "__main__":
    main()
