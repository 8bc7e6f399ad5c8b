"""OpenVINO's Python package, imported in one place and without its telemetry.

Importing ``openvino`` already reports the import, and converting a network reports that, through the package
``openvino_telemetry``. All of OpenVINO (and NNCF) does without that package where it is not installed, so here it is
made to look as if it were not: nothing is sent, no identifier is written to the home folder.
"""

from __future__ import annotations

import importlib
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Any, cast

from rvergui.core import RverError

TELEMETRY = "openvino_telemetry"
INSTALL = 'pip install "rvergui[fast]"'
INSTALL_INT8 = 'pip install "rvergui[int8]"'


def silence_telemetry() -> None:
    """From here on ``import openvino_telemetry`` fails in this process, as if it were not installed."""
    cast(dict[str, Any], sys.modules)[TELEMETRY] = None


def installed_version(package: str = "openvino") -> str | None:
    """The installed version of ``package``, read without importing it; None if it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def load_openvino() -> Any:
    """The module ``openvino``, telemetry silenced first.

    Raises:
        RverError: it is not installed or does not load here.
    """
    return _load("openvino", INSTALL)


def load_nncf() -> Any:
    """The module ``nncf``, telemetry silenced first. It brings torch and takes seconds.

    Raises:
        RverError: it is not installed or does not load here.
    """
    return _load("nncf", INSTALL_INT8)


def _load(package: str, install: str) -> Any:
    silence_telemetry()
    try:
        return importlib.import_module(package)
    except ImportError as error:
        if installed_version(package) is None:
            raise RverError(f"{package} is not installed; to have it: {install}.") from error
        raise RverError(
            f"{package} is installed but does not load ({error}); install it again: {install} --force-reinstall."
        ) from error
