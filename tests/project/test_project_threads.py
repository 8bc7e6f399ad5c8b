from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from project_values import open_item

from rvergui.core import Sheet
from rvergui.project import PhotoRecord, Project


def test_reading_does_not_wait_for_a_save_in_progress(project: Project, photo: PhotoRecord) -> None:
    writer = project._opened.writer
    assert writer is not None
    inside, go_on = threading.Event(), threading.Event()

    def slow_save() -> None:
        with writer.transaction() as connection:
            connection.execute("DELETE FROM classes")
            inside.set()
            assert go_on.wait(20)

    with ThreadPoolExecutor(1) as pool:
        saving = pool.submit(slow_save)
        assert inside.wait(20)
        start = time.perf_counter()
        assert len(project.taxonomy()) == 3
        assert project.photos() == [photo]
        assert project.sheet(photo.id).items == ()
        assert time.perf_counter() - start < 2
        assert not saving.done()
        go_on.set()
        saving.result()
    assert len(project.taxonomy()) == 0


def test_saves_and_reads_from_many_threads_keep_everything(project: Project) -> None:
    records = project.add_photos([project.root / f"{n}.jpg" for n in range(4)])
    wrong: list[str] = []

    def edit(record: PhotoRecord) -> Sheet:
        sheet = Sheet(record.id, (6, 9))
        for n in range(40):
            after = sheet.with_item(open_item(n % 7)) if n % 4 != 3 else sheet.without([sheet.items[0].id])
            project.save_sheet(sheet, after, "edit")
            sheet = after
            if project.sheet(record.id) != sheet:
                wrong.append(f"{record.path}: edit {n} was not seen after it was saved")
        return sheet

    def look() -> None:
        for _ in range(60):
            for record, sheet in project.labelled():
                if record.items != len(sheet):
                    wrong.append("counts and items are of different moments")
            project.photos()

    with ThreadPoolExecutor(6) as pool:
        edits = [pool.submit(edit, record) for record in records]
        looks = [pool.submit(look) for _ in range(2)]
        sheets = [future.result() for future in edits]
        for future in looks:
            future.result()
    assert wrong == []
    assert [project.sheet(record.id) for record in records] == sheets
    assert project.check() == []
    assert len(project.history(limit=1000)) == 4 * 40 + 2


def test_two_threads_on_one_photo_keep_each_other_s_items(project: Project, photo: PhotoRecord) -> None:
    empty = project.sheet(photo.id)

    def draw(n: int) -> str:
        item = open_item(n % 7)
        project.save_sheet(empty, empty.with_item(item), "draw")
        return item.id

    with ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(draw, range(40)))
    assert sorted(item.id for item in project.sheet(photo.id)) == sorted(drawn)


def test_a_project_may_be_closed_on_another_thread(project: Project, photo: PhotoRecord) -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(project.close).result()
    with Project.open(project.path) as again:
        assert not again.read_only
        assert again.photos() == [photo]
