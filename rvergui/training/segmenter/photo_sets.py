"""Real photos with masks, kept in memory: COCO instances, index masks, and photos without masks as backgrounds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from pycocotools import mask as coco_mask

from rvergui.core.photo_loading import load_photo
from rvergui.training.segmenter.scenes import Labels, Pixels, Region, Scene, fit_side, resized

LONGEST_SIDE = 640
_SMALLEST_AREA = 300  # pixels at that size


class PhotoScenes:
    """Scenes that are photos as they are."""

    def __init__(self, scenes: list[Scene]) -> None:
        self.scenes = scenes

    def scene(self, dice: np.random.Generator) -> Scene:
        """One of the photos."""
        return self.scenes[int(dice.integers(len(self.scenes)))]


def coco_scenes(instances: Path, images: Path, wanted: Callable[[int], bool]) -> PhotoScenes:
    """The photos of a COCO file for whose image id ``wanted`` is true; crowds are left out."""
    described = json.loads(instances.read_text(encoding="utf-8"))
    by_image: dict[int, list[dict[str, Any]]] = {}
    for annotation in described["annotations"]:
        if not annotation.get("iscrowd"):
            by_image.setdefault(annotation["image_id"], []).append(annotation)
    scenes = []
    for image in described["images"]:
        annotations = by_image.get(image["id"], [])
        if not annotations or not wanted(image["id"]):
            continue
        picture = load_photo(images / image["file_name"]).pixels
        factor = fit_side(picture, LONGEST_SIDE)
        picture = resized(picture, factor)
        layers: list[Labels] = []
        regions: list[Region] = []
        for annotation in annotations:
            mask = _decoded(annotation["segmentation"], image["height"], image["width"])
            mask = cv2.resize(mask, picture.shape[1::-1], interpolation=cv2.INTER_NEAREST)
            if mask.sum() >= _SMALLEST_AREA:
                regions.append((len(layers), (1,), 1.0))
                layers.append(np.asarray(mask))
        if regions:
            scenes.append(Scene(picture, tuple(layers), tuple(regions)))
    return PhotoScenes(scenes)


def food_images(instances: Path) -> set[int]:
    """The ids of the images that show food: the photos on which quality is measured."""
    described = json.loads(instances.read_text(encoding="utf-8"))
    food = {c["id"] for c in described["categories"] if c.get("supercategory") == "food"}
    return {a["image_id"] for a in described["annotations"] if a["category_id"] in food}


def _decoded(segmentation: Any, height: int, width: int) -> Pixels:
    if isinstance(segmentation, list):
        encoded = coco_mask.merge(coco_mask.frPyObjects(segmentation, height, width))
    elif isinstance(segmentation["counts"], list):
        encoded = coco_mask.frPyObjects(segmentation, height, width)
    else:
        encoded = segmentation
    return np.asarray(coco_mask.decode(encoded), dtype=np.uint8)


def index_mask_scenes(images: Path, masks: Path, wanted: Callable[[str], bool]) -> PhotoScenes:
    """Photos with index masks of the same stem; every label is a region, and all of them together are one."""
    scenes = []
    for path in sorted(images.iterdir()):
        mask_path = masks / f"{path.stem}.png"
        if not wanted(path.stem) or not mask_path.exists():
            continue
        picture = load_photo(path).pixels
        labels = np.asarray(cv2.imread(str(mask_path), cv2.IMREAD_UNCHANGED))
        if labels.ndim != 2 or labels.shape != picture.shape[:2]:
            continue
        labels = labels.astype(np.uint8)
        counts = np.bincount(labels.ravel(), minlength=256)
        present = [label for label in range(1, 256) if counts[label] >= _SMALLEST_AREA // 2]
        if not present:
            continue
        regions: list[Region] = [(0, (label,), 1.0) for label in present]
        regions.append((0, tuple(present), 0.7))
        scenes.append(Scene(picture, (labels,), tuple(regions)))
    return PhotoScenes(scenes)


def pictures(paths: Iterable[Path], longest: int) -> list[Pixels]:
    """Photos without masks, shrunk to ``longest``."""
    found = []
    for path in paths:
        picture = load_photo(path).pixels
        found.append(resized(picture, fit_side(picture, longest)))
    return found
