from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rvergui.runtime.system_libraries import (
    _LIBRARIES,
    ANY,
    NO_SCREEN,
    WAYLAND,
    XCB,
    MissingLibrary,
    explain,
    install_command,
    missing_libraries,
    qt_platform,
    window_obstacle,
)

RELEASES = {
    "debian": 'PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\n',
    "mint": 'ID=linuxmint\nID_LIKE="ubuntu debian"\n',
    "pop": "ID=pop\nID_LIKE='ubuntu debian'\n",
    "fedora": "ID=fedora\n",
    "rocky": 'ID="rocky"\nID_LIKE="rhel centos fedora"\n',
    "arch": "# a comment\nID=arch\n",
    "leap": 'ID="opensuse-leap"\nID_LIKE="suse opensuse"\n',
    "alpine": "ID=alpine\n",
}


def loader(*absent: str) -> Callable[[str], object]:
    def load(soname: str) -> object:
        if soname in absent:
            raise OSError(f"{soname}: cannot open shared object file: No such file or directory")
        return object()

    return load


@pytest.fixture
def release(tmp_path: Path) -> Callable[[str], tuple[Path, ...]]:
    def write(name: str) -> tuple[Path, ...]:
        path = tmp_path / name
        path.write_text(RELEASES[name], encoding="utf-8")
        return (tmp_path / "absent", path)

    return write


def test_nothing_is_missing_where_everything_loads(release):
    assert missing_libraries("xcb", loader(), release("debian"), system="linux") == []
    assert explain([], release("debian")) == ""


def test_outside_linux_nothing_is_looked_for():
    def load(soname: str) -> object:
        raise AssertionError(soname)

    assert missing_libraries("native", load, (), system="darwin") == []
    assert missing_libraries("native", load, (), system="win32") == []


def test_what_x11_needs_is_only_asked_for_x11(release):
    load = loader("libxcb-cursor.so.0", "libEGL.so.1", "libwayland-client.so.0")
    os_release = release("debian")
    egl = MissingLibrary("libEGL.so.1", "libegl1")
    cursor = MissingLibrary("libxcb-cursor.so.0", "libxcb-cursor0")
    client = MissingLibrary("libwayland-client.so.0", "libwayland-client0")
    assert missing_libraries("offscreen", load, os_release, system="linux") == [egl]
    assert missing_libraries("xcb", load, os_release, system="linux") == [egl, cursor]
    assert missing_libraries("wayland", load, os_release, system="linux") == [egl, client]


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("debian", "sudo apt-get install -y libegl1 libxcb-cursor0"),
        ("mint", "sudo apt-get install -y libegl1 libxcb-cursor0"),
        ("pop", "sudo apt-get install -y libegl1 libxcb-cursor0"),
        ("fedora", "sudo dnf install -y libglvnd-egl xcb-util-cursor"),
        ("rocky", "sudo dnf install -y libglvnd-egl xcb-util-cursor"),
        ("arch", "sudo pacman -S --needed libglvnd xcb-util-cursor"),
        ("leap", "sudo zypper install -y 'libEGL.so.1()(64bit)' 'libxcb-cursor.so.0()(64bit)'"),
    ],
)
@pytest.mark.skipif(sys.maxsize < 2**32, reason="the capabilities' names differ on 32 bits")
def test_the_command_is_the_distribution_s_own(release, name, command):
    os_release = release(name)
    missing = missing_libraries("xcb", loader("libEGL.so.1", "libxcb-cursor.so.0"), os_release, system="linux")
    assert install_command(missing, os_release, is_root=False) == command
    assert install_command(missing, os_release, is_root=True) == command.removeprefix("sudo ")
    sentence = explain(missing, os_release, is_root=False)
    assert sentence.endswith(command)
    assert "libEGL.so.1, libxcb-cursor.so.0" in sentence
    assert "\n" not in sentence


def test_a_package_with_two_missing_libraries_is_named_once(release):
    os_release = release("debian")
    load = loader("libglib-2.0.so.0", "libgthread-2.0.so.0")
    missing = missing_libraries("offscreen", load, os_release, system="linux")
    assert len(missing) == 2
    assert install_command(missing, os_release, is_root=True) == "apt-get install -y libglib2.0-0"


@pytest.mark.parametrize("name", ["alpine", "none"])
def test_an_unknown_distribution_gets_the_names_without_a_command(release, tmp_path, name):
    os_release = release("alpine") if name == "alpine" else (tmp_path / "none",)
    missing = missing_libraries("offscreen", loader("libGL.so.1"), os_release, system="linux")
    assert missing == [MissingLibrary("libGL.so.1", None)]
    assert install_command(missing, os_release) is None
    assert "libGL.so.1" in explain(missing, os_release)
    assert "install the packages" in explain(missing, os_release)


@pytest.mark.parametrize(
    ("environ", "system", "expected"),
    [
        ({}, "linux", None),
        ({"DISPLAY": ":0"}, "linux", "xcb"),
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "linux", "wayland"),
        ({"DISPLAY": ""}, "linux", None),
        ({"QT_QPA_PLATFORM": "offscreen"}, "linux", "offscreen"),
        ({"QT_QPA_PLATFORM": "offscreen:size=800x600", "DISPLAY": ":0"}, "linux", "offscreen"),
        ({"QT_QPA_PLATFORM": "wayland;xcb"}, "linux", "wayland"),
        ({"QT_QPA_PLATFORM": "wayland-egl"}, "linux", "wayland"),
        ({}, "darwin", "native"),
        ({}, "win32", "native"),
    ],
)
def test_the_platform_is_the_one_qt_will_choose(environ, system, expected):
    assert qt_platform(environ, system) == expected


def test_without_a_screen_the_sentence_tells_of_the_screenshot():
    assert window_obstacle({}, loader(), (), system="linux") == NO_SCREEN
    assert "--screenshot" in NO_SCREEN
    assert window_obstacle({}, loader(), (), system="darwin") is None


def test_wayland_falls_back_to_x11_when_there_is_one(release):
    os_release = release("debian")
    both = {"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}
    no_wayland = loader("libwayland-cursor.so.0")
    assert window_obstacle(both, no_wayland, os_release, system="linux") is None
    alone = window_obstacle({"WAYLAND_DISPLAY": "wayland-0"}, no_wayland, os_release, system="linux", is_root=True)
    assert alone is not None
    assert alone.endswith("apt-get install -y libwayland-cursor0")
    neither = loader("libwayland-cursor.so.0", "libxcb-icccm.so.4")
    told = window_obstacle(both, neither, os_release, system="linux", is_root=True)
    assert told is not None
    assert told.endswith("apt-get install -y libxcb-icccm4")
    forced = {**both, "QT_QPA_PLATFORM": "wayland"}
    assert "libwayland-cursor0" in str(window_obstacle(forced, no_wayland, os_release, system="linux"))


def _needed(library: Path) -> list[str]:
    listing = subprocess.run(["objdump", "-p", str(library)], capture_output=True, text=True, check=True).stdout
    return [line.split()[1] for line in listing.splitlines() if "NEEDED" in line]


@pytest.mark.skipif(sys.platform != "linux", reason="the wheels of other systems bring all")
@pytest.mark.parametrize(
    ("starts", "families"),
    [
        (["QtGui.abi3.so", "QtWidgets.abi3.so", "QtSvg.abi3.so", "Qt/plugins/platforms/libqoffscreen.so"], {ANY}),
        (["Qt/plugins/platforms/libqxcb.so"], {ANY, XCB}),
        (["Qt/plugins/platforms/libqwayland.so"], {ANY, WAYLAND}),
    ],
)
def test_the_list_covers_what_the_installed_wheels_need(starts, families):
    import importlib.util
    import shutil

    spec = importlib.util.find_spec("PySide6")
    if spec is None or spec.origin is None or shutil.which("objdump") is None:
        pytest.skip("needs PySide6 and objdump")
    root = Path(spec.origin).parent
    queue = [root / start for start in starts if (root / start).exists()]
    if not queue:
        pytest.skip("this version of PySide6 names its files otherwise")
    seen: set[Path] = set()
    outside: set[str] = set()
    while queue:
        library = queue.pop()
        if library in seen:
            continue
        seen.add(library)
        for soname in _needed(library):
            bundled = root / "Qt" / "lib" / soname
            if bundled.exists():
                queue.append(bundled)
            elif not soname.startswith(("libpyside6", "libshiboken6")):
                outside.add(soname)
    always_there = ("ld-linux", "libc.so", "libm.so", "libdl.so", "libpthread.so", "librt.so", "libgcc_s", "libstdc++")
    asked_for = {library.soname for library in _LIBRARIES if library.needed_by in families}
    assert {soname for soname in outside if not soname.startswith(always_there)} <= asked_for
