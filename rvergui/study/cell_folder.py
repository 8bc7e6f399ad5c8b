"""One cell on the disk: what is there tells what is left to do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rvergui.core.atomic import write_text
from rvergui.study.cells import Cell
from rvergui.study.plan import CLEAN, safe_name
from rvergui.study.predictions import Predictions

_SETTINGS, _TRAINED, _FAILURE, _EVENTS, _MODEL = (
    "cell.json",
    "trained.json",
    "failure.json",
    "events.jsonl",
    "model.safetensors",
)


@dataclass(frozen=True)
class CellFolder:
    """The folder of a cell.

    Attributes:
        path: it.
    """

    path: Path

    @classmethod
    def of(cls, cell: Cell, root: Path, data: str) -> CellFolder:
        """The folder below ``root`` that holds this training, whatever the model was called then."""
        key = cell.key(data)
        there = sorted(root.glob(f"*-{key}")) if root.is_dir() else []
        return cls(there[0] if there else root / cell.folder(data))

    @property
    def model(self) -> Path:
        """The checkpoint."""
        return self.path / _MODEL

    @property
    def events(self) -> Path:
        """The training's events, one JSON object a line."""
        return self.path / _EVENTS

    def begin(self, cell: Cell, data: str) -> int:
        """Note that an attempt begins; how many were begun before and neither finished nor failed by a sentence."""
        attempts = int(self._read(_SETTINGS).get("attempts", 0))
        words = {"name": cell.name, "attempts": attempts + 1, "settings": cell.settings(data)}
        self._write(_SETTINGS, words)
        (self.path / _FAILURE).unlink(missing_ok=True)
        return attempts

    def end(self) -> None:
        """The attempt ended in an orderly way: it was not the one that took the program down."""
        words = self._read(_SETTINGS)
        if words:
            self._write(_SETTINGS, {**words, "attempts": 0})

    def trained(self, seconds: float, facts: dict[str, Any]) -> None:
        """The training is complete."""
        self._write(_TRAINED, {"seconds": round(seconds, 1), **facts})

    def failed(self, reason: str) -> None:
        """The cell could not be completed, for this ``reason``."""
        self._write(_FAILURE, {"reason": reason})

    def facts(self) -> dict[str, Any]:
        """What ``trained`` noted; empty before."""
        return self._read(_TRAINED) if self.model.is_file() else {}

    def failure(self) -> str | None:
        """Why the last attempt failed; None if it did not."""
        reason = self._read(_FAILURE).get("reason")
        return str(reason) if reason is not None else None

    def missing(self, noises: Sequence[str]) -> list[str]:
        """Which of ``noises`` the network was not judged with yet."""
        return [noise for noise in noises if not self._predictions(noise).is_file()]

    def is_finished(self, noises: Sequence[str]) -> bool:
        """Whether nothing is left to do."""
        return bool(self.facts()) and not self.missing(noises)

    def keep(self, noise: str, predictions: Predictions) -> None:
        """Keep what the network answered."""
        self._predictions(noise).parent.mkdir(parents=True, exist_ok=True)
        predictions.save(self._predictions(noise))

    def predictions(self, noise: str) -> Predictions:
        """What ``keep`` kept.

        Raises:
            RverError: it is gone or damaged.
        """
        return Predictions.load(self._predictions(noise))

    def _predictions(self, noise: str) -> Path:
        return self.path / "predictions" / f"{'clean' if noise == CLEAN else safe_name(_spelled(noise))}.npz"

    def _read(self, name: str) -> dict[str, Any]:
        try:
            words = json.loads((self.path / name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return words if isinstance(words, dict) else {}

    def _write(self, name: str, words: dict[str, Any]) -> None:
        write_text(self.path / name, json.dumps(words, ensure_ascii=False, indent=1) + "\n")


def _spelled(noise: str) -> str:
    """``noise`` with its signs in letters, so that two noises never share a file."""
    return noise.replace("-", "m").replace("+", "p").replace("@", "_on_")
