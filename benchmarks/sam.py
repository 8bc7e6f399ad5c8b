"""How fast the SAM family answers here, against the official predictor in the same run.

Run as ``python benchmarks/sam.py [--json] [--quick] [--only clicks]``; needs no weights (random ones are as slow as
trained ones), no screen, 6 GB of memory, and about ten minutes on two cores, most of them in the official predictor.
What is compared takes turns, so that a busy machine slows both; medians. Beside the time that passed stands the
processors' time. On a machine with more to do than processors neither is worth much: PyTorch's threads wait for each
other at every step. The conversion for OpenVINO is done before, in a folder of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from segment_anything import SamPredictor, sam_model_registry

from rvergui.core import Mask, Photo, Point, Prompt
from rvergui.samples import render_meal
from rvergui.segment.mobile_sam import MobileSamArchitecture
from rvergui.segment.protocol import Candidates, Embedding
from rvergui.segment.sam import SamSegmenter
from rvergui.segment.sam_architecture import build_sam
from rvergui.segment.upsample import candidate_mask

SIZES = {"12 megapixels": (3000, 4000), "1280x960": (960, 1280)}
PARTS = ["encode", "clicks", "starts"]
TARGETS = {
    "encode ViT-B": 1.6,
    "ready with MobileSAM": 8.0,
    "click, 12 megapixels": 4.0,
    "click on a dish, 12 megapixels": 4.0,
    "click on a dish, 1280x960": 2.0,
    "click, 1280x960": 2.0,
}

MOBILE = MobileSamArchitecture(
    widths=(64, 128, 160, 320), depths=(2, 2, 6, 2), heads=(1, 4, 5, 10), windows=(1, 7, 14, 7), mlp_ratio=4.0,
    expansion=4.0, local_kernel=3, image_size=1024, patch=16, prompt_width=256, mask_channels=16, decoder_depth=2,
    decoder_mlp=2048, masks=3, score_depth=3, score_width=256,
)  # fmt: skip

_START_OFFICIAL = """
import sys, time
begin = time.perf_counter()
import numpy as np
from PIL import Image
from segment_anything import SamPredictor, sam_model_registry
predictor = SamPredictor(sam_model_registry["vit_b"](checkpoint=sys.argv[1]).eval())
predictor.set_image(np.asarray(Image.open(sys.argv[2]).convert("RGB")))
print(time.perf_counter() - begin)
"""
_START_OURS = """
import sys, time
begin = time.perf_counter()
from pathlib import Path
from rvergui.core.photo_loading import load_photo
from rvergui.segment.sam import SamSegmenter
segmenter = SamSegmenter(Path(sys.argv[1]))
segmenter.encode(load_photo(Path(sys.argv[2])))
print(time.perf_counter() - begin)
segmenter.close()
"""


@dataclass
class Times:
    """Seconds of one thing, each time it was done: as they passed, and as the processors counted them."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def add(self, work: Callable[[], object]) -> None:
        """Do ``work`` and note how long it took."""
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        self.wall.append(time.perf_counter() - wall)
        self.cpu.append(time.process_time() - cpu)

    @property
    def ms(self) -> float:
        """The median of the milliseconds that passed."""
        return statistics.median(self.wall) * 1000

    @property
    def cpu_ms(self) -> float:
        """The median of the processors' milliseconds."""
        return statistics.median(self.cpu) * 1000 if self.cpu else float("nan")


@dataclass
class Row:
    """One comparison: the official predictor, and ours."""

    what: str
    official: Times
    ours: Times

    @property
    def ratio(self) -> float:
        """How many times as fast ours is: the median over turns, so a slow moment counts once."""
        return statistics.median(a / b for a, b in zip(self.official.wall, self.ours.wall, strict=True))

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return {
            "what": self.what,
            "official_ms": round(self.official.ms, 1),
            "ours_ms": round(self.ours.ms, 1),
            "times_as_fast": round(self.ratio, 2),
            "processor_time_ratio": round(self.official.cpu_ms / self.ours.cpu_ms, 2) if self.ours.cpu else None,
            "target": TARGETS.get(self.what),
            "official_all_ms": [round(seconds * 1000, 1) for seconds in self.official.wall],
            "ours_all_ms": [round(seconds * 1000, 1) for seconds in self.ours.wall],
        }


def photo(size: tuple[int, int]) -> Photo:
    """A rendered meal of that size with a camera's noise."""
    height, width = size
    pixels = np.asarray(Image.fromarray(render_meal(3).pixels).resize((width, height), Image.Resampling.BICUBIC))
    noise = np.random.default_rng(0).integers(-6, 7, size=pixels.shape, dtype=np.int16)
    return Photo.from_array(np.clip(pixels.astype(np.int16) + noise, 0, 255).astype(np.uint8))


def random_vit_b(path: Path) -> Path:
    """A checkpoint of SAM ViT-B with random weights."""
    torch.manual_seed(7)
    torch.save(sam_model_registry["vit_b"]().state_dict(), path)
    return path


def random_mobile_sam(path: Path) -> Path:
    """A checkpoint of MobileSAM with random weights, under the published names."""
    torch.manual_seed(7)
    torch.save({_published(name): tensor for name, tensor in build_sam(MOBILE).state_dict().items()}, path)
    return path


def _published(name: str) -> str:
    body = "image_encoder.body."
    if not name.startswith(body):
        return name
    parts = name.removeprefix(body).replace(".conv.weight", ".c.weight").split(".")
    if parts[0] == "patch_embed":
        parts[1:2] = ["seq", {"conv1": "0", "conv2": "2"}[parts[1]]]
    else:  # a down-sampling layer counts to the stage before
        parts[:2] = ["layers", str(int(parts[1]) - (parts[2] == "downsample"))]
    return "image_encoder." + ".".join(parts)


class Bench:
    """The official predictor and our segmenters on the same weights and photos."""

    def __init__(self, folder: Path, vit_b: Path | None, mobile: Path | None, int8: bool) -> None:
        self.vit_b = vit_b or random_vit_b(folder / "vit_b.pth")
        self.mobile = mobile or random_mobile_sam(folder / "mobile.pth")
        self.picture = folder / "photo.jpg"
        self.photos = {name: photo(size) for name, size in SIZES.items()}
        Image.fromarray(self.photos["12 megapixels"].pixels).save(self.picture, quality=92)
        self.conversion_s: dict[str, float] = {}
        self.segmenter = self._converted("SAM ViT-B", self.vit_b)
        self.small = self._converted("MobileSAM", self.mobile)
        self.small8 = self._converted("MobileSAM, 8 bit", self.mobile, int8=True) if int8 else None
        self.eager = SamSegmenter(self.vit_b, device="torch")
        sam = sam_model_registry["vit_b"](checkpoint=str(self.vit_b)).eval()
        self.predictor = SamPredictor(sam)
        self.rows: list[Row] = []
        self.agreement: dict[str, dict[str, float]] = {}

    def _converted(self, name: str, path: Path, int8: bool = False) -> SamSegmenter:
        begin = time.perf_counter()
        segmenter = SamSegmenter(path, int8=int8)
        segmenter.wait_ready()
        self.conversion_s[name] = round(time.perf_counter() - begin, 1)
        say(f"{segmenter.description} after {self.conversion_s[name]} s; {segmenter.why}")
        return segmenter

    def encode(self, rounds: int) -> None:
        """A photo of 12 megapixels, from its pixels to its embedding."""
        large = self.photos["12 megapixels"]
        official, ours, small, small8 = Times(), Times(), Times(), Times()
        self.segmenter.encode(large)
        self.small.encode(large)
        for turn in range(rounds):
            say(f"encoding, turn {turn + 1} of {rounds}")
            official.add(lambda: self.predictor.set_image(large.pixels))
            ours.add(lambda: self.segmenter.encode(large))
            small.add(lambda: self.small.encode(large))
            if self.small8 is not None:
                small8.add(lambda: self.small8.encode(large))  # type: ignore[union-attr]
        self.rows.append(Row("encode ViT-B", official, ours))
        self.rows.append(Row("ready with MobileSAM", official, small))
        if self.small8 is not None:
            self.rows.append(Row("ready with MobileSAM, 8 bit", official, small8))

    def clicks(self, rounds: int) -> None:
        """First clicks, and second ones that refine them, from the prompt to the mask at the photo's size."""
        for name, picture in self.photos.items():
            self.predictor.set_image(picture.pixels)
            embedding = self.segmenter.encode(picture)
            seen = Embedding(picture.key, picture.size, embedding.signature, {"features": self._official_features()})
            height, width = picture.size
            places = [(width * x, height * y) for x, y in _places(rounds)]
            say(f"clicks, {name}")
            self._compare(f"click, {name}", self.segmenter, seen, places)
            self._compare(f"click on a dish, {name}", self.segmenter, seen, places, _mask_of_a_dish)
            self._compare(f"click, {name}, PyTorch", self.eager, seen, places)
            self._refine(f"second click, {name}", seen, places)
            self._agree(name, embedding, places)

    def _official_features(self) -> NDArray[np.float32]:
        features: NDArray[np.float32] = self.predictor.features[0].numpy()
        return features

    def _compare(
        self,
        what: str,
        ours: SamSegmenter,
        seen: Embedding,
        places: Sequence[tuple[float, float]],
        click: Callable[[SamSegmenter, Embedding, tuple[float, float]], Mask] | None = None,
    ) -> None:
        row = Row(what, Times(), Times())
        for number, place in enumerate([places[0], *places]):
            if number == 1:
                row = Row(what, Times(), Times())  # what came first only warmed up
            row.official.add(partial(self._official, place))
            row.ours.add(partial(click or _mask, ours, seen, place))
        self.rows.append(row)

    def _refine(self, what: str, seen: Embedding, places: Sequence[tuple[float, float]]) -> None:
        row = Row(what, Times(), Times())
        for number, (place, other) in enumerate(zip(places, [*places[1:], places[0]], strict=True)):
            first = self.segmenter.decode(seen, _click(place))
            second = Prompt(points=(*_click(place).points, Point(*other, False)))
            if number == 1:
                row = Row(what, Times(), Times())
            before = first.logits[first.best][None]
            both, labels = np.array([place, other]), np.array([1, 0])
            row.official.add(partial(self.predictor.predict, both, labels, mask_input=before, multimask_output=False))
            row.ours.add(partial(_mask, self.segmenter, seen, place, second, first))
        self.rows.append(row)

    def _agree(self, name: str, embedding: Embedding, places: Sequence[tuple[float, float]]) -> None:
        """How far the whole way, encoder included, gives the official answers."""
        features, mine = self._official_features(), embedding.arrays["features"]
        overlaps, scores = [], []
        for place in places:
            masks, official, _ = self._official(place)
            found = self.segmenter.decode(embedding, _click(place))
            for index in range(len(found)):
                overlaps.append(candidate_mask(found, index).iou(Mask.from_array(masks[index])))
            scores.append(float(np.abs(found.scores - official).max()))
        self.agreement[name] = {
            "iou_mean": round(float(np.mean(overlaps)), 5),
            "iou_least": round(float(np.min(overlaps)), 5),
            "scores_differ_by": float(f"{max(scores):.2g}"),
            "features_differ_by": float(f"{np.abs(features - mine).max() / features.std():.2g}"),
        }

    def _official(self, place: tuple[float, float]) -> tuple[NDArray[np.bool_], ...]:
        answer: tuple[NDArray[np.bool_], ...] = self.predictor.predict(np.array([place]), np.array([1]))
        return answer

    def starts(self, rounds: int) -> None:
        """From a fresh interpreter, files in the disk cache, to a photo that can be clicked on."""
        for what, path in (("start to ready, ViT-B", self.vit_b), ("start to ready, MobileSAM", self.mobile)):
            row = Row(what, Times(), Times())
            for turn in range(rounds):
                say(f"{what}, turn {turn + 1} of {rounds}")
                row.official.wall.append(_fresh(_START_OFFICIAL, self.vit_b, self.picture))
                row.ours.wall.append(_fresh(_START_OURS, path, self.picture))
            self.rows.append(row)


def _fresh(code: str, *arguments: Path) -> float:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def _click(place: tuple[float, float]) -> Prompt:
    return Prompt(points=(Point(*place),))


def _mask(
    segmenter: SamSegmenter,
    seen: Embedding,
    place: tuple[float, float],
    prompt: Prompt | None = None,
    before: Candidates | None = None,
) -> Mask:
    found = segmenter.decode(seen, prompt or _click(place), before)
    return candidate_mask(found, found.best)


def _mask_of_a_dish(segmenter: SamSegmenter, seen: Embedding, place: tuple[float, float]) -> Mask:
    """As ``_mask``, but the answer becomes one round dish of a tenth of the photo before it is brought to its size.

    Random weights answer with noise all over the photo, which is the most that there can be to do. Trained ones answer
    with an object. The official predictor does the same work for either.
    """
    found = segmenter.decode(seen, _click(place))
    side = found.logits.shape[-1]
    height, width = (round(length * scale) for length, scale in zip(found.size, reversed(found.scale), strict=True))
    rows, columns = np.mgrid[:side, :side].astype(np.float32)
    radius = float(np.sqrt(0.1 * height * width / np.pi))
    dish = radius - np.hypot(rows - height / 2, columns - width / 2)
    return candidate_mask(replace(found, logits=np.broadcast_to(dish, found.logits.shape)), found.best)


def _places(count: int) -> list[tuple[float, float]]:
    angles = np.linspace(0.0, 2 * np.pi, count, endpoint=False)
    return [(0.5 + 0.25 * float(np.cos(a)), 0.5 + 0.25 * float(np.sin(a))) for a in angles]


def machine() -> dict[str, object]:
    """What it was measured on, and with what."""
    packages = ("torch", "openvino", "segment-anything", "timm", "numpy")
    return {
        "python": platform.python_version(),
        "system": platform.system(),
        "processor": platform.processor() or platform.machine(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "load_at_start": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        **{name: version(name) for name in packages},
    }


def say(text: str) -> None:
    """Tell what is under way."""
    print(text, file=sys.stderr, flush=True)


def table(bench: Bench, here: dict[str, object]) -> str:
    """The results as Markdown."""
    lines = [
        ", ".join(f"{name} {value}" for name, value in here.items()),
        "",
        "| | official | ours | times as fast | by processor time | asked for |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for row in bench.rows:
        cpu = f"{row.official.cpu_ms / row.ours.cpu_ms:.1f}" if row.ours.cpu else ""
        target = f"{TARGETS[row.what]:.1f}" if row.what in TARGETS else ""
        lines.append(
            f"| {row.what} | {row.official.ms:,.0f} ms | {row.ours.ms:,.0f} ms | {row.ratio:.1f} | {cpu} | {target} |"
        )
    lines.append("")
    for name, figures in bench.agreement.items():
        told = ", ".join(f"{what.replace('_', ' ')} {value}" for what, value in figures.items())
        lines.append(f"Agreement with the official answers, {name}: {told}.")
    seconds = ", ".join(f"{name} {value} s" for name, value in bench.conversion_s.items())
    lines.append(f"Made ready (converted if it was not yet): {seconds}.")
    return "\n".join(lines)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--quick", action="store_true", help="fewer turns")
    parser.add_argument("--int8", action="store_true", help="MobileSAM at 8 bit, too; calibrating takes minutes")
    parser.add_argument("--vit-b", type=Path, help="a SAM ViT-B checkpoint; random weights without it")
    parser.add_argument("--mobile", type=Path, help="a MobileSAM checkpoint; random weights without it")
    parser.add_argument("--cache", type=Path, help="where converted networks are kept; a passing folder without it")
    parser.add_argument("--only", choices=PARTS, action="append", help="measure this part; may be given again")
    given = parser.parse_args()
    parts = given.only or PARTS
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        os.environ["RVERGUI_CACHE"] = str(given.cache or Path(name) / "cache")
        here = machine()
        bench = Bench(Path(name), given.vit_b, given.mobile, given.int8)
        if "encode" in parts:
            bench.encode(2 if given.quick else 3)
        if "clicks" in parts:
            bench.clicks(5 if given.quick else 15)
        if "starts" in parts:
            bench.starts(1 if given.quick else 2)
        for segmenter in (bench.segmenter, bench.small, bench.small8, bench.eager):
            if segmenter is not None:
                segmenter.close()
    if given.json:
        rows = [row.as_dict() for row in bench.rows]
        told = {"machine": here, "rows": rows, "agreement": bench.agreement, "ready_s": bench.conversion_s}
        print(json.dumps(told, indent=1))
    else:
        print(table(bench, here))
    return 0


if __name__ == "__main__":
    sys.exit(main())
