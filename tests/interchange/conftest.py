"""A place for data that may be hostile."""

from __future__ import annotations

import pytest

from rvergui.core import Taxonomy
from rvergui.project import Project
from tests.interchange.export_cases import SIZE
from tests.interchange.hostile_cases import SECRET
from tests.interchange.small_projects import write_photo


@pytest.fixture
def room(tmp_path):
    """A folder ``set`` for the data between things that must stay as they are."""
    (tmp_path / "secret.txt").write_text(SECRET)
    write_photo(tmp_path / "outside.png", 9, SIZE)
    write_photo(tmp_path / "set" / "a.png", 1, SIZE)
    with Project.create(tmp_path / "new" / "p.rver", Taxonomy.from_names(["rice"])) as project:
        yield tmp_path, project
