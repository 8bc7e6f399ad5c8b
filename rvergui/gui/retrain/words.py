"""Durations and refusals in words."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication

from rvergui.gui.numbers import local

translate = QCoreApplication.translate

MINUTE, HOUR = 60, 3600


def duration(seconds: float) -> str:
    """To the second, e.g. "1 min 05 s"."""
    whole = max(round(seconds), 0)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE:02d} s"
    return f"{whole // HOUR} h {whole % HOUR // MINUTE:02d} min"


def about(seconds: float) -> str:
    """No more exact than an estimate is, e.g. "40 s", "3 min", "1.5 h"."""
    if seconds < 10:
        return f"{max(round(seconds), 1)} s"
    if seconds < 100:
        return f"{round(seconds, -1):.0f} s"
    return f"{seconds / MINUTE:.0f} min" if seconds < 100 * MINUTE else local(f"{seconds / HOUR:.1f} h")


def problem_words(problem: dict[str, Any]) -> str:
    """What pydantic says of one value, in the user's language."""
    limits = problem.get("ctx", {})
    kind = str(problem["type"])
    if kind in ("int_parsing", "int_type", "int_from_float"):
        return translate("Retrain", "A whole number, please.")
    if kind in ("float_parsing", "float_type"):
        return translate("Retrain", "A number, please.")
    if kind in ("greater_than_equal", "greater_than"):
        words = (
            translate("Retrain", "At least {limit}.") if "ge" in limits else translate("Retrain", "More than {limit}.")
        )
        return words.format(limit=limits.get("ge", limits.get("gt")))
    if kind in ("less_than_equal", "less_than"):
        words = (
            translate("Retrain", "At most {limit}.") if "le" in limits else translate("Retrain", "Less than {limit}.")
        )
        return words.format(limit=limits.get("le", limits.get("lt")))
    text = str(problem["msg"]).removeprefix("Value error, ")
    return text[:1].upper() + text[1:].rstrip(".") + "."
