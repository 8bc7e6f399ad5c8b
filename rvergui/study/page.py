"""A judgement as one HTML file: nothing is loaded from anywhere, it follows the reader's light or dark look."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from rvergui import __version__
from rvergui.core.atomic import write_text
from rvergui.core.paths import resources
from rvergui.rvernet.noise import Permutation, Translocation, parse
from rvergui.study import page_charts as charts
from rvergui.study.judgement import Judgement, Mistaken, NoiseScore
from rvergui.training.calibration import reliability
from rvergui.training.evaluate_files import confusion_matrix
from rvergui.training.figures import MOST_CLASSES, most_confused
from rvergui.training.look_alike_suggestions import suggest

STYLE = "report.css"
_MOST_SKIPPED = 40
_MOST_MISTAKEN_FOR = 2

Rows = Iterable[Sequence[str]]


def write_page(judgement: Judgement, path: Path) -> Path:
    """Write the report of ``judgement`` to ``path``, whole or not at all.

    Raises:
        RverError: it cannot be written.
    """
    write_text(path, page(judgement))
    return path


def page(judgement: Judgement) -> str:
    """The report as HTML."""
    result = judgement.result
    title = f"How good is {result['model']}?"
    parts = [
        _head(judgement),
        _warnings(judgement),
        _tiles(result),
        _section("In short", _list(_sentences(judgement))),
        _section("Look-alikes", _look_alikes(result)),
        _section("Noise", _noise(judgement)),
        _section("Worst confusions", _worst(judgement)),
        _section("Classes", _classes(result)),
        _section("Confusion matrix", _matrix(result)),
        _section("How sure it is", _calibration(judgement)),
        _section("How this was measured", _method(judgement)),
    ]
    style = (resources() / STYLE).read_text(encoding="utf-8")
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<style>\n{style}</style>\n</head>\n<body>\n<main>\n{''.join(parts)}</main>\n</body>\n</html>\n"
    )


def name(words: str) -> str:
    """A name of the user's as it may stand in the page, whatever is in it."""
    return f"<bdi>{escape(words)}</bdi>"


def _section(title: str, inside: str) -> str:
    return f"<section>\n<h2>{escape(title)}</h2>\n{inside}</section>\n" if inside else ""


def _list(lines: Iterable[str]) -> str:
    items = "".join(f"<li>{line}</li>\n" for line in lines)
    return f"<ul>\n{items}</ul>\n" if items else ""


def _table(head: Sequence[str], rows: Rows, kind: str = "") -> str:
    """Cells are HTML already; all but the first column are numbers."""
    top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>\n'
        for first, *rest in rows
    )
    if not body:
        return ""
    return (
        f'<div class="wide"><table class="{kind}"><thead><tr>{top}</tr></thead><tbody>\n{body}</tbody></table></div>\n'
    )


def percent(value: float) -> str:
    """A share for people."""
    return f"{value:.1%}"


def _between(pair: Sequence[float] | None) -> str:
    return "" if pair is None else f"{pair[0]:.1%} – {pair[1]:.1%}"


def _head(judgement: Judgement) -> str:
    result = judgement.result
    noise = f", with {' and '.join(result['noise'])}" if result["noise"] else ""
    blind = "" if result["surroundings"] else ", surroundings blacked out"
    about = (
        f"{result['items']} objects of {len(result['per_class'])} classes on {result['photos']} photos of "
        f"{name(result['data'])}{escape(noise + blind)}"
    )
    return f"<header>\n<h1>How good is {name(result['model'])}?</h1>\n<p>{about}</p>\n</header>\n"


def _warnings(judgement: Judgement) -> str:
    result, header = judgement.result, judgement.header
    told = []
    seen = result["seen_in_training"]
    if seen:
        told.append(
            f"The network was trained on the photos of {seen} of these {result['items']} objects; what it says of them "
            "is memory, and the scores are too good. They are marked below."
        )
    if not header.photos_seen:
        told.append(
            "The network does not say which photos it was trained on. If some of these were, the scores are too good."
        )
    listed = header.training.get("val_photos")
    chosen = {str(key) for key in listed} if isinstance(listed, list) else set()
    there = chosen.intersection(judgement.evaluation.probabilities.photo_keys)
    if there:
        told.append(
            f"By {len(there)} of these photos its training chose the best epoch, which flatters the scores a little."
        )
    return "".join(f'<p class="warning">{escape(line)}</p>\n' for line in told)


def _tiles(result: Mapping[str, Any]) -> str:
    words = {
        "top1": ("top-1", "the first name is right"),
        "top5": ("top-5", "the right name is among the first five"),
        "macro_f1": ("macro F1", "every class counts alike"),
        "ece": ("calibration error", "how far its probabilities are off"),
    }
    tiles = "".join(
        f'<div class="tile"><b>{percent(result[key])}</b><span>{label}</span>'
        f"<small>{_between(result['intervals'].get(key)) or '&nbsp;'}</small><small>{about}</small></div>\n"
        for key, (label, about) in words.items()
    )
    return f'<div class="tiles">\n{tiles}</div>\n'


def _sentences(judgement: Judgement) -> Iterator[str]:
    result = judgement.result
    per_class: dict[str, float] = result["per_class"]
    if len(per_class) > 1:
        worst = sorted(per_class, key=lambda each: (per_class[each], each))[:3]
        listed = ", ".join(f"{name(each)} ({per_class[each]:.2f})" for each in worst)
        yield f"Weakest classes by F1: {listed}."
    if result["confused"]:
        first = result["confused"][0]
        yield (
            f"Mistaken most: {name(first['true'])} called {name(first['predicted'])}, {first['count']} of "
            f"{result['per_class_items'][first['true']]} times."
        )
    elif result["items"]:
        yield "Not one object was named wrongly."
    for group, f1 in result["look_alike_f1"].items():
        yield f"F1 on {name(group)}: {f1:.2f}{_in_brackets(result['look_alike_intervals'].get(group))}."
    for noise in judgement.noises:
        lost = result["top1"] - noise.scores["top1"]
        if lost > 0.1:
            yield f"{escape(_words(noise.noise))} costs {100 * lost:.0f} points of top-1."


def _in_brackets(pair: Sequence[float] | None) -> str:
    return "" if pair is None else f" ({pair[0]:.2f} – {pair[1]:.2f})"


def _look_alikes(result: Mapping[str, Any]) -> str:
    inside = _table(
        ["group", "classes", "F1", "", "95 %"],
        (
            (
                name(group),
                ", ".join(name(each) for each in result["look_alikes"][group]),
                f"{f1:.3f}",
                charts.interval_bar(f1, *result["look_alike_intervals"].get(group, (f1, f1))),
                _between(result["look_alike_intervals"].get(group)),
            )
            for group, f1 in result["look_alike_f1"].items()
        ),
    )
    proposed = suggest(result["confusion"], list(result["look_alikes"].values()))
    lines = [f"<b>{', '.join(name(each) for each in s.classes)}</b>: {escape(s.why())}" for s in proposed]
    if lines:
        inside += f"<p>Perhaps look-alikes, by this matrix:</p>\n{_list(lines)}"
    return inside


def _noise(judgement: Judgement) -> str:
    if not judgement.noises:
        return ""
    result = judgement.evaluation.result
    clean = NoiseScore("", {key: result[key] for key in ("top1", "macro_f1")}, result["intervals"])
    inside = ""
    for kind, title, below in (
        (Permutation, "Shuffled patches", "side of the patches in pixels of a view"),
        (Translocation, "Shifted pictures", "shift in pixels of a view of 224"),
    ):
        points = [_point(clean, "none"), *sorted(_points(judgement.noises, kind), key=lambda p: p.x)]
        if len(points) > 2:
            chart = charts.curve(points, below, title)
            inside += f"<figure>{chart}<figcaption>{title}: top-1</figcaption></figure>\n"
    rows = (
        (
            escape(_words(one.noise)),
            percent(one.scores["top1"]),
            _between(one.intervals.get("top1")),
            percent(one.scores["macro_f1"]),
            _between(one.intervals.get("macro_f1")),
        )
        for one in (clean, *judgement.noises)
    )
    return f'<div class="figures">{inside}</div>\n' + _table(["noise", "top-1", "95 %", "macro F1", "95 %"], rows)


def _points(noises: Sequence[NoiseScore], kind: type) -> Iterator[charts.Point]:
    for one in noises:
        noise = parse(one.noise)
        if not isinstance(noise, kind) or len(noise.views) < 2:
            continue
        if isinstance(noise, Permutation):
            yield _point(one, f"{noise.patch}", 1000.0 - noise.patch)
        elif isinstance(noise, Translocation):
            yield _point(one, f"{noise.dx}, {noise.dy}", float(np.hypot(noise.dx, noise.dy)))


def _point(one: NoiseScore, label: str, x: float = 0.0) -> charts.Point:
    value = one.scores["top1"]
    low, high = one.intervals.get("top1", (value, value))
    return charts.Point(x, value, low, high, label)


def _words(noise: str) -> str:
    """A noise for people."""
    if not noise:
        return "undisturbed"
    parsed = parse(noise)
    views = {"roi": ", the object's view", "extra": ", the surroundings' view"}
    where = views[parsed.views[0]] if len(parsed.views) == 1 else ""
    if isinstance(parsed, Permutation):
        return f"patches of {parsed.patch} px shuffled{where}"
    if isinstance(parsed, Translocation):
        return f"shifted by {parsed.dx}, {parsed.dy} px{where}"
    return noise


def _worst(judgement: Judgement) -> str:
    parts = []
    for pair in judgement.worst:
        pictures = "".join(_mistaken(each) for each in pair.objects)
        more = f" — the {len(pair.objects)} surest" if pair.count > len(pair.objects) else ""
        parts.append(
            f"<h3>{name(pair.true)} called {name(pair.called)}: {pair.count}<small>{more}</small></h3>\n"
            f'<div class="crops">{pictures}</div>\n'
        )
    return "".join(parts)


def _mistaken(one: Mistaken) -> str:
    seen = '<em class="seen">trained on</em>' if one.seen else ""
    return (
        f'<figure class="crop"><span>{_picture(one.object, "the object")}{_picture(one.photo, "its photo")}</span>'
        f"<figcaption>{one.probability:.0%} sure{seen}<br>{name(one.file)}</figcaption></figure>"
    )


def _picture(data: bytes, words: str) -> str:
    return f'<img alt="{escape(words)}" src="data:image/jpeg;base64,{base64.b64encode(data).decode("ascii")}">'


def _classes(result: Mapping[str, Any]) -> str:
    per_class: dict[str, float] = result["per_class"]
    rows = []
    for each in sorted(per_class, key=lambda each: (per_class[each], each)):
        f1 = per_class[each]
        pair = result["per_class_intervals"].get(each)
        row: dict[str, int] = result["confusion"].get(each, {})
        wrong = sorted(((called, n) for called, n in row.items() if called != each), key=lambda e: (-e[1], e[0]))
        rows.append(
            (
                name(each),
                f"{result['per_class_items'][each]}",
                f"{f1:.3f}",
                charts.interval_bar(f1, *(pair or (f1, f1))),
                _between(pair),
                percent(result["per_class_precision"][each]),
                percent(result["per_class_recall"][each]),
                ", ".join(f"{name(called)} {n}" for called, n in wrong[:_MOST_MISTAKEN_FOR]),
            )
        )
    head = ["class", "objects", "F1", "", "95 %", "precision", "recall", "mistaken for"]
    return f"<p>Worst first.</p>\n{_table(head, rows, 'classes')}"


def _matrix(result: Mapping[str, Any]) -> str:
    counts, names = confusion_matrix(result["confusion"])
    shown = most_confused(counts) if len(names) > MOST_CLASSES else list(range(len(names)))
    part = (
        f" The {len(shown)} of {len(names)} classes that are mistaken most are shown."
        if len(shown) < len(names)
        else ""
    )
    title = f"{int(counts.trace())} of {int(counts.sum())} objects named rightly"
    chart = charts.confusion(counts[np.ix_(shown, shown)], [names[place] for place in shown], title)
    return (
        f"<p>A row is what objects are, a column what they were called.{part} Point at a cell for its numbers.</p>\n"
        f'<div class="wide">{chart}</div>\n'
    )


def _calibration(judgement: Judgement) -> str:
    answers, result = judgement.evaluation.answers, judgement.result
    found = reliability(np.maximum(answers.confidence, 0.0), answers.right)
    raw = (
        ""
        if result["temperature"] == 1.0
        else f" Without its temperature of {result['temperature']:.2f} it would be {result['ece_raw']:.3f}."
    )
    return (
        f"<p>Bars on the dashed line would be right as often as they say. Expected calibration error "
        f"{result['ece']:.3f} (15 bins).{raw}</p>\n"
        f'<div class="figures"><figure>{charts.reliability(found, "reliability")}</figure></div>\n'
    )


def _method(judgement: Judgement) -> str:
    result, header = judgement.result, judgement.header
    splits = {
        "test": "what was held out: the test part of the data, else photos that the network was not trained on",
        "val": "the photos by which its training chose the best epoch",
        "held-out": "the photos that the project holds out for good",
        "all": "all labelled photos",
    }
    backbones = " + ".join(each for each in (header.roi_backbone, header.plan.second) if each)
    lines = [
        f"Judged by {splits[result['split']]}.",
        "Intervals hold 95 % of scores over photos drawn anew, whole photos at a time; they say how far a score could "
        "move with other photos, not with another training.",
        f"The network: {escape(backbones)}, views {escape(header.preprocessing.kind)} of {header.preprocessing.size} "
        f"pixels, {len(header.classes)} classes, made {escape(header.created[:10])}"
        + (f", from {name(header.parent)}" if header.parent else "")
        + ".",
        "Noise depends on the seed and the object alone; every network sees the same disturbed views.",
        f"RveRGUI {escape(__version__)}, seed {result['seed']}, {datetime.now().astimezone():%Y-%m-%d}.",
    ]
    skipped = result["skipped"]
    more = f"<p>and {len(skipped) - _MOST_SKIPPED} more</p>\n" if len(skipped) > _MOST_SKIPPED else ""
    left_out = _list(name(reason) for reason in skipped[:_MOST_SKIPPED])
    return _list(lines) + (
        f"<details><summary>{len(skipped)} left out</summary>{left_out}{more}</details>" if skipped else ""
    )
