from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from rvergui.core import Taxonomy
from rvergui.project import PhotoRecord, Project

# Tests are imported by file name; this lets them share project_values.py.
sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "meals.rver"


@pytest.fixture
def taxonomy() -> Taxonomy:
    return Taxonomy.from_names(["ketchup", "chili paste", "rice"])


@pytest.fixture
def project(path: Path, taxonomy: Taxonomy) -> Iterator[Project]:
    with Project.create(path, taxonomy) as project:
        yield project


@pytest.fixture
def photo(project: Project) -> PhotoRecord:
    """A photo of the size that ``project_values`` makes masks for."""
    (record,) = project.add_photos([project.root / "plate.jpg"])
    project.set_photo_facts(record.id, "ab" * 16, (6, 9), None)
    return project.photo(record.id)


@pytest.fixture
def visitor_folder() -> Iterator[Path]:
    """A folder that stays reachable for ``as_visitor``."""
    folder = Path(tempfile.mkdtemp(prefix="rver-visitor-"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.fixture
def as_visitor() -> Iterator[None]:
    """Lose the superuser's power to write everywhere, for the length of a test; nothing to do for others."""
    superuser = hasattr(os, "geteuid") and os.geteuid() == 0
    if superuser:
        os.seteuid(65534)
    yield
    if superuser:
        os.seteuid(0)
