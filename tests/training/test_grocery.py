from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from rvergui.core import Mask, Photo, Prompt, RverError
from rvergui.interchange.pairs_layout import read_pairs
from rvergui.segment.fake import FakeSegmenter
from rvergui.segment.protocol import Candidates, Embedding
from rvergui.training import grocery, grocery_model
from rvergui.training.grocery import FoundMask, find_masks, look_alikes, prepare, read_photos
from rvergui.training.grocery_few_shot import few_shot, left_out, subset
from rvergui.training.grocery_masks import WHOLE_PHOTO, central_object, central_quality, middle_weights
from rvergui.training.look_alikes import look_alikes_beside

KINDS = {"Golden-Delicious": "Apple", "Pink-Lady": "Apple", "Anjou": "Pear", "Leek": "Leek"}
COLOURS = ((220, 200, 60), (230, 90, 110), (110, 170, 60), (60, 140, 90))


def photo_of(number: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng([number, seed])
    pixels = rng.integers(60, 90, (64, 80, 3), dtype=np.uint8)
    rows, columns = np.ogrid[:64, :80]
    disc = (rows - 32) ** 2 + (columns - 40) ** 2 < 22**2
    pixels[disc] = np.clip(np.array(COLOURS[number]) + rng.integers(-20, 21, (int(disc.sum()), 3)), 0, 255)
    return pixels


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """The real layout with four classes: spaces after commas, and the same file names in every list."""
    root = tmp_path / "dataset"
    root.mkdir()
    head = "Class Name (str),Class ID (int),Coarse Class Name (str),Coarse Class ID (int),Iconic,Description\n"
    rows = [f"{name},{number},{kind},{number},x,y\n" for number, (name, kind) in enumerate(KINDS.items())]
    (root / "classes.csv").write_text(head + "".join(rows))
    for part, count in (("train", 4), ("val", 1), ("test", 2)):
        lines = []
        for number, name in enumerate(KINDS):
            for index in range(count):
                path = f"{part}/{name}/{name}_{index:03d}.jpg"
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                Image.fromarray(photo_of(number, hash_of(part) + index)).save(root / path, quality=95)
                lines.append(f"{path}, {number}, {number}\n")
        (root / f"{part}.txt").write_text("".join(lines))
    return root


def hash_of(part: str) -> int:
    return {"train": 0, "val": 100, "test": 200}[part]


@pytest.fixture(autouse=True)
def _quick_segmenter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grocery, "_segmenter", lambda name: FakeSegmenter())


def test_the_official_lists_are_read_as_they_are(dataset: Path) -> None:
    photos = read_photos(dataset)
    assert [sum(p.part == part for p in photos) for part in ("train", "val", "test")] == [16, 4, 8]
    assert photos[0].class_name == "Golden Delicious"
    assert look_alikes(photos) == {"apples": ["Golden Delicious", "Pink Lady"]}


def test_another_folder_is_refused(tmp_path: Path, dataset: Path) -> None:
    with pytest.raises(RverError, match=r"classes\.csv"):
        read_photos(tmp_path)
    (dataset / "val.txt").write_text("val/x.jpg, ninety\n")
    with pytest.raises(RverError, match="damaged"):
        read_photos(dataset)


def test_pairs_keep_the_official_lists_apart(dataset: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    summary = prepare(dataset, out)
    assert summary["folders"] == {"choose": {"train": 16, "test": 4}, "final": {"train": 20, "test": 8}}
    assert sum(summary["found_by"].values()) == 28
    pairs = read_pairs(out / "final")
    assert len(pairs) == 28
    assert {pair.class_name for pair in pairs} == {"Golden Delicious", "Pink Lady", "Anjou", "Leek"}
    assert {pair.name.split("-")[0] for pair in pairs if pair.split == "test"} == {"test"}
    assert {pair.name.split("-")[0] for pair in read_pairs(out / "choose")} == {"train", "val"}
    photos = {split: {p.photo_key for p in pairs if p.split == split} for split in ("train", "test")}
    assert not photos["train"] & photos["test"]
    assert look_alikes_beside(out / "final") == {"apples": ("Golden Delicious", "Pink Lady")}
    for pair in pairs[:4]:
        roi, extra = (np.asarray(Image.open(path), dtype=int) for path in (pair.roi, pair.extra))
        assert np.minimum(roi, extra).max() < 40, "the two views do not overlap"


def test_what_was_found_is_not_looked_for_again(dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    photos = read_photos(dataset)
    file = tmp_path / "masks.jsonl"
    first = find_masks(dataset, photos[:5], file)
    with file.open("a") as added:
        added.write('{"path": "half a li')  # killed while writing
    asked: list[str] = []
    real = grocery._find
    monkeypatch.setattr(grocery, "_find", lambda folder, path: (asked.append(path), real(folder, path))[1])
    again = find_masks(dataset, photos[:8], file)
    assert asked == [photo.path for photo in photos[5:8]]
    assert all(again[path].mask == mask.mask for path, mask in first.items())
    assert len([FoundMask.parse(line) for line in file.read_text().splitlines()]) == 8


class Answering:
    """A segmenter that always gives the same mask."""

    signature = description = "answering"

    def __init__(self, name: str, mask: np.ndarray, score: float = 0.9, fails: bool = False) -> None:
        self.name, self._mask, self._score, self._fails = name, mask, score, fails
        self.asked: list[Prompt] = []

    def encode(self, photo: Photo) -> Embedding:
        if self._fails:
            raise RverError("No.")
        return Embedding(photo.key, photo.size, self.signature, {})

    def decode(self, embedding: Embedding, prompt: Prompt, previous: Candidates | None = None) -> Candidates:
        self.asked.append(prompt)
        logits = np.where(self._mask, 5, -5).astype(np.float32)[None]
        return Candidates(logits, np.array([self._score], np.float32), (1.0, 1.0), embedding.size)


def a_photo() -> Photo:
    return Photo(pixels=photo_of(0, 0), key="0" * 32)


def block(rows: slice, columns: slice) -> np.ndarray:
    mask = np.zeros((64, 80), bool)
    mask[rows, columns] = True
    return mask


def test_the_first_convincing_answer_is_taken() -> None:
    middle = Answering("clicks", block(slice(16, 48), slice(20, 60)))
    found = central_object(a_photo(), middle, lambda: pytest.fail("nobody else is asked"))
    assert found.found_by == "clicks"
    assert found.mask == Mask.from_array(block(slice(16, 48), slice(20, 60)))
    assert any(len(prompt.points) == 1 for prompt in middle.asked)


@pytest.mark.parametrize("first", ["corner", "speck", "everything", "fails"])
def test_where_clicks_find_nothing_a_box_is_asked(first: str) -> None:
    shapes = {
        "corner": block(slice(0, 20), slice(0, 20)),
        "speck": block(slice(30, 34), slice(38, 42)),
        "everything": np.ones((64, 80), bool),
        "fails": np.zeros((64, 80), bool),
    }
    clicks = Answering("clicks", shapes[first], fails=first == "fails")
    box = Answering("box", block(slice(8, 56), slice(10, 70)))
    found = central_object(a_photo(), clicks, lambda: box)
    assert found.found_by == "box"
    assert box.asked[0].box is not None
    assert central_object(a_photo(), clicks, lambda: None).found_by == WHOLE_PHOTO
    whole = central_object(a_photo(), clicks, lambda: clicks)
    assert whole.found_by == WHOLE_PHOTO
    assert whole.mask.area == 64 * 80


def test_the_larger_central_object_wins_over_its_part() -> None:
    weights = middle_weights((64, 80))
    part, item, corner = (
        central_quality(Mask.from_array(block(*box)), 0.9, weights)
        for box in (
            (slice(24, 40), slice(30, 50)),
            (slice(12, 52), slice(16, 64)),
            (slice(0, 40), slice(0, 48)),
        )
    )
    assert item > part
    assert item > corner
    assert weights.sum() == pytest.approx(1, abs=1e-4)


STAGES = [{"size": 24, "epochs": 1}, {"size": 32, "epochs": 1}]


def test_the_starter_model_can_be_built_and_is_judged_once(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.set_num_threads(1)
    prepare(dataset, tmp_path / "data")
    tiny = {"roi": "test_efficientnet", "extra_roi": "test_efficientnet", "batch_size": 8, "stages": STAGES}
    monkeypatch.setattr(grocery_model, "CANDIDATES", {"tiny": tiny})
    monkeypatch.setattr(grocery_model, "CHOSEN", "tiny")
    out = tmp_path / "model.safetensors"
    grocery_model.main(f"{tmp_path / 'data'} {out} --step choose".split())
    chosen = json.loads(capsys.readouterr().out)["tiny"]
    assert chosen["items"] == 4, "the official validation list, and nothing of the test list"
    grocery_model.main(f"{tmp_path / 'data'} {out}".split())
    result = json.loads(capsys.readouterr().out)
    assert result["test"]["items"] == 8
    assert result["test"]["seen_in_training"] == 0
    assert set(result["test"]["look_alike_f1"]) == {"apples"}
    assert result["bytes"] == out.stat().st_size
    assert json.loads(out.with_suffix(".json").read_text()) == result
    with pytest.raises(RverError, match="already"):
        grocery_model.main(f"{tmp_path / 'data'} {out}".split())


def test_few_examples_of_classes_that_were_left_out(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.set_num_threads(1)
    prepare(dataset, tmp_path / "data")
    tiny = {"roi": "test_efficientnet", "extra_roi": "test_efficientnet", "batch_size": 8, "stages": STAGES}
    monkeypatch.setattr(grocery_model, "CANDIDATES", {"tiny": tiny})
    found = grocery_model.measure_few_shot(tmp_path / "data", tmp_path, "tiny", lambda event: None, every=2, draws=2)
    assert found["left_out"] == ["Golden Delicious", "Anjou"]
    for kind in ("trained", "imagenet"):
        assert {(row["way"], row["shots"]) for row in found[kind]} == {
            (way, shots) for way in ("nearest mean", "logistic head") for shots in (1, 5, 10)
        }
        assert all(0 <= row["low"] <= row["top1"] <= row["high"] <= 1 for row in found[kind])


def test_every_fifth_class_is_left_out() -> None:
    names = [f"class {n}" for n in range(81)]
    assert len(left_out(names)) == 16
    assert left_out(names)[0] == "class 2"


def test_a_subset_holds_what_was_asked_for_and_nothing_else(dataset: Path, tmp_path: Path) -> None:
    prepare(dataset, tmp_path / "data")
    out = subset(tmp_path / "data" / "final", tmp_path / "part", ["Leek"], ("train",))
    pairs = read_pairs(out)
    assert {(pair.class_name, pair.split) for pair in pairs} == {("Leek", "train")}
    assert len(pairs) == 5
    with pytest.raises(RverError, match="Durian"):
        subset(tmp_path / "data" / "final", tmp_path / "other", ["Durian"])


def test_more_examples_name_better_and_what_cannot_be_told_apart_is_not() -> None:
    random = np.random.default_rng(0)
    means = random.normal(size=(4, 16))
    names = [f"c{n % 4}" for n in range(160)]

    def features(noise: float) -> torch.Tensor:
        rows = np.stack([means[n % 4] * (noise < 9) + random.normal(size=16) * noise for n in range(160)])
        return torch.nn.functional.normalize(torch.from_numpy(rows.astype(np.float32)), dim=1)

    clear = {(r.way, r.shots): r.top1 for r in few_shot(features(1.0), names, features(1.0), names, (1, 10), draws=3)}
    assert clear["logistic head", 10] > clear["logistic head", 1] > 0.4
    assert clear["nearest mean", 10] > 0.8
    blind = few_shot(features(10.0), names, features(10.0), names, (1, 10), draws=3)
    assert all(abs(result.top1 - 0.25) < 0.12 for result in blind)
    with pytest.raises(RverError, match="c3"):
        few_shot(features(1.0), ["c0"] * 160, features(1.0), ["c3"] * 160)
