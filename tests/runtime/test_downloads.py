"""Fetching weights from servers that break off, lie, stall and refuse."""

from __future__ import annotations

import errno
import re
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from filelock import FileLock

from rvergui.core import RverError
from rvergui.runtime import downloads, transfer
from rvergui.runtime.catalogue_state import Notes
from rvergui.runtime.downloads import download
from rvergui.runtime.pace import Phase, Progress
from rvergui.runtime.stopping import Stop, Stopped
from tests.runtime.loopback import QUICK, Answer, Handler, Server, contents, serving, small_entry

DATA = contents(200_000)
ENTRY = small_entry(DATA)
PIECE = 3 * transfer.CHUNK  # connections lose what is less than a chunk
MANY_CHUNKS = contents(3_000_000, seed=2)


@pytest.fixture(autouse=True)
def _direct(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "weights"


def part(folder: Path) -> Path:
    return folder / f"{ENTRY.file}.part"


def fetch(server: Server, folder: Path, **changes: object) -> Path:
    return download(ENTRY, folder, **{"base_url": server.url, "patience": QUICK, **changes})


def refusal(answer: Answer, folder: Path, **changes: object) -> tuple[str, Server]:
    """The sentence with which a download ends."""
    with serving(answer) as server, pytest.raises(RverError) as caught:
        fetch(server, folder, **changes)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert not (folder / ENTRY.file).exists()
    return sentence, server


def honest(handler: Handler, start: int) -> None:
    handler.send(DATA, start)


# --- when all is well --------------------------------------------------------------------------------------------


def test_a_file_arrives_whole_checked_and_alone(folder: Path) -> None:
    told: list[Progress] = []
    with serving(honest) as server:
        path = fetch(server, folder, tell=told.append)
    assert path == folder / ENTRY.file
    assert path.read_bytes() == DATA
    assert [found for found in folder.iterdir() if not found.name.startswith(".")] == [path]
    assert server.requests == [(f"/{ENTRY.file}", None)]
    assert Notes.read().checksum(path) == ENTRY.sha256
    phases = [progress.phase for progress in told]
    assert phases[0] is Phase.CONNECTING
    assert [a for a, b in pairwise([*phases, None]) if a != b] == [Phase.CONNECTING, Phase.LOADING, Phase.CHECKING]
    assert all(progress.total == len(DATA) for progress in told)
    loaded = [progress.done for progress in told if progress.phase is Phase.LOADING]
    assert loaded == sorted(loaded)
    assert loaded[-1] == len(DATA)


def test_the_published_address_is_used_without_another_one(folder: Path) -> None:
    with serving(honest) as server:
        entry = replace(ENTRY, url=f"{server.url}/deep/place/{ENTRY.file}?raw=1")
        download(entry, folder, patience=QUICK)
    assert server.requests == [(f"/deep/place/{ENTRY.file}?raw=1", None)]


def test_what_is_there_and_right_is_not_fetched_again(folder: Path) -> None:
    folder.mkdir()
    (folder / ENTRY.file).write_bytes(DATA)
    with serving(honest) as server:
        assert fetch(server, folder) == folder / ENTRY.file
    assert server.requests == []


def test_a_damaged_file_is_replaced(folder: Path) -> None:
    folder.mkdir()
    (folder / ENTRY.file).write_bytes(DATA[:-1] + b"?")
    with serving(honest) as server:
        assert fetch(server, folder).read_bytes() == DATA


def test_redirections_are_followed(folder: Path) -> None:
    def answer(handler: Handler, start: int) -> None:
        if handler.path.startswith("/moved/"):
            handler.send(DATA, start)
        else:
            handler.head(302, 0, location=f"/moved{handler.path}")

    folder.mkdir()
    part(folder).write_bytes(DATA[:1000])
    with serving(answer) as server:
        assert fetch(server, folder).read_bytes() == DATA
    assert server.offsets == [1000, 1000]


def test_a_proxy_of_the_environment_is_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(honest) as server:
        monkeypatch.setenv("http_proxy", server.url)
        monkeypatch.setenv("no_proxy", "")
        entry = replace(ENTRY, url=f"http://weights.example/{ENTRY.file}")
        assert download(entry, folder, patience=QUICK).read_bytes() == DATA
    assert server.requests == [(f"http://weights.example/{ENTRY.file}", None)]


# --- going on ----------------------------------------------------------------------------------------------------


def test_a_connection_that_breaks_off_is_taken_up_where_it_ended(folder: Path) -> None:
    def answer(handler: Handler, start: int) -> None:
        handler.send(DATA, start, upto=start + PIECE)

    told: list[Progress] = []
    with serving(answer) as server:
        assert fetch(server, folder, tell=told.append).read_bytes() == DATA
    assert server.offsets == [None, *range(PIECE, len(DATA), PIECE)]
    waiting = [progress for progress in told if progress.phase is Phase.WAITING]
    assert waiting
    assert "broke off" in waiting[0].note


def test_a_server_that_always_breaks_off_is_given_up_and_the_part_kept(folder: Path) -> None:
    sentence, server = refusal(lambda handler, start: handler.send(DATA, start, upto=max(start, PIECE)), folder)
    assert "broke off the transfer, 3 times in a row" in sentence
    assert "49 kB of 200 kB are kept" in sentence
    assert server.offsets == [None, PIECE, PIECE]
    assert part(folder).read_bytes() == DATA[:PIECE]
    with serving(honest) as later:
        assert fetch(later, folder).read_bytes() == DATA
    assert later.offsets == [PIECE]
    assert not part(folder).exists()


def test_a_server_without_ranges_makes_it_begin_anew(folder: Path) -> None:
    folder.mkdir()
    part(folder).write_bytes(b"x" * 50_000)
    with serving(lambda handler, start: handler.send(DATA)) as server:
        assert fetch(server, folder).read_bytes() == DATA
    assert server.offsets == [50_000]


def test_another_piece_than_asked_for_is_not_used(folder: Path) -> None:
    def answer(handler: Handler, start: int) -> None:
        handler.send(DATA, start - 10 if start else 0)

    folder.mkdir()
    part(folder).write_bytes(DATA[:50_000])
    with serving(answer) as server:
        assert fetch(server, folder).read_bytes() == DATA
    assert server.offsets == [50_000, None]


def test_a_refused_range_makes_it_begin_anew(folder: Path) -> None:
    def answer(handler: Handler, start: int) -> None:
        if start:
            handler.head(416, 0)
        else:
            handler.send(DATA)

    folder.mkdir()
    part(folder).write_bytes(DATA[:50_000])
    with serving(answer) as server:
        assert fetch(server, folder).read_bytes() == DATA
    assert server.offsets == [50_000, None]


def test_a_part_that_is_whole_needs_no_network(folder: Path) -> None:
    folder.mkdir()
    part(folder).write_bytes(DATA)
    assert download(ENTRY, folder, patience=QUICK).read_bytes() == DATA


def test_a_part_that_is_too_long_is_thrown_away(folder: Path) -> None:
    folder.mkdir()
    part(folder).write_bytes(DATA + b"more")
    with serving(honest) as server:
        assert fetch(server, folder).read_bytes() == DATA
    assert server.offsets == [None]


def test_a_server_that_stalls_is_left_and_asked_again(folder: Path) -> None:
    calls = 0

    def answer(handler: Handler, start: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            handler.send(DATA, start, upto=70_000)
            handler.wfile.flush()
            handler.server.hang()
        else:
            handler.send(DATA, start)

    with serving(answer) as server:
        assert fetch(server, folder, patience=replace(QUICK, stall_s=1)).read_bytes() == DATA
    # The library hands over whole chunks only; less than one may be asked for twice.
    assert server.offsets[0] is None
    assert 70_000 - transfer.CHUNK < server.offsets[1] <= 70_000


def test_a_server_that_only_stalls_is_told_in_a_sentence(folder: Path) -> None:
    def answer(handler: Handler, start: int) -> None:
        handler.head(200, len(DATA))
        handler.wfile.flush()
        handler.server.hang()

    sentence, server = refusal(answer, folder, patience=replace(QUICK, stall_s=0.4))
    assert re.search(r"127\.0\.0\.1 (stopped sending|did not answer), 3 times in a row", sentence)
    assert len(server.requests) == 3


def test_a_server_that_says_nothing_at_all_is_told_in_a_sentence(folder: Path) -> None:
    sentence, _ = refusal(lambda handler, start: handler.server.hang(), folder, patience=replace(QUICK, stall_s=0.3))
    assert "127.0.0.1 did not answer, 3 times in a row" in sentence


def test_a_server_that_hangs_up_without_an_answer_is_told_in_a_sentence(folder: Path) -> None:
    sentence, server = refusal(lambda handler, start: None, folder)
    assert "closed the connection without an answer" in sentence
    assert len(server.requests) == 3


# --- lies --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("claimed", [len(DATA) * 2, len(DATA) // 2, 0])
def test_another_length_than_published_is_refused_at_once(claimed: int, folder: Path) -> None:
    def answer(handler: Handler, start: int) -> None:
        handler.head(200, claimed)
        handler.wfile.write((DATA * 2)[:claimed])

    folder.mkdir()
    part(folder).write_bytes(DATA[:1000])
    sentence, server = refusal(answer, folder)
    assert f"{claimed:,} bytes" in sentence
    assert "200,000" in sentence
    assert len(server.requests) == 1
    assert part(folder).read_bytes() == DATA[:1000]  # what came before is not spoilt


def test_another_length_in_a_range_is_refused_at_once(folder: Path) -> None:
    folder.mkdir()
    part(folder).write_bytes(DATA[:1000])
    sentence, _ = refusal(lambda handler, start: handler.send(DATA + b"more", start), folder)
    assert "200,004 bytes" in sentence
    assert part(folder).read_bytes() == DATA[:1000]


def test_a_longer_body_is_cut_off_and_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    longest = 0
    write = transfer._Sink.write

    def watched(sink: transfer._Sink, chunk: bytes) -> None:
        nonlocal longest
        try:
            write(sink, chunk)
        finally:
            sink._file.flush()
            longest = max(longest, Path(sink._file.name).stat().st_size)

    def answer(handler: Handler, start: int) -> None:
        handler.head(200, None)  # no length: the end of the connection ends the body
        handler.wfile.write(DATA * 3)

    monkeypatch.setattr(transfer._Sink, "write", watched)
    sentence, server = refusal(answer, folder)
    assert "sent more than the 200 kB" in sentence
    assert longest == len(DATA)
    assert len(server.requests) == 1
    assert part(folder).stat().st_size == 0


def test_a_body_without_a_length_is_taken_if_it_is_right(folder: Path) -> None:
    def answer(handler: Handler, start: int) -> None:
        handler.head(200, None)
        handler.wfile.write(DATA)

    with serving(answer) as server:
        assert fetch(server, folder).read_bytes() == DATA


def test_wrong_bytes_are_thrown_away_and_the_next_try_starts_clean(folder: Path) -> None:
    wrong = contents(len(DATA), seed=9)
    sentence, server = refusal(lambda handler, start: handler.send(wrong, start), folder)
    assert "SHA-256" in sentence
    assert len(server.requests) == 1
    assert not part(folder).exists()
    with serving(honest) as later:
        assert fetch(later, folder).read_bytes() == DATA
    assert later.offsets == [None]


def test_a_part_of_something_else_ends_in_the_same_sentence(folder: Path) -> None:
    folder.mkdir()
    part(folder).write_bytes(b"y" * 1000)
    sentence, _ = refusal(honest, folder)
    assert "SHA-256" in sentence
    assert not part(folder).exists()


def test_a_login_page_is_not_taken_for_the_file(folder: Path) -> None:
    def answer(handler: Handler, start: int) -> None:
        handler.head(200, None, content_type="text/html; charset=utf-8")
        handler.wfile.write(b"<html>Please sign in</html>")

    folder.mkdir()
    part(folder).write_bytes(DATA[:1000])
    sentence, _ = refusal(answer, folder)
    assert "web page" in sentence
    assert part(folder).read_bytes() == DATA[:1000]


# --- refusals ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "words"), [(404, "no longer has"), (410, "no longer has"), (403, "give out")])
def test_a_final_no_is_told_at_once(status: int, words: str, folder: Path) -> None:
    sentence, server = refusal(lambda handler, start: handler.head(status, 0), folder)
    assert words in sentence
    assert str(status) in sentence
    assert "from disk" in sentence
    assert len(server.requests) == 1


def test_trouble_of_the_server_is_waited_for(folder: Path) -> None:
    calls = 0

    def answer(handler: Handler, start: int) -> None:
        nonlocal calls
        calls += 1
        if calls < 3:
            handler.head(503, 0, retry_after="1")
        else:
            handler.send(DATA)

    with serving(answer) as server:
        assert fetch(server, folder).read_bytes() == DATA
    assert len(server.requests) == 3


def test_a_pause_that_the_server_asks_for_is_kept(folder: Path) -> None:
    calls = 0

    def answer(handler: Handler, start: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            handler.head(429, 0, retry_after="1")
        else:
            handler.send(DATA)

    began = time.monotonic()
    with serving(answer) as server:
        fetch(server, folder, patience=replace(QUICK, longest_pause_s=5))
    assert time.monotonic() - began >= 1


def test_lasting_trouble_of_the_server_is_told(folder: Path) -> None:
    sentence, server = refusal(lambda handler, start: handler.head(500, 0), folder)
    assert "“500 Internal Server Error”, 3 times in a row; try again later" in sentence
    assert len(server.requests) == 3


def test_endless_redirections_end(folder: Path) -> None:
    sentence, _ = refusal(lambda handler, start: handler.head(302, 0, location=handler.path), folder)
    assert "without end" in sentence


def test_a_redirection_to_no_web_address_is_told(folder: Path) -> None:
    sentence, _ = refusal(lambda handler, start: handler.head(302, 0, location="file:///etc/passwd"), folder)
    assert "cannot be fetched" in sentence


def test_offline_is_told_at_once_with_a_way_out(folder: Path) -> None:
    with serving(honest) as server:
        gone = server.url
    began = time.monotonic()
    with pytest.raises(RverError, match=r"127\.0\.0\.1 could not be reached .*refuses.*add the file from disk"):
        download(ENTRY, folder, base_url=gone, patience=QUICK)
    assert time.monotonic() - began < 5


def test_an_unknown_host_is_told_by_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def no_names(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_names)
    entry = replace(ENTRY, url="http://weights.example/x")
    with pytest.raises(RverError, match=r"weights\.example could not be reached \(its name is not known here\)"):
        download(entry, folder, patience=QUICK)


def test_a_network_that_goes_away_midway_gets_the_patience_of_a_break(folder: Path) -> None:
    def answer(handler: Handler, start: int) -> None:
        handler.send(DATA, start, upto=PIECE)
        handler.server.shutdown_request(handler.request)
        handler.server.socket.close()  # nobody listens any more

    with serving(answer) as server, pytest.raises(RverError) as caught:
        fetch(server, folder)
    assert "could not be reached" in str(caught.value)
    assert "49 kB of 200 kB are kept" in str(caught.value)


# --- stopping, locks, disks --------------------------------------------------------------------------------------


def stopped_after(wish: Callable[[Stop], object], answer: Answer, folder: Path, **patience: float) -> float:
    """Download until ``wish``; how many seconds it took to end."""
    stop = Stop()
    ended: list[float] = []

    def work() -> None:
        with pytest.raises(Stopped):
            fetch(server, folder, stop=stop, patience=replace(QUICK, **patience))
        ended.append(time.monotonic())

    with serving(answer) as server:
        thread = threading.Thread(target=work)
        thread.start()
        wish(stop)
        began = time.monotonic()
        stop.wish()
        thread.join(10)
    return ended[0] - began


def wait_for(what: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not what() and time.monotonic() < end:
        time.sleep(0.005)
    assert what()


def test_a_download_that_waits_for_bytes_stops_at_once(folder: Path) -> None:
    def answer(handler: Handler, start: int) -> None:
        handler.send(DATA, start, upto=100_000)
        handler.wfile.flush()
        handler.server.hang()

    def arrived(stop: Stop) -> None:
        wait_for(lambda: part(folder).exists() and part(folder).stat().st_size >= 3 * transfer.CHUNK)

    assert stopped_after(arrived, answer, folder) < 4
    kept = part(folder).read_bytes()
    assert kept == DATA[: len(kept)]
    assert kept


def test_a_pause_between_tries_stops_at_once(folder: Path) -> None:
    def asked(stop: Stop) -> None:
        time.sleep(0.2)

    answer: Answer = lambda handler, start: handler.head(500, 0)  # noqa: E731
    assert stopped_after(asked, answer, folder, pause_s=8, longest_pause_s=8) < 4


def test_what_is_stopped_before_it_begins_asks_nobody(folder: Path) -> None:
    stop = Stop()
    stop.wish()
    with serving(honest) as server, pytest.raises(Stopped):
        fetch(server, folder, stop=stop)
    assert server.requests == []


def test_an_interruption_from_the_keyboard_keeps_the_part(folder: Path) -> None:
    def interrupt(progress: Progress) -> None:
        if progress.phase is Phase.LOADING and progress.done:
            raise KeyboardInterrupt

    with serving(honest) as server, pytest.raises(KeyboardInterrupt):
        fetch(server, folder, tell=interrupt)
    kept = part(folder).read_bytes()
    assert kept
    assert kept == DATA[: len(kept)]


def test_two_at_once_of_the_same_file_are_not_fetched(folder: Path) -> None:
    folder.mkdir()
    with FileLock(folder / f".{ENTRY.file}.lock"):
        sentences = []

        def other() -> None:
            with serving(honest) as server, pytest.raises(RverError) as caught:
                fetch(server, folder)
            sentences.append(str(caught.value))

        thread = threading.Thread(target=other)
        thread.start()
        thread.join(5)
    assert "being downloaded by another window or command" in sentences[0]
    with serving(honest) as server:
        assert fetch(server, folder).read_bytes() == DATA


def test_too_little_space_is_told_before_anything_is_asked_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "free_disk", lambda _: 120_000)
    sentence, server = refusal(honest, folder)
    assert "needs 200 kB" in sentence
    assert "only 120 kB are free" in sentence
    assert server.requests == []
    part(folder).write_bytes(DATA[:100_000])  # the rest fits
    with serving(honest) as server:
        assert fetch(server, folder).read_bytes() == DATA


def test_a_disk_that_fills_up_keeps_what_has_arrived(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = transfer._Sink.write

    class Full:
        def __init__(self, file: object) -> None:
            self.file = file

        def write(self, chunk: bytes) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        def __getattr__(self, name: str) -> object:
            return getattr(self.file, name)

    def filling(sink: transfer._Sink, chunk: bytes) -> None:
        if sink.done >= 2 * transfer.CHUNK:
            sink._file = Full(sink._file)
        write(sink, chunk)

    monkeypatch.setattr(transfer._Sink, "write", filling)
    sentence, server = refusal(honest, folder)
    assert "No space left on device" in sentence
    assert "33 kB of 200 kB are kept" in sentence
    assert part(folder).read_bytes() == DATA[: 2 * transfer.CHUNK]
    assert len(server.requests) == 1


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    sentence, server = refusal(honest, tmp_path / "file" / "weights")
    assert "could not be written" in sentence
    assert server.requests == []


def test_progress_is_told_often_enough_and_not_too_often(folder: Path) -> None:
    entry = small_entry(MANY_CHUNKS)
    told: list[Progress] = []

    def answer(handler: Handler, start: int) -> None:
        handler.head(200, len(MANY_CHUNKS))
        for at in range(0, len(MANY_CHUNKS), 300_000):
            handler.wfile.write(MANY_CHUNKS[at : at + 300_000])
            time.sleep(0.06)

    began = time.monotonic()
    with serving(answer) as server:
        download(entry, folder, told.append, base_url=server.url, patience=QUICK)
    loading = [progress for progress in told if progress.phase is Phase.LOADING]
    assert 2 <= len(loading) <= 10 * (time.monotonic() - began) + 3
    late = loading[-2]
    assert late.speed is not None
    assert 0 < late.speed < 2e7
    assert late.seconds_left == pytest.approx((late.total - late.done) / late.speed)
