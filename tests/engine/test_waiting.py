"""The waiting room: who is next, who is no longer needed."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from rvergui.core import Point, Prompt
from rvergui.engine.messages import (
    Choose,
    Classify,
    Decode,
    Encode,
    PhotoRef,
    Prefetch,
    Preview,
    Priority,
    Quit,
    Refresh,
    Request,
    UseSegmenter,
)
from rvergui.engine.waiting import WaitingRoom

A, B = (PhotoRef(key, Path(f"{key}.png"), 1) for key in "ab")
CLICK = Prompt((Point(1, 1),))


def decode(photo: PhotoRef, generation: int) -> Decode:
    return Decode(photo=photo, prompt=CLICK, fresh=True, generation=generation)


def test_the_most_urgent_first_then_in_order() -> None:
    room = WaitingRoom()
    requests: list[Request] = [
        Prefetch(photos=(A,), generation=1),
        Encode(photo=A, generation=2),
        Classify(photo=A, masks=(), generation=3),
        Preview(photo=A, point=Point(1, 1), generation=4),
        decode(A, 5),
        UseSegmenter(name="x", generation=6),
        Quit(generation=7),
    ]
    for request in requests:
        room.arrived(request)
    taken = [room.take(timeout=0).generation for _ in requests]
    assert taken == [6, 7, 5, 4, 3, 2, 1]
    assert room.take(timeout=0) is None


def test_only_what_is_more_urgent_is_taken_in_between() -> None:
    room = WaitingRoom()
    room.arrived(Encode(photo=A, generation=1))
    assert room.take(before=Priority.PREPARE, timeout=0) is None
    room.arrived(decode(A, 2))
    assert room.take(before=Priority.PREPARE, timeout=0).generation == 2
    assert room.take(before=Priority.PREFETCH, timeout=0).generation == 1


def test_taking_waits_and_is_woken() -> None:
    room = WaitingRoom()
    threading.Timer(0.1, lambda: room.arrived(decode(A, 1))).start()
    begin = time.monotonic()
    assert room.take(timeout=10).generation == 1
    assert time.monotonic() - begin < 5
    assert room.take(timeout=0.05) is None


def test_the_newest_of_a_lane_supersedes() -> None:
    room = WaitingRoom()
    first, second = decode(A, 1), Choose(photo=A, prompt=CLICK, index=1, generation=2)
    room.arrived(first)
    assert not room.is_superseded(first)
    room.arrived(second)
    assert room.is_superseded(first)
    assert not room.is_superseded(second)


@pytest.mark.parametrize("other", [False, True])
def test_another_photo_makes_old_clicks_pointless(other: bool) -> None:
    room = WaitingRoom()
    requests = [Encode(photo=A, generation=1), decode(A, 2), Preview(photo=A, point=Point(1, 1), generation=3)]
    ahead = Prefetch(photos=(B,), generation=4)
    name = Classify(photo=A, masks=(), generation=5)
    for request in (*requests, ahead, name):
        room.arrived(request)
    room.arrived(Encode(photo=B if other else A, generation=6))
    assert [room.is_superseded(r) for r in requests[1:]] == [other, other]
    assert room.is_superseded(requests[0])  # there is a newer one in any case
    assert room.is_superseded(ahead)  # what comes next may be something else now
    assert not room.is_superseded(name)
    assert not room.is_superseded(decode(B if other else A, 7))


def test_what_nobody_did_is_no_sign_of_life() -> None:
    room = WaitingRoom()
    time.sleep(0.05)
    room.arrived(Prefetch(photos=(A,), generation=1))
    room.arrived(Refresh())
    assert room.quiet_for() >= 0.05
    room.arrived(decode(A, 2))
    assert room.quiet_for() < 0.05
