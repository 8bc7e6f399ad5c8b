"""Repairs written down: in a project, noted in its history, or in a COCO file; a copy of what was there stays."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rvergui.checking.checking import CHECKS
from rvergui.checking.coco_material import item_id
from rvergui.checking.findings import Finding
from rvergui.checking.repairs import Edits, repaired_sheet, repaired_taxonomy
from rvergui.core import RverError, Source, SourceKind
from rvergui.core.atomic import replacing, write_text
from rvergui.core.photo_loading import load_photo
from rvergui.interchange.coco_file import categories, load_coco
from rvergui.interchange.coco_outlines import outline_mask, outline_size

if TYPE_CHECKING:
    from rvergui.project import Project


@dataclass(frozen=True)
class RepairReport:
    """The outcome of repairs.

    Attributes:
        repaired: how many findings were repaired.
        backup: a copy of the file as it was; None if nothing was changed.
    """

    repaired: int
    backup: Path | None = None


def chosen_repairs(names: Iterable[str]) -> list[str]:
    """The checks whose findings are to be repaired; "all" means all that can be.

    Raises:
        RverError: there is no such check, or it has no repair.
    """
    able = [name for name, check in CHECKS.items() if check.REPAIR]
    wanted = list(dict.fromkeys(names))
    for name in wanted:
        if name not in (*able, "all"):
            what = "has no repair; a person has to look" if name in CHECKS else "is no check"
            raise RverError(f"{name!r} {what}; there are repairs of: {', '.join(able)}, or all.")
    return able if "all" in wanted else wanted


def repair_project(project: Project, findings: Sequence[Finding], pixel_limit: int) -> RepairReport:
    """Repair what can be; each changed photo is a line of the history, and a copy of the project stays beside it.

    Raises:
        RverError: the project cannot be written, or no copy of it can be made; then nothing is changed.
    """
    findings = [finding for finding in findings if finding.is_repairable]
    edits = Edits.of(findings)
    if not edits:
        return RepairReport(0)
    if project.read_only:
        raise RverError(f"{project.path.name} is read-only, so nothing was repaired. {project.read_only_reason}")
    backup = _backup_name(project.path)
    back_up_project(project.path, backup)
    act = f"repair {', '.join(dict.fromkeys(finding.check for finding in findings))}"
    source = Source.now(SourceKind.PERSON, project.who)
    sheets = [project.sheet(photo_id) for photo_id in sorted(edits.photos)]
    for photo_id in edits.accepted:
        accept_photo(project, photo_id, pixel_limit)
    project.save_sheets([(sheet, repaired_sheet(sheet, edits, source)) for sheet in sheets], act)
    before = project.taxonomy()
    after = repaired_taxonomy(before, edits)
    if after != before:
        project.save_taxonomy(before, after, act)
    if edits.dropped:
        project.remove_photos(sorted(edits.dropped), for_good=True)
    return RepairReport(len(findings), backup)


def accept_photo(project: Project, photo_id: str, pixel_limit: int) -> None:
    """Take the photo as its file is now; ``RverError`` where that cannot be opened."""
    photo = load_photo(project.photo_path(project.photo(photo_id)), pixel_limit)
    project.set_photo_facts(photo_id, photo.key, photo.size, None)


def back_up_project(path: Path, target: Path) -> None:
    """A whole copy of a project file that may be open.

    Raises:
        RverError: it cannot be written.
    """
    from rvergui.project.connection import READ, connect
    from rvergui.project.migrations import backup
    from rvergui.project.trouble import in_words

    with in_words(path):
        connection = connect(path, READ)
        try:
            backup(connection, target)
        finally:
            connection.close()


def _backup_name(path: Path) -> Path:
    """Beside the file; never the name of one that is there."""
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")  # the person's own time, as in file managers
    for more in ("", *(f"-{number}" for number in range(2, 1000))):
        name = path.with_name(f"{path.stem}.before-repair-{stamp}{more}{path.suffix}")
        if not name.exists():
            return name
    raise RverError(f"There are too many copies of {path.name} in {path.parent}; move them away.")


def repair_coco(file: Path, findings: Sequence[Finding], part: str = "") -> RepairReport:
    """Repair a COCO file as far as it goes: annotations deleted, cut and scaled, categories merged.

    Args:
        file: what was checked.
        findings: of that check.
        part: what the file is called in them.

    Raises:
        RverError: it cannot be read or written, or has changed since it was checked.
    """
    prefix = item_id(part, 0)[:-1]
    mine = [f for f in findings if f.merge or (f.items and f.items[0].startswith(prefix))]
    mine = [f for f in mine if f.is_repairable and not f.drop_photo and not f.accept_photo]
    edits = Edits.of(mine)
    if not edits:
        return RepairReport(0)
    content = load_coco(file)
    _merge_categories(content, edits.merges)
    annotations = {item_id(part, index): record for index, record in enumerate(content["annotations"])}
    touched = {*edits.doomed, *edits.sizes, *(key for cut in edits.cuts for key in cut)}
    if not touched <= annotations.keys():
        raise RverError(f"{file.name} has changed since it was checked; check it again.")
    _change_masks(content, annotations, edits)
    content["annotations"] = [record for key, record in annotations.items() if key not in edits.doomed]
    backup = _backup_name(file)
    with replacing(backup) as neighbour:
        shutil.copyfile(file, neighbour)
    write_text(file, json.dumps(content, ensure_ascii=False, default=_plain))
    return RepairReport(len(mine), backup)


def _merge_categories(content: dict[str, Any], merges: Sequence[tuple[str, str]]) -> None:
    into = dict(merges)
    ids = {name: key for key, (name, _) in reversed(categories(content.get("categories")).items())}

    def last(name: str) -> str:
        seen = {name}
        while name in into and into[name] not in seen:
            name = into[name]
            seen.add(name)
        return name

    moved = {key: ids[last(name)] for name, key in ids.items() if name in into and last(name) in ids}
    for record in content["annotations"]:
        if isinstance(record, dict) and isinstance(record.get("category_id"), int | str):
            record["category_id"] = moved.get(record["category_id"], record["category_id"])
    content["categories"] = [c for c in content["categories"] if not isinstance(c, dict) or c.get("id") not in moved]


def _change_masks(content: dict[str, Any], annotations: dict[str, dict[str, Any]], edits: Edits) -> None:
    sizes = {
        record["id"]: (int(record["height"]), int(record["width"]))
        for record in content["images"]
        if isinstance(record, dict) and isinstance(record.get("height"), int) and isinstance(record.get("width"), int)
    }

    def mask(key: str) -> Any:
        record = annotations[key]
        return outline_mask(
            record["segmentation"], outline_size(record["segmentation"]) or sizes.get(record["image_id"])
        )

    changed = {key: mask(key).resized(size) for key, size in edits.sizes.items() if key not in edits.doomed}
    for lower, upper in edits.cuts:
        if not edits.doomed & {lower, upper}:
            changed[lower] = changed.get(lower, mask(lower)) - changed.get(upper, mask(upper))
    for key, its in changed.items():
        if not its.is_empty:
            annotations[key].update(segmentation=its.rle(), area=its.area, bbox=list(its.bbox))


def _plain(value: Any) -> Any:
    """Outlines are arrays once they are read."""
    return value.tolist()
