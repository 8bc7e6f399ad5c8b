"""A mask as a picture file."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rvergui.core import Mask, RverError
from rvergui.core.atomic import write_bytes
from rvergui.core.photo_loading import DEFAULT_PIXEL_LIMIT, read_photo_file

T = TypeVar("T", bound=np.generic)


def write_mask_file(path: Path, mask: Mask) -> None:
    """Write ``mask`` as a grey PNG of the photo's size, 255 inside and 0 outside; whole or not at all."""
    stream = io.BytesIO()
    Image.fromarray(mask.array().astype(np.uint8) * 255).save(stream, format="PNG")
    write_bytes(path, stream.getvalue())


def read_mask_file(path: Path, size: tuple[int, int], pixel_limit: int = DEFAULT_PIXEL_LIMIT) -> Mask:
    """The mask in a picture of any mode, for a photo of ``size`` (height, width).

    Transparency decides where there is any, otherwise brightness. Inside is what reaches half of the range; pictures
    darker than that throughout, and palettes, hold numbers of classes or 0 and 1: there all but 0 is inside.

    Raises:
        RverError: it cannot be read, is empty, or belongs to a photo of another size.
    """
    values = read_mask_picture(path, pixel_limit, _inside, "save it as PNG")
    if values.shape != size:
        raise RverError(
            f"The mask {path.name} is {values.shape[1]}x{values.shape[0]} pixels and the photo {size[1]}x{size[0]}; "
            "use a mask that was made on this photo."
        )
    mask = Mask.from_array(values)
    if mask.is_empty:
        raise RverError(f"The mask {path.name} covers no pixel; paint the object white on black.")
    return mask


def read_mask_picture(
    path: Path, pixel_limit: int, taken: Callable[[Image.Image], NDArray[T]], advice: str
) -> NDArray[T]:
    """What ``taken`` makes of the picture in ``path``, which is opened, checked and loaded.

    Raises:
        RverError: it cannot be read (``advice`` ends the sentence) or has more than ``pixel_limit`` pixels.
    """
    data = read_photo_file(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the limit is checked here
            with Image.open(io.BytesIO(data)) as image:
                if image.width * image.height > pixel_limit:
                    raise RverError(f"The mask {path.name} has more than {pixel_limit} pixels; make it smaller.")
                image.load()
                return taken(image)
    except RverError:
        raise
    except Exception as error:
        # Pillow's decoders raise anything from struct.error to SyntaxError
        raise RverError(f"The mask {path.name} in {path.parent} cannot be read as a picture; {advice}.") from error


def _inside(image: Image.Image) -> NDArray[np.bool_]:
    if image.mode in ("1", "P"):
        marked: NDArray[np.bool_] = np.asarray(image) != 0
        return marked
    if image.has_transparency_data:
        alpha = np.asarray(image.convert("RGBA").getchannel("A"))
        if alpha.min() < 255:
            opaque: NDArray[np.bool_] = alpha >= 128
            return opaque
    grey = np.asarray(image) if image.mode.startswith(("I", "F")) else np.asarray(image.convert("L"))
    half = 128 if grey.dtype == np.uint8 else 32768
    inside: NDArray[np.bool_] = grey >= half if grey.max() >= half else grey != 0
    return inside
