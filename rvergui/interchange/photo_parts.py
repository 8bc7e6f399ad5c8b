"""Which photos of a project train and which are held out, where the data come with a published division.

It is kept as one setting of the project: the division belongs to the data as a whole, and most projects have none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from rvergui.core import RverError

if TYPE_CHECKING:
    from rvergui.project.store import Project

PARTS = ("train", "test")
_SETTING = "parts"


def read_parts(project: Project) -> dict[str, str]:
    """Photo id -> "train" or "test"; photos that are not in it belong to neither. Empty: the project has no division.

    Raises:
        RverError: what is stored is damaged.
    """
    stored = project.setting(_SETTING)
    if stored is None:
        return {}
    try:
        listed = json.loads(stored)
        return {str(photo): part for part in PARTS for photo in listed.get(part, [])}
    except (ValueError, AttributeError, TypeError) as error:
        raise RverError(
            f"The division of {project.path.name} into train and test is damaged; import the data set again."
        ) from error


def record_parts(project: Project, parts: Mapping[str, str]) -> None:
    """Note the part of these photos; what is known of others stays.

    Raises:
        RverError: the project is read-only, or a part is neither "train" nor "test".
    """
    wrong = sorted(set(parts.values()).difference(PARTS))
    if wrong:
        raise RverError(f"There is no part {wrong[0]!r} of a data set; choose {' or '.join(PARTS)}.")
    known = read_parts(project)
    merged = {**known, **parts}
    if merged != known:
        listed = {part: sorted(photo for photo, its in merged.items() if its == part) for part in PARTS}
        project.set_setting(_SETTING, json.dumps(listed, separators=(",", ":")))
