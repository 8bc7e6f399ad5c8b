"""The main numbers of an evaluation: the last page of Model > Evaluate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

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
            self.tr("{items} items on {photos} photos of {data}").format(
                items=f"{result['items']:,}", photos=f"{result['photos']:,}", data=result["data"]
            )
        )
        seen = result["seen_in_training"]
        self.warning.setVisible(seen > 0)
        self.warning.setText(
            self.tr(
                "The model was trained on the photos of {count} of these items: what it says of them is memory, and "
                "the scores are too good."
            ).format(count=f"{seen:,}")
        )
        for key, tile in self.tiles.items():
            tile.show_score(result[key], result["intervals"].get(key))
        self.lines.setText("\n\n".join(self._sentences(result)))

    def _sentences(self, result: Mapping[str, Any]) -> Iterator[str]:
        per_class: dict[str, float] = result["per_class"]
        if len(per_class) > 1:
            worst = sorted(per_class, key=lambda name: (per_class[name], name))[:_FEW]
            listed = ", ".join(f"{name} {per_class[name]:.2f}" for name in worst)
            yield self.tr("Weakest classes by F1: {classes}").format(classes=listed)
        confused = result["confused"][:_FEW]
        if confused:
            pairs = ", ".join(f"{each['true']} → {each['predicted']} ({each['count']})" for each in confused)
            yield self.tr("Mistaken most: {pairs}").format(pairs=pairs)
        else:
            yield self.tr("Not one item was named wrongly.")
        for group, f1 in result["look_alike_f1"].items():
            yield self.tr("Look-alikes {group}: F1 {f1}").format(group=group, f1=f"{f1:.2f}") + _range(
                result["look_alike_intervals"].get(group), ".2f"
            )
        for noise, scores in result.get("with_noise", {}).items():
            yield self.tr("{noise}: {share} right").format(noise=noise, share=f"{scores['top1']:.0%}")
        if result["skipped"]:
            yield self.tr("Left out: {count}; the report says why.").format(count=len(result["skipped"]))


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
        self.value.setText(f"{value:.1%}")
        self.between.setText("" if pair is None else f"{pair[0]:.1%} – {pair[1]:.1%}")
        self.setAccessibleName(f"{self._words}: {value:.1%}{_range(pair, '.1%')}")


def _range(pair: Sequence[float] | None, form: str) -> str:
    return "" if pair is None else f" ({pair[0]:{form}} – {pair[1]:{form}})"
