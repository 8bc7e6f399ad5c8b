from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from rvergui.core import Mask, RverError
from rvergui.interchange.mask_file import read_mask_file, write_mask_file

SIZE = (6, 8)


@pytest.fixture
def inside() -> np.ndarray:
    array = np.zeros(SIZE, dtype=bool)
    array[1:4, 2:7] = True
    array[2, 4] = False
    return array


def test_a_mask_comes_back_and_is_black_and_white(tmp_path, inside):
    path = tmp_path / "deep" / "mask.png"
    write_mask_file(path, Mask.from_array(inside))
    with Image.open(path) as image:
        assert (image.format, image.mode, image.size) == ("PNG", "L", (8, 6))
        assert np.array_equal(np.asarray(image), inside * np.uint8(255))
    assert read_mask_file(path, SIZE) == Mask.from_array(inside)


def _pictures(inside: np.ndarray) -> dict[str, Image.Image]:
    grey = inside * np.uint8(255)
    soft = np.where(inside, 200, 100).astype(np.uint8)
    palette = Image.fromarray(inside * np.uint8(3)).convert("P")
    palette.putpalette([0, 0, 0] * 256)
    alpha = np.dstack([np.full((*SIZE, 3), 77, np.uint8), grey])
    opaque = np.dstack([grey, grey, grey, np.full(SIZE, 255, np.uint8)])
    return {
        "0 and 1": Image.fromarray(inside.astype(np.uint8)),
        "class numbers": Image.fromarray(inside * np.uint8(103)),
        "bits": Image.fromarray(inside),
        "soft": Image.fromarray(soft),
        "palette": palette,
        "colour": Image.fromarray(np.dstack([grey] * 3)),
        "alpha": Image.fromarray(alpha),
        "opaque": Image.fromarray(opaque),
        "sixteen bits": Image.fromarray(inside.astype(np.uint16) * 65535),
        "sixteen bit numbers": Image.fromarray(inside.astype(np.uint16) * 300),
    }


@pytest.mark.parametrize("kind", sorted(_pictures(np.zeros(SIZE, bool))))
def test_masks_of_every_kind_are_read(tmp_path, inside, kind):
    path = tmp_path / "mask.png"
    _pictures(inside)[kind].save(path)
    assert np.array_equal(read_mask_file(path, SIZE).array(), inside)


def test_another_size_is_told_in_one_sentence(tmp_path, inside):
    path = tmp_path / "mask.png"
    write_mask_file(path, Mask.from_array(inside))
    with pytest.raises(RverError, match=r"mask\.png is 8x6 pixels and the photo 6x8"):
        read_mask_file(path, (8, 6))


def test_an_empty_mask_is_refused(tmp_path):
    path = tmp_path / "mask.png"
    write_mask_file(path, Mask.empty(SIZE))
    with pytest.raises(RverError, match="covers no pixel"):
        read_mask_file(path, SIZE)


@pytest.mark.parametrize("content", [b"", b"no picture at all", b"\x89PNG\r\n\x1a\n0000"])
def test_what_is_no_picture_is_told(tmp_path, content):
    path = tmp_path / "mask.png"
    path.write_bytes(content)
    with pytest.raises(RverError, match=r"mask\.png"):
        read_mask_file(path, SIZE)


def test_a_missing_file_and_too_many_pixels_are_told(tmp_path, inside):
    with pytest.raises(RverError, match="absent"):
        read_mask_file(tmp_path / "absent.png", SIZE)
    path = tmp_path / "mask.png"
    write_mask_file(path, Mask.from_array(inside))
    with pytest.raises(RverError, match="more than 10 pixels"):
        read_mask_file(path, SIZE, pixel_limit=10)
