"""Photos a second of ``rvergui predict``, against one photo after the other through the plain single calls.

    python benchmarks/predict.py --photos 12 --workers 1,2

The plain way is what a script would do: load the networks once, then for each photo open it, find everything, and name
one object after the other, with all cores for each network. ``predict`` divides the cores among processes. The loading
of networks counts for neither. Everything is measured in one run, the plain way before and after, and the ratio is to
its mean; what else the machine is doing is said.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from pathlib import Path

from rvergui.batch.models import model_of
from rvergui.batch.options import PredictOptions
from rvergui.batch.predict import predict
from rvergui.core.photo_loading import load_photo
from rvergui.rvernet.predictor import Predictor
from rvergui.samples import write_meals
from rvergui.segment.answers import look
from rvergui.segment.find import everything
from rvergui.segment.registry import create_segmenter


def plainly(photos: list[Path], segmenter_name: str, model: Path) -> tuple[float, int]:
    """Photos a second, and how many objects were named."""
    segmenter, predictor = create_segmenter(segmenter_name), Predictor.load(model)
    named = 0
    begin = time.perf_counter()
    for path in photos:
        photo = load_photo(path)
        for proposal in everything(segmenter, look(segmenter, photo)):
            named += len(predictor.classify(photo, [proposal.mask], top=1))
    return len(photos) / (time.perf_counter() - begin), named


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=int, default=12)
    parser.add_argument("--size", default="640x480", help="of the rendered photos")
    parser.add_argument("--workers", default="1,2", help="numbers of processes to try")
    parser.add_argument("--segmenter", default="starter")
    options = parser.parse_args()
    width, height = (int(side) for side in options.size.split("x"))
    model, _ = model_of(None)
    found: dict[str, object] = {
        "photos": options.photos,
        "size": options.size,
        "segmenter": options.segmenter,
        "cores": os.cpu_count(),
        "load": os.getloadavg() if hasattr(os, "getloadavg") else None,
    }
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "photos"
        photos = [path for path, _ in write_meals(folder, options.photos, seed=500, size=(height, width))]
        plain = [plainly(photos, options.segmenter, model)]
        ways: dict[int, tuple[float, int]] = {}
        for workers in (int(number) for number in options.workers.split(",")):
            how = PredictOptions(options.segmenter, model=model)
            report = predict(folder, Path(place) / f"{workers}.jsonl", how, workers=workers)
            ways[workers] = (report.per_second or 0.0, report.named)
        plain.append(plainly(photos, options.segmenter, model))
    pace = statistics.mean(speed for speed, _ in plain)
    found["plain_per_second"] = [round(speed, 3) for speed, _ in plain]
    found["objects"] = plain[0][1]
    for workers, (speed, named) in ways.items():
        found[f"workers_{workers}"] = {"per_second": round(speed, 3), "ratio": round(speed / pace, 2), "named": named}
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
