"""The checkpoints that a run writes."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from rvergui.core import RverError
from rvergui.rvernet.checkpoint import CheckpointHeader, save_checkpoint
from rvergui.rvernet.network import RveRNet
from rvergui.training.loop import Judgement
from rvergui.training.options import TrainOptions
from rvergui.training.resume import forget_state


def check_place(options: TrainOptions) -> None:
    """That the result can be written, before an hour is spent on it.

    Raises:
        RverError: it cannot, or it would overwrite the model that training starts from.
    """
    out, start = options.out, options.start_from
    if out.is_dir():
        raise RverError(f"{out} is a folder; name a file for the checkpoint, such as {out / 'model.safetensors'}.")
    if start is not None and out.exists() and start.exists() and out.samefile(start):
        raise RverError(
            f"{out.name} is the model that training starts from; choose another name for the new one, so that the "
            "two can be compared."
        )
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out.parent):
            pass
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise RverError(f"{out.name} cannot be written to {out.parent} ({reason}); choose another folder.") from error


def last_path(out: Path) -> Path:
    """Where the last epoch's network goes."""
    return out.with_name(f"{out.stem}.last{out.suffix}")


class Results:
    """Writes the best epoch's checkpoint, and the last one's.

    Attributes:
        saved: whether ``options.out`` holds an epoch of this run.
    """

    def __init__(self, options: TrainOptions, header: CheckpointHeader, saved: bool) -> None:
        self._options, self._header = options, header
        self._began = time.time()
        self.saved = saved

    def keep(self, network: RveRNet, judged: Judgement, epoch: int) -> None:
        """Write the best epoch so far.

        Raises:
            RverError: it cannot be written; the one before is kept.
        """
        if not self.saved:
            # the state of an earlier training to the same file speaks of a network that is about to be replaced
            forget_state(self._options.out, self._began)
        self._write(self._options.out, network, judged, epoch)
        self.saved = True

    def keep_last(self, network: RveRNet, judged: Judgement, epoch: int) -> None:
        """Write the last epoch; likewise."""
        self._write(last_path(self._options.out), network, judged, epoch)

    def _write(self, path: Path, network: RveRNet, judged: Judgement, epoch: int) -> None:
        facts = {
            "name": path.stem,
            "metrics": judged.scores.numbers(),
            "temperature": judged.temperature,
            "training": {**self._header.training, "epoch": epoch},
        }
        save_checkpoint(path, network, self._header.model_copy(update=facts), half=self._options.half)
