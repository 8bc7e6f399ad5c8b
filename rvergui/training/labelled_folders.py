"""Labelled photos of any format that an import reads, as they lie on the disk, to train on or to judge by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rvergui.core import RverError
from rvergui.core.photo import short_key
from rvergui.core.photo_loading import is_photo_name, load_photo
from rvergui.interchange.labelled_photos import LabelledPhoto
from rvergui.rvernet.preprocessing import Preprocessing
from rvergui.training.cutting import CutPhoto, cut_objects

# Of a JSON file so much is read to tell whose it is.
_HEAD = 4096


@dataclass(frozen=True)
class FolderPhoto:
    """A photo of a data set; see ``sources.Work``."""

    labelled: LabelledPhoto

    @property
    def split(self) -> str | None:
        """ "train" or "test" where the data say so, else None."""
        return self.labelled.part or None

    @property
    def items(self) -> int:
        """Not known before it is opened; see ``sources.Work.items``."""
        return 0

    def cut(self, preprocessing: Preprocessing, pixel_limit: int) -> CutPhoto:
        """See ``sources.Work.cut``; objects of which only a box is known are left out."""
        opened = self.labelled.open(pixel_limit)
        path = self.labelled.path
        photo = load_photo(path, pixel_limit)
        objects, problems = cut_objects(photo, opened.objects, preprocessing, path.name)
        problems = [*(words for _, words in opened.left_out), *problems]
        if opened.boxes:
            problems.append(f"{path.name}: {len(opened.boxes)} boxes without masks were left out.")
        return CutPhoto(short_key(opened.key), tuple(objects), tuple(problems), path.name)


@dataclass(frozen=True)
class LabelledFolder:
    """A data set, not yet opened.

    Attributes:
        format: which of ``interchange.imports.table.IMPORTS`` it is.
        photos: in a fixed order.
        classes: in the data's order.
        problems: what was left out already, a sentence each.
    """

    format: str
    photos: tuple[FolderPhoto, ...]
    classes: tuple[str, ...]
    problems: tuple[str, ...]


def read_folder(path: Path) -> LabelledFolder:
    """The labelled photos at ``path``: COCO, YOLO, labelme, FoodSeg103, an export, or a folder for each class.

    Raises:
        RverError: it is nothing of the kind, or nothing in it can be used.
    """
    from rvergui.interchange.imports.format import Request
    from rvergui.interchange.imports.table import IMPORTS, read_dataset

    source, name = format_of(path)
    format = IMPORTS[name]
    dataset = read_dataset(format, Request(source, options=format.options()))
    photos = tuple(FolderPhoto(photo) for photo in dataset.photos)
    if not photos:
        why = f" The first problem: {dataset.problems[0]}" if dataset.problems else ""
        raise RverError(f"There is no labelled photo in {path}, read as {format.title}.{why}")
    return LabelledFolder(name, photos, tuple(dataset.classes), tuple(dataset.problems))


def format_of(path: Path) -> tuple[Path, str]:
    """The file or folder to read for ``path``, and the name of its format.

    Raises:
        RverError: it looks like none.
    """
    for source, name in _guesses(path):
        return source, name
    raise RverError(
        f"There is no labelled data at {path}; choose a project (.rver), a folder of pairs, a COCO file, a folder that "
        "holds a folder of photos for each class, or another data set that “rvergui import” reads."
    )


def _guesses(path: Path) -> Iterator[tuple[Path, str]]:
    suffix = path.suffix.lower()
    if path.is_file():
        kind = _json_format(path) if suffix == ".json" else ""
        if kind:
            yield path, kind
        elif suffix in (".yaml", ".yml"):
            yield path, "yolo"
        elif suffix == ".csv":
            yield path, "masks" if path.name == "objects.csv" else "csv"
        return
    if not path.is_dir():
        return
    if (path / "Images" / "img_dir").is_dir():
        yield path, "foodseg103"
    if any((path / name).is_file() for name in ("data.yaml", "data.yml", "classes.txt")):
        yield path, "yolo"
    if (path / "objects.csv").is_file():
        yield path, "masks"
    files = sorted(path.glob("*.json"))
    kinds = [_json_format(file) for file in files]
    if "labelme" in kinds:
        yield path, "labelme"
    coco = [file for file, kind in zip(files, kinds, strict=True) if kind == "coco"]
    if len(coco) == 1:
        yield coco[0], "coco"
    if _has_photo_folders(path):
        yield path, "folders"


def _json_format(file: Path) -> str:
    """ "coco", "labelme" or "" by the first of the names that stand in it."""
    try:
        with file.open(encoding="utf-8", errors="replace") as stream:
            head = stream.read(_HEAD)
    except OSError:
        return ""
    if any(f'"{word}"' in head for word in ("shapes", "imagePath", "flags")):
        return "labelme"
    if any(f'"{word}"' in head for word in ("images", "annotations", "categories", "info", "licenses")):
        return "coco" if _is_object(head) else ""
    return ""


def _is_object(head: str) -> bool:
    return head.lstrip("\ufeff \t\r\n").startswith("{")


def _has_photo_folders(path: Path) -> bool:
    """Whether photos lie in folders below it, one or two deep."""
    folders = [each for each in path.iterdir() if each.is_dir()]
    deeper = [each for folder in folders for each in folder.iterdir() if each.is_dir()]
    return any(is_photo_name(file) for folder in (*folders, *deeper) for file in folder.iterdir())
