"""Which models a project has, and going back through the choices."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

from rvergui.core import RverError, Taxonomy
from rvergui.project import Project
from rvergui.project.models import find_model, known_models
from rvergui.rvernet.checkpoint import FORMAT_KEY, CheckpointHeader


def model_file(path: Path, created: str = "2026-01-01T00:00:00+00:00", **fields: object) -> Path:
    """A file that a header can be read from; its only tensor is the last layer."""
    known = {"name": path.stem, "classes": ["rice", "egg"], "roi_backbone": "a", "created": created}
    header = CheckpointHeader.model_validate({**known, "integration": "linear", "looks_at": "roi", **fields})
    path.parent.mkdir(parents=True, exist_ok=True)
    tensors = {"integration.head.weight": np.zeros((2, 3), np.float32)}
    save_file(tensors, path, metadata={FORMAT_KEY: header.model_dump_json()})
    return path


@pytest.fixture
def three(project: Project) -> list[Path]:
    return [
        model_file(project.models_folder / f"{name}.safetensors", f"2026-01-0{3 - number}T00:00:00+00:00")
        for number, name in enumerate("abc")
    ]


def test_models_are_listed_oldest_first_with_the_one_in_use(project: Project, three: list[Path]) -> None:
    outside = model_file(project.root / "elsewhere" / "d.safetensors", "2026-02-01T00:00:00+00:00")
    project.set_model_path(outside)
    project.set_model_path(three[0])
    found = known_models(project)
    assert [model.name for model in found] == ["c", "b", "a", "d"]
    assert [model.in_use for model in found] == [False, False, True, False]
    assert [model.chosen is not None for model in found] == [False, False, True, True]


def test_what_cannot_be_read_is_listed_with_its_problem(project: Project, three: list[Path]) -> None:
    three[1].write_bytes(b"nothing")
    project.set_model_path(project.root / "gone.safetensors")
    found = known_models(project)
    assert [model.name for model in found] == ["c", "a", "b", "gone"]
    assert all(model.problem for model in found[2:])
    assert found[3].in_use


def test_a_model_is_found_by_name_and_by_path(project: Project, three: list[Path]) -> None:
    assert find_model(project, "b") == find_model(project, "b.safetensors") == find_model(project, str(three[1]))
    with pytest.raises(RverError, match=r"no model “x”.*there are: c, b, a"):
        find_model(project, "x")


def test_going_back_twice_is_two_steps_back(project: Project, three: list[Path]) -> None:
    a, b, c = three
    for path in (a, b, c):
        project.set_model_path(path)
    assert project.go_back_to_model() == b == project.model_path()
    assert project.go_back_to_model() == a
    project.set_model_path(c)
    assert project.go_back_to_model() == a
    assert project.go_back_to_model() is None
    assert project.model_path() is None
    with pytest.raises(RverError, match="no model to go back to"):
        project.go_back_to_model()
    assert [entry.act for entry in project.history()][:2] == ["go back to model"] * 2


def test_nobody_goes_back_to_a_file_that_is_gone(project: Project, three: list[Path]) -> None:
    project.set_model_path(three[0])
    project.set_model_path(three[1])
    three[0].unlink()
    with pytest.raises(RverError, match=r"a\.safetensors .* is gone"):
        project.go_back_to_model()
    assert project.model_path() == three[1]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(["a", "b", "c", "back"]), max_size=12))
def test_choices_are_a_stack(tmp_path_factory: pytest.TempPathFactory, steps: list[str]) -> None:
    folder = tmp_path_factory.mktemp("stack")
    files = {name: folder / f"{name}.safetensors" for name in "abc"}
    for file in files.values():
        file.write_text(json.dumps(file.stem))
    stack: list[Path | None] = [None]
    with Project.create(folder / "p.rver", Taxonomy.from_names(["rice"])) as project:
        for step in steps:
            if step != "back":
                project.set_model_path(files[step])
                if stack[-1] != files[step]:
                    stack.append(files[step])
            elif len(stack) > 1:
                stack.pop()
                assert project.go_back_to_model() == stack[-1]
            assert project.model_path() == stack[-1]
