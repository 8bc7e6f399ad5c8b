from __future__ import annotations

import pytest

from rvergui.core import RverError, Taxonomy
from rvergui.core.look_alikes import named_groups, renamed_group, with_classes, with_group, without_group

TAXONOMY = Taxonomy.from_names(["ketchup", "chili paste", "mayonnaise", "rice"])
KETCHUP, CHILI, MAYO, RICE = (food.id for food in TAXONOMY)


def test_groups_follow_renaming_merging_and_undoing_it() -> None:
    begin = with_group(with_group(TAXONOMY, [KETCHUP, CHILI, MAYO]), [RICE, MAYO], "white")
    assert named_groups(begin) == {
        "ketchup / chili paste / mayonnaise": ("ketchup", "chili paste", "mayonnaise"),
        "white": ("rice", "mayonnaise"),
    }
    renamed = begin.renamed(CHILI, "sambal")
    assert list(named_groups(renamed)) == ["ketchup / sambal / mayonnaise", "white"]
    merged = renamed.merged(MAYO, RICE)
    assert named_groups(merged) == {"ketchup / sambal / rice": ("ketchup", "sambal", "rice")}
    assert len(merged.look_alikes) == 2  # the earlier value, which undo brings back, has it all
    grown, _ = merged.added("soy sauce")
    assert grown.look_alikes == begin.look_alikes
    gone = Taxonomy(tuple(food for food in begin.classes if food.id != CHILI), begin.look_alikes)
    assert named_groups(gone)["ketchup / mayonnaise"] == ("ketchup", "mayonnaise")


def test_groups_are_changed_one_at_a_time() -> None:
    one = with_group(TAXONOMY, [KETCHUP, CHILI], "sauces")
    assert named_groups(with_classes(one, 0, [KETCHUP, MAYO])) == {"sauces": ("ketchup", "mayonnaise")}
    assert list(named_groups(renamed_group(one, 0, "  red   sauces "))) == ["red sauces"]
    assert list(named_groups(renamed_group(one, 0, " "))) == ["ketchup / chili paste"]
    assert without_group(one, 0) == TAXONOMY


@pytest.mark.parametrize(
    ("ids", "name", "words"),
    [
        ([KETCHUP], "", "two classes at least"),
        ([KETCHUP, KETCHUP], "", "two classes at least"),
        ([RICE, MAYO], "Sauces", "There is a group “sauces” already"),
        ([CHILI, KETCHUP], "other", "the very same classes"),
        ([RICE, MAYO], "a\x00b", "control characters"),
    ],
)
def test_what_makes_no_sense_is_refused(ids: list[str], name: str, words: str) -> None:
    with pytest.raises(RverError, match=words):
        with_group(with_group(TAXONOMY, [KETCHUP, CHILI], "sauces"), ids, name)
