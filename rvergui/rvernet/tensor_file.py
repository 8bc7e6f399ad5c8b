"""The head of a .safetensors file, read without torch and checked against the file's size."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from pathlib import Path

from rvergui.core import RverError

# The format's own limit on its header.
_MAX_HEADER = 100_000_000


@dataclass(frozen=True)
class TensorFileHead:
    """What a .safetensors file says of itself.

    Attributes:
        metadata: free text by key, as its writer put it.
        shapes: tensor name -> shape.
    """

    metadata: dict[str, str]
    shapes: dict[str, tuple[int, ...]]


def read_tensor_file_head(path: Path) -> TensorFileHead:
    """The head of the .safetensors file ``path``.

    Raises:
        RverError: it is gone, not readable, not a .safetensors file, or cut short; the sentence names it.
    """
    where = f"{path.name} in {path.parent}"
    try:
        with path.open("rb") as file:
            length = path.stat().st_size
            start = file.read(8)
            size = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
            if not 2 <= size <= _MAX_HEADER:
                raise RverError(f"{where} is not a .safetensors file; choose another file.")
            raw = file.read(size)
    except FileNotFoundError as error:
        raise RverError(f"There is no file {path.name} in {path.parent}; choose another file.") from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise RverError(f"{where} could not be read ({reason}); check the disk or choose another file.") from error
    if len(raw) < size:
        raise _not_or_cut(where, raw)
    try:
        return _parsed(raw, length - 8 - size)
    except _CutShortError as error:
        raise RverError(f"{where} is cut short; copy it again.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:  # UnicodeDecodeError is a ValueError
        raise RverError(f"{where} is not a .safetensors file; choose another file.") from error


class _CutShortError(Exception):
    """Tensors lie beyond the file's end."""


def _parsed(raw: bytes, data_length: int) -> TensorFileHead:
    table = json.loads(raw)
    metadata = {str(key): str(value) for key, value in table.pop("__metadata__", {}).items()}
    ends = [int(entry["data_offsets"][1]) for entry in table.values()]
    shapes = {name: tuple(int(n) for n in entry["shape"]) for name, entry in table.items()}
    if max(ends, default=0) > data_length:
        raise _CutShortError
    return TensorFileHead(metadata=metadata, shapes=shapes)


def _not_or_cut(where: str, raw: bytes) -> RverError:
    if raw.lstrip()[:1] == b"{":
        return RverError(f"{where} is cut short; copy it again.")
    return RverError(f"{where} is not a .safetensors file; choose another file.")
