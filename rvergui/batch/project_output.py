"""Results as a project: to be looked through and corrected in the window."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rvergui.core import Item, ItemState, Mask, RverError, Sheet, Source, SourceKind, Suggestion, Taxonomy
from rvergui.core.photo_loading import content_hash, read_photo_file
from rvergui.project.records import PhotoFacts, PhotoRecord
from rvergui.project.store import Project

if TYPE_CHECKING:
    from rvergui.batch.outputs import Output

ACT = "predict"
# Photos that are saved in one transaction.
_BATCH = 100


def write_project(out: Path, records: Iterable[Mapping[str, Any]], output: Output) -> None:
    """Make a project of what was found, whole or not at all: items are proposed, their names are suggestions.

    Nothing in it counts as confirmed before a person has looked.

    Raises:
        RverError: there is a project already, or it cannot be written.
    """
    # beside it, so that the paths of photos are the same
    building = out.with_name(f".{out.stem[:40]}.{uuid.uuid4().hex[:8]}.part.rver")
    try:
        with Project.create(building, Taxonomy.from_names(output.classes)) as project:
            _fill(project, records, output)
            project.set_model_path(output.model)
        if out.exists():  # hours may have passed
            raise RverError(f"There is a project {out.name} already, and it may hold work of yours; name another file.")
        building.replace(out)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise RverError(f"{out.name} could not be written to {out.parent} ({reason}); free some space.") from error
    finally:
        for left in (building, building.with_name(f"{building.name}.lock")):
            left.unlink(missing_ok=True)


def _fill(project: Project, records: Iterable[Mapping[str, Any]], output: Output) -> None:
    added = project.add_photos(list(output.photos.values()))
    by_name = dict(zip(output.photos, added, strict=True))
    drawn = Source.now(SourceKind.MODEL, output.segmenter)
    waiting = iter(records)
    while batch := list(islice(waiting, _BATCH)):
        project.set_facts_of_photos(_facts(by_name[record["photo"]], record, output) for record in batch)
        sheets = []
        for record in batch:
            if record.get("objects"):
                before = Sheet(by_name[record["photo"]].id, (record["height"], record["width"]))
                items = tuple(_item(each, drawn) for each in record["objects"])
                sheets.append((before, Sheet(before.photo_id, before.size, items)))
        project.save_sheets(sheets, ACT)


def _facts(photo: PhotoRecord, record: Mapping[str, Any], output: Output) -> PhotoFacts:
    if "problem" in record:
        return PhotoFacts(photo.id, None, None, record["problem"])
    try:
        key = content_hash(read_photo_file(output.photos[record["photo"]]))
    except RverError as error:  # it is gone since it was looked at
        return PhotoFacts(photo.id, None, (record["height"], record["width"]), str(error))
    return PhotoFacts(photo.id, key, (record["height"], record["width"]))


def _item(found: Mapping[str, Any], drawn: Source) -> Item:
    names = tuple(Suggestion(n["name"], n["probability"], n["without_context"]) for n in found["names"])
    return Item.new(Mask.from_rle(found["segmentation"]), drawn, ItemState.PROPOSED).with_suggestions(names)
