"""Which network names foods when nobody has chosen one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rvergui.core import RverError
from rvergui.core.paths import shipped_weights
from rvergui.rvernet.checkpoint import read_header
from rvergui.rvernet.naming_runtime import import_runtime
from rvergui.rvernet.predictor import Predictor

_LEAST_SHARE = 0.5


def default_predictor(classes: Sequence[str], checkpoint: Path | None) -> Predictor:
    """The predictor of ``checkpoint``; without one the best that came with the program, else an untrained one.

    An untrained one sees with a network that came with the program, if there is one, and learns names from people.

    Args:
        classes: the names that are in use.
        checkpoint: the model that was chosen, if one was.

    Raises:
        RverError: the checkpoint cannot be used, or there is none and no class either.
    """
    if checkpoint is None:
        checkpoint = shipped_checkpoint(classes)
    if checkpoint is not None:
        return Predictor.load(checkpoint)
    lender = shipped_lender()
    return Predictor.untrained(classes) if lender is None else Predictor.borrowing(lender, classes)


def prepare(classes: Sequence[str], checkpoint: Path | None) -> None:
    """Import what ``default_predictor`` will need for the same arguments; runs no network, so any thread may do it.

    Raises:
        RverError: the settings ask for a device that is not here.
    """
    import_runtime(checkpoint_behind(classes, checkpoint))


def checkpoint_behind(classes: Sequence[str], checkpoint: Path | None) -> Path | None:
    """The file whose network ``default_predictor`` sees with for the same arguments; None if that is a random one."""
    return checkpoint if checkpoint is not None else shipped_checkpoint(classes) or shipped_lender()


def shipped_checkpoint(classes: Sequence[str], folder: Path | None = None) -> Path | None:
    """The checkpoint of the program that knows most of ``classes`` and nothing else; None if there is none.

    A model that also knew other names would offer them, so it does not qualify; nor does one that knows less than half
    of the names, since it would be sure of the wrong ones. Names are compared without regard to case; of equals the
    first by file name is taken.

    Args:
        classes: the names that are in use.
        folder: where to look; the program's own weights if None.
    """
    asked = {name.casefold() for name in classes}
    best: tuple[int, Path] | None = None
    for path, known in _shipped(folder):
        if known <= asked and len(known) >= _LEAST_SHARE * len(asked) and (best is None or len(known) > best[0]):
            best = (len(known), path)
    return best[1] if best else None


def shipped_lender(folder: Path | None = None) -> Path | None:
    """The checkpoint of the program whose features are worth most for other foods; None if it has none.

    That is the one that has learnt to tell most foods apart.

    Args:
        folder: where to look; the program's own weights if None.
    """
    best = max(_shipped(folder), key=lambda shipped: len(shipped[1]), default=None)
    return best[0] if best else None


def _shipped(folder: Path | None) -> list[tuple[Path, set[str]]]:
    """The checkpoints of the program by file name, and what they know, in small letters."""
    found = []
    for path in sorted((folder or shipped_weights()).glob("*.safetensors")):
        try:
            found.append((path, {name.casefold() for name in read_header(path).classes}))
        except RverError:  # start weights, or a file that somebody put there
            continue
    return found
