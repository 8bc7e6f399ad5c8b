"""Memory and disk of this machine."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from pathlib import Path


def memory(meminfo: Path = Path("/proc/meminfo")) -> tuple[int | None, int | None]:
    """(total, available) main memory in bytes; None where the system does not tell."""
    if sys.platform == "win32":
        return _windows_memory()
    total = available = None
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        total = None
    try:
        for line in meminfo.read_text(encoding="ascii", errors="replace").splitlines():
            name, _, rest = line.partition(":")
            if name == "MemAvailable":
                available = int(rest.split()[0]) * 1024
    except (OSError, ValueError, IndexError):
        available = None
    return total, available


class _MemoryStatus(ctypes.Structure):
    _fields_ = (
        ("length", ctypes.c_ulong),
        ("load", ctypes.c_ulong),
        ("total", ctypes.c_ulonglong),
        ("available", ctypes.c_ulonglong),
        ("rest", ctypes.c_ulonglong * 5),
    )


def _windows_memory() -> tuple[int | None, int | None]:
    status = _MemoryStatus()
    status.length = ctypes.sizeof(_MemoryStatus)
    kernel = ctypes.CDLL("kernel32")
    if not kernel.GlobalMemoryStatusEx(ctypes.byref(status)):
        return None, None
    return int(status.total), int(status.available)


def peak_memory(status: Path = Path("/proc/self/status")) -> int:
    """The most main memory that this process has taken so far, in bytes; 0 where the system does not tell."""
    if sys.platform == "win32":
        return _windows_peak()
    try:
        # not getrusage: on Linux that begins with what the parent had taken when it started this process
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


class _ProcessMemory(ctypes.Structure):
    _fields_ = (
        ("size", ctypes.c_ulong),
        ("page_faults", ctypes.c_ulong),
        ("peak_working_set", ctypes.c_size_t),
        ("rest", ctypes.c_size_t * 8),
    )


def _windows_peak() -> int:
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    found = _ProcessMemory()
    found.size = ctypes.sizeof(_ProcessMemory)
    ask = kernel.K32GetProcessMemoryInfo
    ask.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ulong)
    if not ask(kernel.GetCurrentProcess(), ctypes.byref(found), found.size):
        return 0
    return int(found.peak_working_set)


def free_disk(folder: Path) -> int | None:
    """Free bytes on the disk of ``folder`` or of its nearest parent that exists."""
    for candidate in (folder, *folder.parents):
        try:
            return shutil.disk_usage(candidate).free
        except OSError:
            continue
    return None


def readable_size(count: int) -> str:
    """``count`` bytes for people, e.g. "358 MB"."""
    size = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if size >= 10 or unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
