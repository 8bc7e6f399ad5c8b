"""Keeps the photo list told of what is on the photos: read once when a project is opened, then edit by edit."""

from __future__ import annotations

from itertools import islice

from PySide6.QtCore import QObject, QTimer

from rvergui.core import Sheet
from rvergui.gui.session import Session
from rvergui.project.photo_contents import PhotoContents, contents_of

# An edit over thousands of photos is worked off in slices that nobody feels.
NOTED_AT_ONCE = 100
# After what somebody waits for: the first photo and its items.
PRIORITY = 50


class PhotoIndex(QObject):
    """Lives as long as the window."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._edited: dict[str, PhotoContents] = {}  # since the project was opened; newer than what is being read
        self._to_note: dict[str, Sheet] = {}
        self._slices = QTimer(self)
        self._slices.setInterval(0)
        self._slices.timeout.connect(self._note)
        session.project_changed.connect(self._read)
        session.document.written.connect(self._on_written)
        session.taxonomy_changed.connect(lambda: session.photos.use_taxonomy(session.taxonomy))

    def _read(self) -> None:
        session, project = self._session, self._session.project
        self._edited.clear()
        self._to_note.clear()
        session.photos.use_contents({})
        session.photos.use_taxonomy(session.taxonomy)
        if project is not None:

            def done(contents: dict[str, PhotoContents]) -> None:
                if session.project is project:
                    session.photos.use_contents({**contents, **self._edited})

            session.loader.submit(project.contents, done, session.problem.emit, priority=PRIORITY)

    def _on_written(self, sheets: tuple[Sheet, ...]) -> None:
        self._to_note.update((sheet.photo_id, sheet) for sheet in sheets)
        self._note()

    def _note(self) -> None:
        for photo_id in list(islice(self._to_note, NOTED_AT_ONCE)):
            contents = contents_of(self._to_note.pop(photo_id))
            self._edited[photo_id] = contents
            self._session.photos.note_contents(photo_id, contents)
        if self._to_note:
            self._slices.start()
        else:
            self._slices.stop()

    def stop(self) -> None:
        """The window is closing."""
        self._slices.stop()
