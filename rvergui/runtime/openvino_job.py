"""What is to be converted, in words that cross into another process, and what the conversion says meanwhile."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

from numpy.typing import NDArray

from rvergui.runtime.openvino_cache import CacheKey

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Graph:
    """One network to convert.

    Attributes:
        name: of its files.
        module: a torch.nn.Module in evaluation mode that returns a tensor or a tuple of tensors; or an openvino.Model,
            which is kept as it is (without an example and a tolerance).
        example: its positional inputs, tensors of real shapes.
        inputs: their names, in order.
        outputs: the names of what it returns, in order.
        dynamic: input name -> axes whose length may differ -> (shortest, longest).
        tolerance: the converted network must answer ``example`` within this share of the standard deviation of
            torch's answer; None where running it in torch costs too much.
    """

    name: str
    module: Any
    example: tuple[Any, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    dynamic: Mapping[str, Mapping[int, tuple[int, int]]] = field(default_factory=dict)
    tolerance: float | None = 1e-3


@dataclass(frozen=True)
class Network:
    """What the factory of a conversion gives: graphs that belong together.

    Attributes:
        graphs: each becomes NAME.xml and NAME.bin; they may be made one after the other.
        info: JSON values to remember beside them.
    """

    graphs: Iterable[Graph]
    info: Mapping[str, Any] = field(default_factory=dict)


class Runner(Protocol):
    """A compiled graph: named arrays in, named arrays out."""

    def __call__(self, inputs: Arrays) -> dict[str, NDArray[Any]]:
        """The outputs by name."""
        ...


@dataclass(frozen=True)
class Calibration:
    """What the factory of an 8-bit version gives.

    Attributes:
        graph: which graph becomes 8-bit, or several; the others are taken over as they are.
        samples: (how many, how many to pass over first) -> inputs of that graph, one mapping an image. The first ones
            calibrate, others are compared. With several graphs a mapping GRAPH.INPUT holds the inputs of all.
        compare: (graphs at 32 bit, graphs at 8 bit, the inputs of one image) -> named figures, 1 for full agreement.
        transformer: whether the graph is one; it is then smoothed first.
        info: JSON values to remember.
    """

    graph: str | tuple[str, ...]
    samples: Callable[[int, int], Iterable[Arrays]]
    compare: Callable[[Mapping[str, Runner], Mapping[str, Runner], Arrays], Mapping[str, float]]
    transformer: bool = True
    info: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Job:
    """A conversion, or the making of an 8-bit version, in words.

    Attributes:
        factory: "package.module:function"; called in the child process with ``arguments``, returns a ``Network``. If
            there is a ``base`` it is also given ``info``, what is remembered of that, and returns a ``Calibration``.
        arguments: JSON values.
        key: under what the result is kept.
        cache: the folder with converted networks.
        base: the folder of the 32-bit version an 8-bit one is made from; None converts.
        images: on how many images an 8-bit version is calibrated.
        checks: on how many others it is compared.
        least_agreement: with less than this on average, in any figure, it is refused.
        threads: how many processor threads the work may use; None lets the libraries decide.
    """

    factory: str
    arguments: Mapping[str, Any]
    key: CacheKey
    cache: Path
    base: Path | None = None
    images: int = 16
    checks: int = 8
    least_agreement: float = 0.9
    threads: int | None = None

    def to_json(self) -> str:
        """One line."""
        base = None if self.base is None else str(self.base)
        return json.dumps({**asdict(self), "cache": str(self.cache), "base": base})

    @classmethod
    def from_json(cls, line: str) -> Job:
        """The job that ``to_json`` wrote."""
        values = json.loads(line)
        base = None if values["base"] is None else Path(values["base"])
        return cls(**{**values, "key": CacheKey(**values["key"]), "cache": Path(values["cache"]), "base": base})

    def make(self, **more: Any) -> Any:
        """Call the factory, with ``more`` arguments; only ever in the child process."""
        module, _, name = self.factory.partition(":")
        return getattr(importlib.import_module(module), name)(**self.arguments, **more)


@dataclass(frozen=True)
class Told:
    """A line from the child process.

    Attributes:
        stage: what it is doing, for people.
        fraction: how much of the whole is done, 0..1.
        folder: where the result is, once it is there.
        problem: one sentence if it failed.
    """

    stage: str = ""
    fraction: float = 0.0
    folder: str | None = None
    problem: str | None = None

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> Told | None:
        """What ``to_json`` wrote; None for anything else that stands in the stream."""
        try:
            values = json.loads(line)
            return cls(**values) if isinstance(values, dict) else None
        except (ValueError, TypeError):
            return None


def names(graphs: Sequence[Graph]) -> tuple[str, ...]:
    """Their names, in order."""
    return tuple(graph.name for graph in graphs)
