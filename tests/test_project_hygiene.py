"""What holds for the repository as a whole: documents that say the truth, and imports that stay where they belong."""

from __future__ import annotations

import importlib.metadata
import json
import pkgutil
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

import rvergui
import rvergui.core
from rvergui.cli.app import app
from rvergui.cli.start import COMMANDS, means_window
from rvergui.cli.window import parser as window_parser
from rvergui.gui.session import SETTINGS_PREFIX
from rvergui.runtime.settings import PREFIX
from rvergui.runtime.system_libraries import WAYLAND, XCB, missing_libraries

REPOSITORY = Path(__file__).resolve().parent.parent
README = REPOSITORY / "README.md"
LEFT_OVER = {"__pycache__", "build", "dist", "out"}


def fenced(text: str) -> list[str]:
    """The contents of the fenced blocks of a Markdown text."""
    return re.findall(r"^```[a-z]*\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def readme_commands() -> list[str]:
    """The README's one-line commands that begin on a fresh machine, in order."""
    blocks = [block.strip() for block in fenced(README.read_text(encoding="utf-8"))]
    return [block for block in blocks if block.startswith("python3 -m venv")]


def readme_examples() -> list[str]:
    """The command lines that the README says work as they stand."""
    lines = [line for block in fenced(README.read_text(encoding="utf-8")) for line in block.splitlines()]
    return [line for line in lines if line.startswith("rvergui ")]


def repository_files() -> Iterator[Path]:
    """Every file that belongs to the repository."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=REPOSITORY,
            check=True,
            capture_output=True,
        ).stdout
        files = [REPOSITORY / name for name in listed.decode().split("\0") if name]
    except (OSError, subprocess.CalledProcessError):  # an unpacked archive
        files = [path for path in REPOSITORY.rglob("*") if not is_left_over(path.relative_to(REPOSITORY))]
    yield from (path for path in files if path.is_file())


def is_left_over(path: Path) -> bool:
    """Whether tools have made this file rather than people; caches begin with a dot."""
    folders = path.parts[:-1]
    return any(name in LEFT_OVER or (name.startswith(".") and name != ".ci") for name in folders)


# --- README and the check that runs it ---------------------------------------------------------------------------


def test_readme_has_two_commands_for_a_fresh_machine_of_one_line_each() -> None:
    start, test = readme_commands()
    assert "\n" not in start + test
    assert start.endswith("rvergui --demo")
    assert test.endswith("-m pytest")


def test_the_check_runs_exactly_the_command_of_the_readme() -> None:
    lines = [line.strip() for line in (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8").splitlines()]
    assert readme_commands()[1] in lines


def test_windows_commands_do_the_same() -> None:
    windows = [block for block in fenced(README.read_text(encoding="utf-8")) if block.startswith("py -m venv")]
    translated = [
        line.replace("py -m", "python3 -m").replace(".venv\\Scripts\\", ".venv/bin/")
        for line in windows[0].strip().splitlines()
    ]
    assert translated == readme_commands()


@pytest.mark.parametrize("line", readme_examples())
def test_examples_in_the_readme_are_understood(line: str) -> None:
    words = shlex.split(line)[1:]
    if means_window(words):
        window_parser().parse_args(words)
        return
    command: Any = vars(typer.main.get_command(app))["commands"][words[0]]
    command.make_context(words[0], words[1:]).close()


def test_every_command_has_an_example_in_the_readme() -> None:
    shown = {shlex.split(line)[1] for line in readme_examples()}
    assert set(COMMANDS) - {"window"} <= shown


@pytest.mark.parametrize(("distribution", "manager"), [("debian", "apt-get"), ("fedora", "dnf"), ("arch", "pacman")])
def test_every_system_library_of_qt_is_in_the_readme(distribution: str, manager: str, tmp_path: Path) -> None:
    def absent(name: str) -> object:
        raise OSError(name)

    described = tmp_path / "os-release"
    described.write_text(f"ID={distribution}\n", encoding="utf-8")
    needed = [
        library.package
        for platform in (XCB, WAYLAND)
        for library in missing_libraries(platform, absent, (described,), "linux")
    ]
    line = next(line for line in README.read_text(encoding="utf-8").splitlines() if f"sudo {manager} " in line)
    assert set(needed) <= set(line.split())
    assert None not in needed


def test_links_in_the_documents_lead_somewhere() -> None:
    broken = []
    for document in repository_files():
        if document.suffix == ".md":
            for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", document.read_text(encoding="utf-8")):
                if not (document.parent / target).exists():
                    broken.append(f"{document.relative_to(REPOSITORY)}: {target}")
    assert not broken


def test_every_decision_is_linked_from_the_index() -> None:
    folder = REPOSITORY / "docs" / "adr"
    pages = {path.name for path in folder.glob("[0-9]*.md")}
    linked = set(re.findall(r"\]\(([^)]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8")))
    assert pages == linked
    numbers = [name[:4] for name in pages]
    assert len(set(numbers)) == len(numbers), "two decisions have the same number"


def test_decisions_that_the_code_names_exist() -> None:
    pages = {path.stem for path in (REPOSITORY / "docs" / "adr").glob("[0-9]*.md")}
    named = {
        (path.relative_to(REPOSITORY).as_posix(), found)
        for path in (REPOSITORY / "rvergui").rglob("*.py")
        for found in re.findall(r"docs/adr/(\d{4}[\w-]*)", path.read_text(encoding="utf-8"))
    }
    lost = [(where, found) for where, found in named if not any(page.startswith(found) for page in pages)]
    assert not lost


def test_the_version_is_the_same_everywhere() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == rvergui.__version__
    assert f"## [{rvergui.__version__}]" in (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")


# --- what must not be in the repository --------------------------------------------------------------------------

# Spelt so that this file does not find itself.
_FOREIGN_PATHS = re.compile(
    rb"(?<![\w.~$}])/(?:" + rb"home|Users" + rb")/(?!user/|me/|you/|someone/|runner/)[A-Za-z][\w.-]*/"
    rb"|[A-Z]:\\\\?Users\\\\?(?!user|me|you|someone)\w+"
)


def own_places() -> list[bytes]:
    """Folders of this very machine that nothing in the repository may name."""
    places = [REPOSITORY, Path.home(), Path(sys.prefix)]
    return [str(place).encode() + b"/" for place in places if len(place.parts) > 2]


def test_no_file_names_a_folder_of_a_developers_machine() -> None:
    found = []
    for path in repository_files():
        data = path.read_bytes()[:4_000_000]
        hits = [place for place in own_places() if place in data]
        match = _FOREIGN_PATHS.search(data)
        if match is not None:
            hits.append(match.group())
        found += [f"{path.relative_to(REPOSITORY)}: {hit!r}" for hit in hits]
    assert not found


def test_no_file_is_too_large_for_a_repository() -> None:
    large = {
        path.relative_to(REPOSITORY).as_posix(): path.stat().st_size
        for path in repository_files()
        if path.stat().st_size > (600_000 if path.suffix in (".png", ".jpg") else 1_000_000)
        and REPOSITORY / "weights" not in path.parents
    }
    assert not large


# --- imports -----------------------------------------------------------------------------------------------------


def modules_after(statement: str) -> set[str]:
    """The top-level modules in a fresh interpreter after ``statement``."""
    code = f"import json, sys\n{statement}\nprint(json.dumps(sorted({{m.partition('.')[0] for m in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=120)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_window_does_not_wait_for_heavy_libraries() -> None:
    loaded = modules_after("import rvergui.gui.app")
    networks = {"torch", "torchvision", "timm", "segment_anything", "torchmetrics", "cv2"}
    slow = {"pydantic", "pydantic_settings", "pyqtgraph", "typer", "rich", "asyncio", "sqlite3", "natsort", "rapidfuzz"}
    assert "PySide6" in loaded
    assert not loaded & (networks | slow)


def test_the_window_knows_which_variables_are_settings_without_importing_them() -> None:
    assert SETTINGS_PREFIX == PREFIX


def test_the_engine_knows_no_qt_and_loads_torch_only_when_needed() -> None:
    loaded = modules_after("import rvergui.engine.host")
    assert not loaded & {"PySide6", "shiboken6", "torch", "timm", "cv2"}


def test_core_stands_on_numpy_pillow_and_pycocotools_alone() -> None:
    names = [f"rvergui.core.{module.name}" for module in pkgutil.iter_modules(rvergui.core.__path__)]
    assert len(names) > 10
    loaded = modules_after("import " + ", ".join(names))
    assert not loaded & {
        "PySide6",
        "torch",
        "torchvision",
        "timm",
        "cv2",
        "sqlite3",
        "pydantic",
        "safetensors",
        "typer",
    }


def test_asking_for_help_loads_neither_window_nor_networks() -> None:
    statement = "from rvergui.__main__ import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass"
    assert not modules_after(statement) & {"PySide6", "torch", "timm", "cv2"}


@pytest.mark.parametrize("group", ["rvergui.segmenters", "rvergui.backbones"])
def test_every_backend_that_is_registered_can_be_loaded(group: str) -> None:
    points = importlib.metadata.entry_points(group=group)
    declared = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]
    ours = {point.name: point for point in points if point.value.startswith("rvergui.")}
    assert set(declared[group]) == set(ours)
    assert all(callable(point.load()) for point in ours.values())
