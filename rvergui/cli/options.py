"""Options of a command out of tables: what a format offers, the command line has."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import typer

from rvergui.interchange.exports.options import OptionField


@dataclass
class _Gathered:
    option: OptionField
    of: list[str] = field(default_factory=list)
    helps: list[str] = field(default_factory=list)


def option_parameters(tables: Mapping[str, Iterable[OptionField]]) -> list[inspect.Parameter]:
    """One parameter for each option that any of the formats has; its help says which formats those are.

    Nothing is the default of each, so that what nobody said is left to the format.
    """
    gathered: dict[str, _Gathered] = {}
    for name, fields in tables.items():
        for option in fields:
            found = gathered.setdefault(option.key, _Gathered(option))
            found.of.append(name)
            if option.description not in found.helps:
                found.helps.append(option.description)
    return [_parameter(found) for found in gathered.values()]


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """The options that somebody gave a value."""
    return {key: value for key, value in values.items() if value is not None}


def with_parameters(command: Callable[..., None], parameters: list[inspect.Parameter]) -> Callable[..., None]:
    """``command``, which takes ``**options``, with ``parameters`` in their place, as typer wants to see them."""
    own = [p for p in inspect.signature(command).parameters.values() if p.kind is not inspect.Parameter.VAR_KEYWORD]

    def called(**values: Any) -> None:
        command(**values)

    signature = inspect.Signature([p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in (*own, *parameters)])
    called.__signature__ = signature  # type: ignore[attr-defined]
    hints = inspect.get_annotations(command, eval_str=True)
    called.__annotations__ = {p.name: hints.get(p.name, p.annotation) for p in (*own, *parameters)}
    called.__doc__ = command.__doc__
    called.__name__ = command.__name__
    return called


def _parameter(found: _Gathered) -> inspect.Parameter:
    option = found.option
    names = [f"--{option.key.replace('_', '-')}"]
    metavar = "|".join(option.choices) or {int: "NUMBER", float: "NUMBER"}.get(option.kind)
    annotation: Any = str if option.choices else option.kind
    default = typer.Option(
        None,
        *names,
        metavar=None if option.kind is bool else metavar,
        help=f"{', '.join(found.of)}: {' '.join(found.helps)}",
        show_default=False,
    )
    return inspect.Parameter(option.key, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation | None)
