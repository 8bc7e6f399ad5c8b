"""Puts items onto the photo of a window without cutting them out, for tests of what is done to them then."""

from __future__ import annotations

import numpy as np

from rvergui.core import Item, Mask, Source, SourceKind
from rvergui.gui.main_window import MainWindow

ADA = Source.now(SourceKind.PERSON, "Ada")


def square(window: MainWindow, x: int, y: int, side: int = 20) -> Mask:
    """A square mask on the present photo, its upper left corner at (x, y)."""
    assert window.session.sheet is not None
    return Mask.from_crop(np.ones((side, side), bool), (x, y), window.session.sheet.size)


def place(window: MainWindow, *items: Item) -> list[Item]:
    """Put these on top of the present photo's sheet, as one step."""
    sheet = window.session.sheet
    assert sheet is not None
    for item in items:
        sheet = sheet.with_item(item)
    window.session.document.commit("place", sheet=sheet)
    return list(items)


def open_item(window: MainWindow, x: int, y: int, side: int = 20) -> Item:
    """An item without a name."""
    return Item.new(square(window, x, y, side), ADA)


def named_item(window: MainWindow, name: str, x: int, y: int, side: int = 20) -> Item:
    """An item that Ada has named; the class is added if it is new."""
    session = window.session
    food = session.taxonomy.find(name)
    if food is None:
        session.edit_taxonomy("add", lambda taxonomy: taxonomy.added(name)[0])
        food = session.taxonomy.find(name)
    assert food is not None
    return open_item(window, x, y, side).named(food.id, ADA)
