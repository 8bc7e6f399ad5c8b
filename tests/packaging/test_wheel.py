"""What ``pip install .`` puts on a disk, and whether the program finds its own files there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by the same library that pip uses, without a network."""
    from hatchling.builders.wheel import WheelBuilder

    built = WheelBuilder(str(REPOSITORY)).build(
        directory=str(tmp_path_factory.mktemp("dist")), versions=["standard"], clean=False
    )
    return Path(next(iter(built)))


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel's contents, as in site-packages."""
    folder = tmp_path_factory.mktemp("site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def python(code: str, unpacked: Path) -> str:
    """What ``code`` prints in an interpreter that finds the unpacked wheel before the checkout."""
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=unpacked, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def test_the_wheel_carries_every_resource_and_weight_of_the_checkout(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        carried = {name for name in archive.namelist() if not name.endswith("/")}
    expected = {
        f"rvergui/_{folder}/{path.relative_to(REPOSITORY / folder).as_posix()}"
        for folder in ("resources", "weights")
        for path in (REPOSITORY / folder).rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }
    assert "rvergui/_resources/classes/rvernet105.txt" in expected
    assert expected <= carried


def test_the_wheel_carries_every_module_and_nothing_of_the_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        carried = set(archive.namelist())
    modules = {path.relative_to(REPOSITORY).as_posix() for path in (REPOSITORY / "rvergui").rglob("*.py")}
    assert modules <= carried
    roots = {name.partition("/")[0] for name in carried}
    assert roots == {"rvergui", next(root for root in roots if root.endswith(".dist-info"))}


def test_resources_are_found_from_the_installed_wheel(unpacked: Path) -> None:
    code = (
        "import json; from rvergui.core.paths import resources, shipped_weights; "
        "from rvergui.core.class_lists import paper_classes; "
        "print(json.dumps([str(resources()), str(shipped_weights()), len(paper_classes())]))"
    )
    resources, weights, classes = json.loads(python(code, unpacked))
    assert Path(resources) == unpacked / "rvergui" / "_resources"
    assert Path(weights) == unpacked / "rvergui" / "_weights"
    assert classes == 105


def test_every_icon_that_an_act_names_is_in_the_wheel(unpacked: Path) -> None:
    code = (
        "import json; from rvergui.gui.features import ACTS; from rvergui.core.paths import resources; "
        "print(json.dumps([a.icon for a in ACTS if a.icon and not "
        "(resources() / 'icons' / f'{a.icon}.svg').is_file()]))"
    )
    assert json.loads(python(code, unpacked)) == []


def test_the_command_and_the_backends_are_declared(unpacked: Path) -> None:
    text = next(unpacked.glob("*.dist-info")).joinpath("entry_points.txt").read_text(encoding="utf-8")
    for line in (
        "[console_scripts]",
        "rvergui = rvergui.__main__:main",
        "[rvergui.segmenters]",
        "starter = rvergui.segment.starter:StarterSegmenter",
        "grabcut = rvergui.segment.grabcut:GrabCutSegmenter",
        "[rvergui.backbones]",
    ):
        assert line in text.splitlines()


def test_the_installed_program_tells_its_version(unpacked: Path) -> None:
    code = (
        "import sys; from rvergui.__main__ import main; import rvergui; "
        "code = main(['--version']); print(rvergui.__file__, rvergui.__version__); sys.exit(code)"
    )
    said = python(code, unpacked).splitlines()
    assert said[-1].startswith(str(unpacked))
    assert said[-1].split()[-1] in said[0]


def test_a_child_of_the_installed_program_answers(unpacked: Path) -> None:
    """Retraining starts the program again as a child, as ``rvergui.gui.trainer`` does."""
    environment = {**os.environ, "PYTHONPATH": str(unpacked)}
    command = [sys.executable, "-m", "rvergui", "train", "no-such.rver", "--out", "x.safetensors", "--events"]
    done = subprocess.run(command, cwd=unpacked, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert json.loads(done.stdout.splitlines()[-1])["event"] == "failed"
