"""Naming through OpenVINO: the same answers as PyTorch's, without it once converted, and back to it in trouble."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from rvergui.core import RverError
from rvergui.runtime.devices import Kind
from rvergui.runtime.openvino_cache import OpenVinoCache
from rvergui.runtime.openvino_convert import Work
from rvergui.runtime.openvino_int8 import make_int8, verdict
from rvergui.runtime.openvino_job import Job
from rvergui.runtime.openvino_model import OpenVinoGraph
from rvergui.rvernet.branch import Branch
from rvergui.rvernet.checkpoint import CheckpointHeader, save_checkpoint
from rvergui.rvernet.naming_runtime import CheckpointNetwork, naming_steps, probabilities
from rvergui.rvernet.naming_runtime_int8 import naming_calibration, pair_files
from rvergui.rvernet.naming_runtime_openvino import OpenVinoNaming
from rvergui.rvernet.naming_runtime_torch import TorchNaming
from rvergui.rvernet.network import NetworkPlan, start_network
from rvergui.rvernet.openvino_last_block import ShortBranch, shortened
from rvergui.rvernet.predictor import Predictor
from rvergui.rvernet.preprocessing import Preprocessing
from tests.rvernet.tiny_networks import CLASSES, CNN, SIZE, TRANSFORMER, box_mask, tiny_checkpoint, tiny_photo

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("openvino") is None, reason='OpenVINO is not installed (pip install "rvergui[fast]")'
)
MASKS = [box_mask(5, 5, 20, 10), box_mask(30, 10, 25, 25), box_mask(0, 0, 3, 3)]


def converted(path: Path, cache: OpenVinoCache) -> Path:
    """Convert the checkpoint in this process, which the program leaves to another one."""
    step = naming_steps(path, cache)[0]
    Work(Job(step.factory, step.arguments, step.key, cache.folder, threads=1), lambda stage, share: None).run()
    return path


def checkpoint_of(plan: NetworkPlan, path: Path, temperature: float = 1.0) -> Path:
    network = start_network(plan, len(CLASSES), SIZE, (), 0).eval()
    how = Preprocessing.model_validate({"size": SIZE, "roi": plan.roi_view})
    header = CheckpointHeader(
        name="n", classes=list(CLASSES), preprocessing=how, temperature=temperature, **network.header_fields()
    )
    save_checkpoint(path, network, header)
    return path


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, OpenVinoCache]:
    folder = tmp_path_factory.mktemp("naming")
    cache = OpenVinoCache(folder / "cache")
    return converted(tiny_checkpoint(folder / "pair.safetensors"), cache), cache


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("RVERGUI_THREADS", "1")
    return iter([None])


def assert_same_answers(path: Path, cache: OpenVinoCache) -> None:
    fast = Predictor.load(path, "openvino", cache=cache)
    plain = Predictor.load(path, "torch")
    assert isinstance(fast.runtime(), OpenVinoNaming)
    assert isinstance(plain.runtime(), TorchNaming)
    for mine, theirs in zip(fast.classify(tiny_photo(), MASKS), plain.classify(tiny_photo(), MASKS), strict=True):
        wanted = {s.name: s for s in theirs.suggestions}
        for suggestion in mine.suggestions:
            assert suggestion.probability == pytest.approx(wanted[suggestion.name].probability, abs=1e-5)
            assert suggestion.without_context == pytest.approx(wanted[suggestion.name].without_context, abs=1e-5)


def test_a_pair_gives_the_same_answers(pair: tuple[Path, OpenVinoCache]) -> None:
    assert_same_answers(*pair)
    info = Predictor.load(pair[0], "openvino", cache=pair[1]).info
    assert info.device == "CPU with OpenVINO"
    assert "OpenVINO was asked for" in info.why


@pytest.mark.parametrize(
    "plan",
    [
        NetworkPlan(roi=CNN, shared=True, integration="gated"),
        NetworkPlan(roi=TRANSFORMER, looks_at="box", integration="linear"),
        NetworkPlan(roi=f"{TRANSFORMER}.skip_black", extra_roi=TRANSFORMER, integration="cross_attention"),
    ],
    ids=["shared and gated", "baseline", "skipping and cross-attention"],
)
def test_other_networks_give_the_same_answers(tmp_path: Path, plan: NetworkPlan) -> None:
    cache = OpenVinoCache(tmp_path / "cache")
    path = converted(checkpoint_of(plan, tmp_path / "n.safetensors", temperature=1.7), cache)
    assert_same_answers(path, cache)


def test_the_temperature_of_the_header_is_applied(tmp_path: Path) -> None:
    plan = NetworkPlan(roi=CNN, extra_roi=TRANSFORMER)
    cold, warm = (
        Predictor.load(checkpoint_of(plan, tmp_path / f"{t}.safetensors", t), "torch").classify(tiny_photo(), MASKS[:1])
        for t in (1.0, 2.0)
    )
    chances = {s.name: s.probability for s in cold[0].suggestions}
    roots = {name: chance**0.5 for name, chance in chances.items()}
    for suggestion in warm[0].suggestions:
        assert suggestion.probability == pytest.approx(roots[suggestion.name] / sum(roots.values()), abs=1e-5)


def test_a_converted_network_needs_no_torch(pair: tuple[Path, OpenVinoCache]) -> None:
    path, cache = pair
    script = (
        "import sys; from pathlib import Path\n"
        "from rvergui.runtime.openvino_cache import OpenVinoCache\n"
        "from rvergui.rvernet.default_model import Predictor, prepare\n"
        "from rvergui.samples import render_meal\n"
        "from rvergui.core import Photo\n"
        "meal = render_meal(0, (96, 128))\n"
        f"namer = Predictor.load(Path({str(path)!r}), 'openvino', cache=OpenVinoCache(Path({str(cache.folder)!r})))\n"
        "namer.classify(Photo.from_array(meal.pixels), [meal.objects[0].mask])\n"
        "print(namer.info.device, 'torch' in sys.modules, 'timm' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.split("\n")[0] == "CPU with OpenVINO False False", done.stderr


def test_without_a_converted_network_torch_answers_and_nothing_is_begun(tmp_path: Path) -> None:
    path = tiny_checkpoint(tmp_path / "m.safetensors")
    predictor = Predictor.load(path, "openvino", cache=OpenVinoCache(tmp_path / "cache"))
    assert predictor.info.device == "CPU with PyTorch"
    assert not list((tmp_path / "cache").glob("m-*"))
    predictor.close()


def test_a_damaged_conversion_counts_as_none(tmp_path: Path, pair: tuple[Path, OpenVinoCache]) -> None:
    path, cache = pair
    stored = cache.find(naming_steps(path, cache)[0].key)
    assert stored is not None
    whole = stored.xml("roi").read_bytes()
    try:
        stored.xml("roi").write_bytes(whole[:-10])
        assert isinstance(Predictor.load(path, "openvino", cache=cache).runtime(), TorchNaming)
    finally:
        stored.xml("roi").write_bytes(whole)


def test_if_openvino_fails_torch_answers_and_the_reason_is_told(
    pair: tuple[Path, OpenVinoCache], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, cache = pair
    predictor = Predictor.load(path, "openvino", cache=cache)
    wanted = predictor.classify(tiny_photo(), MASKS)

    def fail(self: OpenVinoGraph, inputs: object) -> object:
        raise RverError("OpenVINO could not answer (a defect).")

    monkeypatch.setattr(OpenVinoGraph, "__call__", fail)
    got = predictor.classify(tiny_photo(), MASKS)
    assert [n.suggestions[0].name for n in got] == [n.suggestions[0].name for n in wanted]
    assert predictor.info.device == "CPU with PyTorch"
    assert "a defect" in predictor.info.why


def test_another_photos_mask_is_no_reason_to_leave_openvino(pair: tuple[Path, OpenVinoCache]) -> None:
    predictor = Predictor.load(pair[0], "openvino", cache=pair[1])
    with pytest.raises(RverError, match="made on this photo"):
        predictor.classify(tiny_photo(size=(41, 60)), MASKS)
    assert predictor.info.device == "CPU with OpenVINO"


def test_steps_change_with_the_weights_and_not_with_the_name(tmp_path: Path) -> None:
    cache = OpenVinoCache(tmp_path / "cache")
    first = tiny_checkpoint(tmp_path / "a.safetensors", created="2020-01-01T00:00:00+00:00")
    other = tiny_checkpoint(tmp_path / "b.safetensors", seed=1)
    keys = [naming_steps(path, cache)[0].key.values()["weights"] for path in (first, other)]
    assert keys[0] != keys[1]
    assert naming_steps(tmp_path / "gone.safetensors", cache) == []
    assert [step.int8 for step in naming_steps(first, cache, int8=True)] == [False, True]


def test_a_device_that_is_not_here_is_refused(tmp_path: Path) -> None:
    path = tiny_checkpoint(tmp_path / "m.safetensors")
    with pytest.raises(RverError, match="nonsense"):
        CheckpointNetwork(path, "nonsense")
    assert CheckpointNetwork(path, "torch").needs_torch
    assert Kind.TORCH.value in CheckpointNetwork(path, "torch").why.lower()


def test_softmax_with_temperature() -> None:
    logits = np.array([[1000.0, 1001.0, 999.0], [0, 0, 0]], np.float32)
    wanted = torch.softmax(torch.from_numpy(logits) / 2, dim=1).numpy()
    assert np.allclose(probabilities(logits, 2.0), wanted, atol=1e-7)


def test_only_plain_transformers_get_a_short_last_block() -> None:
    network = start_network(NetworkPlan(roi=CNN, extra_roi=TRANSFORMER), 3, SIZE, (), 0).eval()
    views = torch.rand(2, 3, SIZE, SIZE)
    assert shortened(network.roi, views) is network.roi
    short = shortened(network.extra_roi, views)
    assert isinstance(short, ShortBranch)
    assert isinstance(network.extra_roi, Branch)
    with torch.inference_mode():
        assert torch.allclose(short(views), network.extra_roi(views), atol=1e-5)


# 8 bit


def logits_graph(weight: np.ndarray) -> object:
    return lambda inputs: {"logits": np.concatenate([inputs["roi"], inputs["extra_roi"]], axis=1) @ weight}


def mean_graph(noise: float) -> object:
    def run(inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        features = inputs["views"].reshape(len(inputs["views"]), -1, 3).mean(axis=1).astype(np.float32)
        return {"features": features + noise * np.array([1, -1, 0], np.float32)}

    return run


def test_8_bit_are_judged_by_first_names_on_pictures_that_did_not_calibrate() -> None:
    info = {"preprocessing": Preprocessing(size=SIZE).model_dump(), "second": "extra_roi", "transformer": True}
    calibration = naming_calibration(info)
    assert calibration.graph == ("roi", "extra_roi")
    first, second = list(calibration.samples(2, 0)), list(calibration.samples(1, 2))
    assert first[0]["roi.views"].shape == (8, SIZE, SIZE, 3)
    assert not any(np.array_equal(second[0]["roi.views"], batch["roi.views"]) for batch in first)
    head = {"integration": logits_graph(np.eye(6, 3, dtype=np.float32))}
    wide = {"roi": mean_graph(0), "extra_roi": mean_graph(0), **head}
    narrow = {"roi": mean_graph(1e4), "extra_roi": mean_graph(0), **head}
    assert calibration.compare(wide, wide, second[0]) == {"first names": 1.0}
    assert calibration.compare(wide, narrow, second[0])["first names"] < 1.0


def test_pairs_of_a_folder_calibrate_and_others_judge(tmp_path: Path) -> None:
    from PIL import Image

    for number in range(24):
        for view in ("roi", "extra-roi"):
            path = tmp_path / "train" / view / f"class{number % 2}" / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(np.full((20, 30, 3), number if view == "roi" else 0, np.uint8)).save(path)
    (tmp_path / "train" / "roi" / "class0" / "lonely.png").write_bytes(b"no partner")
    assert len(pair_files(tmp_path)) == 24
    info = {"preprocessing": Preprocessing(size=SIZE).model_dump(), "second": "roi", "transformer": False}
    calibration = naming_calibration(info, str(tmp_path))
    assert calibration.graph == ("roi",)
    seen, others = (
        {int(view[SIZE // 2, SIZE // 2, 0]) for batch in calibration.samples(16, passed) for view in batch["roi.views"]}
        for passed in (0, 16)
    )
    assert len(seen) == 16
    assert len(others) == 8
    assert not seen & others
    with pytest.raises(RverError, match="at least 16"):
        naming_calibration(info, str(tmp_path / "train" / "roi"))
    with pytest.raises(RverError, match="no folder"):
        naming_calibration(info, str(tmp_path / "gone"))


@pytest.mark.skipif(importlib.util.find_spec("nncf") is None, reason="NNCF is not installed")
def test_an_8_bit_network_below_the_gate_is_refused_with_the_figures(
    pair: tuple[Path, OpenVinoCache], tmp_path: Path
) -> None:
    path, cache = pair
    wide, narrow = naming_steps(path, cache, int8=True)
    base = cache.find(wide.key)
    assert base is not None
    part = tmp_path / "part"
    part.mkdir()
    made = (narrow.factory, narrow.arguments, narrow.key, cache.folder, base.folder)
    graphs, info = make_int8(Job(*made, images=1, checks=1, least_agreement=0.0, threads=1), part, lambda *told: None)
    assert set(graphs) == {"roi", "extra_roi", "integration"}
    assert 0 <= info["figures"]["first names"] <= 1
    assert "first names" in info["agreement"]
    strict = Job(*made, images=1, checks=1, least_agreement=1.1, threads=1)  # nothing agrees by more than all
    graphs, info = verdict(strict, base, part, info["figures"], {})
    assert graphs == ()
    assert "first names" in info["refused"]
    assert not list(part.iterdir())
