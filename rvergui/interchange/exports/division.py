"""Which photos go to train and which to test, in any format."""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from rvergui.core import RverError
from rvergui.core.photo import short_key
from rvergui.core.split import hold_out_more, split_by_photo
from rvergui.interchange.photo_parts import PARTS, read_parts
from rvergui.project.photo_roles import Role, Roles, known_roles

if TYPE_CHECKING:
    from rvergui.project.records import PhotoRecord
    from rvergui.project.store import Project

TRAIN, TEST = PARTS
WORDS = {"train": TRAIN, "training": TRAIN, "test": TEST, "val": TEST, "valid": TEST, "validation": TEST}
"""What other programs call the two."""

_MOST_BYTES = 64 * 2**20


@dataclass(frozen=True)
class Division:
    """How photos are divided; copies of a photo stay together.

    Attributes:
        test_share: about how much of each class goes to test, by whole photos; 0 puts everything into train. What a
            project holds out for good goes to test, what its models were trained on to train, whatever the share.
        seed: another seed, another division of what is not settled.
        file: says the part of each photo and outweighs the rest; see ``read_split_file``.
    """

    test_share: float = 0.2
    seed: int = 0
    file: Path | None = None

    @property
    def is_wished(self) -> bool:
        """Whether it divides also what came without a division."""
        return self.file is not None or self.test_share > 0

    def check(self) -> None:
        """Raise RverError if the share is none."""
        if not 0.0 <= self.test_share < 1.0:
            raise RverError(
                f"The test share is {self.test_share:g}; choose a number from 0 up to, but not including, 1."
            )

    def parts(self, project: Project, labels: Mapping[str, Sequence[str]]) -> dict[str, str]:
        """The part by photo key; what is not in it goes to train.

        Args:
            project: a division that its data came with is kept, unless there is a file.
            labels: photo key -> the class names of its objects.

        Raises:
            RverError: the file cannot be read.
        """
        if self.file is not None:
            said = read_split_file(self.file)
            return {_key(record): part for record in project.photos() if (part := _said_of(record, said)) is not None}
        published = read_parts(project)
        if published:
            return {_key(r): published[r.id] for r in project.photos() if r.id in published}
        if self.test_share <= 0:
            return {}
        return dict.fromkeys(self._held_out(known_roles(project), labels), TEST)

    def _held_out(self, roles: Roles, labels: Mapping[str, Sequence[str]]) -> Collection[str]:
        """The keys among ``labels`` that go to test, those that were held out for good among them."""
        short: dict[str, list[str]] = {}
        for key, names in labels.items():
            short.setdefault(short_key(key), []).extend(names)
        if roles.keys().isdisjoint(short):
            return split_by_photo(labels, self.test_share, self.seed)
        trained, held = ({key for key in short if roles.get(key) is role} for role in (Role.TRAINED, Role.HELD_OUT))
        held |= hold_out_more(short, self.test_share, self.seed, trained, held)
        return [key for key in labels if short_key(key) in held]


def read_split_file(file: Path) -> dict[str, str]:
    """Photo (path or file name) -> "train" or "test".

    A JSON object of two lists, ``{"train": ["a.jpg"], "test": ["b.jpg"]}``, or a table with the columns ``photo`` and
    ``part`` (as an export to CSV writes it), or lines of a photo, a tab or comma, and its part. "val" means test.

    Raises:
        RverError: it is nothing of the kind; the sentence names the line.
    """
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise RverError(f"{file} is larger than 64 MB; give a file that lists photos and their parts.")
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise RverError(f"There is no file {file}; check the path.") from error
    except OSError as error:
        raise RverError(f"{file} could not be read ({error.strerror or type(error).__name__}).") from error
    except UnicodeDecodeError as error:
        raise RverError(f"{file} is no UTF-8 text; save it as UTF-8 and try again.") from error
    found = _from_json(text, file) if text.lstrip().startswith("{") else _from_table(text, file)
    if not found:
        raise RverError(f"{file} says the part of no photo; write a photo, a tab and train or test on each line.")
    return found


def _from_json(text: str, file: Path) -> dict[str, str]:
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RverError(f"{file} is no JSON ({str(error)[:100]}).") from error
    found: dict[str, str] = {}
    for word, photos in listed.items():
        if WORDS.get(str(word).lower()) is None or not isinstance(photos, list):
            raise RverError(f"{file}: “{word}” is no list of photos for train or test.")
        found.update({str(photo): WORDS[word.lower()] for photo in photos})
    return found


def _from_table(text: str, file: Path) -> dict[str, str]:
    rows = list(csv.reader(text.splitlines(), delimiter="\t" if "\t" in text else ","))
    photo_column, part_column, first = 0, 1, 0
    heads = [cell.strip().lower() for cell in rows[0]] if rows else []
    if "photo" in heads and "part" in heads:
        photo_column, part_column, first = heads.index("photo"), heads.index("part"), 1
    found: dict[str, str] = {}
    for number, row in enumerate(rows[first:], start=first + 1):
        if not any(cell.strip() for cell in row):
            continue
        word = row[part_column].strip().lower() if len(row) > max(photo_column, part_column) else ""
        if word not in WORDS:
            raise RverError(f"{file}, line {number}: there should be a photo and then train or test.")
        found[row[photo_column].strip()] = WORDS[word]
    return found


def _said_of(record: PhotoRecord, said: Mapping[str, str]) -> str | None:
    return said.get(record.path) or said.get(PurePosixPath(record.path).name)


def _key(record: PhotoRecord) -> str:
    return record.content_hash or record.id
