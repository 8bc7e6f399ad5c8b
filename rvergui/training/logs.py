"""What a run leaves for spreadsheets and for TensorBoard."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from rvergui.core import RverError
from rvergui.core.atomic import write_text
from rvergui.training.events import Epoch

COLUMNS = ("epoch", "train_loss", "val_loss", "top1", "top5", "macro_f1", "learning_rate", "seconds", "best")
TABLE = "log.csv"


class _Writer(Protocol):
    def add_scalar(self, tag: str, scalar_value: float, global_step: int) -> None: ...

    def close(self) -> None: ...


class Logs:
    """A table with a line an epoch, and TensorBoard's files if they are wanted."""

    def __init__(self, folder: Path, tensorboard: bool, first_epoch: int) -> None:
        """Open.

        Args:
            folder: made if need be.
            tensorboard: whether its files are wanted.
            first_epoch: the one that comes next; what the table says of it and later ones is of an earlier attempt.

        Raises:
            RverError: the folder cannot be written, or tensorboard is not installed.
        """
        self._path = folder / TABLE
        self._rows = [row for row in _read(self._path) if first_epoch > 1 and int(row["epoch"]) < first_epoch]
        self._write()
        self._board = _board(folder, first_epoch) if tensorboard else None

    def epoch(self, event: Epoch, top5: float, rate: float, seconds: float) -> None:
        """Add an epoch.

        Raises:
            RverError: the table cannot be written.
        """
        numbers = {
            "train_loss": event.train_loss,
            "val_loss": event.val_loss,
            "top1": event.top1,
            "top5": top5,
            "macro_f1": event.macro_f1,
            "learning_rate": rate,
            "seconds": round(seconds, 2),
        }
        self._rows.append(
            {"epoch": str(event.epoch), **{k: repr(v) for k, v in numbers.items()}, "best": str(int(event.best))}
        )
        self._write()
        if self._board is not None:
            for name, value in numbers.items():
                self._board.add_scalar(name, value, event.epoch)

    def close(self) -> None:
        """Finish TensorBoard's file."""
        if self._board is not None:
            self._board.close()

    def _write(self) -> None:
        text = io.StringIO()
        table = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(self._rows)
        write_text(self._path, text.getvalue())


def _read(path: Path) -> list[Mapping[str, Any]]:
    """The lines of a table that is there; none if it is no such table."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error):
        return []
    return [row for row in rows if set(row) == set(COLUMNS) and str(row["epoch"]).isdigit()]


def _board(folder: Path, first_epoch: int) -> _Writer:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise RverError(
            "TensorBoard's files need the package tensorboard; install it (pip install tensorboard), or train without "
            "--tensorboard: log.csv holds the same numbers."
        ) from error
    writer: _Writer = SummaryWriter(str(folder), purge_step=first_epoch if first_epoch > 1 else None)
    return writer
