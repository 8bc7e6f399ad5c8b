"""What a photo is there for: settled once, for good, while the project may be open in a window."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest

from rvergui.core import RverError, Taxonomy
from rvergui.project import Project, models
from rvergui.project.photo_roles import Role, known_roles, settle


def test_roles_are_settled_while_somebody_else_has_the_project_open(path: Path) -> None:
    with Project.create(path, Taxonomy()) as project:
        assert project.photo_roles() == {}
        assert settle(path, lambda before: {"a": Role.TRAINED, "b": Role.HELD_OUT}) == {
            "a": Role.TRAINED,
            "b": Role.HELD_OUT,
        }
        assert project.photo_roles() == {"a": Role.TRAINED, "b": Role.HELD_OUT}
        project.set_setting("still", "written")  # the one who has it open goes on
        told = []
        settle(path, lambda before: told.append(before) or {"a": Role.HELD_OUT, "c": Role.HELD_OUT})
        assert told == [{"a": Role.TRAINED, "b": Role.HELD_OUT}]
        assert project.photo_roles() == {"a": Role.TRAINED, "b": Role.HELD_OUT, "c": Role.HELD_OUT}


@pytest.mark.parametrize("change", ["UPDATE photo_roles SET role = 'held out'", "DELETE FROM photo_roles"])
def test_the_file_itself_refuses_to_change_or_forget_a_role(path: Path, change: str) -> None:
    Project.create(path, Taxonomy()).close()
    settle(path, lambda before: {"a": Role.TRAINED})
    connection = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="for good"):
        connection.execute(change)
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute("INSERT OR REPLACE INTO photo_roles VALUES ('b', 'something else', '')")
    connection.close()
    with Project.open(path) as project:
        assert project.photo_roles() == {"a": Role.TRAINED}
        assert project.check() == []


def test_a_role_outlives_its_photo(path: Path, tmp_path: Path) -> None:
    with Project.create(path, Taxonomy()) as project:
        (record,) = project.add_photos([tmp_path / "a.jpg"])
        project.set_photo_facts(record.id, "ab" * 16, (4, 4), None)
        settle(path, lambda before: {"abababababab": Role.HELD_OUT})
        project.remove_photos([record.id])
        assert project.photo_roles() == {"abababababab": Role.HELD_OUT}


def test_nothing_is_settled_if_deciding_fails(path: Path) -> None:
    Project.create(path, Taxonomy()).close()

    def fail(before: object) -> dict[str, Role]:
        raise RverError("no")

    with pytest.raises(RverError, match="no"):
        settle(path, fail)
    assert settle(path, lambda before: {}) == {}


def test_what_earlier_models_say_of_their_photos_counts_where_nothing_is_settled(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def known(*models_: tuple[str, str]) -> list[SimpleNamespace]:
        headers = [SimpleNamespace(photos_seen=frozenset(t), photos_held_out=frozenset(h)) for t, h in models_]
        return [SimpleNamespace(header=None), *(SimpleNamespace(header=header) for header in headers)]

    monkeypatch.setattr(models, "known_models", lambda project: known(("ab", "cd"), ("c", "be")))
    with Project.create(path, Taxonomy()) as project:
        settle(path, lambda before: {"a": Role.HELD_OUT})
        assert known_roles(project) == {
            "a": Role.HELD_OUT,  # settled; no model is judged by photos that it knows all the same
            "b": Role.TRAINED,
            "c": Role.TRAINED,
            "d": Role.HELD_OUT,
            "e": Role.HELD_OUT,
        }
        assert set(project.photo_roles()) == {"a"}
