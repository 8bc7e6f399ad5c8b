"""Colours and style sheet, light and dark, following the system."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from rvergui.core.paths import resources


@dataclass(frozen=True)
class Theme:
    """The colours of one look, "#rrggbb"."""

    dark: bool
    window: str
    panel: str
    canvas: str
    field: str
    line: str
    text: str
    muted: str
    accent: str
    accent_text: str
    positive: str
    negative: str
    warning: str
    hover: str
    selected: str


LIGHT = Theme(
    dark=False,
    window="#eef0f3",
    panel="#ffffff",
    canvas="#dfe3e8",
    field="#ffffff",
    line="#d3d8df",
    text="#1c232d",
    muted="#5d6877",
    accent="#0b6e99",
    accent_text="#ffffff",
    positive="#0a7a4b",
    negative="#b3402a",
    warning="#8a5a00",
    hover="#edf3f7",
    selected="#d8ebf4",
)

DARK = Theme(
    dark=True,
    window="#1b1f25",
    panel="#22272f",
    canvas="#14171b",
    field="#1a1e24",
    line="#363d48",
    text="#e7ebf0",
    muted="#9aa5b3",
    accent="#4fb3dc",
    accent_text="#08202b",
    positive="#5fce9b",
    negative="#f08a74",
    warning="#e7b657",
    hover="#2b323c",
    selected="#1f4557",
)


def system_theme() -> Theme:
    """The look that the system asks for."""
    dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
    return DARK if dark else LIGHT


def chosen_theme(choice: str) -> Theme:
    """The look that was chosen: "light", "dark", or what the system asks for."""
    return {"light": LIGHT, "dark": DARK}.get(choice) or system_theme()


def palette(theme: Theme) -> QPalette:
    """Qt's palette of a theme."""
    colours = QPalette()
    role = QPalette.ColorRole
    for which, value in (
        (role.Window, theme.window),
        (role.WindowText, theme.text),
        (role.Base, theme.field),
        (role.AlternateBase, theme.panel),
        (role.Text, theme.text),
        (role.Button, theme.panel),
        (role.ButtonText, theme.text),
        (role.ToolTipBase, theme.panel),
        (role.ToolTipText, theme.text),
        (role.PlaceholderText, theme.muted),
        (role.Highlight, theme.accent),
        (role.HighlightedText, theme.accent_text),
        (role.Link, theme.accent),
        (role.Mid, theme.line),
        (role.Accent, theme.accent),
    ):
        colours.setColor(which, QColor(value))
    for which in (role.Text, role.WindowText, role.ButtonText):
        colours.setColor(QPalette.ColorGroup.Disabled, which, QColor(theme.muted))
    return colours


def drawing(name: str) -> str:
    """Where a drawing lies that a style sheet shows as it is, in a colour that is seen on light and dark ground."""
    return (resources() / "icons" / f"{name}.svg").as_posix()


def style_sheet(theme: Theme) -> str:
    """The style sheet of a theme. Objects are styled by their ``kind`` property, never by place."""
    checked = "checked-dark" if theme.dark else "checked-light"
    return f"""
    QMainWindow::separator {{ background: {theme.line}; width: 1px; height: 1px; }}
    QMainWindow::separator:hover {{ background: {theme.accent}; }}
    QDockWidget {{ color: {theme.muted}; font-weight: 600; }}
    QDockWidget::title {{ background: {theme.panel}; padding: 8px 12px 4px 12px; }}
    QWidget[kind="panel"] {{ background: {theme.panel}; }}
    QToolBar {{
        background: {theme.panel}; border: 0; border-bottom: 1px solid {theme.line}; spacing: 2px; padding: 4px 8px; }}
    QToolBar QToolButton {{ padding: 5px 8px; border-radius: 6px; border: 1px solid transparent; }}
    QToolBar QToolButton:hover {{ background: {theme.hover}; }}
    QToolBar QToolButton:checked {{ background: {theme.selected}; }}
    QToolBar QToolButton:focus {{ border-color: {theme.accent}; }}
    QMenuBar {{ background: {theme.panel}; }}
    QMenuBar::item {{ padding: 5px 10px; border-radius: 4px; background: transparent; }}
    QMenuBar::item:selected {{ background: {theme.hover}; }}
    QStatusBar {{ background: {theme.panel}; border-top: 1px solid {theme.line}; }}
    QStatusBar::item {{ border: 0; }}
    QStatusBar QLabel {{ color: {theme.muted}; padding: 3px 10px; }}
    QStatusBar QLabel[kind="bad"] {{ color: {theme.negative}; font-weight: 600; }}
    QLabel[kind="muted"] {{ color: {theme.muted}; }}
    QLabel[kind="heading"] {{ font-weight: 600; color: {theme.muted}; }}
    QLabel[kind="title"] {{ font-size: 22px; font-weight: 600; }}
    QLabel[kind="positive"] {{ color: {theme.positive}; }}
    QLabel[kind="warning"] {{ color: {theme.warning}; }}
    QLabel[kind="negative"] {{ color: {theme.negative}; }}
    QLabel[kind="bar-title"] {{ font-weight: 600; }}
    QPushButton[kind="bar"] {{ padding: 3px 10px; }}
    QToolBar[kind="rail"] {{ border: 0; border-right: 1px solid {theme.line}; padding: 6px 3px; }}
    QToolBar[kind="rail"] QToolButton {{ padding: 6px; margin: 1px 0; }}
    QFrame[kind="notice"] {{ background: {theme.panel}; border: 1px solid {theme.line}; border-radius: 8px; }}
    QFrame[kind="problem"] {{ background: {theme.panel}; border: 1px solid {theme.negative}; border-radius: 8px; }}
    QFrame[kind="tour"] {{ background: {theme.panel}; border: 1px solid {theme.accent}; border-radius: 10px; }}
    QFrame[kind="card"] {{ background: {theme.panel}; border: 1px solid {theme.line}; border-radius: 12px; }}
    QListView, QTreeView, QTableView {{ background: {theme.panel}; border: 1px solid transparent; outline: 0; }}
    QListView::item {{ border-radius: 6px; }}
    QListView::item:hover {{ background: {theme.hover}; }}
    QListView::item:selected {{ background: {theme.selected}; color: {theme.text}; }}
    QTreeView::item, QTableView::item {{ padding: 3px 4px; }}
    QTreeView::item:hover, QTableView::item:hover {{ background: {theme.hover}; }}
    QTreeView::item:selected, QTableView::item:selected {{ background: {theme.selected}; color: {theme.text}; }}
    QHeaderView::section {{
        background: {theme.panel}; color: {theme.muted}; border: 0; border-bottom: 1px solid {theme.line};
        padding: 5px 6px; font-weight: 600; }}
    QHeaderView::up-arrow {{
        image: url("{drawing("chevron-up")}"); subcontrol-position: top center; width: 8px; height: 8px; }}
    QHeaderView::down-arrow {{
        image: url("{drawing("chevron-down")}"); subcontrol-position: top center; width: 8px; height: 8px; }}
    QScrollArea {{ border: 1px solid transparent; }}
    QListView:focus, QTreeView:focus, QTableView:focus {{ border: 1px solid {theme.accent}; }}
    QLineEdit, QSpinBox, QComboBox, QDoubleSpinBox {{
        background: {theme.field}; border: 1px solid {theme.line}; border-radius: 6px; padding: 6px 8px;
        selection-background-color: {theme.accent}; selection-color: {theme.accent_text}; }}
    QComboBox::drop-down {{ border: 0; width: 24px; }}
    QComboBox::down-arrow {{ image: url("{drawing("chevron-down")}"); width: 12px; height: 12px; }}
    QSpinBox::up-button, QDoubleSpinBox::up-button {{
        subcontrol-origin: border; subcontrol-position: top right; width: 22px; border: 0; background: transparent; }}
    QSpinBox::down-button, QDoubleSpinBox::down-button {{
        subcontrol-origin: border; subcontrol-position: bottom right; width: 22px; border: 0;
        background: transparent; }}
    QSpinBox::up-arrow, QDoubleSpinBox::up-arrow {{
        image: url("{drawing("chevron-up")}"); width: 11px; height: 11px; }}
    QSpinBox::down-arrow, QDoubleSpinBox::down-arrow {{
        image: url("{drawing("chevron-down")}"); width: 11px; height: 11px; }}
    QSpinBox QLineEdit, QDoubleSpinBox QLineEdit {{ border: 0; padding: 0 0 0 6px; background: transparent; }}
    QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus {{ border-color: {theme.accent}; }}
    QPushButton {{ background: {theme.panel}; border: 1px solid {theme.line}; border-radius: 6px; padding: 7px 14px; }}
    QPushButton:hover {{ background: {theme.hover}; }}
    QPushButton:focus {{ border-color: {theme.accent}; }}
    QPushButton:disabled {{ color: {theme.muted}; }}
    QPushButton[kind="primary"] {{
        background: {theme.accent}; color: {theme.accent_text}; border-color: {theme.accent}; font-weight: 600; }}
    QPushButton[kind="primary"]:focus {{ border: 2px solid {theme.text}; padding: 6px 13px; }}
    QPushButton[kind="primary"]:disabled {{
        background: {theme.line}; border-color: {theme.line}; color: {theme.muted}; }}
    QPushButton[kind="row"] {{ text-align: left; background: transparent; border-color: transparent; }}
    QPushButton[kind="row"]:hover {{ background: {theme.hover}; }}
    QPushButton[kind="row"]:focus {{ border-color: {theme.accent}; }}
    QPushButton[kind="segment"] {{ border: 0; padding: 5px 10px; color: {theme.muted}; background: transparent; }}
    QPushButton[kind="segment"]:checked {{ background: {theme.selected}; color: {theme.text}; }}
    QPushButton[kind="segment"]:focus {{ border: 1px solid {theme.accent}; }}
    QPushButton[kind="chip"] {{
        border: 1px solid transparent; padding: 4px 4px; color: {theme.muted}; background: transparent; }}
    QPushButton[kind="chip"]:hover {{ background: {theme.hover}; }}
    QPushButton[kind="chip"]:checked {{ background: {theme.selected}; color: {theme.text}; }}
    QPushButton[kind="chip"]:focus {{ border: 1px solid {theme.accent}; }}
    QPushButton[kind="pill"] {{
        border: 1px solid {theme.line}; border-radius: 10px; padding: 1px 9px 1px 7px; min-height: 18px; }}
    QPushButton[kind="pill"]:hover {{ background: {theme.hover}; }}
    QPushButton[kind="pill"]:focus {{ border-color: {theme.accent}; }}
    QToolButton:focus {{ border: 1px solid {theme.accent}; border-radius: 4px; }}
    QCheckBox, QRadioButton {{ border: 1px solid transparent; border-radius: 4px; padding: 2px; }}
    QCheckBox::indicator, QRadioButton::indicator {{
        width: 14px; height: 14px; border: 1px solid {theme.muted}; background: {theme.field}; }}
    QCheckBox::indicator {{ border-radius: 4px; }}
    QRadioButton::indicator {{ border-radius: 8px; }}
    QCheckBox::indicator:checked {{
        background: {theme.accent}; border-color: {theme.accent}; image: url("{drawing(checked)}"); }}
    QRadioButton::indicator:checked {{
        border: 5px solid {theme.accent}; width: 6px; height: 6px; background: {theme.accent_text}; }}
    QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {{ border-color: {theme.line}; }}
    QCheckBox:focus, QRadioButton:focus {{ border-color: {theme.accent}; }}
    QGraphicsView {{ border: 1px solid transparent; }}
    QGraphicsView:focus, QScrollArea:focus, QPlainTextEdit:focus, QTextEdit:focus {{
        border: 1px solid {theme.accent}; }}
    QToolButton[kind="segment"] {{
        border: 1px solid transparent; border-radius: 6px; padding: 5px 10px; color: {theme.muted}; }}
    QToolButton[kind="segment"]:hover {{ background: {theme.hover}; }}
    QToolButton[kind="segment"]:checked {{ background: {theme.selected}; color: {theme.text}; }}
    QToolButton[kind="segment"]:focus {{ border-color: {theme.accent}; }}
    QLabel[kind="subtitle"] {{ font-size: 16px; font-weight: 600; }}
    QWidget[kind="foot"] {{ background: {theme.panel}; border-top: 1px solid {theme.line}; }}
    QListView[kind="grid"] {{ background: {theme.window}; padding: 4px; border: 1px solid transparent; }}
    QProgressBar {{ background: {theme.line}; border: 0; border-radius: 3px; height: 6px; }}
    QProgressBar:focus {{ border: 1px solid {theme.accent}; }}
    QSlider:focus {{ background: {theme.hover}; border: 1px solid {theme.accent}; border-radius: 4px; }}
    QProgressBar::chunk {{ background: {theme.accent}; border-radius: 3px; }}
    QTabBar {{ background: {theme.panel}; border: 0; }}
    QTabBar::tab {{
        background: transparent; color: {theme.muted}; border: 0; border-top: 2px solid transparent;
        padding: 7px 12px; }}
    QTabBar::tab:hover {{ color: {theme.text}; background: {theme.hover}; }}
    QTabBar::tab:selected {{ color: {theme.text}; border-top-color: {theme.accent}; }}
    QTabBar::tab:focus {{ color: {theme.accent}; }}
    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
    QScrollBar::handle:vertical {{ background: {theme.line}; border-radius: 4px; min-height: 28px; margin: 1px; }}
    QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
    QScrollBar::handle:horizontal {{ background: {theme.line}; border-radius: 4px; min-width: 28px; margin: 1px; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; width: 0; }}
    QToolTip {{ background: {theme.panel}; color: {theme.text}; border: 1px solid {theme.line}; padding: 4px; }}
    """


def apply(app: QApplication, theme: Theme) -> None:
    """Dress the whole program."""
    app.setStyle(QStyleFactory.create("Fusion"))
    app.setPalette(palette(theme))
    app.setStyleSheet(style_sheet(theme))
    app.setProperty("rvergui.theme", theme)


def current(app: QApplication | None = None) -> Theme:
    """The theme that is worn now."""
    worn = (app or QApplication.instance()).property("rvergui.theme")  # type: ignore[union-attr]
    return worn if isinstance(worn, Theme) else system_theme()
