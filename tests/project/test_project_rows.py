from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from project_values import edited_taxonomy, items, open_item

from rvergui.core import Item, RverError, Suggestion, Taxonomy
from rvergui.project.rows import (
    class_from,
    class_row,
    from_json,
    item_from,
    item_row,
    path_from,
    path_value,
    photo_from,
    to_json,
)


@settings(deadline=None, max_examples=60)
@given(items())
def test_an_item_survives_its_row(item: Item) -> None:
    assert item_from(item.id, item_row(item)) == item


@settings(deadline=None, max_examples=60)
@given(items())
def test_a_row_survives_json(item: Item) -> None:
    rows = {item.id: {"position": 3, **item_row(item)}, "gone": None}
    assert from_json(json.loads(json.dumps(to_json(rows)))) == rows


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_class_survives_its_row(data: st.DataObject) -> None:
    for food in data.draw(edited_taxonomy(Taxonomy())).classes:
        assert class_from(food.id, class_row(food)) == food


def test_the_numbers_of_networks_can_be_stored() -> None:
    item = open_item().with_suggestions((Suggestion("rice", np.float32(0.5), np.float32(0.25)),))
    again = item_from(item.id, item_row(item))
    assert again.suggestions == (Suggestion("rice", 0.5, 0.25),)
    assert type(again.suggestions[0].probability) is float


@pytest.mark.parametrize(
    ("column", "value"),
    [("state", "half"), ("mask_kind", "ghost"), ("mask_at", "yesterday"), ("suggestions", "{"), ("suggestions", "[1]")],
)
def test_a_row_that_is_no_item_is_told_in_a_sentence(column: str, value: str) -> None:
    item = open_item()
    with pytest.raises(RverError, match=r"cannot be read .* backup copy"):
        item_from(item.id, {**item_row(item), column: value})


def test_a_row_that_is_no_class_is_told_in_a_sentence() -> None:
    with pytest.raises(RverError, match=r"ketchup .* cannot be read"):
        class_from("1", {"name": "ketchup", "colour": "#ff0000", "aliases": "[", "merged_into": None})


def test_file_names_that_are_no_unicode_are_kept() -> None:
    assert path_value("a/é.jpg") == "a/é.jpg"
    broken = "a/\udcff.jpg"
    assert path_value(broken) == b"a/\xff.jpg"
    assert path_from(b"a/\xff.jpg") == broken
    assert photo_from(("id", b"a/\xff.jpg", None, 3, 4, None, 0, 0, 0, None, 0)).path == broken
