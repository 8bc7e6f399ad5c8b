"""Tables of any length: a row is known by where it begins in the file, and read again when its turn comes."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from rvergui.core import RverError

MOST_CELL = 2**26
"""Bytes of a line and characters of a cell; a mask at the limit of pixels needs less."""
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row is: its line number for people, counted at its end, and the byte at which it begins."""

    line: int
    offset: int


@dataclass(frozen=True)
class BigTable:
    """A CSV in UTF-8 with a line of heads; commas, as the program's exports have them."""

    file: Path
    heads: tuple[str, ...]

    @classmethod
    def of(cls, file: Path, needed: tuple[str, ...]) -> BigTable:
        """The table in ``file``.

        Raises:
            RverError: it cannot be read, or lacks a column of ``needed``.
        """
        with _opened(file) as stream:
            heads = next((cells for _, cells in _parsed(file, stream, Place(0, 0))), [])
        missing = [name for name in needed if name not in heads]
        if missing:
            raise RverError(f"{file} lacks the column {missing[0]}; give a table that an export made.")
        return cls(file, tuple(heads))

    def rows(self) -> Iterator[tuple[Place, Mapping[str, str]]]:
        """Every row that is not empty; memory does not grow with them.

        Raises:
            RverError: a row has too few or too many cells, or is no CSV; the sentence names the line.
        """
        with _opened(self.file) as stream:
            rows = _parsed(self.file, stream, Place(0, 0))
            next(rows, None)
            for place, cells in rows:
                if cells:
                    yield place, self._by_column(place.line, cells)

    def row(self, stream: BinaryIO, place: Place) -> Mapping[str, str]:
        """The row at ``place`` once more, from the open file.

        Raises:
            RverError: there is no such row any more.
        """
        stream.seek(place.offset)
        found = next((cells for _, cells in _parsed(self.file, stream, Place(place.line - 1, place.offset))), None)
        if not found:
            raise RverError(f"{self.file} has changed since it was looked at; import it again.")
        return self._by_column(place.line, found)

    def open(self) -> BinaryIO:
        """The file, for ``row``; ``RverError`` if it is gone."""
        return _opened(self.file)

    def _by_column(self, line: int, cells: list[str]) -> Mapping[str, str]:
        if len(cells) != len(self.heads):
            raise RverError(f"{self.file}, line {line}: it has {len(cells)} cells instead of {len(self.heads)}.")
        return dict(zip(self.heads, cells, strict=True))


def _opened(file: Path) -> BinaryIO:
    try:
        return file.open("rb")
    except FileNotFoundError as error:
        raise RverError(f"There is no file {file}; check the path.") from error
    except IsADirectoryError as error:
        raise RverError(f"{file} is a folder; give the file.") from error
    except OSError as error:
        raise RverError(f"{file} could not be read ({error.strerror or type(error).__name__}).") from error
    except ValueError as error:  # a name that no file can have
        raise RverError(f"{str(file)!r} is no name of a file.") from error


def _parsed(file: Path, stream: BinaryIO, start: Place) -> Iterator[tuple[Place, list[str]]]:
    """Rows from ``start`` on, each with where it begins and the number of its last line."""
    # the module knows one limit for the whole process; it is only ever raised, to what a mask may need
    csv.field_size_limit(max(csv.field_size_limit(), MOST_CELL))
    lines = _Lines(file, stream, start.offset, start.line)
    table = csv.reader(lines, strict=True)
    while True:
        offset = lines.offset
        try:
            cells = next(table)
        except StopIteration:
            return
        except csv.Error as error:
            raise RverError(f"{file}, line {lines.number}: it is no CSV ({error}).") from error
        yield Place(lines.number, offset), cells


class _Lines(Iterator[str]):
    """Lines of text, with how many bytes and lines were read."""

    def __init__(self, file: Path, stream: BinaryIO, offset: int, number: int) -> None:
        self._file, self._stream = file, stream
        self.offset, self.number = offset, number

    def __next__(self) -> str:
        try:
            raw = self._stream.readline(MOST_CELL + 1)
        except OSError as error:
            raise RverError(f"{self._file} could not be read ({error.strerror or type(error).__name__}).") from error
        if not raw:
            raise StopIteration
        self.number += 1
        if len(raw) > MOST_CELL:
            raise RverError(f"{self._file}, line {self.number}: it is longer than {MOST_CELL >> 20} MB.")
        begin, self.offset = self.offset, self.offset + len(raw)
        try:
            return raw.removeprefix(_BOM).decode("utf-8") if begin == 0 else raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise RverError(
                f"{self._file} is no UTF-8 text (byte {begin + error.start}); save it as UTF-8 and try again."
            ) from error
