"""The two halves of a network of the SAM family through OpenVINO, and how they are converted.

PyTorch is needed for the conversion alone, in a process of its own; a converted network starts without it.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rvergui.runtime.openvino_cache import CacheKey, OpenVinoCache
from rvergui.runtime.openvino_job import Network, Runner
from rvergui.runtime.openvino_model import OpenVinoGraph
from rvergui.runtime.openvino_switch import Step, weights_digest
from rvergui.segment.sam_halves import ADDS, FloatArray, SamPrompts

# Raised when other graphs are made of the same weights.
VERSION = 1
# An image encoder that takes more than this with PyTorch is not run with it to check the conversion.
_CHECKED_BYTES = 1_000_000_000
_MOST_PROMPTS, _MOST_PLACES = 1024, 512
# Beside the weights OpenVINO needs about this share of what PyTorch does: it does not keep the attention of all cells.
_SHARE_OF_TORCH = 0.35


class OpenVinoEncoder:
    """The image encoder.

    Args:
        graph: "encoder" of a converted network.
    """

    def __init__(self, graph: OpenVinoGraph) -> None:
        self._graph = graph
        self._seconds: float | None = None

    def __call__(self, pixels: FloatArray) -> FloatArray:
        """The photo's features, see ``ImageEncoder``."""
        features: FloatArray = self._graph({"pixels": pixels})["features"]
        return features

    def steps(self, pixels: FloatArray) -> Generator[float | FloatArray | None, None, None]:
        """The same in steps; how much is done is judged by how long the photo before took."""
        begin = time.perf_counter()
        for outputs in self._graph.steps({"pixels": pixels}):
            seconds = time.perf_counter() - begin
            if outputs is not None:
                self._seconds = seconds
                yield outputs["features"]
            else:
                yield None if self._seconds is None else min(0.99, seconds / self._seconds)


class OpenVinoDecoder:
    """Prompt encoder and mask decoder.

    Args:
        decoder: "decoder" of a converted network.
        mask_prompt: "mask_prompt" of it.
        no_mask: one number a channel, the dense prompt where there are no earlier logits.
    """

    def __init__(self, decoder: Runner, mask_prompt: Runner, no_mask: Sequence[float]) -> None:
        self._decoder, self._mask_prompt = decoder, mask_prompt
        self._no_mask = np.asarray(no_mask, dtype=np.float32)[None, :, None, None]
        self._dense: FloatArray | None = None

    def __call__(self, features: FloatArray, prompts: SamPrompts) -> tuple[FloatArray, FloatArray]:
        """Logits and scores, see ``MaskDecoder``."""
        places, kinds = prompts.places
        dense = self._dense
        if prompts.masks is not None:
            dense = self._mask_prompt({"logits": prompts.masks})["dense"]
        elif dense is None or dense.shape != features.shape:
            dense = self._dense = np.ascontiguousarray(np.broadcast_to(self._no_mask, features.shape))
        answer = self._decoder({"features": features, "places": places, "kinds": kinds, "dense": dense})
        return answer["masks"][:, prompts.wanted], answer["scores"][:, prompts.wanted]

    def warm_up(self, features: tuple[int, ...]) -> None:
        """Answer a click on features of this shape, so that the first real one does not wait for OpenVINO's kernels."""
        one = SamPrompts(points=np.zeros((1, 1, 2), np.float32), labels=np.full((1, 1), ADDS, np.int32), several=True)
        self(np.zeros(features, np.float32), one)


def sam_steps(path: Path, cache: OpenVinoCache, int8: bool = False, photos: Path | None = None) -> list[Step]:
    """The versions of the network in ``path``, best last; none if the file cannot be read.

    Which network it is and what shapes it takes follow from the weights alone, so their hash stands for them, too.

    Args:
        path: a checkpoint that ``sam_checkpoint.open_sam`` takes.
        cache: where its hash is remembered.
        int8: whether there is to be one whose image encoder is 8-bit.
        photos: a folder with photos to calibrate that with; None takes rendered meals.
    """
    try:
        digest = weights_digest(path, cache.folder)
    except OSError:
        return []  # opening it says what is wrong
    parts: dict[str, Any] = {"network": "sam", "version": VERSION, "weights": digest}
    steps = [
        Step("rvergui.segment.sam_openvino:sam_graphs", {"checkpoint": str(path)}, CacheKey(path.stem, parts)),
    ]
    if int8:
        folder = None if photos is None else str(photos.absolute())
        key = CacheKey(f"{path.stem}-int8", {**parts, "int8": 1, "photos": folder})
        steps.append(Step("rvergui.segment.sam_int8:sam_calibration", {"photos": folder}, key, int8=True))
    return steps


def sam_graphs(checkpoint: str) -> Network:
    """What of a checkpoint is converted; runs in the process that converts.

    Raises:
        RverError: it cannot be opened, or the memory is not enough.
    """
    import torch

    from rvergui.runtime.openvino_job import Graph
    from rvergui.segment.sam_checkpoint import open_sam
    from rvergui.segment.sam_folded import FoldedDecoder, MaskPrompt, no_mask
    from rvergui.segment.sam_memory import need_memory

    file = open_sam(Path(checkpoint))
    design = file.design
    # PyTorch's weights, OpenVINO's copy of them, and the libraries
    need_memory(int(2.5 * file.weight_bytes) + 600_000_000, "be converted for OpenVINO", design.name)
    sam, fingerprint = file.load()
    sam.requires_grad_(False)
    side, cells, grid = design.image_size, design.cells, design.grid
    features = torch.randn(1, design.prompt_width, cells, cells)
    places = torch.rand(2, 3, 2) * side
    kinds = torch.tensor([[1, 0, -1], [1, 2, 3]], dtype=torch.int32)
    dense = no_mask(sam)
    many, several = (1, _MOST_PROMPTS), (1, _MOST_PLACES)
    graphs = [
        Graph(
            "encoder",
            sam.image_encoder,
            (torch.randn(1, 3, side, side),),
            ("pixels",),
            ("features",),
            tolerance=1e-3 if design.encoder_bytes <= _CHECKED_BYTES else None,
        ),
        Graph(
            "decoder",
            FoldedDecoder(sam).eval(),
            (features, places, kinds, dense),
            ("features", "places", "kinds", "dense"),
            ("masks", "scores"),
            dynamic={"places": {0: many, 1: several}, "kinds": {0: many, 1: several}, "dense": {0: many}},
        ),
        Graph(
            "mask_prompt",
            MaskPrompt(sam).eval(),
            (torch.randn(1, 1, grid, grid),),
            ("logits",),
            ("dense",),
            dynamic={"logits": {0: many}},
        ),
    ]
    info = {
        "name": design.name,
        "image_size": side,
        "grid": grid,
        "features": [1, design.prompt_width, cells, cells],
        "fingerprint": fingerprint,
        "no_mask": dense[0, :, 0, 0].tolist(),
        "encoder_bytes": int(_SHARE_OF_TORCH * design.encoder_bytes),
        "weight_bytes": file.weight_bytes,
        "transformer": True,
    }
    return Network(graphs, info)
