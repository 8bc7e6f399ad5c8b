"""Folders of 50,000 photos stay pleasant.

Processor time is measured, so that other programs on the machine do not count, and the limits are several times what
was measured, for slow machines.
"""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median

from project_values import confirmed_item

from rvergui.core import Sheet, Taxonomy
from rvergui.project import Project
from rvergui.project.records import PhotoFacts

COUNT = 50_000


def test_fifty_thousand_photos(path: Path) -> None:
    taxonomy = Taxonomy.from_names(f"class {n}" for n in range(105))
    folder = path.parent
    with Project.create(path, taxonomy) as project:
        start = time.process_time()
        records = project.add_photos([folder / f"day {n // 1000}" / f"IMG_{n}.jpg" for n in range(COUNT)])
        assert time.process_time() - start < 12
        assert len(records) == COUNT
        assert len(project.history()) == 2
        project.set_facts_of_photos([PhotoFacts(record.id, "ab" * 16, (6, 9)) for record in records])
        seconds = []
        for record in records[:: COUNT // 100]:
            empty = Sheet(record.id, (6, 9))
            named = empty.with_item(confirmed_item(taxonomy.classes[0].id))
            start = time.process_time()
            project.save_sheet(empty, named, "draw")
            seconds.append(time.process_time() - start)
        assert median(seconds) < 0.05
    start = time.process_time()
    with Project.open(path) as project:
        photos = project.photos()
        assert time.process_time() - start < 2
        assert [record.path for record in photos[998:1001]] == [
            "day 0/IMG_998.jpg",
            "day 0/IMG_999.jpg",
            "day 1/IMG_1000.jpg",
        ]
        assert sum(record.confirmed for record in photos) == 100
        start = time.process_time()
        assert sum(1 for _ in project.labelled()) == 100
        assert time.process_time() - start < 2
        start = time.process_time()
        (again,) = project.add_photos([folder / "day 7" / "IMG_7000.jpg"])
        assert time.process_time() - start < 1
        assert again == photos[7000]
