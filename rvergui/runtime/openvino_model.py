"""A converted network, compiled for this processor and run on it."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rvergui.core import RverError
from rvergui.runtime.openvino_cache import StoredNetwork
from rvergui.runtime.openvino_library import load_openvino

Arrays = Mapping[str, NDArray[Any]]

# How long ``OpenVinoGraph.steps`` waits at a time.
_STEP_MS = 80


class OpenVinoGraph:
    """One graph, compiled for the CPU in float32 (8 bit where it was quantised), for one answer at a time.

    OpenVINO runs it on its own threads, so any thread of the program may ask, one at a time.

    Args:
        xml: the graph's file; its .bin lies beside it.
        threads: processor threads; None takes all cores.

    Raises:
        RverError: OpenVINO is not installed, or the graph cannot be read or compiled.
    """

    def __init__(self, xml: Path, threads: int | None = None) -> None:
        openvino = load_openvino()
        try:
            self._compiled = openvino.Core().compile_model(str(xml), "CPU", options(threads))
            self._request = self._compiled.create_infer_request()
        except RuntimeError as error:
            raise RverError(f"OpenVINO cannot run {xml.name} in {xml.parent} ({first_line(error)}).") from error
        self._busy = False
        self._outputs = [(index, port.get_any_name()) for index, port in enumerate(self._compiled.outputs)]
        self.inputs = tuple(port.get_any_name() for port in self._compiled.inputs)

    def __call__(self, inputs: Arrays) -> dict[str, NDArray[Any]]:
        """The outputs by name, arrays of their own.

        Args:
            inputs: by name, of the types the graph expects; contiguous ones are not copied.

        Raises:
            RverError: the shapes do not fit, or the memory is not enough.
        """
        for outputs in self.steps(inputs, step_ms=None):
            if outputs is not None:
                return outputs
        raise RverError("OpenVINO gave no answer; choose another segmenter.")

    def steps(
        self, inputs: Arrays, step_ms: int | None = _STEP_MS
    ) -> Generator[dict[str, NDArray[Any]] | None, None, None]:
        """The same in steps: None about every ``step_ms`` milliseconds (None: never), at last the outputs.

        Closing the iterator before ends the work. A second question ends the first.

        Raises:
            RverError: as above.
        """
        ready = {name: np.ascontiguousarray(array) for name, array in inputs.items()}
        self._give_up()
        try:
            self._request.start_async(ready, share_inputs=True)
            self._busy = True
            try:
                if step_ms is None:
                    self._request.wait()
                else:
                    while not self._request.wait_for(step_ms):
                        yield None
                    self._request.wait()  # raises what went wrong
                self._busy = False
            finally:
                self._give_up()
            outputs = {name: np.array(self._request.get_output_tensor(index).data) for index, name in self._outputs}
        except RuntimeError as error:
            raise RverError(f"OpenVINO could not answer ({first_line(error)}); choose another segmenter.") from error
        yield outputs

    def _give_up(self) -> None:
        if self._busy:
            self._busy = False
            self._request.cancel()
            with contextlib.suppress(RuntimeError):  # says that it was cancelled
                self._request.wait()


class OpenVinoModel:
    """The graphs of a stored network, compiled when first asked for, or all at once with ``compile``.

    Args:
        stored: from ``OpenVinoCache.find``.
        threads: processor threads; None takes all cores.
    """

    def __init__(self, stored: StoredNetwork, threads: int | None = None) -> None:
        self.stored = stored
        self.info = stored.info
        self._threads = threads
        self._graphs: dict[str, OpenVinoGraph] = {}

    def compile(self, names: Iterable[str] | None = None) -> OpenVinoModel:
        """Compile the graphs ``names`` (all if None) now; returns itself.

        Raises:
            RverError: as ``OpenVinoGraph``.
        """
        for name in self.stored.graphs if names is None else names:
            self.graph(name)
        return self

    def graph(self, name: str) -> OpenVinoGraph:
        """The compiled graph ``name``.

        Raises:
            RverError: as ``OpenVinoGraph``.
        """
        if name not in self._graphs:
            self._graphs[name] = OpenVinoGraph(self.stored.xml(name), self._threads)
        return self._graphs[name]

    def release(self, name: str) -> None:
        """Give the memory of graph ``name`` back; it is compiled again when asked for."""
        self._graphs.pop(name, None)


def options(threads: int | None) -> dict[str, Any]:
    """How graphs are compiled: one answer as soon as possible, in float32 whatever the processor could do beside.

    On processors with bfloat16 OpenVINO would otherwise choose that, and answers would differ from torch's. Its threads
    are not tied to cores: where another program wants one of them, waiting for it cost 1.4 times as long.
    """
    chosen: dict[str, Any] = {
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": "f32",
        "ENABLE_CPU_PINNING": False,
    }
    if threads is not None:
        chosen["INFERENCE_NUM_THREADS"] = threads
    return chosen


def first_line(error: BaseException) -> str:
    """The first line of what ``error`` says that says something, without the place in OpenVINO's source."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [line for line in lines if not line.startswith(("Exception from", "Check '"))]
    return (told or lines or [type(error).__name__])[0][:300].rstrip(".:;")
