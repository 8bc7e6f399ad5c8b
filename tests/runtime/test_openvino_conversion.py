"""Networks are converted in a child process that cannot reach the net."""

from __future__ import annotations

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

import rvergui
from rvergui.core import RverError
from rvergui.runtime import openvino_library, openvino_switch
from rvergui.runtime.devices import Device, Kind
from rvergui.runtime.openvino_cache import CacheKey, OpenVinoCache, StoredNetwork
from rvergui.runtime.openvino_conversion import Conversion
from rvergui.runtime.openvino_convert import check_graph, convert_graph
from rvergui.runtime.openvino_int8 import compare, verdict
from rvergui.runtime.openvino_job import Graph, Job
from rvergui.runtime.openvino_library import load_openvino
from rvergui.runtime.openvino_model import OpenVinoGraph, OpenVinoModel
from rvergui.runtime.openvino_switch import Step, Switch, weights_digest
from tests.runtime import little_graphs

LONG = 240.0
needs_openvino = pytest.mark.skipif(
    importlib.util.find_spec("openvino") is None, reason='OpenVINO is not installed (pip install "rvergui[fast]")'
)
needs_nncf = pytest.mark.skipif(
    importlib.util.find_spec("nncf") is None, reason='NNCF is not installed (pip install "rvergui[int8]")'
)
ON_OPENVINO = Device(Kind.OPENVINO, "No GPU.")

# Python imports this at start: whoever asks for the net is noted and refused.
GUARD = """
import os, socket
def refuse(what):
    def call(*args, **options):
        with open(os.environ["GUARD_LOG"], "a") as log:
            log.write(f"{what} {args[:2]!r}\\n")
        raise OSError("there is no network in this test")
    return call
socket.socket.connect = refuse("connect")
socket.socket.connect_ex = refuse("connect")
socket.socket.sendto = refuse("sendto")
socket.getaddrinfo = refuse("getaddrinfo")
socket.create_connection = refuse("create_connection")
"""


class Guard:
    """What the children of a test tried on the net, and the home folder they wrote to."""

    def __init__(self, folder: Path) -> None:
        self.home, self.log = folder / "home", folder / "log"
        self.home.mkdir()
        (folder / "guard").mkdir()
        (folder / "guard" / "sitecustomize.py").write_text(GUARD)
        self.path = str(folder / "guard")

    @property
    def tried(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []

    @property
    def left(self) -> list[str]:
        """Files in the home folder but for the libraries' caches of what they compute."""
        files = (str(path.relative_to(self.home)) for path in self.home.rglob("*") if path.is_file())
        return [name for name in files if not name.startswith((".cache", "Library/Caches", "AppData"))]


@pytest.fixture(scope="module")
def guard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guard]:
    made = Guard(tmp_path_factory.mktemp("guard"))
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(made.path)
        patch.setenv("GUARD_LOG", str(made.log))
        for name in ("HOME", "USERPROFILE"):
            patch.setenv(name, str(made.home))
        patch.delenv("CI", raising=False)  # where it is set, nothing would be sent anyway
        yield made


@pytest.fixture(scope="module")
def cache(guard: Guard, tmp_path_factory: pytest.TempPathFactory) -> OpenVinoCache:
    return OpenVinoCache(tmp_path_factory.mktemp("cache") / "openvino")


def job(cache: OpenVinoCache, factory: str = "affine", **arguments: object) -> Job:
    return Job(f"tests.runtime.little_graphs:{factory}", arguments, CacheKey(factory, arguments), cache.folder)


@pytest.fixture(scope="module")
def converted(cache: OpenVinoCache, tmp_path_factory: pytest.TempPathFactory) -> tuple[Conversion, list[str], Path]:
    note = tmp_path_factory.mktemp("note") / "telemetry"
    stages: list[str] = []
    conversion = Conversion(job(cache, scale=3.0, note=str(note)))
    assert conversion.wait(LONG, lambda stage, fraction: stages.append(f"{fraction:.2f} {stage}"))
    return conversion, stages, note


@needs_openvino
def test_a_converted_network_answers_like_torch(converted: tuple[Conversion, list[str], Path]) -> None:
    conversion, stages, _ = converted
    assert conversion.problem is None
    stored = conversion.stored()
    assert stored is not None
    model = OpenVinoModel(stored).compile()
    assert model.info["scale"] == 3.0
    answer = model.graph("encoder")({"pixels": np.ones((1, 1, 8, 8), np.float32)})["features"]
    assert answer[0, 0, 4, 4] == pytest.approx(4.0)
    assert answer[0, 0, 0, 0] == pytest.approx(3.0 * 4 / 9 + 1)
    fractions = [float(stage.split()[0]) for stage in stages]
    assert fractions == sorted(fractions)
    assert stages[-1] == "1.00 ready"


@needs_openvino
@pytest.mark.parametrize("points", [1, 3, 17])
def test_an_axis_may_have_any_length(converted: tuple[Conversion, list[str], Path], points: int) -> None:
    stored = converted[0].stored()
    assert stored is not None
    graph = OpenVinoGraph(stored.xml("decoder"))
    values = np.arange(points * 2, dtype=np.float32).reshape(1, points, 2)
    answer = graph({"points": values, "weight": np.full(1, 2, np.float32)})
    np.testing.assert_allclose(answer["total"], 2 * values.sum(axis=1))
    np.testing.assert_allclose(answer["mean"], values.mean(axis=1))
    kept = answer["total"].copy()
    graph({"points": values + 1, "weight": np.ones(1, np.float32)})
    np.testing.assert_array_equal(answer["total"], kept)  # answers are not overwritten by later ones


@needs_openvino
def test_answers_come_in_steps_and_can_be_given_up(converted: tuple[Conversion, list[str], Path]) -> None:
    stored = converted[0].stored()
    assert stored is not None
    graph = OpenVinoGraph(stored.xml("encoder"))
    pixels = np.ones((1, 1, 8, 8), np.float32)
    given_up = graph.steps({"pixels": pixels})
    next(given_up)
    given_up.close()
    *waits, answer = graph.steps({"pixels": pixels * 2})
    assert waits == [None] * len(waits)
    assert answer is not None
    assert answer["features"][0, 0, 4, 4] == pytest.approx(7.0)
    with pytest.raises(RverError, match="could not answer"):
        graph({"pixels": np.ones((1, 2, 8, 8), np.float32)})


@needs_openvino
def test_nothing_is_sent_and_no_trace_is_left(converted: tuple[Conversion, list[str], Path], guard: Guard) -> None:
    assert converted[2].read_text().split() == ["None"]  # the child worked with the telemetry made absent
    assert guard.tried == []
    assert guard.left == []


@needs_openvino
@pytest.mark.skipif(importlib.util.find_spec("openvino_telemetry") is None, reason="there is no telemetry to silence")
def test_importing_openvino_is_silent_here_and_would_not_be_otherwise(guard: Guard, tmp_path: Path) -> None:
    wait = "import openvino, time; time.sleep(2)"
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([guard.path, *sys.path])}
    for name, first in (
        ("silenced", "import rvergui.runtime.openvino_library as l; l.load_openvino(); "),
        ("bare", ""),
    ):
        home, log = tmp_path / name, tmp_path / f"{name}.log"
        home.mkdir()
        places = {"HOME": str(home), "USERPROFILE": str(home), "GUARD_LOG": str(log)}
        subprocess.run([sys.executable, "-c", first + wait], env={**environ, **places}, check=True)
    assert not (tmp_path / "silenced.log").exists()
    assert list((tmp_path / "silenced").iterdir()) == []
    # the same guard sees what OpenVINO does by itself, so the silence above means something
    assert (tmp_path / "bare.log").exists() or list((tmp_path / "bare").iterdir())


def test_openvino_is_imported_in_one_place_only() -> None:
    found = set()
    for path in Path(rvergui.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and node.level == 0 else []
            if any(name.split(".")[0] in ("openvino", "nncf", "openvino_telemetry") for name in names):
                found.add(path.name)
    assert found == set()  # openvino_library imports it by name, after it has silenced it


# --- what goes wrong -------------------------------------------------------------------------------------------------


@needs_openvino
@pytest.mark.parametrize(
    ("factory", "words"),
    [
        ("unwilling", "This network does not want to."),
        ("broken", "cannot convert this network (ValueError: no such thing)"),
        pytest.param(
            "deadly",
            "memory was not enough",
            marks=pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no signals that kill here"),
        ),
    ],
)
def test_a_failure_is_one_sentence_and_leaves_nothing(cache: OpenVinoCache, factory: str, words: str) -> None:
    conversion = Conversion(job(cache, factory))
    assert conversion.wait(LONG)
    assert conversion.problem is not None
    assert words in conversion.problem
    assert "\n" not in conversion.problem
    assert conversion.stored() is None
    cache.tidy()
    assert [path.name for path in cache.folder.iterdir() if path.name.startswith(factory) and path.is_dir()] == []


@needs_openvino
def test_a_conversion_that_is_not_true_to_torch_is_refused(tmp_path: Path) -> None:
    import torch

    def graph(scale: float) -> Graph:
        layer = torch.nn.Linear(4, 4, bias=False).eval()
        with torch.no_grad():
            layer.weight.copy_(torch.eye(4) * scale)
        return Graph("encoder", layer, (torch.randn(1, 4),), ("x",), ("y",))

    convert_graph(graph(2.0), tmp_path)
    check_graph(graph(2.0), tmp_path, None)
    with pytest.raises(RverError, match="answers differently from PyTorch's"):
        check_graph(graph(2.01), tmp_path, None)


@needs_openvino
def test_cancelling_ends_the_child_and_leaves_nothing_half_written(cache: OpenVinoCache) -> None:
    conversion = Conversion(job(cache, "plain", scale=5.0, seconds=60.0))
    deadline = time.monotonic() + LONG
    while not list(cache.folder.glob("plain-*.part")) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert list(cache.folder.glob("plain-*.part"))
    conversion.cancel()
    assert conversion.ended
    assert "cancelled" in (conversion.problem or "")
    assert list(cache.folder.glob("*.part")) == []
    assert cache.find(conversion.job.key) is None
    if hasattr(os, "fork"):
        with pytest.raises(ProcessLookupError):
            os.kill(conversion.process_id, 0)


# --- from torch to OpenVINO ------------------------------------------------------------------------------------------


PLAIN = Step("tests.runtime.little_graphs:plain", {"scale": 3.0}, CacheKey("plain", {"scale": 3.0}))


@pytest.fixture(scope="module")
def stored(cache: OpenVinoCache) -> StoredNetwork:
    """The plain network, converted."""
    conversion = Conversion(Job(PLAIN.factory, PLAIN.arguments, PLAIN.key, cache.folder))
    assert conversion.wait(LONG)
    found = conversion.stored()
    assert found is not None, conversion.problem
    return found


@pytest.fixture
def conversions(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """The jobs that were begun."""
    begun: list[Job] = []

    def begin(job: Job, on_change: Callable[[], None] | None = None) -> Conversion:
        begun.append(job)
        return Conversion(job, on_change)

    monkeypatch.setattr(openvino_switch, "Conversion", begin)
    return begun


@needs_openvino
def test_what_is_in_the_cache_is_not_converted_again(
    cache: OpenVinoCache, stored: StoredNetwork, conversions: list[Job]
) -> None:
    switch = Switch(ON_OPENVINO, [PLAIN], cache=cache)
    switch.begin()
    assert conversions == []
    assert switch.model is not None
    assert switch.place == "on CPU with OpenVINO"
    assert not switch.busy


@needs_openvino
def test_a_damaged_one_is_made_again_while_torch_answers(
    cache: OpenVinoCache, stored: StoredNetwork, conversions: list[Job]
) -> None:
    binary = stored.folder / "encoder.bin"
    binary.write_bytes(binary.read_bytes()[:-1] + b"\x55")
    heard: list[str] = []
    switch = Switch(ON_OPENVINO, [PLAIN], cache=cache)
    switch.on_change = lambda: heard.append(switch.why)
    assert (switch.model, switch.place) == (None, "on CPU with PyTorch")
    switch.begin()
    assert "PyTorch answers until it is converted for OpenVINO" in switch.why
    assert switch.progress_text.startswith("converting for OpenVINO")
    switch.wait()
    assert len(conversions) == 1
    assert switch.model is not None
    assert (switch.place, switch.progress_text) == ("on CPU with OpenVINO", "")
    assert any("converting the encoder" in why for why in heard)
    pixels = np.ones((1, 1, 8, 8), np.float32)
    assert switch.model.graph("encoder")({"pixels": pixels})["features"][0, 0, 4, 4] == pytest.approx(4.0)


@needs_openvino
def test_what_cannot_be_converted_stays_with_torch_and_says_why(cache: OpenVinoCache) -> None:
    switch = Switch(ON_OPENVINO, [Step("tests.runtime.little_graphs:unwilling", {}, CacheKey("no", {}))], cache=cache)
    switch.begin()
    switch.wait()
    assert (switch.model, switch.place) == (None, "on CPU with PyTorch")
    assert switch.why == "No GPU. This network does not want to; PyTorch answers instead."
    assert switch.refresh() is False


def test_closing_ends_a_conversion(cache: OpenVinoCache, conversions: list[Job]) -> None:
    arguments: dict[str, object] = {"scale": 7.0, "seconds": 60.0}
    switch = Switch(
        ON_OPENVINO, [Step("tests.runtime.little_graphs:plain", arguments, CacheKey("close", arguments))], cache=cache
    )
    switch.begin()
    assert switch.busy
    switch.close()
    assert not switch.busy
    assert switch.model is None


def test_with_a_gpu_or_without_openvino_nothing_is_converted(cache: OpenVinoCache, conversions: list[Job]) -> None:
    for kind in (Kind.CUDA, Kind.TORCH):
        switch = Switch(
            Device(kind, "Because."), [Step("tests.runtime.little_graphs:affine", {}, CacheKey("x", {}))], cache=cache
        )
        switch.begin()
        assert (switch.model, switch.why, switch.busy) == (None, "Because.", False)
    assert conversions == []


@needs_openvino
@needs_nncf
def test_an_8_bit_version_follows_with_its_agreement(cache: OpenVinoCache, stored: StoredNetwork, guard: Guard) -> None:
    key = CacheKey("plain-int8", {"scale": 3.0})
    steps = [PLAIN, Step("tests.runtime.little_graphs:calibration", {}, key, int8=True, images=4)]
    switch = Switch(ON_OPENVINO, steps, cache=cache)
    switch.begin()
    switch.wait()
    assert switch.place == "on CPU with OpenVINO, 8 bit"
    assert switch.model is not None
    figures = switch.model.info["figures"]
    assert 0.9 < figures["values"] <= 1.0
    assert f"values {figures['values']:.2f}" in switch.why
    assert switch.model.info["from"] == 3.0
    assert guard.tried == []
    assert guard.left == []


@needs_openvino
def test_an_8_bit_version_that_agrees_too_little_is_refused_and_not_tried_again(
    cache: OpenVinoCache, stored: StoredNetwork, conversions: list[Job]
) -> None:
    key = CacheKey("plain-bad", {"scale": 3.0})
    bad = Step("tests.runtime.little_graphs:calibration", {"noise": 0.3}, key, int8=True)
    part = cache.begin(key)
    for name in ("encoder.xml", "encoder.bin"):
        shutil.copyfile(stored.folder / name, part / name)
    calibration = little_graphs.calibration(dict(stored.info), noise=0.3)
    job = Job(bad.factory, bad.arguments, key, cache.folder, stored.folder)
    figures = compare(job, calibration, stored, part, lambda stage, fraction: None)
    assert figures == {"values": pytest.approx(0.7)}
    graphs, info = verdict(job, stored, part, figures, calibration.info)
    assert (graphs, list(part.iterdir())) == ((), [])
    cache.finish(key, part, graphs, info)
    switch = Switch(ON_OPENVINO, [PLAIN, bad], cache=cache)
    switch.begin()
    assert conversions == []
    assert switch.place == "on CPU with OpenVINO"
    assert "8-bit answers agree too little with 32-bit ones on 8 images (values 0.70; " in switch.why
    assert not switch.is_int8


def test_without_nncf_8_bit_says_what_to_install(
    cache: OpenVinoCache, stored: StoredNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openvino_switch, "installed_version", lambda package="openvino": None)
    steps = [PLAIN, Step("tests.runtime.little_graphs:calibration", {}, CacheKey("y", {}), int8=True)]
    switch = Switch(ON_OPENVINO, steps, cache=cache)
    switch.begin()
    assert 'pip install "rvergui[int8]"' in switch.why
    assert switch.model is not None


def test_without_openvino_the_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    monkeypatch.setattr(openvino_library, "installed_version", lambda package="openvino": None)
    with pytest.raises(RverError, match=r'not installed; to have it: pip install "rvergui\[fast\]"'):
        load_openvino()


def test_a_file_is_hashed_once_until_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights, read = tmp_path / "weights.pth", []
    weights.write_bytes(b"abc")

    def count(path: Path) -> str:
        read.append(path)
        return openvino_switch_digest(path)

    openvino_switch_digest = openvino_switch.file_digest
    monkeypatch.setattr(openvino_switch, "file_digest", count)
    first = weights_digest(weights, tmp_path / "cache")
    assert weights_digest(weights, tmp_path / "cache") == first
    assert len(read) == 1
    weights.write_bytes(b"abd")
    assert weights_digest(weights, tmp_path / "cache") != first
    assert len(read) == 2
    with pytest.raises(OSError, match="gone"):
        weights_digest(tmp_path / "gone", tmp_path / "cache")
