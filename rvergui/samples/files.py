"""Sample meals as photo files."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from rvergui.core.atomic import write_bytes
from rvergui.samples.scene import Meal, render_meal


def write_meals(folder: Path, count: int, seed: int = 0, size: tuple[int, int] = (480, 640)) -> list[tuple[Path, Meal]]:
    """Render ``count`` meals and write them into ``folder`` (made if needed) as meal-001.jpg, meal-002.jpg, ...

    Meal ``i`` (from 1) has the seed ``seed + i - 1``, so more meals only add to the folder.

    Raises:
        RverError: the folder cannot be written, or as ``render_meal``.
    """
    written = []
    for number in range(1, count + 1):
        meal = render_meal(seed + number - 1, size)
        path = folder / f"meal-{number:03d}.jpg"
        buffer = io.BytesIO()
        # Full colour resolution: chroma must not bleed from a food into the sauce beside it.
        Image.fromarray(meal.pixels).save(buffer, "JPEG", quality=93, subsampling=0)
        write_bytes(path, buffer.getvalue())
        written.append((path, meal))
    return written
