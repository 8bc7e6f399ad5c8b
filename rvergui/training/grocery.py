"""The grocery store data set as pairs: ``python -m rvergui.training.grocery DATASET OUT``.

5,421 photos of 81 kinds of fruit, vegetables and cartons (Klasson, Zhang, Kjellström, "A Hierarchical Grocery Store
Image Dataset with Visual and Semantic Labels", WACV 2019) name a photo as a whole; the masks come from the program's
own segmenter (``grocery_masks``). The official lists are kept: a photo never changes sides.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from PIL import Image

from rvergui.core import Mask, RverError, views
from rvergui.core.atomic import write_text
from rvergui.core.photo_loading import load_photo
from rvergui.interchange.folder_swap import replacing_folder
from rvergui.interchange.pairs import refusal
from rvergui.interchange.pairs_layout import CLASS_NAMES, EXTRA, FORMAT, MARKER, ROI, pair_name
from rvergui.interchange.safe_names import encode_name, folder_names
from rvergui.runtime.background import TRAINING, give_way
from rvergui.segment.protocol import Segmenter
from rvergui.segment.registry import DEFAULT_SEGMENTER, create_segmenter
from rvergui.training.grocery_masks import WHOLE_PHOTO, central_object
from rvergui.training.look_alikes import LOOK_ALIKES_FILE

PARTS = ("train", "val", "test")
CLASSES_FILE = "classes.csv"
MASKS_FILE = "masks.jsonl"
# Kinds whose classes people take for one another, by the data set's own coarse names.
LOOK_ALIKE_KINDS: Mapping[str, str] = {"apples": "Apple", "pears": "Pear", "milks": "Milk", "juices": "Juice"}
# Which official lists a pairs folder's two parts are made of: settings are chosen on "choose", the model that ships is
# trained and judged, once, on "final".
FOLDERS: Mapping[str, Mapping[str, str]] = {
    "choose": {"train": "train", "val": "test"},
    "final": {"train": "train", "val": "train", "test": "test"},
}
_FALLBACK = "grabcut"
_JPEG: Mapping[str, Any] = {"format": "JPEG", "quality": 95, "subsampling": 0}


@dataclass(frozen=True)
class GroceryPhoto:
    """One line of the official lists.

    Attributes:
        path: below the data set's folder, with forward slashes.
        class_name: the fine class, words separated by spaces.
        kind: the coarse class, as the data set spells it.
        part: "train", "val" or "test".
    """

    path: str
    class_name: str
    kind: str
    part: str


@dataclass(frozen=True)
class FoundMask:
    """What ``grocery_masks`` found on a photo."""

    path: str
    mask: Mask
    found_by: str
    quality: float

    def line(self) -> str:
        """As one line of JSON."""
        words = {"path": self.path, "found_by": self.found_by, "quality": round(self.quality, 4)}
        return json.dumps({**words, "mask": self.mask.rle()})

    @classmethod
    def parse(cls, line: str) -> FoundMask | None:
        """The mask in ``line``; None if it was cut off."""
        try:
            words = json.loads(line)
            mask = Mask.from_rle(words["mask"])
            return cls(str(words["path"]), mask, str(words["found_by"]), float(words["quality"]))
        except (ValueError, KeyError, TypeError):
            return None


def read_photos(dataset: Path) -> list[GroceryPhoto]:
    """Every photo of the official lists, train first, then val and test.

    Args:
        dataset: the folder with classes.csv, train.txt, val.txt and test.txt.

    Raises:
        RverError: a list is missing or damaged.
    """
    try:
        with (dataset / CLASSES_FILE).open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))[1:]
        kinds = {int(row[1]): (row[0].replace("-", " ").strip(), row[2]) for row in rows if row}
        photos = []
        for part in PARTS:
            for line in (dataset / f"{part}.txt").read_text(encoding="utf-8").splitlines():
                if line.strip():
                    path, fine = (word.strip() for word in line.split(",")[:2])
                    name, kind = kinds[int(fine)]
                    photos.append(GroceryPhoto(path, name, kind, part))
    except FileNotFoundError as error:
        missing = Path(str(error.filename)).name
        raise RverError(
            f"{dataset} is not the grocery store data set: it has no {missing}; choose its folder “dataset”."
        ) from error
    except (ValueError, KeyError, IndexError) as error:
        raise RverError(f"The lists of the grocery store data set in {dataset} are damaged; fetch it again.") from error
    if not photos:
        raise RverError(f"The lists of the grocery store data set in {dataset} are empty; fetch it again.")
    return photos


def look_alikes(photos: Sequence[GroceryPhoto]) -> dict[str, list[str]]:
    """The groups of classes that are taken for one another: apples, pears, milks, juices."""
    groups: dict[str, list[str]] = {}
    for group, kind in LOOK_ALIKE_KINDS.items():
        names = dict.fromkeys(photo.class_name for photo in photos if photo.kind == kind)
        if len(names) > 1:
            groups[group] = list(names)
    return groups


def find_masks(
    dataset: Path,
    photos: Sequence[GroceryPhoto],
    file: Path,
    workers: int = 1,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, FoundMask]:
    """The object of every photo, by path. What ``file`` holds already is not asked for again.

    Args:
        dataset: the folder that the photos' paths start from.
        photos: which.
        file: one JSON object a line, added to as masks are found, so that a killed run goes on where it was.
        workers: processes.
        progress: called with (done, total).

    Raises:
        RverError: a photo cannot be opened, or the file cannot be written.
    """
    found: dict[str, FoundMask] = {}
    if file.exists():
        lines = file.read_text(encoding="utf-8").splitlines()
        found = {mask.path: mask for mask in map(FoundMask.parse, lines) if mask is not None}
    todo = [photo.path for photo in photos if photo.path not in found]
    progress(len(photos) - len(todo), len(photos))
    if not todo:
        return found
    # a last line that was cut off must not spoil the next one
    write_text(file, "".join(f"{mask.line()}\n" for mask in found.values()))
    find = partial(_find, str(dataset))
    with file.open("a", encoding="utf-8") as out:
        if workers == 1:
            _collect(map(find, todo), found, out, len(photos), progress)
        else:
            with ProcessPoolExecutor(workers) as pool:
                _collect(pool.map(find, todo, chunksize=8), found, out, len(photos), progress)
    return found


def _collect(
    masks: Any, found: dict[str, FoundMask], out: Any, total: int, progress: Callable[[int, int], None]
) -> None:
    for mask in masks:
        found[mask.path] = mask
        try:
            out.write(f"{mask.line()}\n")
            out.flush()
        except OSError as error:
            raise RverError(f"The masks could not be written ({error.strerror}); free some space.") from error
        progress(len(found), total)


def _find(dataset: str, path: str) -> FoundMask:
    photo = load_photo(Path(dataset) / path)
    seen = central_object(photo, _segmenter(DEFAULT_SEGMENTER), lambda: _segmenter(_FALLBACK))
    return FoundMask(path, seen.mask, seen.found_by, seen.quality)


@cache
def _segmenter(name: str) -> Segmenter:
    """One of each a process: loading its network takes longer than a photo."""
    return create_segmenter(name)


def write_pairs(
    dataset: Path,
    photos: Sequence[GroceryPhoto],
    masks: Mapping[str, FoundMask],
    out: Path,
    parts: Mapping[str, str],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Counter[str]:
    """Write the two views of every photo as a pairs folder; an earlier one at ``out`` is replaced as a whole.

    Args:
        dataset: the folder that the photos' paths start from.
        photos: which.
        masks: by path.
        out: the pairs folder.
        parts: official list -> "train" or "test"; photos of other lists are left out.
        progress: called with (done, total).

    Returns:
        How many pairs each part has.
    """
    chosen = [photo for photo in photos if photo.part in parts]
    folders = folder_names(dict.fromkeys(photo.class_name for photo in chosen))
    counts = {part: Counter[str]() for part in ("train", "test")}
    with replacing_folder(out.absolute(), refusal) as building:
        for done, photo in enumerate(chosen, start=1):
            part = parts[photo.part]
            opened = load_photo(dataset / photo.path)
            # the official lists number every list's photos anew, so the list is part of the name
            stem = encode_name(f"{photo.part}-{Path(photo.path).stem}")
            for view, pixels in zip((ROI, EXTRA), views(opened.pixels, masks[photo.path].mask), strict=True):
                folder = building / part / view / folders[photo.class_name]
                folder.mkdir(parents=True, exist_ok=True)
                Image.fromarray(pixels).save(folder / f"{pair_name(stem, opened.key, 1)}.jpg", **_JPEG)
            counts[part][photo.class_name] += 1
            progress(done, len(chosen))
        marker = {
            "format": FORMAT,
            "version": 1,
            "project": "grocery store data set",
            "classes": [
                {"name": name, "folder": folder} | {part: counts[part][name] for part in counts}
                for name, folder in folders.items()
            ],
        }
        (building / MARKER).write_text(json.dumps(marker, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        (building / CLASS_NAMES).write_text("".join(f"{name}\n" for name in folders), encoding="utf-8")
    return Counter({part: count.total() for part, count in counts.items()})


def prepare(
    dataset: Path,
    out: Path,
    workers: int = 1,
    progress: Callable[[str, int, int], None] = lambda what, done, total: None,
) -> dict[str, Any]:
    """Masks and both pairs folders (``FOLDERS``) below ``out``; what is there already is not made again.

    Returns:
        photos, how often which segmenter found the object (found_by), the mean share of the photo that is object
        (area), look_alikes, and for each folder how many pairs its parts have. Also written to out/summary.json.
    """
    photos = read_photos(dataset)
    masks = find_masks(dataset, photos, out / MASKS_FILE, workers, partial(progress, "Finding objects"))
    used = [masks[photo.path] for photo in photos]
    summary: dict[str, Any] = {
        "photos": len(photos),
        "found_by": dict(Counter(mask.found_by for mask in used).most_common()),
        "found_by_in": {
            part: dict(Counter(masks[p.path].found_by for p in photos if p.part == part).most_common())
            for part in PARTS
        },
        "area": sum(mask.mask.area / (mask.mask.size[0] * mask.mask.size[1]) for mask in used) / len(used),
        "look_alikes": look_alikes(photos),
        "folders": {},
    }
    for name, parts in FOLDERS.items():
        wanted = Counter(parts[photo.part] for photo in photos if photo.part in parts)
        folder = out / name
        if _pairs_in(folder) != wanted:
            write_pairs(dataset, photos, masks, folder, parts, partial(progress, f"Writing {name}"))
        summary["folders"][name] = dict(wanted)
    # evaluate and study take the groups from the folder above the pairs
    write_text(out / LOOK_ALIKES_FILE, json.dumps(summary["look_alikes"], ensure_ascii=False, indent=1) + "\n")
    write_text(out / "summary.json", json.dumps(summary, ensure_ascii=False, indent=1) + "\n")
    return summary


def _pairs_in(folder: Path) -> Counter[str]:
    """How many pairs each part of a finished pairs folder has; empty if there is none."""
    try:
        marker = json.loads((folder / MARKER).read_text(encoding="utf-8"))
        return Counter({part: sum(entry[part] for entry in marker["classes"]) for part in ("train", "test")})
    except (OSError, ValueError, KeyError, TypeError):
        return Counter()


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Make pairs of the grocery store data set.")
    parser.add_argument("dataset", type=Path, help="its folder “dataset”")
    parser.add_argument("out", type=Path, help="a folder for the masks and the pairs")
    parser.add_argument("--workers", type=int, default=1, help="processes that look for objects")
    chosen = parser.parse_args(arguments)
    give_way(TRAINING)
    told = 0

    def tell(what: str, done: int, total: int) -> None:
        nonlocal told
        share = done * 20 // max(total, 1)
        if share != told:
            told = share
            sys.stderr.write(f"{what}: {done} of {total}\n")

    summary = prepare(chosen.dataset, chosen.out, chosen.workers, tell)
    sys.stdout.write(json.dumps(summary, ensure_ascii=False, indent=1) + "\n")


__all__ = [
    "WHOLE_PHOTO",
    "FoundMask",
    "GroceryPhoto",
    "find_masks",
    "look_alikes",
    "prepare",
    "read_photos",
    "write_pairs",
]

if __name__ == "__main__":
    main()
