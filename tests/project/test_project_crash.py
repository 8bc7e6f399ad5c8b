"""``kill -9`` at any moment loses nothing that was reported as saved."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from rvergui.core import Taxonomy
from rvergui.project import Project

ROUNDS = 6
EDITS = 1000

# Does random edits on ten photos; after each save returned it prints what it saved and the photo's items' notes by id.
CHILD = textwrap.dedent(
    """
    import json, random, sys
    from dataclasses import replace
    from pathlib import Path
    sys.path.insert(0, sys.argv[3])
    from project_values import open_item
    from rvergui.project import Project

    dice = random.Random(int(sys.argv[2]))
    project = Project.open(Path(sys.argv[1]))
    assert not project.read_only, project.read_only_reason
    records = project.photos()
    n = 0
    while True:
        before = project.sheet(dice.choice(records).id)
        after = before
        for _ in range(dice.randint(1, 3)):
            if len(after) > 4 or (len(after) and dice.random() < 0.2):
                after = after.without([dice.choice(after.items).id])
            elif len(after) and dice.random() < 0.5:
                note = str(dice.random()) * dice.choice([1, 400])
                after = after.with_item(replace(dice.choice(after.items), note=note))
            else:
                after = after.with_item(open_item(dice.randrange(7)))
        after = replace(after, items=tuple(dice.sample(after.items, len(after))))
        if after == before:
            continue
        n += 1
        act = f"{sys.argv[2]}-{n}"
        project.save_sheet(before, after, act)
        print(json.dumps([act, before.photo_id, [[i.id, i.note] for i in project.sheet(before.photo_id)]]), flush=True)
    """
)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
def test_killing_the_program_loses_nothing_that_was_saved(path: Path) -> None:
    with Project.create(path, Taxonomy.from_names(["rice"])) as project:
        records = project.add_photos([path.parent / f"{n}.jpg" for n in range(10)])
        for record in records:
            project.set_photo_facts(record.id, None, (6, 9), None)
    dice = random.Random(20)
    reported: list[str] = []
    for seed in range(ROUNDS):
        reports = edits_until_killed(path, seed, EDITS // ROUNDS + dice.randint(0, 20), dice.random() * 0.02)
        assert len(reports) >= EDITS // ROUNDS
        reported += [act for act, _, _ in reports]
        last = {photo: (act, items) for act, photo, items in reports}
        with Project.open(path) as project:
            assert not project.read_only  # the dead program holds no lock
            assert project.check() == []
            kept = {entry.act for entry in project.history(limit=1_000_000)}
            assert kept.issuperset(reported)
            for photo, (act, items) in last.items():
                newest = project.history(photo, limit=1)[0]
                sheet = project.sheet_before(newest) if newest.act != act else project.sheet(photo)
                assert [[item.id, item.note] for item in sheet] == items
    # At most the one edit per round that was saved but not yet reported.
    assert len(kept) - 2 - len(reported) <= ROUNDS
    assert len(reported) >= EDITS // ROUNDS * ROUNDS


def edits_until_killed(path: Path, seed: int, enough: int, patience: float) -> list[tuple[str, str, list[list[str]]]]:
    """Let a child edit, kill it ``patience`` seconds after its ``enough``-th report; everything it reported."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path), str(seed), str(Path(__file__).parent)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stderr is not None
    lines: list[str] = []
    fuse = threading.Timer(patience, child.kill)
    try:
        for line in child.stdout:
            lines.append(line)
            if len(lines) == enough:
                fuse.start()
        child.wait(30)
    finally:
        fuse.cancel()
        child.kill()
        child.wait(30)
    if fuse.ident is not None:
        fuse.join()
    errors = child.stderr.read()
    child.stdout.close()
    child.stderr.close()
    assert child.returncode == -signal.SIGKILL, errors
    whole = [line for line in lines if line.endswith("\n")]  # the kill may fall into the middle of a report
    return [tuple(json.loads(line)) for line in whole]
