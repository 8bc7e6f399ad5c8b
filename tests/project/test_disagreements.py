from __future__ import annotations

from dataclasses import replace

import pytest

from rvergui.core import ItemState, SourceKind, Taxonomy
from rvergui.project.disagreements import (
    SURE,
    SURE_UNFITTED,
    Kept,
    at_least,
    contradicted,
    kept_from_text,
    kept_to_text,
)
from rvergui.project.queue import QueueItem

TAXONOMY = Taxonomy.from_names(["rice", "egg", "bread", "fish"])
RICE, EGG, BREAD, FISH = (food.id for food in TAXONOMY)
KNOWN = ("rice", "egg", "bread")


def _item(number: int, class_id: str, suggested: str, probability: float, **changes: object) -> QueueItem:
    item = QueueItem(
        "p", f"i{number}", class_id, ItemState.CONFIRMED, SourceKind.PERSON, suggested, probability, None, False, 9,
        (0, 0, 3, 3),
    )  # fmt: skip
    return replace(item, **changes)  # type: ignore[arg-type]


def _found(items: list[QueueItem], **changes: object) -> list[str]:
    kept = changes.pop("kept", {})
    return [i.id for i in contradicted(items, TAXONOMY, KNOWN, "v2", kept, **changes)]  # type: ignore[arg-type]


def test_the_surest_contradiction_of_a_persons_name_comes_first() -> None:
    items = [
        _item(0, RICE, "egg", 0.85),
        _item(1, RICE, "bread", 0.99),
        _item(2, RICE, "rice", 0.99),
        _item(3, RICE, "egg", 0.79),
        _item(4, EGG, "rice", 0.9, label_kind=SourceKind.IMPORT),
        _item(5, EGG, "rice", 0.9, label_kind=SourceKind.MODEL),
        replace(_item(6, EGG, "", 0.0), probability=None),
    ]
    assert _found(items) == ["i1", "i0"]
    assert _found(items, sure=0.9) == ["i1"]


def test_a_name_that_the_model_could_not_give_is_no_evidence() -> None:
    assert _found([_item(0, FISH, "egg", 0.99)]) == []
    assert _found([_item(0, RICE, "soup", 0.99)]) == []  # nor one that is no class here
    renamed = TAXONOMY.renamed(RICE, "basmati")
    assert len(contradicted([_item(0, RICE, "egg", 0.99)], renamed, KNOWN, "v2", {})) == 1
    assert contradicted([_item(0, RICE, "rice", 0.99)], renamed, KNOWN, "v2", {}) == []


def test_what_was_kept_comes_again_only_for_a_surer_model() -> None:
    seen = _item(0, RICE, "egg", 0.95, verified=True)
    key = ("p", "i0")
    assert _found([seen]) == []  # looked at twice, for whatever reason
    assert _found([seen], kept={key: Kept(RICE, "v2", 0.5)}) == []
    assert _found([seen], kept={key: Kept(RICE, "v1", 0.94)}) == []
    assert _found([seen], kept={key: Kept(RICE, "v1", 0.9)}) == ["i0"]
    assert _found([seen], kept={key: Kept(BREAD, "v1", 0.5)}) == []
    assert _found([replace(seen, verified=False)], kept={key: Kept(RICE, "v2", 0.99)}) == ["i0"]  # keeping was undone


def test_what_was_kept_survives_the_project_and_damage() -> None:
    kept = {("p", "i"): Kept(RICE, "v1", 0.9), ("q", "j"): Kept(EGG, "", 0.8765)}
    assert kept_from_text(kept_to_text(kept)) == kept
    assert kept_to_text({}) is None
    assert kept_from_text(None) == {}
    assert kept_from_text("[[1]]") == {}


@pytest.mark.parametrize(("temperature", "sure"), [(1.0, SURE_UNFITTED), (1.3, SURE), (0.7, SURE)])
def test_a_model_that_was_not_fitted_has_to_be_surer(temperature: float, sure: float) -> None:
    assert at_least(temperature) == sure
