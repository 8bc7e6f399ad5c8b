"""Starting the program in this process and catching what it says."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rvergui.__main__ import main


@dataclass(frozen=True)
class Said:
    """How a call ended."""

    status: int
    out: str
    err: str


Start = Callable[..., Said]


def starter(capsys: pytest.CaptureFixture[str]) -> Start:
    """A function that starts the program with arguments."""

    def start(*arguments: object) -> Said:
        capsys.readouterr()
        status = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Said(status, captured.out, captured.err)

    return start


def pretend_module(monkeypatch: pytest.MonkeyPatch, name: str, **contents: object) -> None:
    """Put a stand-in in the place of a module that is slow to import or needs a screen."""
    module = types.ModuleType(name)
    for key, value in contents.items():
        setattr(module, key, value)
    monkeypatch.setitem(sys.modules, name, module)


def disc_photo(
    path: Path, size: tuple[int, int] = (60, 80), centre: tuple[int, int] = (40, 30), radius: int = 18
) -> np.ndarray:
    """A photo of a red disc on blue; returns where the disc is."""
    y, x = np.mgrid[: size[0], : size[1]]
    inside = (x - centre[0]) ** 2 + (y - centre[1]) ** 2 <= radius**2
    pixels = np.where(inside[..., None], (220, 40, 30), (20, 40, 200)).astype(np.uint8)
    Image.fromarray(pixels).save(path)
    return inside
