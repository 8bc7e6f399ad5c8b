"""How much is read of what other people made: enough for real data, not enough to fill the memory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rvergui.core import RverError

MOST_CORNERS = 200_000
"""Corners of one outline; the longest of the rendered meals at 48 megapixels has 30,000."""
MOST_OBJECTS = 20_000
"""Objects on one photo."""
TEXT_BYTES = 64 * 2**20
"""Bytes of a text file that is read whole."""
LABELME_BYTES = 256 * 2**20
"""The same for labelme's files, which may hold the photo."""

_FAR = 1.0
"""How far outlines may reach beyond the photo, as a share of its longest side; more is a mistake."""


def read_text(file: Path, most: int = TEXT_BYTES) -> str:
    """The UTF-8 text in ``file``.

    Raises:
        RverError: it is gone, too large, unreadable or not UTF-8.
    """
    try:
        size = file.stat().st_size
        if size > most:
            raise RverError(f"{file} has {size >> 20} MB, more than the {most >> 20} MB that such a file may have.")
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise RverError(f"There is no file {file}; check the path.") from error
    except IsADirectoryError as error:
        raise RverError(f"{file} is a folder; give the file.") from error
    except OSError as error:
        raise RverError(f"{file} could not be read ({error.strerror or type(error).__name__}).") from error
    except UnicodeDecodeError as error:
        raise RverError(f"{file} is no UTF-8 text (byte {error.start}); save it as UTF-8 and try again.") from error
    except ValueError as error:  # a name that no file can have
        raise RverError(f"{str(file)!r} is no name of a file.") from error


def checked_ring(values: Sequence[float] | NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.float64]:
    """Corners x0, y0, x1, y1, ... in pixels as an array (n, 2).

    Raises:
        RverError: they cannot be an outline on a photo of ``size`` (height, width); half a sentence.
    """
    flat = np.asarray(values, dtype=np.float64).reshape(-1)
    if len(flat) % 2:
        raise RverError("a corner lacks its y")
    if len(flat) < 6:
        raise RverError("an outline needs three corners or more")
    if len(flat) > 2 * MOST_CORNERS:
        raise RverError(f"an outline has {len(flat) // 2} corners, more than the {MOST_CORNERS} that one may have")
    if not np.isfinite(flat).all():
        raise RverError("a coordinate is no number")
    ring = flat.reshape(-1, 2)
    far = max(size) * _FAR
    if ring.min() < -far or (ring > np.array([size[1], size[0]]) + far).any():
        raise RverError("the outline lies far outside the photo")
    return ring


def folder_or_parent(path: Path, what: str) -> Path:
    """``path`` if it is a folder, the folder of ``path`` if it is a file.

    Raises:
        RverError: there is nothing.
    """
    try:
        if path.is_dir():
            return path
        if path.is_file():
            return path.parent
    except (OSError, ValueError) as error:
        raise RverError(f"{str(path)!r} cannot be opened; check the path.") from error
    raise RverError(f"There is no {path}; give {what}.")
