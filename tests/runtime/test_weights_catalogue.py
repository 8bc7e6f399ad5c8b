"""The official weights: what there is of them, what a check remembers, adding from disk and removing."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest

from rvergui.core import RverError
from rvergui.runtime import catalogue, catalogue_files, catalogue_state
from rvergui.runtime.catalogue import OFFICIAL, entry, installed
from rvergui.runtime.catalogue_state import Notes, State, checksum, holding, holdings, verify
from rvergui.runtime.pace import Meter, Phase, Progress, readable_time
from rvergui.runtime.report import Evidence, Finding, Level, _weights
from rvergui.runtime.settings import Settings, own_weights
from rvergui.runtime.stopping import Stop, Stopped
from tests.runtime.loopback import contents, small_entry

DATA = contents(30_000)
OTHER = contents(40_000, seed=5)


@pytest.fixture(autouse=True)
def _own_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue of two small files."""
    entries = (small_entry(DATA, OFFICIAL[0]), small_entry(OTHER, OFFICIAL[1]))
    monkeypatch.setattr(catalogue, "OFFICIAL", entries)


@pytest.fixture
def folder(small: None) -> Path:
    """The program's own folder for weights."""
    made = own_weights()
    made.mkdir(parents=True)
    return made


# --- the table ---------------------------------------------------------------------------------------------------


def test_the_table_is_complete_and_consistent() -> None:
    assert [e.name for e in OFFICIAL] == ["mobile_sam", "sam_vit_b", "sam_vit_l", "sam_vit_h"]
    assert [e.size for e in OFFICIAL] == [40_728_226, 375_042_383, 1_249_524_607, 2_564_550_879]
    for known in OFFICIAL:
        assert re.fullmatch(r"[0-9a-f]{64}", known.sha256)
        assert known.url.startswith("https://")
        assert known.url.endswith(f"/{known.file}")
        assert known.host in known.url
        assert known.licence == "Apache-2.0"
        assert known.file.startswith(known.name)
    assert len({known.sha256 for known in OFFICIAL}) == len(OFFICIAL)


def test_every_entry_is_a_segmenter() -> None:
    from importlib.metadata import entry_points

    names = {point.name for point in entry_points(group="rvergui.segmenters")}
    assert {known.name for known in OFFICIAL} <= names


@pytest.mark.parametrize("name", ["sam_vit_b", "SAM-ViT-B", " sam_vit_b ", "sam_vit_b_01ec64.pth"])
def test_entries_are_found_by_any_usual_spelling(name: str) -> None:
    assert entry(name).name == "sam_vit_b"


def test_an_unknown_name_is_told_with_the_nearest_one() -> None:
    with pytest.raises(RverError, match="did you mean sam_vit_b"):
        entry("sam_vitb")
    with pytest.raises(RverError, match="mobile_sam, sam_vit_b, sam_vit_l, sam_vit_h"):
        entry("unet")


# --- what is here ------------------------------------------------------------------------------------------------


def test_nothing_is_there_at_first(small: None) -> None:
    assert [(h.state, h.path, h.part_bytes) for h in holdings()] == [(State.ABSENT, None, 0)] * 2
    assert installed("mobile_sam") is None


def test_a_whole_file_is_installed_and_a_part_is_partial(folder: Path) -> None:
    (folder / "mobile_sam.pt").write_bytes(DATA)
    (folder / "sam_vit_b_01ec64.pth.part").write_bytes(OTHER[:123])
    whole, begun = holdings()
    assert (whole.state, whole.path, whole.checked) == (State.INSTALLED, folder / "mobile_sam.pt", False)
    assert (begun.state, begun.path, begun.part_bytes) == (State.PARTIAL, None, 123)
    assert installed("mobile_sam") == folder / "mobile_sam.pt"
    assert installed("sam_vit_b") is None


def test_a_file_of_another_size_is_wrong_without_being_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "mobile_sam.pt").write_bytes(DATA[:-1])
    found = holdings()[0]
    assert found.state is State.WRONG
    assert found.trouble == "it has 29,999 bytes instead of 30,000"
    assert installed("mobile_sam") is None
    monkeypatch.setattr(catalogue_state, "checksum", None)
    assert verify(found).state is State.WRONG


def test_folders_of_the_settings_come_before_the_programs_own(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    monkeypatch.setenv("RVERGUI_WEIGHTS", str(shared))
    (folder / "mobile_sam.pt").write_bytes(DATA)
    assert installed("mobile_sam") == folder / "mobile_sam.pt"
    (shared / "mobile_sam.pt").write_bytes(DATA[:5])
    assert installed("mobile_sam") == folder / "mobile_sam.pt"  # a broken one does not hide a whole one
    (shared / "mobile_sam.pt").write_bytes(DATA)
    assert installed("mobile_sam") == shared / "mobile_sam.pt"
    assert installed("mobile_sam", [folder]) == folder / "mobile_sam.pt"


def test_downloads_go_to_the_first_folder_that_can_be_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Settings().download_folder() == own_weights() == tmp_path / "data" / "rvergui" / "weights"
    locked, usable = tmp_path / "locked", tmp_path / "usable"
    for made in (locked, usable):
        made.mkdir()
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != locked and access(path, mode))
    monkeypatch.setenv("RVERGUI_WEIGHTS", os.pathsep.join([str(tmp_path / "gone"), str(locked)]))
    assert Settings().download_folder() == own_weights()
    monkeypatch.setenv("RVERGUI_WEIGHTS", os.pathsep.join([str(locked), str(usable)]))
    assert Settings().download_folder() == usable


def test_segmenters_look_into_the_programs_own_folder(folder: Path) -> None:
    assert folder in Settings().weight_folders()


def test_a_mirror_has_to_be_a_web_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RVERGUI_WEIGHTS_URL", "https://mirror.example/weights/")
    assert Settings().weights_url == "https://mirror.example/weights/"
    monkeypatch.setenv("RVERGUI_WEIGHTS_URL", "ftp://mirror.example")
    with pytest.raises(RverError, match="RVERGUI_WEIGHTS_URL"):
        Settings()


# --- checking ----------------------------------------------------------------------------------------------------


def test_a_check_is_remembered_until_the_file_changes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "mobile_sam.pt"
    path.write_bytes(DATA)
    told: list[tuple[int, int]] = []
    checked = verify(holding(entry("mobile_sam")), lambda done, total: told.append((done, total)))
    assert (checked.state, checked.checked) == (State.INSTALLED, True)
    assert told[-1] == (30_000, 30_000)
    with monkeypatch.context() as unread:
        unread.setattr(catalogue_state, "checksum", None)
        assert holding(entry("mobile_sam")).checked
    time.sleep(0.01)
    path.write_bytes(DATA)
    assert not holding(entry("mobile_sam")).checked


def test_a_flipped_bit_is_found_and_then_known(folder: Path) -> None:
    path = folder / "mobile_sam.pt"
    path.write_bytes(DATA[:100] + bytes([DATA[100] ^ 1]) + DATA[101:])
    assert holdings()[0].state is State.INSTALLED  # nobody has looked yet
    found = verify(holdings()[0])
    assert (found.state, found.path) == (State.WRONG, path)
    assert "not those that were published" in found.trouble
    assert holdings()[0].state is State.WRONG
    assert installed("mobile_sam") is None


def test_a_check_can_be_stopped(folder: Path) -> None:
    path = folder / "mobile_sam.pt"
    path.write_bytes(DATA)
    stop = Stop()
    stop.wish()
    with pytest.raises(Stopped):
        checksum(path, stop=stop)


def test_a_check_of_nothing_is_a_sentence(small: None) -> None:
    with pytest.raises(RverError, match="rvergui weights get mobile_sam"):
        verify(holding(entry("mobile_sam")))


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": 1}', '{"a": {"size": "x"}}', "\x00"])
def test_unreadable_notes_count_as_none(text: str, folder: Path, tmp_path: Path) -> None:
    notes = tmp_path / "cache" / "rvergui" / "checked-weights.json"
    notes.parent.mkdir(parents=True)
    notes.write_text(text)
    (folder / "mobile_sam.pt").write_bytes(DATA)
    assert verify(holdings()[0]).checked
    assert Notes.read().checksum(folder / "mobile_sam.pt") == entry("mobile_sam").sha256


def test_notes_that_cannot_be_kept_do_not_stop_a_check(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("no folder")
    (folder / "mobile_sam.pt").write_bytes(DATA)
    found = verify(holdings()[0])
    assert (found.state, found.checked) == (State.INSTALLED, False)


def test_only_the_newest_notes_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue_state, "_MOST_REMEMBERED", 3)
    paths = [tmp_path / f"{number}.pt" for number in range(5)]
    notes = Notes({}, tmp_path / "notes.json")
    for path in paths:
        path.write_bytes(b"x")
        notes.add(path, "0" * 64)
    notes.write()
    kept = Notes.read(tmp_path / "notes.json")
    assert [kept.checksum(path) is not None for path in paths] == [False, False, True, True, True]


# --- from disk ---------------------------------------------------------------------------------------------------


def test_a_file_is_recognised_whatever_it_is_called(small: None, tmp_path: Path) -> None:
    source = tmp_path / "download (3).bin"
    source.write_bytes(DATA)
    told: list[Progress] = []
    added = catalogue_files.add(source, own_weights(), tell=told.append)
    assert added.path == own_weights() / "mobile_sam.pt"
    assert added.path.read_bytes() == DATA
    assert (added.state, added.checked) == (State.INSTALLED, True)
    assert installed("mobile_sam") == added.path
    assert source.read_bytes() == DATA
    assert {progress.phase for progress in told} == {Phase.CHECKING, Phase.COPYING}


def test_a_link_takes_no_space(folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "mine.pt"
    source.write_bytes(DATA)
    added = catalogue_files.add(source, folder, link=True)
    assert added.path.is_symlink()
    assert added.path.samefile(source)
    again = catalogue_files.add(source, folder)  # it is there already, and must not become a copy of itself
    assert again.path.samefile(source)
    other = tmp_path / "other.pt"
    other.write_bytes(DATA)
    copied = catalogue_files.add(other, folder)
    assert not copied.path.is_symlink()
    assert source.read_bytes() == copied.path.read_bytes() == DATA


def test_a_copy_replaces_a_damaged_file(folder: Path, tmp_path: Path) -> None:
    (folder / "mobile_sam.pt").write_bytes(b"damaged")
    source = tmp_path / "good.pt"
    source.write_bytes(DATA)
    assert catalogue_files.add(source, folder).path.read_bytes() == DATA


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("own.pth", b"something else", "--checkpoint"),
        ("mobile_sam.pt", DATA[:100], "cut short"),
        ("mobile_sam.pt", DATA + b"x", "another file"),
        ("mine.pt", DATA[:-1] + b"?", "SHA-256"),
        ("empty.pt", b"", "none of the official files"),
    ],
)
def test_any_other_file_is_refused_with_a_way_out(
    name: str, data: bytes, words: str, small: None, tmp_path: Path
) -> None:
    source = tmp_path / name
    source.write_bytes(data)
    with pytest.raises(RverError, match=re.escape(words)):
        catalogue_files.add(source, own_weights())
    assert not own_weights().exists() or not list(own_weights().iterdir())


def test_a_missing_file_or_a_folder_is_refused(small: None, tmp_path: Path) -> None:
    with pytest.raises(RverError, match="does not exist"):
        catalogue_files.add(tmp_path / "gone.pt", own_weights())
    with pytest.raises(RverError, match="is a folder"):
        catalogue_files.add(tmp_path, own_weights())


def test_a_copy_that_is_stopped_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "mine.pt"
    source.write_bytes(DATA)
    stop = Stop()

    def tell(progress: Progress) -> None:
        if progress.phase is Phase.CHECKING and progress.done == progress.total:
            stop.wish()

    with pytest.raises(Stopped):
        catalogue_files.add(source, folder, tell=tell, stop=stop)
    assert list(folder.iterdir()) == []


def test_a_copy_that_does_not_fit_is_refused(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "mine.pt"
    source.write_bytes(DATA)
    monkeypatch.setattr(catalogue_files, "free_disk", lambda _: 100)
    with pytest.raises(RverError, match="only 100 bytes are free"):
        catalogue_files.add(source, folder)
    assert catalogue_files.add(source, folder, link=True).state is State.INSTALLED


def test_removing_takes_file_and_part(folder: Path) -> None:
    (folder / "mobile_sam.pt").write_bytes(DATA)
    (folder / "mobile_sam.pt.part").write_bytes(DATA[:10])
    catalogue_files.remove(holdings()[0])
    assert holdings()[0].state is State.ABSENT
    catalogue_files.remove(holdings()[0])  # nothing left to remove is no error


def test_removing_a_link_leaves_what_it_leads_to(folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "mine.pt"
    source.write_bytes(DATA)
    catalogue_files.remove(catalogue_files.add(source, folder, link=True))
    assert source.read_bytes() == DATA
    assert not (folder / "mobile_sam.pt").is_symlink()


# --- pace --------------------------------------------------------------------------------------------------------


def test_speed_is_that_of_the_last_seconds_and_earlier_bytes_do_not_count() -> None:
    now = 0.0
    told: list[Progress] = []
    meter = Meter(10_000_000, 4_000_000, told.append, clock=lambda: now)
    meter.begin(4_000_000)
    assert told[-1].speed is None
    for _ in range(20):  # 100 kB a second for 20 seconds
        now += 1
        meter.reach(told[-1].done + 100_000)
    assert told[-1].speed == pytest.approx(100_000)
    assert told[-1].seconds_left == pytest.approx(40)
    for _ in range(9):  # then ten times as fast
        now += 0.25
        meter.reach(told[-1].done + 250_000)
    assert told[-1].speed > 250_000
    now += 60
    meter.begin(told[-1].done)  # after a pause the speed is unknown rather than low
    assert told[-1].speed is None


def test_progress_is_told_ten_times_a_second_at_most_and_at_the_end() -> None:
    now = 0.0
    told: list[Progress] = []
    meter = Meter(1000, 0, told.append, clock=lambda: now)
    for done in range(1, 1001):
        now += 0.001
        meter.reach(done)
    assert 9 <= len(told) <= 12
    assert told[-1].done == 1000


def test_progress_reads_well() -> None:
    assert Progress(Phase.LOADING, 120_000_000, 375_042_383, 8_200_000, 31.1).text() == (
        "120 MB of 375 MB, 8.2 MB/s, 31 s left"
    )
    assert Progress(Phase.LOADING, 0, 1000).text() == "0 bytes of 1.0 kB"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "1 s"), (59.4, "59 s"), (61, "1 min"), (254, "4 min 10 s"), (1200, "20 min"), (4000, "1 h 6 min")],
)
def test_times_are_for_people(seconds: float, text: str) -> None:
    assert readable_time(seconds) == text


# --- what the doctor says ----------------------------------------------------------------------------------------


def test_the_doctor_tells_unchecked_checked_and_damaged_files(folder: Path) -> None:
    def told() -> dict[str, Finding]:
        lines = [line for line in _weights(Evidence({}, {})) if line.text.startswith(str(folder))]
        return {Path(line.text.partition(" (")[0]).name: line for line in lines}

    assert [line.text for line in _weights(Evidence({}, {}))][-1] == "No official SAM weights are installed"
    (folder / "mobile_sam.pt").write_bytes(DATA)
    (folder / "sam_vit_b_01ec64.pth").write_bytes(OTHER[:-1] + b"?")
    unchecked = told()
    assert all(line.level is Level.OK and "not checked yet" in line.text for line in unchecked.values())
    assert unchecked["mobile_sam.pt"].advice == "rvergui weights verify mobile_sam"
    for found in holdings():
        verify(found)
    checked = told()
    assert checked["mobile_sam.pt"].text.endswith("checksum right")
    assert checked["mobile_sam.pt"].advice == ""
    assert checked["sam_vit_b_01ec64.pth"].level is Level.WARNING
    assert checked["sam_vit_b_01ec64.pth"].advice == "Download it again: rvergui weights get sam_vit_b"
