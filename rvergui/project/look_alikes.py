"""The look-alikes of a project, kept as one of its settings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from rvergui.core import RverError, Taxonomy
from rvergui.core.look_alikes import LookAlikeGroup

SETTING = "look_alikes"
# The setting in which the last evaluation of the project lies as JSON: {"model", "items", "confusion"}.
EVALUATED = "evaluated"


def to_text(groups: Sequence[LookAlikeGroup]) -> str | None:
    """As the project stores them; None for none."""
    if not groups:
        return None
    return json.dumps([{"name": group.name, "classes": list(group.class_ids)} for group in groups])


def from_text(text: str | None) -> tuple[LookAlikeGroup, ...]:
    """What ``to_text`` gave.

    Raises:
        RverError: it is something else.
    """
    if text is None:
        return ()
    try:
        return tuple(LookAlikeGroup(tuple(map(str, each["classes"])), str(each["name"])) for each in json.loads(text))
    except (ValueError, TypeError, KeyError) as error:
        raise RverError(
            "The groups of look-alikes in the project cannot be read; restore the project from a backup copy."
        ) from error


@dataclass(frozen=True, slots=True)
class LastEvaluation:
    """What a model took for what when it was last evaluated on the project.

    Attributes:
        model: its name.
        items: how many items it was judged by.
        confusion: what they are -> what they were called -> how often, by the names of that time.
    """

    model: str
    items: int
    confusion: dict[str, dict[str, int]] = field(repr=False)

    def by_present_names(self, taxonomy: Taxonomy) -> dict[str, dict[str, int]]:
        """``confusion`` with the names that the classes have today; classes that are gone are left out."""
        found: dict[str, dict[str, int]] = {}
        for true, row in self.confusion.items():
            is_now = taxonomy.find(true)
            for called, count in row.items():
                called_now = taxonomy.find(called)
                if is_now is not None and called_now is not None:
                    counts = found.setdefault(is_now.name, {})
                    counts[called_now.name] = counts.get(called_now.name, 0) + count
        return found


def evaluation_to_text(evaluation: LastEvaluation) -> str:
    """As the project stores it."""
    return json.dumps(asdict(evaluation))


def evaluation_from_text(text: str | None) -> LastEvaluation | None:
    """What ``evaluation_to_text`` gave; None for nothing, or for what cannot be read (evaluating makes it anew)."""
    if text is None:
        return None
    try:
        content = json.loads(text)
        confusion = {
            str(true): {str(called): int(count) for called, count in row.items()}
            for true, row in content["confusion"].items()
        }
        return LastEvaluation(str(content["model"]), int(content["items"]), confusion)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
