"""Numbers with their nouns on the command line."""

from __future__ import annotations

import pytest

from rvergui.cli.counted import counted, objects_on


@pytest.mark.parametrize(
    ("count", "noun", "words"),
    [(0, "photo", "0 photos"), (1, "photo", "1 photo"), (2, "class", "2 classes"), (1, "class", "1 class")],
)
def test_a_number_and_its_noun_agree(count: int, noun: str, words: str) -> None:
    assert counted(count, noun) == words


def test_objects_on_photos() -> None:
    assert objects_on(1, 1) == "1 object on 1 photo"
    assert objects_on(9, 2, "from") == "9 objects from 2 photos"
