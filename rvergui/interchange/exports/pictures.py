"""Photos beside their labels: copied, linked or written anew, under names that every file system takes."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rvergui.core import RverError
from rvergui.core.photo_loading import DEFAULT_PIXEL_LIMIT, load_photo
from rvergui.interchange.exports.options import Pictures
from rvergui.interchange.safe_names import encode_name, folded

_STEM_LENGTH = 60
JPEG = {"format": "JPEG", "quality": 95, "subsampling": 0}
PNG = {"format": "PNG", "compress_level": 3}
SAVE: dict[str, dict[str, object]] = {"jpg": JPEG, "png": PNG}
"""How Pillow is to save a picture: near the original, or exactly."""


class FileNames:
    """Gives photos file names without suffix, no two the same where case is ignored."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def give(self, path: Path) -> str:
        """A name for the photo in ``path``, near its own; never one with a folder in it."""
        plain = name = encode_name(path.stem[:_STEM_LENGTH])
        number = 2
        while folded(name) in self._taken:
            name = f"{plain}~{number}"
            number += 1
        self._taken.add(folded(name))
        return name


def put_photo(path: Path, folder: Path, name: str, how: Pictures, pixel_limit: int = DEFAULT_PIXEL_LIMIT) -> str:
    """Bring the photo in ``path`` into ``folder`` as ``name``; returns the file's name with its suffix.

    Raises:
        RverError: it cannot be opened, where it has to be.
        OSError: the folder cannot be written.
    """
    if how == "convert":
        file = f"{name}.jpg"
        save_picture(load_photo(path, pixel_limit).pixels, folder / file, "jpg")
        return file
    file = f"{name}.{encode_name(path.suffix[1:].lower())}"
    if how == "link":
        _link(path, folder / file)
    else:
        try:
            source = path.open("rb")
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise RverError(f"{path.name} in {path.parent} could not be read ({reason}).") from error
        with source, (folder / file).open("xb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
    return file


def save_picture(pixels: NDArray[np.uint8], file: Path, kind: str) -> None:
    """Write RGB, RGBA or grey pixels as "jpg" or "png"; an existing file is an error."""
    with file.open("xb") as stream:
        Image.fromarray(pixels).save(stream, **SAVE[kind])  # type: ignore[arg-type]


def _link(path: Path, place: Path) -> None:
    target = Path(os.path.abspath(path))  # noqa: PTH100 - links in the way people named it stay
    try:
        place.symlink_to(target)
    except OSError:  # Windows asks for a right that few have; a hard link needs none
        try:
            place.hardlink_to(target)
        except OSError as error:
            raise RverError(f"{path.name} cannot be linked to from here; export with copies of the photos.") from error
