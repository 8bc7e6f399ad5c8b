"""Folders of COCO files, one for each part of a data set, and where the photos of each lie.

Known layouts: COCO's own and datumaro's (``annotations/instances_train2017.json``, photos in ``train2017`` or
``images/train2017``), Roboflow's (``train/_annotations.coco.json`` beside the photos), and files beside each other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from rvergui.core import RverError
from rvergui.interchange.exports.division import WORDS
from rvergui.interchange.exports.marker import MARKER
from rvergui.interchange.photo_finder import PhotoFinder

_INSTANCES = "instances"
_ANNOTATIONS = "annotations"
_IMAGES = "images"


@dataclass(frozen=True)
class CocoPart:
    """One file of a data set.

    Attributes:
        file: the file.
        name: what it is called among the others; "" if it is alone.
        part: "train" or "test"; "" where the files do not tell both.
    """

    file: Path
    name: str = ""
    part: str = ""


def coco_parts(source: Path) -> list[CocoPart]:
    """The COCO files of ``source``: itself if it is a file, else those in the folder, its ``annotations`` and folders
    that are called like parts.

    Where some are called ``instances...``, as COCO calls them, the others (captions, key points) are left alone.

    Raises:
        RverError: there is none.
    """
    if not source.is_dir():
        return [CocoPart(source)]
    places = [source, *sorted(p for p in source.iterdir() if p.is_dir() and _holds_labels(p.name))]
    files = [file for place in places for file in sorted(place.glob("*.json")) if _may_be_labels(file)]
    instances = [file for file in files if file.stem.lower().startswith(_INSTANCES)]
    files = instances or files
    if not files:
        raise RverError(
            f"There is no COCO file in {source}; it should hold instances_train.json and the like, or a folder "
            f"{_ANNOTATIONS} with them."
        )
    if len(files) == 1:
        return [CocoPart(files[0])]
    stems = [file.stem for file in files]
    alike = len(set(stems)) < len(stems)
    parts = [_part_said(file, source) for file in files]
    told = {"train", "test"} <= set(parts)
    found = [
        CocoPart(
            file, file.relative_to(source).with_suffix("").as_posix() if alike else file.stem, part if told else ""
        )
        for file, part in zip(files, parts, strict=True)
    ]
    return sorted(found, key=lambda one: one.part == "test")


class CocoPhotos:
    """Finds the photos of a COCO file; nothing outside its folder is found.

    Args:
        file: the COCO file.
        images: where photos are; None: where the layouts put them.
    """

    def __init__(self, file: Path, images: Path | None = None) -> None:
        own = file.parent.parent if file.parent.name.lower() == _ANNOTATIONS else file.parent
        root = images if images is not None else own
        named = [re.sub(rf"^{_INSTANCES}_?", "", file.stem, flags=re.IGNORECASE), *_words(file.stem)]
        near = [place / name for name in named if name for place in (root / _IMAGES, root)] + [root / _IMAGES]
        self._all = PhotoFinder(root)
        self._near = next((PhotoFinder(place) for place in near if place.is_dir()), self._all)
        self.folder = root

    def find(self, name: str) -> Path | None:
        """The photo called ``name``; see ``PhotoFinder.find``."""
        exactly = self._all.exactly(name)
        return exactly or self._near.find(name) or self._all.find(name)


def _holds_labels(name: str) -> bool:
    return name.lower() == _ANNOTATIONS or name.lower() in WORDS


def _may_be_labels(file: Path) -> bool:
    return file.is_file() and file.name != MARKER and not file.name.startswith(".")


def _part_said(file: Path, source: Path) -> str:
    """What the words of the file's name, or the folder it is in, say."""
    words = _words(file.stem if file.parent == source else f"{file.stem} {file.parent.name}")
    return WORDS[words[0]] if words else ""


def _words(name: str) -> list[str]:
    """The words for parts that a name holds."""
    return [word for word in re.split(r"[^a-z]+", name.lower()) if word in WORDS]
