from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rvergui.batch.journal import Journal, file_state
from rvergui.core import RverError

HEAD = {"options": {"top": 1}, "segmenter": "x"}
PHOTOS = ["a.jpg", "b/ö\n.jpg", "c\udcff.jpg"]


def filled(folder) -> bytes:
    with Journal(folder / "out.csv", restart=True) as journal:
        journal.begin(HEAD)
        for number, photo in enumerate(PHOTOS):
            journal.add(photo, [number, 7], {"photo": photo, "objects": [number]})
        return journal.path.read_bytes()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(share=st.floats(0, 1), noise=st.binary(max_size=8))
def test_whatever_a_crash_leaves_what_was_finished_before_is_kept(tmp_path, share, noise):
    whole = filled(tmp_path)
    cut = whole[: round(share * len(whole))]
    path = tmp_path / "out.csv.progress"
    path.write_bytes(cut + noise.replace(b"\n", b""))
    lines = cut.count(b"\n")
    with Journal(tmp_path / "out.csv") as journal:
        assert journal.finished >= set(PHOTOS[: max(lines - 1, 0)])
        journal.begin(HEAD)
        for number, photo in enumerate(PHOTOS):
            if photo not in journal.finished:
                journal.add(photo, [number, 7], {"photo": photo, "objects": [number]})
        assert [journal.result(photo)["objects"] for photo in PHOTOS] == [[0], [1], [2]]
    with Journal(tmp_path / "out.csv") as again:
        assert again.finished == set(PHOTOS)
        again.remove()
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_somebody_else_is_not_written_over(tmp_path):
    (tmp_path / "out.csv.progress").write_text('{"photo": "mine"}\n')
    with pytest.raises(RverError, match="not the progress of such a run"):
        Journal(tmp_path / "out.csv")
    assert (tmp_path / "out.csv.progress").read_text() == '{"photo": "mine"}\n'
    Journal(tmp_path / "out.csv", restart=True).remove()


def test_a_photo_is_finished_for_the_file_it_was(tmp_path):
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"one")
    with Journal(tmp_path / "out.csv") as journal:
        journal.begin(HEAD)
        journal.add("a.jpg", file_state(photo), {})
        assert journal.has("a.jpg", photo)
        photo.write_bytes(b"another")
        assert not journal.has("a.jpg", photo)
        photo.unlink()
        assert not journal.has("a.jpg", photo)
        with pytest.raises(RverError, match="begun with another segmenter"):
            journal.begin({**HEAD, "segmenter": "y"})
