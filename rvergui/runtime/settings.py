"""What the environment says about how the program is to run (variables that begin with RVERGUI_)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from rvergui.core.errors import RverError
from rvergui.core.paths import shipped_weights
from rvergui.core.photo_loading import DEFAULT_PIXEL_LIMIT
from rvergui.runtime.login import login_name

__all__ = ["PREFIX", "Settings", "login_name", "own_weights", "unknown_variables"]

PREFIX = "RVERGUI_"


class Settings(BaseSettings):
    """The program's settings, read from the environment when constructed; empty variables count as not set.

    Attributes:
        weights: ``RVERGUI_WEIGHTS``, folders with weights, separated as in ``PATH``. Relative ones are taken from the
            working directory, ``~`` is the home folder. They need not exist; ``weight_folders`` leaves those out.
        pixel_limit: ``RVERGUI_PIXEL_LIMIT``, the most pixels of a photo that are opened.
        weights_url: ``RVERGUI_WEIGHTS_URL``, a place of one's own to fetch the official weights from: each file's name
            is put behind it. None means where they were published.
        threads: ``RVERGUI_THREADS``, how many CPU threads the networks may use; None lets the libraries decide.
        cache: ``RVERGUI_CACHE``, where what can be made again is kept (converted networks, encoded photos); the user's
            cache folder if not set.
        cache_mb: ``RVERGUI_CACHE_MB``, how many megabytes of encoded photos are kept there; 0 keeps none.
        device: ``RVERGUI_DEVICE``, what networks run on: auto, cuda, mps, openvino, or torch (on the CPU).
        int8: ``RVERGUI_INT8``, whether image encoders are made 8-bit where they run in OpenVINO.
        user: ``RVERGUI_USER``, who signs labels; the login name if not set.

    Raises:
        RverError: a variable has a value that makes no sense; the sentence names it.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore")

    weights: Annotated[tuple[Path, ...], NoDecode] = ()
    pixel_limit: int = Field(default=DEFAULT_PIXEL_LIMIT, ge=1)
    weights_url: str | None = Field(default=None, pattern=r"^https?://\S+$")
    threads: int | None = Field(default=None, ge=1, le=4096)
    cache: Path | None = None
    cache_mb: int = Field(default=4096, ge=0, le=1 << 30)
    device: Literal["auto", "cuda", "mps", "openvino", "torch"] = "auto"
    int8: bool = False
    user: str = Field(default_factory=login_name, min_length=1, max_length=200)

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            field = str(first["loc"][0]) if first["loc"] else "settings"
            raise RverError(
                f"The environment variable {PREFIX}{field.upper()} is {str(first.get('input'))!r}, which is no use "
                f"({first['msg'].rstrip('.')}); correct it or unset it."
            ) from error

    @field_validator("weights", mode="before")
    @classmethod
    def _folders(cls, value: object) -> object:
        if isinstance(value, str):
            value = [part for part in value.split(os.pathsep) if part.strip()]
        if isinstance(value, list | tuple):
            # abspath rather than resolve: a link stays the name the person gave
            folders = (os.path.abspath(Path(part).expanduser()) for part in value)  # noqa: PTH100 - see above
            return tuple(dict.fromkeys(Path(folder) for folder in folders))
        return value

    @field_validator("user")
    @classmethod
    def _stripped(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("a name has at least one character")
        return " ".join(value.split())

    def weight_folders(self) -> tuple[Path, ...]:
        """The folders to look for weights in: those of ``weights``, the program's own, the one that came along.

        Those that do not exist are left out.
        """
        try:
            shipped: tuple[Path, ...] = (shipped_weights(),)
        except RverError:
            shipped = ()
        return tuple(dict.fromkeys(folder for folder in (*self.weights, own_weights(), *shipped) if folder.is_dir()))

    def cache_folder(self) -> Path:
        """Where what can be made again is kept; it need not exist yet."""
        if self.cache is not None:
            return self.cache.expanduser().absolute()
        return platformdirs.user_cache_path("rvergui", appauthor=False)

    def download_folder(self) -> Path:
        """Where new weights go: the first folder of ``weights`` that can be written to, else the program's own.

        The program's own need not exist yet.
        """
        usable = (folder for folder in self.weights if folder.is_dir() and os.access(folder, os.W_OK))
        return next(usable, own_weights())


def own_weights() -> Path:
    """The program's own folder for weights, in the user's data folder; it may not exist yet."""
    return platformdirs.user_data_path("rvergui", appauthor=False) / "weights"


def unknown_variables() -> list[str]:
    """Variables that begin with RVERGUI_ but mean nothing to the program: most likely misspelt."""
    known = {f"{PREFIX}{field}".upper() for field in Settings.model_fields}
    return sorted(name for name in os.environ if name.upper().startswith(PREFIX) and name.upper() not in known)
