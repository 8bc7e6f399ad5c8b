"""What a new engine is told after one has died, and what it is not told again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from rvergui.engine.messages import Failed, ModelReady, Quit, Request, SegmenterReady, UseModel, UseSegmenter
from rvergui.gui import models as models_module
from rvergui.gui.models import ModelThread


class Mortal(ModelThread):
    """Its engines note what they are told, load whatever is "good", refuse "bad" and die of "deadly"."""

    def __init__(self) -> None:
        super().__init__(in_process=True)
        self.told: list[list[str]] = []
        self.answers: list[object] = []
        self.answered.connect(self.answers.append)

    def _start_engine(self) -> None:
        here, there = Pipe()
        told: list[str] = []
        self.told.append(told)
        self._process = threading.Thread(target=_engine, args=(there, told), daemon=True)
        self._process.start()
        self._connection = here


def _engine(connection: Connection, told: list[str]) -> None:
    while True:
        try:
            request: Request = connection.recv()
        except (EOFError, OSError):
            return
        generation = request.generation
        if isinstance(request, Quit):
            connection.close()
            return
        if isinstance(request, UseModel):
            told.append(f"model {request.checkpoint}")
            ready = ModelReady(
                generation=generation,
                name="m",
                trained=True,
                start="",
                classes=(),
                metrics={},
                device="cpu",
                checkpoint=request.checkpoint,
                ms=1.0,
            )
            connection.send(ready)
            continue
        assert isinstance(request, UseSegmenter)
        told.append(request.name)
        if request.name == "deadly":
            connection.close()
            return
        if request.name == "bad":
            connection.send(Failed(generation=generation, request=request, message="no"))
        else:
            connection.send(SegmenterReady(generation=generation, name=request.name, description="", ms=1.0))


@pytest.fixture
def models(qtbot: QtBot) -> Iterator[Mortal]:
    made = Mortal()
    made.start()
    qtbot.waitUntil(lambda: made._connection is not None, timeout=10_000)
    yield made
    assert made.stop()
    made._process.join(10)


def use(models: Mortal, qtbot: QtBot, name: str, done: Callable[[], bool]) -> None:
    models.submit(UseSegmenter(name=name))
    qtbot.waitUntil(done, timeout=10_000)


@pytest.mark.expects_log
def test_what_an_engine_died_of_twice_is_not_loaded_again(models: Mortal, qtbot: QtBot) -> None:
    use(models, qtbot, "good", lambda: len(models.answers) == 1)
    models.submit(UseModel(checkpoint=Path("m.safetensors"), classes=()))
    qtbot.waitUntil(lambda: len(models.answers) == 2, timeout=10_000)
    use(models, qtbot, "deadly", lambda: any(isinstance(a, Failed) for a in models.answers))
    qtbot.waitUntil(lambda: len(models.told) == 3 and len(models.told[-1]) == 2, timeout=10_000)
    assert models.told[0] == ["good", "model m.safetensors", "deadly"]
    assert "deadly" in models.told[1]
    assert sorted(models.told[2]) == ["good", "model m.safetensors"]
    (failed,) = [a for a in models.answers if isinstance(a, Failed)]
    assert failed.request.name == "deadly"
    assert "memory" in failed.message


@pytest.mark.expects_log
def test_what_was_refused_is_not_asked_for_again(models: Mortal, qtbot: QtBot) -> None:
    use(models, qtbot, "good", lambda: len(models.answers) == 1)
    use(models, qtbot, "bad", lambda: len(models.answers) == 2)
    models._connection.send(UseSegmenter(name="deadly"))  # the engine dies of something else
    qtbot.waitUntil(lambda: len(models.told) == 2 and bool(models.told[1]), timeout=10_000)
    assert models.told[1] == ["good"]


@pytest.mark.expects_log
def test_an_engine_that_keeps_dying_is_given_up_but_one_that_lived_long_is_not(
    models: Mortal, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    models.died.connect(said.append)
    monkeypatch.setattr(models_module, "HEALTHY_S", 0.0)  # each has lived long enough
    for number in range(1, 6):
        models._connection.send(UseSegmenter(name="deadly"))
        qtbot.waitUntil(lambda number=number: len(said) == number, timeout=10_000)
    assert all("started again" in sentence for sentence in said)
    monkeypatch.setattr(models_module, "HEALTHY_S", 1e6)
    said.clear()
    for number in range(1, 4):
        models._connection.send(UseSegmenter(name="deadly"))
        qtbot.waitUntil(lambda number=number: len(said) == number, timeout=10_000)
    assert "keep stopping" in said[-1]
    assert models.given_up
