"""Names of other people's classes as classes of the project."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rvergui.core import RverError, Taxonomy
from rvergui.core.taxonomy import clean_class_name
from rvergui.interchange.imports.limits import read_text

LIKE = 82.0
"""From this likeness of names on (0 to 100) a class of the project is offered for one of the data."""


@dataclass(frozen=True)
class ClassMap:
    """Which class objects get; names that are not in it keep their own, made if the project lacks it.

    Attributes:
        names: name in the data -> name in the project; None leaves such objects out.
    """

    names: Mapping[str, str | None] = field(default_factory=dict)

    def name_for(self, name: str) -> str | None:
        """The name in the project, None if such objects are left out.

        Raises:
            RverError: it cannot be the name of a class.
        """
        mapped = self.names.get(name, name)
        return clean_class_name(mapped) if mapped is not None else None


@dataclass(frozen=True)
class Offer:
    """What a name of the data may become.

    Attributes:
        name: in the data.
        target: a class of the project; None if there is none like it.
        likeness: 0 to 100; 100 is the same name or an alias.
    """

    name: str
    target: str | None
    likeness: float


def offers(names: Iterable[str], taxonomy: Taxonomy) -> list[Offer]:
    """The class of the project that each name most likely means."""
    from rapidfuzz import fuzz, process, utils

    there = taxonomy.names()
    found: list[Offer] = []
    for name in names:
        same = taxonomy.find(name)
        if same is not None:
            found.append(Offer(name, same.name, 100.0))
            continue
        best = process.extractOne(name, there, scorer=fuzz.WRatio, processor=utils.default_process, score_cutoff=LIKE)
        found.append(Offer(name, best[0], float(best[1])) if best is not None else Offer(name, None, 0.0))
    return found


def read_map(texts: Sequence[str]) -> ClassMap:
    """What ``--map`` was given: each text is ``old=new`` (``old=`` leaves a class out) or a file of such lines.

    Files may be JSON, ``{"old": "new", "other": null}``, or lines of old and new with a tab, comma or = between.

    Raises:
        RverError: neither; the sentence names the line.
    """
    names: dict[str, str | None] = {}
    for text in texts:
        if _is_file(text):
            names.update(_from_file(Path(text)))
        elif "=" in text:
            old, _, new = text.partition("=")
            names[old.strip()] = new.strip() or None
        else:
            raise RverError(f"“{text}” is neither a file nor old=new; write a file's path or apple_pie=apple pie.")
    for old, mapped in names.items():
        if mapped is not None:
            try:
                clean_class_name(mapped)
            except RverError as error:
                raise RverError(f"“{old}” cannot become {mapped[:40]!r}: {error}") from error
    return ClassMap(names)


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):
        return False


def _from_file(file: Path) -> dict[str, str | None]:
    text = read_text(file)
    if text.lstrip().startswith("{"):
        try:
            listed = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise RverError(f"{file} is no JSON ({str(error)[:100]}).") from error
        if not all(isinstance(new, str | None) for new in listed.values()):
            raise RverError(f"{file} should hold names alone: old and new ones, or null to leave a class out.")
        return {old: new or None for old, new in listed.items()}
    mark = next((mark for mark in ("\t", "=", ",") if mark in text), "\t")
    names: dict[str, str | None] = {}
    for number, row in enumerate(csv.reader(text.splitlines(), delimiter=mark), start=1):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != 2:
            raise RverError(f"{file}, line {number}: there should be an old name, a tab and a new one.")
        names[row[0].strip()] = row[1].strip() or None
    return names
