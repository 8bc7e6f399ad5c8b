"""Classes: names, aliases, merges; undo is the earlier value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rvergui.core import RverError, Taxonomy
from rvergui.core.taxonomy import MAX_NAME_LENGTH, clean_class_name

SHOP = Taxonomy.from_names(["rice", "noodles", "Ketchup"])


def id_of(taxonomy: Taxonomy, name: str) -> str:
    found = taxonomy.find(name)
    assert found is not None
    return found.id


def test_order_ids_and_colours() -> None:
    assert SHOP.names() == ["rice", "noodles", "Ketchup"]
    assert len(SHOP) == 3
    assert len({c.id for c in SHOP}) == 3
    assert len({c.colour for c in SHOP}) == 3


def test_repeated_names_are_kept_once() -> None:
    assert Taxonomy.from_names(["rice", "RICE", " rice ", "egg"]).names() == ["rice", "egg"]


@pytest.mark.parametrize("spelling", ["ketchup", "KETCHUP", "  Ketchup ", "ketchup\n"])
def test_find_whatever_the_case(spelling: str) -> None:
    found = SHOP.find(spelling)
    assert found is not None
    assert found.name == "Ketchup"


def test_find_whatever_the_unicode_form() -> None:
    taxonomy = Taxonomy.from_names(["crème brûlée"])
    assert taxonomy.find("cre\u0300me bru\u0302le\u0301e") is not None
    assert SHOP.find("soup") is None


def test_rename_keeps_the_id_and_the_old_name_as_alias() -> None:
    renamed = SHOP.renamed(id_of(SHOP, "Ketchup"), "tomato ketchup")
    assert renamed.names() == ["rice", "noodles", "tomato ketchup"]
    assert id_of(renamed, "ketchup") == id_of(SHOP, "Ketchup") == id_of(renamed, "tomato ketchup")
    back = renamed.renamed(id_of(SHOP, "Ketchup"), "Ketchup")
    found = back.find("Ketchup")
    assert found is not None
    assert found.aliases == ("tomato ketchup",)
    assert SHOP.names() == ["rice", "noodles", "Ketchup"], "the earlier value is untouched: undo is going back to it"


def test_rename_only_in_case_makes_no_alias() -> None:
    renamed = SHOP.renamed(id_of(SHOP, "rice"), "Rice")
    found = renamed.find("rice")
    assert found is not None
    assert (found.name, found.aliases) == ("Rice", ())


def test_taken_names_are_refused() -> None:
    with pytest.raises(RverError, match="“rice” already"):
        SHOP.added("RICE")
    with pytest.raises(RverError, match="“rice” already"):
        SHOP.renamed(id_of(SHOP, "noodles"), " rice")


def test_a_name_wins_over_an_alias() -> None:
    renamed = SHOP.renamed(id_of(SHOP, "rice"), "steamed rice")
    both, new = renamed.added("rice")
    assert both.find("rice") == new


def test_merge_sends_everything_to_the_target() -> None:
    rice, noodles = id_of(SHOP, "rice"), id_of(SHOP, "noodles")
    merged = SHOP.renamed(rice, "long rice").merged(rice, noodles)
    assert merged.names() == ["noodles", "Ketchup"]
    assert len(merged) == 2
    target = merged.get(rice)
    assert target is not None
    assert target.id == noodles
    assert target.aliases == ("long rice", "rice")
    assert id_of(merged, "rice") == id_of(merged, "long rice") == noodles


def test_merges_are_followed_through_a_chain() -> None:
    rice, noodles, ketchup = (c.id for c in SHOP)
    merged = SHOP.merged(rice, noodles).merged(noodles, ketchup)
    target = merged.get(rice)
    assert target is not None
    assert target.id == ketchup
    assert set(target.aliases) == {"rice", "noodles"}
    assert merged.names() == ["Ketchup"]


def test_undo_of_a_merge_is_the_earlier_value() -> None:
    before = SHOP
    after = before.merged(id_of(before, "rice"), id_of(before, "noodles"))
    assert after != before
    assert before == SHOP
    assert before.find("rice") is not None
    found = before.get(id_of(before, "rice"))
    assert found is not None
    assert found.name == "rice"


def test_impossible_merges_say_why() -> None:
    rice, noodles, ketchup = (c.id for c in SHOP)
    with pytest.raises(RverError, match="itself"):
        SHOP.merged(rice, rice)
    merged = SHOP.merged(rice, noodles)
    with pytest.raises(RverError, match="“rice” has been merged already"):
        merged.merged(rice, ketchup)
    with pytest.raises(RverError, match="“rice” has been merged already"):
        merged.merged(noodles, rice)
    with pytest.raises(RverError, match="no longer in the list"):
        SHOP.merged("nobody", rice)


def test_the_name_of_a_merged_class_is_free_again() -> None:
    merged = SHOP.merged(id_of(SHOP, "rice"), id_of(SHOP, "noodles"))
    again, new = merged.added("rice")
    assert again.find("rice") == new


def test_recolour() -> None:
    rice = id_of(SHOP, "rice")
    changed = SHOP.recoloured(rice, "#ABCDEF").get(rice)
    assert changed is not None
    assert changed.colour == "#abcdef"


@given(st.text(max_size=150))
def test_a_cleaned_name_is_clean_or_refused(name: str) -> None:
    try:
        cleaned = clean_class_name(name)
    except RverError:
        return
    assert clean_class_name(cleaned) == cleaned
    assert cleaned == cleaned.strip()
    assert "  " not in cleaned
    assert 0 < len(cleaned) <= MAX_NAME_LENGTH
    assert "\n" not in cleaned
    assert "\x00" not in cleaned


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "empty"),
        (" \t\n", "empty"),
        ("\u200b\u200d", "empty"),
        ("\ufeff ", "empty"),
        ("x" * (MAX_NAME_LENGTH + 1), "longer"),
        ("ri\x00ce", "control"),
        ("ri\x1bce", "control"),
        ("\ud800", "control"),
    ],
)
def test_impossible_names(name: str, reason: str) -> None:
    with pytest.raises(RverError, match=reason):
        clean_class_name(name)


def test_white_space_and_unicode_are_tidied() -> None:
    assert clean_class_name("  cre\u0300me \t brulee\n") == "crème brulee"
