"""Keeps what the network has learnt in step with the names of the project, whoever changes them and how."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from rvergui.core import Sheet, Taxonomy
from rvergui.core.photo import short_key
from rvergui.engine.messages import MaskNaming, Result
from rvergui.engine.teaching import Taught
from rvergui.gui.learning.labels import Labels
from rvergui.gui.learning.looker import Looker
from rvergui.gui.learning.outbox import Outbox
from rvergui.gui.worker import Worker
from rvergui.rvernet.instant_head import Lesson

if TYPE_CHECKING:
    from rvergui.gui.learning.named import Named
    from rvergui.gui.session import Session
    from rvergui.project.feature_cache import FeatureCache, Seen
    from rvergui.project.store import Project

log = logging.getLogger(__name__)

# Sheets that were written are gone through for so long at once.
COMPARED_AT_ONCE_S = 0.008


@dataclass(frozen=True)
class Held:
    """What the network was told, or will be, of an object: its class, and what it sees of it."""

    class_id: str
    key: bytes


class Teacher(QObject):
    """Teaches every confirmed name and takes back what no longer holds.

    Names come from the document: what it writes is compared with what was taught. With another network, or after the
    engine had to be started again, all is taught anew, from what earlier looks left on disk; objects that this network
    has not seen are looked at while nobody wants anything else.

    Attributes:
        on: whether anything is taught.
        objects: from how many objects the network has learnt.
        names: how many different names these have.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._networks = session.networks
        self._desk = session.networks.naming
        self._worker = Worker("learning", self)
        self.looker = Looker(session, self._worker, self)
        self.on = True
        self.objects = self.names = 0
        self._labels = Labels(Taxonomy(), ())
        self._held: dict[str, dict[str, Held]] = {}  # by photo, by item
        self._waiting: dict[bytes, Named] = {}  # not seen by this network yet, or its answer is under way
        self._unknown: dict[tuple[str, str], Named] = {}  # the same, of photos whose content is not known yet
        self._outbox = Outbox()
        self._sent = 0
        self._run = 0
        self._written: dict[str, Sheet] = {}  # to be compared
        self._settled: set[str] = set()  # photos that were compared since reading began
        self._cache: FeatureCache | None = None
        session.project_changed.connect(self._on_project)
        session.networks.model_ready.connect(self.begin)
        session.networks.restarted.connect(self._reset)
        session.taxonomy_changed.connect(self._on_taxonomy)
        session.document.written.connect(self._on_written)
        self._desk.seen.connect(self._on_seen)
        self.looker.seen.connect(self._on_seen)
        self.looker.changed.connect(self.changed)

    def stop(self) -> None:
        """End the thread; nothing more is taught."""
        self._reset()
        self._worker.stop()
        if self._cache is not None:
            self._cache.close()

    @property
    def waiting(self) -> int:
        """How many named objects the network has yet to look at."""
        return len(self._waiting) + len(self._unknown)

    @property
    def busy(self) -> bool:
        """Whether something is under way that changes what the network has learnt."""
        return bool(self._sent or self._written or self._worker.waiting or not self._outbox.is_empty)

    def switch(self, on: bool) -> None:
        """Begin or end learning; when it ends the network speaks alone at once."""
        if on != self.on:
            self.on = on
            self.begin()

    # --- beginning -------------------------------------------------------------------------------------------------

    @property
    def _fingerprint(self) -> str:
        model = self._networks.model
        return model.fingerprint if model is not None else ""

    def _reset(self) -> None:
        self._networks.give_up(self._sent)
        self._run += 1
        self._sent = 0
        self._held, self._waiting, self._unknown, self._written = {}, {}, {}, {}
        self._settled = set()
        self._outbox = Outbox()
        self.looker.cancel()
        self._tell(0, 0)

    def _on_project(self) -> None:
        self._reset()
        project, before = self._session.project, self._cache
        self._cache = None
        if before is not None:
            self._worker.submit(before.close)
        if project is not None and not project.read_only:
            from rvergui.project.feature_cache import FILE, FeatureCache

            self._cache = FeatureCache(project.models_folder / FILE)

    def begin(self) -> None:
        """Teach everything anew."""
        self._reset()
        project, fingerprint = self._session.project, self._fingerprint
        if project is None or not fingerprint:
            return
        self._outbox.begin_anew()
        if not self.on:
            self._send()
            return
        self._labels = self._labels_now()
        self._outbox.spell(self._labels.spelled)
        self._read(project, fingerprint)

    def _labels_now(self) -> Labels:
        model = self._networks.model
        return Labels(self._session.taxonomy, model.classes if model is not None else ())

    def _read(self, project: Project, fingerprint: str) -> None:
        run, cache, newer = self._run, self._cache, self._session.document.newer_sheets()

        def work() -> list[tuple[Named, Seen | None]]:
            from rvergui.gui.learning.named import read_named

            return read_named(project, newer, cache, fingerprint)

        self._worker.submit(work, lambda found: self._on_read(run, found), log.info)

    def _on_read(self, run: int, found: Sequence[tuple[Named, Seen | None]]) -> None:
        if run != self._run:
            return
        missing = []
        for named, seen in found:
            if named.photo_id in self._settled:
                continue
            self._held.setdefault(named.photo_id, {})[named.item_id] = Held(named.class_id, named.key)
            if seen is not None:
                self._learn(named, seen)
            else:
                missing.append(named)
        self._wait_for(missing)
        self._send()

    # --- what is written -------------------------------------------------------------------------------------------

    def _on_written(self, sheets: Iterable[Sheet]) -> None:
        if not self.on or not self._fingerprint:
            return
        if not self._written:
            QTimer.singleShot(0, self, self._compare_all)
        self._written.update({sheet.photo_id: sheet for sheet in sheets})

    def _compare_all(self) -> None:
        end, missing = time.monotonic() + COMPARED_AT_ONCE_S, []
        while self._written and time.monotonic() < end:
            missing += self._compare(self._written.pop(next(iter(self._written))))
        if self._written:
            QTimer.singleShot(0, self, self._compare_all)
        self._look_up(missing)
        self._send()

    def _compare(self, sheet: Sheet) -> list[Named]:
        """Take in what has become of a photo's names; the objects that nothing is known of."""
        from rvergui.gui.learning.named import named_item

        photo_id, photo_key = sheet.photo_id, self._key_of(sheet.photo_id)
        self._settled.add(photo_id)
        before, missing = self._held.pop(photo_id, {}), []
        now: dict[str, Held] = {}
        for item in sheet:
            named = named_item(item, photo_id, photo_key)
            if named is None:
                continue
            held = before.pop(item.id, None)
            now[item.id] = Held(named.class_id, named.key)
            if held is None or held.key != named.key:
                if held is not None:
                    self._give_up(named.photo_id, named.item_id, held)
                if not self._learn_from_desk(named, photo_key):
                    missing.append(named)
            elif held.class_id != named.class_id:
                self._rename(named)
        for item_id, held in before.items():
            self._give_up(photo_id, item_id, held)
        if now:
            self._held[photo_id] = now
        return missing

    def _key_of(self, photo_id: str) -> str:
        session = self._session
        if session.photo is not None and session.record is not None and session.record.id == photo_id:
            return session.photo.photo.key
        record = session.photos.get(photo_id)
        return (record.content_hash or "") if record is not None else ""

    def _give_up(self, photo_id: str, item_id: str, held: Held) -> None:
        waiting = self._waiting.pop(held.key, None) or self._unknown.pop((photo_id, item_id), None)
        if waiting is not None:
            self.looker.leave_out(waiting)
        self._outbox.forget(f"{photo_id}/{item_id}")

    def _rename(self, named: Named) -> None:
        """An object has another class; what the network saw of it stays."""
        if named.key in self._waiting:
            self._waiting[named.key] = named
        elif (named.photo_id, named.item_id) in self._unknown:
            self._unknown[named.photo_id, named.item_id] = named
        else:
            self._relabel(named.lesson_id, self._labels.of(named.class_id))

    def _relabel(self, lesson_id: str, label: str | None) -> None:
        if label is None:
            self._outbox.forget(lesson_id)
        else:
            self._outbox.relabel(lesson_id, label)

    def _on_taxonomy(self) -> None:
        before, self._labels = self._labels, self._labels_now()
        if not self.on or not self._fingerprint or self._session.project is None:
            return
        if before.spelled != self._labels.spelled:
            self._outbox.spell(self._labels.spelled)
        used = {held.class_id for items in self._held.values() for held in items.values()}
        other = {class_id for class_id in used if before.of(class_id) != self._labels.of(class_id)}
        if other:
            for photo_id, items in self._held.items():
                for item_id, held in items.items():
                    if held.class_id in other and held.key not in self._waiting:
                        self._relabel(f"{photo_id}/{item_id}", self._labels.of(held.class_id))
        self._send()

    # --- what the network saw --------------------------------------------------------------------------------------

    def _learn_from_desk(self, named: Named, photo_key: str) -> bool:
        naming = self._desk.of(photo_key, named.mask)
        if naming is None or naming.impression is None:
            return False
        self._learn(named, (naming.impression.features, naming.impression.chances))
        self._keep({named.key: (naming.impression.features, naming.impression.chances)})
        return True

    def _learn(self, named: Named, seen: Seen) -> None:
        label, (features, chances) = self._labels.of(named.class_id), seen
        if label is not None:
            model = self._networks.model
            trained_on = model is not None and short_key(named.photo_key) in model.photos_seen
            self._outbox.learn(Lesson(named.lesson_id, label, features, chances, trained_on))

    def _keep(self, seen: dict[bytes, Seen]) -> None:
        cache, fingerprint = self._cache, self._fingerprint
        if cache is not None:
            self._worker.submit(lambda: cache.put(fingerprint, seen), failed=log.info)

    def _look_up(self, missing: Sequence[Named]) -> None:
        """Find on disk what the network saw earlier, before undo for example; have it look at the rest."""
        if not missing:
            return
        run, cache, fingerprint = self._run, self._cache, self._fingerprint
        self._note(missing)
        keys = [named.key for named in missing if named.key]

        def done(found: dict[bytes, Seen]) -> None:
            if run != self._run:
                return
            left = []
            for named in missing:
                named = self._waiting.get(named.key, named)
                if named.key in found and named.key in self._waiting:
                    del self._waiting[named.key]
                    self._learn(named, found[named.key])
                else:
                    left.append(named)
            self._wait_for(left)
            self._send()

        if cache is None or not keys:
            done({})
        else:
            self._worker.submit(lambda: cache.get(fingerprint, keys), done, log.info)

    def _note(self, missing: Iterable[Named]) -> None:
        for named in missing:
            if named.key:
                self._waiting[named.key] = named
            else:
                self._unknown[named.photo_id, named.item_id] = named

    def _wait_for(self, missing: Sequence[Named]) -> None:
        self._note(missing)
        if missing:
            self.looker.look_at(missing)

    def _on_seen(self, photo_key: str, namings: Iterable[MaskNaming]) -> None:
        """The network has looked at objects, for whatever reason; some of them may have been waited for."""
        if not self.waiting:
            return
        from rvergui.project.feature_cache import object_key

        kept: dict[bytes, Seen] = {}
        for naming in namings:
            key = object_key(photo_key, naming.mask)
            named = self._waiting.pop(key, None) or self._now_known(photo_key, key, naming)
            if named is None:
                continue
            self.looker.leave_out(named)
            if naming.impression is not None:
                kept[key] = naming.impression.features, naming.impression.chances
                self._learn(named, kept[key])
        if kept:
            self._keep(kept)
        self._send()

    def _now_known(self, photo_key: str, key: bytes, naming: MaskNaming) -> Named | None:
        """The object of a photo whose content was not known before it was looked at."""
        at = next((at for at, named in self._unknown.items() if named.mask == naming.mask), None)
        if at is None:
            return None
        named = replace(self._unknown.pop(at), key=key, photo_key=photo_key)
        self._held.setdefault(named.photo_id, {})[named.item_id] = Held(named.class_id, key)
        return named

    # --- telling the engine ----------------------------------------------------------------------------------------

    def _send(self) -> None:
        """Tell the engine what there is to tell, one request after the other."""
        if self._sent or self._outbox.is_empty or not self._fingerprint:
            return
        request = self._outbox.take(self._fingerprint)
        self._sent = self._networks.ask(request, self._on_taught)

    def _on_taught(self, result: Result) -> bool:
        if result.generation != self._sent:
            return True
        self._sent = 0
        if isinstance(result, Taught):
            if self._outbox.is_empty:
                photo = self._networks.photo
                self._desk.outdated(result.generation, photo.key if photo is not None else None)
            self._tell(result.objects, result.names)
        else:
            log.info("a lesson was refused: %s", getattr(result, "message", ""))
        self._send()
        return True

    def _tell(self, objects: int, names: int) -> None:
        self.objects, self.names = objects, names
        self._desk.tell_learnt(objects, names)
        self.changed.emit()
