"""A study's numbers as figures. matplotlib is imported when one is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rvergui.core import RverError
from rvergui.core.atomic import replacing
from rvergui.rvernet.noise import Noise, Permutation, Translocation, parse
from rvergui.study.measures import MACRO_F1, Estimate, f1_of
from rvergui.study.plan import CLEAN
from rvergui.study.results import Results

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = ("svg", "png", "pdf")
# The palette of Okabe and Ito ("Color universal design", 2008) is told apart by the colour-blind; markers differ too.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999")
_MARKERS = "osD^vP*X"
_MOST_BARS = 12


def draw_all(results: Results, folder: Path, kind: str = "svg") -> dict[str, Path]:
    """Every figure that the results have the numbers for: its name -> its file in ``folder``.

    Raises:
        RverError: no such format, matplotlib is missing, or a file cannot be written.
    """
    if kind not in FORMATS:
        raise RverError(f"There is no figure format {kind}; choose one of {', '.join(FORMATS)}.")
    drawn: dict[str, Path] = {}
    for name, draw in (
        ("look-alikes", _look_alikes),
        ("permutation", _permutation),
        ("translocation", _translocation),
        ("distillation", _distillation),
    ):
        figure = draw(results)
        if figure is not None:
            drawn[name] = folder / f"{name}.{kind}"
            _save(figure, drawn[name], kind)
    return drawn


def _figure(width: float, height: float, panels: int = 1) -> tuple[Figure, list[Axes]]:
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise RverError("Figures need matplotlib; install it, or make the report without figures.") from error
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = [figure.add_subplot(1, panels, number + 1) for number in range(panels)]
    for one in axes:
        one.grid(axis="y", alpha=0.3)
        one.set_axisbelow(True)
        for side in ("top", "right"):
            one.spines[side].set_visible(False)
    return figure, axes


def _save(figure: Figure, path: Path, kind: str) -> None:
    """The same numbers give the same file: no date in it, no random names."""
    import matplotlib as mpl

    metadata: dict[str, Any] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {"Software": None}}[kind]
    with mpl.rc_context({"svg.hashsalt": "rvergui", "svg.fonttype": "path"}), replacing(path) as neighbour:
        figure.savefig(neighbour, format=kind, metadata=metadata, dpi=150)


def _plain(results: Results) -> list[str]:
    """The models themselves, without students and those trained with noise."""
    names = {model.name for model in results.plan.models}
    return [variant for variant in results.variants if variant in names]


def _bounds(estimates: Sequence[Estimate]) -> tuple[list[float], list[list[float]]]:
    """Values in per cent, and how far the interval reaches below and above."""
    values = [e.value * 100 for e in estimates]
    return values, [[(e.value - e.low) * 100 for e in estimates], [(e.high - e.value) * 100 for e in estimates]]


def _look_alikes(results: Results) -> Figure | None:
    groups, variants = list(results.plan.look_alikes), results.variants[:_MOST_BARS]
    if not groups or not variants:
        return None
    figure, (axes,) = _figure(2.5 + 1.1 * len(groups) * max(len(variants) / 4, 1), 3.6)
    wide = 0.8 / len(variants)
    for number, variant in enumerate(variants):
        values, reach = _bounds([results.estimates[variant, CLEAN][f1_of(group)] for group in groups])
        at = [place + (number - (len(variants) - 1) / 2) * wide for place in range(len(groups))]
        axes.bar(at, values, wide * 0.92, yerr=reach, capsize=2, color=_COLOURS[number % 8], label=variant)
    for place, group in enumerate(groups):
        level = results.chance.get(group, 0.0) * 100
        axes.hlines(level, place - 0.45, place + 0.45, colors="black", linestyles="dotted", linewidth=1)
    axes.set_xticks(range(len(groups)), groups)
    axes.set_ylabel("F1 on look-alikes, %")
    axes.set_ylim(0, 100)
    figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize="small")
    return figure


def _curve(results: Results, points: Sequence[tuple[float, str]], label: str) -> Figure | None:
    """Macro F1 of every model along one kind of noise."""
    if len(points) < 2 or not _plain(results):
        return None
    figure, (axes,) = _figure(6.4, 3.8)
    for number, variant in enumerate(_plain(results)):
        known = [(x, results.estimates[variant, noise]) for x, noise in points if (variant, noise) in results.estimates]
        if not known:
            continue
        x = [place for place, _ in known]
        values, reach = _bounds([scores[MACRO_F1] for _, scores in known])
        colour = _COLOURS[number % 8]
        axes.plot(x, values, color=colour, marker=_MARKERS[number % 8], label=variant)
        low = [value - below for value, below in zip(values, reach[0], strict=True)]
        high = [value + above for value, above in zip(values, reach[1], strict=True)]
        axes.fill_between(x, low, high, color=colour, alpha=0.15, linewidth=0)
    axes.set_xlabel(label)
    axes.set_ylabel("macro F1, %")
    axes.set_ylim(bottom=0)
    figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize="small")
    return figure


def permutations(results: Results) -> list[tuple[float, str]]:
    """(patch size in pixels, noise) of every permutation of both views, the coarsest first."""
    return sorted(
        ((float(noise.patch), text) for text, noise in _both(results) if isinstance(noise, Permutation)), reverse=True
    )


def translocations(results: Results) -> list[tuple[float, str]]:
    """(distance in pixels at 224, noise) of every translocation of both views, undisturbed first."""
    moved = ((float((n.dx**2 + n.dy**2) ** 0.5), text) for text, n in _both(results) if isinstance(n, Translocation))
    return [(0.0, CLEAN), *sorted(moved)]


def _both(results: Results) -> list[tuple[str, Noise]]:
    return [(text, noise) for text in results.plan.noise if "@" not in text and (noise := parse(text)) is not None]


def _permutation(results: Results) -> Figure | None:
    points = permutations(results)
    figure = _curve(results, points, "side of the shuffled patches, pixels (finer to the right)")
    if figure is not None:
        axes = figure.axes[0]
        axes.set_xscale("log", base=2)
        axes.set_xticks([x for x, _ in points], [f"{x:g}" for x, _ in points])
        axes.minorticks_off()
        axes.invert_xaxis()
    return figure


def _translocation(results: Results) -> Figure | None:
    return _curve(results, translocations(results), "shift, pixels of a view of 224")


def _distillation(results: Results) -> Figure | None:
    """What a teacher gives and takes: undisturbed against disturbed pictures, by how much it decides."""
    lines = student_lines(results)
    if not lines:
        return None
    figure, panels = _figure(3.4 * len(lines) + 1.0, 3.6, len(lines))
    for axes, (title, points) in zip(panels, lines.items(), strict=True):
        for number, noise in enumerate((CLEAN, *results.plan.noise)):
            known = [(x, results.estimates[v, noise][MACRO_F1]) for x, v in points if (v, noise) in results.estimates]
            if not known:
                continue
            values, reach = _bounds([estimate for _, estimate in known])
            label = noise or "undisturbed"
            axes.errorbar(
                [x for x, _ in known],
                values,
                yerr=reach,
                capsize=2,
                color=_COLOURS[number % 8],
                marker=_MARKERS[number % 8],
                label=label,
            )
        axes.set_title(title, fontsize="small")
        axes.set_xlabel("strength of the teacher")
        axes.set_ylabel("macro F1, %")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False, fontsize="small")
    return figure


def student_lines(results: Results) -> dict[str, list[tuple[float, str]]]:
    """Student, teacher and kind in words -> (strength, variant) from 0, the student alone, upwards."""
    lines: dict[str, list[tuple[float, str]]] = {}
    for facts in results.cells:
        taught = facts.cell.distilled
        if taught is None or (facts.cell.variant, CLEAN) not in results.estimates:
            continue
        title = f"{facts.cell.model}, taught by {taught.teacher.model} ({taught.kind})"
        alone = [(0.0, facts.cell.model)] if (facts.cell.model, CLEAN) in results.estimates else []
        point = (taught.strength, facts.cell.variant)
        line = lines.setdefault(title, alone)
        if point not in line:
            line.append(point)
    return {title: sorted(line) for title, line in lines.items()}
