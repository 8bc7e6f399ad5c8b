from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from rvergui.core import RverError
from rvergui.study.cells import all_cells, chosen_cells
from rvergui.study.plan import StudyPlan, load_plan, plan_names, safe_name
from rvergui.study.results import baselines
from tests.study.study_data import plan


@pytest.mark.parametrize("name", ["quick", "look-alikes", "choices", "grocery", "grocery-teacher", "paper"])
def test_every_plan_of_the_program_can_be_used(name: str) -> None:
    assert name in plan_names()
    found = load_plan(name)
    assert len(found.seeds) >= 2
    compared = baselines(found)
    assert compared, "a study that compares nothing"
    assert all(model in compared for model in (m.name for m in found.models if m.name.startswith("RveRNet")))


def test_the_paper_plan_has_its_tables() -> None:
    found = load_plan("paper")
    assert {"permute:16", "translocate:60,-85"} <= set(found.noise)
    students = [cell for cell in all_cells(found) if cell.distilled is not None]
    assert len(students) == len(found.seeds) * 2 * 4
    assert all(cell.distilled is not None and cell.distilled.teacher.seed == cell.seed for cell in students)


def test_a_plan_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('seeds = [3, 3]\n[options]\nepochs = 2\n[[models]]\nname = "a"\nroi = "test_resnet"\nsize = 64\n')
    found = load_plan(str(file))
    assert found.seeds == (3,)
    (cell,) = all_cells(found)
    assert cell.options == {"epochs": 2, "roi": "test_resnet", "size": 64}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("models = [", "no TOML"),
        ("seeds = [0]", "models"),
        ('[[models]]\nname = "a"\nepoch = 3', "epoch"),
        ('[[models]]\nname = "a"\nepochs = 0', "epochs"),
        ('[[models]]\nname = "a"\nout = "x"', "out is settled by the study"),
        ('[[models]]\nname = "a"\n[[models]]\nname = "a"', "two models are called"),
        ('noise = ["permute:0"]\n[[models]]\nname = "a"', "permute:0"),
        ('[[models]]\nname = "a"\n[[distillation]]\nstudent = "a"\nteacher = "b"', "no model “b”"),
        ('[[models]]\nname = "a"\n[[distillation]]\nstudent = "a"\nteacher = "a"\nstrengths = [2]', "strengths"),
        ('[[models]]\nname = "a"\n[samples]\ntrain_seed = 5\ntest_seed = 6', "overlap"),
        ('seeds = []\n[[models]]\nname = "a"', "seed"),
    ],
)
def test_a_plan_that_cannot_be_used_says_where(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(RverError, match=r"mine\.toml") as caught:
        load_plan(str(file))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_plan_that_is_not_there() -> None:
    with pytest.raises(RverError, match="quick"):
        load_plan("no-such-plan")


def test_a_key_depends_on_what_decides_the_result_and_on_nothing_else() -> None:
    (first, *_), (renamed, *_) = (
        all_cells(plan(models=[{"name": name, "looks_at": "roi"}])) for name in ("one name", "another")
    )
    assert first.key("data") == renamed.key("data")
    assert first.key("data") != first.key("other data")
    others = [cell for cell in all_cells(plan()) if cell is not first]
    assert len({cell.key("data") for cell in others}) == len(others)


def test_a_students_key_depends_on_its_teacher() -> None:
    taught = [{"student": "RveRNet", "teacher": "ROI alone", "strengths": [0.5]}]
    keys = []
    for looks_at in ("roi", "photo"):
        models = [{"name": "ROI alone", "looks_at": looks_at}, {"name": "RveRNet"}]
        keys.append([c.key("d") for c in all_cells(plan(models=models, distillation=taught)) if c.distilled])
    assert not set(keys[0]) & set(keys[1])


def test_training_noise_makes_cells_of_its_own() -> None:
    cells = all_cells(plan(training_noise=["permute:8"]))
    assert len(cells) == 8
    assert sum(cell.training_noise == "permute:8" for cell in cells) == 4


def test_the_first_seed_of_all_models_comes_before_the_second_of_any() -> None:
    assert [cell.seed for cell in all_cells(plan())] == [0, 0, 1, 1]


def test_only_some_cells_and_the_teachers_they_need() -> None:
    taught = [{"student": "RveRNet", "teacher": "ROI alone", "strengths": [0.5]}]
    cells = all_cells(plan(distillation=taught))
    chosen = chosen_cells(cells, ["taught*seed 1"])
    assert [cell.name for cell in chosen] == [
        "ROI alone, seed 1",
        "RveRNet, taught by ROI alone (hard, 0.5), seed 1",
    ]
    assert chosen_cells(cells, []) == cells
    with pytest.raises(RverError, match="nothing like it"):
        chosen_cells(cells, ["nothing like it"])


def test_plans_are_values() -> None:
    with pytest.raises(ValidationError):
        plan().title = "x"  # type: ignore[misc]
    assert isinstance(plan(), StudyPlan)


@pytest.mark.parametrize("name", ["", "a/b", "../../x", "ROI alone", "x" * 300, "🍅"])
def test_folder_names_are_harmless(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert len(safe) <= 40
    assert not set(safe) & set("/\\. :")
