"""A small data set in the layout of FoodSeg103."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

CATEGORIES = {0: "background", 1: "candy", 2: "egg tart", 3: "french fries", 103: "other ingredients"}


def write_categories(folder: Path, names: Mapping[int, str] = CATEGORIES) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{number}\t{name}\n" for number, name in names.items())
    (folder / "category_id.txt").write_text(text, encoding="utf-8")


def index_mask(numbers: Mapping[int, tuple[int, int, int, int]], size: tuple[int, int] = (40, 60)) -> np.ndarray:
    """Boxes (y, x, height, width) of each number on the background."""
    values = np.zeros(size, dtype=np.uint8)
    for number, (y, x, height, width) in numbers.items():
        values[y : y + height, x : x + width] = number
    return values


def write_photo_and_mask(root: Path, part: str, stem: str, values: np.ndarray, palette: bool = False) -> np.ndarray:
    """Write Images/img_dir/PART/STEM.jpg and Images/ann_dir/PART/STEM.png; returns the photo's pixels."""
    photos, masks = root / "Images" / "img_dir" / part, root / "Images" / "ann_dir" / part
    photos.mkdir(parents=True, exist_ok=True)
    masks.mkdir(parents=True, exist_ok=True)
    seed = sum(map(ord, part + stem))
    pixels = np.random.default_rng(seed).integers(0, 256, (*values.shape, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(photos / f"{stem}.jpg")
    picture = Image.fromarray(values)
    if palette:
        picture = picture.convert("P")
        picture.putpalette([(7 * i) % 256 for i in range(768)])
        assert np.array_equal(np.asarray(picture), values)
    picture.save(masks / f"{stem}.png")
    return pixels


def write_foodseg103(root: Path) -> Path:
    """Three training photos and two to test with."""
    write_categories(root)
    both = index_mask({1: (2, 2, 10, 12), 103: (20, 30, 12, 20)})
    write_photo_and_mask(root, "train", "00000000", both)
    write_photo_and_mask(root, "train", "00000001", index_mask({2: (0, 0, 40, 60)}), palette=True)
    write_photo_and_mask(root, "train", "00000002", index_mask({}))
    write_photo_and_mask(root, "test", "00000003", index_mask({1: (5, 5, 20, 20), 3: (5, 30, 20, 20)}))
    write_photo_and_mask(root, "test", "00000004", index_mask({3: (1, 1, 30, 30)}))
    return root
