"""Numbers as the window's language writes them: 12,345.6 in English, 12.345,6 in German."""

from __future__ import annotations

from PySide6.QtCore import QLocale


class Local:
    """A number for ``str.format``: takes Python's format specifications and writes what comes of them as people do.

    Whole numbers without a specification have their thousands apart.
    """

    def __init__(self, value: float) -> None:
        self.value = value

    def __format__(self, spec: str) -> str:
        plain = format(self.value, spec or ("," if isinstance(self.value, int) else ""))
        return local(plain)

    def __str__(self) -> str:
        return format(self, "")


def percent(share: float, digits: int = 0) -> str:
    """A share from 0 to 1 as per cent, e.g. "77.4 %"."""
    return f"{Local(100 * share):.{digits}f} %"


def local(text: str) -> str:
    """A text whose only commas and full stops are those of numbers, such as "38.8 MB", in the window's language."""
    locale = QLocale()
    written = {",": locale.groupSeparator(), ".": locale.decimalPoint()}
    return "".join(written.get(letter, letter) for letter in text)
