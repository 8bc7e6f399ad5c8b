"""Groups of classes that are taken for one another: made, changed, and suggested by the last evaluation."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCompleter,
    QDialog,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from rvergui.core import RverError, Taxonomy
from rvergui.core.look_alikes import named_groups, renamed_group, with_classes, with_group, without_group
from rvergui.gui import counted
from rvergui.gui.numbers import percent
from rvergui.gui.session import Session
from rvergui.project.look_alikes import EVALUATED, LastEvaluation, evaluation_from_text
from rvergui.training.look_alike_suggestions import Suggestion, suggest

_GROUP, _CLASS = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1


class LookAlikesDialog(QDialog):
    """The groups of the project. Every change is a step that can be undone."""

    evaluation_wanted = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._evaluation: LastEvaluation | None = None
        self._suggested: list[Suggestion] = []
        self.setWindowTitle(self.tr("Look-alikes"))
        self.resize(560, 620)
        self.about = self._words(
            self.tr(
                "Classes that the same pixels may belong to, such as ketchup and chili paste. Each group has a score "
                "of its own wherever models are judged."
            )
        )
        self.tree = QTreeWidget()
        self.tree.setHeaderHidden(True)
        self.tree.setAccessibleName(self.tr("Groups of look-alikes"))
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.tree.itemSelectionChanged.connect(self._enable)
        self.classes = QLineEdit()
        self.classes.setPlaceholderText(self.tr("classes, separated by commas"))
        self.classes.setAccessibleName(self.tr("Classes to put into a group, separated by commas"))
        self.classes.textChanged.connect(self._enable)
        self.classes.returnPressed.connect(self._on_return)
        self.new = self._button(self.tr("New group"), self.add_group)
        self.add = self._button(self.tr("Add to the group"), self.add_classes)
        self.rename = self._button(self.tr("Rename …"), self._ask_name)
        self.remove = self._button(self.tr("Remove"), self.remove_selected)
        self.heading = QLabel()
        self.heading.setProperty("kind", "heading")
        self.heading.setWordWrap(True)
        self.suggestions = QListWidget()
        self.suggestions.setWordWrap(True)
        self.suggestions.setSpacing(4)
        self.suggestions.setAccessibleName(self.tr("Suggested groups"))
        self.suggestions.itemSelectionChanged.connect(self._enable)
        self.suggestions.itemActivated.connect(lambda item: self.accept_suggestion())
        self.take = self._button(self.tr("Accept"), self.accept_suggestion)
        self.evaluate = self._button(self.tr("Evaluate …"), self.evaluation_wanted.emit)
        self.message = self._words("", "negative")
        self.message.setAccessibleName(self.tr("Message"))
        self.message.hide()
        close = self._button(self.tr("Close"), self.close)
        self._lay_out(close)
        session.taxonomy_changed.connect(self.show_groups)
        session.problem.connect(self._say)
        self.show_groups()
        self.look_for_suggestions()

    def _words(self, text: str, kind: str = "muted") -> QLabel:
        label = QLabel(text)
        label.setWordWrap(True)
        label.setProperty("kind", kind)
        return label

    def _button(self, words: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(words)
        button.setAutoDefault(False)
        button.clicked.connect(lambda checked=False: act())
        return button

    def _lay_out(self, close: QPushButton) -> None:
        adding = QHBoxLayout()
        adding.addWidget(self.classes, 1)
        adding.addWidget(self.new)
        adding.addWidget(self.add)
        changing = QHBoxLayout()
        changing.addWidget(self.rename)
        changing.addWidget(self.remove)
        changing.addStretch(1)
        foot = QHBoxLayout()
        foot.addWidget(self.take)
        foot.addWidget(self.evaluate)
        foot.addStretch(1)
        foot.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 16)
        layout.setSpacing(10)
        layout.addWidget(self.about)
        layout.addLayout(adding)
        layout.addWidget(self.tree, 3)
        layout.addLayout(changing)
        layout.addWidget(self.heading)
        layout.addWidget(self.suggestions, 2)
        layout.addWidget(self.message)
        layout.addLayout(foot)

    # --- what there is ---------------------------------------------------------------------------------------------

    def show_groups(self) -> None:
        """The groups as they are now."""
        taxonomy, place = self._session.taxonomy, self._place()
        self.tree.clear()
        for number, group in enumerate(taxonomy.look_alikes):
            members = group.members(taxonomy)
            text = group.title(taxonomy) if group.name or len(members) > 1 else self.tr("(no longer two classes)")
            parent = QTreeWidgetItem([text])
            parent.setData(0, _GROUP, number)
            for food in members:
                child = QTreeWidgetItem([food.name])
                child.setData(0, _GROUP, number)
                child.setData(0, _CLASS, food.id)
                parent.addChild(child)
            self.tree.addTopLevelItem(parent)
            parent.setExpanded(True)
            if number == place:
                self.tree.setCurrentItem(parent)
        completer = QCompleter(sorted(taxonomy.names(), key=str.casefold), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.classes.setCompleter(completer)
        self._say("")
        self._show_suggestions()

    def look_for_suggestions(self) -> None:
        """Read what the last evaluation of the project has found."""
        project = self._session.project
        if project is None:
            return

        def done(found: LastEvaluation | None) -> None:
            if project is self._session.project:
                self._evaluation = found
                self._show_suggestions()

        self._session.ahead.submit(lambda: evaluation_from_text(project.setting(EVALUATED)), done, lane="evaluated")

    def _show_suggestions(self) -> None:
        taxonomy, found = self._session.taxonomy, self._evaluation
        self.suggestions.clear()
        self._suggested = []
        if found is None:
            self.heading.setText(
                self.tr("Suggestions come from what a model takes for what: evaluate it on this project once.")
            )
        else:
            known = list(named_groups(taxonomy).values())
            self._suggested = suggest(found.by_present_names(taxonomy), known)
            text = self.tr("Suggested by the last evaluation: {model} on {items}")
            if not self._suggested:
                text = self.tr("The last evaluation suggests no further group: {model} on {items}")
            self.heading.setText(text.format(model=found.model, items=counted.items(found.items)))
        for each in self._suggested:
            item = QListWidgetItem(f"{', '.join(each.classes)}\n{self._why(each)}")
            self.suggestions.addItem(item)
        self.suggestions.setVisible(bool(self._suggested))
        if self._suggested:
            self.suggestions.setCurrentRow(0)
        self._enable()

    def _why(self, one: Suggestion) -> str:
        true, called, count = one.pairs[0]
        return self.tr(
            "{mistakes} of {objects} items ({share}) got the name of another of them, most often {true} that of "
            "{called} ({count})."
        ).format(
            mistakes=one.mistakes, objects=one.objects, share=percent(one.share), true=true, called=called, count=count
        )

    def _place(self) -> int | None:
        chosen = self.tree.selectedItems()
        return None if not chosen else int(chosen[0].data(0, _GROUP))

    def _enable(self) -> None:
        place, typed = self._place(), self._typed()
        self.new.setEnabled(len(typed) > 1)
        self.add.setEnabled(place is not None and bool(typed))
        self.rename.setEnabled(place is not None)
        self.remove.setEnabled(place is not None)
        self.take.setEnabled(bool(self.suggestions.selectedItems()))
        self.take.setVisible(bool(self._suggested))

    # --- what is done ----------------------------------------------------------------------------------------------

    def _typed(self) -> list[str]:
        """The names in the field; quotes keep commas."""
        words = next(csv.reader([self.classes.text()], skipinitialspace=True), [])
        return [word.strip() for word in words if word.strip()]

    def _ids(self, taxonomy: Taxonomy, names: Sequence[str]) -> list[str]:
        ids = []
        for name in names:
            food = taxonomy.find(name)
            if food is None:
                raise RverError(self.tr("There is no class “{name}”; choose one of the list.").format(name=name))
            ids.append(food.id)
        return ids

    def _edit(self, text: str, edit: Callable[[Taxonomy], Taxonomy]) -> bool:
        self._say("")
        return bool(self._session.edit_taxonomy(text, edit))

    def _on_return(self) -> None:
        if self.add.isEnabled() and len(self._typed()) == 1:
            self.add_classes()
        elif self.new.isEnabled():
            self.add_group()

    def add_group(self) -> None:
        """Make a group of the classes in the field."""
        names = self._typed()
        if self._edit(self.tr("Add look-alikes"), lambda taxonomy: with_group(taxonomy, self._ids(taxonomy, names))):
            self.classes.clear()
            self._choose(len(self._session.taxonomy.look_alikes) - 1)

    def add_classes(self) -> None:
        """Put the classes in the field into the selected group."""
        place, names = self._place(), self._typed()
        if place is None:
            return

        def edit(taxonomy: Taxonomy) -> Taxonomy:
            group = taxonomy.look_alikes[place]
            return with_classes(taxonomy, place, [*group.class_ids, *self._ids(taxonomy, names)])

        if self._edit(self.tr("Add to look-alikes"), edit):
            self.classes.clear()

    def _ask_name(self) -> None:
        place = self._place()
        if place is None:
            return
        name, ok = QInputDialog.getText(
            self,
            self.tr("Rename"),
            self.tr("Name of the group (empty: the names of its classes):"),
            text=self._session.taxonomy.look_alikes[place].name,
        )
        if ok:
            self.rename_to(name)

    def rename_to(self, name: str) -> None:
        """Call the selected group ``name``."""
        place = self._place()
        if place is not None:
            self._edit(self.tr("Rename look-alikes"), lambda taxonomy: renamed_group(taxonomy, place, name))

    def remove_selected(self) -> None:
        """Take the selected class out of its group; a group of which one class would be left goes as a whole."""
        place, chosen = self._place(), self.tree.selectedItems()
        if place is None:
            return
        class_id = chosen[0].data(0, _CLASS)

        def edit(taxonomy: Taxonomy) -> Taxonomy:
            members = [food.id for food in taxonomy.look_alikes[place].members(taxonomy)]
            left = [each for each in members if each != class_id]
            if class_id is None or len(left) < 2:
                return without_group(taxonomy, place)
            return with_classes(taxonomy, place, left)

        self._edit(self.tr("Remove look-alikes"), edit)

    def accept_suggestion(self) -> None:
        """Make a group of the selected suggestion."""
        row = self.suggestions.currentRow()
        if 0 <= row < len(self._suggested):
            names = self._suggested[row].classes
            self._edit(self.tr("Add look-alikes"), lambda taxonomy: with_group(taxonomy, self._ids(taxonomy, names)))

    def _choose(self, place: int) -> None:
        item = self.tree.topLevelItem(place)
        if item is not None:
            self.tree.setCurrentItem(item)

    def _say(self, text: str) -> None:
        self.message.setText(text)
        self.message.setVisible(bool(text))
