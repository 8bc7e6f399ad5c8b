"""The layout of a folder of pairs, and reading one: our own export or the published data."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rvergui.core import RverError
from rvergui.core.photo_loading import is_photo_name
from rvergui.core.taxonomy import clean_class_name
from rvergui.interchange.safe_names import decode_name

SPLITS = ("train", "test")
ROI, EXTRA = "roi", "extra-roi"
MARKER = "classes.json"
CLASS_NAMES = "class_names.txt"
FORMAT = "rvergui pairs"

_KEY_LENGTH = 12
# a stem may hold anything, so the hash and the number are read from the end
_NAME = re.compile(rf"^(?P<stem>.*)~(?P<photo>[0-9a-f]{{{_KEY_LENGTH}}})~(?P<number>[0-9]{{2,}})$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Pair:
    """The two views of one object as picture files.

    Attributes:
        name: the file name without suffix.
        class_name: what the object is.
        split: "train" or "test".
        roi: the object, black elsewhere.
        extra: its complement.
        photo_key: equal for pairs from the same photo.
    """

    name: str
    class_name: str
    split: str
    roi: Path
    extra: Path
    photo_key: str


def pair_name(stem: str, photo_key: str, number: int) -> str:
    """The file name, without suffix, of the pair ``number`` from the photo with this content hash."""
    return f"{stem}~{photo_key[:_KEY_LENGTH]}~{number:02d}"


def photo_key_of(name: str) -> str:
    """Which photo a pair comes from, by its file name without suffix: in published data the name itself."""
    match = _NAME.match(name)
    return match["photo"] if match else name


def read_pairs(root: Path) -> list[Pair]:
    """All pairs below ``root`` in a fixed order: by split, class and name.

    Reads ``root/{train,test}/{roi,extra-roi}/CLASS/NAME.jpg`` (or another picture suffix); one of the splits may be
    missing. Only names are read, no picture is opened.

    Raises:
        RverError: it is not such a folder, or a picture has no partner in the other view.
    """
    if not root.is_dir():
        raise RverError(f"{root} is not a folder; choose the folder that an export of pairs made.")
    try:
        names = _class_names(root)
        pairs = [pair for split in SPLITS for pair in _read_split(root / split, split, names)]
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise RverError(f"The pairs in {root} could not be read ({reason}); check the folder's permissions.") from error
    if not pairs:
        raise RverError(
            f"{root} holds no pairs; they are expected as {root.name}/train/{ROI}/CLASS/NAME.jpg and so on."
        )
    return pairs


def class_order(root: Path) -> tuple[str, ...]:
    """The classes of an export in the order that people gave them; empty for other people's data.

    Raises:
        RverError: the export's own list is damaged.
    """
    return tuple(_class_names(root).values())


def export_options(root: Path) -> tuple[bool, bool]:
    """Whether the pairs of an export were cut to their objects, and whether they were made smaller.

    Other people's pairs, and what cannot be read, count as neither.
    """
    try:
        listed = json.loads((root / MARKER).read_text(encoding="utf-8"))
        ours = listed["format"] == FORMAT
        return (bool(listed.get("crop")), bool(listed.get("size"))) if ours else (False, False)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False, False


def _class_names(root: Path) -> dict[str, str]:
    """The true names of class folders as the export recorded them; empty for other people's data."""
    marker = root / MARKER
    if not marker.is_file():
        return {}
    try:
        listed = json.loads(marker.read_text(encoding="utf-8"))
        if listed["format"] != FORMAT:
            return {}
        return {str(entry["folder"]): clean_class_name(str(entry["name"])) for entry in listed["classes"]}
    except (ValueError, KeyError, TypeError) as error:
        raise RverError(f"{MARKER} in {root} is damaged; export the pairs again or remove that file.") from error


def _read_split(folder: Path, split: str, names: dict[str, str]) -> Iterator[Pair]:
    for class_folder in sorted(set(_folders(folder / ROI)) | set(_folders(folder / EXTRA))):
        class_name = names.get(class_folder) or clean_class_name(decode_name(class_folder))
        roi_files = _pictures(folder / ROI / class_folder)
        extra_files = _pictures(folder / EXTRA / class_folder)
        alone = sorted(roi_files.keys() ^ extra_files.keys())
        if alone:
            there, lacking = (ROI, EXTRA) if alone[0] in roi_files else (EXTRA, ROI)
            raise RverError(
                f"{alone[0]} of class {class_name} is in {folder / there} but not in {folder / lacking}; "
                "a pair needs both, export them again or remove it."
            )
        for name in sorted(roi_files):
            roi = folder / ROI / class_folder / roi_files[name]
            extra = folder / EXTRA / class_folder / extra_files[name]
            yield Pair(name, class_name, split, roi, extra, photo_key_of(name))


def _folders(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries if entry.is_dir() and not entry.name.startswith(".")]


def _pictures(folder: Path) -> dict[str, str]:
    """File name without suffix -> file name."""
    if not folder.is_dir():
        return {}
    with os.scandir(folder) as entries:
        files = [Path(entry.name) for entry in entries if not entry.is_dir()]
    return {path.stem: path.name for path in sorted(files) if is_photo_name(path)}
