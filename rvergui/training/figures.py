"""Figures of an evaluation. matplotlib is imported when one is drawn, without a window system."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rvergui.core import RverError

if TYPE_CHECKING:
    from rvergui.training.calibration import Reliability

# More classes than this cannot be read beside a matrix: those that are mistaken most are shown.
MOST_CLASSES = 60
_LONGEST_NAME = 28
_DPI = 120
# Up to so many classes the counts stand in the cells.
_WITH_NUMBERS = 20


def _figure(width: float, height: float) -> Any:
    """An empty figure of so many inches that belongs to no window system."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise RverError(
            "The figures need matplotlib, which is not installed; install it: pip install matplotlib."
        ) from (error)
    figure = Figure(figsize=(width, height), dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def save_figure(figure: Any, path: Path) -> None:
    """Write ``figure`` as PNG; names in scripts that the font lacks are drawn as boxes."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure.savefig(path, format="png")


def most_confused(counts: NDArray[np.integer], most: int = MOST_CLASSES) -> list[int]:
    """The places, in order, of the ``most`` classes that take part in most mistakes."""
    wrong = counts - np.diag(np.diag(counts))
    involved = wrong.sum(axis=0) + wrong.sum(axis=1)
    return sorted(np.argsort(-involved, kind="stable")[:most].tolist())


def confusion_figure(counts: NDArray[np.integer], names: Sequence[str]) -> Any:
    """A confusion matrix: each row what objects are, shaded by the share of it that was called so.

    Args:
        counts: (names, names).
        names: of rows and columns; of more than ``MOST_CLASSES`` those that are mistaken most are shown.
    """
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    shown = most_confused(counts) if len(names) > MOST_CLASSES else list(range(len(names)))
    side = float(np.clip(0.26 * len(shown) + 2.5, 5.0, 19.0))
    figure = _figure(side + 0.6, side)
    axes = figure.add_subplot()
    image = axes.imshow(shares[np.ix_(shown, shown)], cmap="Blues", vmin=0.0, vmax=1.0, interpolation="nearest")
    size = float(np.clip(260.0 / max(len(shown), 1), 5.5, 10.0))
    labels = [_short(names[place]) for place in shown]
    axes.set_xticks(range(len(shown)), labels, rotation=90, fontsize=size, parse_math=False)
    axes.set_yticks(range(len(shown)), labels, fontsize=size, parse_math=False)
    if len(shown) <= _WITH_NUMBERS:
        for row, true in enumerate(shown):
            for column, called in enumerate(shown):
                if counts[true, called]:
                    colour = "white" if shares[true, called] > 0.6 else "black"
                    axes.text(
                        column, row, f"{counts[true, called]}", ha="center", va="center", fontsize=8, color=colour
                    )
    axes.set_xlabel("called")
    axes.set_ylabel("is")
    part = f" (the {len(shown)} of {len(names)} classes that are mistaken most)" if len(shown) < len(names) else ""
    axes.set_title(f"{int(counts.trace())} of {int(counts.sum())} objects named rightly{part}", fontsize=10)
    figure.colorbar(image, ax=axes, shrink=0.8, label="share of the row")
    return figure


def reliability_figure(found: Reliability) -> Any:
    """How often names were right against how sure the network was, and how many objects each bar stands for."""
    figure = _figure(5.0, 6.0)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    width = np.diff(found.edges)
    there = found.counts > 0
    upper.bar(found.edges[:-1][there], found.accuracy[there], width[there], align="edge", edgecolor="white")
    upper.plot((0, 1), (0, 1), linestyle="--", color="grey")
    upper.plot(found.confidence[there], found.accuracy[there], marker="o", linestyle="", color="black", markersize=4)
    upper.set_ylim(0, 1)
    upper.set_xlim(0, 1)
    upper.set_ylabel("share named rightly")
    upper.set_title(f"expected calibration error {found.ece:.3f}", fontsize=10)
    lower.bar(found.edges[:-1], found.counts, width, align="edge", edgecolor="white", color="grey")
    lower.set_xlabel("probability of the first name")
    lower.set_ylabel("objects")
    return figure


def _short(name: str) -> str:
    printable = "".join(letter if letter.isprintable() else " " for letter in name)
    return printable if len(printable) <= _LONGEST_NAME else f"{printable[: _LONGEST_NAME - 1]}…"
