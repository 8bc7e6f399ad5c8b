"""What ``learning_walk.py`` labels: photos of classes that a network has never seen, and a project for them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from rvergui.core import Item, Mask, Source, SourceKind, Taxonomy
from rvergui.core.photo_loading import content_hash, read_photo_file
from rvergui.project.store import Project
from rvergui.rvernet.checkpoint import read_header
from rvergui.samples import SAMPLE_CLASSES, write_meals
from rvergui.training.grocery import FoundMask, read_photos

PROJECT = "walk.rver"
# Sample meals have fourteen foods; sauces are left out, because their surroundings alone tell what they are.
UNSEEN = ("noodles", "rice", "steak", "cucumber", "carrot", "bread")
SAUCES = SAMPLE_CLASSES[-4:]
KNOWN = tuple(name for name in SAMPLE_CLASSES if name not in (*UNSEEN, *SAUCES))
_KNOWN_MEALS, _FIRST_SEED = 24, 1000
_FROM = "groceries"


@dataclass(frozen=True)
class Photo:
    """A photo to label: where a person would click (x, y), and what it is."""

    name: str
    place: tuple[float, float]
    wanted: str


def middle_of(mask: Mask) -> tuple[float, float]:
    """The pixel that lies farthest inside."""
    inside = np.pad(mask.array().astype(np.uint8), 1)
    _, _, _, place = cv2.minMaxLoc(cv2.distanceTransform(inside, cv2.DIST_L2, 3))
    return place[0] - 0.5, place[1] - 0.5


def groceries(dataset: Path, masks: Path, checkpoint: Path, folder: Path, photos: int, classes: int) -> list[Photo]:
    """Official test photos of classes that the checkpoint does not know, copied to ``folder``, with a project."""
    parsed = (FoundMask.parse(line) for line in masks.read_text(encoding="utf-8").splitlines())
    found = {mask.path: mask.mask for mask in parsed if mask is not None}
    known = read_header(checkpoint).classes
    unseen = [each for each in read_photos(dataset) if each.part == "test" and each.class_name not in set(known)]
    random = np.random.default_rng(0)
    names = list(dict.fromkeys(each.class_name for each in unseen))[:classes]
    chosen = []
    for name in names:
        own = [each for each in unseen if each.class_name == name]
        chosen += [own[int(place)] for place in random.permutation(len(own))[: photos // classes]]
    told = []
    for number, place in enumerate(random.permutation(len(chosen))):
        photo = chosen[int(place)]
        name = f"{number:03d}.jpg"
        shutil.copyfile(dataset / photo.path, folder / name)
        told.append(Photo(name, middle_of(found[photo.path]), photo.class_name))
    _begin(folder, told, checkpoint)
    return told


def sample_meals(checkpoint: Path | None, folder: Path, photos: int, classes: int) -> list[Photo]:
    """Rendered meals, of each one food; without a checkpoint one is trained first that knows the other foods."""
    wanted = UNSEEN[:classes]
    if checkpoint is None:
        checkpoint = _train_on_others(folder / "others")
    left = dict.fromkeys(wanted, photos // len(wanted))
    found: list[tuple[Path, str, Mask]] = []
    seed = _FIRST_SEED
    while any(left.values()):
        ((path, meal),) = write_meals(folder / f"made-{seed}", 1, seed)
        for each in sorted(meal.objects, key=lambda made: -made.mask.area):
            if left.get(each.name):
                left[each.name] -= 1
                found.append((path, each.name, each.mask))
                break
        seed += 1
    told = []
    for number, place in enumerate(np.random.default_rng(0).permutation(len(found))):
        path, name, mask = found[int(place)]
        shutil.copyfile(path, folder / f"{number:03d}.jpg")
        told.append(Photo(f"{number:03d}.jpg", middle_of(mask), name))
    _begin(folder, told, checkpoint)
    return told


def _begin(folder: Path, photos: list[Photo], checkpoint: Path) -> None:
    with Project.create(folder / PROJECT, Taxonomy.from_names(read_header(checkpoint).classes)) as project:
        project.add_photos([folder / photo.name for photo in photos])
        project.set_model_path(checkpoint)


def _train_on_others(folder: Path) -> Path:
    """A head on the shipped network of groceries that knows the foods which nobody labels in the walk."""
    out = folder / "others.safetensors"
    source = Source.now(SourceKind.IMPORT, "sample meals")
    meals = write_meals(folder, _KNOWN_MEALS)
    with Project.create(folder / "others.rver", Taxonomy.from_names(KNOWN)) as project:
        taxonomy = project.taxonomy()
        for record, (path, meal) in zip(project.add_photos([path for path, _ in meals]), meals, strict=True):
            project.set_photo_facts(record.id, content_hash(read_photo_file(path)), meal.pixels.shape[:2], None)
            before = sheet = project.sheet(record.id)
            for made in meal.objects:
                food = taxonomy.find(made.name)
                if food is not None:
                    sheet = sheet.with_item(Item.new(made.mask, source).named(food.id, source))
            project.save_sheet(before, sheet, "label")
    command = ["train", str(folder / "others.rver"), "--out", str(out), "--what", "head", "--from", _FROM]
    subprocess.run([sys.executable, "-m", "rvergui", *command, "--epochs", "30"], check=True, stdout=sys.stderr)
    return out
