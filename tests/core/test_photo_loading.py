"""Photo files of every kind give upright RGB pixels; of bad ones one sentence is said."""

from __future__ import annotations

import os
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from rvergui.core import PhotoError, photo_loading
from rvergui.core.photo_loading import (
    content_hash,
    is_photo_name,
    load_photo,
    load_thumbnail,
)

HEIGHT, WIDTH = 48, 64
RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 200, 40), (20, 40, 210), (255, 255, 255)


def quarters() -> np.ndarray:
    """Red above left, green above right, blue below left, white below right: no symmetry."""
    pixels = np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8)
    pixels[: HEIGHT // 2, : WIDTH // 2], pixels[: HEIGHT // 2, WIDTH // 2 :] = RED, GREEN
    pixels[HEIGHT // 2 :, : WIDTH // 2], pixels[HEIGHT // 2 :, WIDTH // 2 :] = BLUE, WHITE
    return pixels


def check_quarters(pixels: np.ndarray, tolerance: int = 12) -> None:
    assert pixels.shape == (HEIGHT, WIDTH, 3)
    assert pixels.dtype == np.uint8
    for (y, x), colour in {(6, 6): RED, (6, -7): GREEN, (-7, 6): BLUE, (-7, -7): WHITE}.items():
        assert np.abs(pixels[y, x].astype(int) - colour).max() <= tolerance, (y, x)


# How a camera held in each way stores the scene: the inverse of what EXIF 2.32 tells a viewer to do.
STORED = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.transpose(1, 0, 2),
    6: lambda a: np.rot90(a, 1),
    7: lambda a: a[::-1, ::-1].transpose(1, 0, 2),
    8: lambda a: np.rot90(a, -1),
}


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif"])
def test_all_eight_orientations_stand_upright(tmp_path: Path, orientation: int, suffix: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / f"photo{suffix}"
    stored = Image.fromarray(np.ascontiguousarray(STORED[orientation](quarters())))
    stored.save(path, exif=exif, **({"quality": 95} if suffix in (".jpg", ".webp") else {}))
    photo = load_photo(path)
    check_quarters(photo.pixels)
    assert photo.size == (HEIGHT, WIDTH)
    small = load_thumbnail(path, 32)
    assert small.shape == (24, 32, 3)
    assert np.abs(small[3, 3].astype(int) - RED).max() < 25
    assert np.abs(small[-4, 3].astype(int) - BLUE).max() < 25


@pytest.mark.parametrize("suffix", [".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp"])
def test_the_common_formats(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"photo{suffix}"
    Image.fromarray(quarters()).save(path)
    photo = load_photo(path)
    check_quarters(photo.pixels, tolerance=20)
    assert photo.path == path
    assert photo.key == content_hash(path.read_bytes())
    assert is_photo_name(path)
    with pytest.raises(ValueError, match="read-only"):
        photo.pixels[0, 0] = 0


@pytest.mark.parametrize("orientation", [1, 3, 6])
def test_heic(tmp_path: Path, orientation: int) -> None:
    if not pillow_heif.libheif_info().get("encoders"):
        pytest.skip("this build of libheif cannot write HEIC")
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = Image.fromarray(np.ascontiguousarray(STORED[orientation](quarters())))
    path = tmp_path / "IMG_0001.HEIC"
    pillow_heif.from_pillow(stored).save(path, quality=95, exif=exif.tobytes())
    check_quarters(load_photo(path).pixels, tolerance=25)
    assert is_photo_name(path)


def test_a_name_with_the_wrong_ending_is_judged_by_its_content(tmp_path: Path) -> None:
    Image.fromarray(quarters()).save(tmp_path / "photo.png")
    (tmp_path / "photo.png").rename(tmp_path / "photo.jpg")
    check_quarters(load_photo(tmp_path / "photo.jpg").pixels, 0)


def test_of_several_frames_the_first(tmp_path: Path) -> None:
    first, second = Image.fromarray(quarters()), Image.new("RGB", (WIDTH, HEIGHT))
    for name in ("moving.png", "moving.webp", "pages.tif"):
        options = {"lossless": True} if name.endswith("webp") else {}
        first.save(tmp_path / name, save_all=True, append_images=[second], **options)
        check_quarters(load_photo(tmp_path / name).pixels, 2)


def saved(image: Image.Image, path: Path, **options: object) -> np.ndarray:
    image.save(path, **options)
    pixels = load_photo(path).pixels
    small = load_thumbnail(path, 16)
    assert small.dtype == np.uint8
    assert small.ndim == 3
    assert max(small.shape[:2]) <= 16
    assert np.abs(small.mean(axis=(0, 1)) - pixels.mean(axis=(0, 1))).max() < 16, "the thumbnail has the same colours"
    return pixels


def ramp(top: int, dtype: type) -> np.ndarray:
    return np.tile(np.linspace(0, top, WIDTH).astype(dtype), (HEIGHT, 1))


def test_grey(tmp_path: Path) -> None:
    grey = ramp(255, np.uint8)
    for name in ("grey.png", "grey.tif"):
        pixels = saved(Image.fromarray(grey), tmp_path / name)
        assert np.array_equal(pixels, np.repeat(grey[..., None], 3, axis=2))
    assert np.abs(saved(Image.fromarray(grey), tmp_path / "grey.jpg").astype(int) - grey[..., None]).max() < 6


@pytest.mark.parametrize("name", ["deep.png", "deep.tif"])
def test_sixteen_bit_grey_is_scaled_not_cut(tmp_path: Path, name: str) -> None:
    deep = ramp(65535, np.uint16)
    pixels = saved(Image.fromarray(deep), tmp_path / name)
    assert np.array_equal(pixels[..., 0], np.rint(deep / 257).astype(np.uint8))
    assert np.array_equal(pixels[..., 0], pixels[..., 2])


def test_a_dark_sixteen_bit_photo_stays_dark(tmp_path: Path) -> None:
    pixels = saved(Image.fromarray(np.full((HEIGHT, WIDTH), 200, dtype=np.uint16)), tmp_path / "dark.png")
    assert pixels.max() == 1


def test_big_endian_sixteen_bit_tiff(tmp_path: Path) -> None:
    deep = ramp(65535, np.uint16)
    image = Image.frombytes("I;16B", (WIDTH, HEIGHT), deep.astype(">u2").tobytes())
    assert np.array_equal(saved(image, tmp_path / "deep.tif")[..., 0], np.rint(deep / 257).astype(np.uint8))


def test_float_tiff(tmp_path: Path) -> None:
    unit = ramp(1, np.float32)
    assert np.array_equal(saved(Image.fromarray(unit), tmp_path / "unit.tif")[..., 0], np.rint(unit * 255))
    odd = unit.copy()
    odd[0, 0] = np.nan
    assert saved(Image.fromarray(odd), tmp_path / "nan.tif")[0, 0].tolist() == [0, 0, 0]


def test_cmyk(tmp_path: Path) -> None:
    for name in ("print.jpg", "print.tif"):
        pixels = saved(Image.fromarray(quarters()).convert("CMYK"), tmp_path / name)
        check_quarters(pixels, tolerance=30)


def test_lab(tmp_path: Path) -> None:
    lab = np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8)
    lab[..., 0] = 255
    lab[: HEIGHT // 2, :, 0] = 0
    pixels = saved(Image.fromarray(lab, mode="LAB"), tmp_path / "lab.tif")
    assert pixels[:20].max() < 12
    assert pixels[-20:].min() > 243


def test_palette_and_palette_with_transparency(tmp_path: Path) -> None:
    flat = Image.fromarray(quarters()).quantize(8)
    check_quarters(saved(flat, tmp_path / "flat.png"), 2)
    green = int(flat.getpixel((WIDTH - 6, 6)))
    pixels = saved(flat, tmp_path / "holes.png", transparency=green)
    assert pixels[6, -7].tolist() == [255, 255, 255]
    assert np.abs(pixels[6, 6].astype(int) - RED).max() <= 2


def test_transparency_is_laid_over_white(tmp_path: Path) -> None:
    rgba = np.dstack([quarters(), np.full((HEIGHT, WIDTH), 255, dtype=np.uint8)])
    rgba[: HEIGHT // 2, : WIDTH // 2, 3] = 0
    rgba[HEIGHT // 2 :, : WIDTH // 2, 3] = 128
    for name in ("glass.png", "glass.tif"):
        pixels = saved(Image.fromarray(rgba), tmp_path / name)
        assert pixels[6, 6].tolist() == [255, 255, 255]
        assert pixels[6, -7].tolist() == list(GREEN)
        assert np.abs(pixels[-7, 6].astype(float) - (np.array(BLUE) + 255) / 2).max() <= 2
    grey = Image.fromarray(np.dstack([ramp(255, np.uint8), np.zeros((HEIGHT, WIDTH), dtype=np.uint8)]), mode="LA")
    assert saved(grey, tmp_path / "la.png").min() == 255
    named = tmp_path / "named.png"
    assert saved(Image.fromarray(quarters()), named, transparency=RED)[6, 6].tolist() == [255, 255, 255]


def test_one_bit(tmp_path: Path) -> None:
    bits = ramp(255, np.uint8) > 127
    for name in ("fax.png", "fax.tif", "fax.bmp"):
        pixels = saved(Image.fromarray(bits), tmp_path / name)
        assert np.array_equal(pixels[..., 1], bits.astype(np.uint8) * 255)


# Bad files ---------------------------------------------------------------------------------------------------------


def complaint(path: Path, **options: int) -> str:
    """The one sentence, the same from both ways of opening."""
    with pytest.raises(PhotoError) as caught:
        load_photo(path, **options)
    with pytest.raises(PhotoError) as small:
        load_thumbnail(path, 32, **options)
    message = str(caught.value)
    assert str(small.value).split("(")[0] == message.split("(")[0]
    assert path.name in message
    assert "\n" not in message
    assert message.endswith(".")
    assert ";" in message, "what to do comes after what is wrong"
    assert message.count(". ") == 0, "one sentence"
    return message


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif", ".bmp"])
@pytest.mark.parametrize("share", [0.15, 0.5, 0.95])
def test_truncated(tmp_path: Path, suffix: str, share: float) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    path = tmp_path / f"cut{suffix}"
    Image.fromarray(noise).save(path)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    message = complaint(path)
    assert "copy it again" in message or "export it again" in message


def test_truncated_heic(tmp_path: Path) -> None:
    if not pillow_heif.libheif_info().get("encoders"):
        pytest.skip("this build of libheif cannot write HEIC")
    path = tmp_path / "cut.heic"
    pillow_heif.from_pillow(Image.fromarray(quarters())).save(path)
    data = path.read_bytes()
    for share in (0.1, 0.6, 0.9):
        path.write_bytes(data[: int(len(data) * share)])
        complaint(path)


def test_empty(tmp_path: Path) -> None:
    path = tmp_path / "empty.jpg"
    path.touch()
    assert "is empty (0 bytes)" in complaint(path)


@pytest.mark.parametrize(
    "data", [b"\x00", b"hello, this is text", b"%PDF-1.4\n", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]
)
def test_not_an_image(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "notes.jpg"
    path.write_bytes(data)
    assert "notes.jpg in" in complaint(path)


def test_flipped_bytes_never_raise_anything_else(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    for suffix in (".jpg", ".png", ".webp", ".tif"):
        path = tmp_path / f"rot{suffix}"
        Image.fromarray(quarters()).save(path, exif=Image.Exif())
        data = np.frombuffer(path.read_bytes(), dtype=np.uint8)
        for _ in range(25):
            broken = data.copy()
            places = rng.integers(0, len(data), 6)
            broken[places] = rng.integers(0, 256, 6)
            path.write_bytes(broken.tobytes())
            try:
                pixels = load_photo(path, pixel_limit=1_000_000).pixels
            except PhotoError:
                continue
            assert pixels.ndim == 3


def test_a_folder_and_a_vanished_file(tmp_path: Path) -> None:
    folder = tmp_path / "dinner.jpg"
    folder.mkdir()
    assert "is a folder, not a photo" in complaint(folder)
    gone = tmp_path / "gone.jpg"
    assert f"gone.jpg is no longer in {tmp_path}" in complaint(gone)
    assert "no longer in" in complaint(tmp_path / "no" / "such" / "x.jpg")
    (tmp_path / "file").touch()
    assert "could not be read" in complaint(tmp_path / "file" / "x.jpg")
    assert "could not be read" in complaint(tmp_path / "a\x00b.jpg")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may read everything")
def test_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "secret.jpg"
    Image.fromarray(quarters()).save(path)
    path.chmod(0)
    assert "may not be read" in complaint(path)


def test_a_read_error_of_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Path) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "read_bytes", broken)
    assert "could not be read (Input/output error)" in complaint(tmp_path / "photo.jpg")


def test_too_many_pixels(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    Image.fromarray(quarters()).save(path)
    message = complaint(path, pixel_limit=HEIGHT * WIDTH - 1)
    assert "RVERGUI_PIXEL_LIMIT" in message
    check_quarters(load_photo(path, pixel_limit=HEIGHT * WIDTH).pixels, 0)


def png_header(width: int, height: int) -> bytes:
    """A PNG that says it is huge and holds next to nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(40_000, 40_000), (15_000, 12_000), (100_000, 100_000)])
def test_a_decompression_bomb_is_refused_by_its_header(tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(png_header(*size))
    assert "RVERGUI_PIXEL_LIMIT" in complaint(path)


def test_a_raised_limit_is_really_raised_and_for_that_photo_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Pillow refuses at twice its own limit; a person who raised ours above that must get the photo.
    path = tmp_path / "panorama.png"
    Image.fromarray(quarters()).save(path)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    monkeypatch.setattr(photo_loading, "DEFAULT_PIXEL_LIMIT", 2000)
    check_quarters(load_photo(path, pixel_limit=4000).pixels, 0)
    assert Image.MAX_IMAGE_PIXELS == 1000
    assert "RVERGUI_PIXEL_LIMIT" in complaint(path, pixel_limit=2000)


@pytest.mark.parametrize(
    "block",
    [
        b"Exif\x00\x00",
        b"Exif\x00\x00II*\x00\xff\xff\xff\x7f",
        b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x05\x01\x12",
        b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\xc8\x00\x00\x00\x00\x00\x00\x00",
        b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x02\x00\x04\x00\x00\x00six\x00\x00\x00\x00\x00",
        b"Exif\x00\x00" + b"\xff" * 64,
    ],
)
def test_a_broken_exif_block_does_not_cost_the_photo(tmp_path: Path, block: bytes) -> None:
    path = tmp_path / "photo.jpg"
    Image.fromarray(quarters()).save(path, quality=95)
    data = path.read_bytes()
    path.write_bytes(data[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + data[2:])
    check_quarters(load_photo(path).pixels)
    assert load_thumbnail(path, 32).shape == (24, 32, 3)


def test_any_error_in_reading_metadata_leaves_the_photo_as_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "photo.png"
    Image.fromarray(quarters()).save(path)

    def broken(_: Image.Image) -> Image.Exif:
        raise struct.error("unpack requires a buffer of 4 bytes")

    monkeypatch.setattr(Image.Image, "getexif", broken)
    check_quarters(load_photo(path).pixels, 0)


def test_what_counts_as_a_photo_name() -> None:
    assert all(is_photo_name(Path(n)) for n in ("a.jpg", "a.JPG", "b.jpeg", "c.PNG", "d.heic", "e.avif", "f.tiff"))
    assert not any(is_photo_name(Path(n)) for n in ("a.txt", "jpg", ".jpg", "._a.jpg", "a.gif", "a.jpg.part", "a.rver"))


def test_a_thumbnail_is_never_larger_than_the_photo_and_may_be_changed(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    Image.fromarray(quarters()).save(path)
    small = load_thumbnail(path, 500)
    assert small.shape == (HEIGHT, WIDTH, 3)
    small[0, 0] = 0


def test_a_thumbnail_of_a_large_jpeg_is_decoded_at_reduced_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "large.jpg"
    Image.fromarray(quarters()).resize((1600, 1200)).save(path)
    seen: list[tuple[int, int]] = []
    resize = Image.Image.resize

    def watched(self: Image.Image, *args: object, **options: object) -> Image.Image:
        seen.append(self.size)
        return resize(self, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Image.Image, "resize", watched)
    assert load_thumbnail(path, 160).shape == (120, 160, 3)
    assert all(max(size) <= 800 for size in seen), "the JPEG decoder itself made it smaller"
