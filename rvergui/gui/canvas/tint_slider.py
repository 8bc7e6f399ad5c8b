"""How strongly masks are tinted, as a slider in the bar of tools."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSlider, QWidget

from rvergui.gui.visibility import MOST_TINT, Visibility

_HEIGHT = 92


class TintSlider(QSlider):
    """Upwards is stronger. Arrows work while it has the keyboard; the View menu has keys for it anywhere."""

    def __init__(self, visibility: Visibility, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._visibility = visibility
        self.setRange(0, MOST_TINT)
        self.setSingleStep(2)
        self.setPageStep(10)
        self.setFixedHeight(_HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(self.tr("Strength of the masks' tint in per cent"))
        self._show(visibility.tint)
        self.valueChanged.connect(visibility.set_tint)
        visibility.tint_changed.connect(self._show)

    def _show(self, per_cent: int) -> None:
        self.setValue(per_cent)
        self.setToolTip(self.tr("Tint of the masks: {share} %").format(share=per_cent))
