"""A predictor that is taught names: what it says then, and what it remembers of an object."""

from __future__ import annotations

import numpy as np
import pytest

from rvergui.core import RverError
from rvergui.rvernet.instant_head import InstantHead, Lesson
from rvergui.rvernet.naming_runtime import FixedNetwork
from rvergui.rvernet.naming_runtime_torch import TorchNaming
from rvergui.rvernet.predictor import ModelInfo, Naming, Predictor
from rvergui.rvernet.preprocessing import Preprocessing
from tests.rvernet.tiny_networks import CLASSES, SIZE, box_mask, tiny_checkpoint, tiny_network, tiny_photo

BOXES = [box_mask(5 * x, 4 * y, 14, 12) for x in range(4) for y in range(3)]


def predictor(trained: bool = True) -> Predictor:
    info = ModelInfo("n", trained, "", CLASSES, {}, "CPU")
    return Predictor(FixedNetwork(TorchNaming(tiny_network()), "on CPU", "asked for"), info, Preprocessing(size=SIZE))


def lesson(naming: Naming, number: int, label: str) -> Lesson:
    assert naming.impression is not None
    return Lesson(str(number), label, naming.impression.features, naming.impression.chances)


@pytest.mark.parametrize("trained", [True, False])
def test_it_says_what_a_head_says_that_was_built_directly(trained: bool) -> None:
    asked, photo = predictor(trained), tiny_photo()
    seen = asked.classify(photo, BOXES)
    lessons = [lesson(naming, number, ("miso", "leek", "egg")[number % 3]) for number, naming in enumerate(seen[:9])]
    asked.names.learn(lessons)
    assert (len(asked.names), asked.names.names) == (9, 3)
    direct = InstantHead(CLASSES, trained)
    direct.learn(lessons if trained else [Lesson(x.id, x.label, x.features) for x in lessons])
    for naming in asked.classify(photo, BOXES[9:], top=5):
        impression = naming.impression
        assert impression is not None
        both = np.stack([impression.features, impression.features_alone]).astype(np.float32)
        with_, alone = direct.answer(both, np.stack([impression.chances, impression.chances_alone]))
        said = {s.name: s for s in naming.suggestions}
        assert set(said) == {*CLASSES, "miso", "leek"}
        for name, chance, without in zip(direct.names(), with_, alone, strict=True):
            assert said[name].probability == pytest.approx(float(chance), abs=1e-6)
            assert said[name].without_context == pytest.approx(float(without), abs=1e-6)
        assert any(abs(s.context_change) > 1e-6 for s in naming.suggestions)
        assert asked.names.suggestions([impression]) == [naming.suggestions]


def test_labels_are_spelled_and_forgotten() -> None:
    asked, photo = predictor(), tiny_photo()
    before = asked.classify(photo, BOXES[:4])
    asked.names.learn([lesson(before[0], 0, "id-7")], spelled={"id-7": "miso"})
    assert "miso" in {s.name for s in asked.classify(photo, BOXES[:1])[0].suggestions}
    asked.names.learn(spelled={"id-7": "miso soup"})
    assert "miso soup" in {s.name for s in asked.classify(photo, BOXES[:1])[0].suggestions}
    alone = asked.classify(photo, BOXES[:4], learnt=False)[0].suggestions
    assert alone == before[0].suggestions
    asked.names.learn(relabel={"0": "egg", "never there": "rice"})
    assert {s.name for s in asked.classify(photo, BOXES[:1])[0].suggestions} == set(CLASSES)
    asked.names.learn(forget=["0"])
    assert [n.suggestions for n in asked.classify(photo, BOXES[:4])] == [n.suggestions for n in before]
    asked.names.learn([lesson(before[1], 1, "leek")])
    asked.names.forget_all()
    assert [n.suggestions for n in asked.classify(photo, BOXES[:4])] == [n.suggestions for n in before]
    assert asked.names.suggestions([]) == []


def test_another_networks_impressions_are_refused() -> None:
    asked, photo = predictor(), tiny_photo()
    first = asked.classify(photo, BOXES[:1])[0]
    asked.names.learn([lesson(first, 0, "leek")])
    with pytest.raises(RverError, match="another network"):
        asked.names.learn([Lesson("1", "leek", np.ones(3, np.float16))])
    assert len(asked.names) == 1


def test_many_lessons_are_fitted_when_somebody_asks() -> None:
    asked, slowly, photo = predictor(), predictor(), tiny_photo()
    masks = [box_mask(x, y, 10, 9) for x in range(0, 48, 4) for y in range(0, 30, 6)]
    lessons = [lesson(each, number, f"food {number % 4}") for number, each in enumerate(asked.classify(photo, masks))]
    for each in lessons:
        slowly.names.learn([each])
    asked.names.learn(lessons[:30])
    asked.names.learn(lessons[30:])
    asked.names.learn(forget=["3"])
    asked.names.learn([lessons[3]])
    for one, other in zip(asked.classify(photo, BOXES), slowly.classify(photo, BOXES), strict=True):
        assert {s.name: s.probability for s in one.suggestions} == pytest.approx(
            {s.name: s.probability for s in other.suggestions}, abs=1e-4
        )


def test_a_checkpoint_is_known_by_its_content_and_an_untrained_network_by_its_start(tmp_path) -> None:
    one, other = tiny_checkpoint(tmp_path / "one.safetensors"), tiny_checkpoint(tmp_path / "other.safetensors", seed=1)
    copy = tmp_path / "copy.safetensors"
    copy.write_bytes(one.read_bytes())
    prints = [Predictor.load(path, device="cpu").fingerprint for path in (one, other, copy)]
    assert prints[0] == prints[2] != prints[1]
    assert prints[0]

    def drawn(seed: int, classes: tuple[str, ...]) -> str:
        small = Preprocessing(size=SIZE)
        return Predictor.untrained(
            classes, "test_efficientnet", "test_vit", seed, (), preprocessing=small, device="cpu"
        ).fingerprint

    assert drawn(0, ("a",)) == drawn(0, ("a", "b")) != drawn(1, ("a",))


def test_a_second_opinion_on_a_lesson_comes_from_the_others() -> None:
    asked, without, photo = predictor(), predictor(), tiny_photo()
    seen = asked.classify(photo, BOXES)
    lessons = [lesson(naming, number, ("miso", "leek", "egg")[number % 3]) for number, naming in enumerate(seen[:9])]
    asked.names.learn(lessons)
    without.names.learn([*lessons[:4], *lessons[5:]])
    (wanted,) = without.classify(photo, [BOXES[4]], top=5)
    own = ["", "4", "never learnt"]
    scale = {s.name: s.probability for s in wanted.suggestions}
    mixing = without.names._head.mixing
    asked.names._head._mixing = mixing  # only that is fitted on the lesson, too
    first, second, third = asked.classify(photo, [BOXES[9], BOXES[4], BOXES[10]], own=own)
    assert {s.name: s.probability for s in second.suggestions} == pytest.approx(scale, abs=1e-4)
    plain = asked.classify(photo, [BOXES[9], BOXES[4], BOXES[10]])
    assert [first.suggestions, third.suggestions] == [plain[0].suggestions, plain[2].suggestions]
    assert second.suggestions != plain[1].suggestions
