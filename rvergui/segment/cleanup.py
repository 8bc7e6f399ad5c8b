"""Masks without the specks that nobody meant: small holes are filled, small pieces taken away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from rvergui.core import Mask, Point

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class CleanUp:
    """What counts as a speck, as shares of the largest piece with all its holes filled.

    That measure does not change when specks go, so cleaning twice gives what cleaning once gave.

    Attributes:
        hole: holes up to this share are filled, with whatever lies in them. A notch at the photo's edge is no hole.
        crumb: pieces below this share are taken away; the largest piece never is.
    """

    hole: float = 0.02
    crumb: float = 0.02


# What somebody asks for by name, and what every fresh answer of a segmenter gets: specks that no one could have meant.
THOROUGH = CleanUp()
HARMLESS = CleanUp(hole=0.002, crumb=0.002)


@dataclass(frozen=True)
class _Piece:
    """One connected piece: its outline, its holes, and its area without them (pixels)."""

    outline: NDArray[np.int32]
    filled: float
    holes: tuple[tuple[NDArray[np.int32], float], ...]


def clean_up(mask: Mask, limits: CleanUp = THOROUGH, clicks: Iterable[Point] = ()) -> Mask:
    """``mask`` without small holes and small pieces.

    Pieces hang together across corners (8 neighbours), holes do not (4), as in any consistent picture.

    Args:
        mask: at the photo's size; only its box is looked at.
        limits: what is small.
        clicks: in photo pixels. A piece with a positive click stays, a hole with a negative one stays open.
    """
    if mask.is_empty:
        return mask
    x, y, w, h = mask.bbox
    # Run lengths go down the columns: turned on its side the mask is read and written in the order it is stored.
    before = np.ascontiguousarray(mask.array().T[x : x + w, y : y + h])
    after = clean_array(before, limits, [Point(p.y - y, p.x - x, p.positive) for p in clicks])
    return mask if after is before else Mask.from_crop(after.T, (x, y), mask.size)


def clean_array(inside: BoolArray, limits: CleanUp = THOROUGH, clicks: Iterable[Point] = ()) -> BoolArray:
    """As ``clean_up`` for an array (height, width); what lies beyond its edges is outside.

    Returns ``inside`` itself if there was nothing to do.
    """
    pieces = _pieces(inside)
    if not pieces:
        return inside
    largest = max(pieces, key=lambda piece: piece.filled)
    height, width = inside.shape
    clicked = [(int(np.floor(p.x)), int(np.floor(p.y)), p.positive) for p in clicks]
    kept = [(c, r) for c, r, positive in clicked if positive and 0 <= c < width and 0 <= r < height and inside[r, c]]
    open_ = [(c, r) for c, r, positive in clicked if not positive and 0 <= c < width and 0 <= r < height]

    crumbs: list[_Piece] = []
    filled: list[NDArray[np.int32]] = []
    for piece in pieces:
        small, area = [], piece.filled
        for outline, hole in piece.holes:
            if hole <= limits.hole * largest.filled and not _any_inside(outline, open_):
                small.append(outline)
            else:
                area -= hole
        if piece is largest or area >= limits.crumb * largest.filled or _any_inside(piece.outline, kept):
            filled += small
        else:
            crumbs.append(piece)
    if not crumbs and not filled:
        return inside
    canvas = inside.astype(np.uint8, order="C")
    for piece in crumbs:
        _take_away(canvas, piece)
    for outline in filled:  # one by one: together they would be filled by the even-odd rule
        cv2.drawContours(canvas, [outline], 0, 1, cv2.FILLED)
    return canvas.view(np.bool_)


def _take_away(canvas: NDArray[np.uint8], piece: _Piece) -> None:
    """Clear one piece and nothing that lies in its holes."""
    x, y, w, h = cv2.boundingRect(piece.outline)
    part = np.ascontiguousarray(canvas[y : y + h, x : x + w])
    start = (int(piece.outline[0, 0, 0]) - x, int(piece.outline[0, 0, 1]) - y)
    cv2.floodFill(part, None, start, 0, flags=8)
    canvas[y : y + h, x : x + w] = part


def _pieces(inside: BoolArray) -> list[_Piece]:
    # The outlines run through pixel centres, and OpenCV does not look at the outermost pixels without a frame.
    framed = np.pad(inside, 1).view(np.uint8)
    outlines, tree = cv2.findContours(framed, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE, offset=(-1, -1))
    if tree is None:
        return []
    links: Any = np.asarray(tree)[0]
    pieces = []
    for index, outline in enumerate(outlines):
        if links[index][3] < 0:
            holes = []
            child = links[index][2]
            while child >= 0:
                hole = np.asarray(outlines[child], dtype=np.int32)
                holes.append((hole, cv2.contourArea(hole) - len(hole) / 2 + 1))  # Pick's theorem, without its rim
                child = links[child][0]
            rim = np.asarray(outline, dtype=np.int32)
            # Pick's theorem: the points in and on a lattice polygon from its area and the steps around it.
            steps = len(rim) if len(rim) > 1 else 0
            pieces.append(_Piece(rim, cv2.contourArea(rim) + steps / 2 + 1, tuple(holes)))
    return pieces


def _any_inside(outline: NDArray[np.int32], places: Sequence[tuple[int, int]]) -> bool:
    return any(cv2.pointPolygonTest(outline, place, False) >= 0 for place in places)
