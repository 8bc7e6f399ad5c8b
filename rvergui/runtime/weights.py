"""Files with weights that lie in the folders the settings name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

WEIGHT_SUFFIXES = frozenset({".pth", ".pt", ".safetensors", ".onnx", ".xml", ".bin"})

# Published sizes in bytes: a download that broke off is shorter.
PUBLISHED_BYTES = {
    "sam_vit_b_01ec64.pth": 375_042_383,
    "sam_vit_l_0b3195.pth": 1_249_524_607,
    "sam_vit_h_4b8939.pth": 2_564_550_879,
    "mobile_sam.pt": 40_728_226,
}


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
    def is_cut_short(self) -> bool:
        """Whether the file is a published one and not of the published size."""
        return self.size == 0 or PUBLISHED_BYTES.get(self.path.name, self.size) != self.size


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
