"""The same scene from a slightly different place: turned, nearer or farther, moved aside."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from rvergui.rvernet.view_layers import Frame, Layer

Matrix = NDArray[np.float64]
Box = tuple[float, float, float, float]

# A square that follows its object takes less of the movement: it is about how exactly the box was drawn.
_FOLLOWS_SHARE = 0.5


@dataclass(frozen=True)
class PlaceChange:
    """One movement of the camera for both views.

    Attributes:
        turn: in degrees.
        zoom: how much larger everything appears, 1 as it was.
        x: how far everything moves to the right, as a share of the picture's longer side.
        y: down, likewise.
    """

    turn: float
    zoom: float
    x: float
    y: float

    @classmethod
    def drawn(cls, turn: float, zoom: float, shift: float, random: np.random.Generator) -> PlaceChange:
        """A random movement.

        Args:
            turn: the most in degrees, either way.
            zoom: the most by which sizes change, as a share.
            shift: the most that things move, as a share of the longer side.
            random: what is drawn from.
        """
        most = np.log1p(zoom)
        return cls(
            turn=random.uniform(-turn, turn),
            zoom=float(np.exp(random.uniform(-most, most))),
            x=random.uniform(-shift, shift),
            y=random.uniform(-shift, shift),
        )

    @property
    def still(self) -> bool:
        """Whether nothing moves."""
        return self.turn == 0.0 and self.zoom == 1.0 and self.x == 0.0 and self.y == 0.0

    def __call__(self, layer: Layer, size: int, fill: int, before: NDArray[np.uint8]) -> Layer:
        """A layer moved, its picture and its cover together.

        A picture of the whole scene keeps its frame, and the object stays in it. Where nothing is known of the scene it
        is grey like the padding: mirrored into it, an object at the edge would be there twice.
        A square around the object is laid around it anew, as it would be around the moved object of a moved photo.

        Args:
            layer: its cover may already be another than the cut one.
            size: side of the view in pixels.
            fill: grey of the padding.
            before: the cover that the object was cut with.
        """
        return self._laid_around(layer, size, fill, before) if layer.follows else self._in_its_frame(layer, fill)

    def _in_its_frame(self, layer: Layer, fill: int) -> Layer:
        height, width = layer.cover.shape
        matrix = _about((width / 2, height / 2), self.turn, self.zoom)
        x, y = (share * max(width, height) for share in (self.x, self.y))
        x0, y0, x1, y1 = _moved_box(_box(layer.cover), matrix)
        matrix[:2, 2] += _kept_inside(x0, x1, x, width), _kept_inside(y0, y1, y, height)
        picture = _warped(layer.picture, matrix, (width, height), cv2.INTER_CUBIC, fill)
        cover = _warped(layer.cover, matrix, (width, height), cv2.INTER_LINEAR)
        return replace(layer, picture=picture, cover=cover, exact=None)

    def _laid_around(self, layer: Layer, size: int, fill: int, before: NDArray[np.uint8]) -> Layer:
        side = layer.cover.shape[0]
        turned = _about((side / 2, side / 2), self.turn, 1.0)
        object_now = layer.cover
        if self.turn:
            object_now = _warped(object_now, turned, (side, side), cv2.INTER_NEAREST)
        x0, y0, x1, y1 = _box(object_now)
        was = _box(before)
        # what was a square of ``size`` around the box is one around the new box
        grown = max(x1 - x0, y1 - y0) / max(was[2] - was[0], was[3] - was[1], 1.0)
        square = size * grown / self.zoom**_FOLLOWS_SHARE
        centre = np.array([x0 + x1, y0 + y1]) / 2 - np.array([self.x, self.y]) * (_FOLLOWS_SHARE * square)
        onto_view = np.diag([size / square, size / square, 1.0])
        onto_view[:2, 2] = size / 2 - centre * (size / square)
        matrix = onto_view @ turned
        picture = _warped(layer.picture, matrix, (size, size), cv2.INTER_CUBIC, fill)
        cover = _warped(layer.cover, matrix, (size, size), cv2.INTER_LINEAR)
        return replace(layer, picture=picture, cover=cover, frame=Frame(size, size, 0, 0), exact=None)


def _about(centre: tuple[float, float], turn: float, zoom: float) -> Matrix:
    """3 x 3, a turn in degrees and a zoom about ``centre``; pixels are counted at their edges."""
    matrix = np.eye(3)
    matrix[:2] = cv2.getRotationMatrix2D(centre, turn, zoom)
    return matrix


def _warped(
    pixels: NDArray[np.uint8], matrix: Matrix, size: tuple[int, int], how: int, beyond: int = 0
) -> NDArray[np.uint8]:
    at_centres = np.eye(3)
    at_centres[:2, 2] = 0.5
    back = np.eye(3)
    back[:2, 2] = -0.5
    whole = back @ matrix @ at_centres  # OpenCV counts pixels at their centres
    return np.asarray(cv2.warpAffine(pixels, whole[:2], size, flags=how, borderValue=(beyond,) * 3), dtype=np.uint8)


def _box(cover: NDArray[np.uint8]) -> Box:
    """Left, top, right and bottom of the object; of the whole picture if there is none."""
    x, y, w, h = cv2.boundingRect(cv2.threshold(cover, 127, 255, cv2.THRESH_BINARY)[1])
    return (x, y, x + w, y + h) if w and h else (0.0, 0.0, float(cover.shape[1]), float(cover.shape[0]))


def _moved_box(box: Box, matrix: Matrix) -> Box:
    x0, y0, x1, y1 = box
    corners = matrix @ np.array([[x0, x1, x0, x1], [y0, y0, y1, y1], [1, 1, 1, 1]], dtype=np.float64)
    return (*corners[:2].min(axis=1), *corners[:2].max(axis=1))


def _kept_inside(low: float, high: float, move: float, length: float) -> float:
    """``move``, or as much of it as leaves what reaches from ``low`` to ``high`` inside ``length``."""
    if high - low >= length:
        return length / 2 - (low + high) / 2
    return float(np.clip(move, -low, length - high))
