"""The one place where an image file is opened.

EXIF orientation is applied, colour becomes RGB uint8, a limit on the pixels is checked before any is decoded. Canvas,
networks, exports and tests all get the array from here.
"""

from __future__ import annotations

import hashlib
import io
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image, ImageCms, UnidentifiedImageError

from rvergui.core.errors import PhotoError
from rvergui.core.photo import Photo

PHOTO_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".jpe", ".png", ".webp", ".tif", ".tiff", ".bmp", ".heic", ".heif", ".avif"}
)

# Pillow warns at this number of pixels and refuses at twice as many.
DEFAULT_PIXEL_LIMIT = 2 * 89_478_485

_EXIF_ORIENTATION = 0x0112

# How to bring a photo upright, by EXIF orientation (EXIF 2.32, tag 274); 1 is upright.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# EXIF orientations from this one on exchange width and height.
_FIRST_SIDEWAYS = 5

_AVERAGED = frozenset({"L", "RGB", "CMYK", "RGBA"})

_SIXTEEN_BIT = ("I;16", "I;16L", "I;16B", "I;16N")


_pillow_limit_lock = threading.Lock()


@contextmanager
def _pillow_allows(pixel_limit: int) -> Iterator[None]:
    """Let Pillow open as many pixels as our own limit allows, if someone raised that above Pillow's.

    Pillow knows one limit for the whole process. It is only ever widened here, and every photo is held to its own limit
    as soon as its header is read, so a photo opened by another thread meanwhile is judged no less strictly.
    """
    if pixel_limit <= DEFAULT_PIXEL_LIMIT:
        yield
        return
    with _pillow_limit_lock:
        before = Image.MAX_IMAGE_PIXELS
        Image.MAX_IMAGE_PIXELS = None if before is None else max(before, pixel_limit)
        try:
            yield
        finally:
            Image.MAX_IMAGE_PIXELS = before


@cache
def _register_heif() -> None:
    pillow_heif.register_heif_opener()


def is_photo_name(path: Path) -> bool:
    """Whether the file name looks like a photo that can be opened (hidden files do not)."""
    return path.suffix.lower() in PHOTO_SUFFIXES and not path.name.startswith(".")


def content_hash(data: bytes) -> str:
    """What identifies a photo's file content: 32 hexadecimal digits (BLAKE2b)."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def gone(path: Path) -> str:
    """What is said of a photo whose file is not there."""
    return f"{path.name} is no longer in {path.parent}; put it back or remove it from the list."


def read_photo_file(path: Path) -> bytes:
    """The bytes of a photo file.

    Raises:
        PhotoError: it is gone, empty, a folder or not readable; the message says which.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise PhotoError(gone(path)) from error
    except IsADirectoryError as error:
        raise PhotoError(f"{path.name} in {path.parent} is a folder, not a photo; open it as a folder.") from error
    except PermissionError as error:
        raise PhotoError(f"{path.name} in {path.parent} may not be read; change its permissions and reload.") from error
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise PhotoError(
            f"{path.name} in {path.parent} could not be read ({reason}); check the disk and reload."
        ) from error
    if not data:
        raise PhotoError(f"{path.name} in {path.parent} is empty (0 bytes); copy it again from the camera.")
    return data


def load_photo(path: Path, pixel_limit: int = DEFAULT_PIXEL_LIMIT) -> Photo:
    """The photo in a file: upright RGB uint8, keyed by the file's content.

    Args:
        path: JPEG, PNG, WebP, TIFF, BMP, HEIC/AVIF or anything else that Pillow reads; of several frames the first.
        pixel_limit: the most pixels that are opened (``RVERGUI_PIXEL_LIMIT`` raises it).

    Raises:
        PhotoError: one clear sentence: what is wrong, with which file, what to do.
    """
    data = read_photo_file(path)
    pixels = decode_photo(data, path, pixel_limit)
    pixels.setflags(write=False)
    return Photo(pixels=pixels, key=content_hash(data), path=path)


def load_thumbnail(path: Path, edge: int, pixel_limit: int = DEFAULT_PIXEL_LIMIT) -> NDArray[np.uint8]:
    """A small upright RGB copy, at most ``edge`` pixels on its longer side; JPEGs are decoded at reduced size.

    Raises:
        PhotoError: as ``load_photo``.
    """
    return decode_photo(read_photo_file(path), path, pixel_limit, edge).copy()


def stored_orientation(path: Path) -> int:
    """The EXIF orientation 1..8 in a photo file's header; 1 where there is none or it cannot be read."""
    _register_heif()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path) as image:
                orientation = _orientation(image)
    except Exception:  # noqa: BLE001 - what is no photo is told by who opens it
        return 1
    return orientation if orientation in _UPRIGHT else 1


def turned_upright(pixels: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Stored pixels (height, width) or (height, width, 3) as they lie on the upright photo."""
    turn = _UPRIGHT.get(orientation)
    return pixels if turn is None else np.asarray(Image.fromarray(pixels).transpose(turn))


def is_sideways(orientation: int) -> bool:
    """Whether bringing such a photo upright exchanges width and height."""
    return orientation >= _FIRST_SIDEWAYS


def decode_photo(
    data: bytes,
    path: Path,
    pixel_limit: int = DEFAULT_PIXEL_LIMIT,
    edge: int | None = None,
) -> NDArray[np.uint8]:
    """The pixels (height, width, 3) uint8 RGB, read-only, of an image file's bytes.

    Args:
        data: the content of the file.
        path: where it came from, for messages.
        pixel_limit: the most pixels that are opened.
        edge: the longer side of a small copy, if that is enough; a JPEG is then decoded at reduced size.

    Raises:
        PhotoError: as ``load_photo``.
    """
    _register_heif()
    where = f"{path.name} in {path.parent}"
    try:
        with warnings.catch_warnings():
            # The limit is checked below, before any pixel is decoded; damaged metadata is no reason to refuse a photo.
            warnings.simplefilter("ignore")
            with _pillow_allows(pixel_limit):
                opened = Image.open(io.BytesIO(data))
            with opened as image:
                width, height = image.size
                _check_limit(width, height, pixel_limit, where)
                return _upright_rgb(image, edge)
    except PhotoError:
        raise
    except UnidentifiedImageError as error:
        raise PhotoError(f"{where} is not an image that can be read; export it again as JPEG or PNG.") from error
    except Image.DecompressionBombError as error:
        raise PhotoError(
            f"{where} has more pixels than Pillow opens safely; make it smaller, or raise RVERGUI_PIXEL_LIMIT."
        ) from error
    except MemoryError as error:
        raise PhotoError(f"{where} does not fit into memory; close other programs or make it smaller.") from error
    except Exception as error:  # Pillow's decoders raise anything from struct.error to SyntaxError
        raise PhotoError(
            f"{where} is damaged or cut short ({_short(error)}); copy it again from the camera."
        ) from error


def _check_limit(width: int, height: int, pixel_limit: int, where: str) -> None:
    if width < 1 or height < 1:
        raise PhotoError(f"{where} has no pixels ({width}x{height}); export it again.")
    if width * height > pixel_limit:
        raise PhotoError(
            f"{where} has {width * height / 1e6:.0f} megapixels, more than the limit of {pixel_limit / 1e6:.0f}; "
            "make it smaller, or raise RVERGUI_PIXEL_LIMIT if you trust the file."
        )


def _short(error: Exception) -> str:
    text = str(error).strip().splitlines()
    return (text[0] if text else type(error).__name__)[:80]


def _upright_rgb(image: Image.Image, edge: int | None) -> NDArray[np.uint8]:
    if edge is not None:
        image.draft("RGB", (edge, edge))
    # Some formats say how they lie only until they are loaded and then turn themselves, so it is asked afterwards.
    image.load()
    turn = _UPRIGHT.get(_orientation(image))
    upright = to_rgb(image) if edge is None else _small_rgb(image, edge)
    return np.asarray(upright if turn is None else upright.transpose(turn), dtype=np.uint8)


def _small_rgb(image: Image.Image, edge: int) -> Image.Image:
    # Palettes, single bits and deep pixels cannot be averaged as they are.
    small = image if image.mode in _AVERAGED else to_rgb(image)
    small.thumbnail((edge, edge), Image.Resampling.BOX, reducing_gap=2.0)
    return to_rgb(small)


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1..8; 1 if there is none or it cannot be read."""
    try:
        return int(image.getexif().get(_EXIF_ORIENTATION, 1))
    except Exception:  # noqa: BLE001 - damaged metadata raises anything; the photo stays as it lies in the file
        return 1


def to_rgb(image: Image.Image) -> Image.Image:
    """``image`` in mode RGB: 16 bits scaled to 8, transparency laid over white, CMYK and palettes converted."""
    if image.mode in _SIXTEEN_BIT or image.mode == "I":
        values = np.asarray(image).astype(np.float64)
        scale = 257.0 if values.max(initial=0) > 255 or image.mode != "I" else 1.0
        return Image.fromarray(np.clip(np.rint(values / scale), 0, 255).astype(np.uint8)).convert("RGB")
    if image.mode == "F":
        values = np.nan_to_num(np.asarray(image, dtype=np.float64))
        peak = values.max(initial=0.0)
        scale = 255.0 if peak <= 1.0 else (255.0 / peak if peak > 255 else 1.0)
        return Image.fromarray(np.clip(np.rint(values * scale), 0, 255).astype(np.uint8)).convert("RGB")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        ground = Image.new("RGBA", layer.size, (255, 255, 255, 255))
        return Image.alpha_composite(ground, layer).convert("RGB")
    if image.mode == "LAB":
        lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image, lab, srgb, outputMode="RGB")
        return image if converted is None else converted
    return image if image.mode == "RGB" else image.convert("RGB")
