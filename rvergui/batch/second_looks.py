"""Which confirmed names of a project a model contradicts with confidence; the same rule as in the window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rvergui.core import Item, ItemState, RverError, Sheet, SourceKind
from rvergui.core.photo_loading import load_photo
from rvergui.project import Project
from rvergui.project.disagreements import at_least, contradicted, remembered
from rvergui.project.queue import QueueItem
from rvergui.project.records import PhotoRecord
from rvergui.rvernet.checkpoint import read_header

if TYPE_CHECKING:
    from rvergui.rvernet.predictor import Predictor


@dataclass(frozen=True)
class DoubtfulName:
    """A name that a person gave and the model contradicts.

    Attributes:
        photo: as the project stores it.
        item: the item's id.
        number: which object of the photo it is, from the bottom, counted from 1.
        name: what the person said.
        suggested: what the model says.
        probability: how sure it is, 0..1.
        trained_on: whether the model was trained on the photo, and with it on this very name.
    """

    photo: str
    item: str
    number: int
    name: str
    suggested: str
    probability: float
    trained_on: bool


def doubtful_names(
    project: Project,
    model: Path,
    sure: float | None = None,
    pixel_limit: int = 10**9,
    progress: Callable[[int, int], bool] = lambda done, total: True,
) -> tuple[list[DoubtfulName], list[str]]:
    """The names that ``model`` contradicts, the surest contradiction first, and a sentence for each photo left out.

    Args:
        project: open.
        model: its file.
        sure: from which probability on; None: as in the window, by whether the model's probabilities were fitted.
        pixel_limit: the most pixels of a photo that are opened.
        progress: told how many photos of how many are done; a no ends it with what was found so far.
    """
    from rvergui.rvernet.predictor import Predictor

    header, predictor = read_header(model), Predictor.load(model)
    taxonomy = project.taxonomy()
    _, kept = remembered(project.setting)
    sheets: dict[str, tuple[PhotoRecord, Sheet]] = {}
    items: list[QueueItem] = []
    skipped: list[str] = []
    labelled = [record for record in project.photos() if record.confirmed]
    for done, record in enumerate(labelled):
        if not progress(done, len(labelled)):
            break
        sheet = project.sheet(record.id)
        try:
            items += _named(project, record, sheet, predictor, pixel_limit)
        except RverError as error:
            skipped.append(str(error))
        sheets[record.id] = record, sheet
    progress(len(labelled), len(labelled))
    limit = at_least(header.temperature) if sure is None else sure
    fingerprint = predictor.fingerprint or predictor.info.name
    found = contradicted(items, taxonomy, header.classes, fingerprint, kept, limit)
    told = []
    for one in found:
        record, sheet = sheets[one.photo_id]
        given, meant = taxonomy.get(one.class_id or ""), taxonomy.find(one.suggested)
        assert given is not None
        assert meant is not None
        told.append(
            DoubtfulName(
                photo=record.path,
                item=one.id,
                number=1 + next(place for place, item in enumerate(sheet) if item.id == one.id),
                name=given.name,
                suggested=meant.name,
                probability=one.probability or 0.0,
                trained_on=(record.content_hash or "")[:12] in header.photos_seen,
            )
        )
    return told, skipped


def _named(
    project: Project, record: PhotoRecord, sheet: Sheet, predictor: Predictor, pixel_limit: int
) -> Iterator[QueueItem]:
    asked = [item for item in sheet if _counts(item)]
    if not asked:
        return
    photo = load_photo(project.photo_path(record), pixel_limit)
    for item, naming in zip(asked, predictor.classify(photo, [item.mask for item in asked]), strict=True):
        first = naming.suggestions[0] if naming.suggestions else None
        yield QueueItem(
            photo_id=record.id,
            id=item.id,
            class_id=item.class_id,
            state=item.state,
            label_kind=item.label_source.kind if item.label_source else None,
            suggested=first.name if first else "",
            probability=first.probability if first else None,
            margin=None,
            verified=item.verified is not None,
            area=item.mask.area,
            bbox=item.mask.bbox,
        )


def _counts(item: Item) -> bool:
    by_person = item.label_source is not None and item.label_source.kind is SourceKind.PERSON
    return item.state is ItemState.CONFIRMED and by_person and not item.mask.is_empty
