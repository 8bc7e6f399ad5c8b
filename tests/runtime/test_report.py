from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from rvergui.runtime import report as module
from rvergui.runtime.machine import free_disk, memory, readable_size
from rvergui.runtime.probes import Probe, probe, probe_all
from rvergui.runtime.report import CHECKS, Evidence, Finding, Level, findings, has_problem
from rvergui.runtime.weights import weight_files

TORCH_FOUND = {
    "versions": dict.fromkeys(
        ("torch", "torchvision", "timm", "segment_anything", "torchmetrics", "safetensors"), "1.0"
    ),
    "broken": {},
    "gpu": None,
    "why_not": "build",
    "threads": 4,
}
GOOD = {
    "qt": Probe({"pyside": "6.12.0", "qt": "6.12.0", "platform": "offscreen"}),
    "torch": Probe(TORCH_FOUND),
    "opencv": Probe({"opencv": "5.0.0", "file": "cv2"}),
}


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.upper().startswith("RVERGUI_"):
            monkeypatch.delenv(name)


def evidence(tmp_path: Path, environ: dict[str, str] | None = None, distributions=None, **probes: Probe) -> Evidence:
    return Evidence(environ or {"QT_QPA_PLATFORM": "offscreen"}, {**GOOD, **probes}, distributions or {}, tmp_path)


def of(topic: str, report: list[Finding]) -> list[Finding]:
    return [finding for finding in report if finding.topic == topic]


def test_a_probe_brings_back_what_it_found():
    got = probe(
        "import os\nprint('noise')\nfound = {'answer': 6 * 7, 'seen': os.environ['RVER_TEST']}", {"RVER_TEST": "ü"}
    )
    assert got == Probe({"answer": 42, "seen": "ü"})


def test_a_failing_import_becomes_the_last_line_of_the_complaint():
    got = probe("import there_is_no_such_module")
    assert got.found == {}
    assert got.error == "ModuleNotFoundError: No module named 'there_is_no_such_module'"


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_crash_is_told_and_not_caught_from_it():
    got = probe("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\nfound = {}")
    assert got.error is not None
    assert "signal 11" in got.error


def test_a_silent_end_is_told():
    assert probe("import os\nos._exit(7)\nfound = {}").error == "the process ended with code 7 and no message"


def test_a_probe_that_hangs_is_given_up():
    got = probe("import time\ntime.sleep(60)\nfound = {}", timeout=0.5)
    assert got.error is not None
    assert "no answer" in got.error


def test_several_probes_come_back_by_name():
    got = probe_all({"a": ("found = {'x': 1}", {}), "b": ("raise SystemExit(3)", {})})
    assert got["a"].found == {"x": 1}
    assert got["b"].error is not None


def test_a_sound_installation_has_no_problem(tmp_path):
    report = findings(evidence(tmp_path))
    assert not has_problem(report)
    assert of("torch", report) == [Finding("torch", Level.OK, "1.0")]
    assert of("OpenVINO", report)[0].text.startswith("Not installed")
    assert "for the CPU only" in of("GPU", report)[0].text
    assert "4 threads" in of("GPU", report)[0].text


def test_every_check_gives_findings_that_json_takes(tmp_path):
    for check in CHECKS:
        lines = list(check(evidence(tmp_path)))
        assert lines or check is module._memory
        for line in lines:
            assert json.loads(json.dumps(line.as_dict()))["level"] in ("ok", "warning", "problem")
            assert "\n" not in line.text + line.advice


def test_qt_that_does_not_load_is_a_problem_with_advice(tmp_path):
    report = findings(evidence(tmp_path, qt=Probe(error="ImportError: libEGL.so.1: cannot open shared object file")))
    assert has_problem(report)
    line = of("Qt", report)[0]
    assert line.level is Level.PROBLEM
    assert "libEGL.so.1" in line.text
    assert line.advice


def test_torchvision_that_does_not_fit_torch_is_told_apart(tmp_path):
    versions = {"torch": "2.9.0", "safetensors": "0.6"}
    reason = "RuntimeError: operator torchvision::nms does not exist"
    broken = dict.fromkeys(("torchvision", "timm", "segment_anything", "torchmetrics"), reason)
    report = findings(evidence(tmp_path, torch=Probe({**TORCH_FOUND, "versions": versions, "broken": broken})))
    assert has_problem(report)
    assert of("torch", report)[0].level is Level.OK
    line = of("torchvision", report)[0]
    assert line.level is Level.PROBLEM
    assert "nms" in line.text
    assert "pip install --force-reinstall torch torchvision" in line.advice
    assert of("timm", report)[0].advice == "Repair torchvision first, this comes from it."


def test_a_library_that_is_broken_by_itself_gets_its_own_advice(tmp_path):
    broken = {"segment_anything": "ImportError: no module"}
    report = findings(evidence(tmp_path, torch=Probe({**TORCH_FOUND, "broken": broken})))
    line = of("segment_anything", report)[0]
    assert line.advice == "Install it again: pip install --force-reinstall segment-anything"


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({"gpu": {"name": "Card X", "bytes": 24_000_000_000, "count": 2}}, "Found: Card X, 24 GB and 1 more"),
        ({"gpu": {"name": "Apple GPU (MPS)", "bytes": None, "count": 1}}, "Found: Apple GPU (MPS)"),
        (
            {"why_not": "driver", "built_for": "CUDA 13.2", "detail": "driver too old\nsecond line"},
            "Not used: torch is built for CUDA 13.2 but finds no usable card or driver (driver too old)"
            "; networks run on the CPU with 4 threads",
        ),
    ],
)
def test_the_gpu_is_told_in_words(tmp_path, found, expected):
    report = findings(evidence(tmp_path, torch=Probe({**TORCH_FOUND, **found})))
    assert of("GPU", report)[0].text == expected


def test_opencv_with_its_own_window_is_warned_of(tmp_path):
    report = findings(evidence(tmp_path, distributions={"opencv-python": "5.0", "opencv-python-headless": "5.0"}))
    line = of("OpenCV", report)[0]
    assert line.level is Level.WARNING
    assert line.advice.startswith("pip uninstall -y opencv-python ")
    assert not has_problem(report)


def test_openvino_is_told_by_version(tmp_path):
    assert of("OpenVINO", findings(evidence(tmp_path, distributions={"openvino": "2025.1"})))[0].text == "2025.1"


@pytest.mark.skipif(os.name != "posix" or os.uname().sysname != "Linux", reason="Linux only")
def test_no_screen_is_a_warning_not_a_problem(tmp_path):
    line = of("Screen", findings(evidence(tmp_path, environ={"HOME": "/"})))[0]
    assert line.level is Level.WARNING
    assert "--screenshot" in line.advice


def test_weights_are_listed_with_their_size_and_cut_downloads_are_told(tmp_path, monkeypatch):
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / "mobile_sam.pt").write_bytes(b"x" * 1000)
    (folder / "own.safetensors").write_bytes(b"x" * 2_500_000)
    (folder / "notes.txt").write_text("no weights")
    monkeypatch.setenv("RVERGUI_WEIGHTS", os.pathsep.join([str(folder), str(tmp_path / "gone")]))
    lines = of("Weights", findings(evidence(tmp_path)))
    gone, cut, own = lines[0], lines[1], lines[2]
    assert gone.level is Level.WARNING
    assert str(tmp_path / "gone") in gone.text
    assert cut.level is Level.WARNING
    assert "mobile_sam.pt" in cut.text
    assert own == Finding("Weights", Level.OK, f"{folder / 'own.safetensors'} (2.5 MB)")
    assert not any("notes.txt" in line.text for line in lines)


def test_a_wrong_or_misspelt_variable_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("RVERGUI_THREADS", "lots")
    monkeypatch.setenv("RVERGUI_WEIHGTS", "somewhere")
    report = findings(evidence(tmp_path))
    levels = {line.level: line.text for line in of("Settings", report)}
    assert "RVERGUI_THREADS" in levels[Level.PROBLEM]
    assert "RVERGUI_WEIHGTS" in levels[Level.WARNING]
    assert has_problem(report)


def test_little_disk_and_memory_are_warned_of(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "free_disk", lambda _: 5_000_000)
    monkeypatch.setattr(module, "memory", lambda: (8_000_000_000, 1_000_000_000))
    report = findings(evidence(tmp_path))
    assert of("Disk", report)[0].level is Level.WARNING
    assert "5.0 MB free" in of("Disk", report)[0].text
    assert of("Memory", report)[0].level is Level.WARNING
    assert of("Memory", report)[0].text == "8.0 GB, 1.0 GB of it available"


def test_memory_of_this_machine_makes_sense(tmp_path):
    total, available = memory()
    assert total is None or total > 100_000_000
    assert available is None or total is None or 0 < available <= total
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal:  1000 kB\nMemAvailable:    500 kB\n")
    if os.name == "posix":
        assert memory(meminfo)[1] == 512_000
        assert memory(tmp_path / "absent")[1] is None


def test_free_disk_of_a_folder_that_is_not_there_is_that_of_its_parent(tmp_path):
    there, deeper = free_disk(tmp_path), free_disk(tmp_path / "a" / "b")
    assert there is not None
    assert deeper is not None
    assert abs(there - deeper) < 1_000_000_000


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1500, "1.5 kB"),
        (375_042_383, "375 MB"),
        (2_564_550_879, "2.6 GB"),
        (3e12, "3.0 TB"),
    ],
)
def test_sizes_are_for_people(count, text):
    assert readable_size(int(count)) == text


def test_weight_files_come_by_folder_and_name(tmp_path):
    for name in ("b.pth", "a.pt", "folder.pt/inner", "c.jpg"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"12345")
    (tmp_path / "empty.onnx").touch()
    found = weight_files([tmp_path / "gone", tmp_path])
    assert [(f.path.name, f.size, f.is_cut_short) for f in found] == [
        ("a.pt", 5, False),
        ("b.pth", 5, False),
        ("empty.onnx", 0, True),
    ]
