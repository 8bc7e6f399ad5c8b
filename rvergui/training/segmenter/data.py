"""The batches of the training: a pure function of the seed and the batch's number, so that a run goes on anywhere."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from rvergui.training.segmenter.collage import CollageScenes
from rvergui.training.segmenter.crops import Crop, crop
from rvergui.training.segmenter.cutouts import Cutout, PastedScenes, cutout, on_white
from rvergui.training.segmenter.meals import meal_scenes
from rvergui.training.segmenter.photo_sets import (
    PhotoScenes,
    coco_scenes,
    food_images,
    index_mask_scenes,
    pictures,
)
from rvergui.training.segmenter.scenes import Mixture, Scene, SceneSource

# A made-up scene costs many times what a look at it costs: so many batches look at the same scenes.
LOOKS = 3
_TRIES = 20


@dataclass(frozen=True)
class Shares:
    """How often each kind of scene is shown."""

    coco: float = 0.26
    clothing: float = 0.14
    collage: float = 0.26
    pasted: float = 0.24
    meals: float = 0.1


def all_scenes(data: Path, shares: Shares, rendered: int, every: int = 1) -> Mixture:
    """The scenes made of the photo sets below ``data``; the COCO photos that show food are left for the evaluation.

    Args:
        data: a folder with coco_cc, clothing_co_parsing and grocery_store.
        shares: of the kinds.
        rendered: how many sample meals are rendered.
        every: take every n-th photo of the large sets (for a quick try).
    """
    held_out = food_images(data / "coco_cc" / "instances.json")
    coco = coco_scenes(
        data / "coco_cc" / "instances.json", data / "coco_cc" / "images", lambda image: image not in held_out
    )
    clothing = index_mask_scenes(
        data / "clothing_co_parsing" / "images",
        data / "clothing_co_parsing" / "masks",
        lambda stem: int(stem) % every == 0,
    )
    shop = sorted((data / "grocery_store" / "dataset" / "train").rglob("*.jpg"))
    surfaces = pictures(shop[:: 2 * every], 400)
    shots = pictures(sorted((data / "grocery_store" / "dataset").glob("iconic*/**/*.jpg")), 400)
    products = [found for shot in shots if (found := cutout(shot, on_white(shot))) is not None]
    things = products * 2 + _cut_from(coco, 3) + _cut_from(clothing, 1)[::4]
    others = surfaces[::3] + [scene.picture for scene in coco.scenes]
    sources: list[tuple[SceneSource, float]] = [
        (coco, shares.coco),
        (clothing, shares.clothing),
        (CollageScenes(surfaces, others), shares.collage),
        (PastedScenes(things, others), shares.pasted),
        (meal_scenes(rendered), shares.meals),
    ]
    return Mixture([(source, share) for source, share in sources if share > 0])


def _cut_from(scenes: PhotoScenes, most: int) -> list[Cutout]:
    found = []
    for scene in scenes.scenes:
        for region in range(min(most, len(scene.regions))):
            piece = cutout(scene.picture, scene.mask(region))
            if piece is not None:
                found.append(piece)
    return found


class ClickBatches:
    """Batch number ``i`` of ``crops`` crops with ``objects`` objects each.

    Its tensors: "picture" (crops, 3, side, side) uint8, "truth" (crops * objects, side/2, side/2) uint8, "draft"
    (crops * objects, 1, side/4, side/4) float32, "box" (crops * objects, 4) float32.
    """

    def __init__(self, scenes: SceneSource, seed: int, side: int, crops: int, objects: int) -> None:
        self._scenes = scenes
        self._seed = seed
        self._side = side
        self._crops = crops
        self._objects = objects
        self._kept: tuple[int, list[Scene]] = (-1, [])

    def __getitem__(self, number: int) -> dict[str, torch.Tensor]:
        group = number // LOOKS
        if self._kept[0] != group:
            made = [
                self._scenes.scene(np.random.default_rng([self._seed, group, place])) for place in range(self._crops)
            ]
            self._kept = (group, made)
        seen = [self._look(number, place, scene) for place, scene in enumerate(self._kept[1])]
        return {
            "picture": torch.from_numpy(np.stack([c.picture for c in seen])).permute(0, 3, 1, 2).contiguous(),
            "truth": torch.from_numpy(np.concatenate([c.truths for c in seen])),
            "draft": torch.from_numpy(np.concatenate([c.drafts for c in seen]))[:, None],
            "box": torch.from_numpy(np.concatenate([c.boxes for c in seen])),
        }

    def _look(self, number: int, place: int, scene: Scene) -> Crop:
        dice = np.random.default_rng([self._seed, 1, number, place])
        for attempt in range(_TRIES):
            found = crop(scene, self._side, self._objects, dice) if scene.regions else None
            if found is not None:
                return found
            scene = self._scenes.scene(np.random.default_rng([self._seed, 2, number, place, attempt]))
        raise RuntimeError(f"{_TRIES} scenes in a row had nothing to cut out")


def made_ahead(
    batches: ClickBatches, start: int, stop: int, depth: int = 4
) -> Generator[dict[str, torch.Tensor], None, None]:
    """The batches ``start`` to ``stop``, in order, made by a thread while others are trained on.

    A thread, not a process: a forked one would inherit the locks of every library's threads, and one started anew would
    need a copy of all photos. Most of the work is OpenCV's, which lets other threads run. Close it to end the thread.
    """
    with ThreadPoolExecutor(1, "batches") as pool:
        waiting: deque[Future[dict[str, torch.Tensor]]] = deque()
        try:
            for number in range(start, stop):
                waiting.append(pool.submit(batches.__getitem__, number))
                if len(waiting) == depth:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
