"""Weights as the window sees them: what is here, what is being fetched, checked or added. No widgets.

Each job has a thread of its own, because one that waits for a silent server must keep neither the others nor the end of
the program: what a job has brought so far is on the disk, so a thread that does not heed in time is simply left.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal, Slot

from rvergui.core import RverError
from rvergui.runtime import catalogue
from rvergui.runtime.pace import Meter, Phase, Progress
from rvergui.runtime.stopping import Stop, Stopped

if TYPE_CHECKING:
    from rvergui.runtime.catalogue_state import Holding
    from rvergui.runtime.transfer import Patience

log = logging.getLogger(__name__)

ADDING = "add"
"""The job of adding a file, of which it is not known yet what it is."""

_LEAVE_AFTER_S = 0.7
_SILENT_AFTER_S = 3.0

Tell = Callable[[Progress], None]
Work = Callable[[Tell, Stop], Any]


class _Job(threading.Thread):
    """One job; its news go through the signals of ``post``, until it is left."""

    def __init__(self, key: str, work: Work, post: _Post) -> None:
        super().__init__(name=f"weights-{key}", daemon=True)
        self.key = key
        self.stop = Stop()
        self.progress: Progress | None = None
        self.heard_at = time.monotonic()
        self._work = work
        self._post = post
        self._guard = threading.Lock()
        self._left = False

    def run(self) -> None:
        try:
            result = self._work(lambda progress: self._say(self._post.told, progress), self.stop)
        except Stopped:
            self._say(self._post.stopped)
        except RverError as error:
            self._say(self._post.refused, str(error))
        except Exception as error:
            log.warning("a job on weights failed", exc_info=True)
            self._say(
                self._post.refused,
                QCoreApplication.translate(
                    "Downloads", "Something unexpected happened ({error}); nothing was lost."
                ).format(error=error),
            )
        else:
            self._say(self._post.done, result)

    def _say(self, signal: Any, *values: object) -> None:
        with self._guard:  # the receiver lives at least until ``leave`` returns
            if not self._left:
                signal.emit(self, *values)

    def leave(self) -> None:
        """Hear no more of it."""
        with self._guard:
            self._left = True


class _Post(QObject):
    """Carries news from the threads to the GUI's."""

    told = Signal(object, object)  # _Job, Progress
    done = Signal(object, object)  # _Job, result
    refused = Signal(object, str)
    stopped = Signal(object)


@dataclass(frozen=True)
class Inventory:
    """What is here: by entry name, and the folder that new files go to."""

    holdings: dict[str, Holding]
    folder: Path


class Downloads(QObject):
    """Fetch, check, add and remove weights in the background. Lives on the GUI thread."""

    changed = Signal()  # what is here, or which jobs there are
    progressed = Signal(str)  # key of a job
    finished = Signal(str)  # one sentence that needs no answer
    failed = Signal(str)  # one sentence that the user must not miss

    def __init__(self, parent: QObject | None = None, patience: Patience | None = None) -> None:
        super().__init__(parent)
        self.patience = patience
        self.inventory: Inventory | None = None
        self.problem = ""
        self.troubles: dict[str, str] = {}  # what went wrong last, by entry name or ADDING
        self._jobs: dict[str, _Job] = {}
        self._looking: _Job | None = None
        self._stopped = False
        self._leave_at = 0.0  # when what still runs is left to itself
        self._beat = QTimer(self)
        self._beat.setInterval(1000)
        self._beat.timeout.connect(self._on_beat)
        self._post = _Post(self)
        queued = Qt.ConnectionType.QueuedConnection
        self._post.told.connect(self._on_told, queued)
        self._post.done.connect(self._on_done, queued)
        self._post.refused.connect(self._on_refused, queued)
        self._post.stopped.connect(self._on_stopped, queued)

    # --- what there is -------------------------------------------------------------------------------------------

    def holding(self, name: str) -> Holding | None:
        """What is here of an entry; None until it was looked for."""
        return self.inventory.holdings.get(name) if self.inventory is not None else None

    def progress(self, key: str) -> Progress | None:
        """How far a job has come; None if there is no such job or it has not said anything yet."""
        job = self._jobs.get(key)
        return job.progress if job is not None else None

    def silence(self, key: str) -> float:
        """For how many seconds no bytes have come although they should; 0 as long as that is nothing to speak of."""
        job = self._jobs.get(key)
        if job is None or job.progress is None or job.progress.phase is not Phase.LOADING:
            return 0.0
        seconds = time.monotonic() - job.heard_at
        return seconds if seconds >= _SILENT_AFTER_S else 0.0

    def busy(self, key: str) -> bool:
        """Whether there is a job on this entry."""
        return key in self._jobs

    def stopping(self, key: str) -> bool:
        """Whether the job on this entry was asked to stop."""
        job = self._jobs.get(key)
        return job is not None and job.stop.wished

    # --- jobs ----------------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Find out what is here; ``changed`` follows."""
        if self._stopped:
            return
        if self._looking is not None:
            self._looking.leave()
        self._looking = _Job("look", _look, self._post)
        self._looking.start()

    def get(self, name: str) -> None:
        """Fetch an entry, going on with what is kept of it."""
        entry, patience = catalogue.entry(name), self.patience

        def work(tell: Tell, stop: Stop) -> str:
            from rvergui.runtime.downloads import download  # brings the libraries of the network
            from rvergui.runtime.settings import Settings

            settings = Settings()
            download(entry, settings.download_folder(), tell, stop, patience, settings.weights_url)
            return self.tr("{title} is here and its checksum is right; Model > Weights puts it to use.").format(
                title=entry.title
            )

        self._begin(name, work)

    def verify(self, name: str) -> None:
        """Compare the checksum of an installed file."""
        found = self.holding(name)
        if found is None or found.path is None:
            return

        def work(tell: Tell, stop: Stop) -> str:
            from rvergui.runtime.catalogue_state import State, verify

            meter = Meter(found.entry.size, 0, tell, Phase.CHECKING)
            checked = verify(found, lambda done, total: meter.reach(done), stop)
            if checked.state is not State.INSTALLED:
                text = self.tr("{path} is damaged, {trouble}; download it again.")
                raise RverError(text.format(path=found.path, trouble=checked.trouble))
            return self.tr("{title} is whole, its checksum is right.").format(title=found.entry.title)

        self._begin(name, work)

    def add(self, file: Path) -> None:
        """Copy an official file from a disk to where the others are."""

        def work(tell: Tell, stop: Stop) -> str:
            from rvergui.runtime import catalogue_files
            from rvergui.runtime.settings import Settings

            added = catalogue_files.add(file, Settings().download_folder(), tell=tell, stop=stop)
            return self.tr("{file} is {title} and was added.").format(file=file.name, title=added.entry.title)

        self._begin(ADDING, work)

    def remove(self, name: str) -> None:
        """Delete the file of an entry and what is kept of a download of it."""
        found = self.holding(name)
        if found is None:
            return

        def work(tell: Tell, stop: Stop) -> str:
            from rvergui.runtime.catalogue_files import remove

            remove(found)
            return ""

        self._begin(name, work)

    def cancel(self, key: str) -> None:
        """Ask a job to stop; what a download has brought is kept."""
        job = self._jobs.get(key)
        if job is not None:
            job.stop.wish()
            self.changed.emit()

    def wish_end(self) -> None:
        """Ask everything to end, without waiting for it; nothing more is heard of it."""
        if not self._stopped:
            self._leave_at = time.monotonic() + _LEAVE_AFTER_S
        self._stopped = True
        self._beat.stop()
        for job in self._all_jobs():
            job.leave()
            job.stop.wish()

    def _all_jobs(self) -> list[_Job]:
        return [*self._jobs.values(), *([self._looking] if self._looking is not None else [])]

    def stop(self) -> None:
        """End everything; the window is closing. What does not end in time is left to end with the program."""
        self.wish_end()
        for job in self._all_jobs():
            job.join(max(0.0, self._leave_at - time.monotonic()))
        self._jobs.clear()

    def _begin(self, key: str, work: Work) -> None:
        if key in self._jobs or self._stopped:
            return
        self.troubles.pop(key, None)
        job = self._jobs[key] = _Job(key, work, self._post)
        job.start()
        self._beat.start()
        self.changed.emit()

    # --- news ----------------------------------------------------------------------------------------------------

    @Slot(object, object)
    def _on_told(self, job: _Job, progress: Progress) -> None:
        if self._jobs.get(job.key) is job:
            job.progress, job.heard_at = progress, time.monotonic()
            self.progressed.emit(job.key)

    @Slot()
    def _on_beat(self) -> None:
        if not self._jobs:
            self._beat.stop()
        for key in self._jobs:
            if self.silence(key):
                self.progressed.emit(key)

    @Slot(object, object)
    def _on_done(self, job: _Job, result: object) -> None:
        if job is self._looking:
            self._looking = None
            self.problem = ""
            self.inventory = result if isinstance(result, Inventory) else None
            self.changed.emit()
        elif self._end(job) and result:
            self.finished.emit(str(result))

    @Slot(object, str)
    def _on_refused(self, job: _Job, message: str) -> None:
        if job is self._looking:
            self._looking = None
            self.problem = message
            self.changed.emit()
        elif self._jobs.get(job.key) is job:
            self.troubles[job.key] = message
            self._end(job)
            self.failed.emit(message)

    @Slot(object)
    def _on_stopped(self, job: _Job) -> None:
        self._end(job)

    def _end(self, job: _Job) -> bool:
        """Forget a job that has ended; False if it was forgotten before."""
        if self._stopped or self._jobs.get(job.key) is not job:
            return False
        del self._jobs[job.key]
        self.look()
        self.changed.emit()
        return True


def _look(tell: Tell, stop: Stop) -> Inventory:
    from rvergui.runtime.catalogue_state import holdings
    from rvergui.runtime.settings import Settings

    return Inventory({found.entry.name: found for found in holdings()}, Settings().download_folder())
