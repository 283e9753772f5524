"""The rows of the quick menu: a tile, a name, and what is said beside it. The keyboard is the field's above them."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QMouseEvent, QPainter
from PySide6.QtWidgets import QFrame, QListView, QStyledItemDelegate, QStyleOptionViewItem

from app.canvas.offers import Offer
from app.controls.surface import rounded
from app.controls.tile import SMALL, paint_tile
from app.theme import Theme
from app.theme.measures import RADIUS_CONTROL, SPACE_8

ROW, MOST = 28, 9  # px; rows that are seen at once
_INSET, _OFFER = 6, Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class _Model(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.rows: Sequence[Offer] = ()

    def show(self, rows: Sequence[Offer]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role == _OFFER:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return ", ".join(filter(None, (row.text, row.note, row.why)))
        return row.why or None if role == Qt.ItemDataRole.ToolTipRole else None


class QuickRows(QListView):
    """`pressed_row(offer)` on a click; `current` is the row that Enter takes."""

    taken = Signal(object)
    moved = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme, self.offers = theme, _Model()
        self.setModel(self.offers)
        self.setItemDelegate(_Painter(theme, self))
        self.setAccessibleName("What can be chosen")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.entered.connect(self.setCurrentIndex)
        self.clicked.connect(lambda index: self.taken.emit(self.offers.rows[index.row()]))

    def show_rows(self, rows: Sequence[Offer], *, chosen: bool) -> None:
        """Show other rows, the first of them chosen or none."""
        self.offers.show(rows)
        if chosen and rows:
            self.setCurrentIndex(self.offers.index(0))
        self.setFixedHeight(ROW * min(MOST, len(rows)))
        self.setVisible(bool(rows))

    @property
    def current(self) -> Offer | None:
        """The row that Enter takes."""
        index = self.currentIndex()
        return self.offers.rows[index.row()] if index.isValid() else None

    def step(self, by: int) -> None:
        """Go down or up by rows; a single step goes round at the ends, a page stays at them."""
        count, index = len(self.offers.rows), self.currentIndex()
        if count:
            row = index.row() + by if index.isValid() else 0
            round_or_end = row % count if abs(by) == 1 else max(0, min(count - 1, row))
            self.setCurrentIndex(self.offers.index(round_or_end))

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.moved.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)


class _Painter(QStyledItemDelegate):
    def __init__(self, theme: Theme, rows: QuickRows) -> None:
        super().__init__(rows)
        self._theme, self._rows = theme, rows

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(0, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        offer: Offer = index.data(_OFFER)
        box, tokens = QRectF(option.rect), self._theme.tokens
        if index.row() == self._rows.currentIndex().row():
            rounded(painter, box.adjusted(_INSET, 0, -_INSET, 0), RADIUS_CONTROL, tokens.accentbg)
        painter.setOpacity(1.0 if offer.fits else 0.55)
        tile = QRectF(2 * _INSET, box.top() + (ROW - SMALL) / 2, SMALL, SMALL)
        paint_tile(painter, self._theme, offer.group, tile)
        painter.setOpacity(1.0)
        room = box.adjusted(2 * _INSET + SMALL + SPACE_8, 0, -2 * _INSET, 0)
        painter.setFont(self._theme.font("body"))
        painter.setPen(QColor(tokens.t1 if offer.fits else tokens.t3))
        middle = Qt.AlignmentFlag.AlignVCenter
        name = painter.boundingRect(room, middle, offer.text)
        painter.drawText(room, middle, offer.text)
        note = offer.note if offer.fits else "does not fit"
        painter.setFont(self._theme.font("figure" if offer.fits else "note"))
        painter.setPen(QColor(tokens.t2 if offer.fits else tokens.t3))
        rest = room.adjusted(name.width() + SPACE_8, 0, 0, 0)
        if painter.fontMetrics().horizontalAdvance(note) <= rest.width():
            painter.drawText(rest, middle | Qt.AlignmentFlag.AlignRight, note)
        painter.restore()
