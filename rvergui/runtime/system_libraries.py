"""The Linux libraries that Qt's wheels need from the system, checked before Qt is imported.

PySide6's wheels bundle Qt itself but not what Qt links against. Where one is missing the import fails with
a linker's message, or, for those of the screen, Qt ends the whole process. Here the person gets the
command that installs what is missing instead. The list is what the wheels' libraries name as NEEDED beyond themselves.
"""

from __future__ import annotations

import ctypes
import os
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

OS_RELEASE = (Path("/etc/os-release"), Path("/usr/lib/os-release"))

ANY = "any"  # needed whatever shows the window
XCB = "xcb"
WAYLAND = "wayland"


@dataclass(frozen=True)
class MissingLibrary:
    """A system library that Qt needs and that cannot be loaded.

    Attributes:
        soname: as the linker asks for it, e.g. "libEGL.so.1".
        package: the package of this distribution that holds it; None if the distribution is not known.
    """

    soname: str
    package: str | None


@dataclass(frozen=True)
class _Library:
    soname: str
    needed_by: str
    debian: str
    fedora: str
    arch: str


_LIBRARIES = (
    _Library("libEGL.so.1", ANY, "libegl1", "libglvnd-egl", "libglvnd"),
    _Library("libGL.so.1", ANY, "libgl1", "libglvnd-glx", "libglvnd"),
    _Library("libX11.so.6", ANY, "libx11-6", "libX11", "libx11"),
    _Library("libxkbcommon.so.0", ANY, "libxkbcommon0", "libxkbcommon", "libxkbcommon"),
    _Library("libfontconfig.so.1", ANY, "libfontconfig1", "fontconfig", "fontconfig"),
    _Library("libfreetype.so.6", ANY, "libfreetype6", "freetype", "freetype2"),
    _Library("libdbus-1.so.3", ANY, "libdbus-1-3", "dbus-libs", "dbus"),
    _Library("libglib-2.0.so.0", ANY, "libglib2.0-0", "glib2", "glib2"),
    _Library("libgthread-2.0.so.0", ANY, "libglib2.0-0", "glib2", "glib2"),
    _Library("libz.so.1", ANY, "zlib1g", "zlib", "zlib"),
    _Library("libzstd.so.1", ANY, "libzstd1", "libzstd", "zstd"),
    _Library("libX11-xcb.so.1", XCB, "libx11-xcb1", "libX11-xcb", "libx11"),
    _Library("libxcb.so.1", XCB, "libxcb1", "libxcb", "libxcb"),
    _Library("libxcb-cursor.so.0", XCB, "libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor"),
    _Library("libxcb-icccm.so.4", XCB, "libxcb-icccm4", "xcb-util-wm", "xcb-util-wm"),
    _Library("libxcb-image.so.0", XCB, "libxcb-image0", "xcb-util-image", "xcb-util-image"),
    _Library("libxcb-keysyms.so.1", XCB, "libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms"),
    _Library("libxcb-randr.so.0", XCB, "libxcb-randr0", "libxcb", "libxcb"),
    _Library("libxcb-render.so.0", XCB, "libxcb-render0", "libxcb", "libxcb"),
    _Library("libxcb-render-util.so.0", XCB, "libxcb-render-util0", "xcb-util-renderutil", "xcb-util-renderutil"),
    _Library("libxcb-shape.so.0", XCB, "libxcb-shape0", "libxcb", "libxcb"),
    _Library("libxcb-shm.so.0", XCB, "libxcb-shm0", "libxcb", "libxcb"),
    _Library("libxcb-sync.so.1", XCB, "libxcb-sync1", "libxcb", "libxcb"),
    _Library("libxcb-util.so.1", XCB, "libxcb-util1", "xcb-util", "xcb-util"),
    _Library("libxcb-xfixes.so.0", XCB, "libxcb-xfixes0", "libxcb", "libxcb"),
    _Library("libxcb-xkb.so.1", XCB, "libxcb-xkb1", "libxcb", "libxcb"),
    _Library("libxkbcommon-x11.so.0", XCB, "libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11"),
    _Library("libwayland-client.so.0", WAYLAND, "libwayland-client0", "libwayland-client", "wayland"),
    _Library("libwayland-cursor.so.0", WAYLAND, "libwayland-cursor0", "libwayland-cursor", "wayland"),
    _Library("libwayland-egl.so.1", WAYLAND, "libwayland-egl1", "libwayland-egl", "wayland"),
)


@dataclass(frozen=True)
class _Family:
    """Distributions that share a package manager; ``ids`` are the names in os-release's ID and ID_LIKE."""

    ids: frozenset[str]
    install: str
    package: Callable[[_Library], str]


def _rpm_capability(library: _Library) -> str:
    # zypper installs by what a package provides, which is the same on every openSUSE while package names differ
    return f"{library.soname}()(64bit)" if sys.maxsize > 2**32 else library.soname


_FAMILIES = (
    _Family(frozenset({"debian", "ubuntu", "linuxmint", "raspbian"}), "apt-get install -y", lambda x: x.debian),
    _Family(frozenset({"fedora", "rhel", "centos", "rocky", "almalinux"}), "dnf install -y", lambda x: x.fedora),
    _Family(frozenset({"arch", "manjaro", "endeavouros"}), "pacman -S --needed", lambda x: x.arch),
    _Family(frozenset({"suse", "opensuse", "sles"}), "zypper install -y", _rpm_capability),
)


def missing_libraries(
    platform: str,
    load: Callable[[str], object] = ctypes.CDLL,
    os_release: Sequence[Path] = OS_RELEASE,
    system: str = sys.platform,
) -> list[MissingLibrary]:
    """The libraries that Qt needs for its platform plug-in ``platform`` and that cannot be loaded.

    Args:
        platform: "xcb", "wayland", "offscreen", ... as ``qt_platform`` tells.
        load: loads a library by its soname; raises OSError if it cannot.
        os_release: where the distribution's description may be; the first that exists counts.
        system: ``sys.platform``; outside Linux nothing is ever missing, the wheels bring all.
    """
    if system != "linux":
        return []
    family = _family(os_release)
    missing = []
    for library in _LIBRARIES:
        if library.needed_by in (ANY, platform):
            try:
                load(library.soname)
            except OSError:
                package = family.package(library) if family else None
                missing.append(MissingLibrary(library.soname, package))
    return missing


def explain(
    missing: Sequence[MissingLibrary],
    os_release: Sequence[Path] = OS_RELEASE,
    is_root: bool | None = None,
) -> str:
    """One sentence: which libraries Qt misses and the command that installs them; empty if none is missing."""
    if not missing:
        return ""
    names = ", ".join(library.soname for library in missing)
    subject = f"Qt, which draws the window, needs system libraries that are not installed ({names})"
    command = install_command(missing, os_release, is_root)
    if command is None:
        return f"{subject}; install the packages of your distribution that hold them, then start RveRGUI again."
    return f"{subject}; install them with: {command}"


def install_command(
    missing: Sequence[MissingLibrary],
    os_release: Sequence[Path] = OS_RELEASE,
    is_root: bool | None = None,
) -> str | None:
    """The one line that installs what is missing, with sudo unless run by root; None on an unknown distribution."""
    family = _family(os_release)
    packages = list(dict.fromkeys(library.package for library in missing if library.package is not None))
    if family is None or not packages:
        return None
    if is_root is None:
        is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return f"{'' if is_root else 'sudo '}{family.install} {' '.join(shlex.quote(package) for package in packages)}"


def qt_platform(environ: Mapping[str, str], system: str = sys.platform) -> str | None:
    """The platform plug-in that Qt will choose, as far as the environment tells; None: no screen is in reach.

    Outside Linux the screen is the system's own and the answer is "native".
    """
    wished = environ.get("QT_QPA_PLATFORM", "").split(";")[0].split(":")[0].strip()
    if wished:
        return WAYLAND if wished.startswith(WAYLAND) else wished
    if system != "linux":
        return "native"
    if environ.get("WAYLAND_DISPLAY"):
        return WAYLAND
    return XCB if environ.get("DISPLAY") else None


NO_SCREEN = (
    "There is no screen to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set); start RveRGUI in a desktop "
    "session or over “ssh -X”, or let “rvergui --screenshot window.png” draw the window into a picture, which needs no "
    "screen."
)


def window_obstacle(
    environ: Mapping[str, str],
    load: Callable[[str], object] = ctypes.CDLL,
    os_release: Sequence[Path] = OS_RELEASE,
    system: str = sys.platform,
    is_root: bool | None = None,
) -> str | None:
    """Why no window can be opened here and what to do, as one sentence; None if nothing stands in the way."""
    platform = qt_platform(environ, system)
    if platform is None:
        return NO_SCREEN
    missing = missing_libraries(platform, load, os_release, system)
    if missing and platform == WAYLAND and environ.get("DISPLAY") and not environ.get("QT_QPA_PLATFORM"):
        # where Wayland's plug-in does not load, Qt goes on to X11
        missing = missing_libraries(XCB, load, os_release, system)
    return explain(missing, os_release, is_root) or None


def _family(os_release: Sequence[Path]) -> _Family | None:
    described = _read_os_release(os_release)
    ids = [described.get("ID", ""), *described.get("ID_LIKE", "").split()]
    for name in ids:
        for family in _FAMILIES:
            if name in family.ids or name.split("-")[0] in family.ids:  # opensuse-leap, opensuse-tumbleweed
                return family
    return None


def _read_os_release(candidates: Sequence[Path]) -> dict[str, str]:
    for path in candidates:
        try:
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            continue
        pairs = (line.partition("=") for line in lines if "=" in line and not line.lstrip().startswith("#"))
        return {key.strip(): value.strip().strip("\"'") for key, _, value in pairs}
    return {}
