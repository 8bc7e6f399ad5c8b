"""Bring the translations up to date: ``python resources/translations/update.py [--check]``.

Reads every text of the window out of the source into ``rvergui_LANGUAGE.ts`` (what is translated stays), says what has
no translation yet, and compiles ``rvergui_LANGUAGE.qm``, which the program loads. ``--check`` changes nothing and fails
if something would change or is not translated. The tools are Qt's own, which come with PySide6.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import sysconfig
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
# English is the language of the source; what it needs is only its plurals.
LANGUAGES: dict[str, tuple[str, ...]] = {"de": (), "en": ("-pluralonly",)}
TABLES = "tables.py"  # texts of tables, which the tool cannot see where they are


def main() -> int:
    """Update or check every language; the exit status is 1 if something is missing."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--check", action="store_true", help="change nothing, fail if something would change")
    check = asked.parse_args().check
    found = [trouble for language in LANGUAGES for trouble in bring_up_to_date(language, check)]
    sys.stdout.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


def bring_up_to_date(language: str, check: bool) -> list[str]:
    """One language; returns what is wrong with it, a line each."""
    ts, qm = HERE / f"rvergui_{language}.ts", HERE / f"rvergui_{language}.qm"
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        new_ts, new_qm = folder / ts.name, folder / qm.name
        if ts.exists():
            new_ts.write_bytes(ts.read_bytes())
        extract(new_ts, folder, *LANGUAGES[language])
        compile_(new_ts, new_qm)
        trouble = [f"{language}: not translated: {text}" for text in unfinished(new_ts)]
        for new, old in ((new_ts, ts), (new_qm, qm)):
            if old.exists() and content(new) == content(old):
                continue
            if check:
                trouble.append(f"{old.name} is not up to date; run {Path(__file__).relative_to(ROOT)}")
            else:
                old.write_bytes(new.read_bytes())
    return trouble


def content(file: Path) -> object:
    """What a file says, whatever version of the tools wrote it."""
    if file.suffix != ".ts":
        return file.read_bytes()
    contexts = ET.parse(file).getroot().iter("context")
    return [
        (context.findtext("name"), message.findtext("source"), translations(message))
        for context in contexts
        for message in context.iter("message")
    ]


def extract(ts: Path, scratch: Path, *options: str) -> None:
    """Read the texts of the source into ``ts``; texts that are gone are dropped."""
    table = scratch / TABLES
    table.write_text(table_texts(), encoding="utf-8")
    sources = sorted((ROOT / "rvergui" / "gui").rglob("*.py"))
    listed = scratch / "sources.lst"
    listed.write_text("\n".join(str(path) for path in (*sources, table)), encoding="utf-8")
    usual = ("-locations", "none", "-no-obsolete", "-source-language", "en")
    run("lupdate", f"@{listed}", *usual, *options, "-ts", str(ts))


def compile_(ts: Path, qm: Path) -> None:
    """Make the file that the program loads."""
    run("lrelease", "-silent", str(ts), "-qm", str(qm))


def run(tool: str, *arguments: str) -> None:
    """Run one of Qt's tools.

    Raises:
        RuntimeError: it failed; its own words.
    """
    program = Path(sysconfig.get_path("scripts")) / f"pyside6-{tool}"
    done = subprocess.run([str(program), *arguments], capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode:
        raise RuntimeError(f"{tool}: {done.stdout}{done.stderr}")


def table_texts() -> str:
    """The texts of menus and acts, of the catalogue of weights and of formats, as source that the tool understands."""
    sys.path.insert(0, str(ROOT))
    from rvergui.gui.acts import MENUS
    from rvergui.gui.features import ACTS
    from rvergui.gui.queue.acts import REVIEW_ACTS
    from rvergui.interchange.exports.options import fields_of
    from rvergui.interchange.exports.table import EXPORTS
    from rvergui.interchange.imports.table import IMPORTS
    from rvergui.runtime.catalogue import OFFICIAL

    acts = ("Tools", *MENUS, *(text for act in (*ACTS, *REVIEW_ACTS) for text in (act.submenu, act.text) if text))
    weights = (text for entry in OFFICIAL for text in (entry.purpose, entry.cost))
    formats = [format for table in (EXPORTS, IMPORTS) for format in table.values()]
    words = [text for format in formats for text in (format.title, format.summary)]
    for option in (option for format in formats for option in fields_of(format.options)):
        words += [option.title, option.description, *option.choices.values()]
    lines = [
        f"QT_TRANSLATE_NOOP({quoted(context)}, {quoted(text)})"
        for context, texts in (("Actions", acts), ("WeightsCard", weights), ("Formats", words))
        for text in dict.fromkeys(texts)
    ]
    return "from PySide6.QtCore import QT_TRANSLATE_NOOP\n" + "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """``text`` as a string literal, its characters as they are."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def unfinished(ts: Path) -> list[str]:
    """The source texts without a finished translation."""
    messages = ET.parse(ts).getroot().iter("message")
    return [repr(message.findtext("source")) for message in messages if not all(translations(message))]


def translations(message: ET.Element) -> list[str]:
    """The translation of a message, one for each plural form it has; "" for what is not finished."""
    found = message.find("translation")
    if found is None or found.get("type") == "unfinished":
        return [""]
    forms = found.findall("numerusform") or [found]
    return [form.text or "" for form in forms]


if __name__ == "__main__":
    sys.exit(main())
