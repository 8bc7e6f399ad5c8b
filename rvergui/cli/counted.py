"""Numbers with their nouns: 1 photo, 2 photos."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """``count`` and ``noun`` in the right number; nouns whose plural is not made with "s" or "es" are not for this."""
    if count == 1:
        return f"1 {noun}"
    return f"{count} {noun}{'es' if noun.endswith(('s', 'x', 'ch', 'sh')) else 's'}"


def objects_on(objects: int, photos: int, word: str = "on") -> str:
    """E.g. "1 object on 1 photo", "9 objects on 2 photos"."""
    return f"{counted(objects, 'object')} {word} {counted(photos, 'photo')}"
