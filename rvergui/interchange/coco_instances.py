"""COCO instance files from any program: which objects lie on which photos."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from rvergui.core import RverError
from rvergui.core.photo_loading import DEFAULT_PIXEL_LIMIT
from rvergui.interchange.coco_file import categories, chosen_categories, load_coco
from rvergui.interchange.coco_outlines import BrokenOutlineError, outline_mask, outline_size
from rvergui.interchange.coco_photos import CocoPhoto, upright_size
from rvergui.interchange.photo_finder import PhotoFinder
from rvergui.interchange.tally import Tally
from rvergui.segment.click_study import Target

SMALLEST_AREA = 100
"""Objects of fewer pixels are left out unless somebody asks: their outline is mostly chance."""

LEFT_OUT: dict[str, tuple[str, str, str]] = {
    "crowd": ("annotation", "annotations", "left out: a crowd (iscrowd), not a single object"),
    "no_outline": ("annotation", "annotations", "left out: no outline (segmentation)"),
    "broken": ("annotation", "annotations", "left out: a broken outline"),
    "no_photo_record": ("annotation", "annotations", "left out: of a photo that the file does not list"),
    "small": ("annotation", "annotations", "left out: too small"),
    "other_size": ("annotation", "annotations", "left out: made on a photo of another size"),
    "broken_photo_record": ("photo record", "photo records", "left out: no id or no file name"),
    "duplicate_photo": ("photo record", "photo records", "left out: an id that an earlier one has"),
    "missing_photo": ("photo", "photos", "left out: not in the folder, or several of that name"),
    "turned": ("photo", "photos", "turned by EXIF and annotated as stored: the outlines were turned with the photo"),
    "turned_unclear": (
        "photo",
        "photos",
        "turned by EXIF in a way that the sizes do not tell: the outlines were taken as drawn on the upright photo",
    ),
}
"""What may have to be said, in words for ``Tally.sentences``."""


@dataclass(frozen=True)
class Choice:
    """Which objects of a file are wanted.

    Attributes:
        categories: names, in any case; empty means all.
        supercategories: the same for COCO's groups of categories; an object has to be in either.
        min_area: in pixels.
        limit: at most so many objects, drawn at random; None means all.
        seed: of the drawing.
    """

    categories: Sequence[str] = ()
    supercategories: Sequence[str] = ()
    min_area: int = SMALLEST_AREA
    limit: int | None = None
    seed: int = 0


@dataclass
class Instances:
    """What was found.

    Attributes:
        photos: with at least one object each, in the order of the file.
        tally: what was left out, and what is found out about photos when they are opened.
    """

    photos: list[CocoPhoto]
    tally: Tally = field(default_factory=Tally)

    @property
    def objects(self) -> int:
        """How many objects there are."""
        return sum(photo.objects for photo in self.photos)

    def notes(self) -> list[str]:
        """One sentence for each kind of thing that was left out or turned."""
        return self.tally.sentences(LEFT_OUT)


def read_instances(
    file: Path,
    images: Path,
    choice: Choice | None = None,
    pixel_limit: int = DEFAULT_PIXEL_LIMIT,
    progress: Callable[[int, int], bool] | None = None,
) -> Instances:
    """The objects in a COCO instance file and the photos that they are on.

    Outlines may be polygons or run lengths, compressed or not. What is broken is left out and counted.

    Args:
        file: the JSON file.
        images: the folder of the photos; see ``PhotoFinder``.
        choice: which objects; by default all of at least ``SMALLEST_AREA`` pixels.
        pixel_limit: the most pixels of a photo that is opened.
        progress: called with how many annotations were read and how many there are at most.

    Raises:
        RverError: it is no such file, an asked category is not in it, or nothing is left.
    """
    wanted = choice or Choice()
    finder = PhotoFinder(images)
    content = load_coco(file)
    tally = Tally()
    names = categories(content.get("categories"))
    chosen = chosen_categories(names, wanted.categories, wanted.supercategories, file)
    records = _photo_records(content["images"], tally)
    annotations = _usable(content.pop("annotations"), records, chosen, tally)
    paths = _paths(annotations, records, finder, tally)
    annotations = [a for a in annotations if a["image_id"] in paths]
    if not paths and "missing_photo" in tally.counts:
        first = tally.first["missing_photo"]
        raise RverError(f"Not one photo of {file.name} is in {images}; look for the folder that holds {first}.")
    if not annotations:
        raise RverError(_nothing_left(file, tally, wanted))
    photos: dict[Path, CocoPhoto] = {}
    kept = _targets(annotations, records, paths, names, wanted, tally, progress)
    for index, target in sorted(kept, key=lambda pair: pair[0]):
        path = paths[annotations[index]["image_id"]]
        name = path.relative_to(images).as_posix()
        photos.setdefault(path, CocoPhoto(path, name, tally, pixel_limit)).targets.append(target)
    if not photos:
        raise RverError(_nothing_left(file, tally, wanted))
    return Instances(list(photos.values()), tally)


def _photo_records(records: Iterable[Any], tally: Tally) -> dict[Any, dict[str, Any]]:
    found: dict[Any, dict[str, Any]] = {}
    for record in records:
        usable = (
            isinstance(record, dict)
            and isinstance(record.get("id"), int | str)
            and isinstance(record.get("file_name"), str)
            and record["file_name"]
        )
        if not usable:
            tally.add("broken_photo_record")
        elif record["id"] in found:
            if record["file_name"] != found[record["id"]]["file_name"]:
                tally.add("duplicate_photo", f"{record['file_name']} with id {record['id']}")
        else:
            found[record["id"]] = record
    return found


def _usable(
    annotations: Iterable[Any], records: dict[Any, dict[str, Any]], chosen: set[Any] | None, tally: Tally
) -> list[dict[str, Any]]:
    """The annotations of wanted single objects that have an outline and belong to a known photo."""
    kept = []
    for annotation in annotations:
        if not isinstance(annotation, dict):
            tally.add("broken", f"{str(annotation)[:40]!r}, which is no annotation")
            continue
        if chosen is not None and annotation.get("category_id") not in chosen:
            continue
        image, label = annotation.get("image_id"), f"annotation {annotation.get('id', 'without id')}"
        if not isinstance(image, int | str) or image not in records:
            tally.add("no_photo_record", f"{label}, of photo {image}")
        elif annotation.get("iscrowd"):
            tally.add("crowd")
        elif _has_no_outline(annotation.get("segmentation")):
            tally.add("no_outline", label)
        else:
            kept.append(annotation)
    return kept


def _has_no_outline(outline: Any) -> bool:
    return outline is None or (isinstance(outline, list | dict | str) and len(outline) == 0)


def _paths(
    annotations: Iterable[dict[str, Any]], records: dict[Any, dict[str, Any]], finder: PhotoFinder, tally: Tally
) -> dict[Any, Path]:
    """The photo files by image id, for the photos that have annotations."""
    found: dict[Any, Path] = {}
    for image in dict.fromkeys(annotation["image_id"] for annotation in annotations):
        path = finder.find(records[image]["file_name"])
        if path is None:
            tally.add("missing_photo", records[image]["file_name"])
        else:
            found[image] = path
    return found


def _targets(
    annotations: list[dict[str, Any]],
    records: dict[Any, dict[str, Any]],
    paths: dict[Any, Path],
    names: dict[Any, tuple[str, str]],
    choice: Choice,
    tally: Tally,
    progress: Callable[[int, int], bool] | None,
) -> list[tuple[int, Target]]:
    """The objects of the size that is wanted, with their place in ``annotations``; drawn at random if not all."""
    count = len(annotations)
    order = range(count) if choice.limit is None else np.random.default_rng(choice.seed).permutation(count).tolist()
    kept: list[tuple[int, Target]] = []
    for read, index in enumerate(order, start=1):
        if choice.limit is not None and len(kept) >= choice.limit:
            break
        annotation = annotations[index]
        label = f"annotation {annotation.get('id', 'without id')}"
        try:
            record = records[annotation["image_id"]]
            size = _record_size(record) or outline_size(annotation["segmentation"])
            mask = outline_mask(annotation["segmentation"], size or upright_size(paths[annotation["image_id"]]))
        except BrokenOutlineError as error:
            tally.add("broken", f"{label} on {records[annotation['image_id']]['file_name']}: {error}")
            continue
        if mask.area < choice.min_area:
            tally.add("small", f"{label} with {mask.area} of the {choice.min_area} pixels asked for")
            continue
        category, _ = names.get(annotation.get("category_id"), (_category_name(annotation), ""))
        kept.append((index, Target(str(annotation.get("id", index)), mask, category)))
        if progress is not None:
            progress(read, count)
    return kept


def _category_name(annotation: dict[str, Any]) -> str:
    number = annotation.get("category_id")
    return f"category {number}" if isinstance(number, int | str) else ""


def _record_size(record: dict[str, Any]) -> tuple[int, int] | None:
    sides = record.get("height"), record.get("width")
    if all(isinstance(side, int | float) and 1 <= side < 2**31 and side == int(side) for side in sides):
        return int(sides[0]), int(sides[1])  # type: ignore[arg-type]
    return None


def _nothing_left(file: Path, tally: Tally, choice: Choice) -> str:
    reasons = " ".join(f"{sentence[0].upper()}{sentence[1:]}" for sentence in tally.sentences(LEFT_OUT))
    if reasons:
        return f"No object in {file.name} can be used. {reasons}"
    asked = [*choice.categories, *choice.supercategories]
    return f"There is no object{' of ' + ', '.join(asked) if asked else ''} in {file.name}."
