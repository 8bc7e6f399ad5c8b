"""The main numbers of an evaluation: the last page of Model > Evaluate."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from rvergui.gui import counted
from rvergui.gui.numbers import Local, percent

_FEW = 5


class NumbersPage(QWidget):
    """Four scores with their intervals, and sentences on what is behind them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QLabel()
        self.title.setProperty("kind", "subtitle")
        self.title.setWordWrap(True)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.about = QLabel()
        self.about.setProperty("kind", "muted")
        self.about.setWordWrap(True)
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        self.warning = QLabel()
        self.warning.setProperty("kind", "warning")
        self.warning.setWordWrap(True)
        self.tiles = {
            "top1": _Tile(self.tr("first name right")),
            "top5": _Tile(self.tr("among the first five")),
            "macro_f1": _Tile(self.tr("macro F1: every class alike")),
            "ece": _Tile(self.tr("calibration error")),
        }
        self.lines = QLabel()
        self.lines.setWordWrap(True)
        self.lines.setTextFormat(Qt.TextFormat.PlainText)
        self.lines.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.lines.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.lines.setAccessibleName(self.tr("What stands out"))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(self.lines)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row = QHBoxLayout()
        row.setSpacing(20)
        for tile in self.tiles.values():
            row.addWidget(tile, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        for part in (self.title, self.about, self.warning):
            layout.addWidget(part)
        layout.addLayout(row)
        layout.addWidget(area, 1)

    def show_result(self, result: Mapping[str, Any]) -> None:
        """Show what ``rvergui evaluate --json`` prints."""
        self.title.setText(self.tr("How good is {model}?").format(model=result["model"]))
        self.about.setText(
            self.tr("{items} on {photos} of {data}").format(
                items=counted.items(result["items"]), photos=counted.photos(result["photos"]), data=result["data"]
            )
        )
        seen = result["seen_in_training"]
        self.warning.setVisible(seen > 0)
        self.warning.setText(
            self.tr(
                "The model was trained on the photos of {count} of these items: what it says of them is memory, and "
                "the scores are too good."
            ).format(count=Local(seen))
        )
        for key, tile in self.tiles.items():
            tile.show_score(result[key], result["intervals"].get(key))
        self.lines.setText("\n\n".join(self._sentences(result)))

    def _sentences(self, result: Mapping[str, Any]) -> Iterator[str]:
        per_class: dict[str, float] = result["per_class"]
        if len(per_class) > 1:
            worst = sorted(per_class, key=lambda name: (per_class[name], name))[:_FEW]
            listed = ", ".join(f"{name} {Local(per_class[name]):.2f}" for name in worst)
            yield self.tr("Weakest classes by F1: {classes}").format(classes=listed)
        confused = result["confused"][:_FEW]
        if confused:
            pairs = ", ".join(f"{each['true']} → {each['predicted']} ({Local(each['count'])})" for each in confused)
            yield self.tr("Mistaken most: {pairs}").format(pairs=pairs)
        else:
            yield self.tr("Not one item was named wrongly.")
        for group, f1 in result["look_alike_f1"].items():
            yield self.tr("Look-alikes {group}: F1 {f1}").format(group=group, f1=f"{Local(f1):.2f}") + _range(
                result["look_alike_intervals"].get(group), _two_digits
            )
        for noise, scores in result.get("with_noise", {}).items():
            yield self.tr("{noise}: {share} right").format(noise=noise, share=percent(scores["top1"]))
        if result["skipped"]:
            yield self.tr("Left out: {count}; the report says why.").format(count=Local(len(result["skipped"])))


class _Tile(QWidget):
    """A score, what it is, and between what it probably lies."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words
        self.value, self.between = QLabel("–"), QLabel()
        self.value.setProperty("kind", "title")
        label = QLabel(words)
        for small in (label, self.between):
            small.setProperty("kind", "muted")
            small.setWordWrap(True)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setVerticalSpacing(0)
        for row, part in enumerate((self.value, self.between, label)):
            layout.addWidget(part, row, 0, Qt.AlignmentFlag.AlignTop)

    def show_score(self, value: float, pair: Sequence[float] | None) -> None:
        self.value.setText(_per_cent(value))
        self.between.setText("" if pair is None else _between(pair, _per_cent))
        self.setAccessibleName(f"{self._words}: {_per_cent(value)}{_range(pair, _per_cent)}")


def _per_cent(value: float) -> str:
    return percent(value, 1)


def _two_digits(value: float) -> str:
    return f"{Local(value):.2f}"


def _between(pair: Sequence[float], words: Callable[[float], str]) -> str:
    return f"{words(pair[0])} – {words(pair[1])}"


def _range(pair: Sequence[float] | None, words: Callable[[float], str]) -> str:
    return "" if pair is None else f" ({_between(pair, words)})"
