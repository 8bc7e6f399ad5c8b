"""How much faster objects are cut than with numpy and Pillow alone, and how far the results are apart.

The plain way makes both views at the photo's size and brings them to the network's size, as one would write it down.
The two ways are timed in turn, one pair after the other, so that whatever else the machine does meets both.

    python benchmarks/cut_views.py [--photo FILE] [--rounds 7]
"""

from __future__ import annotations

import argparse
import math
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageChops

from rvergui.core import Mask
from rvergui.core.photo_loading import load_photo
from rvergui.rvernet.preprocessing import Preprocessing, ViewCutter
from rvergui.rvernet.view_scaling import BLOCKS_LEFT
from rvergui.samples.scene import render_meal

BICUBIC = Image.Resampling.BICUBIC
SIZE = (3000, 4000)
SHARES = (0.02, 0.05, 0.2, 0.5)  # of the photo's area
MEAL = (0.01, 0.02, 0.02, 0.05, 0.05, 0.1, 0.2, 0.3)  # eight objects of one photo
WANTED = 8.0


def plain_published(pixels: np.ndarray, mask: Mask) -> tuple[np.ndarray, np.ndarray]:
    """Both views at full size, each resized along x, then y, and padded."""
    inside = mask.array()[..., None]
    views = []
    for cut in (pixels * inside, pixels * ~inside):
        height, width = cut.shape[:2]
        scale = 224 / max(height, width)
        size = (math.floor(width * scale), math.floor(height * scale))
        small = Image.fromarray(cut).resize((size[0], height), BICUBIC).resize(size, BICUBIC)
        view = Image.new("RGB", (224, 224), (125, 125, 125))
        view.paste(small, (math.ceil((224 - size[0]) / 2), math.ceil((224 - size[1]) / 2)))
        views.append(np.asarray(view))
    return views[0], views[1]


def plain_close_up(pixels: np.ndarray, mask: Mask) -> tuple[np.ndarray, np.ndarray]:
    """The square and the whole photo, picture and mask resized from full size and multiplied."""
    height, width = pixels.shape[:2]
    inside = mask.array()
    rows, columns = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
    x, y = columns[0], rows[0]
    w, h = columns[-1] + 1 - x, rows[-1] + 1 - y
    side = math.ceil(max(math.ceil(max(w, h) * 1.2), 28) / 8) * 8
    x, y = x + (w - side) // 2, y + (h - side) // 2
    up, left_over = (64 * math.ceil(max(-edge, 0) / 64) for edge in (y, x))  # so that blocks stay the same blocks
    around = ((up, max(y + side - height, 0)), (left_over, max(x + side - width, 0)))
    share = np.pad(inside.astype(np.uint8) * 255, around)
    photo = np.pad(pixels, (*around, (0, 0)), mode="edge")
    x, y = x + left_over, y + up
    square = (x, y, x + side, y + side)
    roi = _times(_at_size(photo, (224, 224), square), _at_size(share, (224, 224), square))
    size = (round(width * 224 / max(height, width)), round(height * 224 / max(height, width)))
    extra = np.full((224, 224, 3), 125, dtype=np.uint8)
    left, top = (224 - size[0]) // 2, (224 - size[1]) // 2
    extra[top : top + size[1], left : left + size[0]] = _times(
        _at_size(pixels, size, (0, 0, width, height)),
        ImageChops.invert(_at_size(inside.astype(np.uint8) * 255, size, (0, 0, width, height))),
    )
    return roi, extra


def _at_size(pixels: np.ndarray, size: tuple[int, int], box: tuple[int, int, int, int]) -> Image.Image:
    """Bicubic; with six photo pixels or more to each pixel, after averages of blocks of 2, 4, 8 ... pixels a side."""
    blocks = 2 ** max(int(math.log2(max((box[2] - box[0]) / size[0] / BLOCKS_LEFT, 1))), 0)
    image = Image.fromarray(pixels)
    if blocks == 1:
        return image.resize(size, BICUBIC, box=box)
    return image.reduce(blocks).resize(size, BICUBIC, box=[edge / blocks for edge in box])


def _times(picture: Image.Image, share: Image.Image) -> np.ndarray:
    product = np.asarray(picture, dtype=np.float32) * (np.asarray(share, dtype=np.float32)[..., None] / 255)
    return np.rint(product).astype(np.uint8)


PLAIN = {"published": plain_published, "close_up": plain_close_up}


def photo(path: Path | None) -> np.ndarray:
    """A photo of 12 megapixels with the grain of a camera: ``path`` or a rendered meal."""
    pixels = load_photo(path).pixels if path else render_meal(0, (600, 800)).pixels
    large = np.asarray(Image.fromarray(pixels).resize(SIZE[::-1], BICUBIC), dtype=np.float32)
    grain = np.random.default_rng(0).normal(0, 6, SIZE).astype(np.float32)
    return np.clip(np.rint(large + grain[..., None]), 0, 255).astype(np.uint8)


def dish(share: float) -> Mask:
    """A wavy dish that covers about ``share`` of the photo."""
    height, width = SIZE
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    y, x = y - 0.48 * height, x - 0.52 * width
    radius = math.sqrt(share * height * width / math.pi)
    waves = 1 + 0.08 * np.sin(7 * np.arctan2(y, x))
    return Mask.from_array(np.hypot(x / 1.15, y * 1.15) < radius * waves)


def timed(work: Callable[[], object]) -> float:
    """Milliseconds of a processor core that ``work`` takes; both ways use one."""
    begin = time.thread_time()
    work()
    return (time.thread_time() - begin) * 1000


def measure(kind: str, pixels: np.ndarray, share: float, rounds: int) -> tuple[float, float, float, int]:
    """Medians in ms: the plain way, one more object of a photo, a photo's first; and the largest difference."""
    mask = dish(share)
    preprocessing = Preprocessing(kind=kind)
    cutter = ViewCutter(pixels, preprocessing)
    plain, ours, first = [], [], []
    for _ in range(rounds):
        plain.append(timed(lambda: PLAIN[kind](pixels, mask)))
        ours.append(timed(lambda: cutter.views(Mask(mask.size, mask.counts))))
        first.append(timed(lambda: ViewCutter(pixels, preprocessing).views(Mask(mask.size, mask.counts))))
    wanted = PLAIN[kind](pixels, mask)
    apart = max(int(np.abs(a.astype(int) - b).max()) for a, b in zip(cutter.views(mask), wanted, strict=True))
    return statistics.median(plain), statistics.median(ours), statistics.median(first), apart


def meal(kind: str, pixels: np.ndarray, rounds: int) -> tuple[float, float]:
    """Medians in ms for a photo with a plate's worth of objects: the plain way, and ours with what is done once."""
    masks, preprocessing = [dish(share) for share in MEAL], Preprocessing(kind=kind)

    def ours() -> None:
        cutter = ViewCutter(pixels, preprocessing)
        for mask in masks:
            cutter.views(Mask(mask.size, mask.counts))

    times = [
        (timed(lambda: [PLAIN[kind](pixels, mask) for mask in masks]), timed(ours)) for _ in range(max(rounds // 2, 1))
    ]
    plain, mine = (statistics.median(column) for column in zip(*times, strict=True))
    return plain, mine


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photo", type=Path, help="a photo to enlarge to 12 megapixels; a rendered meal without it")
    parser.add_argument("--rounds", type=int, default=7)
    chosen = parser.parse_args()
    pixels = photo(chosen.photo)
    print("kind       object   plain ms   ours ms   ratio   with the photo's own   ratio   most apart")
    for kind in PLAIN:
        for share in SHARES:
            plain, ours, first, apart = measure(kind, pixels, share, chosen.rounds)
            verdict = "" if plain / ours >= WANTED and apart <= 1 else "   (missed)"
            print(
                f"{kind:10} {share:5.0%} {plain:11.0f} {ours:9.1f} {plain / ours:7.1f} {first:22.1f} "
                f"{plain / first:7.1f} {apart:9}/255{verdict}",
                flush=True,
            )
    for kind in PLAIN:
        plain, ours = meal(kind, pixels, chosen.rounds)
        print(f"{kind:10} {len(MEAL)} objects of one photo, all in: {plain:.0f} and {ours:.0f} ms, {plain / ours:.1f}")


if __name__ == "__main__":
    main()
