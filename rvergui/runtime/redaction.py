"""What tells who somebody is, taken out of a text before it is given away."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterable
from pathlib import Path

from rvergui.core.photo_loading import PHOTO_SUFFIXES
from rvergui.runtime.login import login_name

# Names that say nothing about a person and would spoil the text.
_NOBODY = frozenset({"root", "admin", "user", "someone", "localhost", "python", "rvergui"})
_SHORTEST = 3
_SUFFIXES = "(?:" + "|".join(re.escape(suffix) for suffix in sorted(PHOTO_SUFFIXES)) + r")\b"
_PHOTO = re.compile(r"[^\s\"'“”‘’/\\:*?<>|()\[\]]+" + _SUFFIXES, re.IGNORECASE)
_PHOTO_END = re.compile(_SUFFIXES, re.IGNORECASE)
_PROJECT = re.compile(r"[^\s\"'“”‘’/\\:*?<>|()\[\]]+\.rver\b")
# The folders between a root and a file: of the program's own files they help, of others they are nobody's business.
_HOMES = re.compile(r"(?P<root>/home/|/Users/|[A-Za-z]:\\Users\\)(?P<name>[^/\\\s\"'“”:]+)")


class Redactor:
    """Replaces the home folder, names of the person and the machine, and names of photos and projects.

    Args:
        words: more that must not appear, such as the folder of the open project or the name that signs labels.
        photos: known names and paths of photos, which are recognised even where they have spaces.
        home: the home folder.
        person: the login name.
        machine: the computer's name.
    """

    def __init__(
        self,
        words: Iterable[str] = (),
        photos: Iterable[str] = (),
        home: Path | None = None,
        person: str | None = None,
        machine: str | None = None,
    ) -> None:
        home = Path.home() if home is None else home
        self._plain = [(variant, "~") for variant in _spellings(home)]
        self._plain += [(word, "‹private›") for word in words if len(word) >= _SHORTEST]
        self._plain.sort(key=lambda pair: -len(pair[0]))
        known = set(photos)
        self._photos = known | {Path(path).name for path in known}
        self._longest = max((len(photo) for photo in self._photos), default=0)
        names = {
            login_name() if person is None else person: "‹user›",
            platform.node() if machine is None else machine: "‹machine›",
            home.name: "‹user›",
        }
        self._names = [
            (re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE), instead)
            for name, instead in names.items()
            if len(name) >= _SHORTEST and name.lower() not in _NOBODY
        ]

    def text(self, text: str) -> str:
        """``text`` without them."""
        for word, instead in self._plain:
            text = text.replace(word, instead)
        text = _HOMES.sub(lambda match: f"{match['root']}‹user›", text)
        for pattern, instead in self._names:
            text = pattern.sub(instead, text)
        text = self._without_known_photos(text)
        text = _PHOTO.sub(lambda match: "‹photo›" + Path(match[0]).suffix.lower(), text)
        return _PROJECT.sub("‹project›.rver", text)

    def _without_known_photos(self, text: str) -> str:
        """Of all known names that end where a photo's ending stands, the longest goes."""
        if not self._photos:
            return text
        kept, done = [], 0
        for ending in _PHOTO_END.finditer(text):
            end = ending.end()
            begin = next(
                (place for place in range(max(end - self._longest, done), end) if text[place:end] in self._photos), None
            )
            if begin is not None:
                kept += [text[done:begin], f"‹photo›{ending[0].lower()}"]
                done = end
        return "".join([*kept, text[done:]])

    def value(self, value: object) -> object:
        """The same for everything in lists and dictionaries, their keys included."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(str(key)): self.value(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(each) for each in value]
        return value


def _spellings(path: Path) -> set[str]:
    """A path as it may be written, also in JSON, and where it really is if links lead there; not a root."""
    places = {path, path.resolve()}
    found = {str(place) for place in places} | {place.as_posix() for place in places}
    found |= {spelling.replace("\\", "\\\\") for spelling in found}
    return {spelling for spelling in found if len(spelling) > _SHORTEST}
