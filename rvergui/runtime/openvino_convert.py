"""The child process that converts networks: ``python -m rvergui.runtime.openvino_convert``.

It reads one line with the job from its standard input and answers with lines on its standard output. When its input
ends (the program that started it cancelled, or is gone) it removes what it began and ends at once. Memory, crashes and
the seconds in which torch and OpenVINO hold Python's lock stay here.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
from filelock import Timeout

from rvergui.core import RverError
from rvergui.runtime.background import TRAINING, give_way
from rvergui.runtime.openvino_cache import OpenVinoCache, StoredNetwork, remove_folder
from rvergui.runtime.openvino_job import Graph, Job, Network, Told
from rvergui.runtime.openvino_library import load_openvino, silence_telemetry
from rvergui.runtime.openvino_model import OpenVinoGraph, first_line

log = logging.getLogger(__name__)

Tell = Callable[[str, float], None]

_CANCELLED = 3
# Until the graphs are there nobody knows how many; loading libraries and weights counts as this share.
_LOADING = 0.3


def main() -> int:
    """Convert what the standard input says; 0 if it is done, 1 if it failed."""
    answers = _private_output()
    give_way(TRAINING)
    silence_telemetry()
    warnings.simplefilter("ignore")  # of tracing and exporting; what matters is checked by comparing answers
    logging.basicConfig(level=logging.ERROR)

    def send(told: Told) -> None:
        answers.write(told.to_json() + "\n")
        answers.flush()

    try:
        # not sys.stdin: a program without a console has none, though there is a pipe
        orders = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - open as long as the process
        job = Job.from_json(orders.readline())
        work = Work(job, lambda stage, fraction: send(Told(stage, fraction)))
        threading.Thread(target=_watch_input, args=(orders, work), name="watch", daemon=True).start()
        stored = work.run()
    except RverError as error:
        send(Told(problem=str(error)))
    except MemoryError:
        send(Told(problem="There is not enough memory to convert this network for OpenVINO."))
    except OSError as error:
        send(Told(problem=f"The network could not be converted for OpenVINO ({error.strerror or error})."))
    except Exception as error:
        log.debug("conversion failed", exc_info=True)
        send(Told(problem=f"OpenVINO cannot convert this network ({type(error).__name__}: {first_line(error)})."))
    else:
        send(Told("ready", 1.0, folder=str(stored.folder)))
        return 0
    return 1


class Work:
    """One job: made under a lock, so that two programs do not make the same, in a folder of its own."""

    def __init__(self, job: Job, tell: Tell) -> None:
        self.job = job
        self.cache = OpenVinoCache(job.cache)
        self.tell = tell
        self._part: Path | None = None

    def run(self) -> StoredNetwork:
        """The converted network, from the cache if it is there by now.

        Raises:
            RverError: it cannot be converted or kept.
        """
        self.tell("waiting for another conversion", 0.0)
        with self._locked():
            there = self.cache.find(self.job.key)
            if there is not None:
                return there
            self._part = self.cache.begin(self.job.key)
            try:
                graphs, info = self._fill(self._part)
                stored = self.cache.finish(self.job.key, self._part, graphs, info)
            finally:
                self.clean()
        self.cache.tidy(keep=stored)
        return stored

    def clean(self) -> None:
        """Remove what was begun and is not finished."""
        part, self._part = self._part, None
        if part is not None and part.exists():
            remove_folder(part)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            with self.cache.lock(self.job.key).acquire(timeout=-1):
                yield
        except Timeout as error:
            raise RverError("Another program is converting this network; try again later.") from error

    def _fill(self, part: Path) -> tuple[tuple[str, ...], dict[str, Any]]:
        if self.job.base is not None:
            from rvergui.runtime.openvino_int8 import make_int8  # brings nncf

            return make_int8(self.job, part, self.tell)
        return convert(self.job, part, self.tell)


def convert(job: Job, part: Path, tell: Tell) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Write the graphs of ``job`` into ``part``; returns their names and what to remember.

    Raises:
        RverError: a graph answers differently from torch.
    """
    tell("loading PyTorch and the network", 0.0)
    network = job.make()
    assert isinstance(network, Network)
    tell("loading OpenVINO", 0.2)
    load_openvino()
    if job.threads is not None and "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(job.threads)
    done: list[str] = []
    for graph in network.graphs:
        # of an unknown number of graphs each takes half of what is left
        begin = 1 - (1 - _LOADING) * 0.5 ** len(done)
        tell(f"converting the {graph.name}", begin)
        convert_graph(graph, part)
        if graph.tolerance is not None:
            tell(f"checking the {graph.name}", begin + (1 - begin) * 0.3)
            check_graph(graph, part, job.threads)
        done.append(graph.name)
    return tuple(done), dict(network.info)


def convert_graph(graph: Graph, part: Path) -> None:
    """Write ``graph`` to NAME.xml and NAME.bin, float32, with its names."""
    openvino = load_openvino()
    if isinstance(graph.module, openvino.Model):
        model = graph.module
    else:
        import torch

        shapes = [_shape(graph, name, value) for name, value in zip(graph.inputs, graph.example, strict=True)]
        with torch.no_grad():
            model = openvino.convert_model(_exported(graph), example_input=graph.example, input=shapes)
    for port, name in zip(model.inputs, graph.inputs, strict=True):
        port.get_tensor().set_names({name})
    for port, name in zip(model.outputs, graph.outputs, strict=True):
        port.get_tensor().set_names({name})
    model.validate_nodes_and_infer_types()
    openvino.save_model(model, str(part / f"{graph.name}.xml"), compress_to_fp16=False)


def check_graph(graph: Graph, part: Path, threads: int | None) -> None:
    """Compare the answers of the two on the example.

    Raises:
        RverError: they differ by more than the tolerance.
    """
    import torch

    with torch.inference_mode():
        wanted = graph.module(*graph.example)
    wanted = wanted if isinstance(wanted, tuple | list) else (wanted,)
    compiled = OpenVinoGraph(part / f"{graph.name}.xml", threads)
    found = compiled({name: value.numpy() for name, value in zip(graph.inputs, graph.example, strict=True)})
    for name, tensor in zip(graph.outputs, wanted, strict=True):
        array = tensor.float().numpy()
        worst = float(np.abs(found[name] - array).max(initial=0.0))
        allowed = (graph.tolerance or 0.0) * max(float(array.std()), 1e-6)
        if not worst <= allowed:
            raise RverError(
                f"OpenVINO's {graph.name} answers differently from PyTorch's (by {worst:.2g} where {allowed:.2g} is "
                "allowed)."
            )


def _exported(graph: Graph) -> Any:
    """The module as OpenVINO's converter takes it.

    Exporting follows shapes without computing anything: seconds where tracing runs the whole network. It wants to
    know what dynamic axes have to do with each other, so graphs with such are traced.
    """
    import torch

    if not graph.dynamic:
        try:
            return torch.export.export(graph.module, graph.example)
        except Exception:
            log.debug("%s cannot be exported and is traced", graph.name, exc_info=True)
    trace: Any = torch.jit.trace
    return trace(graph.module, graph.example, check_trace=False)


def _shape(graph: Graph, name: str, value: Any) -> Any:
    openvino = load_openvino()
    axes = graph.dynamic.get(name, {})
    lengths = [openvino.Dimension(*axes[axis]) if axis in axes else size for axis, size in enumerate(value.shape)]
    return openvino.PartialShape(lengths)


def _private_output() -> IO[str]:
    """A stream to the parent that no library writes to: what they print goes to the standard error."""
    private = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return private


def _watch_input(orders: IO[str], work: Work) -> None:
    """End when the parent closes our input or is gone."""
    while orders.readline():
        continue
    work.clean()
    os._exit(_CANCELLED)


if __name__ == "__main__":
    sys.exit(main())
