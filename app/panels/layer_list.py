"""The list of layers: groups that fold, rows that are dragged to the canvas or added with Enter."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QDrag, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from app.controls.text import tip
from app.mime import LAYER
from app.panels.layer_chip import HEADER, chip_picture
from app.panels.layer_rows import ROW, Head, Row, RowPainter
from app.panels.quiet_scroll import QuietScrollBar
from app.theme import Theme

Index = QModelIndex | QPersistentModelIndex


class LayerRows(QAbstractListModel):
    """Heads and layers, from the top."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[Row, ...] = ()

    def show(self, rows: Sequence[Row]) -> None:
        """Shows other rows."""
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role == ROW:
            return row
        if isinstance(row, Head):
            return f"{row.group}, {row.count}" if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            return row.label
        return tip(row.label, row.help()) if role == Qt.ItemDataRole.ToolTipRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        is_head = index.isValid() and isinstance(self.rows[index.row()], Head)
        return flags if is_head else flags | Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:
        return [LAYER]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        for index in indexes:
            row = self.rows[index.row()]
            if not isinstance(row, Head):
                data.setData(LAYER, QByteArray(row.kind().encode()))
        return data


class LayerList(QListView):
    """`chosen(kind)` on Enter or a double press, `toggled(group)` when a head is pressed."""

    chosen = Signal(object)  # type[Layer]
    toggled = Signal(str)
    ascended = Signal()  # Up was pressed in the topmost row

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.model_of_rows = LayerRows()
        self.setModel(self.model_of_rows)
        self.setItemDelegate(RowPainter(theme, self))
        self.setAccessibleName("Layers")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        QuietScrollBar(theme, self).setSingleStep(14)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # or rows would jump
        self.clicked.connect(self._press)
        self.doubleClicked.connect(self._choose)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Shows other rows; the place in the list is kept."""
        place, row = self.verticalScrollBar().value(), self.currentIndex().row()
        self.model_of_rows.show(rows)
        self.verticalScrollBar().setValue(place)
        if 0 <= row < len(rows):
            self.setCurrentIndex(self.model_of_rows.index(row))

    def enter(self) -> None:
        """Takes the focus, with the first row chosen if none is."""
        if not self.currentIndex().isValid() and self.model_of_rows.rows:
            self.setCurrentIndex(self.model_of_rows.index(0))
        self.setFocus(Qt.FocusReason.TabFocusReason)

    def _row(self, index: Index) -> Row | None:
        return self.model_of_rows.rows[index.row()] if index.isValid() else None

    def _press(self, index: QModelIndex) -> None:
        row = self._row(index)
        if isinstance(row, Head):
            self.toggled.emit(row.group)

    def _choose(self, index: QModelIndex) -> None:
        row = self._row(index)
        if row is not None and not isinstance(row, Head):
            self.chosen.emit(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        row = self._row(index)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._press(index)
            self._choose(index)
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and isinstance(row, Head):
            if row.is_open == (event.key() == Qt.Key.Key_Left):
                self._press(index)
        elif event.key() == Qt.Key.Key_Up and index.row() <= 0:
            self.ascended.emit()
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        on_head = isinstance(self._row(self.indexAt(event.position().toPoint())), Head)
        shape = Qt.CursorShape.PointingHandCursor if on_head else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def startDrag(self, _actions: Qt.DropAction) -> None:
        row = self._row(self.currentIndex())
        if row is None or isinstance(row, Head):
            return
        drag = QDrag(self)
        drag.setMimeData(self.model_of_rows.mimeData([self.currentIndex()]))
        picture = chip_picture(self.theme, row(), self.devicePixelRatioF())
        drag.setPixmap(picture)
        middle = round(picture.width() / picture.devicePixelRatio() / 2)
        drag.setHotSpot(QPoint(middle, HEADER // 2))
        drag.exec(Qt.DropAction.CopyAction)
