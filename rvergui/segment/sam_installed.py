"""Weights of the SAM family in the folders that the settings name, found by the official files' names."""

from __future__ import annotations

from pathlib import Path

from rvergui.core import RverError
from rvergui.runtime.catalogue import OFFICIAL, Entry, entry, installed
from rvergui.runtime.machine import readable_size
from rvergui.runtime.settings import Settings
from rvergui.runtime.weights import weight_files

_SUFFIXES = (".pth", ".pt", ".safetensors")


def segmenter_of(title: str) -> str | None:
    """The segmenter's name of a design, e.g. "sam_vit_b" of "SAM ViT-B"; None if it has none of its own."""
    return next((known.name for known in OFFICIAL if known.title == title), None)


def find_checkpoint(name: str | None = None) -> Path:
    """The installed weights of a segmenter.

    The official file counts first, then any file whose name begins like it, the smallest first. A file is taken for
    what its name says until it is opened.

    Args:
        name: a segmenter of the family that has official weights, or None for the smallest weights there are.

    Raises:
        RverError: there are none; the sentence says which file to get and where to put it.
    """
    entries = [entry(name)] if name is not None else sorted(OFFICIAL, key=lambda known: known.size)
    folders = Settings().weight_folders()
    for known in entries:
        whole = installed(known.name, folders)
        if whole is not None:
            return whole
    starts = tuple(known.name for known in entries)
    found = [
        file
        for file in weight_files(folders)
        if file.path.name.lower().startswith(starts) and file.path.suffix.lower() in _SUFFIXES
    ]
    if not found:
        raise RverError(_what_to_get(entries, folders))
    # One that is cut short is taken only if there is no whole one; loading it then says what is wrong.
    return min(found, key=lambda file: (file.is_cut_short, file.size)).path


def _what_to_get(entries: list[Entry], folders: tuple[Path, ...]) -> str:
    wanted = " or ".join(f"{known.file} ({readable_size(known.size)})" for known in entries[:2])
    target = f"the folder {folders[0]}" if folders else "a folder that the variable RVERGUI_WEIGHTS names"
    return (
        f"This segmenter needs its weights: get {wanted} with Model > Weights or “rvergui weights get "
        f"{entries[0].name}”, or put the file into {target}; until then the other segmenters work."
    )
