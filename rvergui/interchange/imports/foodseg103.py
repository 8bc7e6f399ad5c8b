"""FoodSeg103 and whatever has its layout, as an export of index masks does."""

from __future__ import annotations

from dataclasses import replace

from pydantic import Field

from rvergui.interchange.exports.options import Options
from rvergui.interchange.foodseg103 import LEFT_OUT, IndexedPhoto, read_foodseg103
from rvergui.interchange.imports.format import Dataset, ImportFormat, Request
from rvergui.interchange.labelled_photos import Opened


class PieceOptions(Options):
    """What an object is."""

    pieces: bool = Field(
        False,
        title="Each piece is an object",
        description="Each connected part of a class is an object of its own; else a class is one object a photo.",
    )


def read_layout(request: Request) -> Dataset:
    """The photos of img_dir and the masks of ann_dir."""
    options = request.options
    pieces = isinstance(options, PieceOptions) and options.pieces
    found = read_foodseg103(request.source, pieces)
    return Dataset(tuple(found.classes), [SentencedPhoto.of(photo) for photo in found.photos], list(found.problems))


class SentencedPhoto(IndexedPhoto):
    """An ``IndexedPhoto`` that tells what it leaves out in whole sentences."""

    @classmethod
    def of(cls, photo: IndexedPhoto) -> SentencedPhoto:
        """The same photo."""
        return cls(photo.path, photo.mask, photo.part, photo.names, photo.pieces)

    def open(self, pixel_limit: int) -> Opened:
        """See ``LabelledPhoto.open``."""
        told = IndexedPhoto.open(self, pixel_limit)
        words = tuple((kind, f"{self.mask}: {LEFT_OUT[kind][2]} ({what}).") for kind, what in told.left_out)
        return replace(told, left_out=words)


FOODSEG103 = ImportFormat(
    name="foodseg103",
    title="FoodSeg103",
    summary="The unpacked data set: Images/img_dir, Images/ann_dir and category_id.txt.",
    read=read_layout,
    options=PieceOptions,
    images=False,
)
