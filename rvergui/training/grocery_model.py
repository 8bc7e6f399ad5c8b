"""Builds the starter model of groceries: ``python -m rvergui.training.grocery_model DATA OUT.safetensors``.

DATA is what ``python -m rvergui.training.grocery`` made. Three steps, each of them resumable and never done twice:

- ``--step choose`` trains every candidate on the official training list and scores it on the official validation list.
- ``--step final`` trains the chosen candidate on both lists and judges it, once, by the official test list.
- ``--step few-shot`` trains it without some classes and measures how well its features tell these apart.

The test list takes no part in any choice: ``choose`` never opens it, ``final`` does so once and writes down what came
out, and ``few-shot``, which chooses nothing, names its photos of the classes that were left out.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rvergui.core import RverError
from rvergui.core.atomic import write_text
from rvergui.runtime.settings import Settings
from rvergui.rvernet.checkpoint import load_checkpoint
from rvergui.rvernet.network import RveRNet, start_network
from rvergui.training.evaluate import evaluate, open_examples
from rvergui.training.events import Event
from rvergui.training.grocery_few_shot import DRAWS, EVERY, as_rows, features_of, few_shot, left_out, subset
from rvergui.training.stages import train_stages

BACKBONE = "mobilenetv2_100"
LARGEST_FILE = 20_000_000

# What all candidates share. Everything learns: features of ImageNet's weights as they are reach 69 % at most.
_COMMON: Mapping[str, Any] = {
    "roi": BACKBONE,
    "extra_roi": BACKBONE,
    "preprocessing": "close_up",
    "batch_size": 32,
    "learning_rate": 1.5e-3,
    "weight_decay": 0.02,
    "label_smoothing": 0.1,
    "view_loss": 0.3,
    "turn": 15.0,
    "zoom": 0.25,
    "shift": 0.1,
    "light": 0.25,
    "outline": 0.5,
    "blackout": 0.1,
    "half": True,
}
CANDIDATES: Mapping[str, Mapping[str, Any]] = {
    "160px": {"stages": [{"size": 160, "epochs": 24}]},
    "192px": {"stages": [{"size": 192, "epochs": 16}]},
    "growing": {"stages": [{"size": 128, "epochs": 16}, {"size": 192, "epochs": 8, "learning_rate": 6e-4}]},
    "growing-gated": {
        "integration": "gated",
        "stages": [{"size": 128, "epochs": 16}, {"size": 192, "epochs": 8, "learning_rate": 6e-4}],
    },
    "192px-shared": {"shared": True, "extra_roi": None, "stages": [{"size": 192, "epochs": 16}]},
}
CHOSEN = "growing"


def train_candidate(candidate: str, source: Path, out: Path, emit: Callable[[Event], None], **changes: Any) -> Path:
    """Train a candidate; what was interrupted goes on where it was.

    Args:
        candidate: a name in ``CANDIDATES``.
        source: a folder of pairs.
        out: the checkpoint to write.
        emit: receives the events.
        changes: options that hold for all stages instead of the candidate's; None is none.

    Raises:
        RverError: there is no such candidate, or as ``train``.
    """
    if candidate not in CANDIDATES:
        raise RverError(f"There is no candidate {candidate}; choose one of {', '.join(CANDIDATES)}.")
    own = dict(CANDIDATES[candidate])
    stages = changes.pop("stages", None) or own.pop("stages")
    own.pop("stages", None)
    said = {name: value for name, value in changes.items() if value is not None}
    return train_stages({"source": source, **_COMMON, **own}, [{**stage, **said} for stage in stages], out, emit)


def choose(
    data: Path, work: Path, candidates: list[str], emit: Callable[[Event], None], **changes: Any
) -> dict[str, Any]:
    """Each candidate's scores on the official validation list; finished ones are read from ``work``."""
    found = {}
    for name in candidates:
        out = work / f"choose-{name}.safetensors"
        scores = work / f"choose-{name}.json"
        if not scores.exists():
            train_candidate(name, data / "choose", out, emit, val_share=0.1, **changes)
            write_text(scores, _json(_short(evaluate(out, data / "choose", "test"))))
        found[name] = json.loads(scores.read_text(encoding="utf-8"))
    return found


def final(data: Path, out: Path, candidate: str, emit: Callable[[Event], None], **changes: Any) -> dict[str, Any]:
    """Train the model that ships, judge it once, and write OUT.json beside it.

    A twentieth of the photos, drawn by the training from the official training and validation lists, chooses the epoch
    and fits the temperature.

    Raises:
        RverError: it was judged already (what was seen once must not be chosen by), or the file is too large.
    """
    scores = out.with_suffix(".json")
    if scores.exists():
        raise RverError(f"{out.name} was judged by the test list already; its scores are in {scores.name}.")
    train_candidate(candidate, data / "final", out, emit, val_share=0.05, **changes)
    size = out.stat().st_size
    if size > LARGEST_FILE:
        raise RverError(f"{out.name} has {size / 1e6:.1f} MB; {LARGEST_FILE / 1e6:.0f} MB is the most that ships.")
    alone = evaluate(out, data / "final", "test", context=False, bootstrap=0)
    result = {
        "candidate": candidate,
        "bytes": size,
        "test": _short(evaluate(out, data / "final", "test")),
        "test_without_surroundings": {name: alone[name] for name in ("top1", "top5", "macro_f1")},
    }
    write_text(scores, _json(result))
    return result


def measure_few_shot(
    data: Path,
    work: Path,
    candidate: str,
    emit: Callable[[Event], None],
    every: int = EVERY,
    draws: int = DRAWS,
    **changes: Any,
) -> dict[str, Any]:
    """How well features tell classes apart that training has not seen; ImageNet's own features for comparison."""
    names = [
        entry["name"] for entry in json.loads((data / "final" / "classes.json").read_text(encoding="utf-8"))["classes"]
    ]
    unseen = left_out(names, every)
    seen = subset(data / "final", work / "few-shot-seen", [n for n in names if n not in unseen], ("train",))
    fresh = subset(data / "final", work / "few-shot-unseen", unseen)
    out = work / "few-shot.safetensors"
    train_candidate(candidate, seen, out, emit, val_share=0.05, **changes)
    network, header = load_checkpoint(out)
    start = start_network(
        header.plan, 2, header.preprocessing.size, changes.get("weights") or Settings().weight_folders()
    )
    examples = open_examples(out, fresh, "all")
    store = examples.store

    def of(chosen: RveRNet) -> list[dict[str, Any]]:
        features = features_of(chosen, store, list(range(len(store))))
        shown = [i for i, part in enumerate(store.splits) if part == "train"]
        asked = [i for i, part in enumerate(store.splits) if part == "test"]
        in_words = [store.class_names[i] for i in range(len(store))]
        return as_rows(
            few_shot(
                features[shown],
                [in_words[i] for i in shown],
                features[asked],
                [in_words[i] for i in asked],
                draws=draws,
            )
        )

    return {"left_out": unseen, "trained": of(network), "imagenet": of(start)}


def _stage(text: str) -> dict[str, Any]:
    size, epochs, *rate = text.split("x")
    return {"size": int(size), "epochs": int(epochs), **({"learning_rate": float(rate[0])} if rate else {})}


def _short(scores: Mapping[str, Any]) -> dict[str, Any]:
    """Without the confusion matrix, which a card does not show."""
    return {name: value for name, value in scores.items() if name not in ("confusion", "confused", "skipped")}


def _json(words: object) -> str:
    return json.dumps(words, ensure_ascii=False, indent=1) + "\n"


def _tell(event: Event) -> None:
    if event.event in ("started", "epoch", "finished"):
        sys.stderr.write(event.line()[:300] + "\n")


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Build the starter model of groceries.")
    parser.add_argument("data", type=Path, help="the folder that rvergui.training.grocery made")
    parser.add_argument("out", type=Path, help="the checkpoint to write")
    parser.add_argument("--step", choices=("choose", "final", "few-shot"), default="final")
    parser.add_argument("--candidate", action="append", default=[], help=f"{', '.join(CANDIDATES)} ({CHOSEN})")
    parser.add_argument("--stage", action="append", type=_stage, help="SIZExEPOCHS[xRATE], instead of the candidate's")
    parser.add_argument("--threads", type=int, help="CPU threads of the network")
    parser.add_argument("--precision", help="bfloat16 is up to twice as fast on processors that have it (AVX-512 BF16)")
    parser.add_argument("--weights", type=Path, action="append", help="a folder with start weights")
    chosen = parser.parse_args(arguments)
    changes: dict[str, Any] = {name: getattr(chosen, name) for name in ("threads", "precision")}
    changes["stages"] = chosen.stage
    changes["weights"] = tuple(chosen.weights) if chosen.weights else None
    work = chosen.out.parent / f"{chosen.out.stem}-work"
    work.mkdir(parents=True, exist_ok=True)
    candidate = chosen.candidate[0] if chosen.candidate else CHOSEN
    if chosen.step == "choose":
        result = choose(chosen.data, work, chosen.candidate or list(CANDIDATES), _tell, **changes)
    elif chosen.step == "final":
        result = final(chosen.data, chosen.out, candidate, _tell, **changes)
    else:
        result = measure_few_shot(chosen.data, work, candidate, _tell, **changes)
        write_text(chosen.out.with_suffix(".few-shot.json"), _json(result))
    sys.stdout.write(_json(result))


if __name__ == "__main__":
    main()
