"""The outer form of COCO files: reading one whole, and its categories.

Polygons shrink to arrays while the file is parsed, so that one of hundreds of megabytes takes a few times its size in
memory and not twenty.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np

from rvergui.core import RverError


def load_coco(file: Path) -> dict[str, Any]:
    """The content of a COCO file; "images" and "annotations" are lists of whatever is in them.

    Raises:
        RverError: it cannot be read, or is something else.
    """
    try:
        content = json.loads(file.read_bytes(), object_hook=_compact)
    except FileNotFoundError as error:
        raise RverError(f"There is no file {file}; check the path.") from error
    except OSError as error:
        raise RverError(f"{file} could not be read ({error.strerror or type(error).__name__}).") from error
    except MemoryError as error:
        raise RverError(f"{file} does not fit into memory; close other programs or split the file.") from error
    except (ValueError, RecursionError) as error:  # no JSON, or no text at all
        raise RverError(f"{file} is no JSON file ({_short(error)}); give a COCO instances file.") from error
    if isinstance(content, list):
        raise RverError(
            f"{file} is a list, as results of a network are; give the COCO file with its photos and annotations."
        )
    lists = ("images", "annotations")
    if not isinstance(content, dict) or not all(isinstance(content.get(key), list) for key in lists):
        raise RverError(f"{file} is no COCO instances file: it lacks the lists “images” and “annotations”.")
    return content


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:100] if str(error) else type(error).__name__


def _compact(record: dict[str, Any]) -> dict[str, Any]:
    """``record`` with the numbers of its outline as arrays, a quarter of the memory; what is broken stays as it is."""
    outline = record.get("segmentation")
    if isinstance(outline, list):
        with suppress(TypeError, ValueError, OverflowError):  # told where the outline is made a mask
            record["segmentation"] = [
                np.asarray(ring, dtype=np.float64) if isinstance(ring, list) else ring for ring in outline
            ]
    return record


def categories(records: Any) -> dict[Any, tuple[str, str]]:
    """Name and supercategory by id; files without categories, and broken records, have none."""
    found: dict[Any, tuple[str, str]] = {}
    for record in records if isinstance(records, list) else []:
        if isinstance(record, dict) and isinstance(record.get("id"), int | str):
            name, group = record.get("name"), record.get("supercategory")
            found[record["id"]] = (
                name if isinstance(name, str) else f"category {record['id']}",
                group if isinstance(group, str) else "",
            )
    return found


def chosen_categories(
    names: dict[Any, tuple[str, str]], asked_names: Sequence[str], asked_groups: Sequence[str], file: Path
) -> set[Any] | None:
    """The ids of the categories that have one of the names or belong to one of the groups; None for all.

    Raises:
        RverError: one of them is not in the file; the sentence says which there are.
    """
    if not asked_names and not asked_groups:
        return None
    chosen: set[Any] = set()
    for place, what, asked in ((0, "category", asked_names), (1, "supercategory", asked_groups)):
        known = {name[place].casefold(): name[place] for name in names.values() if name[place]}
        for name in asked:
            if name.casefold() not in known:
                raise RverError(_unknown(name, what, known, file))
            chosen |= {i for i, words in names.items() if words[place].casefold() == name.casefold()}
    return chosen


def _unknown(name: str, what: str, known: dict[str, str], file: Path) -> str:
    if not known:
        return f"{file.name} names no {what}, so “{name}” cannot be chosen."
    close = [known[match] for match in get_close_matches(name.casefold(), known, n=3)]
    some = close or sorted(known.values())[:10]
    more = ", ..." if not close and len(known) > len(some) else ""
    return f"{file.name} has no {what} “{name}”; {'did you mean' if close else 'it has'} {', '.join(some)}{more}?"
