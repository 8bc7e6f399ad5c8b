from __future__ import annotations

from pathlib import Path

import pytest

from rvergui.core import RverError, Taxonomy
from rvergui.core.look_alikes import with_group, without_group
from rvergui.project import Project
from rvergui.project.look_alikes import LastEvaluation, evaluation_from_text, evaluation_to_text
from rvergui.training.look_alikes import look_alikes_beside


def test_a_project_keeps_its_look_alikes_and_scoring_finds_them(tmp_path: Path) -> None:
    taxonomy = Taxonomy.from_names(["ketchup", "chili paste", "rice"])
    ids = [food.id for food in taxonomy]
    path = tmp_path / "meals.rver"
    with Project.create(path, taxonomy) as project:
        assert project.taxonomy().look_alikes == ()
        grouped = with_group(taxonomy, ids[:2], "sauces")
        project.save_taxonomy(taxonomy, grouped, "Add look-alikes")
        project.save_taxonomy(taxonomy, taxonomy, "nothing")
        assert [entry.act for entry in project.history()] == ["Add look-alikes", "create project"]
        assert project.taxonomy() == grouped
        (tmp_path / "look_alikes.json").write_text('{"from the file": ["rice", "ketchup"]}')
        assert look_alikes_beside(path) == {"sauces": ("ketchup", "chili paste")}
        renamed = grouped.renamed(ids[1], "sambal")
        project.save_taxonomy(grouped, renamed, "rename")
        assert look_alikes_beside(path) == {"sauces": ("ketchup", "sambal")}
        project.save_taxonomy(renamed, without_group(renamed, 0), "Remove look-alikes")
        assert look_alikes_beside(path) == {"from the file": ("rice", "ketchup")}
        assert project.setting("look_alikes") is None
        project.set_setting("look_alikes", '[{"name": 1}]')
        with pytest.raises(RverError, match="look-alikes in the project cannot be read"):
            project.taxonomy()


def test_an_evaluation_is_read_by_the_names_of_today() -> None:
    found = LastEvaluation("v1", 5, {"ketchup": {"ketchup": 2, "sambal": 1}, "gone": {"ketchup": 2}})
    assert evaluation_from_text(evaluation_to_text(found)) == found
    taxonomy = Taxonomy.from_names(["sambal", "red sauce"])
    sambal, sauce = taxonomy.classes
    now = taxonomy.renamed(sauce.id, "ketchup").renamed(sauce.id, "tomato ketchup").renamed(sambal.id, "chili")
    assert found.by_present_names(now) == {"tomato ketchup": {"tomato ketchup": 2, "chili": 1}}
    assert evaluation_from_text("{") is None
    assert evaluation_from_text(None) is None
