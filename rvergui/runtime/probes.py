"""Libraries tried in a child process, so that one that is broken is reported and does not end the program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TIMEOUT_SECONDS = 180.0

_MARK = "rvergui-probe:"

QT = """
from PySide6 import QtCore, QtGui, QtWidgets
app = QtWidgets.QApplication(["rvergui"])
found = {"pyside": QtCore.__version__, "qt": QtCore.qVersion(), "platform": app.platformName()}
"""

TORCH = """
import importlib
found = {"versions": {}, "broken": {}, "gpu": None, "why_not": None, "threads": None}
for name in ("torch", "torchvision", "timm", "segment_anything", "torchmetrics", "safetensors"):
    try:
        module = importlib.import_module(name)
        found["versions"][name] = str(getattr(module, "__version__", "")) or None
    except Exception as error:
        found["broken"][name] = f"{type(error).__name__}: {error}"
if "torch" in found["versions"]:
    import torch, warnings
    found["threads"] = torch.get_num_threads()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        usable = torch.cuda.is_available()
    mps = getattr(torch.backends, "mps", None)
    if usable:
        card = torch.cuda.get_device_properties(0)
        found["gpu"] = {"name": card.name, "bytes": card.total_memory, "count": torch.cuda.device_count()}
    elif mps is not None and mps.is_available():
        found["gpu"] = {"name": "Apple GPU (MPS)", "bytes": None, "count": 1}
    elif torch.version.cuda or getattr(torch.version, "hip", None):
        found["why_not"] = "driver"
        found["detail"] = str(caught[0].message) if caught else ""
        found["built_for"] = f"CUDA {torch.version.cuda}" if torch.version.cuda else f"ROCm {torch.version.hip}"
    else:
        found["why_not"] = "build"
"""

OPENCV = """
import cv2
found = {"opencv": cv2.__version__, "file": cv2.__file__}
"""


@dataclass(frozen=True)
class Probe:
    """What a child process found.

    Attributes:
        found: its findings; empty if it failed.
        error: why it failed, its last line of complaint; None if it did not.
    """

    found: Mapping[str, Any] = field(default_factory=dict)
    error: str | None = None


def probe(code: str, environ: Mapping[str, str] | None = None, timeout: float = TIMEOUT_SECONDS) -> Probe:
    """Run ``code`` in a fresh interpreter and return the dict it leaves in ``found``.

    ``environ`` is added to the environment. Whatever goes wrong, a crash of the child included, becomes ``error``.
    """
    script = (
        f"import json, sys\n{code}\nsys.stdout.write({_MARK!r} + json.dumps(found) + chr(10))\nsys.stdout.flush()\n"
    )
    script += "import os\nos._exit(0)\n"  # some libraries crash while they are torn down, which is not the question
    try:
        ended = subprocess.run(
            [sys.executable, "-c", script],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=timeout,
            env={**os.environ, "PYTHONIOENCODING": "utf-8", **(environ or {})},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Probe(error=f"no answer within {timeout:.0f} seconds")
    except OSError as error:
        return Probe(error=f"Python could not be started ({error.strerror or error})")
    for line in reversed(ended.stdout.splitlines()):
        if line.startswith(_MARK):
            return Probe(found=json.loads(line.removeprefix(_MARK)))
    return Probe(error=_complaint(ended.stderr, ended.returncode))


def probe_all(probes: Mapping[str, tuple[str, Mapping[str, str]]]) -> dict[str, Probe]:
    """Run several probes (name -> code, environment) side by side."""
    results: dict[str, Probe] = {}

    def run(name: str, code: str, environ: Mapping[str, str]) -> None:
        results[name] = probe(code, environ)

    threads = [threading.Thread(target=run, args=(name, *what), daemon=True) for name, what in probes.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def _complaint(stderr: str, code: int) -> str:
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    if code < 0:
        told = next((line for line in lines if not line.startswith("File ")), "no message")
        return f"the process was ended by signal {-code}: {told[:300]}"
    return lines[-1][:300] if lines else f"the process ended with code {code} and no message"
