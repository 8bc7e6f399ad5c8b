"""JSON files of any size, one record at a time, and none that fills the memory.

``ijson`` tells the parts of a file as they are read; here they become records again, up to a limit of depth and size.
A file of gigabytes needs no more memory than its largest record, and one of nothing but brackets is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rvergui.core import RverError
from rvergui.interchange.report import Progress

_STARTS = {"start_map": dict, "start_array": list}
_ENDS = ("end_map", "end_array")
# Records between two looks at whether to go on.
_TELL_EVERY = 500


@dataclass(frozen=True)
class RecordLimits:
    """What a record may hold.

    Attributes:
        values: numbers, texts and containers in all.
        depth: how deep they may lie in one another.
    """

    values: int = 4_000_000
    depth: int = 16


def records(
    file: Path,
    lists: Collection[str],
    expected: str,
    limits: RecordLimits | None = None,
    progress: Progress | None = None,
) -> Iterator[tuple[str, int, Any]]:
    """The records in some of the lists of a JSON object, in the file's order: name of the list, index, record.

    Args:
        file: the JSON file.
        lists: the names of the lists; everything else is passed over.
        expected: what the file should be, for the sentence if it is not.
        limits: of one record.
        progress: told how many bytes of how many were read; a no ends the reading with ``Cancelled``.

    Raises:
        Cancelled: ``progress`` returned False.
        RverError: it is no such file, or goes beyond the limits; the sentence says where.
    """
    import ijson

    place = "its beginning"
    try:
        total = file.stat().st_size
        with file.open("rb") as stream:
            events = ijson.basic_parse(stream, use_float=True, buf_size=1 << 17)
            reader = _Reader(events, limits or RecordLimits())
            for name, index, record in reader.walk(lists, f"{file} is not {expected}"):
                place = f"{name}[{index}]"
                if progress is not None and index % _TELL_EVERY == 0 and not progress(stream.tell(), total):
                    from rvergui.interchange.report import Cancelled

                    raise Cancelled("The import was cancelled; nothing was changed.")
                yield name, index, record
    except _BeyondError as error:
        raise RverError(f"{file}, after {place}: {error}.") from error
    except FileNotFoundError as error:
        raise RverError(f"There is no file {file}; check the path.") from error
    except OSError as error:
        raise RverError(f"{file} could not be read ({error.strerror or type(error).__name__}).") from error
    except (ijson.JSONError, ValueError, OverflowError) as error:
        words = (str(error).splitlines() or [type(error).__name__])[0].strip()[:120]
        raise RverError(f"{file} is no JSON after {place} ({words}); it may be cut off or damaged.") from error


class _BeyondError(Exception):
    """A record that is too large or too deep; half a sentence."""


class _Reader:
    def __init__(self, events: Iterator[tuple[str, Any]], limits: RecordLimits) -> None:
        self._events = events
        self._limits = limits

    def walk(self, lists: Collection[str], refusal: str) -> Iterator[tuple[str, int, Any]]:
        event, _ = next(self._events, ("", None))
        if event != "start_map":
            what = "a list, as results of a network are" if event == "start_array" else "something else"
            raise RverError(f"{refusal}, but {what}.")
        for event, key in self._events:
            if event == "end_map":
                for _ in self._events:  # whatever stands behind the end is told as damage
                    pass
                return
            first, value = next(self._events, ("", None))
            del value
            if first == "start_array" and key in lists:
                for index, record in enumerate(self._items()):
                    yield key, index, record
            elif first in _STARTS:
                if key in lists:
                    raise RverError(f"{refusal}: its “{key}” is no list.")
                self._pass_over()
            elif key in lists:
                raise RverError(f"{refusal}: its “{key}” is no list.")

    def _items(self) -> Iterator[Any]:
        for event, value in self._events:
            if event == "end_array":
                return
            yield self._container(event) if event in _STARTS else value

    def _pass_over(self) -> None:
        depth = 1
        for event, _ in self._events:
            if event in _STARTS:
                depth += 1
            elif event in _ENDS:
                depth -= 1
                if not depth:
                    return

    def _container(self, event: str) -> Any:
        """The container whose beginning was just read."""
        root: Any = _STARTS[event]()
        stack: list[tuple[Any, str | None]] = []
        here, key, count = root, None, 0
        most_values, most_depth = self._limits.values, self._limits.depth
        for event, value in self._events:
            if event == "map_key":
                key = value
                continue
            if event in _ENDS:
                if not stack:
                    return root
                here, key = stack.pop()
                continue
            count += 1
            if count > most_values:
                raise _BeyondError(f"a record holds more than {most_values} values")
            if event in _STARTS:
                inner: Any = _STARTS[event]()
                if len(stack) + 2 > most_depth:
                    raise _BeyondError(f"a record is nested more than {most_depth} deep")
                _put(here, key, inner)
                stack.append((here, key))
                here = inner
            else:
                _put(here, key, value)
        return root


def _put(here: Any, key: str | None, value: Any) -> None:
    if type(here) is list:
        here.append(value)
    else:
        here[key] = value
