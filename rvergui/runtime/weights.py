"""Files with weights that lie in the folders the settings name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rvergui.runtime import catalogue

WEIGHT_SUFFIXES = frozenset({".pth", ".pt", ".safetensors", ".onnx", ".xml", ".bin"})


@dataclass(frozen=True)
class WeightFile:
    """A file with weights.

    Attributes:
        path: where it lies.
        size: in bytes.
    """

    path: Path
    size: int

    @property
    def entry(self) -> catalogue.Entry | None:
        """The official file of this name, if there is one."""
        return next((entry for entry in catalogue.OFFICIAL if entry.file == self.path.name), None)

    @property
    def is_cut_short(self) -> bool:
        """Whether the file is empty, or a published one and not of the published size."""
        official = self.entry
        return self.size == 0 or (official is not None and official.size != self.size)


def weight_files(folders: Iterable[Path]) -> list[WeightFile]:
    """The files with weights directly in ``folders``, by folder and name; what cannot be read is left out."""
    found: list[WeightFile] = []
    for folder in folders:
        try:
            paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in WEIGHT_SUFFIXES)
            found.extend(WeightFile(path, path.stat().st_size) for path in paths if path.is_file())
        except OSError:
            continue
    return found
