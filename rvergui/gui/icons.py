"""Line icons from ``resources/icons``, drawn in the theme's colour."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from rvergui.core.paths import resources

SIZES = (20, 24, 48)  # logical pixels


def sizes() -> list[int]:
    """Edges of the pixmaps that are sharp on every screen there is, in device pixels."""
    factors = {screen.devicePixelRatio() for screen in QGuiApplication.screens()} | {1.0, 2.0}
    return sorted({round(size * factor) for size in SIZES for factor in factors})


def icon(name: str, colour: str | None = None) -> QIcon:
    """The icon ``name``, tinted in ``colour``, or as it was drawn without one. Unknown names give no icon."""
    path = resources() / "icons" / f"{name}.svg"
    made = QIcon()
    if not path.is_file():
        return made
    renderer = QSvgRenderer(QByteArray(path.read_bytes()))
    for size in sizes():
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter, QRectF(0, 0, size, size))
        if colour is not None:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
            painter.fillRect(pixmap.rect(), QColor(colour))
        painter.end()
        made.addPixmap(pixmap)
    return made
