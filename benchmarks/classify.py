"""What leaving empty patches out brings a vision transformer as ROI branch: time, and names after a small training.

    python benchmarks/classify.py            # times
    python benchmarks/classify.py --train    # and the small training, some minutes

``rvergui bench classify`` times a whole network.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from rvergui.runtime.settings import Settings
from rvergui.rvernet.backbones import create_backbone
from rvergui.rvernet.network import NetworkPlan, RveRNet, start_network, to_batch
from rvergui.rvernet.preprocessing import Preprocessing, ViewCutter
from rvergui.samples import SAMPLE_CLASSES, render_meal

SHARES = (0.05, 0.15, 0.30)
SIZE = 224


def speed(name: str, rounds: int) -> list[dict[str, float]]:
    """One object that covers a share of the view: milliseconds of processor time with all patches and without."""
    plain = create_backbone(name, SIZE, {})
    skipping = create_backbone(f"{name}.skip_black", SIZE, {}).module.eval()
    module = plain.module.eval()
    mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in (plain.mean, plain.std))
    found = []
    for share in SHARES:
        side = round(SIZE * share**0.5)
        start = (SIZE - side) // 2
        view = torch.zeros(1, 3, SIZE, SIZE)
        view[:, :, start : start + side, start : start + side] = torch.rand(3, side, side)
        normal = (view - mean) / std
        times: tuple[list[float], list[float]] = ([], [])
        with torch.inference_mode():
            for _ in range(rounds + 2):
                for mine, network in zip(times, (module, skipping), strict=True):
                    begin = time.process_time()
                    network(normal)
                    mine.append((time.process_time() - begin) * 1000)
            patches = int(skipping.filled(normal).sum())
        all_ms, ms = (statistics.median(mine[2:]) for mine in times)
        found.append({"share": share, "patches": patches, "all_ms": all_ms, "ms": ms, "faster": all_ms / ms})
    return found


def meals(seeds: range, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """ROI views, extra-ROI views and class numbers of all foods of rendered meals."""
    pairs, names = [], []
    for seed in seeds:
        meal = render_meal(seed)
        cutter = ViewCutter(meal.pixels, Preprocessing(size=size))
        for thing in meal.objects:
            pairs.append(cutter.views(thing.mask))
            names.append(list(SAMPLE_CLASSES).index(thing.name))
    return np.stack([p[0] for p in pairs]), np.stack([p[1] for p in pairs]), np.array(names)


def small_training(roi: str, size: int, train_meals: int, test_meals: int, epochs: int, seed: int) -> dict[str, float]:
    """Top-1 on other meals of a network trained from what weights are here, and the seconds that training took."""
    roi_views, extra_views, target = meals(range(train_meals), size)
    plan = NetworkPlan(roi=roi, extra_roi="mobilenetv2_050")
    network = start_network(plan, len(SAMPLE_CLASSES), size, Settings().weight_folders(), seed)
    random = np.random.default_rng(seed)
    torch.manual_seed(seed)
    batch = 32
    steps = epochs * (len(target) // batch)
    optimiser = torch.optim.AdamW(network.parameters(), lr=5e-4, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 5e-4, total_steps=steps, pct_start=0.15)
    begin = time.perf_counter()
    network.train()
    for _ in range(epochs):
        order = random.permutation(len(target))
        for first in range(0, len(order) - batch + 1, batch):
            chosen = order[first : first + batch]
            flip = -1 if random.random() < 0.5 else 1
            roi_batch, extra_batch = (to_batch(views[chosen][:, :, ::flip]) for views in (roi_views, extra_views))
            loss = cross_entropy(network(roi_batch, extra_batch), torch.from_numpy(target[chosen]), label_smoothing=0.1)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    seconds = time.perf_counter() - begin
    return {"seed": seed, "train_objects": len(target), "seconds": seconds, **_score(network, size, test_meals)}


def _score(network: RveRNet, size: int, test_meals: int) -> dict[str, float]:
    roi_views, extra_views, target = meals(range(100_000, 100_000 + test_meals), size)
    network.eval()
    with torch.inference_mode():
        parts = [
            network(to_batch(roi_views[i : i + 64]), to_batch(extra_views[i : i + 64])).argmax(1)
            for i in range(0, len(target), 64)
        ]
    return {"test_objects": len(target), "top1": float((torch.cat(parts).numpy() == target).mean())}


def main() -> None:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backbone", default="deit_tiny_patch16_224")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--train", action="store_true")
    parser.add_argument("--size", type=int, default=112, help="side of the views in the training")
    parser.add_argument("--meals", type=int, default=200)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--seeds", type=int, default=2)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    print(json.dumps({"speed": speed(asked.backbone, asked.rounds)}, indent=1), flush=True)
    for seed in range(asked.seeds if asked.train else 0):
        for name in (asked.backbone, f"{asked.backbone}.skip_black"):
            got = small_training(name, asked.size, asked.meals, 60, asked.epochs, seed)
            print(json.dumps({"roi": name, **got}), flush=True)


if __name__ == "__main__":
    main()
