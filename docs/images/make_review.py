"""Makes the pictures of review and statistics: ``python docs/images/make_review.py``. Needs no screen."""

from __future__ import annotations

import random
import sys
import tempfile
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from make import HERE, wait  # sets the platform, so it comes before Qt
from PIL import Image
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from rvergui.core import Item, Source, SourceKind
from rvergui.gui import language, theme
from rvergui.gui.app import make_window
from rvergui.gui.memory import Memory
from rvergui.gui.queue.feature import Reviewing
from rvergui.gui.statistics.feature import Statistics
from rvergui.project.connection import SHARED, connect
from rvergui.project.demo import create_demo_project
from rvergui.project.store import Project
from rvergui.samples import SAMPLE_CLASSES, write_meals

COUNT = 48
NAMED = 40
SLIPS = 0.12  # of the names are wrong, so that the model disagrees
LEFT_OPEN = 0.1


def label(path: Path, scratch: Path) -> None:
    """Cut out and name the meals as a person would have on four days, with a few slips."""
    chance = random.Random(4)
    meals = write_meals(scratch, COUNT)
    with Project.open(path) as project:
        taxonomy = project.taxonomy()
        for record, (_, meal) in list(zip(project.photos(), meals, strict=True))[:NAMED]:
            for made in meal.objects:
                name = chance.choice(SAMPLE_CLASSES) if chance.random() < SLIPS else made.name
                food = taxonomy.find(name)
                ada = Source.now(SourceKind.PERSON, "ada")
                before = project.sheet(record.id)
                item = Item.new(made.mask, ada)
                if food is not None and chance.random() > LEFT_OPEN:
                    item = item.named(food.id, ada)
                after = replace(before, items=(*before.items, item))
                project.save_sheets([(before, after)], "Name", chance.choice((2, 2, 3, 4)))
    spread(path, chance)


def spread(path: Path, chance: random.Random) -> None:
    """Give the edits the times of somebody at work, some days long."""
    at = datetime.now(UTC) - timedelta(days=4)
    with closing(connect(path, SHARED)) as database:
        numbers = [number for (number,) in database.execute("SELECT number FROM history ORDER BY number")]
        for place, number in enumerate(numbers):
            night = place > 0 and place % (len(numbers) // 4) == 0
            at += timedelta(hours=22) if night else timedelta(seconds=chance.uniform(5, 14))
            database.execute("UPDATE history SET at = ? WHERE number = ?", (at.isoformat(), number))


def save(widget: QWidget, name: str) -> None:
    """Write a window into a picture, packed as tightly as PNG can be."""
    path = HERE / name
    widget.grab().save(str(path))
    Image.open(path).convert("RGB").save(path, optimize=True)
    sys.stdout.write(f"{path.name}: {path.stat().st_size} bytes\n")


def main() -> int:
    """The command."""
    app = QApplication([])
    memory = Memory(None)
    memory.put(language.SETTING, language.SOURCE)
    language.install(app, memory)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        path = create_demo_project(home / "sample-meals", count=COUNT)
        label(path, home / "again")
        window = make_window(home / "home", remember=False)
        window.show()
        session = window.session
        window.open_path(path)
        wait(lambda: session.photo is not None and session.model is not None and not session.encoding, 300)
        feature, statistics = window.feature(Reviewing), window.feature(Statistics)
        feature.show()
        review, naming = feature.review, feature._naming
        assert review is not None
        assert naming is not None
        wait(lambda: not review.queue.loading and naming.unasked_count > 0)
        review.actions_["review-ask"].trigger()
        wait(lambda: not naming.running and naming.unasked_count == 0, 600)
        review.strip.hide()
        review.queue.load()
        wait(lambda: not review.queue.loading)
        for act in ("review-accept", "review-verify", "review-accept"):
            review.actions_[act].trigger()
            wait(lambda: not review.queue.busy)
        wait(lambda: review.queue.crops.waiting == 0 and session.saver.pending == 0)
        QTest.qWait(500)
        save(review, "review.png")
        theme.system_theme = lambda: theme.DARK
        window.restyle()
        statistics.show()
        wait(lambda: statistics.shown is not None and statistics.shown.report is not None)
        QTest.qWait(800)
        save(statistics.shown, "statistics.png")
        window.close()
    del app
    return 0


if __name__ == "__main__":
    sys.exit(main())
