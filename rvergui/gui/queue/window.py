"""The review window: a grid of objects over all photos, and what can be done with them. Works without a mouse."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QActionGroup, QCloseEvent, QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QPushButton,
    QSpinBox,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from rvergui.gui.actions import Actions
from rvergui.gui.acts import translated
from rvergui.gui.keymap import Keymap, shown
from rvergui.gui.memory import Memory
from rvergui.gui.messages import MessageStrip
from rvergui.gui.numbers import Local
from rvergui.gui.queue.acts import MENUS, REVIEW_ACTS
from rvergui.gui.queue.background_naming import BackgroundNaming, by_photo
from rvergui.gui.queue.bar import NamingStrip, OnlyStrip, QueueBar
from rvergui.gui.queue.grid import Grid
from rvergui.gui.queue.review_queue import ReviewQueue, Wish
from rvergui.gui.queue.side import SidePanel
from rvergui.gui.session import Session
from rvergui.gui.theme import current
from rvergui.project.queue import QueueFilter, QueueOrder

ORDERS = (QueueOrder.MARGIN, QueueOrder.CLASS, QueueOrder.DISAGREEMENT, QueueOrder.PHOTO)
AT_LEAST = 90


class ReviewWindow(QMainWindow):
    """Shows a ``ReviewQueue``."""

    photo_wanted = Signal(str, str)  # photo id, item id
    keys_wanted = Signal(object)  # the Actions whose keys are asked for

    def __init__(
        self,
        session: Session,
        queue: ReviewQueue,
        naming: BackgroundNaming,
        memory: Memory,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._session, self.queue, self._naming, self._memory = session, queue, naming, memory
        self.setWindowTitle(self.tr("Review — RveRGUI"))
        self.resize(1180, 780)
        self._lay_out()
        self._only: frozenset[tuple[str, str]] | None = None
        self._buttons: dict[str, QPushButton] = {}
        self._focus_later = False
        self._alike = ("", 0)
        self.actions_ = Actions(REVIEW_ACTS, Keymap(REVIEW_ACTS, memory, self), self, self.grid)
        self.actions_.connect(self._slots())
        self._fill_menus()
        self._orders = QActionGroup(self)
        orders = [self.actions_[f"review-order-{order.value}"] for order in ORDERS]
        for action in orders:
            self._orders.addAction(action)
        orders[0].setChecked(True)
        self.bar.add_orders(orders)
        self._make_foot()
        self._wire()
        self.restyle()
        geometry = memory.get("review/geometry")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)

    # --- what there is ---------------------------------------------------------------------------------------------

    def _slots(self) -> dict[str, Callable[[], object]]:
        queue, naming = self.queue, self._naming
        return {
            "review-undo": self._session.undo,
            "review-redo": self._session.redo,
            "review-select-all": self.grid.selectAll,
            "review-select-alike": self._select_alike,
            **{f"review-order-{order.value}": partial(self._order_by, order) for order in ORDERS},
            "review-next": self._go_on,
            "review-open": self._open,
            "review-reload": queue.load,
            "review-close": self.close,
            "review-accept": partial(self._act, queue.accept),
            "review-verify": partial(self._act, queue.verify),
            "review-reject": partial(self._act, queue.reject),
            "review-search": self._search,
            **{f"review-{rank + 1}": partial(self._take, rank) for rank in range(5)},
            "review-accept-alike": self._accept_alike,
            "review-ask": lambda: naming.begin(naming.unasked),
            "review-ask-again": self._ask_again,
            "review-shortcuts": lambda: self.keys_wanted.emit(self.actions_),
        }

    def _fill_menus(self) -> None:
        for name in MENUS:
            menu = self.menuBar().addMenu(translated(name))
            menu.setObjectName(name)
            for act in (a for a in REVIEW_ACTS if a.menu == name):
                if act.separator:
                    menu.addSeparator()
                menu.addAction(self.actions_[act.key])

    def _lay_out(self) -> None:
        # From the outside in: whatever moves into another widget puts on its style again, with all that is in it.
        whole = QWidget(self)
        self.setCentralWidget(whole)
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.bar = QueueBar(whole)
        self.only = OnlyStrip(whole)
        self.offer = NamingStrip(self._session, self._naming, whole)
        for part in (self.bar, self.only, self.offer):
            part.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
            layout.addWidget(part)
        middle = QSplitter(whole)
        layout.addWidget(middle, 1)
        pages = QWidget(middle)
        self._pages = QStackedLayout(pages)
        self.grid = Grid(self.queue, self._session, pages)
        self.empty = QLabel(pages)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.empty.setProperty("kind", "muted")
        self.empty.setMargin(40)
        self._pages.addWidget(self.grid)
        self._pages.addWidget(self.empty)
        self.side = SidePanel(middle)
        middle.addWidget(pages)
        middle.addWidget(self.side)
        middle.setStretchFactor(0, 1)
        middle.setSizes([860, 320])
        middle.setChildrenCollapsible(False)
        self._foot = QWidget(whole)
        layout.addWidget(self._foot)
        self.strip = MessageStrip(pages)
        self.strip.float_over(pages)

    def _make_foot(self) -> None:
        foot = self._foot
        foot.setProperty("kind", "foot")
        foot.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(foot)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(8)
        for key in ("review-accept", "review-verify", "review-reject", "review-open"):
            button = self._buttons[key] = QPushButton(foot)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(self.actions_[key].trigger)
            row.addWidget(button)
        self._buttons["review-accept"].setProperty("kind", "primary")
        row.addStretch(1)
        label = QLabel(self.tr("at least"), foot)
        label.setProperty("kind", "muted")
        self.at_least = QSpinBox(foot)
        label.setBuddy(self.at_least)
        self.at_least.setRange(0, 100)
        self.at_least.setSuffix(" %")
        self.at_least.setValue(AT_LEAST)
        self.at_least.setAccessibleName(self.tr("How sure the model has to be of a look-alike"))
        self.alike = QPushButton(foot)
        self.alike.clicked.connect(self._accept_alike)
        row.addWidget(label)
        row.addWidget(self.at_least)
        row.addWidget(self.alike)

    def _wire(self) -> None:
        session, queue, naming = self._session, self.queue, self._naming
        self.grid.current_changed.connect(self._show_current)
        self.grid.selection_changed.connect(self._show_current)
        self.grid.doubleClicked.connect(lambda index: self._open())
        self.grid.typed.connect(self._search)
        self.side.rank_chosen.connect(self._take)
        self.side.name_chosen.connect(lambda name: self._act(partial(self._rename, name)))
        self.side.left.connect(self.grid.setFocus)
        self.bar.filter_changed.connect(self._on_filter)
        self.only.everything_wanted.connect(self.show_everything)
        self.at_least.valueChanged.connect(self._show_alike)
        queue.reloaded.connect(self._on_reloaded)
        queue.loading_changed.connect(self._show_progress)
        queue.progress_changed.connect(self._show_progress)
        queue.rows_changed.connect(lambda rows: self._show_current())
        queue.crops.arrived.connect(self._on_crops)
        for source in (queue, naming):
            source.notice.connect(self.strip.notice)
            source.problem.connect(self.strip.problem)
        naming.changed.connect(self._enable)
        session.save_failed.connect(self.strip.problem)
        session.taxonomy_changed.connect(self._on_taxonomy)
        session.undo_changed.connect(self._enable)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self.restyle)
        self._on_taxonomy()
        self._on_reloaded()

    def restyle(self) -> None:
        """Follow the theme."""
        self.actions_.paint(current().text)
        self.grid.viewport().update()

    # --- what is shown ---------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Show the window; the queue is made anew if it was closed."""
        if not self.isVisible():
            self.queue.load(Wish(self._order, self._wanted))
            self._naming.look()
        self.show()
        self.activateWindow()
        self._take_focus()

    def show_only(self, keys: Iterable[tuple[str, str]], words: str) -> None:
        """Show the window with exactly these items, the surest disagreement first, and say what they are."""
        self._only = frozenset(keys)
        self.only.say(words.format(keep=self._key_of("review-verify"), take=self._key_of("review-accept")))
        self.actions_[f"review-order-{QueueOrder.DISAGREEMENT.value}"].setChecked(True)
        self.queue.load(Wish(QueueOrder.DISAGREEMENT, self._wanted))
        self._naming.look()
        self.show()
        self.activateWindow()
        self._take_focus()

    def show_everything(self) -> None:
        """Show what the choices above say again."""
        self._only = None
        self.only.hide()
        self.queue.load(Wish(self._order, self._wanted))
        self._take_focus()

    def _key_of(self, act: str) -> str:
        return shown(self.actions_.keymap[act][:1])

    @property
    def _wanted(self) -> QueueFilter:
        return self.bar.wanted if self._only is None else QueueFilter(items=self._only)

    def _take_focus(self) -> None:
        """Let the grid have the keyboard, now or as soon as it is there."""
        self._focus_later = not self.grid.isVisible()
        self.grid.setFocus()

    @property
    def _order(self) -> QueueOrder:
        return next(o for o in ORDERS if self.actions_[f"review-order-{o.value}"].isChecked())

    def _order_by(self, order: QueueOrder) -> None:
        self.queue.load(Wish(order, self._wanted))
        self._take_focus()

    def _on_filter(self, wanted: QueueFilter) -> None:
        self._only = None
        self.only.hide()
        self.queue.load(Wish(self._order, wanted))

    def _on_taxonomy(self) -> None:
        self.bar.show_taxonomy(self._session.taxonomy)
        self.side.show_taxonomy(self._session.taxonomy)
        self.grid.viewport().update()
        self._show_alike()

    def _on_reloaded(self) -> None:
        self._show_progress()
        if self._focus_later and self.grid.isVisible():
            self._take_focus()
        self._show_current()

    def _show_progress(self) -> None:
        entries, loading = self.queue.entries, self.queue.loading
        self.bar.show_progress(entries.left, len(entries), loading)
        self._pages.setCurrentIndex(1 if len(entries) == 0 else 0)
        if len(entries) == 0:
            self.empty.setText(self.tr("Looking through all photos …") if loading else self._nothing())

    def _nothing(self) -> str:
        if self._order is QueueOrder.DISAGREEMENT:
            return self.tr(
                "Model and names agree wherever both are known. Objects that no network has looked at yet cannot "
                "disagree: have them named first."
            )
        return self.tr(
            "There is nothing to review here: every object of this choice was verified, or none is cut out yet. Show "
            "others above, or cut out and name some in the main window."
        )

    def _on_crops(self, keys: list[tuple[str, str]]) -> None:
        row = self.grid.row
        if row is not None and row < len(self.queue.entries) and self.queue.key(row) in keys:
            self._show_current()

    def _show_current(self) -> None:
        row, entries = self.grid.row, self.queue.entries
        if row is None or row >= len(entries):
            self.side.show_crop(None, 0)
            self.side.search.clear()
        else:
            key = self.queue.key(row)
            record = self._session.photos.get(key[0])
            crop = self.queue.crops.get(key) if not entries.is_gone(row) else None
            self.side.show_crop(crop, self.grid.selected_count, record.path if record else "")
        self.side.search.setEnabled(row is not None and row < len(entries))
        self._show_alike()

    def _show_alike(self) -> None:
        row, entries = self.grid.row, self.queue.entries
        name = entries[row].suggested if row is not None and row < len(entries) else ""
        count = len(self.queue.look_alikes(name, self.at_least.value() / 100)) if name else 0
        self._alike = (name, count)
        text = self.tr("Accept all {count} “{name}”") if count else self.tr("Accept all look-alikes")
        self.alike.setText(text.format(count=Local(count), name=name))
        self.alike.setEnabled(count > 0)
        self.alike.setToolTip(
            self.tr(
                "Accepts every object of this queue that the model calls “{name}” with at least {percent} %. Names "
                "that people gave are not changed by this."
            ).format(name=name, percent=self.at_least.value())
        )
        self._enable()

    def _enable(self) -> None:
        entries, row, session = self.queue.entries, self.grid.row, self._session
        present = {"project"} if session.project is not None else set()
        if len(entries):
            present.add("some")
        if row is not None and row < len(entries):
            present.add("current")
        if self._alike[1]:
            present.add("alike")
        self.actions_.enable(present)
        self.actions_["review-undo"].setEnabled(session.history.last is not None)
        self.actions_["review-redo"].setEnabled(session.history.next is not None)
        self.actions_["review-ask"].setEnabled(bool(self._naming.unasked) and session.model is not None)
        count = self.grid.selected_count
        for key, button in self._buttons.items():
            action = self.actions_[key]
            keys = shown(self.actions_.keymap[key][:1])
            words = action.iconText()
            if count > 1 and key != "review-open":
                words = self.tr("{act} ({count})").format(act=words, count=Local(count))
            button.setText(f"{words}   {keys}" if keys else words)
            button.setToolTip(action.toolTip())
            button.setEnabled(action.isEnabled())

    # --- what is done ----------------------------------------------------------------------------------------------

    def _act(self, act: Callable[[NDArray[np.intp]], object]) -> None:
        """Do something with what is selected and go on to what is left after it."""
        rows = self.grid.selected_rows()
        if not rows.size:
            return
        act(rows)
        following = self.queue.entries.next_left(int(rows.max()), rows)
        if following is not None:
            self.grid.go_to(following)
        self.grid.setFocus()

    def _rename(self, name: str, rows: NDArray[np.intp]) -> None:
        self.queue.rename(rows, name)

    def _take(self, rank: int) -> None:
        self._act(lambda rows: self.queue.take_suggestion(rows, rank))

    def _search(self, letters: str = "") -> None:
        if self.grid.row is not None:
            self.side.begin_search(letters)

    def _accept_alike(self) -> None:
        name, count = self._alike
        if count:
            rows = self.queue.look_alikes(name, self.at_least.value() / 100)
            self._act(lambda selected: self.queue.accept(rows))

    def _select_alike(self) -> None:
        row = self.grid.row
        if row is not None and row < len(self.queue.entries):
            self.grid.select_rows([row, *(int(each) for each in self.queue.entries.alike(row))])

    def _go_on(self) -> None:
        following = self.queue.entries.next_left(-1 if self.grid.row is None else self.grid.row)
        if following is not None:
            self.grid.go_to(following)

    def _open(self) -> None:
        row = self.grid.row
        if row is not None and row < len(self.queue.entries):
            self.photo_wanted.emit(*self.queue.key(row))

    def _ask_again(self) -> None:
        entries = self.queue.entries
        self._naming.begin(by_photo(entries[row] for row in range(len(entries)) if not entries.is_gone(row)))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: D102
        self._memory.put("review/geometry", self.saveGeometry())
        self._only = None
        self.only.hide()
        event.accept()
