from __future__ import annotations

import csv
from pathlib import Path

import pytest

from rvergui.core import RverError
from rvergui.study import tables
from rvergui.study.measures import MACRO_F1, TOP1, f1_of, told_apart
from rvergui.study.plan import CLEAN, StudyPlan
from rvergui.study.report import write_report
from rvergui.study.results import Results, read_results
from rvergui.study.runner import StudyRun
from tests.study.study_data import ITEMS, FakeJudge, FakeTrainer, data, plan

TAUGHT = [{"student": "RveRNet", "teacher": "ROI alone", "kinds": ["hard", "soft"], "strengths": [0.5, 1.0]}]


def results_of(folder: Path, chosen: StudyPlan, only: tuple[str, ...] = ()) -> Results:
    run = StudyRun(chosen, data(folder), folder, lambda event: None, train=FakeTrainer(), judge=FakeJudge())
    run.run(only)
    return read_results(chosen, run.folder)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return results_of(tmp_path_factory.mktemp("report"), plan(distillation=TAUGHT))


def test_the_numbers_are_those_of_the_networks(results: Results) -> None:
    alone, pair = (results.estimates[name, CLEAN] for name in ("ROI alone", "RveRNet"))
    assert results.items == ITEMS
    assert results.photos == ITEMS // 2
    assert set(alone[TOP1].by_seed) == {0, 1}
    assert pair[TOP1].value == pytest.approx(0.9, abs=0.05)
    # look-alikes are guessed by the network that does not see what is around them
    assert alone[told_apart("sauces")].value == pytest.approx(0.45, abs=0.1)
    assert results.chance["sauces"] == pytest.approx(0.5)
    assert results.estimates["RveRNet", "permute:8"][MACRO_F1].value < pair[MACRO_F1].value - 0.15


def test_rvernet_is_compared_with_the_network_that_sees_the_roi_alone(results: Results) -> None:
    (one,) = [d for d in results.differences if (d.variant, d.noise) == ("RveRNet", CLEAN)]
    gain = one.estimates[f1_of("sauces")]
    assert one.baseline == "ROI alone"
    assert 0.3 < gain.low < gain.value < gain.high < 0.7


def test_the_report_says_what_came_out(results: Results, tmp_path: Path) -> None:
    path = write_report(results, tmp_path, "little data")
    text = path.read_text()
    assert text.startswith("# Little study\n")
    assert "complete" in text
    assert "RveRNet beats ROI alone in F1 on sauces by" in text
    assert "of sauces rightly, no more than always saying the commonest of their names (50.0 %)" in text
    for figure in ("look-alikes", "permutation", "translocation", "distillation"):
        assert f"![{figure}](figures/{figure}.svg)" in text
        assert (tmp_path / "figures" / f"{figure}.svg").read_text().lstrip().startswith("<?xml")
    assert "| RveRNet | test_resnet + test_resnet, 32 px | from ImageNet | 77 | 2 | 2, 2 |" in text
    assert "Not there" not in text
    assert str(tmp_path) not in text
    for line in text.splitlines():
        if line.startswith("|"):
            assert line.endswith("|")


def test_tables_are_rectangular(results: Results) -> None:
    for table in (
        tables.model_table(results),
        tables.look_alike_table(results),
        tables.difference_table(results),
        tables.noise_table(results, plan().noise),
    ):
        widths = {line.count("|") for line in table.strip().splitlines()}
        assert len(widths) == 1
        assert len(table.strip().splitlines()) > 2
    assert tables.markdown(["a|b", "c"], [["x\ny", "1"]]).splitlines()[0] == "| a\\|b | c |"


def test_every_number_is_in_the_csv_files(results: Results, tmp_path: Path) -> None:
    files = {path.name: list(csv.DictReader(path.open())) for path in tables.write_csv(results, tmp_path)}
    found = [r for r in files["scores.csv"] if (r["model"], r["noise"], r["measure"]) == ("RveRNet", "", TOP1)]
    assert float(found[0]["value"]) == pytest.approx(results.estimates["RveRNet", CLEAN][TOP1].value, abs=1e-5)
    assert len(files["seeds.csv"]) == 2 * len(files["scores.csv"])
    assert {row["state"] for row in files["cells.csv"]} == {"finished"}
    assert {row["baseline"] for row in files["differences.csv"]} == {"ROI alone", "RveRNet"}


def test_the_same_numbers_give_the_same_files(results: Results, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_report(results, tmp_path / name, "little data")
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file())
    assert len(files) == 9
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes(), file


def test_half_a_study_is_reported_too(tmp_path: Path) -> None:
    found = results_of(tmp_path, plan(), only=("seed 0",))
    text = write_report(found, tmp_path, "little data", "png").read_text()
    assert "2 of 4 trainings so far" in text
    assert "2 trainings are still to come, the next: ROI alone, seed 1" in text
    assert (tmp_path / "figures" / "permutation.png").read_bytes().startswith(b"\x89PNG")


def test_nothing_at_all_is_reported_too(tmp_path: Path) -> None:
    chosen = plan()
    run = StudyRun(chosen, data(tmp_path), tmp_path, lambda event: None)
    text = write_report(read_results(chosen, run.folder), tmp_path, "little data").read_text()
    assert "0 of 4 trainings so far" in text


def test_no_difference_is_called_one_where_none_can_be_shown(tmp_path: Path) -> None:
    same = [
        {"name": "ROI alone", "looks_at": "roi"},
        {"name": "Twin", "looks_at": "roi", "size": 64, "baseline": "ROI alone"},
    ]
    text = write_report(results_of(tmp_path, plan(models=same)), tmp_path, "little data").read_text()
    assert "no difference in macro F1 can be shown" in text


def test_look_alikes_that_the_data_do_not_know(tmp_path: Path) -> None:
    with pytest.raises(RverError, match="mustard"):
        results_of(tmp_path, plan(look_alikes={"sauces": ["ketchup", "mustard"]}))


def test_a_format_nobody_knows(results: Results, tmp_path: Path) -> None:
    with pytest.raises(RverError, match="svg"):
        write_report(results, tmp_path, "little data", "gif")
