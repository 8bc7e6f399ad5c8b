from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import rvergui
from rvergui.project.demo import create_demo_project
from rvergui.samples import SAMPLE_CLASSES

REPOSITORY = Path(rvergui.__file__).parent.parent
DOCUMENT = REPOSITORY / "docs" / "api.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)

MASK = np.zeros((30, 40), dtype=bool)
MASK[5:15, 8:20] = True


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in (1, 2):
        pixels = np.random.default_rng(number).integers(1, 256, (30, 40, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.png")
    return folder


def test_every_example_of_the_document_runs(tmp_path, monkeypatch, capsys):
    create_demo_project(tmp_path, count=2, labelled=1)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "__main__"}
    assert len(BLOCKS) > 5
    for block in BLOCKS:
        exec(compile(block, str(DOCUMENT), "exec"), names)
    said = capsys.readouterr().out
    assert "2 photos, 18 classes" in said
    assert f"knows {len(SAMPLE_CLASSES)} foods" in said
    assert "objects on 1 photos; skipped: []" in said
    assert "['egg', None]" in said


def test_everything_that_is_offered_is_in_the_document_and_there():
    import rvergui.api

    offered = set(rvergui.__all__) - {"__version__"}
    assert offered == set(rvergui.api.__all__)
    stub = (REPOSITORY / "rvergui" / "__init__.pyi").read_text(encoding="utf-8")
    assert {
        alias.asname for node in ast.walk(ast.parse(stub)) if isinstance(node, ast.ImportFrom) for alias in node.names
    } == offered
    assert all(getattr(rvergui, name) is getattr(rvergui.api, name) for name in offered)
    functions = {name for name in offered if name.islower()}
    text = DOCUMENT.read_text(encoding="utf-8")
    assert all(f"rvergui.{name}(" in text for name in functions)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = rvergui.nonsense


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import rvergui", ("numpy", "PIL", "rvergui.api", "pydantic")),
        ("import rvergui; rvergui.open_project, rvergui.load_model", ("torch", "PySide6", "cv2", "openvino", "timm")),
    ],
)
def test_what_is_not_needed_is_not_loaded(code, absent):
    check = f"{code}; import sys; print([name for name in {absent!r} if name in sys.modules])"
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    said = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True, env=environment)
    assert said.stdout.strip() == "[]"


def test_what_is_written_is_read_again(tmp_path, photos):
    with rvergui.create_project(tmp_path / "p.rver", photos, classes=["egg"]) as project:
        first = project.photo("1.png")
        made = first.add_item(MASK, "bread")
        first.add_item(MASK * 255)
        assert project.classes == ["egg", "bread"]
        assert (made.name, made.state, made.box, made.area, made.verified) == (
            "bread", "confirmed", (8, 5, 12, 10), 120, False,
        )  # fmt: skip
    with rvergui.open_project(tmp_path / "p.rver") as project:
        assert [photo.status for photo in project.photos] == ["in_progress", "todo"]
        items = list(project.items())
        assert [item.name for item in items] == ["bread", None]
        assert np.array_equal(items[1].mask, MASK)
        assert [item.id for item in project.items(confirmed=True)] == [made.id]
        assert [item.name for item in project.items(confirmed=False)] == [None]
        assert [item.name for item in project.items(name="BREAD")] == ["bread"]
        roi, extra = items[0].views()
        assert np.array_equal(roi + extra, items[0].photo.pixels)
        assert not roi[~MASK].any()


def test_a_segmenter_answers_on_files_arrays_and_photos_alike(photos):
    photo = rvergui.load_photo(photos / "1.png")
    with rvergui.load_segmenter("fake") as segmenter:
        mask = segmenter.click(photo, 20, 15)
        assert mask.shape == (30, 40)
        assert mask.dtype == bool
        assert mask[15, 20]
        assert np.array_equal(segmenter.click(str(photos / "1.png"), 20, 15), mask)
        assert np.array_equal(segmenter.click(np.array(photo.pixels), 20, 15), mask)
        assert not segmenter.cut(photo, points=[(20, 15)], away=[(22, 15)])[15, 22]
        assert segmenter.cut(photo, box=(30, 20, 5, 5))[12, 15]
        found = segmenter.find_everything(photo)
        assert found == sorted(found, key=lambda each: -each.score)


def test_what_cannot_be_is_told_in_a_sentence(tmp_path, photos):
    project = rvergui.create_project(tmp_path / "p.rver", photos)
    first = project.photos[0]
    with rvergui.load_segmenter("fake") as segmenter:
        for act, words in (
            (lambda: rvergui.open_project(tmp_path / "gone.rver"), "no project gone.rver"),
            (lambda: rvergui.open_project(tmp_path / "p.rver", write=True), "cannot be changed now.*another window"),
            (lambda: rvergui.create_project(tmp_path / "p.rver"), "already"),
            (lambda: project.photo("gone.png"), "no photo 'gone.png'"),
            (lambda: list(project.items(name="gone")), "no class 'gone'"),
            (lambda: project.add_photos([photos / "gone.png"]), "no photo"),
            (lambda: first.add_item(MASK[1:]), "40x29 pixels and the photo 40x30"),
            (lambda: first.add_item(MASK & False), "no object"),
            (lambda: first.add_item(MASK, " "), "cannot be empty"),
            (lambda: rvergui.views(MASK, MASK), "is no photo"),
            (lambda: rvergui.views(3, MASK), "int is no photo"),
            (lambda: segmenter.click(photos / "1.png", 50, 50), "outside the photo"),
            (lambda: segmenter.cut(photos / "1.png"), "Nothing is asked for"),
            (lambda: segmenter.cut(photos / "1.png", away=[(1, 1)]), "Nothing is asked for"),
            (lambda: rvergui.load_segmenter("gone"), "no segmenter called"),
            (lambda: rvergui.load_model(tmp_path / "gone.safetensors"), "gone.safetensors"),
        ):
            with pytest.raises(rvergui.RverError, match=words):
                act()
    assert first.items == []
    project.close()
    with rvergui.open_project(tmp_path / "p.rver") as read, pytest.raises(rvergui.RverError, match="read-only"):
        read.photos[0].add_item(MASK)
