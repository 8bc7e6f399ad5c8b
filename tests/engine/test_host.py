"""The engine over a connection: order, superseded requests, failures, slow imports."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rvergui.core import Box, Mask, Point, Prompt
from rvergui.core.photo_loading import DEFAULT_PIXEL_LIMIT, load_photo
from rvergui.engine import host as host_module
from rvergui.engine.host import serve
from rvergui.engine.messages import (
    BoxesCut,
    Choose,
    Classified,
    Classify,
    CutBoxes,
    Decode,
    Decoded,
    Encode,
    Encoded,
    Failed,
    ModelReady,
    PhotoRef,
    Preview,
    Previewed,
    Quit,
    Request,
    SegmenterReady,
    UseModel,
    UseSegmenter,
)


class Client:
    """Sends requests and reads what comes back."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._generation = 0

    def send(self, request: Request) -> int:
        self._generation += 1
        self._connection.send(replace(request, generation=self._generation))
        return self._generation

    def read(self, timeout: float = 60.0) -> object:
        assert self._connection.poll(timeout), "no answer"
        return self._connection.recv()


@pytest.fixture
def client() -> Iterator[Client]:
    here, there = Pipe()
    thread = threading.Thread(target=serve, args=(there,), daemon=True)
    thread.start()
    made = Client(here)
    yield made
    made.send(Quit())
    thread.join(30)
    here.close()
    assert not thread.is_alive()


@pytest.fixture
def photo(tmp_path: Path) -> PhotoRef:
    pixels = np.full((60, 80, 3), 240, np.uint8)
    pixels[15:45, 20:60] = (180, 40, 30)
    path = tmp_path / "plate.png"
    Image.fromarray(pixels).save(path)
    return PhotoRef(load_photo(path).key, path, DEFAULT_PIXEL_LIMIT)


def test_boxes_are_cut_out_on_a_photo_that_nobody_has_opened_and_stopped_in_their_lane(
    client: Client, photo: PhotoRef
) -> None:
    unopened = replace(photo, key="")
    boxes = (Box(20, 15, 60, 45), Box(70, 50, 80, 60))
    client.send(CutBoxes(photo=unopened, boxes=boxes))
    failed = client.read()
    assert isinstance(failed, Failed)
    assert "No segmenter" in failed.message
    client.send(UseSegmenter(name="fake"))
    assert isinstance(client.read(), SegmenterReady)
    generation = client.send(CutBoxes(photo=unopened, boxes=boxes))
    cut = client.read()
    while not isinstance(cut, BoxesCut):
        cut = client.read()
    assert cut.generation == generation
    assert cut.by == "Fake segmenter for tests"
    assert len(cut.masks) == 2
    assert cut.masks[0] is not None
    assert cut.masks[0].size == (60, 80)
    client.send(CutBoxes(photo=replace(unopened, path=unopened.path.with_name("gone.png")), boxes=boxes))
    gone = client.read()
    assert isinstance(gone, Failed)
    assert "gone.png" in gone.message


def click(photo: PhotoRef, x: float, y: float) -> Decode:
    return Decode(photo=photo, prompt=Prompt((Point(x, y),)), fresh=True)


def test_encode_decode_choose_and_preview(client: Client, photo: PhotoRef) -> None:
    client.send(UseSegmenter(name="fake"))
    ready = client.read()
    assert isinstance(ready, SegmenterReady)
    assert ready.name == "fake"
    client.send(Encode(photo=photo))
    encoded = client.read()
    assert isinstance(encoded, Encoded)
    assert encoded.photo_key == photo.key
    generation = client.send(click(photo, 40, 30))
    decoded = client.read()
    assert isinstance(decoded, Decoded)
    assert decoded.generation == generation
    assert decoded.mask.size == (60, 80)
    assert decoded.mask.contains(40, 30)
    client.send(Choose(photo=photo, prompt=click(photo, 40, 30).prompt, index=decoded.index + 1))
    other = client.read()
    assert isinstance(other, Decoded)
    assert other.index == (decoded.index + 1) % decoded.count
    assert other.mask != decoded.mask
    client.send(Preview(photo=photo, point=Point(40, 30)))
    previewed = client.read()
    assert isinstance(previewed, Previewed)
    assert previewed.mask.contains(40, 30)


def test_only_the_newest_of_waiting_clicks_is_answered(client: Client, photo: PhotoRef) -> None:
    client.send(UseSegmenter(name="fake", options={"encode_seconds": 0.6}))
    client.read()
    client.send(Encode(photo=photo))
    last = [client.send(click(photo, x, 30)) for x in (30, 35, 40)][-1]
    answers = [client.read(), client.read()]
    decoded = [a for a in answers if isinstance(a, Decoded)]
    assert [d.generation for d in decoded] == [last]


def test_a_click_goes_before_a_waiting_classification(client: Client, photo: PhotoRef, monkeypatch) -> None:
    client.send(UseSegmenter(name="fake", options={"encode_seconds": 3.0}))
    client.read()
    mask = Mask.from_array(np.ones((60, 80), bool))
    client.send(Encode(photo=photo))
    time.sleep(1.0)  # it is at work on that when the others come, which wait together
    client.send(Classify(photo=photo, masks=(mask,)))
    client.send(click(photo, 40, 30))
    kinds = [type(client.read()).__name__ for _ in range(3)]
    assert kinds.index("Decoded") < kinds.index("Failed")  # no network is loaded, so naming fails


@pytest.mark.parametrize(
    ("request_of", "words"),
    [
        (lambda photo: click(photo, -5, 3), "outside"),
        (lambda photo: Choose(photo=photo, prompt=Prompt((Point(-5, 3),)), index=1), "outside"),
        (lambda photo: Encode(photo=replace(photo, path=photo.path.with_name("gone.png"), key="x")), "no longer"),
        (lambda photo: Encode(photo=replace(photo, key="another")), "changed on disk"),
        (lambda photo: UseSegmenter(name="nothing-like-this"), "nothing-like-this"),
        (lambda photo: UseModel(checkpoint=Path("nowhere.safetensors"), classes=("a", "b")), "nowhere"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    client: Client, photo: PhotoRef, request_of: Callable[[PhotoRef], Request], words: str
) -> None:
    client.send(UseSegmenter(name="fake"))
    client.read()
    generation = client.send(request_of(photo))
    failed = client.read(120)
    assert isinstance(failed, Failed)
    assert failed.generation == generation
    assert words in failed.message
    assert "Traceback" not in failed.message
    client.send(click(photo, 40, 30))  # and the engine goes on
    assert isinstance(client.read(), Decoded)


@pytest.mark.expects_log
def test_a_defect_in_a_backend_does_not_end_the_engine(client: Client, photo: PhotoRef, monkeypatch) -> None:
    from rvergui.segment import registry

    class Broken:
        name, signature, description = "broken", "broken", "broken"

        def encode(self, photo: object) -> None:
            raise ZeroDivisionError("a defect")

    monkeypatch.setattr(registry, "create_segmenter", lambda *args, **options: Broken())
    client.send(UseSegmenter(name="broken"))
    assert isinstance(client.read(), SegmenterReady)
    client.send(Encode(photo=photo))
    failed = client.read()
    assert isinstance(failed, Failed)
    assert "a defect" in failed.message


@pytest.mark.expects_log
def test_without_torch_masks_still_work_and_the_reason_is_said(
    client: Client, photo: PhotoRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host_module, "NAMING_MODULE", "rvergui.nothing_like_this")
    client.send(UseSegmenter(name="fake"))
    client.read()
    client.send(UseModel(checkpoint=None, classes=("a", "b")))
    failed = client.read()
    assert isinstance(failed, Failed)
    assert "doctor" in failed.message
    client.send(click(photo, 40, 30))
    decoded = client.read()
    assert isinstance(decoded, Decoded)
    client.send(Classify(photo=photo, masks=(decoded.mask,)))
    classified = client.read()
    assert isinstance(classified, Classified)
    assert classified.model is None
    assert classified.namings[0].suggestions == ()


def test_views_come_at_once_and_names_when_the_network_is_there(client: Client, photo: PhotoRef) -> None:
    mask = Mask.from_array(np.pad(np.ones((30, 40), bool), ((15, 15), (20, 20))))
    client.send(UseModel(checkpoint=None, classes=("ketchup", "rice", "bread")))
    client.send(Classify(photo=photo, masks=(mask,)))
    answers = [client.read(120)]
    while not (isinstance(answers[-1], Classified) and answers[-1].model is not None):
        answers.append(client.read(120))
    ready = next(a for a in answers if isinstance(a, ModelReady))
    assert not ready.trained
    assert ready.start
    named = answers[-1].namings[0]
    assert named.mask == mask
    assert {s.name for s in named.suggestions} == {"ketchup", "rice", "bread"}
    assert abs(sum(s.probability for s in named.suggestions) - 1) < 1e-4
    early = [a for a in answers if isinstance(a, Classified) and a.model is None]
    for answer in early:
        assert np.array_equal(answer.namings[0].roi_view, named.roi_view)


def test_early_views_are_those_of_the_network_that_is_coming(client: Client, photo: PhotoRef, tmp_path: Path) -> None:
    from rvergui.rvernet.checkpoint import CheckpointHeader, save_checkpoint
    from rvergui.rvernet.network import start_network
    from rvergui.rvernet.preprocessing import Preprocessing

    network = start_network("test_resnet", "test_resnet", 2, 32, folders=())
    header = CheckpointHeader(
        name="near",
        classes=["rice", "egg"],
        preprocessing=Preprocessing(kind="close_up", size=32),
        **network.header_fields(),
    )
    save_checkpoint(tmp_path / "near.safetensors", network, header)
    mask = Mask.from_array(np.pad(np.ones((30, 40), bool), ((15, 15), (20, 20))))
    client.send(UseModel(checkpoint=tmp_path / "near.safetensors", classes=("rice", "egg")))
    client.send(Classify(photo=photo, masks=(mask,)))
    answers = [client.read(120)]
    while not (isinstance(answers[-1], Classified) and answers[-1].model is not None):
        answers.append(client.read(120))
    named = answers[-1].namings[0]
    assert named.roi_view.shape == (32, 32, 3)
    early = [a for a in answers if isinstance(a, Classified) and a.model is None]
    assert early
    for answer in early:
        assert np.array_equal(answer.namings[0].roi_view, named.roi_view)
        assert np.array_equal(answer.namings[0].extra_view, named.extra_view)
