"""Teaching the engine names: it says what a head says that was built directly, and forgets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from rvergui.core import Mask
from rvergui.engine.engine import Engine
from rvergui.engine.messages import Classified, Classify, Failed, MaskNaming, ModelReady, PhotoRef, UseModel
from rvergui.engine.teaching import SuggestAgain, SuggestedAgain, Taught, Teach
from rvergui.rvernet.instant_head import InstantHead, Lesson
from tests.rvernet.tiny_networks import CLASSES, tiny_checkpoint

MASKS = tuple(Mask.from_crop(np.ones((12, 16), bool), (7 * x, 9 * y), (60, 80)) for x in range(4) for y in range(3))


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = Engine()
    yield made
    made.close()


@pytest.fixture
def ready(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelReady:
    monkeypatch.setenv("RVERGUI_DEVICE", "torch")
    said = engine.answer(UseModel(checkpoint=tiny_checkpoint(tmp_path / "tiny.safetensors"), classes=CLASSES))
    assert isinstance(said, ModelReady)
    assert said.fingerprint
    return said


def named(engine: Engine, photo: PhotoRef, learnt: bool = True) -> tuple[MaskNaming, ...]:
    said = engine.answer(Classify(photo=photo, masks=MASKS, learnt=learnt))
    assert isinstance(said, Classified), said
    return said.namings


def lessons(namings: tuple[MaskNaming, ...], labels: str) -> tuple[Lesson, ...]:
    seen = [naming.impression for naming in namings]
    return tuple(
        Lesson(f"photo/{number}", label, each.features, each.chances)
        for number, (each, label) in enumerate(zip(seen, labels.split(), strict=False))
        if each is not None
    )


def test_what_it_says_after_a_lesson(engine: Engine, ready: ModelReady, photos: list[PhotoRef]) -> None:
    before = named(engine, photos[0])
    given = lessons(before, "miso leek miso leek egg miso")
    taught = engine.answer(Teach(fingerprint=ready.fingerprint, lessons=given))
    assert isinstance(taught, Taught)
    assert (taught.objects, taught.names) == (6, 3)
    direct = InstantHead(CLASSES, True)
    direct.learn(given)
    after = named(engine, photos[0])
    for naming in after:
        seen = naming.impression
        assert seen is not None
        chances = direct.answer(seen.features.astype(np.float32)[None], seen.chances[None])[0]
        said = {s.name: s.probability for s in naming.suggestions}
        assert said == pytest.approx(dict(zip(direct.names(), chances.tolist(), strict=True)), abs=1e-6)
    assert [n.suggestions for n in named(engine, photos[0], learnt=False)] == [n.suggestions for n in before]
    again = engine.answer(
        SuggestAgain(fingerprint=ready.fingerprint, seen=tuple(n.impression for n in before if n.impression))
    )
    assert isinstance(again, SuggestedAgain)
    assert list(again.suggestions) == [naming.suggestions for naming in after]


def test_forgetting_relabelling_and_beginning_anew(engine: Engine, ready: ModelReady, photos: list[PhotoRef]) -> None:
    before, print_ = named(engine, photos[0]), ready.fingerprint
    first = lessons(before, "c1 c2 c1")
    engine.answer(Teach(fingerprint=print_, lessons=first, spelled={"c1": "miso", "c2": "leek"}))
    assert {s.name for s in named(engine, photos[0])[0].suggestions} >= {"miso", "leek"}
    taught = engine.answer(Teach(fingerprint=print_, relabel={"photo/1": "c1"}, forget=("photo/0",)))
    assert isinstance(taught, Taught)
    assert (taught.objects, taught.names) == (2, 1)
    taught = engine.answer(Teach(fingerprint=print_, anew=True))
    assert isinstance(taught, Taught)
    assert (taught.objects, taught.names) == (0, 0)
    assert [n.suggestions for n in named(engine, photos[0])] == [n.suggestions for n in before]


def test_another_network_refuses(engine: Engine, ready: ModelReady, photos: list[PhotoRef]) -> None:
    given = lessons(named(engine, photos[0]), "miso")
    for request in (Teach(fingerprint="another", lessons=given), SuggestAgain(fingerprint="", seen=())):
        said = engine.answer(request)
        assert isinstance(said, Failed)
        assert "Another network" in said.message
    assert isinstance(Engine().answer(Teach(fingerprint="x")), Failed)  # no network at all
