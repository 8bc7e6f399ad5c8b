"""What one network answered on the test part: all that tables need, in a small file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rvergui.core import RverError
from rvergui.core.atomic import replacing

TOP = 5


@dataclass(frozen=True)
class Predictions:
    """One answer an object.

    Attributes:
        classes: names; the numbers below are places in it.
        true: (k,) int32, what each object is.
        named: (k,) int32, the first name.
        confidence: (k,) float32, its probability.
        place: (k,) int32, where the right name came, 0 the first.
        photos: (k,) the photo each object is on.
    """

    classes: tuple[str, ...]
    true: NDArray[np.int32] = field(repr=False)
    named: NDArray[np.int32] = field(repr=False)
    confidence: NDArray[np.float32] = field(repr=False)
    place: NDArray[np.int32] = field(repr=False)
    photos: tuple[str, ...] = field(repr=False)

    def __len__(self) -> int:
        return len(self.photos)

    @classmethod
    def of(
        cls,
        probabilities: NDArray[np.float32],
        classes: Sequence[str],
        true_names: Sequence[str],
        photos: Sequence[str],
    ) -> Predictions:
        """From raw probabilities (k, outputs); outputs with the same name are added up.

        A true name that no output has is a class of its own that is never named.
        """
        names = list(dict.fromkeys([*classes, *true_names]))
        at = {name: number for number, name in enumerate(names)}
        spread = np.zeros((len(true_names), len(names)), dtype=np.float32)
        for output, name in enumerate(classes):
            spread[:, at[name]] += probabilities[:, output]
        true = np.array([at[name] for name in true_names], dtype=np.int32)
        rows = np.arange(len(true))
        own = spread[rows, true]
        named = spread.argmax(axis=1).astype(np.int32)
        return cls(
            classes=tuple(names),
            true=true,
            named=named,
            confidence=spread[rows, named],
            # among equals the right name comes last: a network that says nothing is not right by luck
            place=((spread >= own[:, None]).sum(axis=1) - 1).astype(np.int32),
            photos=tuple(photos),
        )

    def save(self, path: Path) -> None:
        """Write to ``path`` (.npz), whole or not at all.

        Raises:
            RverError: it cannot be written.
        """
        arrays = {f.name: np.asarray(getattr(self, f.name)) for f in fields(self)}
        with replacing(path) as neighbour, neighbour.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **arrays)

    @classmethod
    def load(cls, path: Path) -> Predictions:
        """Read what ``save`` wrote.

        Raises:
            RverError: it is gone or damaged.
        """
        try:
            with np.load(path, allow_pickle=False) as file:
                arrays = {f.name: file[f.name] for f in fields(cls)}
        except (OSError, ValueError, KeyError, EOFError) as error:
            raise RverError(f"{path.name} in {path.parent} is damaged; remove it and run the study again.") from error
        return cls(
            classes=tuple(map(str, arrays["classes"])),
            true=arrays["true"].astype(np.int32),
            named=arrays["named"].astype(np.int32),
            confidence=arrays["confidence"].astype(np.float32),
            place=arrays["place"].astype(np.int32),
            photos=tuple(map(str, arrays["photos"])),
        )
