"""The slim bar over the lower edge of the canvas: what the keys do just now, with buttons for the mouse."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from rvergui.gui.session import Session

MARGIN = 14


class CanvasBar(QFrame):
    """Shows the review of proposals while there is one, else the hint of the tool in use. Takes no keyboard."""

    def __init__(self, session: Session, over: QWidget) -> None:
        super().__init__(over)
        self._session = session
        self._over = over
        self._hint: Callable[[], str] = str
        self.setProperty("kind", "notice")
        self.title = QLabel()
        self.title.setProperty("kind", "bar-title")
        self.keys = QLabel()
        self.keys.setProperty("kind", "muted")
        self.keys.setTextFormat(Qt.TextFormat.PlainText)
        self.keys.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(120)
        self.progress.setAccessibleName(self.tr("Progress of the search"))
        proposals = session.proposals
        self.buttons = {
            "accept": self._button(self.tr("Accept"), proposals.accept_first),
            "keep": self._button(self.tr("Keep"), proposals.keep),
            "merge": self._button(self.tr("Join"), proposals.merge),
            "drop": self._button(self.tr("Drop"), proposals.drop),
            "stop": self._button(self.tr("Stop"), proposals.stop),
            "leave": self._button(self.tr("Leave"), proposals.leave),
        }
        head, self._row = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.title)
        head.addWidget(self.progress)
        head.addStretch(1)
        for button in self.buttons.values():
            self._row.addWidget(button)
        self._top = top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        for part in (head, self._row):
            part.setSpacing(6)
            top.addLayout(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 7, 14, 7)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.keys)
        over.installEventFilter(self)
        for signal in (session.review_changed, session.draft_changed, session.photo_changed, session.taxonomy_changed):
            signal.connect(self.refresh)
        session.keys.changed.connect(self.refresh)
        self.refresh()

    def _button(self, text: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("kind", "bar")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys belong to the canvas; every act has one
        button.clicked.connect(lambda checked=False: act())
        return button

    def set_hint(self, hint: Callable[[], str]) -> None:
        """Ask ``hint`` what to say when no proposals are looked at."""
        self._hint = hint
        self.refresh()

    def refresh(self) -> None:
        """Say what is possible now."""
        review = self._session.review
        reviewing = review is not None and self._session.draft is None
        searching = self._session.proposals.searching
        current = review is not None and review.proposal is not None
        self.progress.setVisible(reviewing and searching)
        self.progress.setValue(round(100 * self._session.proposals.share))
        for name, button in self.buttons.items():
            wanted = {"stop": searching, "leave": not searching}.get(name, current)
            button.setVisible(reviewing and wanted)
        self.title.setVisible(reviewing)
        if reviewing:
            self.title.setText(self._found())
            self.keys.setText(
                self._keys() if current else self.tr("{drop} stops").format(drop=self._session.keys("drop"))
            )
        else:
            self.keys.setText(self._hint())
        self.setAccessibleName(" ".join(filter(None, (self.title.text() if reviewing else "", self.keys.text()))))
        shown = self._session.photo is not None and bool(self.keys.text())
        self.setVisible(shown)
        if shown:
            self._place()

    def _found(self) -> str:
        review = self._session.review
        assert review is not None
        count = len(review.proposals)
        if self._session.proposals.searching:
            return self.tr("Searching … {count} found").format(count=count)
        return self.tr("Proposal {place} of {count}").format(place=review.place + 1, count=count)

    def _keys(self) -> str:
        item = self._session.proposals.merge_target()
        food = self._session.taxonomy.get(item.class_id) if item is not None and item.class_id else None
        if item is None:
            joins = self.tr("{merge} joins the next one to it")
        elif food is None:
            joins = self.tr("{merge} adds it to the last object")
        else:
            joins = self.tr("{merge} adds it to “{name}”")
        words = self.tr("{accept}, {first}–{last} or typing: name · {keep}: keep unnamed · {delete}: drop · {joins}")
        more = self.tr("{cycle}: next · {all}: keep all · {drop} {leaves}")
        leaves = self.tr("stops") if self._session.proposals.searching else self.tr("drops the rest")
        key, name = self._session.keys, food.name if food is not None else ""
        words = words.format(
            accept=key("accept-proposal"),
            first=key("accept-1"),
            last=key("accept-5"),
            keep=key("keep-proposal"),
            delete=key("delete"),
            joins=joins.format(merge=key("merge-proposal"), name=name),
        )
        return f"{words}\n" + more.format(cycle=key("cycle"), all=key("keep-all"), drop=key("drop"), leaves=leaves)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102 - Qt's name
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        layout = self.layout()
        assert layout is not None
        layout.activate()
        margins = layout.contentsMargins()
        words = max(self.keys.fontMetrics().horizontalAdvance(line) for line in self.keys.text().split("\n"))
        around = margins.left() + margins.right() + 4
        room = self._over.width() - 2 * MARGIN
        # Where the title and the buttons do not fit side by side, the buttons go below.
        self._top.setDirection(QBoxLayout.Direction.LeftToRight)
        if self._top.sizeHint().width() + around > room:
            self._top.setDirection(QBoxLayout.Direction.TopToBottom)
        width = max(min(max(words, self._top.sizeHint().width()) + around, room), 200)
        self.resize(width, layout.totalHeightForWidth(width))
        self.move((self._over.width() - width) // 2, self._over.height() - self.height() - MARGIN)
        self.raise_()
