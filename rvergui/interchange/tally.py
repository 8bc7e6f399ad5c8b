"""What was left out of something that was read, counted by kind instead of told one by one."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Tally:
    """Counts by kind, with what happened first.

    Attributes:
        counts: kind -> how many.
        first: kind -> the first of them, in words.
    """

    counts: dict[str, int] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)

    def add(self, kind: str, what: str = "", count: int = 1) -> None:
        """One more of ``kind``; ``what`` says which, and why."""
        self.counts[kind] = self.counts.get(kind, 0) + count
        self.first.setdefault(kind, what)

    def sentences(self, kinds: dict[str, tuple[str, str, str]]) -> list[str]:
        """One sentence for each kind that occurred, in the order of ``kinds``.

        Args:
            kinds: kind -> ("annotation", "annotations", "left out: why").
        """
        return [self._sentence(kind, words) for kind, words in kinds.items() if kind in self.counts]

    def _sentence(self, kind: str, words: tuple[str, str, str]) -> str:
        one, many, what = words
        count = self.counts[kind]
        first = f"; {'the first is ' if count > 1 else ''}{self.first[kind]}" if self.first[kind] else ""
        return f"{count} {one if count == 1 else many} {what}{first}."
