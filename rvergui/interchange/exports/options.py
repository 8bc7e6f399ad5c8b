"""What a person may choose for a format: one small model each, from which command line and dialog follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

from rvergui.core import RverError

Pictures = Literal["copy", "link", "convert"]


class Options(BaseModel):
    """Nothing to choose; formats with choices extend it. A field has a title and a description for people."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class WithPictures(Options):
    """Of formats that put the photos beside the labels."""

    images: Pictures = Field(
        "copy",
        title="Photos",
        description="copy: the files as they are; link: links to them, no space needed; convert: upright JPEG, for "
        "programs that ignore EXIF's orientation or know no HEIC.",
        json_schema_extra={
            "labels": {"copy": "copy them", "link": "link to them", "convert": "write upright JPEG copies"}
        },
    )


class WithOutlines(Options):
    """Of formats that write outlines."""

    tolerance: float = Field(
        0.75,
        ge=0,
        le=10,
        title="Outlines may be off by",
        description="How far, in pixels, an outline may leave the mask's edge to need fewer corners; 0 follows every "
        "pixel and gives the mask back exactly.",
    )


@dataclass(frozen=True)
class OptionField:
    """One choice, as a command line or a dialog shows it.

    Attributes:
        key: its name.
        title: a few words.
        description: a sentence.
        default: what holds if nobody chooses.
        kind: bool, int, float or str.
        choices: value -> words; empty if it is not one of a few.
        minimum: the least number, if there is one.
        maximum: the greatest.
    """

    key: str
    title: str
    description: str
    default: Any
    kind: type
    choices: Mapping[str, str]
    minimum: float | None
    maximum: float | None


def fields_of(options: type[Options]) -> Iterator[OptionField]:
    """The choices of a format in the order of its model."""
    for key, field in options.model_fields.items():
        kind, values = _kind(field.annotation)
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        labels: Any = extra.get("labels", {})
        limits = {type(rule).__name__: rule for rule in field.metadata}
        yield OptionField(
            key=key,
            title=field.title or key,
            description=field.description or "",
            default=field.default,
            kind=kind,
            choices={value: str(labels.get(value, value)) for value in values},
            minimum=_limit(limits.get("Ge"), "ge"),
            maximum=_limit(limits.get("Le"), "le"),
        )


def chosen(options: type[Options], given: Mapping[str, Any], format_name: str) -> Options:
    """The options of a format with what was ``given``.

    Raises:
        RverError: the format has no such option, or it cannot have that value.
    """
    try:
        return options(**given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = str(first["loc"][0]) if first["loc"] else ""
        name = f"--{key.replace('_', '-')}"
        if first["type"] == "extra_forbidden":
            known = ", ".join(f"--{field.replace('_', '-')}" for field in options.model_fields) or "none"
            raise RverError(f"The format {format_name} has no option {name}; it has {known}.") from error
        field = options.model_fields[key]
        raise RverError(f"{name} cannot be {first.get('input')!r}; choose {_possible(field)}.") from error


def _possible(field: FieldInfo) -> str:
    kind, values = _kind(field.annotation)
    if values:
        return " or ".join(values)
    limits = {type(rule).__name__: rule for rule in field.metadata}
    low, high = _limit(limits.get("Ge"), "ge"), _limit(limits.get("Le"), "le")
    between = f" from {low:g} to {high:g}" if low is not None and high is not None else ""
    return {int: "a whole number", float: "a number", bool: "yes or no"}.get(kind, "a text") + between


def _kind(annotation: Any) -> tuple[type, tuple[str, ...]]:
    if get_origin(annotation) is Literal:
        return str, tuple(str(value) for value in get_args(annotation))
    if get_origin(annotation) in (Union, UnionType):
        return _kind(next(part for part in get_args(annotation) if part is not type(None)))
    return (annotation if isinstance(annotation, type) else str), ()


def _limit(rule: Any, name: str) -> float | None:
    value = getattr(rule, name, None)
    return float(value) if value is not None else None
