from __future__ import annotations

import os
from pathlib import Path

import pytest

from rvergui.core import RverError
from rvergui.core.paths import shipped_weights
from rvergui.core.photo_loading import DEFAULT_PIXEL_LIMIT
from rvergui.runtime import login as module
from rvergui.runtime.settings import Settings, login_name, unknown_variables


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.upper().startswith("RVERGUI_"):
            monkeypatch.delenv(name)


def test_without_variables_the_defaults_hold(monkeypatch):
    monkeypatch.setattr(module.getpass, "getuser", lambda: "ada")
    settings = Settings()
    assert settings.weights == ()
    assert settings.pixel_limit == DEFAULT_PIXEL_LIMIT
    assert settings.threads is None
    assert settings.user == "ada"


def test_weights_is_a_list_like_path_and_relative_folders_start_at_the_working_directory(monkeypatch, tmp_path):
    there = tmp_path / "there"
    there.mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RVERGUI_WEIGHTS", os.pathsep.join(["there", "", str(tmp_path / "gone"), "there/."]))
    settings = Settings()
    assert settings.weights == (there, tmp_path / "gone")
    assert settings.weight_folders() == (there, shipped_weights())


def test_the_home_folder_may_be_written_as_a_tilde(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("RVERGUI_WEIGHTS", "~/weights")
    assert Settings().weights == (tmp_path / "weights",)


def test_numbers_and_user_are_read(monkeypatch):
    monkeypatch.setenv("RVERGUI_PIXEL_LIMIT", "400000000")
    monkeypatch.setenv("RVERGUI_THREADS", "3")
    monkeypatch.setenv("RVERGUI_USER", "  Grace   Hopper ")
    settings = Settings()
    assert (settings.pixel_limit, settings.threads, settings.user) == (400_000_000, 3, "Grace Hopper")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("RVERGUI_PIXEL_LIMIT", "many"),
        ("RVERGUI_PIXEL_LIMIT", "0"),
        ("RVERGUI_PIXEL_LIMIT", "1.5"),
        ("RVERGUI_THREADS", "-1"),
        ("RVERGUI_THREADS", "all"),
        ("RVERGUI_USER", "   "),
    ],
)
def test_a_wrong_value_names_its_variable(monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)
    with pytest.raises(RverError) as caught:
        Settings()
    message = str(caught.value)
    assert variable in message
    assert repr(value) in message
    assert "\n" not in message


def test_an_empty_variable_counts_as_not_set(monkeypatch):
    for name in ("WEIGHTS", "PIXEL_LIMIT", "THREADS", "USER"):
        monkeypatch.setenv(f"RVERGUI_{name}", "")
    monkeypatch.setattr(module.getpass, "getuser", lambda: "ada")
    assert Settings() == Settings(weights=(), pixel_limit=DEFAULT_PIXEL_LIMIT, threads=None, user="ada")


def test_folders_can_be_given_in_code(tmp_path: Path):
    assert Settings(weights=[tmp_path]).weights == (tmp_path,)


def test_settings_do_not_change_under_the_program():
    settings = Settings()
    with pytest.raises(Exception, match="frozen"):
        settings.threads = 2


def test_a_user_id_without_an_account_still_has_a_name(monkeypatch):
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 12345")

    monkeypatch.setattr(module.getpass, "getuser", nobody)
    assert login_name() == "someone"


def test_misspelt_variables_are_found(monkeypatch):
    monkeypatch.setenv("RVERGUI_PIXEL_LIMT", "5")
    monkeypatch.setenv("RVERGUI_THREADS", "2")
    assert unknown_variables() == ["RVERGUI_PIXEL_LIMT"]
