"""``rvergui weights``: list, get, add, verify, against a server on this machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rvergui.runtime import catalogue, downloads, transfer
from rvergui.runtime.catalogue import OFFICIAL
from rvergui.runtime.settings import own_weights
from tests.cli.command_line import Start
from tests.runtime.loopback import QUICK, Handler, contents, serving, small_entry

DATA = contents(100_000)
OTHER = contents(50_000, seed=5)
SMALL = (small_entry(DATA, OFFICIAL[0]), small_entry(OTHER, OFFICIAL[1]))
NAME, FILE = SMALL[0].name, SMALL[0].file


@pytest.fixture(autouse=True)
def _small_catalogue(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr(catalogue, "OFFICIAL", SMALL)
    monkeypatch.setattr(downloads, "Patience", lambda: QUICK)


def honest(handler: Handler, start: int) -> None:
    handler.send(DATA, start)


def listed(rvergui: Start) -> dict[str, dict]:
    said = rvergui("weights", "list", "--json")
    assert said.status == 0
    return {line["name"]: line for line in json.loads(said.out)["weights"]}


def test_the_list_tells_size_licence_place_and_state(rvergui: Start) -> None:
    folder = own_weights()
    folder.mkdir(parents=True)
    (folder / FILE).write_bytes(DATA)
    (folder / f"{SMALL[1].file}.part").write_bytes(OTHER[:20_000])
    said = rvergui("weights", "list")
    assert said.status == 0
    line, begun = (next(text for text in said.out.splitlines() if text.startswith(e.name)) for e in SMALL)
    assert "100 kB  Apache-2.0" in line
    assert f"{folder / FILE}, not checked yet" in line
    assert "20 kB downloaded" in begun
    assert f"Downloads go to {folder}" in said.out
    assert OFFICIAL[0].purpose in said.out


def test_the_list_for_programs_has_everything(rvergui: Start) -> None:
    line = listed(rvergui)[NAME]
    assert line == {
        "name": NAME,
        "title": SMALL[0].title,
        "file": FILE,
        "url": SMALL[0].url,
        "bytes": 100_000,
        "sha256": SMALL[0].sha256,
        "licence": "Apache-2.0",
        "purpose": SMALL[0].purpose,
        "cost": SMALL[0].cost,
        "state": "absent",
        "path": None,
        "checked": False,
        "part_bytes": 0,
        "trouble": "",
    }


def test_get_downloads_checks_and_says_where(rvergui: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(honest) as server:
        monkeypatch.setenv("RVERGUI_WEIGHTS_URL", f"{server.url}/mirror")
        said = rvergui("weights", "get", NAME)
        assert said.status == 0
        assert said.out.startswith(f"{own_weights() / FILE}: whole")
        assert f"{SMALL[0].title}: 100 kB from {server.url}/mirror, licence Apache-2.0" in said.err
        assert "downloading, 100 kB of 100 kB" in said.err
        assert server.requests == [(f"/mirror/{FILE}", None)]
        again = rvergui("weights", "get", NAME)
        assert again.status == 0
        assert "there already" in again.out
        assert len(server.requests) == 1
    assert (own_weights() / FILE).read_bytes() == DATA
    line = listed(rvergui)[NAME]
    assert (line["state"], line["checked"], line["path"]) == ("installed", True, str(own_weights() / FILE))


def test_get_into_a_folder_that_is_not_looked_in_says_so(
    rvergui: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with serving(honest) as server:
        monkeypatch.setenv("RVERGUI_WEIGHTS_URL", server.url)
        said = rvergui("weights", "get", NAME, "--into", "big-disk")
    assert said.status == 0
    assert (tmp_path / "big-disk" / FILE).read_bytes() == DATA
    assert f"Name {tmp_path / 'big-disk'} in the variable RVERGUI_WEIGHTS" in said.err


def test_get_replaces_a_file_that_is_damaged(rvergui: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    own_weights().mkdir(parents=True)
    (own_weights() / FILE).write_bytes(DATA[:-1] + b"?")
    with serving(honest) as server:
        monkeypatch.setenv("RVERGUI_WEIGHTS_URL", server.url)
        assert rvergui("weights", "get", NAME).status == 0
    assert (own_weights() / FILE).read_bytes() == DATA


def test_get_fails_in_one_line_and_keeps_the_part(rvergui: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    piece = 2 * transfer.CHUNK
    with serving(lambda handler, start: handler.send(DATA, start, upto=max(start, piece))) as server:
        monkeypatch.setenv("RVERGUI_WEIGHTS_URL", server.url)
        said = rvergui("weights", "get", NAME)
    assert said.status == 1
    assert said.out == ""
    last = said.err.splitlines()[-1]
    assert "33 kB of 100 kB are kept" in last
    assert "Traceback" not in said.err
    assert any("next try in" in line for line in said.err.splitlines())
    assert listed(rvergui)[NAME]["part_bytes"] == piece


def test_offline_everything_but_getting_works(rvergui: Start, tmp_path: Path) -> None:
    said = rvergui("weights", "get", NAME)
    assert said.status == 1
    assert "could not be reached" in said.err
    assert rvergui("weights", "list").status == 0
    (tmp_path / "file.bin").write_bytes(DATA)
    assert rvergui("weights", "add", "file.bin").status == 0
    assert rvergui("weights", "verify").status == 0


@pytest.mark.parametrize("command", ["get", "verify"])
def test_an_unknown_name_is_one_line(command: str, rvergui: Start) -> None:
    said = rvergui("weights", command, "mobilesam")
    assert said.status == 1
    assert "did you mean mobile_sam?" in said.err


def test_add_recognises_a_file_and_refuses_others(rvergui: Start, tmp_path: Path) -> None:
    (tmp_path / "whatever.bin").write_bytes(DATA)
    said = rvergui("weights", "add", "whatever.bin", "--link")
    assert said.status == 0
    assert said.out.startswith(f"{own_weights() / FILE}: {SMALL[0].title}")
    assert (own_weights() / FILE).is_symlink()
    (tmp_path / "own.pth").write_bytes(b"my own")
    refused = rvergui("weights", "add", "own.pth")
    assert refused.status == 1
    assert "--checkpoint" in refused.err
    assert rvergui("weights", "add", "gone.pth").status == 1


def test_verify_tells_whole_from_damaged(rvergui: Start) -> None:
    nothing = rvergui("weights", "verify")
    assert nothing.status == 0
    assert "No official weights are installed" in nothing.out
    assert rvergui("weights", "verify", NAME).status == 1
    own_weights().mkdir(parents=True)
    (own_weights() / FILE).write_bytes(DATA)
    (own_weights() / SMALL[1].file).write_bytes(OTHER[:-1] + b"?")
    assert rvergui("weights", "verify", NAME).status == 0
    said = rvergui("weights", "verify")
    assert said.status == 1
    whole, damaged = said.out.splitlines()
    assert whole.startswith(f"{own_weights() / FILE}: whole")
    assert damaged.startswith(f"{own_weights() / SMALL[1].file}: damaged")
    assert f"rvergui weights get {SMALL[1].name}" in damaged
    assert listed(rvergui)[SMALL[1].name]["state"] == "wrong"


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_an_interruption_keeps_the_part_and_says_how_to_go_on(tmp_path: Path) -> None:
    piece = 300_000

    def answer(handler: Handler, start: int) -> None:
        handler.head(200, OFFICIAL[0].size)
        handler.wfile.write(b"x" * piece)
        handler.wfile.flush()
        handler.server.hang()

    with serving(answer) as server:
        environ = {**os.environ, "RVERGUI_WEIGHTS_URL": server.url, "COLUMNS": "200"}
        # Whoever runs the tests in the background may have them ignore SIGINT, which children inherit.
        code = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        code += "from rvergui.__main__ import main; sys.exit(main(['weights', 'get', 'mobile_sam']))"
        command = [sys.executable, "-c", code]
        child = subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True)
        part = own_weights() / "mobile_sam.pt.part"
        end = time.monotonic() + 30
        while not (part.exists() and part.stat().st_size > piece - 2 * transfer.CHUNK) and time.monotonic() < end:
            time.sleep(0.02)
        child.send_signal(signal.SIGINT)
        said = child.communicate(timeout=30)[1]
    assert child.returncode == 130
    assert said.splitlines()[-1].endswith("of 41 MB are kept. Go on with: rvergui weights get mobile_sam")
    assert "Traceback" not in said
    assert part.stat().st_size > 0
