"""Hypothesis strategies and small makers for the project's tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
from hypothesis import strategies as st

from rvergui.core import FoodClass, Item, ItemState, Mask, Sheet, Source, SourceKind, Suggestion, Taxonomy

SIZE = (6, 9)

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
moments = st.datetimes(
    min_value=datetime(1980, 1, 1),
    max_value=datetime(2200, 1, 1),
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45)), timezone(timedelta(hours=-9))]),
)
sources = st.builds(Source, kind=st.sampled_from(SourceKind), name=texts, at=moments)
probabilities = st.floats(0, 1)
suggestions = st.lists(st.builds(Suggestion, texts, probabilities, probabilities), max_size=3).map(tuple)
ids = st.uuids(version=4).map(lambda value: value.hex)


@st.composite
def masks(draw: st.DrawFn, size: tuple[int, int] = SIZE) -> Mask:
    bits = draw(st.integers(0, 2 ** (size[0] * size[1]) - 1))
    flat = [(bits >> n) & 1 for n in range(size[0] * size[1])]
    return Mask.from_array(np.array(flat, dtype=np.uint8).reshape(size))


def items(item_ids: st.SearchStrategy[str] = ids) -> st.SearchStrategy[Item]:
    return st.builds(
        Item,
        id=item_ids,
        mask=masks(),
        class_id=st.none() | ids,
        state=st.sampled_from(ItemState),
        mask_source=sources,
        label_source=st.none() | sources,
        suggestions=suggestions,
        note=texts,
        verified=st.none() | sources,
    )


@st.composite
def edited(draw: st.DrawFn, sheet: Sheet) -> Sheet:
    """A sheet after an arbitrary edit: items removed, changed, added and put in any order."""
    kept = [item for item in sheet if draw(st.integers(0, 3))]
    changed = [draw(items(st.just(item.id))) if not draw(st.integers(0, 2)) else item for item in kept]
    added = draw(st.lists(items(), max_size=3))
    return replace(sheet, items=tuple(draw(st.permutations([*changed, *added]))))


@st.composite
def edited_taxonomy(draw: st.DrawFn, taxonomy: Taxonomy) -> Taxonomy:
    """The classes after an arbitrary edit."""
    known = [food.id for food in taxonomy.classes]

    def food(class_id: str) -> FoodClass:
        return FoodClass(
            id=class_id,
            name=draw(texts),
            colour=draw(st.sampled_from(["#000000", "#a1b2c3"])),
            aliases=tuple(draw(st.lists(texts, max_size=2))),
            merged_into=draw(st.none() | st.sampled_from(known)) if known else None,
        )

    kept = [c for c in taxonomy.classes if draw(st.integers(0, 3))]
    changed = [food(c.id) if not draw(st.integers(0, 2)) else c for c in kept]
    added = [food(class_id) for class_id in draw(st.lists(ids, max_size=3, unique=True))]
    return Taxonomy(tuple(draw(st.permutations([*changed, *added]))))


def person(name: str = "Ada") -> Source:
    return Source(SourceKind.PERSON, name, datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC))


def block(x: int = 1, y: int = 1, size: tuple[int, int] = SIZE) -> Mask:
    """A mask of 2 x 2 pixels."""
    return Mask.from_crop(np.ones((2, 2), dtype=bool), (x, y), size)


def open_item(x: int = 1) -> Item:
    return Item.new(block(x), person())


def confirmed_item(class_id: str, x: int = 1) -> Item:
    return open_item(x).named(class_id, person())
