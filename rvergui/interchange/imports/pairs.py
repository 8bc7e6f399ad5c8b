"""Pairs of views: photos put together again, several objects of one photo on one photo."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from rvergui.core import Mask, RverError
from rvergui.core.atomic import write_bytes
from rvergui.core.photo_loading import is_photo_name, load_photo
from rvergui.interchange.class_folders_pairs import joined, object_in
from rvergui.interchange.imports.format import Dataset, ImportFormat, Request
from rvergui.interchange.imports.photos_by_name import files_below
from rvergui.interchange.labelled_photos import Opened, opened
from rvergui.interchange.pairs_layout import Pair, export_options, read_pairs
from rvergui.interchange.safe_names import decode_name, encode_name

_LOSSLESS = (".png", ".bmp", ".tif", ".tiff")


@dataclass(frozen=True)
class PairsOfPhoto:
    """All pairs of one photo; see ``LabelledPhoto``.

    Attributes:
        path: the original if it was found, else where the photo is put; what is there already is kept.
        part: "train" or "test".
        pairs: in the order of their numbers.
        is_original: whether ``path`` was found rather than made.
    """

    path: Path
    part: str
    pairs: tuple[Pair, ...]
    is_original: bool = False

    def open(self, pixel_limit: int) -> Opened:
        """See ``LabelledPhoto.open``; writes the photo if it is not there yet."""
        objects: list[tuple[str, Mask]] = []
        left_out: list[tuple[str, str]] = []
        photo = load_photo(self.path, pixel_limit) if self.is_original else None
        for pair in self.pairs:
            try:
                roi, extra = (load_photo(path, pixel_limit).pixels for path in (pair.roi, pair.extra))
                if roi.shape != extra.shape:
                    raise RverError(f"its extra-ROI view has another size, {extra.shape[1]}x{extra.shape[0]}")
                if photo is None:
                    self._write(joined(roi, extra))
                    photo = load_photo(self.path, pixel_limit)
                if photo.pixels.shape != roi.shape:
                    size = f"{roi.shape[1]}x{roi.shape[0]}, the photo {photo.size[1]}x{photo.size[0]}"
                    raise RverError(f"it has another size than the photo ({size}); pairs that were cut do not fit")
                # without JPEG's shimmer every difference says where the object is
                exact = pair.roi.suffix.lower() in _LOSSLESS and pair.extra.suffix.lower() in _LOSSLESS
                mask = Mask.from_array(object_in(roi, extra, 1) if exact else object_in(roi, extra))
                if mask.is_empty:
                    raise RverError("it shows no object; it is black throughout")
                objects.append((pair.class_name, mask))
            except RverError as error:
                left_out.append(("broken", f"{pair.roi}: {str(error).rstrip('.')}."))
        if photo is None:
            raise RverError(left_out[0][1])
        return opened(photo, objects, left_out)

    def _write(self, pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> None:
        if not self.path.exists():
            stream = io.BytesIO()
            Image.fromarray(pixels).save(stream, format="PNG", compress_level=3)
            write_bytes(self.path, stream.getvalue())


def read_pair_folder(request: Request) -> Dataset:
    """The pairs of a folder by photo. With a folder of photos given, originals are found by name and content."""
    cropped, smaller = export_options(request.source)
    by_photo: dict[tuple[str, str], list[Pair]] = {}
    classes: dict[str, None] = {}
    for pair in read_pairs(request.source):
        # pairs that were cut have each a size of their own and no photo in common
        by_photo.setdefault((pair.split, pair.name if cropped else pair.photo_key), []).append(pair)
        classes[pair.class_name] = None
    originals = _Originals(request.images) if request.images is not None and not (cropped or smaller) else None
    photos: list[PairsOfPhoto] = []
    for (split, key), pairs in by_photo.items():
        ordered = tuple(sorted(pairs, key=lambda pair: pair.name))
        original = originals.find(ordered[0]) if originals is not None else None
        stem = _stem(ordered[0])
        name = ordered[0].name if cropped else f"{stem[:60]}~{key[:40]}" if stem != key else f"{split}-{stem}"
        made = request.made / f"{encode_name(name)}.png"
        photos.append(PairsOfPhoto(original or made, split, ordered, original is not None))
    return Dataset(tuple(classes), photos)


def _stem(pair: Pair) -> str:
    """The photo's name: of our own exports what stands before the hash."""
    return pair.name if pair.photo_key == pair.name else decode_name(pair.name.rsplit("~", 2)[0])


class _Originals:
    """Photos by name; of our own exports the content has to fit as well."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise RverError(f"{folder} is no folder of photos; check the path.")
        self._by_stem: dict[str, list[Path]] = {}
        for path in files_below(folder):
            if is_photo_name(path):
                self._by_stem.setdefault(path.stem[:60].casefold(), []).append(path)

    def find(self, pair: Pair) -> Path | None:
        from rvergui.core.photo_loading import content_hash, read_photo_file

        found = self._by_stem.get(_stem(pair).casefold(), [])
        if pair.photo_key == pair.name:  # published data: the name is all there is
            return found[0] if len(found) == 1 else None
        return next((p for p in found if content_hash(read_photo_file(p)).startswith(pair.photo_key)), None)


PAIRS = ImportFormat(
    name="pairs",
    title="Pairs (RveRNet's data)",
    summary="Folders train and test with roi and extra-roi; photos are put together from their views, unless the "
    "originals are given.",
    read=read_pair_folder,
)
