"""How a menu is painted: rows of 28 px, keys in grey at the right, and an icon column only if a row has an icon.

Qt's style sheets cannot set keys apart from words. Sizes stay with the style sheet; this paints into them.
"""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QAction, QColor, QKeySequence, QPainter
from PySide6.QtWidgets import QMenu

from app.icons import Icons
from app.theme.tokens import Tokens

RADIUS, ROUND = 8.0, 6.0  # px: of the menu, of the row under the pointer
INSET, ICON, COLUMN = 10.0, 16.0, 26.0  # px: beside words, an icon, the column of icons


class MenuPainter(QObject):
    """Paints the menus that it filters, with the tokens in force."""

    def __init__(self, tokens: Callable[[], Tokens], icons: Icons) -> None:
        super().__init__()
        self._tokens, self._icons = tokens, icons

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.Paint or not isinstance(watched, QMenu):
            return False
        self._paint(watched)
        return True

    def _paint(self, menu: QMenu) -> None:
        painter, tokens = QPainter(menu), self._tokens()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(tokens.line2))
        painter.setBrush(QColor(tokens.s1))
        painter.drawRoundedRect(QRectF(menu.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        shown = [action for action in menu.actions() if action.isVisible()]
        column = COLUMN if any(not a.icon().isNull() or a.isCheckable() for a in shown) else 0.0
        for action in shown:
            box = QRectF(menu.actionGeometry(action))
            if action.isSeparator():
                line = QRectF(box.left() + 4, round(box.center().y()), box.width() - 8, 1)
                painter.fillRect(line, QColor(tokens.line1))
            else:
                self._paint_row(painter, menu, action, box, column)
        painter.end()

    def _paint_row(
        self, painter: QPainter, menu: QMenu, action: QAction, box: QRectF, column: float
    ) -> None:
        tokens, alive = self._tokens(), action.isEnabled()
        if alive and action is menu.activeAction():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.s3))
            painter.drawRoundedRect(box, ROUND, ROUND)
        self._paint_icon(painter, action, box)
        inside = box.adjusted(INSET + column, 0, -INSET, 0)
        painter.setFont(menu.font())
        painter.setPen(QColor(tokens.t1 if alive else tokens.t4))
        words = action.text().split("\t")[0].replace("&&", "\0").replace("&", "").replace("\0", "&")
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(inside, middle | Qt.AlignmentFlag.AlignLeft, words)
        if action.menu() is not None:
            arrow = QRectF(box.right() - INSET - 12, box.center().y() - 7, 14, 14)
            self._icons.paint(painter, "chevron-right", arrow, tokens.t3)
        elif not action.shortcut().isEmpty():
            painter.setPen(QColor(tokens.t3 if alive else tokens.t4))
            key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            painter.drawText(inside, middle | Qt.AlignmentFlag.AlignRight, key)

    def _paint_icon(self, painter: QPainter, action: QAction, box: QRectF) -> None:
        """The tick of what is switched on, or else the action's own icon."""
        place = QRectF(box.left() + INSET, box.center().y() - ICON / 2, ICON, ICON)
        if action.isCheckable():
            if action.isChecked():
                self._icons.paint(painter, "check", place, self._tokens().accent)
        elif not action.icon().isNull():
            action.icon().paint(painter, place.toRect())
