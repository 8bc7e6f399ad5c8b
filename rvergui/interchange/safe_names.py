"""Names as file and folder names that every file system takes, reversible where possible."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import unquote

# the longest name in bytes that common file systems take is 255; suffixes and temporary names need some of it
MAX_BYTES = 180

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|%]')
_AT_THE_EDGE = re.compile(r"^[. ]|[. ]+$")
_RESERVED = re.compile(r"^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?=\.|$)", re.IGNORECASE)


def encode_name(name: str) -> str:
    """``name`` as one path component for any file system.

    Characters that Windows, macOS or Linux refuse are percent-encoded, so are a dot or a space at an edge and the first
    letter of names that Windows keeps for devices (CON, NUL, ...). ``decode_name`` gives the name back, unless it was
    longer than ``MAX_BYTES``: then it is cut and ends in ``~`` and a hash.
    """
    safe = _FORBIDDEN.sub(_percent, unicodedata.normalize("NFC", name))
    safe = _AT_THE_EDGE.sub(_percent, safe)
    if _RESERVED.match(safe):
        safe = f"%{ord(safe[0]):02X}{safe[1:]}"
    if not safe:
        return "%"  # cannot be the code of anything else
    return safe if len(safe.encode()) <= MAX_BYTES else _shortened(safe, name)


def decode_name(component: str) -> str:
    """The name whose ``encode_name`` is ``component``; ``component`` itself where it is nobody's code."""
    if component == "%":
        return ""
    name = unquote(component, errors="replace")
    return name if encode_name(name) == component else component


def folder_names(names: Iterable[str]) -> dict[str, str]:
    """A folder name for each of ``names``; no two fall together where case is ignored."""
    taken: set[str] = set()
    folders: dict[str, str] = {}
    for name in names:
        if name in folders:
            continue
        plain = folder = encode_name(name)
        number = 2
        while folded(folder) in taken:
            folder = f"{plain}~{number}"
            number += 1
        taken.add(folded(folder))
        folders[name] = folder
    return folders


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match.group().encode())


def folded(component: str) -> str:
    """What two file names have in common that are one file where case is ignored."""
    return unicodedata.normalize("NFC", component).casefold()


def _shortened(safe: str, name: str) -> str:
    mark = f"~{hashlib.blake2b(name.encode(), digest_size=5).hexdigest()}"
    kept = safe.encode()[: MAX_BYTES - len(mark)].decode(errors="ignore")
    # half a percent code or an edge that a file system drops must not stay at the cut
    return re.sub(r"%[0-9A-F]?$", "", kept).rstrip(". ") + mark
