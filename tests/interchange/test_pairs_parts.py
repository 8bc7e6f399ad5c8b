from __future__ import annotations

from pathlib import Path

from rvergui.interchange.pairs import export_pairs, read_pairs
from rvergui.interchange.photo_parts import record_parts
from tests.interchange.small_projects import make_project


def test_a_division_that_came_with_the_data_is_exported_as_it_is(tmp_path: Path) -> None:
    with make_project(tmp_path, {f"{n}.png": ["rice"] for n in range(6)}) as project:
        ids = [record.id for record in project.photos()]
        record_parts(project, dict(zip(ids, ["train", "test", "test", "train", "test"], strict=False)))
        report = export_pairs(project, tmp_path / "out", test_share=0.0)
        assert report.parts == {"train": 3, "test": 3}
        assert sorted(p.name[0] for p in read_pairs(tmp_path / "out") if p.split == "test") == ["1", "2", "4"]
