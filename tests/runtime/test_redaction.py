"""What is given away tells nothing about who somebody is."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from rvergui.runtime.redaction import Redactor

HOMES, MACS, DRIVE = "/home", "/Users", "C:\\Users"
NAME = "anna.muster"
HOME = Path(f"{HOMES}/{NAME}")


def redactor(**more) -> Redactor:
    return Redactor(home=HOME, person="anna.muster", machine="annas-laptop", **more)


def test_home_person_and_machine_go() -> None:
    text = f"{HOME}/photos/x: Anna.Muster on annas-laptop, see {HOME}/.cache and {DRIVE}\\Anna\\x"
    clean = redactor().text(text)
    assert clean == "~/photos/x: ‹user› on ‹machine›, see ~/.cache and C:\\Users\\‹user›\\x"


def test_other_peoples_homes_go_too() -> None:
    assert redactor().text(f"{HOMES}/bert/x and {MACS}/Carla/y") == f"{HOMES}/‹user›/x and {MACS}/‹user›/y"


def test_names_inside_other_words_stay() -> None:
    assert Redactor(home=Path(HOMES, "tor"), person="tor", machine="x").text("torch, tor, editor") == (
        "torch, ‹user›, editor"
    )


def test_a_home_or_login_that_is_nobody_s_spoils_nothing() -> None:
    home = Path("/") / "root"
    clean = Redactor(home=home, person="root", machine="localhost").text(f"root logger in {home}/x at localhost")
    assert clean == "root logger in ~/x at localhost"


def test_photos_and_projects_go() -> None:
    known = redactor(photos=["2024/Omas Geburtstag 1.JPG", "b.png"])
    text = 'cannot read "2024/Omas Geburtstag 1.JPG", Omas Geburtstag 1.JPG, b.png, unknown_77.heic of geheim.rver'
    assert known.text(text) == ('cannot read "‹photo›.jpg", ‹photo›.jpg, ‹photo›.png, ‹photo›.heic of ‹project›.rver')


def test_nested_values_and_keys() -> None:
    value = {f"{HOME}/a": [str(HOME), 3, None, {"who": "anna.muster"}]}
    assert redactor().value(value) == {"~/a": ["~", 3, None, {"who": "‹user›"}]}


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_home_folder_never_remains(before: str, after: str) -> None:
    clean = redactor(words=["signed by me"], photos=["my cake.jpg"]).text(
        f"{before}{HOME}{after}signed by me{before} my cake.jpg"
    )
    assert str(HOME) not in clean
    assert "signed by me" not in clean
    assert "my cake" not in clean
