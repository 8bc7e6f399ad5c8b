"""Models for other programs answer as PyTorch does and say how to use them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rvergui.core import Mask, Photo, RverError
from rvergui.rvernet.checkpoint import load_checkpoint, read_header, save_checkpoint
from rvergui.rvernet.export_model import TOLERANCE, export_model
from rvergui.rvernet.network import NetworkPlan, start_network, to_batch
from rvergui.rvernet.preprocessing import network_views
from tests.rvernet.tiny_networks import CNN, SIZE, TRANSFORMER, tiny_checkpoint, tiny_header

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "models.md"
PLANS = {
    "plain": {"roi": CNN, "extra_roi": TRANSFORMER},
    "attention": {"roi": TRANSFORMER, "extra_roi": CNN, "integration": "cross_attention"},
    "shared": {"roi": CNN, "shared": True, "integration": "gated"},
    "baseline": {"roi": CNN, "looks_at": "roi", "integration": "linear"},
}


@pytest.fixture(scope="module", autouse=True)
def _libraries_are_warm(tmp_path_factory: pytest.TempPathFactory) -> None:
    """PyTorch and OpenVINO keep threads from the first conversion on; no test has left those behind."""
    pytest.importorskip("openvino")
    folder = tmp_path_factory.mktemp("warm")
    export_model(tiny_checkpoint(folder / "m.safetensors"), folder / "m.xml")


def checkpoint_of(plan: str, path: Path) -> Path:
    network = start_network(NetworkPlan(**PLANS[plan]), 3, SIZE, folders=()).eval()
    save_checkpoint(path, network, tiny_header(network, temperature=1.7, **network.header_fields()))
    return path


def expected(checkpoint: Path, views: dict[str, np.ndarray]) -> np.ndarray:
    network, header = load_checkpoint(checkpoint)
    roi, extra = (to_batch(views.get(name, views["roi"])) for name in ("roi", "extra_roi"))
    return (network(roi, extra) / header.temperature).softmax(dim=1).detach().numpy()


@pytest.mark.parametrize("plan", ["plain", "shared", "baseline"])
def test_onnx_answers_any_number_of_objects_as_torch_does(plan: str, tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    runtime = pytest.importorskip("onnxruntime")
    model = checkpoint_of(plan, tmp_path / "m.safetensors")
    exported = export_model(model, tmp_path / "out" / "m.onnx")
    assert exported.difference <= TOLERANCE
    session = runtime.InferenceSession(str(exported.files[0]))
    names = [each.name for each in session.get_inputs()]
    assert names == (["roi"] if plan == "baseline" else ["roi", "extra_roi"])
    for count in (1, 4):
        views = {name: np.random.default_rng(9).integers(0, 256, (count, SIZE, SIZE, 3), np.uint8) for name in names}
        np.testing.assert_allclose(session.run(None, views)[0], expected(model, views), atol=TOLERANCE)
    said = json.loads(session.get_modelmeta().custom_metadata_map["rvergui"])
    header = read_header(model)
    assert said["classes"] == header.classes
    assert said["preprocessing"] == header.preprocessing.model_dump()
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["m.onnx"]


@pytest.mark.parametrize("plan", ["attention", "baseline"])
def test_openvino_answers_any_number_of_objects_as_torch_does(plan: str, tmp_path: Path) -> None:
    openvino = pytest.importorskip("openvino")
    model = checkpoint_of(plan, tmp_path / "m.safetensors")
    exported = export_model(model, tmp_path / "m.xml")
    assert {path.name for path in tmp_path.iterdir()} == {"m.safetensors", "m.xml", "m.bin"}
    read = openvino.Core().read_model(str(exported.files[0]))
    assert json.loads(read.get_rt_info("rvergui").astype(str))["classes"] == read_header(model).classes
    compiled = openvino.compile_model(read, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    names = [port.get_any_name() for port in compiled.inputs]
    for count in (1, 4):
        views = {name: np.random.default_rng(9).integers(0, 256, (count, SIZE, SIZE, 3), np.uint8) for name in names}
        np.testing.assert_allclose(compiled(views)["probabilities"], expected(model, views), atol=TOLERANCE)


def test_what_onnx_cannot_express_is_said_and_nothing_written(tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    model = checkpoint_of("attention", tmp_path / "m.safetensors")
    with pytest.raises(RverError, match="cannot be written as ONNX") as raised:
        export_model(model, tmp_path / "m.onnx")
    assert "\n" not in str(raised.value)
    assert [path.name for path in tmp_path.iterdir()] == ["m.safetensors"]


def test_safetensors_are_copied_or_halved(tmp_path: Path) -> None:
    model = tiny_checkpoint(tmp_path / "m.safetensors")
    export_model(model, tmp_path / "copy.safetensors")
    assert (tmp_path / "copy.safetensors").read_bytes() == model.read_bytes()
    export_model(model, tmp_path / "half.safetensors", half=True)
    assert (tmp_path / "half.safetensors").stat().st_size < 0.7 * model.stat().st_size
    assert read_header(tmp_path / "half.safetensors") == read_header(model)


def test_what_cannot_be_exported_is_said_and_nothing_written(tmp_path: Path) -> None:
    model = tiny_checkpoint(tmp_path / "m.safetensors")
    for out, half, said in (("m.pt", False, "names no format"), ("m.onnx", True, "16 bits"), (model.name, 0, "itself")):
        with pytest.raises(RverError, match=said):
            export_model(model, tmp_path / out, bool(half))
    assert [path.name for path in tmp_path.iterdir()] == ["m.safetensors"]


def test_an_answer_that_differs_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    monkeypatch.setattr("rvergui.rvernet.export_model.TOLERANCE", -1.0)
    model = tiny_checkpoint(tmp_path / "m.safetensors")
    for name in ("m.onnx", "m.xml"):
        with pytest.raises(RverError, match="differently from PyTorch"):
            export_model(model, tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["m.safetensors"]


def test_the_example_of_the_guide_names_as_the_program_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    (code,) = re.findall(r"^```python\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert len([line for line in code.splitlines() if line.strip() and not line.startswith("import")]) <= 10
    model = tiny_checkpoint(tmp_path / "v2.safetensors", temperature=0.2)
    export_model(model, tmp_path / "v2.onnx")
    photo = Photo.from_array(np.random.default_rng(1).integers(0, 256, (48, 64, 3), dtype=np.uint8))
    mask = Mask.from_crop(np.ones((20, 30), dtype=bool), (10, 8), (48, 64))
    Image.fromarray(photo.pixels).save(tmp_path / "meal.png")
    Image.fromarray(mask.array().astype(np.uint8) * 255).save(tmp_path / "mask.png")
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "docs/models.md", "exec"), {})
    name, chance = capsys.readouterr().out.split()
    header = read_header(model)
    views = network_views(photo.pixels, mask, header.preprocessing)
    wanted = expected(model, {"roi": views[0][None], "extra_roi": views[1][None]})[0]
    assert name == header.classes[wanted.argmax()]
    assert float(chance) == pytest.approx(wanted.max(), abs=1e-3)
