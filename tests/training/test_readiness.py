"""Whether there is enough to train on."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rvergui.training.options import TrainOptions
from rvergui.training.readiness import (
    ENOUGH_OBJECTS,
    ENOUGH_PHOTOS,
    SEED,
    SHARE,
    Labelled,
    Reason,
    can_train,
    held_out,
    readiness,
)


def test_the_numbers_are_those_of_training() -> None:
    fields = TrainOptions.model_fields
    assert (fields["val_share"].default, fields["seed"].default) == (SHARE, SEED)


def test_each_class_says_what_is_missing() -> None:
    photos = [Labelled(f"p{n}", {"rice": 5}) for n in range(8)]
    photos += [Labelled("p1", {"egg": 40}), Labelled("p2", {"leek": 3}), Labelled("p3", {"leek": 3})]
    photos += [Labelled(f"p{n}", {"soup": 10}) for n in range(ENOUGH_PHOTOS - 1)]
    ready = readiness(["rice", "egg", "leek", "soup", "tofu"], photos)
    assert ready["rice"].reason is Reason.READY
    assert (ready["rice"].objects, ready["rice"].photos, ready["rice"].missing) == (40, 8, 0)
    assert ready["egg"].reason is Reason.ONE_PHOTO
    assert (ready["leek"].reason, ready["leek"].missing) == (Reason.FEW_OBJECTS, ENOUGH_OBJECTS - 6)
    assert (ready["soup"].reason, ready["soup"].missing) == (Reason.FEW_PHOTOS, 1)
    assert (ready["tofu"].reason, ready["tofu"].objects) == (Reason.NOTHING, 0)
    assert can_train(ready, photos)


def test_copies_of_a_photo_are_one_photo() -> None:
    key = "0123456789abcdef0123456789abcdef"
    copies = [Labelled(key, {"rice": 20}), Labelled(key, {"rice": 20, "egg": 2})]
    ready = readiness(["rice", "egg"], copies)
    assert ready["rice"].reason is Reason.ONE_PHOTO
    assert not can_train(ready, copies)
    assert can_train(ready, [*copies, Labelled("other", {"egg": 1})])


counts = st.dictionaries(st.sampled_from("abcd"), st.integers(1, 9), min_size=1)


@given(st.lists(counts, max_size=20))
def test_held_objects_lie_on_held_photos_and_some_stay(sheets: list[dict[str, int]]) -> None:
    photos = [Labelled(f"photo {n}", each) for n, each in enumerate(sheets)]
    ready = readiness(list("abcd"), photos)
    away = held_out(photos)
    for name, each in ready.items():
        assert each.held == sum(p.objects.get(name, 0) for p in photos if p.key in away)
        if each.photos >= 2:
            assert each.held < each.objects
        assert each.missing >= (each.reason is not Reason.READY)
