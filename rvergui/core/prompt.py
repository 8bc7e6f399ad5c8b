"""What a person asks of a segmenter: clicks and a box, in photo pixels."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Point:
    """A click at (x, y) in photo pixels (0, 0 is the upper left corner of the upper left pixel).

    ``positive`` adds what lies there to the object, otherwise it is taken away.
    """

    x: float
    y: float
    positive: bool = True


@dataclass(frozen=True, slots=True)
class Box:
    """A box around the object in photo pixels, x0 < x1 and y0 < y1."""

    x0: float
    y0: float
    x1: float
    y1: float

    @classmethod
    def between(cls, ax: float, ay: float, bx: float, by: float) -> Box:
        """The box with the corners (ax, ay) and (bx, by) in any order."""
        return cls(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))


@dataclass(frozen=True, slots=True)
class Prompt:
    """All clicks on one object so far, and at most one box. A prompt without either asks for nothing."""

    points: tuple[Point, ...] = ()
    box: Box | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is neither a click nor a box."""
        return not self.points and self.box is None

    def with_point(self, point: Point) -> Prompt:
        """This prompt and one more click."""
        return replace(self, points=(*self.points, point))

    def with_box(self, box: Box) -> Prompt:
        """This prompt with ``box`` in place of its box."""
        return replace(self, box=box)

    def inside(self, size: tuple[int, int]) -> Prompt:
        """This prompt cut to a photo of ``size`` (height, width): clicks outside are left out, the box is clipped."""
        height, width = size
        points = tuple(p for p in self.points if 0 <= p.x < width and 0 <= p.y < height)
        box = self.box
        if box is not None:
            box = Box(max(box.x0, 0), max(box.y0, 0), min(box.x1, width), min(box.y1, height))
            if box.x1 - box.x0 < 1 or box.y1 - box.y0 < 1:
                box = None
        return Prompt(points=points, box=box)
