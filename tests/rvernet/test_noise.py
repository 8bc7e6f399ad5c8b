from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rvergui.core import RverError
from rvergui.rvernet.noise import (
    GREY,
    Permutation,
    Translocation,
    add_noise,
    noisy_pairs,
    parse,
    parse_all,
    rearranged,
)

_sizes = st.integers(1, 60)


def _numbered(size: int) -> np.ndarray:
    """Every pixel of another colour, so that each can be followed."""
    number = np.arange(size * size).reshape(size, size)
    return np.stack([number % 251, number // 251, number % 7], axis=2).astype(np.uint8)


def _random(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@given(_sizes, st.integers(1, 80), st.integers(0, 99))
def test_a_permutation_keeps_every_pixel_and_can_be_undone(size: int, patch: int, seed: int) -> None:
    view = _numbered(size)
    noise = Permutation(patch)
    order = noise.draw(size, _random(seed))
    assert np.array_equal(np.sort(order), np.arange(size * size))
    shuffled = noise(view, _random(seed))
    assert np.array_equal(shuffled, rearranged(view, order))
    assert np.array_equal(rearranged(shuffled, np.argsort(order)), view)


@given(_sizes, st.integers(1, 80), st.integers(0, 99))
def test_whole_patches_move_and_stay_whole(size: int, patch: int, seed: int) -> None:
    order = Permutation(patch).draw(size, _random(seed)).reshape(size, size)
    patch = min(patch, size)
    corners = set()
    for y in range(0, size, patch):
        for x in range(0, size, patch):
            cell = order[y : y + patch, x : x + patch]
            top, left = divmod(int(cell[0, 0]), size)
            here = np.arange(size * size).reshape(size, size)[top : top + cell.shape[0], left : left + cell.shape[1]]
            assert np.array_equal(cell, here)
            assert top % patch == 0
            assert left % patch == 0
            corners.add((top, left))
    assert len(corners) == len(range(0, size, patch)) ** 2


def test_patches_of_16_of_the_published_view_do_change_places() -> None:
    order = Permutation(16).draw(224, _random()).reshape(224, 224)
    moved = sum(int(order[y, x]) != y * 224 + x for y in range(0, 224, 16) for x in range(0, 224, 16))
    assert moved > 180  # of 196; on average one stays where it was
    assert np.array_equal(Permutation(224).draw(224, _random()), np.arange(224 * 224))


@given(st.integers(-300, 300), st.integers(-300, 300))
def test_a_translocation_shifts_and_shows_grey_behind(dx: int, dy: int) -> None:
    view = _numbered(224)
    shifted = Translocation(dx, dy)(view, _random())
    for y, x in ((0, 0), (10, 200), (111, 112), (223, 223)):
        from_y, from_x = y - dy, x - dx
        inside = 0 <= from_y < 224 and 0 <= from_x < 224
        wanted = view[from_y, from_x] if inside else [GREY] * 3
        assert np.array_equal(shifted[y, x], wanted)
    kept = max(224 - abs(dx), 0) * max(224 - abs(dy), 0)
    assert (Translocation(dx, dy).draw(224, _random()) >= 0).sum() == kept


@given(st.integers(-224, 224), st.integers(-224, 224))
def test_shifting_back_restores_what_stayed_in_the_picture(dx: int, dy: int) -> None:
    view = _numbered(224)
    back = Translocation(-dx, -dy)(Translocation(dx, dy)(view, _random()), _random())
    kept = Translocation(-dx, -dy).draw(224, _random())
    stayed = (kept >= 0).reshape(224, 224)
    assert np.array_equal(back[stayed], view[stayed])
    assert (back[~stayed] == GREY).all()


def test_the_shift_goes_with_the_size() -> None:
    order = Translocation(60, -85).draw(112, _random()).reshape(112, 112)
    assert order[0, 30] == 42 * 112  # 30 to the right, 42 (of 42.5) up
    assert (order[:, :30] == -1).all()
    assert (order[-42:] == -1).all()


def test_both_views_get_one_draw_and_one_view_leaves_the_other_alone() -> None:
    roi, extra = _numbered(32), _numbered(32)[::-1].copy()
    before = roi.copy()
    both = add_noise([parse("permute:8")], roi, extra, _random(1))
    order = Permutation(8).draw(32, _random(1))
    assert np.array_equal(both[0], rearranged(roi, order))
    assert np.array_equal(both[1], rearranged(extra, order))
    alone = add_noise([parse("permute:8@roi")], roi, extra, _random(1))
    assert np.array_equal(alone[0], both[0])
    assert alone[1] is extra
    assert add_noise([parse("translocate:3,3@extra")], roi, extra, _random(1))[0] is roi
    assert np.array_equal(roi, before)


def test_noises_come_one_after_the_other() -> None:
    roi, extra = _numbered(32), _numbered(32)
    together = add_noise(parse_all(["translocate:70,0", "permute:8"]), roi, extra, _random(2))
    shifted = Translocation(70, 0)(roi, _random())
    assert np.array_equal(together[0], Permutation(8)(shifted, _random(2)))


def test_the_noise_of_a_pair_depends_on_its_key_and_the_seed_alone() -> None:
    views = np.stack([_numbered(32)] * 5)
    noises = parse_all(["permute:4"])
    all_at_once = noisy_pairs(noises, views, views, 7, [0, 1, 2, 3, 4])
    two = noisy_pairs(noises, views[:2], views[:2], 7, [3, 1])
    assert np.array_equal(two[0], all_at_once[0][[3, 1]])
    assert np.array_equal(two[1], all_at_once[1][[3, 1]])
    assert not np.array_equal(all_at_once[0][0], all_at_once[0][1])
    assert not np.array_equal(noisy_pairs(noises, views, views, 8, range(5))[0], all_at_once[0])
    assert noisy_pairs((), views, views, 7, range(5))[0] is views


@pytest.mark.parametrize("text", ["permute:16", "translocate:60,-85", "permute:7@roi", "translocate:0,3@extra"])
def test_text_is_read_and_written_alike(text: str) -> None:
    assert str(parse(text)) == text
    assert str(parse(f"  {text.replace(':', ' : ')} ")) == text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "permute:16 or translocate"),
        ("blur:3", "permute:16 or translocate"),
        ("permute", "patch size"),
        ("permute:0", "patch size"),
        ("permute:-4", "patch size"),
        ("permute:4.5", "patch size"),
        ("translocate:60", "shift"),
        ("translocate:60;85", "shift"),
        ("permute:16@sky", "@roi or @extra"),
        ("permute:16@", "@roi or @extra"),
    ],
)
def test_other_text_is_refused_with_what_to_write(text: str, says: str) -> None:
    with pytest.raises(RverError, match=says):
        parse(text)
