"""A network judged for a report, and the report as a page: whole, self-contained, safe whatever classes are called."""

from __future__ import annotations

import json
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

from rvergui.core import RverError
from rvergui.project import Project
from rvergui.project.photo_roles import Role
from rvergui.study.judgement import Judgement, judge, noise_steps
from rvergui.study.page import page, write_page
from rvergui.training.view_store import StoppedError
from tests.training.little_data import PHOTOS, write_pairs

HOSTILE = {
    "tomato": '<script>alert("1")</script>',
    "pea": "</title><img src=https://example.org/x onerror=alert(1)>",
    "plum": "قمر & \"quotes\" 'x' \u202eabc",
}
VOID = {"meta", "img", "br", "rect", "path", "circle", "polygon", "polyline"}


class _Checked(HTMLParser):
    """Fails on tags that do not close, and notes what is loaded."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        given = dict(attrs)
        self.loaded += [value or "" for key, value in attrs if key in ("src", "href", "xlink:href", "data", "action")]
        assert not any(key.startswith("on") for key in given), given
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in VOID
        self.handle_starttag(tag, attrs)


def _check(html: str) -> _Checked:
    checked = _Checked()
    checked.feed(html)
    checked.close()
    assert checked.open == []
    assert all(each.startswith("data:image/jpeg;base64,") for each in checked.loaded)
    assert "script" not in checked.seen
    assert "@import" not in html
    assert "url(" not in html
    return checked


@pytest.fixture(scope="module")
def hostile(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The little project with class names that would break a page that did not expect them."""
    folder = tmp_path_factory.mktemp("hostile") / "project"
    shutil.copytree(project.parent, folder)
    path = folder / project.name
    with Project.open(path) as opened:
        before = after = opened.taxonomy()
        for old, new in HOSTILE.items():
            food = after.find(old)
            assert food is not None
            after = after.renamed(food.id, new)
        opened.save_taxonomy(before, after, "rename")
    return path


@pytest.fixture(scope="module")
def judged(model: Path, hostile: Path) -> Judgement:
    """Spoilt so much that there are mistakes to show."""
    return judge(
        model, hostile, "all", noise=["permute:4"], curves=["permute", "translocate:60,-85"], draws=50, pictures=True
    )


def test_a_page_stands_alone_and_escapes_every_name(judged: Judgement, tmp_path: Path) -> None:
    path = write_page(judged, tmp_path / "deep" / "report.html")
    html = path.read_text(encoding="utf-8")
    checked = _check(html)
    assert {"table", "svg", "img", "bdi"} <= checked.seen
    assert "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;" in html
    assert "prefers-color-scheme: dark" in html
    assert "default-src 'none'" in html
    for title in ("Classes", "Confusion matrix", "Noise", "Worst confusions", "How sure it is", "In short"):
        assert f"<h2>{title}</h2>" in html


def test_photos_that_it_was_trained_on_are_marked(judged: Judgement) -> None:
    html = page(judged)
    seen = judged.result["seen_in_training"]
    assert 0 < seen <= judged.result["items"]
    assert f"trained on the photos of {seen} of these {judged.result['items']} objects" in html
    assert any(one.seen for pair in judged.worst for one in pair.objects)
    assert html.count("trained on</em>") == sum(one.seen for pair in judged.worst for one in pair.objects)


def test_every_noise_is_measured_on_its_own(judged: Judgement) -> None:
    with_noise = judged.result["with_noise"]
    assert list(with_noise) == [*noise_steps(["permute"]), "translocate:60,-85"]
    assert with_noise["permute:112"]["top1"] >= with_noise["permute:7"]["top1"]
    assert json.loads(json.dumps(judged.result))["with_noise"]["permute:7"]["intervals"]["top1"]


def test_only_unseen_photos_are_judged_unless_all_are_asked_for(model: Path, hostile: Path) -> None:
    found = judge(model, hostile, draws=0, pictures=True)
    assert found.result["seen_in_training"] == 0
    html = page(found)
    _check(html)
    assert "trained on</em>" not in html


def test_what_the_project_holds_out_for_good_can_judge_alone(model: Path, project: Path, tmp_path: Path) -> None:
    found = judge(model, project, "held-out", draws=0)
    with Project.open(project, read_only=True) as opened:
        held = {photo for photo, role in opened.photo_roles().items() if role is Role.HELD_OUT}
    assert set(found.evaluation.probabilities.photo_keys) == held
    assert found.result["seen_in_training"] == 0
    with pytest.raises(RverError, match="holds no labelled photo out for good"):
        judge(model, write_pairs(tmp_path / "pairs", PHOTOS[:4]), "held-out", draws=0)


def test_it_can_be_stopped_and_says_how_far_it_is(model: Path, project: Path) -> None:
    told: list[tuple[int, int]] = []
    with pytest.raises(StoppedError):
        judge(model, project, reading=lambda d, t: told.append((d, t)), cancelled=lambda: len(told) > 3)
    assert told[-1] == (4, 12)
    judging: list[tuple[int, int]] = []
    judge(model, project, "all", curves=["permute:8"], draws=0, judging=lambda d, t: judging.append((d, t)))
    assert judging[0] == (0, 2)
    assert judging[-1] == (2, 2)


def test_usual_steps_have_a_name_and_what_is_no_noise_is_told() -> None:
    assert noise_steps(["permute:16", "PERMUTE"])[:2] == ["permute:16", "permute:112"]
    assert noise_steps(["translocate:1,2", "translocate:1,2"]) == ["translocate:1,2"]
    with pytest.raises(RverError, match="There is no noise “blur”"):
        noise_steps(["blur"])
