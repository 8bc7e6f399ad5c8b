"""From torch to OpenVINO while the program runs: nobody waits for a conversion, and nobody pays for it twice."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rvergui.core import RverError
from rvergui.core.atomic import write_text
from rvergui.runtime.devices import Device, Kind
from rvergui.runtime.openvino_cache import CacheKey, OpenVinoCache, StoredNetwork, file_digest
from rvergui.runtime.openvino_conversion import Conversion
from rvergui.runtime.openvino_job import Job
from rvergui.runtime.openvino_library import INSTALL_INT8, installed_version
from rvergui.runtime.openvino_model import OpenVinoModel

_DIGESTS = "digests.json"
_DIGESTS_KEPT = 64


@dataclass(frozen=True)
class Step:
    """A version of a network, made from scratch or from the step before.

    Attributes:
        factory: as ``Job.factory``.
        arguments: as ``Job.arguments``.
        key: under what it is kept.
        int8: whether it is the 8-bit version of the step before.
        images: on how many images that is calibrated.
        checks: as ``Job.checks``.
        least_agreement: as ``Job.least_agreement``.
    """

    factory: str
    arguments: dict[str, Any]
    key: CacheKey
    int8: bool = False
    images: int = 16
    checks: int = 8
    least_agreement: float = 0.9


@dataclass
class Switch:
    """Takes a network from torch to OpenVINO: what is in the cache at once, the rest after ``begin`` when it is ready.

    Made and asked on the thread that runs the network; only ``on_change`` is called from another.

    Attributes:
        device: what was chosen; only for ``Kind.OPENVINO`` anything happens.
        steps: the versions, in order; each one that is there replaces the one before.
        threads: processor threads; None takes all.
        cache: where converted networks are kept.
        on_change: called from another thread when there is news; ``refresh`` then takes it in.
        model: the compiled network, None while torch has to answer.
        reached: which step it is.
    """

    device: Device
    steps: Sequence[Step]
    threads: int | None = None
    cache: OpenVinoCache = field(default_factory=OpenVinoCache)
    on_change: Callable[[], None] | None = None
    model: OpenVinoModel | None = None
    reached: Step | None = None
    _pending: list[Step] = field(default_factory=list)
    _stored: StoredNetwork | None = None
    _conversion: Conversion | None = None
    _problem: str | None = None
    _may_convert: bool = False
    _told: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        if self.device.kind is Kind.OPENVINO:
            self._pending = list(self.steps)
            self._go_on()
        self._told = (self.place, self.why)

    @property
    def place(self) -> str:
        """Where the network runs now, e.g. "on CPU with OpenVINO (8 bit)"."""
        if self.device.kind is not Kind.OPENVINO:
            return self.device.place
        if self.model is None:
            return Device(Kind.TORCH, "").place
        return f"{self.device.place}, 8 bit" if self.is_int8 else self.device.place

    @property
    def why(self) -> str:
        """Why it runs there, and what is under way, in one or two sentences."""
        told = [self.device.why]
        if self.model is not None:
            told += [str(self.model.info["agreement"])] if "agreement" in self.model.info else []
        if self._problem is not None:
            told.append(self._problem)
        if self._conversion is not None:
            int8 = self._pending[0].int8
            what = "An 8-bit version is being made" if int8 else "PyTorch answers until it is converted for OpenVINO"
            told.append(f"{what} ({self._conversion.stage}, {self._conversion.fraction:.0%}).")
        return " ".join(told)

    @property
    def progress_text(self) -> str:
        """What is under way in a few words; empty if nothing is."""
        if self._conversion is None:
            return ""
        what = "making an 8-bit version" if self._pending[0].int8 else "converting for OpenVINO"
        return f"{what}, {self._conversion.fraction:.0%}"

    @property
    def is_int8(self) -> bool:
        """Whether the 8-bit version answers."""
        return self.model is not None and self.reached is not None and self.reached.int8

    @property
    def busy(self) -> bool:
        """Whether a conversion is under way."""
        return self._conversion is not None

    def begin(self) -> None:
        """Convert what is not in the cache, in a process of its own."""
        self._may_convert = True
        self._go_on()
        self._told = (self.place, self.why)

    def refresh(self) -> bool:
        """Take in what a conversion has reached; whether ``place`` or ``why`` changed since the last call."""
        if self._conversion is not None and self._conversion.ended:
            conversion, self._conversion = self._conversion, None
            stored = conversion.stored()
            if stored is None:
                self._give_up(conversion.problem or "The converted network could not be read back.")
            else:
                self._take(self._pending[0], stored)
            self._go_on()
        now = (self.place, self.why)
        changed, self._told = now != self._told, now
        return changed

    def wait(self, progress: Callable[[str, float], None] | None = None) -> None:
        """Wait until every step is there or has failed; ``progress`` hears stage and fraction of each."""
        while self._conversion is not None:
            self._conversion.wait(progress=progress)
            self.refresh()

    def reject(self, problem: str) -> None:
        """The compiled network turned out to be no use: back to torch, with the reason."""
        self.model = self.reached = None
        self._give_up(problem)

    def close(self) -> None:
        """End a conversion that is under way."""
        self._pending.clear()
        if self._conversion is not None:
            self._conversion.cancel()
            self._conversion = None

    def _go_on(self) -> None:
        """Take steps that are in the cache, up to the first that has to be made; begin that one."""
        while self._pending and self._conversion is None:
            step = self._pending[0]
            stored = self.cache.find(step.key)
            if stored is not None:
                self._take(step, stored)
            elif step.int8 and installed_version("nncf") is None:
                self._give_up(f"8 bit needs NNCF, which is not installed ({INSTALL_INT8}).")
            elif not self._may_convert:
                return
            else:
                self._convert(step)

    def _convert(self, step: Step) -> None:
        base = self._stored.folder if step.int8 and self._stored is not None else None
        job = Job(
            step.factory,
            step.arguments,
            step.key,
            self.cache.folder,
            base,
            images=step.images,
            checks=step.checks,
            least_agreement=step.least_agreement,
            threads=self.threads,
        )
        try:
            self._conversion = Conversion(job, self._changed)
        except RverError as error:
            self._give_up(str(error))

    def _take(self, step: Step, stored: StoredNetwork) -> None:
        self._pending = self._pending[1:]
        if "refused" in stored.info:
            self._problem = str(stored.info["refused"])
            return
        try:
            model = OpenVinoModel(stored, self.threads).compile()
        except RverError as error:
            self._give_up(str(error))
            return
        self.model, self.reached, self._stored = model, step, stored

    def _give_up(self, problem: str) -> None:
        """Stay with what there is, and say why."""
        self._pending.clear()
        answering = "PyTorch answers instead" if self.model is None else "the 32-bit version answers"
        self._problem = f"{problem.rstrip('.')}; {answering}."

    def _changed(self) -> None:
        if self.on_change is not None:
            self.on_change()


def weights_digest(path: Path, cache: Path) -> str:
    """The SHA-256 of a weights file, remembered in ``cache`` as long as the file does not change.

    Raises:
        OSError: it cannot be read.
    """
    status = path.stat()
    state = [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]
    notes = _notes(cache)
    name = str(path.absolute())
    noted = notes.get(name)
    if isinstance(noted, list) and noted[:-1] == state:
        return str(noted[-1])
    digest = file_digest(path)
    notes.pop(name, None)
    notes[name] = [*state, digest]
    with contextlib.suppress(RverError):  # then it is worked out again next time
        write_text(cache / _DIGESTS, json.dumps(dict(list(notes.items())[-_DIGESTS_KEPT:])))
    return digest


def _notes(cache: Path) -> dict[str, Any]:
    try:
        notes = json.loads((cache / _DIGESTS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return notes if isinstance(notes, dict) else {}
