"""What the engine has yet to be told of names; the newest word on an object goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice

from rvergui.engine.teaching import LESSONS_AT_ONCE, Teach
from rvergui.rvernet.instant_head import Lesson


class Outbox:
    """Collects lessons until they can be sent."""

    def __init__(self) -> None:
        self._lessons: dict[str, Lesson] = {}
        self._forget: set[str] = set()
        self._relabel: dict[str, str] = {}
        self._spelled: Mapping[str, str] | None = None
        self._anew = False

    def __len__(self) -> int:
        """How many objects there is something to tell about."""
        return len(self._lessons) + len(self._forget) + len(self._relabel)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not len(self) and self._spelled is None and not self._anew

    def begin_anew(self) -> None:
        """Everything is to be forgotten first, what waits here as well."""
        self._lessons, self._forget, self._relabel = {}, set(), {}
        self._anew = True

    def learn(self, lesson: Lesson) -> None:
        """Learn this, instead of what was learnt of the same object."""
        self._lessons[lesson.id] = lesson
        self._forget.discard(lesson.id)
        self._relabel.pop(lesson.id, None)

    def forget(self, lesson_id: str) -> None:
        """Forget an object."""
        self._lessons.pop(lesson_id, None)
        self._relabel.pop(lesson_id, None)
        self._forget.add(lesson_id)

    def relabel(self, lesson_id: str, label: str) -> None:
        """An object has another label."""
        if lesson_id in self._lessons:
            self._lessons[lesson_id] = replace(self._lessons[lesson_id], label=label)
        else:
            self._relabel[lesson_id] = label

    def spell(self, spelled: Mapping[str, str]) -> None:
        """How labels are spelled from now on."""
        self._spelled = spelled

    def take(self, fingerprint: str) -> Teach:
        """The next request: everything, but of the lessons only so many as go at once."""
        ids = list(islice(self._lessons, LESSONS_AT_ONCE))
        request = Teach(
            fingerprint=fingerprint,
            lessons=tuple(self._lessons.pop(each) for each in ids),
            forget=tuple(self._forget),
            relabel=dict(self._relabel),
            spelled=self._spelled,
            anew=self._anew,
        )
        self._forget, self._relabel, self._spelled, self._anew = set(), {}, None, False
        return request
