"""What a judging process says of itself, one JSON object a line (``rvergui evaluate --events``). No torch here."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True)
class _Event:
    event: ClassVar[str]

    def line(self) -> str:
        """The event as one line of JSON without a line break."""
        return json.dumps({"event": self.event, **asdict(self)})


@dataclass(frozen=True)
class Reading(_Event):
    """Photos are being read and cut."""

    event: ClassVar[str] = "reading"
    done: int
    total: int


@dataclass(frozen=True)
class Judging(_Event):
    """The network looks at objects, in batches."""

    event: ClassVar[str] = "judging"
    done: int
    total: int


@dataclass(frozen=True)
class Judged(_Event):
    """It is done: ``result`` as ``--json`` prints it, and where the report is ("" for none)."""

    event: ClassVar[str] = "judged"
    result: dict[str, Any] = field(repr=False)
    report: str = ""


@dataclass(frozen=True)
class Stopped(_Event):
    """It was stopped on request; nothing was written."""

    event: ClassVar[str] = "stopped"


@dataclass(frozen=True)
class Failed(_Event):
    """Stopped by a problem; one sentence for people."""

    event: ClassVar[str] = "failed"
    message: str


Event = Reading | Judging | Judged | Stopped | Failed
_KINDS: dict[str, type[Event]] = {kind.event: kind for kind in (Reading, Judging, Judged, Stopped, Failed)}


def parse_event(line: str | bytes) -> Event | None:
    """The event in a line of a run's output; None for anything else, such as a library's warning or half a line."""
    try:
        content = json.loads(line)
        kind = _KINDS[content.pop("event")]
        return kind(**content)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
