"""What the statistics show, and the same as CSV."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date

import pytest

from rvergui.core import Taxonomy
from rvergui.gui.statistics.class_table import ClassTable, long_hint, short_hint
from rvergui.gui.statistics.report import CLASS_COLUMNS, Report, classes_csv, days_csv, report_of
from rvergui.project.figures import ClassFigures, Day, Figures, LabelledPhoto, Work
from rvergui.training.readiness import Readiness, Reason

TAXONOMY = Taxonomy.from_names(["rice", 'soup, "hot" and spicy', "egg"])
RICE, SOUP, EGG = (food.id for food in TAXONOMY)
DAYS = (Day(date(2026, 3, 1), 12, 600.0, 10), Day(date(2026, 3, 2), 1, 0.0, 0))


def _report(parts: dict[str, str] | None = None) -> Report:
    photos = tuple(LabelledPhoto(f"p{n}", None, {RICE: 5, SOUP: 1}) for n in range(6))
    figures = Figures(
        classes=(ClassFigures(RICE, 33, 30, 2, 6), ClassFigures(SOUP, 6, 6, 0, 6), ClassFigures(EGG)),
        unnamed=4,
        sources=Counter(),
        statuses=Counter(),
        labelled=photos,
        work=Work(13, 600.0, 10, 40, 10, DAYS),
    )
    return report_of(figures, TAXONOMY, parts or {})


def test_the_largest_classes_come_first_with_what_is_missing() -> None:
    report = _report()
    assert [line.name for line in report.lines] == ["rice", 'soup, "hot" and spicy', "egg"]
    assert [line.ready.reason for line in report.lines] == [Reason.READY, Reason.FEW_OBJECTS, Reason.NOTHING]
    assert (report.ready, report.used, report.can_train) == (1, 2, True)
    assert report.figures.objects == 43
    assert 0 < report.lines[0].ready.held < 30


def test_an_official_test_part_takes_no_part_in_training() -> None:
    report = _report({f"p{n}": "test" for n in range(5)})
    assert report.lines[0].named == 30  # it is counted all the same
    assert report.lines[0].ready.reason is Reason.ONE_PHOTO
    assert not report.can_train


def test_csv_survives_every_name() -> None:
    rows = list(csv.reader(io.StringIO(classes_csv(_report()), newline="")))
    assert tuple(rows[0]) == CLASS_COLUMNS
    assert [row[0] for row in rows[1:]] == ["rice", 'soup, "hot" and spicy', "egg"]
    assert rows[1][1:5] == ["33", "30", "2", "6"]
    assert rows[2][-2:] == ["few objects", "18"]
    days = list(csv.reader(io.StringIO(days_csv(_report()), newline="")))
    assert days[1:] == [["2026-03-01", "12", "10.0", "60"], ["2026-03-02", "1", "0.0", ""]]


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words(reason: Reason, qapp: object) -> None:
    ready = Readiness(reason, objects=7, photos=3, held=2)
    assert "{" not in short_hint(ready) + long_hint(ready)
    assert long_hint(ready).endswith(".")


def test_the_table_sorts_numbers_as_numbers(qtbot: object) -> None:
    table = ClassTable()
    qtbot.addWidget(table)
    table.lines.show_lines(_report().lines)
    model = table.model()
    assert [model.index(row, 1).data() for row in range(3)] == ["30", "6", "0"]
    table.sortByColumn(5, table.horizontalHeader().sortIndicatorOrder().AscendingOrder)
    assert model.index(0, 5).data() == "✓ enough"
    assert model.index(2, 5).data() == "none named yet"
