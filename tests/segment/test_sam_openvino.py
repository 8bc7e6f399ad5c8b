"""A tiny SAM through OpenVINO: converted once, the same answers as with PyTorch, started without it."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from sam_cases import TINY, random_sam
from segment_cases import click, dish_photo

from rvergui.core import Box, Photo, Point, Prompt, RverError
from rvergui.runtime import openvino_switch
from rvergui.runtime.openvino_cache import OpenVinoCache
from rvergui.segment.protocol import Embedding
from rvergui.segment.sam import SamSegmenter, SamVitB
from rvergui.segment.sam_int8 import compare, cosine, sam_calibration
from rvergui.segment.upsample import candidate_mask

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("openvino") is None, reason='OpenVINO is not installed (pip install "rvergui[fast]")'
)

PROMPTS = {
    "click": click((280.25, 150.5)),
    "three": click((280, 150), (300, 170), away=((30, 40),)),
    "box": Prompt(box=Box(100.5, 50.25, 400, 300)),
    "box and click": Prompt(points=(Point(280, 150),), box=Box(100, 50, 400, 300)),
}


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "tiny.pth"
    torch.save(random_sam(TINY).state_dict(), path)
    return path


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RVERGUI_CACHE", str(folder))
        patch.delenv("RVERGUI_INT8", raising=False)
        yield folder


@pytest.fixture(autouse=True)
def _same_cache(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings are taken away from every test; this one stays, also for child processes."""
    monkeypatch.setenv("RVERGUI_CACHE", str(cache))


@pytest.fixture(scope="module")
def photo() -> Photo:
    return dish_photo((333, 517))[0]


@pytest.fixture(scope="module")
def torch_segmenter(weights: Path, cache: Path) -> SamSegmenter:
    return SamSegmenter(weights, device="torch")


@pytest.fixture(scope="module")
def before(weights: Path, cache: Path, photo: Photo) -> Iterator[tuple[SamSegmenter, str, str, Embedding, list[str]]]:
    """One that was asked while its network was converted, what it said then, and what it is now."""
    segmenter = SamSegmenter(weights, device="openvino")
    heard: list[str] = []
    segmenter.on_change = lambda: heard.append(segmenter.progress_text)
    said, why = segmenter.description, segmenter.why
    embedding = segmenter.encode(photo)
    segmenter.wait_ready()
    yield segmenter, said, why, embedding, heard
    segmenter.close()


@pytest.fixture(scope="module")
def segmenter(before: tuple[SamSegmenter, str, str, Embedding, list[str]]) -> SamSegmenter:
    return before[0]


def test_torch_answers_until_it_is_converted(
    before: tuple[SamSegmenter, str, str, Embedding, list[str]], torch_segmenter: SamSegmenter, photo: Photo
) -> None:
    segmenter, said, why, embedding, heard = before
    assert said == "SAM ViT 32x2 on CPU with PyTorch"
    assert "PyTorch answers until it is converted for OpenVINO" in why
    assert any(text.startswith("converting for OpenVINO") for text in heard)
    assert segmenter.description == "SAM ViT 32x2 on CPU with OpenVINO"
    assert segmenter.progress_text == ""
    assert segmenter.refresh() is False
    np.testing.assert_array_equal(embedding.arrays["features"], torch_segmenter.encode(photo).arrays["features"])
    # what torch encoded, OpenVINO decodes
    assert segmenter.signature == embedding.signature == torch_segmenter.signature
    assert len(segmenter.decode(embedding, PROMPTS["click"])) == 3


@pytest.mark.parametrize("name", PROMPTS)
def test_answers_are_those_of_torch(
    name: str, segmenter: SamSegmenter, torch_segmenter: SamSegmenter, photo: Photo
) -> None:
    wanted_seen, seen = torch_segmenter.encode(photo), segmenter.encode(photo)
    features = wanted_seen.arrays["features"]
    np.testing.assert_allclose(seen.arrays["features"], features, atol=1e-4 * features.std())
    wanted, found = (s.decode(e, PROMPTS[name]) for s, e in ((torch_segmenter, wanted_seen), (segmenter, seen)))
    np.testing.assert_allclose(found.logits, wanted.logits, atol=1e-3 * wanted.logits.std())
    np.testing.assert_allclose(found.scores, wanted.scores, atol=1e-5)
    assert candidate_mask(found, found.best).iou(candidate_mask(wanted, wanted.best)) >= 0.99
    refined = PROMPTS[name].with_point(Point(200, 100))
    again, wanted_again = (
        s.decode(e, refined, c) for s, e, c in ((segmenter, seen, found), (torch_segmenter, wanted_seen, wanted))
    )
    np.testing.assert_allclose(again.logits, wanted_again.logits, atol=1e-3 * wanted_again.logits.std())


def test_many_prompts_in_one_go(segmenter: SamSegmenter, photo: Photo) -> None:
    embedding = segmenter.encode(photo)
    clicks = [click((x, 100)) for x in range(20, 500, 60)]
    for together, alone in zip(
        segmenter.decode_many(embedding, clicks), (segmenter.decode(embedding, c) for c in clicks), strict=True
    ):
        np.testing.assert_allclose(together.logits, alone.logits, atol=1e-4 * alone.logits.std())


def test_encoding_in_steps(segmenter: SamSegmenter, photo: Photo) -> None:
    given_up = segmenter.encode_steps(photo)
    next(given_up)
    given_up.close()
    *shares, embedding = segmenter.encode_steps(photo)
    assert all(share is None or 0 <= share < 1 for share in shares)
    assert isinstance(embedding, Embedding)
    np.testing.assert_array_equal(embedding.arrays["features"], segmenter.encode(photo).arrays["features"])


def test_a_second_start_needs_neither_a_conversion_nor_torch(segmenter: SamSegmenter, weights: Path) -> None:
    code = f"""
import sys
import numpy as np
from pathlib import Path
from rvergui.core import Photo, Point, Prompt
from rvergui.segment.sam import SamSegmenter
segmenter = SamSegmenter(Path({str(weights)!r}), device="openvino")
assert segmenter.progress_text == "", segmenter.progress_text
embedding = segmenter.encode(Photo.from_array(np.zeros((30, 40, 3), np.uint8)))
segmenter.decode(embedding, Prompt(points=(Point(3, 4),)))
print(segmenter.description, segmenter.signature)
assert "torch" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == f"SAM ViT 32x2 on CPU with OpenVINO {segmenter.signature}"


def test_a_converted_network_of_another_kind_is_refused_all_the_same(segmenter: SamSegmenter, weights: Path) -> None:
    with pytest.raises(RverError, match="holds SAM ViT 32x2, not SAM ViT-B"):
        SamVitB(weights, device="openvino")


def test_a_missing_file_is_told_as_ever(cache: Path, tmp_path: Path) -> None:
    with pytest.raises(RverError, match=r"There is no file gone\.pth"):
        SamSegmenter(tmp_path / "gone.pth", device="openvino")


def test_without_openvino_torch_answers_and_says_why(
    weights: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, photo: Photo
) -> None:
    from rvergui.runtime import devices

    monkeypatch.setattr(devices.choose_device, "__defaults__", ("auto", lambda: None, lambda: None))
    monkeypatch.setattr(openvino_switch, "Conversion", None)  # nobody may even try
    segmenter = SamSegmenter(weights)
    assert segmenter.description == "SAM ViT 32x2 on CPU with PyTorch"
    assert "OpenVINO, which is faster here, is not installed" in segmenter.why
    assert len(segmenter.decode(segmenter.encode(photo), PROMPTS["click"])) == 3


def test_a_network_that_does_not_run_falls_back_to_torch(
    segmenter: SamSegmenter, weights: Path, photo: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise RverError("OpenVINO could not answer (illegal instruction).")

    monkeypatch.setattr("rvergui.segment.sam.openvino_backend", refuse)
    other = SamSegmenter(weights, device="openvino")
    assert other.description == "SAM ViT 32x2 on CPU with PyTorch"
    assert "illegal instruction" in other.why
    assert other.why.endswith("PyTorch answers instead.")
    assert len(other.decode(other.encode(photo), PROMPTS["click"])) == 3


def test_calibration_sees_meals_or_ones_own_photos(segmenter: SamSegmenter, tmp_path: Path) -> None:
    from PIL import Image

    info = segmenter._switch.model.info  # type: ignore[union-attr]
    first, second = (next(iter(sam_calibration(info).samples(1, passed))) for passed in (0, 1))
    assert first["pixels"].shape == (1, 3, 512, 512)
    assert not np.array_equal(first["pixels"], second["pixels"])
    Image.fromarray(dish_photo((64, 96))[0].pixels).save(tmp_path / "a.png")
    (tmp_path / "b.jpg").write_bytes(b"no picture")
    own = list(sam_calibration(info, str(tmp_path)).samples(5, 0))
    assert len(own) == 1
    assert np.abs(own[0]["pixels"][0, :, :341]).min() >= 0
    assert not own[0]["pixels"][0, :, 342:].any()


def test_agreement_is_measured_inside_the_photo(segmenter: SamSegmenter) -> None:
    model = segmenter._switch.model
    assert model is not None
    inputs = next(iter(sam_calibration(model.info).samples(1, 0)))
    wide = {name: model.graph(name) for name in model.stored.graphs}
    same = compare(wide, wide, inputs, model.info["no_mask"])
    assert same == {"features": pytest.approx(1.0), "masks": 1.0}

    def noisy(asked: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        features = wide["encoder"](asked)["features"]
        return {"features": features + np.random.default_rng(0).normal(0, features.std(), features.shape)}

    worse = compare(wide, {**wide, "encoder": noisy}, inputs, model.info["no_mask"])
    assert 0.5 < worse["features"] < 0.85
    assert worse["masks"] < 0.95


def test_cosine_of_features() -> None:
    one = np.ones((1, 4, 2, 2), np.float32)
    assert cosine(one, 3 * one) == pytest.approx(1.0)
    assert cosine(one, -one) == pytest.approx(-1.0)


def test_the_cache_holds_it_under_the_hash_of_its_weights(segmenter: SamSegmenter, cache: Path, weights: Path) -> None:
    folders = [path for path in (cache / "openvino").iterdir() if path.is_dir()]
    assert len(folders) == 1
    assert OpenVinoCache(cache / "openvino").tidy() == []
    assert segmenter._switch.model is not None
    assert segmenter._switch.model.stored.folder == folders[0]
    assert len(str(segmenter._switch.model.stored.key["weights"])) == 64
