"""Fusion without its habits: no dotted focus, opaque popups made round, menus that stay flat."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QMenu,
    QProxyStyle,
    QStyle,
    QStyleHintReturn,
    QStyleOption,
    QWidget,
)

from app.theme.measures import TOOLTIP_MS

_HINTS = {
    QStyle.StyleHint.SH_ComboBox_Popup: 0,  # below the field, not over it
    QStyle.StyleHint.SH_UnderlineShortcut: 0,
    QStyle.StyleHint.SH_EtchDisabledText: 0,
    QStyle.StyleHint.SH_DitherDisabledText: 0,
    QStyle.StyleHint.SH_ToolTip_WakeUpDelay: TOOLTIP_MS,
    QStyle.StyleHint.SH_Menu_SloppySubMenus: 1,
    QStyle.StyleHint.SH_DialogButtonBox_ButtonsHaveIcons: 0,
}
_POPUPS = ("QTipLabel", "QComboBoxPrivateContainer")


class Style(QProxyStyle):
    """The style beneath the style sheet."""

    def __init__(self, menus: QObject) -> None:
        super().__init__("Fusion")
        self._menus = menus  # paints them, as an event filter

    def drawPrimitive(
        self,
        element: QStyle.PrimitiveElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        if element != QStyle.PrimitiveElement.PE_FrameFocusRect:
            super().drawPrimitive(element, option, painter, widget)

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returnData: QStyleHintReturn | None = None,
    ) -> int:
        if hint in _HINTS:
            return _HINTS[hint]
        return super().styleHint(hint, option, widget, returnData)

    def polish(
        self, target: QApplication | QPalette | QWidget | Qt.GlobalColor | QColor, /
    ) -> None:
        if isinstance(target, QWidget) and _has_round_corners(target):
            target.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
            if isinstance(target, QMenu):
                target.installEventFilter(self._menus)
                target.setWindowFlag(Qt.WindowType.FramelessWindowHint)
                target.setWindowFlag(Qt.WindowType.NoDropShadowWindowHint)
        super().polish(target)


def _has_round_corners(widget: QWidget) -> bool:
    return isinstance(widget, QMenu) or any(widget.inherits(name) for name in _POPUPS)
