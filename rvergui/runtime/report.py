"""What ``rvergui doctor`` tells: everything the program stands on, whether it is in order, and what to do if not."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import platformdirs

from rvergui import __version__
from rvergui.core.errors import RverError
from rvergui.runtime.catalogue_state import Holding, State, holding
from rvergui.runtime.machine import free_disk, memory, readable_size
from rvergui.runtime.probes import OPENCV, QT, TORCH, Probe, probe_all
from rvergui.runtime.settings import Settings, unknown_variables
from rvergui.runtime.system_libraries import NO_SCREEN, explain, missing_libraries, qt_platform, window_obstacle
from rvergui.runtime.weights import weight_files

LITTLE_DISK = 2_000_000_000
LITTLE_MEMORY = 4_000_000_000


class Level(StrEnum):
    """How a finding is to be taken."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Finding:
    """One line of the report.

    Attributes:
        topic: what it is about, one or two words.
        level: whether it is in order.
        text: what was found.
        advice: what to do; empty if nothing.
    """

    topic: str
    level: Level
    text: str
    advice: str = ""

    def as_dict(self) -> dict[str, str]:
        """For JSON."""
        return {key: str(value) for key, value in asdict(self).items()}


@dataclass(frozen=True)
class Evidence:
    """What the checks look at; collected once, replaceable in tests."""

    environ: Mapping[str, str]
    probes: Mapping[str, Probe]
    distributions: Mapping[str, str] = field(default_factory=dict)
    working_folder: Path = field(default_factory=Path.cwd)


Check = Callable[[Evidence], Iterator[Finding]]


def collect() -> Evidence:
    """Look at the machine: starts child processes and takes a few seconds."""
    # Qt is tried without a screen: whether one can be opened is another question, asked of the system libraries
    probes = probe_all({"qt": (QT, {"QT_QPA_PLATFORM": "offscreen"}), "torch": (TORCH, {}), "opencv": (OPENCV, {})})
    return Evidence(environ=dict(os.environ), probes=probes, distributions=_distributions())


def findings(evidence: Evidence) -> list[Finding]:
    """All lines of the report in order."""
    return [finding for check in CHECKS for finding in check(evidence)]


def has_problem(report: list[Finding]) -> bool:
    """Whether something keeps the program from working."""
    return any(finding.level is Level.PROBLEM for finding in report)


def _program(_: Evidence) -> Iterator[Finding]:
    yield Finding("RveRGUI", Level.OK, __version__)
    system = f"{platform.platform(terse=True)}, {os.cpu_count()} cores"
    yield Finding("Python", Level.OK, f"{platform.python_version()} at {sys.executable} on {system}")


def _qt(evidence: Evidence) -> Iterator[Finding]:
    probe = evidence.probes["qt"]
    if probe.error is None:
        yield Finding("Qt", Level.OK, f"PySide6 {probe.found['pyside']} with Qt {probe.found['qt']}")
        return
    missing = missing_libraries("offscreen")
    advice = explain(missing) or "Install it again: pip install --force-reinstall PySide6-Essentials"
    yield Finding("Qt", Level.PROBLEM, f"PySide6 does not load: {probe.error}", advice)


def _screen(evidence: Evidence) -> Iterator[Finding]:
    chosen = qt_platform(evidence.environ)
    if chosen is None:
        yield Finding("Screen", Level.WARNING, "No screen in reach", NO_SCREEN)
        return
    obstacle = window_obstacle(evidence.environ)
    if obstacle is None:
        yield Finding("Screen", Level.OK, f"Windows open through {chosen}")
    else:
        yield Finding("Screen", Level.PROBLEM, f"Windows cannot open through {chosen}", obstacle)


def _torch(evidence: Evidence) -> Iterator[Finding]:
    probe = evidence.probes["torch"]
    if probe.error is not None:
        yield Finding("torch", Level.PROBLEM, f"torch could not be tried: {probe.error}", _TORCH_ADVICE["torch"])
        return
    versions, broken = probe.found["versions"], probe.found["broken"]
    told: dict[str, str] = {}  # what broke -> the first library that it broke
    for name in ("torch", "torchvision", "timm", "segment_anything", "torchmetrics", "safetensors"):
        if name in broken:
            cause = told.setdefault(broken[name], name)
            package = name.replace("_", "-")
            advice = _TORCH_ADVICE.get(name, f"Install it again: pip install --force-reinstall {package}")
            if cause != name:
                advice = f"Repair {cause} first, this comes from it."
            yield Finding(name, Level.PROBLEM, f"Does not import: {broken[name]}", advice)
        else:
            version = versions.get(name) or evidence.distributions.get(name.replace("_", "-")) or "installed"
            yield Finding(name, Level.OK, version)
    if "torch" in versions:
        yield _gpu(probe.found)


_TORCH_ADVICE = {
    "torch": "Install it again: pip install --force-reinstall torch torchvision",
    "torchvision": "It must fit torch: pip install --force-reinstall torch torchvision, both from the same index",
}


def _gpu(found: Mapping[str, Any]) -> Finding:
    gpu = found.get("gpu")
    if gpu is not None:
        size = f", {readable_size(gpu['bytes'])}" if gpu.get("bytes") else ""
        more = f" and {gpu['count'] - 1} more" if gpu.get("count", 1) > 1 else ""
        return Finding("GPU", Level.OK, f"Found: {gpu['name']}{size}{more}")
    threads = f"; networks run on the CPU with {found['threads']} threads" if found.get("threads") else ""
    if found.get("why_not") == "driver":
        detail = f" ({found['detail'].splitlines()[0][:200]})" if found.get("detail") else ""
        build = f"torch is built for {found['built_for']}"
        text = f"Not used: {build} but finds no usable card or driver{detail}{threads}"
        return Finding("GPU", Level.OK, text, "If the machine has a GPU, install or update its driver.")
    text = f"Not used: this build of torch is for the CPU only{threads}"
    return Finding("GPU", Level.OK, text, "If the machine has a GPU, install the build of torch for it.")


def _openvino(evidence: Evidence) -> Iterator[Finding]:
    version = evidence.distributions.get("openvino")
    if version is None:
        yield Finding("OpenVINO", Level.OK, "Not installed; networks run in torch")
    else:
        yield Finding("OpenVINO", Level.OK, version)


def _opencv(evidence: Evidence) -> Iterator[Finding]:
    probe = evidence.probes["opencv"]
    if probe.error is not None:
        advice = "Install it again: pip install --force-reinstall opencv-python-headless"
        yield Finding("OpenCV", Level.PROBLEM, f"Does not import: {probe.error}", advice)
        return
    with_window = [name for name in ("opencv-python", "opencv-contrib-python") if name in evidence.distributions]
    if with_window:
        yield Finding(
            "OpenCV",
            Level.WARNING,
            f"{probe.found['opencv']}; {with_window[0]} is installed, whose own Qt gets in the way of the window's",
            f"pip uninstall -y {' '.join(with_window)} && pip install --force-reinstall opencv-python-headless",
        )
    else:
        yield Finding("OpenCV", Level.OK, str(probe.found["opencv"]))


def _settings(_: Evidence) -> Iterator[Finding]:
    for name in unknown_variables():
        yield Finding(
            "Settings", Level.WARNING, f"{name} is set but means nothing to the program", "Check its spelling."
        )
    try:
        settings = Settings()
    except RverError as error:
        yield Finding("Settings", Level.PROBLEM, str(error))
        return
    threads = "chosen by the libraries" if settings.threads is None else str(settings.threads)
    limit = f"photos up to {settings.pixel_limit / 1e6:.0f} megapixels"
    yield Finding("Settings", Level.OK, f"user {settings.user}, threads {threads}, {limit}")


def _weights(_: Evidence) -> Iterator[Finding]:
    try:
        settings = Settings()
    except RverError:
        return  # told by the check of the settings
    for folder in settings.weights:
        if not folder.is_dir():
            advice = "Correct RVERGUI_WEIGHTS or make the folder."
            yield Finding("Weights", Level.WARNING, f"The folder {folder} of RVERGUI_WEIGHTS does not exist", advice)
    files = weight_files(settings.weight_folders())
    for file in files:
        text = f"{file.path} ({readable_size(file.size)})"
        if file.is_cut_short:
            how = f": rvergui weights get {file.entry.name}" if file.entry is not None else "."
            yield Finding("Weights", Level.WARNING, f"{text} is not of the published size", f"Download it again{how}")
        elif file.entry is not None:
            yield _official(holding(file.entry, [file.path.parent]), text)
        else:
            yield Finding("Weights", Level.OK, text)
    if not any(file.entry is not None for file in files):
        advice = "GrabCut works without. See “rvergui weights list”, or Model > Weights in the window."
        yield Finding("Weights", Level.OK, "No official SAM weights are installed", advice)


def _official(found: Holding, text: str) -> Finding:
    if found.state is State.WRONG:
        advice = f"Download it again: rvergui weights get {found.entry.name}"
        return Finding("Weights", Level.WARNING, f"{text} is damaged: {found.trouble}", advice)
    if found.checked:
        return Finding("Weights", Level.OK, f"{text}, checksum right")
    return Finding("Weights", Level.OK, f"{text}, not checked yet", f"rvergui weights verify {found.entry.name}")


def _disk(evidence: Evidence) -> Iterator[Finding]:
    cache = Path(platformdirs.user_cache_dir("rvergui", appauthor=False))
    for what, folder in (("this folder", evidence.working_folder), ("the cache", cache)):
        free = free_disk(folder)
        if free is None:
            continue
        text = f"{readable_size(free)} free for {what} ({folder})"
        if free < LITTLE_DISK:
            yield Finding("Disk", Level.WARNING, text, "Free some space: saving and exports need it.")
        else:
            yield Finding("Disk", Level.OK, text)


def _memory(_: Evidence) -> Iterator[Finding]:
    total, available = memory()
    if total is None:
        return
    text = readable_size(total) + (f", {readable_size(available)} of it available" if available is not None else "")
    if (available if available is not None else total) < LITTLE_MEMORY:
        advice = "SAM ViT-B needs about 3.2 GB; close other programs or use GrabCut."
        yield Finding("Memory", Level.WARNING, text, advice)
    else:
        yield Finding("Memory", Level.OK, text)


CHECKS: tuple[Check, ...] = (
    _program,
    _qt,
    _screen,
    _torch,
    _openvino,
    _opencv,
    _settings,
    _weights,
    _disk,
    _memory,
)


def _distributions() -> dict[str, str]:
    """Installed distributions, name in lower case with dashes -> version."""
    found = {}
    for distribution in importlib.metadata.distributions():
        name = distribution.metadata["Name"]
        if name:
            found[name.lower().replace("_", "-")] = distribution.version
    return found
