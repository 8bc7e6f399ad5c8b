from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from rvergui.cli import train as train_module
from rvergui.cli.train_output import LinesOfJson
from rvergui.core import RverError
from rvergui.training.events import Cancelled, Epoch, Estimate, Failed, Finished, Preparing, Started, Step, parse_event
from rvergui.training.options import TrainOptions
from rvergui.training.run_folder import RunFolder
from tests.cli.command_line import pretend_module

METRICS = {"top1": 0.75, "top5": 1.0, "macro_f1": 0.5, "loss": 0.4}
STARTED = Started(
    model="a + b, 224 px",
    start="v1",
    train_items=17,
    val_items=5,
    train_photos=4,
    val_photos=1,
    classes=["rice", "soup"],
    epochs=1,
    steps=1,
    device="CPU",
    skipped=["x.jpg is damaged; copy it again."],
    notes=["It starts at random."],
)
RUN = [
    Preparing(done=1, total=2),
    STARTED,
    Step(step=1, steps=1, epoch=1, loss=None, lr=0.001, seconds_left=0.0),
    Epoch(epoch=1, train_loss=0.5, val_loss=0.6, top1=0.75, macro_f1=0.5, best=True),
    Finished(checkpoint="out.safetensors", metrics=METRICS, parent_metrics={**METRICS, "top1": 0.25}, seconds=12.4),
]


class StoppedEarly(RverError):
    pass


@pytest.fixture(autouse=True)
def _deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody in this process reads the standard input of the tests."""
    monkeypatch.setattr(train_module, "Listener", lambda: SimpleNamespace(cancelled=False))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> list[TrainOptions]:
    """A run that is over at once; returns the options that it got."""
    got: list[TrainOptions] = []

    def train(options: TrainOptions, emit: Callable[[object], None], cancelled: Callable[[], bool]) -> Path:
        got.append(options)
        assert not cancelled()
        for event in RUN:
            emit(event)
        return options.out

    pretend_module(monkeypatch, "rvergui.training.run", train=train, TrainingCancelledError=StoppedEarly)
    return got


def test_only_source_and_out_are_needed_and_the_rest_is_the_run_s_own_default(rvergui, run):
    assert rvergui("train", "meals.rver", "--out", "out.safetensors").status == 0
    assert run == [TrainOptions(source=Path("meals.rver"), out=Path("out.safetensors"))]


def test_every_option_reaches_the_run(rvergui, run):
    said = rvergui(
        "train", "pairs", "--out", "o.safetensors", "--from", "v1.safetensors", "--roi", "deit_tiny",
        "--extra-roi", "x", "--epochs", 3, "--batch-size", 7, "--learning-rate", 0.01, "--seed", 9,
        "--val-share", 0.3, "--size", 96, "--workers", 2,
    )  # fmt: skip
    assert said.status == 0
    assert run == [
        TrainOptions(
            source=Path("pairs"),
            out=Path("o.safetensors"),
            start_from=Path("v1.safetensors"),
            roi="deit_tiny",
            extra_roi="x",
            epochs=3,
            batch_size=7,
            learning_rate=0.01,
            seed=9,
            val_share=0.3,
            size=96,
            workers=2,
        )
    ]


def test_events_are_one_json_object_a_line_and_nothing_else(rvergui, run):
    said = rvergui("train", "meals.rver", "--out", "out.safetensors", "--events")
    assert said.status == 0
    assert [parse_event(line) for line in said.out.splitlines()] == RUN
    assert [json.loads(line)["event"] for line in said.out.splitlines()] == [event.event for event in RUN]


def test_people_get_sentences(rvergui, run):
    said = rvergui("train", "meals.rver", "--out", "out.safetensors")
    lines = said.out.splitlines()
    assert lines[0].startswith("a + b, 224 px from v1 on CPU: 17 objects on 4 photos to learn from, 5 on 1 to judge by")
    assert lines[1] == "epoch   1: loss 0.500, held out 0.600, top-1 75.0%, macro F1 0.500 (best so far)"
    assert lines[2] == "out.safetensors: top-1 75.0%, top-5 100.0%, macro F1 0.500 after 12 s"
    assert "top-1 25.0%" in lines[3]
    assert "Left out: x.jpg is damaged" in said.err
    assert "Note: It starts at random." in said.err


@pytest.mark.parametrize("events", [[], ["--events"]])
def test_a_run_that_fails_says_so_in_one_line(rvergui, monkeypatch, events):
    def train(options, emit, cancelled):
        emit(Failed(message="There is too little data; label more."))
        raise RverError("There is too little data; label more.")

    pretend_module(monkeypatch, "rvergui.training.run", train=train, TrainingCancelledError=StoppedEarly)
    said = rvergui("train", "meals.rver", "--out", "out.safetensors", *events)
    assert (said.status, said.err) == (1, "There is too little data; label more.\n")
    assert [parse_event(line) for line in said.out.splitlines()] == (
        [Failed(message="There is too little data; label more.")] if events else []
    )


def test_a_run_stopped_before_its_first_result_has_its_own_status(rvergui, monkeypatch):
    def train(options, emit, cancelled):
        emit(Cancelled())
        raise StoppedEarly("Training was cancelled; nothing was changed.")

    pretend_module(monkeypatch, "rvergui.training.run", train=train, TrainingCancelledError=StoppedEarly)
    said = rvergui("train", "meals.rver", "--out", "out.safetensors")
    assert (said.status, said.err) == (130, "Training was cancelled; nothing was changed.\n")


def test_a_reader_that_is_gone_is_noticed():
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError(32, "Broken pipe")

    lines = LinesOfJson(Gone())
    lines.emit(RUN[0])
    assert lines.nobody_listens
    lines.emit(RUN[1])  # and nothing more is tried


# A real process: the run goes on until it is asked to stop.

ENDLESS = """
import sys, time, types
run = types.ModuleType("rvergui.training.run")
from rvergui.core import RverError
from rvergui.training.events import Cancelled, Preparing
class Stopped(RverError): pass
def train(options, emit, cancelled):
    end = time.monotonic() + 60
    while not cancelled() and time.monotonic() < end:
        emit(Preparing(done=0, total=1))
        time.sleep(0.02)
    emit(Cancelled(checkpoint=None))
    raise Stopped("cancelled" if cancelled() else "never asked")
run.train, run.TrainingCancelledError = train, Stopped
sys.modules["rvergui.training.run"] = run
from rvergui.__main__ import main
sys.exit(main(["train", "meals.rver", "--out", "out.safetensors", "--events"]))
"""


@pytest.fixture
def endless(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", ENDLESS], stdin=pipe, stdout=pipe, stderr=pipe, text=True, cwd=tmp_path
    ) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["event"] == "preparing"
        yield process
        process.kill()


def ask_by_line(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("cancel\n")
    process.stdin.flush()


def ask_by_signal(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGTERM)


WAYS = [ask_by_line] if os.name == "nt" else [ask_by_line, ask_by_signal]


@pytest.mark.parametrize("ask", WAYS)
def test_a_run_can_be_asked_to_stop(endless, ask):
    begin = time.monotonic()
    ask(endless)
    out, err = endless.communicate(timeout=30)
    assert time.monotonic() - begin < 10
    assert endless.returncode == 130
    assert json.loads(out.splitlines()[-1]) == {"event": "cancelled", "checkpoint": None}
    assert err == "cancelled\n"


def test_a_window_that_dies_takes_its_run_along(endless):
    endless.stdout.close()
    _, err = endless.communicate(timeout=30)
    assert endless.returncode == 130
    assert err == "cancelled\n"


def test_every_further_option_reaches_the_run(rvergui, run):
    said = rvergui(
        "train", "pairs", "--out", "o.safetensors", "--recipe", "published", "--separate", "--features", "pooled",
        "--integration", "gated", "--looks-at", "pair", "--preprocessing", "close_up", "--patience", 4, "--optimizer",
        "adamw", "--balance", "sampler", "--freeze", "backbones", "--variants", 2, "--noise", "permute:16", "--noise",
        "translocate:60,-85", "--teacher", "t.safetensors", "--distil", "soft", "--distil-weight", 0,
        "--distil-temperature", 2, "--resume", "--last", "--log-dir", "logs", "--tensorboard", "--half", "--precision",
        "bfloat16", "--checkpointing", "--device", "cpu",
    )  # fmt: skip
    assert said.status == 0, said.err
    assert run == [
        TrainOptions(
            source=Path("pairs"),
            out=Path("o.safetensors"),
            recipe="published",
            shared=False,
            features="pooled",
            integration="gated",
            looks_at="pair",
            preprocessing="close_up",
            patience=4,
            optimizer="adamw",
            balance="sampler",
            freeze="backbones",
            variants=2,
            noise=("permute:16", "translocate:60,-85"),
            teacher=Path("t.safetensors"),
            distil="soft",
            distil_weight=0.0,
            distil_temperature=2.0,
            resume=True,
            last=True,
            log_dir=Path("logs"),
            tensorboard=True,
            half=True,
            precision="bfloat16",
            checkpointing=True,
            device="cpu",
        )
    ]
    assert (run[0].epochs, run[0].learning_rate) == (30, 4e-3)  # the recipe's, since nobody named them


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("--distil", "often"), "distil: Input should be 'hard' or 'soft'"),
        (("--recipe", "mine"), "no recipe “mine”"),
        (("--noise", "blur:2"), "no noise “blur:2”"),
    ],
)
def test_a_value_that_makes_no_sense_is_one_sentence(rvergui, run, asked, words):
    said = rvergui("train", "pairs", "--out", "o.safetensors", *asked)
    assert said.status == 1
    assert words in said.err
    assert said.err.count("\n") == 1
    assert run == []


def test_people_hear_where_a_run_goes_on_and_why_it_ends(rvergui, monkeypatch):
    def train(options, emit, cancelled):
        emit(STARTED.model_copy(update={"resumed_at": 7, "steps": 20}))
        emit(RUN[-1].model_copy(update={"stopped_early": True}))

    pretend_module(monkeypatch, "rvergui.training.run", train=train, TrainingCancelledError=StoppedEarly)
    said = rvergui("train", "meals.rver", "--out", "out.safetensors")
    assert "goes on after step 7 of 20" in said.out
    assert "Nothing got better any more" in said.out


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        (("--what", "head"), {"freeze": "backbones"}),
        (("--what", "last-blocks", "--from", "imagenet"), {"freeze": "early"}),
        (("--what", "everything", "--from", "scratch"), {"freeze": "none", "scratch": True}),
        (("--what", "head", "--freeze", "roi"), {"freeze": "roi"}),
        (("--until-best",), {"epochs": 60, "patience": 6}),
        (("--what", "head", "--until-best", "--epochs", 9), {"freeze": "backbones", "epochs": 9, "patience": 15}),
        (("--set", "flip=0", "--set", "label-smoothing=0.2"), {"flip": 0.0, "label_smoothing": 0.2}),
    ],
)
def test_the_three_choices_and_any_other_option_reach_the_run(rvergui, run, words, fields):
    said = rvergui("train", "meals.rver", "--out", "out.safetensors", *words)
    assert said.status == 0, said.err
    assert run == [TrainOptions(source=Path("meals.rver"), out=Path("out.safetensors"), **fields)]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--from", "nobody"), "There is no model “nobody”"),
        (("--set", "flip"), "says no value"),
        (("--set", "flop=1"), "flop"),
        (("--what", "head", "--from", "scratch"), "random backbones must learn"),
    ],
)
def test_choices_that_make_no_sense_are_one_sentence(rvergui, run, words, sentence):
    said = rvergui("train", "meals.rver", "--out", "out.safetensors", *words)
    assert (said.status, run) == (1, [])
    assert sentence in said.err
    assert said.err.count("\n") == 1


def test_an_estimate_is_told_and_nothing_is_trained(rvergui, run, monkeypatch):
    found = Estimate(
        model="a + b, 224 px", start="groceries", items=210, batch_size=32, epochs=15, prepare_seconds=20,
        epoch_seconds=40, memory=1_200_000_000, device="CPU",
    )  # fmt: skip

    def estimate(options, emit, cancelled, spent):
        assert spent >= 0
        emit(found)

    pretend_module(monkeypatch, "rvergui.training.probe", estimate=estimate)
    said = rvergui("train", "meals.rver", "--out", "out.safetensors", "--estimate")
    assert (said.status, run) == (0, [])
    assert "210 objects, 32 a step" in said.out
    assert "about 10 min: 20 s until the first step, then at most 15 epochs of 40 s" in said.out
    assert "about 1.2 GB of memory" in said.out
    lines = rvergui("train", "meals.rver", "--out", "out.safetensors", "--estimate", "--events").out.splitlines()
    assert [parse_event(line) for line in lines] == [found]


def test_a_run_with_a_folder_lives_in_it_and_is_stopped_by_it(tmp_path):
    folder = RunFolder(tmp_path / "run")
    words = ["train", "meals.rver", "--out", "out.safetensors", "--events", "--run-folder", str(folder.path)]
    code = ENDLESS.replace("import sys, time, types", f"import sys, time, types; sys.argv[1:] = {words!r}", 1)
    code = code.partition("sys.exit(main(")[0] + f"sys.exit(main({words!r}))\n"
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], stdout=pipe, stderr=pipe, text=True, cwd=tmp_path) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["event"] == "preparing"
        assert folder.alive
        about = folder.description()
        assert about is not None
        assert (about.process, about.out) == (process.pid, str(tmp_path / "out.safetensors"))
        assert about.arguments == tuple(words)
        folder.cancel()
        out, _ = process.communicate(timeout=60)
    assert json.loads(out.splitlines()[-1]) == {"event": "cancelled", "checkpoint": None}
    assert not folder.alive


def test_a_full_disk_under_the_log_ends_no_training():
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

    lines = LinesOfJson(Full())
    lines.emit(RUN[0])
    assert not lines.nobody_listens


def test_a_command_in_a_test_leaves_the_priority_of_the_tests_alone(rvergui, run):
    if not hasattr(os, "nice"):
        pytest.skip("there is no nice here")
    before = os.getpriority(os.PRIO_PROCESS, 0)
    rvergui("train", "meals.rver", "--out", "out.safetensors")
    assert os.getpriority(os.PRIO_PROCESS, 0) == before
