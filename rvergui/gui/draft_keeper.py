"""The object that is being made survives a crash: it is in no sheet yet, so it is kept in a file beside the settings.

The file is there only while there is a draft. Whoever opens the project after a crash finds the draft where it was.
"""

from __future__ import annotations

import hashlib
import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from rvergui.core import Box, Mask, Point, Prompt, RverError
from rvergui.core.atomic import write_text
from rvergui.gui.draft import Draft
from rvergui.gui.feature import Feature

if TYPE_CHECKING:
    from rvergui.gui.main_window import MainWindow

log = logging.getLogger(__name__)

# A draft that changes quickly is written at most so often.
WRITE_AFTER_MS = 700
_LANE = "draft-file"
FOLDER = "drafts"


class DraftKeeper(Feature):
    """Writes the draft in the background and brings it back when its project is opened."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._wanted: tuple[str, Draft] | None = None
        self._file: Path | None = None  # where the present draft is, or was lately
        self._written = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WRITE_AFTER_MS)
        self._timer.timeout.connect(self._write)

    def begin(self) -> None:  # noqa: D102
        session = self.session
        session.draft_changed.connect(self._on_draft)
        session.project_changed.connect(self._look)
        session.photo_changed.connect(self._bring_back)

    def stop(self) -> None:
        """The window closes as it should: by now the draft is an item."""
        self._timer.stop()
        if self._file is not None:
            self._file.unlink(missing_ok=True)

    def _path(self) -> Path | None:
        project = self.session.project
        if project is None or project.read_only:
            return None
        name = hashlib.sha256(str(project.path.absolute()).encode("utf-8", "surrogateescape")).hexdigest()[:24]
        return self.session.home / FOLDER / f"{name}.json"

    # --- keeping -------------------------------------------------------------------------------------------------

    def _on_draft(self) -> None:
        if self.session.draft is not None:
            if not self._timer.isActive():
                self._timer.start()
            return
        self._timer.stop()
        path = self._file
        if self._written and path is not None:
            self._written = False
            self.session.loader.submit(lambda: path.unlink(missing_ok=True), lane=_LANE)

    def _write(self) -> None:
        draft, record, path = self.session.draft, self.session.record, self._path()
        if draft is None or draft.mask is None or record is None or path is None:
            return
        self._written, self._file = True, path
        photo_id = record.id
        self.session.loader.submit(
            lambda: write_text(path, json.dumps(as_json(photo_id, draft))), failed=log.info, priority=5, lane=_LANE
        )

    # --- bringing back -------------------------------------------------------------------------------------------

    def _look(self) -> None:
        self._wanted, path = None, self._path()
        if path is not None:
            self.session.loader.submit(lambda: read(path), lambda found: self._found(path, found), failed=log.info)

    def _found(self, path: Path, found: tuple[str, Draft] | None) -> None:
        session = self.session
        if found is None or session.photos.get(found[0]) is None or session.draft is not None:
            return
        self._written, self._file, self._wanted = True, path, found
        session.go_to(found[0])
        self._bring_back()  # it may be the one that is shown

    def _bring_back(self) -> None:
        session, wanted = self.session, self._wanted
        if wanted is None or session.photo is None or session.record is None or session.record.id != wanted[0]:
            return
        self._wanted = None
        draft, sheet = wanted[1], session.sheet
        if sheet is None or draft.mask is None or draft.mask.size != sheet.size or session.draft is not None:
            return
        if any(item.mask == draft.mask for item in sheet):  # it was kept after all
            return
        session.document.commit(self.tr("Bring the draft back"), draft=draft, selected=None)
        session.notice.emit(self.tr("The object that you were making when the program ended is back."))


def as_json(photo_id: str, draft: Draft) -> dict[str, object]:
    """A draft with a mask, for a file."""
    assert draft.mask is not None
    box = draft.prompt.box
    return {
        "photo": photo_id,
        "item": draft.item_id,
        "points": [[point.x, point.y, point.positive] for point in draft.prompt.points],
        "box": None if box is None else [box.x0, box.y0, box.x1, box.y1],
        "mask": draft.mask.rle(),
        "edited": draft.is_edited,
    }


def read(path: Path) -> tuple[str, Draft] | None:
    """The photo's id and the draft in a file; None if there is none or it makes no sense."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        mask = Mask.from_rle(stored["mask"])
        points = tuple(Point(float(x), float(y), bool(positive)) for x, y, positive in stored["points"])
        box = None if stored["box"] is None else Box.between(*(float(value) for value in stored["box"]))
        prompt = Prompt(points, box)
        candidate = None if stored["edited"] else mask
        draft = Draft(prompt=prompt, mask=mask, count=1, candidate=candidate, item_id=stored["item"])
        return None if mask.is_empty else (str(stored["photo"]), draft)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RverError):
        log.info("the draft in %s is of no use", path, exc_info=True)
        return None
