"""Embeddings are made once, ahead of time if possible, and no click waits for one that is not its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rvergui.core import Photo, Point, Prompt
from rvergui.engine import host as host_module
from rvergui.engine.messages import (
    Decode,
    Decoded,
    Encode,
    Encoded,
    EncodeProgress,
    Failed,
    PhotoRef,
    Prefetch,
    Prefetched,
    Preview,
    Quit,
    SegmenterReady,
    UseSegmenter,
)
from rvergui.segment.fake import FakeSegmenter
from rvergui.segment.protocol import Embedding
from tests.engine.conftest import Talk


def click(photo: PhotoRef, *points: tuple[float, float], fresh: bool = True) -> Decode:
    return Decode(photo=photo, prompt=Prompt(tuple(Point(x, y) for x, y in points)), fresh=fresh)


def use(talk: Talk, **options: object) -> None:
    talk.send(UseSegmenter(name="fake", options=options))
    talk.wait(SegmenterReady)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking ahead begins almost at once."""
    monkeypatch.setattr(host_module, "CALM_S", 0.05)
    monkeypatch.setattr(host_module, "CAUTION", 1.0)


def test_a_second_look_costs_nothing_and_needs_no_file(talk: Talk, photos: list[PhotoRef]) -> None:
    use(talk, encode_seconds=0.3)
    talk.send(Encode(photo=photos[0]))
    first = talk.wait(Encoded)
    assert not first.kept
    assert first.ms >= 300
    photos[0].path.unlink()
    talk.send(Encode(photo=photos[0]))
    again = talk.wait(Encoded)
    assert again.kept
    assert again.ms == first.ms  # what it took then
    talk.send(click(photos[0], (40, 30)))
    assert talk.wait(Decoded).mask.contains(40, 30)


def test_a_new_engine_finds_what_an_old_one_kept(
    start: Callable[[], Talk], photos: list[PhotoRef], cache: Path
) -> None:
    old = start()
    use(old, encode_seconds=0.3)
    old.send(Encode(photo=photos[0]))
    old.wait(Encoded)
    old.send(click(photos[0], (40, 30)))
    mask = old.wait(Decoded).mask
    old.send(Quit())
    old.thread.join(10)
    assert len(list(cache.iterdir())) == 1
    photos[0].path.unlink()
    new = start()
    use(new, encode_seconds=0.3)
    new.send(Encode(photo=photos[0]))
    encoded = new.wait(Encoded)
    assert encoded.kept
    assert encoded.ms == 0
    new.send(click(photos[0], (40, 30)))
    assert new.wait(Decoded).mask == mask
    other = start()
    use(other, encode_seconds=0.2)  # other settings: another signature
    other.send(Encode(photo=photos[0]))
    assert "no longer" in other.wait(Failed).message


def test_damaged_embeddings_are_made_again(start: Callable[[], Talk], photos: list[PhotoRef], cache: Path) -> None:
    for damaged, kept in ((False, False), (True, False), (False, True)):
        if damaged:
            (path,) = cache.iterdir()
            path.write_bytes(path.read_bytes()[:-3])
        talk = start()
        use(talk, encode_seconds=0.1)
        talk.send(Encode(photo=photos[0]))
        assert talk.wait(Encoded).kept is kept
        talk.send(Quit())
        talk.thread.join(10)


def test_what_costs_nothing_is_not_kept_on_disk(talk: Talk, photos: list[PhotoRef], cache: Path) -> None:
    use(talk)
    talk.send(Encode(photo=photos[0]))
    talk.wait(Encoded)
    talk.send(Quit())
    talk.thread.join(10)
    assert not cache.exists()


def test_no_cache_if_the_settings_say_so_or_make_no_sense(
    start: Callable[[], Talk], photos: list[PhotoRef], cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for megabytes in ("0", "a lot"):
        monkeypatch.setenv("RVERGUI_CACHE_MB", megabytes)
        talk = start()
        use(talk, encode_seconds=0.1)
        talk.send(Encode(photo=photos[0]))
        assert not talk.wait(Encoded).kept
        talk.send(Encode(photo=photos[0]))
        assert talk.wait(Encoded).kept  # in memory all the same
        talk.send(Quit())
        talk.thread.join(10)
    assert not cache.exists()


def test_the_next_photos_are_looked_at_ahead(talk: Talk, photos: list[PhotoRef], patient: None) -> None:
    use(talk, encode_seconds=0.2, steps=10)
    talk.send(Encode(photo=photos[0]))
    talk.wait(Encoded)
    gone = replace(photos[3], path=photos[3].path.with_name("gone.png"))
    unknown = replace(photos[2], key="")  # never opened, so nobody knows its key
    talk.send(Prefetch(photos=(photos[1], gone, unknown)))
    ahead = talk.wait(Prefetched)
    assert ahead.photo_keys == (photos[1].key, photos[2].key)
    for photo in photos[1:3]:
        talk.send(Encode(photo=photo))
        assert talk.wait(Encoded).kept


def test_a_click_overtakes_looking_ahead(talk: Talk, photos: list[PhotoRef], patient: None) -> None:
    use(talk, encode_seconds=1.2, steps=40)
    talk.send(Encode(photo=photos[0]))
    talk.wait(Encoded)
    talk.send(Prefetch(photos=(photos[1],)))
    time.sleep(0.3)
    waited = []
    for x in range(5):
        begin = time.monotonic()
        talk.send(click(photos[0], (30 + x, 30)))
        talk.wait(Decoded)
        waited.append(time.monotonic() - begin)
    assert "Prefetched" not in talk.kinds()
    # a step is 30 ms; the whole encoding that goes on meanwhile is 1.2 s
    assert sorted(waited)[2] < 0.6
    talk.wait(Prefetched)


def test_what_cannot_be_interrupted_is_not_begun_while_somebody_is_there(
    talk: Talk, photos: list[PhotoRef], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host_module, "CALM_S", 0.01)
    use(talk, encode_seconds=0.2)  # in one go, so a click may have to wait for all of it
    talk.send(Encode(photo=photos[0]))
    talk.wait(Encoded)
    talk.send(Prefetch(photos=(photos[1],)))
    for x in range(4):
        time.sleep(0.3)
        talk.send(click(photos[0], (30 + x, 30)))
        talk.wait(Decoded)
        assert "Prefetched" not in talk.kinds()
    begin = time.monotonic()
    talk.wait(Prefetched)
    assert time.monotonic() - begin > 1.1


def test_another_photo_ends_looking_ahead(talk: Talk, photos: list[PhotoRef], patient: None) -> None:
    use(talk, encode_seconds=1.0, steps=20)
    talk.send(Encode(photo=photos[0]))
    talk.wait(Encoded)
    talk.send(Prefetch(photos=(photos[1], photos[2])))
    time.sleep(0.3)
    begin = time.monotonic()
    talk.send(Encode(photo=photos[3]))
    encoded = talk.wait(Encoded)
    assert encoded.photo_key == photos[3].key
    assert not encoded.kept
    assert time.monotonic() - begin >= 0.95
    time.sleep(0.2)
    assert "Prefetched" not in talk.kinds()


def test_going_to_a_photo_that_is_half_done_goes_on_with_it(
    talk: Talk, photos: list[PhotoRef], patient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = []
    steps = FakeSegmenter._encode_steps

    def spy(self: FakeSegmenter, photo: Photo) -> Iterator[Embedding | float | None]:
        looked.append(photo.key)
        return steps(self, photo)

    monkeypatch.setattr(FakeSegmenter, "_encode_steps", spy)
    use(talk, encode_seconds=1.0, steps=20)
    talk.send(Encode(photo=photos[0]))
    talk.wait(Encoded)
    begun = len(looked)
    talk.send(Prefetch(photos=(photos[1],)))
    time.sleep(0.5)
    talk.send(Encode(photo=photos[1]))
    encoded = talk.wait(Encoded)
    assert not encoded.kept
    assert encoded.ms >= 950  # what the work was altogether
    assert looked[begun:] == [photos[1].key]  # begun once


def test_leaving_a_photo_leaves_its_encoding(talk: Talk, photos: list[PhotoRef]) -> None:
    use(talk, encode_seconds=1.0, steps=20)
    talk.send(Encode(photo=photos[0]))
    talk.send(click(photos[0], (40, 30)))
    time.sleep(0.2)
    talk.send(Encode(photo=photos[1]))
    talk.send(click(photos[1], (40, 30)))
    assert talk.wait(Decoded).photo_key == photos[1].key
    assert talk.wait(Encoded).photo_key == photos[1].key
    assert [k for k in talk.kinds() if k in ("Decoded", "Encoded", "Failed")] == ["Decoded", "Encoded"]


def test_a_click_while_encoding_is_answered_once_by_the_same_encoding(talk: Talk, photos: list[PhotoRef]) -> None:
    use(talk, encode_seconds=1.0, steps=20)
    begin = time.monotonic()
    talk.send(Encode(photo=photos[0]))
    time.sleep(0.2)
    talk.send(click(photos[0], (30, 30)))
    last = talk.send(click(photos[0], (30, 30), (50, 30), fresh=False))
    decoded = talk.wait(Decoded)
    assert decoded.generation == last
    assert decoded.mask.contains(30, 30)
    assert decoded.mask.contains(50, 30)
    assert decoded.ms < 900  # the click's own time
    encoded = talk.wait(Encoded)
    assert time.monotonic() - begin < 1.9
    assert encoded.ms >= 950
    shares = [result.share for _, result in talk.all if isinstance(result, EncodeProgress)]
    assert len(shares) >= 2
    assert shares == sorted(shares)
    assert all(0 <= share <= 1 for share in shares)
    assert talk.kinds().count("Decoded") == 1


def test_another_segmenter_answers_the_click_that_waits(talk: Talk, photos: list[PhotoRef]) -> None:
    use(talk, encode_seconds=30.0, steps=600)
    talk.send(Encode(photo=photos[0]))
    talk.send(click(photos[0], (40, 30)))
    time.sleep(0.2)
    begin = time.monotonic()
    talk.send(UseSegmenter(name="fake"))
    assert talk.wait(Decoded).mask.contains(40, 30)
    assert time.monotonic() - begin < 10
    talk.wait(Encoded)


def test_a_failing_look_is_said_to_everybody_who_waits_and_not_tried_twice(
    talk: Talk, photos: list[PhotoRef], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = []

    def steps(self: FakeSegmenter, photo: Photo) -> Iterator[Embedding | float | None]:
        looked.append(photo.key)
        yield 0.1
        time.sleep(0.3)
        yield 0.5
        raise MemoryError

    monkeypatch.setattr(FakeSegmenter, "_encode_steps", steps)
    use(talk, steps=2)
    talk.send(Encode(photo=photos[0]))
    time.sleep(0.1)
    talk.send(click(photos[0], (40, 30)))
    messages = {talk.wait(Failed).message, talk.wait(Failed).message}
    assert len(looked) == 1
    assert len(messages) == 1
    assert "not enough memory" in messages.pop()


def test_a_preview_never_begins_to_look(talk: Talk, photos: list[PhotoRef]) -> None:
    use(talk, encode_seconds=0.2)
    talk.send(Preview(photo=photos[0], point=Point(40, 30)))
    assert "not looked at" in talk.wait(Failed).message


class Changing(FakeSegmenter):
    """A segmenter that turns into something faster while it runs."""

    made: Changing

    def __init__(self) -> None:
        super().__init__()
        self.description, self.why, self.progress_text = "Slow", "It is being converted.", "converting, 40 %"
        self.on_change: Callable[[], None] | None = None
        self.ready = self.closed = False
        Changing.made = self

    def refresh(self) -> bool:
        if self.ready:
            self.description, self.why, self.progress_text = "Fast", "Converted.", ""
        return self.ready

    def close(self) -> None:
        self.closed = True


def test_a_segmenter_tells_its_news_without_being_asked(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    from rvergui.segment import registry

    monkeypatch.setattr(registry, "create_segmenter", lambda *args, **options: Changing())
    generation = talk.send(UseSegmenter(name="changing"))
    ready = talk.wait(SegmenterReady)
    assert (ready.description, ready.why, ready.progress) == ("Slow", "It is being converted.", "converting, 40 %")
    Changing.made.on_change()  # nothing to tell yet
    time.sleep(0.1)
    Changing.made.ready = True
    Changing.made.on_change()
    ready = talk.wait(SegmenterReady)
    assert (ready.description, ready.why, ready.progress) == ("Fast", "Converted.", "")
    assert ready.generation == generation
    assert talk.kinds() == ["SegmenterReady", "SegmenterReady"]
    monkeypatch.undo()
    talk.send(UseSegmenter(name="fake"))
    talk.wait(SegmenterReady)
    assert Changing.made.closed


def test_clicks_refine_only_what_they_build_on(
    talk: Talk, photos: list[PhotoRef], monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[object] = []
    decode = FakeSegmenter.decode

    def spy(self: FakeSegmenter, embedding: Embedding, prompt: Prompt, previous: object = None) -> object:
        given.append(previous)
        return decode(self, embedding, prompt, previous)

    monkeypatch.setattr(FakeSegmenter, "decode", spy)
    use(talk)
    for prompt, fresh in (
        (((30, 30),), True),
        (((30, 30), (50, 30)), False),  # builds on the first
        (((20, 20), (50, 30)), False),  # does not: another first click
        (((20, 20),), False),  # nor does this: a click was taken back
    ):
        talk.send(click(photos[0], *prompt, fresh=fresh))
        talk.wait(Decoded)
    assert [previous is not None for previous in given] == [False, True, False, False]


def test_photos_of_any_number_stay_within_memory(talk: Talk, tmp_path: Path, photos: list[PhotoRef]) -> None:
    """Going round more photos than are kept in memory is answered from disk."""
    from PIL import Image

    from rvergui.core.photo_loading import DEFAULT_PIXEL_LIMIT, load_photo
    from rvergui.engine.encoder import EMBEDDINGS_KEPT

    use(talk, encode_seconds=0.06)
    refs = []
    for number in range(EMBEDDINGS_KEPT + 2):
        path = tmp_path / f"many-{number}.png"
        Image.fromarray(np.full((20, 30, 3), number, np.uint8)).save(path)
        refs.append(PhotoRef(load_photo(path).key, path, DEFAULT_PIXEL_LIMIT))
    for expected in (False, True):
        for ref in refs:
            talk.send(Encode(photo=ref))
            assert talk.wait(Encoded).kept is expected
