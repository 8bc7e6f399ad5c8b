from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.cli.command_line import Start, pretend_module

METRICS = {
    "items": 5,
    "photos": 2,
    "noise": [],
    "surroundings": True,
    "top1": 0.8,
    "top5": 1.0,
    "macro_f1": 0.75,
    "ece": 0.1,
    "ece_raw": 0.2,
    "temperature": 1.0,
    "intervals": {},
    "look_alike_f1": {},
    "look_alike_intervals": {},
    "per_class": {"rice": 0.9, "soup": 0.6},
    "per_class_intervals": {},
    "seen_in_training": 3,
    "skipped": ["a.jpg is damaged; copy it again."],
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[str, dict[str, object]]]:
    calls: list[tuple[str, dict[str, object]]] = []

    def judge(checkpoint: Path, data: Path, split: str, **options: object) -> object:
        assert checkpoint.name == "net.safetensors"
        for told in ("reading", "cancelled"):
            options.pop(told)
        options.pop("judging", None)
        calls.append((split, options))
        changes = {"noise": list(options["noise"]), "surroundings": options["context"]}  # type: ignore[call-overload]
        return SimpleNamespace(result={**METRICS, **changes})

    def write_page(judgement: object, path: Path) -> Path:
        path.write_text("page")
        return path

    pretend_module(monkeypatch, "rvergui.study.judgement", judge=judge)
    pretend_module(monkeypatch, "rvergui.study.page", write_page=write_page)
    pretend_module(monkeypatch, "rvergui.training.view_store", StoppedError=KeyError)
    (tmp_path / "net.safetensors").touch()
    (tmp_path / "pairs").mkdir()
    return calls


def test_evaluate_prints_numbers_for_people_and_programs(rvergui: Start, asked: list) -> None:
    said = rvergui("evaluate", "net.safetensors", "pairs")
    assert said.status == 0
    assert said.out.splitlines() == [
        "5 objects on 2 photos",
        "top-1        80.0%",
        "top-5       100.0%",
        "macro F1     0.750",
        "ECE          0.100",
        "F1 per class, worst first:",
        "  soup 0.600",
        "  rice 0.900",
        "Note: the network was trained on photos with 3 of these objects.",
    ]
    assert said.err == "Left out: a.jpg is damaged; copy it again.\n"
    assert json.loads(rvergui("evaluate", "net.safetensors", "pairs", "--json", "--split", "all").out) == METRICS
    assert [split for split, _ in asked] == ["test", "all"]
    assert asked[0][1] == {
        "noise": [],
        "curves": [],
        "context": True,
        "look_alikes": None,
        "draws": 1000,
        "seed": 0,
        "pictures": False,
    }


def test_the_model_may_be_an_option_and_a_report_is_written(rvergui: Start, asked: list, tmp_path: Path) -> None:
    said = rvergui("evaluate", "pairs", "--checkpoint", "net.safetensors", "--curves", "permute", "--html", "r.html")
    assert (said.status, said.out.splitlines()[-1]) == (0, "Wrote r.html")
    assert (tmp_path / "r.html").read_text() == "page"
    assert (asked[0][1]["curves"], asked[0][1]["pictures"]) == (["permute"], True)


def test_lines_for_a_window(rvergui: Start, asked: list, tmp_path: Path) -> None:
    from rvergui.training.evaluate_events import Judged, Reading, parse_event

    said = rvergui("evaluate", "pairs", "--checkpoint", "net.safetensors", "--html", "r.html", "--events")
    events = [parse_event(line) for line in said.out.splitlines()]
    assert events[0] == Reading(0, 0)
    assert events[-1] == Judged(METRICS, "r.html")
    assert parse_event("a library's warning") is None
    assert parse_event('{"event": "reading"}') is None


def test_what_is_asked_for_is_measured(rvergui: Start, asked: list, tmp_path: Path) -> None:
    (tmp_path / "g.txt").write_text("apples=golden,granny\n")
    said = rvergui(
        "evaluate", "net.safetensors", "pairs", "--split", "val", "--noise", "permute:16", "--noise",
        "translocate:60,-85@roi", "--no-surroundings", "--look-alikes", "ketchup,chili paste", "--look-alikes", "g.txt",
        "--bootstrap", "0", "--seed", "7",
    )  # fmt: skip
    assert said.status == 0
    assert asked == [
        (
            "val",
            {
                "noise": ["permute:16", "translocate:60,-85@roi"],
                "curves": [],
                "context": False,
                "look_alikes": {
                    "ketchup / chili paste": ("ketchup", "chili paste"),
                    "apples": ("golden", "granny"),
                },
                "draws": 0,
                "seed": 7,
                "pictures": False,
            },
        )
    ]
    assert said.out.startswith(
        "5 objects on 2 photos, with permute:16 and translocate:60,-85@roi, surroundings blacked out\n"
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--noise", "blur:3"], "There is no noise “blur:3”"),
        (["--noise", "permute:0"], "permute:16"),
        (["--look-alikes", "ketchup"], "two classes at least"),
        (["--look-alikes", "gone.json"], "gone.json could not be read"),
        (["--out", "net.safetensors"], "is a file"),
        (["--html", "pairs"], "is a folder"),
        (["--curves", "blur"], "There is no noise “blur”"),
        (["--checkpoint", "net.safetensors"], "Give one model"),
    ],
)
def test_bad_options_are_told_before_anything_takes_long(
    rvergui: Start, asked: list, options: list[str], words: str
) -> None:
    said = rvergui("evaluate", "net.safetensors", "pairs", *options)
    assert (said.status, said.out) == (1, "")
    assert words in said.err
    assert said.err.count("\n") == 1
    assert asked == []


def test_intervals_and_look_alikes_are_shown() -> None:
    from rvergui.cli.evaluate import table

    text = table(
        {
            **METRICS,
            "temperature": 1.7,
            "intervals": {"top1": [0.7, 0.9], "ece": [0.05, 0.25]},
            "look_alike_f1": {"sauces": 0.5},
            "look_alike_intervals": {"sauces": [0.25, 0.75]},
            "per_class_intervals": {"soup": [0.5, 0.7]},
        }
    )
    assert "top-1        80.0%  [70.0%, 90.0%]" in text
    assert "ECE          0.100  [0.050, 0.250] (without the temperature 0.200)" in text
    assert "F1 on look-alikes:\n  sauces 0.500  [0.250, 0.750]" in text
    assert "  soup 0.600  [0.500, 0.700]" in text
