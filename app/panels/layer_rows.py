"""How the rows of the layer list are painted: heads with a chevron and a count, layers with a tile."""

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.controls.surface import rounded
from app.controls.tile import SMALL, paint_tile
from app.theme import Theme
from app.theme.measures import HEIGHT_GROUP_HEAD, HEIGHT_PALETTE_ROW, RADIUS_CONTROL
from engine.layer import Layer

HINT = "drag or Enter"
ROW = Qt.ItemDataRole.UserRole
_INSET, _TILE_LEFT, _GAP = 6, 16, 8  # px
_CHEVRON = 12  # px


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a group, with the number of its layers."""

    group: str
    count: int
    is_open: bool


Row = Head | type[Layer]


class RowPainter(QStyledItemDelegate):
    """Paints heads and layers."""

    def __init__(self, theme: Theme, view: QListView) -> None:
        super().__init__(view)
        self.theme, self._view = theme, view

    def sizeHint(
        self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        is_head = isinstance(index.data(ROW), Head)
        return QSize(0, HEIGHT_GROUP_HEAD if is_head else HEIGHT_PALETTE_ROW)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        painter.save()
        box = QRectF(option.rect)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        chosen = self._view.hasFocus() and index.row() == self._view.currentIndex().row()
        row: Row = index.data(ROW)
        is_head = isinstance(row, Head)
        if chosen or (hovered and not is_head):
            ground = self.theme.tokens.accentbg if chosen else self.theme.tokens.s3
            rounded(painter, box.adjusted(_INSET, 0, 0, 0), RADIUS_CONTROL, ground)
        if isinstance(row, Head):
            self._paint_head(painter, row, box, hovered or chosen)
        else:
            self._paint_layer(painter, row, box, hovered or chosen)
        painter.restore()

    def _paint_layer(self, painter: QPainter, kind: type[Layer], box: QRectF, active: bool) -> None:
        tokens = self.theme.tokens
        top = box.top() + (box.height() - SMALL) / 2
        paint_tile(painter, self.theme, kind.group, QRectF(_TILE_LEFT, top, SMALL, SMALL))
        left, right = _TILE_LEFT + SMALL + _GAP, box.right() - _GAP
        if active:
            painter.setFont(self.theme.font("note"))
            hint = QRectF(left, box.top(), right - left, box.height())
            width = painter.fontMetrics().horizontalAdvance(HINT)
            named = self._name_width(kind.label)
            if left + named + _GAP + width <= right:
                painter.setPen(QColor(tokens.t3))
                painter.drawText(hint, _middle(Qt.AlignmentFlag.AlignRight), HINT)
        painter.setFont(self.theme.font("body"))
        painter.setPen(QColor(tokens.t1))
        room = QRectF(left, box.top(), right - left, box.height())
        painter.drawText(room, _middle(Qt.AlignmentFlag.AlignLeft), kind.label)

    def _name_width(self, label: str) -> int:
        return QFontMetrics(self.theme.font("body")).horizontalAdvance(label)

    def _paint_head(self, painter: QPainter, row: Head, box: QRectF, bright: bool) -> None:
        tokens = self.theme.tokens
        ink = tokens.t2 if bright else tokens.t3
        middle = box.center().y()
        chevron = QRectF(8, round(middle - _CHEVRON / 2), _CHEVRON, _CHEVRON)
        icon = "chevron-down" if row.is_open else "chevron-right"
        self.theme.icons.paint(painter, icon, chevron, ink)
        left = 8 + _CHEVRON + _INSET
        if not row.is_open:
            swatch = QRectF(left, round(middle - 4), 8, 8)
            rounded(painter, swatch, 2, tokens.group(row.group).hue)
            left += 8 + _INSET
        painter.setPen(QColor(ink))
        painter.setFont(self.theme.font("head"))
        painter.drawText(QPointF(left, round(middle + 4)), row.group)
        painter.setFont(self.theme.font("note"))
        room = box.adjusted(0, 0, -2, 0)
        painter.drawText(room, _middle(Qt.AlignmentFlag.AlignRight), str(row.count))


def _middle(across: Qt.AlignmentFlag) -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignVCenter | across
