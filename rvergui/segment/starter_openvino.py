"""The starter network run by OpenVINO, from the graphs that ship with the program: neither PyTorch nor a conversion."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rvergui.core import RverError
from rvergui.runtime.openvino_cache import StoredNetwork, read_stored
from rvergui.runtime.openvino_library import load_openvino
from rvergui.runtime.openvino_model import first_line, options
from rvergui.runtime.settings import Settings

Array = NDArray[np.float32]

ENCODER, HEAD = "encoder", "head"
# (channels, pixels per cell) of each feature, as in ``starter_network.Features``.
FEATURES = ((128, 16), (64, 8), (32, 4), (24, 16), (24, 4))
CLICKS = 16


def converted(folder: Path, fingerprint: str) -> StoredNetwork | None:
    """The graphs in ``folder``; None if they are damaged or not those of the weights with this fingerprint."""
    stored = read_stored(folder)
    return stored if stored is not None and stored.info.get("weights") == fingerprint else None


class OpenVinoRuntime:
    """The graphs, compiled for windows of fixed sides, which is faster than for any.

    Args:
        stored: from ``converted``.
        sides: of the square windows.

    Raises:
        RverError: OpenVINO cannot read or compile them.
    """

    def __init__(self, stored: StoredNetwork, sides: Sequence[int]) -> None:
        openvino = load_openvino()
        core = openvino.Core()
        chosen = options(Settings().threads)
        self._requests: dict[tuple[str, int], Any] = {}
        try:
            for name in (ENCODER, HEAD):
                for side in sorted(set(sides)):
                    model = core.read_model(str(stored.xml(name)))
                    shapes = _encoder_shapes(side) if name == ENCODER else _head_shapes(side)
                    model.reshape(dict(enumerate(shapes)))
                    compiled = core.compile_model(model, "CPU", chosen)
                    self._requests[name, side] = compiled.create_infer_request()
        except RuntimeError as error:
            raise RverError(f"OpenVINO cannot run the starter network ({first_line(error)}).") from error

    def encode(self, picture: Array) -> Sequence[Any]:
        """See ``StarterRuntime``."""
        return self._answer((ENCODER, picture.shape[-1]), [picture])

    def decode(
        self, features: Sequence[Any], points: Array, signs: Array, box: Array, mask: Array
    ) -> tuple[Array, Array]:
        """See ``StarterRuntime``."""
        side = mask.shape[-1] * FEATURES[2][1]
        logits, scores = self._answer((HEAD, side), [*features, points, signs, box, mask])
        return logits[0], scores[0]

    def _answer(self, which: tuple[str, int], inputs: Sequence[Any]) -> list[Any]:
        request = self._requests[which]
        ready = {place: np.ascontiguousarray(value, dtype=np.float32) for place, value in enumerate(inputs)}
        try:
            request.infer(ready, share_inputs=True)
        except RuntimeError as error:
            raise RverError(f"OpenVINO could not answer ({first_line(error)}); choose another segmenter.") from error
        return [np.array(tensor.data) for tensor in request.output_tensors]


def _encoder_shapes(side: int) -> list[list[int]]:
    return [[1, 3, side, side]]


def _head_shapes(side: int) -> list[list[int]]:
    cells = side // FEATURES[2][1]
    features = [[1, channels, side // step, side // step] for channels, step in FEATURES]
    return [*features, [1, CLICKS, 2], [1, CLICKS], [1, 1, cells, cells], [1, 1, cells, cells]]
