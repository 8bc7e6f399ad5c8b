from __future__ import annotations

import json
import subprocess
import sys

import pytest

from rvergui.training.events import (
    Cancelled,
    Confusion,
    Epoch,
    Event,
    Failed,
    Finished,
    Preparing,
    Started,
    Step,
    parse_event,
)

EVENTS: list[Event] = [
    Preparing(done=3, total=9),
    Started(
        model="a + b, 224 px",
        start="both branches random",
        train_items=8,
        val_items=2,
        train_photos=4,
        val_photos=1,
        classes=["crème brûlée", "rice"],
        epochs=3,
        steps=6,
        device="CPU",
        skipped=["a.jpg is damaged"],
    ),
    Step(step=1, steps=6, epoch=1, loss=0.25, lr=1e-3, seconds_left=12.5),
    Epoch(epoch=1, train_loss=0.5, val_loss=0.4, top1=0.75, macro_f1=0.7, best=True),
    Finished(
        checkpoint="m.safetensors",
        metrics={"top1": 0.9},
        parent_metrics={"top1": 0.8},
        seconds=3.5,
        per_class={"rice": 0.9},
        parent_per_class={"rice": 0.8},
        confused=[Confusion(true="rice", predicted="egg", count=2)],
    ),
    Cancelled(checkpoint=None),
    Failed(message="There is “not enough”\nmemory."),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.event)
def test_an_event_survives_a_line_of_json(event: Event) -> None:
    line = event.line()
    assert "\n" not in line
    assert json.loads(line)["event"] == event.event
    assert parse_event(line) == event
    assert parse_event(line.encode() + b"\r\n") == event


def test_the_fields_are_those_that_were_agreed_on() -> None:
    fields = {type(event).__name__: set(json.loads(event.line())) for event in EVENTS}
    started = "model start train_items val_items train_photos val_photos classes epochs steps device"
    assert fields["Started"] >= set(started.split())
    assert fields["Step"] >= {"step", "steps", "epoch", "loss", "lr", "seconds_left"}
    assert fields["Epoch"] >= {"epoch", "train_loss", "val_loss", "top1", "macro_f1", "best"}
    assert fields["Finished"] >= {"checkpoint", "metrics", "parent_metrics", "seconds"}
    assert fields["Cancelled"] >= {"checkpoint"}
    assert fields["Failed"] >= {"message"}


@pytest.mark.parametrize(
    "line",
    [
        "",
        "hello",
        "{",
        "[]",
        "null",
        '{"event": "lunch"}',
        '{"event": "step"}',
        '{"step": 1}',
        b"\xff\xfe",
        "Epoch 3: 12%|",
    ],
)
def test_anything_else_is_no_event(line: str | bytes) -> None:
    assert parse_event(line) is None


def test_what_a_newer_run_adds_is_ignored() -> None:
    line = json.dumps({"event": "failed", "message": "no", "colour": "red"})
    assert parse_event(line) == Failed(message="no")


@pytest.mark.parametrize("loss", [float("nan"), float("inf")])
def test_a_loss_that_is_no_number_is_still_json(loss: float) -> None:
    event = Step(step=1, steps=1, epoch=1, loss=loss, lr=0.1, seconds_left=0)
    assert json.loads(event.line())["loss"] is None
    again = parse_event(event.line())
    assert isinstance(again, Step)
    assert again.loss is None


def test_the_window_can_read_events_without_torch() -> None:
    code = "import sys, rvergui.training.events, rvergui.training.options; print('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "False"
