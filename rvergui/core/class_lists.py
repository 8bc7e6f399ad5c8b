"""Lists of class names in text files."""

from __future__ import annotations

from pathlib import Path

from rvergui.core.errors import RverError
from rvergui.core.paths import resources
from rvergui.core.taxonomy import clean_class_name


def read_class_list(path: Path) -> list[str]:
    """The class names in a text file, in order.

    UTF-8 with or without a byte order mark, one name a line; blank lines and lines that start with ``#`` are skipped.

    Raises:
        RverError: the file cannot be read, is not UTF-8 text, holds no name, or a line holds an impossible name or one
            that an earlier line has (whatever its case); the message names the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise RverError(f"The class list {path} does not exist; check its name.") from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise RverError(f"The class list {path} could not be read ({reason}); choose another file.") from error
    except UnicodeDecodeError as error:
        raise RverError(f"The class list {path} is not UTF-8 text; save it as UTF-8 and try again.") from error
    names: list[str] = []
    line_of: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            name = clean_class_name(line)
        except RverError as error:
            raise RverError(f"Line {number} of {path.name}: {error}") from error
        first = line_of.setdefault(name.casefold(), number)
        if first != number:
            raise RverError(
                f"“{name}” is on line {first} and again on line {number} of {path.name}; remove one of the two."
            )
        names.append(name)
    if not names:
        raise RverError(f"The class list {path} holds no names; write one a line.")
    return names


def paper_classes() -> list[str]:
    """The 105 classes of the RveRNet paper: the 103 foods of FoodSeg103 in their order, ketchup, chili paste."""
    return read_class_list(resources() / "classes" / "rvernet105.txt")
