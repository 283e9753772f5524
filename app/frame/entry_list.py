"""A list of things to run: picture, name with the letters that fit, what it is, and its keys as chips."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.controls.surface import rounded
from app.controls.tile import paint_tile
from app.frame.keys import paint_keys, width_of
from app.theme import Theme
from app.theme.measures import ICON

ROW = 36
_INSET = 6
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be run. It has an icon, or the tile of a layer group."""

    text: str
    kind: str
    run: Callable[[], None]
    icon: str = ""
    group: str = ""
    key: str = ""


Row = tuple[Entry, tuple[int, ...]]


class _Rows(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.rows: Sequence[Row] = ()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        return self.rows[index.row()][0].text if role == Qt.ItemDataRole.DisplayRole else None


class EntryList(QListView):
    """`chosen(entry)` by press or by `choose`; the keyboard is the caller's, who keeps the focus."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, most: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows, self._most = _Rows(), most
        self.setModel(self._rows)
        self.setItemDelegate(_Painter(theme, self))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet("background: transparent;")
        self.setViewportMargins(_INSET, _INSET, _INSET, _INSET)
        self.setMouseTracking(True)
        self.entered.connect(self.setCurrentIndex)
        self.clicked.connect(lambda index: self.chosen.emit(self.row(index)[0]))

    def show_entries(self, rows: Sequence[Row]) -> None:
        """Show these, the first chosen."""
        self._rows.beginResetModel()
        self._rows.rows = rows
        self._rows.endResetModel()
        self.setCurrentIndex(self._rows.index(0))

    def row(self, index: Index) -> Row:
        """What stands at an index."""
        return self._rows.rows[index.row()]

    def walk(self, by: int) -> None:
        """Move the choice; from one end a single step leads to the other."""
        count = len(self._rows.rows)
        if count:
            to = self.currentIndex().row() + by
            to = to % count if abs(by) == 1 else max(0, min(count - 1, to))
            self.setCurrentIndex(self._rows.index(to))

    def choose(self) -> None:
        """Run what is chosen."""
        if self.currentIndex().isValid():
            self.chosen.emit(self.row(self.currentIndex())[0])

    def sizeHint(self) -> QSize:
        shown = max(1, min(self._most, len(self._rows.rows)))
        return QSize(240, shown * ROW + 2 * _INSET)


class _Painter(QStyledItemDelegate):
    def __init__(self, theme: Theme, entries: EntryList) -> None:
        super().__init__(entries)
        self._theme, self._entries = theme, entries

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(200, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry, places = self._entries.row(index)
        tokens, box = self._theme.tokens, QRectF(option.rect)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            rounded(painter, box, 6, tokens.accentbg)
        middle = box.center().y()
        if entry.group:
            paint_tile(
                painter, self._theme, entry.group, QRectF(box.left() + 8, middle - 10, 20, 20)
            )
        elif entry.icon:
            square = QRectF(box.left() + 10, middle - ICON / 2, ICON, ICON)
            self._theme.icons.paint(painter, entry.icon, square, tokens.t2)
        right = self._paint_keys(painter, entry.key, box)
        right = self._paint_kind(painter, entry.kind, box, right)
        self._paint_text(painter, entry.text, frozenset(places), box, right)
        painter.restore()

    def _paint_keys(self, painter: QPainter, key: str, box: QRectF) -> float:
        """Draw the key as chips at the right; returns where they begin."""
        right = box.right() - 8
        if not key:
            return right
        paint_keys(painter, self._theme, key, QRectF(box.left(), box.top(), box.width() - 8, ROW))
        return right - width_of(self._theme, key) - 8

    def _paint_kind(self, painter: QPainter, kind: str, box: QRectF, right: float) -> float:
        painter.setFont(self._theme.font("note"))
        painter.setPen(QColor(self._theme.tokens.t3))
        room = QRectF(box.left(), box.top(), right - box.left(), box.height())
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, flags, kind)
        return right - painter.fontMetrics().horizontalAdvance(kind) - 12

    def _paint_text(
        self, painter: QPainter, text: str, lit: frozenset[int], box: QRectF, right: float
    ) -> None:
        tokens, left = self._theme.tokens, box.left() + 38
        for is_lit, run in groupby(enumerate(text), lambda pair: pair[0] in lit):
            font = self._theme.font("body", 600 if is_lit else None)
            metrics = QFontMetricsF(font)
            words = "".join(letter for _, letter in run)
            shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, max(0, right - left))
            painter.setFont(font)
            painter.setPen(QColor(tokens.accent if is_lit else tokens.t1))
            room = QRectF(left, box.top(), right - left, box.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
            left += metrics.horizontalAdvance(words)
