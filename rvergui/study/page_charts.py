"""Charts of a report page as SVG text that takes its colours from the page, light or dark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

from rvergui.training.calibration import Reliability

_LONGEST = 26


@dataclass(frozen=True)
class Point:
    """A place on a curve: where, the value (0..1) and its interval, and what stands below it."""

    x: float
    value: float
    low: float
    high: float
    label: str


def text(
    words: str, x: float, y: float, kind: str = "", anchor: str = "start", turn: float = 0.0, longest: int = 0
) -> str:
    """A label; ``words`` may be anything. Where ``longest`` is given they are cut to it."""
    turned = f' transform="rotate({turn:g} {x:.1f} {y:.1f})"' if turn else ""
    words = shortened(words, longest) if longest else words
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}"{turned}>{escape(words)}</text>'


def shortened(words: str, longest: int = _LONGEST) -> str:
    """``words`` cut where they are too long for a label."""
    return words if len(words) <= longest else f"{words[: longest - 1]}…"


def svg(width: float, height: float, inside: str, title: str) -> str:
    """A picture that a screen reader can name."""
    return (
        f'<svg viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}" role="img" '
        f'aria-label="{escape(title)}">{inside}</svg>'
    )


def interval_bar(value: float, low: float, high: float) -> str:
    """A score in a table: a bar from 0 to 1 and a whisker."""
    width, height = 120.0, 14.0
    inside = (
        f'<rect class="track" width="{width:g}" height="6" y="4" rx="3"/>'
        f'<rect class="bar" width="{value * width:.1f}" height="6" y="4" rx="3"/>'
    )
    if high > low:
        inside += f'<path class="whisker" d="M{low * width:.1f} 7H{high * width:.1f}"/>'
    return svg(width, height, inside, f"{value:.2f}")


def confusion(counts: NDArray[np.integer], names: Sequence[str], title: str) -> str:
    """A matrix, a row what objects are: right ones and mistakes in two colours, the shade by the share of the row."""
    count = len(names)
    cell = float(np.clip(640 / max(count, 1), 11, 30))
    label = 8.0 + 6.3 * max((len(shortened(name)) for name in names), default=0)
    left, top = label, label
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    parts = [
        f'<rect class="field" x="{left:.1f}" y="{top:.1f}" width="{cell * count:.1f}" height="{cell * count:.1f}"/>'
    ]
    for row, column in zip(*np.nonzero(counts), strict=True):
        share = float(shares[row, column])
        x, y = left + cell * column, top + cell * row
        kind = "right" if row == column else "wrong"
        words = f"{names[row]} → {names[column]}: {counts[row, column]} ({share:.0%})"
        parts.append(
            f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{cell:.1f}" height="{cell:.1f}" '
            f'fill-opacity="{0.12 + 0.88 * share:.2f}"><title>{escape(words)}</title></rect>'
        )
        if cell >= 20:
            ink = "ink-on" if share > 0.55 else "ink"
            parts.append(text(str(counts[row, column]), x + cell / 2, y + cell / 2 + 4, ink, "middle"))
    for place, name in enumerate(names):
        middle = cell * (place + 0.5) + 4
        parts.append(text(name, left - 6, top + middle, "label", "end", longest=_LONGEST))
        parts.append(text(name, left + middle, top - 6, "label", "start", -90, _LONGEST))
    side = label + cell * count + 2
    return svg(side, side, "".join(parts), title)


def reliability(found: Reliability, title: str) -> str:
    """How often names were right against how sure the network was."""
    left, top, side = 44.0, 10.0, 260.0
    parts = [_frame(left, top, side, side), f'<path class="line dashed" d="M{left} {top + side}L{left + side} {top}"/>']
    most = float(found.counts.max(initial=1.0)) or 1.0
    for place, count in enumerate(found.counts.tolist()):
        if not count:
            continue
        x, wide = left + found.edges[place] * side, (found.edges[place + 1] - found.edges[place]) * side
        tall = found.accuracy[place] * side
        words = f"said {found.confidence[place]:.0%}, right {found.accuracy[place]:.0%}: {count:.0f} objects"
        parts.append(
            f'<rect class="bar" x="{x + 1:.1f}" y="{top + side - tall:.1f}" width="{wide - 2:.1f}" '
            f'height="{tall:.1f}" fill-opacity="{0.35 + 0.65 * count / most:.2f}"><title>{words}</title></rect>'
        )
        dot = left + found.confidence[place] * side, top + side - found.accuracy[place] * side
        parts.append(f'<circle class="dot" cx="{dot[0]:.1f}" cy="{dot[1]:.1f}" r="3"/>')
    for share in (0.0, 0.5, 1.0):
        parts.append(text(f"{share:.0%}", left - 6, top + side * (1 - share) + 4, "tick", "end"))
        parts.append(text(f"{share:.0%}", left + side * share, top + side + 16, "tick", "middle"))
    parts.append(text("probability of the first name", left + side / 2, top + side + 34, "tick", "middle"))
    parts.append(text("named rightly", 11, top + side / 2, "tick", "middle", -90))
    return svg(left + side + 16, top + side + 40, "".join(parts), title)


def curve(points: Sequence[Point], below: str, title: str) -> str:
    """A score along one kind of noise with its band; the points stand evenly, each with its label."""
    left, top, width, height = 44.0, 10.0, 420.0, 200.0
    step = width / max(len(points) - 1, 1)
    at = [(left + number * step, point) for number, point in enumerate(points)]

    def y(value: float) -> float:
        return top + height * (1 - value)

    band = " ".join(f"{x:.1f},{y(p.high):.1f}" for x, p in at) + " "
    band += " ".join(f"{x:.1f},{y(p.low):.1f}" for x, p in reversed(at))
    line = " ".join(f"{x:.1f},{y(p.value):.1f}" for x, p in at)
    parts = [
        _frame(left, top, width, height),
        f'<polygon class="band" points="{band}"/>',
        f'<polyline class="curve" points="{line}"/>',
    ]
    for x, point in at:
        words = f"{point.label}: {point.value:.1%} ({point.low:.1%} – {point.high:.1%})"
        parts.append(
            f'<circle class="dot" cx="{x:.1f}" cy="{y(point.value):.1f}" r="3.5"><title>{words}</title></circle>'
        )
        parts.append(text(point.label, x, top + height + 16, "tick", "middle"))
    for share in (0.0, 0.5, 1.0):
        parts.append(text(f"{share:.0%}", left - 6, y(share) + 4, "tick", "end"))
    parts.append(text(below, left + width / 2, top + height + 34, "tick", "middle"))
    return svg(left + width + 24, top + height + 40, "".join(parts), title)


def _frame(left: float, top: float, width: float, height: float) -> str:
    lines = "".join(f"M{left:g} {top + height * (1 - share):g}h{width:g}" for share in (0.0, 0.25, 0.5, 0.75, 1.0))
    return f'<path class="grid" d="{lines}"/>'
