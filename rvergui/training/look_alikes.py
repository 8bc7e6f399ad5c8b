"""Groups of classes that are taken for one another, and where they are named. No torch here."""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from rvergui.core import RverError
from rvergui.core.look_alikes import named_groups
from rvergui.core.taxonomy import clean_class_name

Groups = dict[str, tuple[str, ...]]

LOOK_ALIKES_FILE = "look_alikes.json"
"""Looked for in a folder of pairs, in the folder above it, and beside a project: {"group": ["class", "class"]}."""


def parse_group(text: str) -> tuple[str, tuple[str, ...]]:
    """A group as typed: ``ketchup,chili paste``, or ``NAME=one,two`` with a name of its own; quotes keep commas.

    Returns:
        Its name and its classes.

    Raises:
        RverError: fewer than two different classes.
    """
    title, mark, listed = text.partition("=")
    words = next(csv.reader([listed if mark else text], skipinitialspace=True), [])
    return _group(title.strip() if mark else "", words, f"“{text}”")


def parse_groups(texts: Iterable[str]) -> Groups:
    """All groups of ``texts``; a text that is a file's name stands for the groups in that file.

    Raises:
        RverError: one is no group, or its file cannot be read.
    """
    groups: Groups = {}
    for text in texts:
        path = Path(text)
        if path.suffix.lower() in _READERS and "," not in text:
            groups.update(read_look_alikes(path))
        else:
            name, members = parse_group(text)
            groups[name] = members
    return groups


def read_look_alikes(path: Path) -> Groups:
    """The groups in a file.

    JSON is {"group": ["class", ...]} or [["class", ...]]; any other text is a group a line, as ``parse_group`` reads
    it, blank lines and lines that start with ``#`` left out.

    Raises:
        RverError: it cannot be read, or is something else.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise RverError(f"The look-alikes in {path} could not be read ({reason}); check the path.") from error
    except UnicodeDecodeError as error:
        raise RverError(f"The look-alikes in {path} are no UTF-8 text; save the file as UTF-8.") from error
    try:
        groups = _READERS.get(path.suffix.lower(), _from_lines)(text)
    except RverError as error:
        raise RverError(f"{path.name}: {error}") from error
    if not groups:
        raise RverError(f"{path} names no look-alikes; write a group a line: ketchup, chili paste.")
    return groups


def _from_json(text: str) -> Groups:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RverError('it is no JSON; write {"sauces": ["ketchup", "chili paste"]}.') from error
    listed: Iterable[tuple[str, Any]]
    if isinstance(content, dict):
        listed = content.items()
    elif isinstance(content, list):
        listed = (("", members) for members in content)
    else:
        listed = ()
    groups: Groups = {}
    for title, members in listed:
        if not isinstance(members, list) or not all(isinstance(name, str) for name in members):
            raise RverError(f'the group “{title}” is no list of names; write ["ketchup", "chili paste"].')
        name, classes = _group(title, members, f"“{title or ', '.join(members)}”")
        groups[name] = classes
    return groups


def _from_lines(text: str) -> Groups:
    lines = (line.strip() for line in text.splitlines())
    return dict(parse_group(line) for line in lines if line and not line.startswith("#"))


_READERS = {".json": _from_json, ".txt": _from_lines, ".csv": _from_lines}


def _group(title: str, words: Sequence[str], where: str) -> tuple[str, tuple[str, ...]]:
    members = tuple(dict.fromkeys(clean_class_name(word) for word in words if word.strip()))
    if len(members) < 2:
        raise RverError(f"{where} is no group of look-alikes; name two classes at least, such as ketchup,chili paste.")
    return title or " / ".join(members), members


def checked(groups: Mapping[str, Sequence[str]], known: Collection[str]) -> Groups:
    """``groups`` with every class spelled as in ``known``, whatever its case.

    Raises:
        RverError: one is not in ``known``; the sentence says what is close.
    """
    spelled = {name.casefold(): name for name in known}
    checked_groups: Groups = {}
    for group, names in groups.items():
        found = []
        for name in names:
            if name.casefold() not in spelled:
                close = get_close_matches(name.casefold(), spelled, n=1)
                hint = f"did you mean “{spelled[close[0]]}”?" if close else "check its spelling."
                raise RverError(f"The look-alikes “{group}” name “{name}”, which is no class here; {hint}")
            found.append(spelled[name.casefold()])
        checked_groups[group] = tuple(found)
    return checked_groups


def usable(groups: Mapping[str, Sequence[str]], known: Collection[str]) -> Groups:
    """What of ``groups`` makes sense where only ``known`` classes occur: groups of two and more of them."""
    kept = {group: tuple(name for name in names if name in known) for group, names in groups.items()}
    return {group: names for group, names in kept.items() if len(names) > 1}


def look_alikes_beside(data: Path) -> Groups:
    """The groups that come with ``data``: those that a project holds, else those in ``LOOK_ALIKES_FILE``.

    The file is looked for in or above a folder of labelled photos, or beside a project or another file.

    Raises:
        RverError: the file is broken, or the project cannot be read.
    """
    if data.suffix.lower() == ".rver" and data.is_file():
        from rvergui.project import Project

        with Project.open(data, read_only=True) as project:
            groups = named_groups(project.taxonomy())
        if groups:
            return groups
    for folder in (data, data.absolute().parent):
        file = folder / LOOK_ALIKES_FILE
        if file.is_file():
            return read_look_alikes(file)
    return {}


def named_alike(groups: Iterable[Sequence[str]]) -> Groups:
    """Groups as a checkpoint's header lists them, each named after its classes."""
    return {" / ".join(names): tuple(names) for names in groups if len(set(names)) > 1}
