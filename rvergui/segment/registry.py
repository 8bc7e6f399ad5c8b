"""Segmenters by name, found through the entry points ``rvergui.segmenters``.

Any installed package may add one; nothing here knows a backend but by its name.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from rvergui.core import RverError
from rvergui.segment.protocol import Segmenter

GROUP = "rvergui.segmenters"
DEFAULT_SEGMENTER = "starter"

# For tests and demonstrations; choosable by name, but not offered.
_HIDDEN = frozenset({"fake"})


def segmenter_names(include_hidden: bool = False) -> list[str]:
    """The names of the installed segmenters, sorted; those meant for tests only with ``include_hidden``."""
    return sorted(name for name in _installed() if include_hidden or name not in _HIDDEN)


def create_segmenter(name: str, checkpoint: Path | None = None, **options: Any) -> Segmenter:
    """A new segmenter, constructed as ``Backend(checkpoint, **options)``.

    Args:
        name: one of ``segmenter_names(include_hidden=True)``.
        checkpoint: weights for backends that need them; None lets the backend look for its own.
        options: the backend's own settings.

    Raises:
        RverError: the name is unknown, the plug-in cannot be imported, is no segmenter, does not take these options,
            or refuses its weights.
    """
    installed = _installed()
    if name not in installed:
        known = ", ".join(segmenter_names()) or "none, install RveRGUI again"
        raise RverError(f"There is no segmenter called {name!r}; the known ones are: {known}.")
    entry = installed[name]
    backend = _load(entry)
    try:
        segmenter = backend(checkpoint, **options)
    except TypeError as error:
        raise RverError(f"The segmenter {name!r} cannot be started with these options: {error}.") from error
    if not isinstance(segmenter, Segmenter):
        raise RverError(
            f"The plug-in {name!r} ({entry.value}) is no segmenter: it lacks name, signature, description, "
            "encode or decode; update or remove it."
        )
    return segmenter


def _installed() -> dict[str, EntryPoint]:
    """Entry points by name. RveRGUI's own win over another package's of the same name, so no plug-in shadows them."""
    return _by_name(entry_points(group=GROUP))


def _by_name(found: Iterable[EntryPoint]) -> dict[str, EntryPoint]:
    chosen: dict[str, EntryPoint] = {}
    for entry in sorted(found, key=lambda e: (not e.value.startswith("rvergui."), e.value)):
        chosen.setdefault(entry.name, entry)
    return chosen


def _load(entry: EntryPoint) -> Any:
    try:
        return entry.load()
    except Exception as error:  # a plug-in is other people's code and may raise anything at import
        reason = str(error) or type(error).__name__
        raise RverError(
            f"The segmenter {entry.name!r} ({entry.value}) cannot be loaded: {reason}; "
            "update or remove the package it came with."
        ) from error
