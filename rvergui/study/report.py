"""The report: what was compared, what came out, how sure it is, and how to do it again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from rvergui import __version__
from rvergui.core.atomic import write_text
from rvergui.rvernet.noise import Permutation, Translocation, parse
from rvergui.study import tables
from rvergui.study.figures import draw_all, student_lines
from rvergui.study.measures import ECE, MACRO_F1, TOP1, f1_of, told_apart
from rvergui.study.plan import CLEAN, StudyPlan
from rvergui.study.results import Difference, Results, sees_roi_alone

REPORT = "report.md"


def write_report(results: Results, out: Path, data_name: str, figure_format: str = "svg") -> Path:
    """Write report.md, its figures and the CSV files into ``out``; works with half a study as well.

    Args:
        results: whatever is there.
        out: a folder.
        data_name: what the study was run on, for people.
        figure_format: one of ``figures.FORMATS``.

    Returns:
        The report's path.

    Raises:
        RverError: something cannot be written, or there is no such format.
    """
    drawn = draw_all(results, out / "figures", figure_format) if results.estimates else {}
    tables.write_csv(results, out)
    figure_of: Callable[[str], str] = lambda name: (  # noqa: E731 - two words of Markdown
        f"![{name}](figures/{drawn[name].name})\n" if name in drawn else ""
    )
    parts = [_head(results, data_name), _findings(results)]
    if results.estimates:
        parts += [_models(results), _look_alikes(results, figure_of), _compared(results)]
        parts += [_noise(results, figure_of), _students(results, figure_of)]
    parts += [_networks(results), _cells(results), _method(results.plan), _plan(results.plan)]
    path = out / REPORT
    write_text(path, "\n".join(part.rstrip("\n") + "\n" for part in parts if part))
    return path


def _head(results: Results, data_name: str) -> str:
    plan = results.plan
    done = sum(facts.state == "finished" for facts in results.cells)
    state = "complete" if done == len(results.cells) else f"{done} of {len(results.cells)} trainings so far"
    judged = (
        f": {len(results.classes)} classes, judged by {results.items} objects on {results.photos} photos"
        if results.items
        else ""
    )
    seeds = f"{len(plan.seeds)} seed{'s' if len(plan.seeds) != 1 else ''} a model"
    return f"# {plan.title}\n\nOn {data_name}{judged}. {seeds}; {state}. RveRGUI {__version__}.\n"


def _findings(results: Results) -> str:
    """What can be said, and no more."""
    lines = list(_sentences(results))
    return "## In short\n\n" + "".join(f"- {line}\n" for line in lines) if lines else ""


def _sentences(results: Results) -> Iterator[str]:
    names = {model.name for model in results.plan.models}
    for model in results.plan.models:
        if sees_roi_alone(results.plan, model) and (model.name, CLEAN) in results.estimates:
            for group in results.plan.look_alikes:
                yield _chance_in_words(results, model.name, group)
    for one in results.differences:
        if one.noise == CLEAN and one.variant in names:
            for group in results.plan.look_alikes:
                yield _compared_in_words(one, f1_of(group), f"in F1 on {group}")
            yield _compared_in_words(one, MACRO_F1, "in macro F1")
    for title, line in student_lines(results).items():
        untaught = [variant for strength, variant in line if strength == 0]
        best = max(line, key=lambda point: results.estimates[point[1], CLEAN][MACRO_F1].value)
        if untaught:
            value = results.estimates[best[1], CLEAN][MACRO_F1].value * 100
            yield f"{title}: best at strength {best[0]:g} with a macro F1 of {value:.1f} % undisturbed."


def _chance_in_words(results: Results, variant: str, group: str) -> str:
    e, chance = results.estimates[variant, CLEAN][told_apart(group)], results.chance[group]
    how = "more than" if e.low > chance else "fewer than" if e.high < chance else "no more than"
    return (
        f"{variant} names {tables.shown(e)} % of {group} rightly, {how} always saying the commonest of their names "
        f"({chance * 100:.1f} %)."
    )


def _compared_in_words(one: Difference, measure: str, where: str) -> str:
    e = one.estimates[measure]
    size = f"{abs(e.value) * 100:.1f} points ({abs(e.low) * 100:.1f} to {abs(e.high) * 100:.1f})"
    if e.low > 0:
        return f"{one.variant} beats {one.baseline} {where} by {size}."
    if e.high < 0:
        size = f"{abs(e.value) * 100:.1f} points ({abs(e.high) * 100:.1f} to {abs(e.low) * 100:.1f})"
        return f"{one.variant} falls behind {one.baseline} {where} by {size}."
    return (
        f"Between {one.variant} and {one.baseline} no difference {where} can be shown ({tables.shown_difference(e)})."
    )


def _models(results: Results) -> str:
    return f"## Models\n\nIn per cent, with intervals; undisturbed pictures.\n\n{tables.model_table(results)}"


def _look_alikes(results: Results, figure: Callable[[str], str]) -> str:
    if not results.plan.look_alikes:
        return ""
    groups = "".join(f"- {group}: {', '.join(names)}\n" for group, names in results.plan.look_alikes.items())
    return (
        f"## Look-alikes\n\n{groups}\nF1 is the mean over the group's classes; “right” is the share of the group's "
        "objects that get their own name, of all names; the dotted line is what always saying the commonest name of "
        f"the group gets right.\n\n{tables.look_alike_table(results)}\n{figure('look-alikes')}"
    )


def _compared(results: Results) -> str:
    if not results.differences:
        return ""
    return (
        "## Against the baselines\n\nPercentage points, on the same photos and seeds. An interval without zero is a "
        f"difference.\n\n{tables.difference_table(results)}"
    )


def _noise(results: Results, figure: Callable[[str], str]) -> str:
    kinds = {text: parse(text) for text in results.plan.noise}
    text = ""
    for kind, word, name in (
        (Permutation, "Shuffled patches", "permutation"),
        (Translocation, "Shifted pictures", "translocation"),
    ):
        own = [noise for noise, parsed in kinds.items() if isinstance(parsed, kind)]
        if own:
            text += f"### {word}\n\n{tables.noise_table(results, own)}\n{figure(name)}\n"
    return (
        f"## With noise\n\nMacro F1 in per cent; every model sees the same disturbed pictures.\n\n{text}"
        if text
        else ""
    )


def _students(results: Results, figure: Callable[[str], str]) -> str:
    lines = student_lines(results)
    if not lines:
        return ""
    noises = results.plan.noise
    text = ""
    for title, line in lines.items():
        rows = [
            [
                f"{strength:g}",
                tables.shown(results.estimates[variant, CLEAN][TOP1]),
                *(tables.shown(results.estimates.get((variant, n), {}).get(MACRO_F1)) for n in (CLEAN, *noises)),
                tables.plain(results.estimates[variant, CLEAN][ECE]),
            ]
            for strength, variant in line
        ]
        head = ["strength", "top-1", "macro F1", *noises, "calibration error"]
        text += f"### {title}\n\n{tables.markdown(head, rows)}\n"
    return f"## Distillation\n\n{text}{figure('distillation')}"


def _networks(results: Results) -> str:
    if not results.variants:
        return ""
    return (
        f"## Networks\n\nThe best epoch is chosen on photos held out from training.\n\n{tables.network_table(results)}"
    )


def _cells(results: Results) -> str:
    failed = [facts for facts in results.cells if facts.state == "failed"]
    waiting = [facts for facts in results.cells if facts.state == "waiting"]
    text = "".join(f"- {facts.cell.name}: {facts.reason}\n" for facts in failed)
    text += "".join(f"- {problem}\n" for problem in results.problems)
    if waiting:
        text += f"- {len(waiting)} trainings are still to come, the next: {waiting[0].cell.name}\n"
    return f"## Not there\n\n{text}" if text else ""


def _method(plan: StudyPlan) -> str:
    return (
        "## How sure\n\n"
        f"Intervals hold {plan.confidence * 100:g} % of {plan.bootstrap} draws. Each draws the photos anew (whole "
        "photos, since the objects of one are alike) and then the seeds, whose deviations from their mean are widened "
        "by sqrt(n / (n - 1)). Differences are taken draw by draw on the same photos and seeds. The test part was seen "
        "by no training and chose no epoch. The "
        "calibration error (15 bins) has no interval: resampled photos look worse calibrated than they are. Every "
        "number is in scores.csv, seeds.csv, differences.csv and cells.csv.\n"
    )


def _plan(plan: StudyPlan) -> str:
    """The plan itself, so that the report can be made again; without paths of the machine it was made on."""
    words = plan.model_dump(mode="json", exclude_defaults=True)
    text = json.dumps(words, ensure_ascii=False, indent=1)
    text = re.sub(r'"(?:[A-Za-z]:\\\\|/)[^"]*[/\\]([^"/\\]+)"', r'"…/\1"', text)
    return f"## Plan\n\n```json\n{text}\n```\n"
