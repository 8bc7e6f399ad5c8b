"""Two ways of spoiling views, to see what a network holds on to: shuffled patches and shifted pictures.

After the RveRNet paper (arXiv 2407.08257): *permutation* takes the shape away and leaves colours and textures,
*translocation* takes the place away. Both act on a view at the network's size, its padding included. A noise is
written as text, ``permute:16`` or ``translocate:60,-85``, with ``@roi`` or ``@extra`` behind it if only one of the two
views is meant. No torch here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from rvergui.core import RverError

Pixels = NDArray[np.uint8]
Order = NDArray[np.intp]

BOTH: tuple[str, ...] = ("roi", "extra")
# Shifts are given in pixels of a view of this size, the published one.
REFERENCE_SIZE = 224
GREY = 125


class Noise(Protocol):
    """One way of spoiling a view. ``str()`` gives the text that ``parse`` reads."""

    @property
    def views(self) -> tuple[str, ...]:
        """Which views are spoiled: "roi", "extra" or both."""
        ...

    def draw(self, size: int, random: np.random.Generator) -> Order:
        """For each pixel of a view of ``size`` x ``size``, row by row, the pixel that it shows; -1 for grey."""
        ...

    def __call__(self, view: Pixels, random: np.random.Generator) -> Pixels:
        """``view`` (size, size, 3) uint8 spoiled, a new array."""
        ...


@dataclass(frozen=True)
class Permutation:
    """The patches of a view in random order.

    Every pixel stays in the picture exactly once. Where ``patch`` does not divide the size, the rest along the right
    and the lower edge is cut into narrower patches, which change places among their own kind.

    Attributes:
        patch: side of a patch in pixels; one as large as the view changes nothing.
        views: which views; one draw serves both.
    """

    patch: int
    views: tuple[str, ...] = BOTH

    kind: ClassVar[str] = "permute"

    def __str__(self) -> str:
        return f"{self.kind}:{self.patch}{_suffix(self.views)}"

    def draw(self, size: int, random: np.random.Generator) -> Order:
        """See ``Noise.draw``; a permutation, so ``numpy.argsort`` of it is the way back."""
        patch = min(self.patch, size)
        whole = size // patch * patch
        pixel = np.arange(size * size, dtype=np.intp).reshape(size, size)
        order = pixel.copy()
        near, rest = slice(0, whole), slice(whole, size)
        for rows, height in ((near, patch), (rest, size - whole)):
            for columns, width in ((near, patch), (rest, size - whole)):
                if height and width:
                    order[rows, columns] = _shuffled(pixel[rows, columns], height, width, random)
        return order.reshape(-1)

    def __call__(self, view: Pixels, random: np.random.Generator) -> Pixels:
        """See ``Noise.__call__``."""
        return rearranged(view, self.draw(view.shape[0], random))


@dataclass(frozen=True)
class Translocation:
    """A view shifted, grey where nothing is left.

    Attributes:
        dx: to the right, in pixels of a view of 224; scaled with the view's size.
        dy: down, likewise.
        views: which views; both are shifted alike.
    """

    dx: int
    dy: int
    views: tuple[str, ...] = BOTH

    kind: ClassVar[str] = "translocate"

    def __str__(self) -> str:
        return f"{self.kind}:{self.dx},{self.dy}{_suffix(self.views)}"

    def draw(self, size: int, random: np.random.Generator) -> Order:
        """See ``Noise.draw``; nothing is drawn."""
        dx, dy = (round(shift * size / REFERENCE_SIZE) for shift in (self.dx, self.dy))
        order = np.full((size, size), -1, dtype=np.intp)
        columns, rows = _overlap(dx, size), _overlap(dy, size)
        pixel = np.arange(size * size, dtype=np.intp).reshape(size, size)
        order[rows[1], columns[1]] = pixel[rows[0], columns[0]]
        return order.reshape(-1)

    def __call__(self, view: Pixels, random: np.random.Generator) -> Pixels:
        """See ``Noise.__call__``."""
        return rearranged(view, self.draw(view.shape[0], random))


def rearranged(view: Pixels, order: Order) -> Pixels:
    """A new view whose pixels are those of ``view`` in ``order`` (size * size), grey where it says -1."""
    flat = view.reshape(-1, view.shape[-1])
    shown = flat[order]  # -1 shows the last pixel, which is overwritten
    missing = order < 0
    if missing.any():
        shown[missing] = GREY
    return shown.reshape(view.shape)


def add_noise(
    noises: Sequence[Noise], roi: Pixels, extra: Pixels, random: np.random.Generator
) -> tuple[Pixels, Pixels]:
    """A pair of views (size, size, 3) with all of ``noises``, one after the other; what is given stays as it is."""
    for noise in noises:
        order = noise.draw(roi.shape[0], random)
        if "roi" in noise.views:
            roi = rearranged(roi, order)
        if "extra" in noise.views:
            extra = rearranged(extra, order)
    return roi, extra


def noisy_pairs(
    noises: Sequence[Noise], roi: Pixels, extra: Pixels, seed: int, keys: Sequence[int]
) -> tuple[Pixels, Pixels]:
    """A batch of pairs with noise that depends on ``seed`` and each pair's key alone, whatever the batch.

    Args:
        noises: applied one after the other; none gives the batch back.
        roi: (k, size, size, 3) uint8 RGB.
        extra: likewise.
        seed: another seed, another order of patches.
        keys: (k,) what identifies the pairs, not negative: their indices in the store.
    """
    if not noises or not len(keys):
        return roi, extra
    spoiled = [
        add_noise(noises, one, other, np.random.default_rng([seed, key]))
        for one, other, key in zip(roi, extra, keys, strict=True)
    ]
    return np.stack([pair[0] for pair in spoiled]), np.stack([pair[1] for pair in spoiled])


def parse(text: str) -> Noise:
    """The noise that ``text`` describes: ``permute:PATCH`` or ``translocate:DX,DY``, perhaps with ``@roi``/``@extra``.

    Raises:
        RverError: it describes none; the sentence says what could be written.
    """
    what, _, view = text.strip().partition("@")
    kind, _, numbers = what.partition(":")
    if "@" in text and view.strip() not in BOTH:
        raise RverError(
            f"The noise “{text}” names no view behind the @; write @roi or @extra, or leave it out for both."
        )
    reader = _KINDS.get(kind.strip().lower())
    if reader is None:
        raise RverError(f"There is no noise “{text}”; write permute:16 or translocate:60,-85.")
    return reader(text, numbers, (view.strip(),) if view else BOTH)


def parse_all(texts: Iterable[str]) -> tuple[Noise, ...]:
    """``parse`` for each of ``texts``, in their order."""
    return tuple(parse(text) for text in texts)


def _read_permutation(text: str, numbers: str, views: tuple[str, ...]) -> Noise:
    if re.fullmatch(r"\s*[0-9]{1,5}\s*", numbers) is None or int(numbers) < 1:
        raise RverError(f"The noise “{text}” has no patch size; write permute:16 for patches of 16 pixels.")
    return Permutation(int(numbers), views)


def _read_translocation(text: str, numbers: str, views: tuple[str, ...]) -> Noise:
    found = re.fullmatch(r"\s*([+-]?[0-9]{1,5})\s*,\s*([+-]?[0-9]{1,5})\s*", numbers)
    if found is None:
        raise RverError(
            f"The noise “{text}” has no shift; write translocate:60,-85 for 60 pixels to the right and 85 up."
        )
    return Translocation(int(found[1]), int(found[2]), views)


_KINDS: dict[str, Callable[[str, str, tuple[str, ...]], Noise]] = {
    Permutation.kind: _read_permutation,
    Translocation.kind: _read_translocation,
}


def _suffix(views: tuple[str, ...]) -> str:
    return "" if len(views) > 1 else f"@{views[0]}"


def _shuffled(pixel: Order, height: int, width: int, random: np.random.Generator) -> Order:
    """The cells of ``height`` x ``width`` that ``pixel`` consists of, in random order."""
    down, across = pixel.shape[0] // height, pixel.shape[1] // width
    cells = pixel.reshape(down, height, across, width).swapaxes(1, 2).reshape(-1, height, width)
    mixed = cells[random.permutation(len(cells))]
    return mixed.reshape(down, across, height, width).swapaxes(1, 2).reshape(pixel.shape)


def _overlap(shift: int, size: int) -> tuple[slice, slice]:
    """Along one axis: which pixels stay in the picture, and where they come to lie."""
    shift = max(-size, min(shift, size))
    return slice(max(-shift, 0), size - max(shift, 0)), slice(max(shift, 0), size - max(-shift, 0))
