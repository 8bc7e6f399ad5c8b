"""On Windows, torch's libraries are loaded before Qt's.

Since torch 2.9 its ``c10.dll`` fails to initialise (WinError 1114) once Qt is in the process (pytorch issue 166628);
here torch is imported late: long after the window stands. Loaded before Qt, it initialises. Torch itself is not
imported for that, which would cost seconds.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from pathlib import Path

_LOADED_EARLY = ("c10.dll",)  # what the other libraries of torch stand on


def preload_torch_libraries(
    platform: str = sys.platform,
    find_spec: Callable[[str], ModuleSpec | None] = importlib.util.find_spec,
    add_folder: Callable[[str], object] | None = None,
    load: Callable[[str], object] | None = None,
) -> list[str]:
    """Load torch's base library on Windows; call it before anything imports PySide6.

    Never fails: without torch, or where the library does not load, the program starts and ``rvergui doctor`` tells.

    Returns:
        The names of the libraries loaded; empty on other systems.
    """
    if platform != "win32":
        return []
    try:
        spec = find_spec("torch")
    except (ImportError, ValueError):
        return []
    if spec is None or not spec.submodule_search_locations:
        return []
    folder = Path(next(iter(spec.submodule_search_locations))) / "lib"
    if not folder.is_dir():
        return []
    loaded = []
    try:
        (add_folder or _add_dll_directory)(str(folder))
        for name in _LOADED_EARLY:
            if (folder / name).is_file():
                (load or ctypes.CDLL)(str(folder / name))
                loaded.append(name)
    except OSError:
        return loaded
    return loaded


def _add_dll_directory(folder: str) -> None:
    if sys.platform == "win32":
        os.add_dll_directory(folder)
