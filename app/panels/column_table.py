"""The columns of a table of one's own: what each is taken for, what it holds, and a menu to say otherwise."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QHeaderView, QMenu, QStyleOptionViewItem, QTableView, QWidget

from app.panels.quiet_scroll import QuietScrollBar
from app.theme import Theme
from engine.table.guessing import Role
from engine.table.viewing import ColumnView

NAME, USE, HOLDS, MISSING = range(4)
TITLES = ("Column", "Used as", "Holds, in the train part", "Gaps")
WIDTHS = {NAME: 150, USE: 128, MISSING: 64}  # px
USES: dict[Role, str] = {
    "number": "A number",
    "category": "A category",
    "date": "A date",
    "ignored": "Not used",
}
Wish = Role | Literal["guess", "target", "group"]
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


def use_in_words(column: ColumnView) -> str:
    """What a column is used as."""
    if column.is_target:
        return "Predicted"
    return "Keeps together" if column.is_group else USES[column.role]


class ColumnRows(QAbstractTableModel):
    """A row for each column of the file."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.columns: tuple[ColumnView, ...] = ()

    def show(self, columns: Sequence[ColumnView]) -> None:
        """Shows other columns."""
        self.beginResetModel()
        self.columns = tuple(columns)
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(TITLES)

    def headerData(
        self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        is_title = way == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return TITLES[section] if is_title else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column, place = self.columns[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(column, place)
            case Qt.ItemDataRole.ToolTipRole:
                return f"{column.name}: {column.holds or column.why}"
            case Qt.ItemDataRole.FontRole:
                return self._theme.font("figure" if place == MISSING else "label")
            case Qt.ItemDataRole.ForegroundRole:
                return QColor(self._colour(column, place))
            case Qt.ItemDataRole.DecorationRole if place == USE:
                tokens = self._theme.tokens
                return self._theme.icons.icon("chevron-down", tokens.t3, tokens.t4)
        return None

    def _text(self, column: ColumnView, place: int) -> str:
        said = column.role != column.guessed and not (column.is_target or column.is_group)
        use = use_in_words(column) + (", by you" if said else "")
        gaps = f"{column.missing:,}" if column.missing else ""
        return (column.name, use, column.holds or column.why, gaps)[place]

    def _colour(self, column: ColumnView, place: int) -> str:
        tokens = self._theme.tokens
        if column.is_target:
            return tokens.accent if place in (NAME, USE) else tokens.t1
        if column.role == "ignored":
            return tokens.t3
        return tokens.t2 if place == HOLDS else tokens.t1


class ColumnTable(QTableView):
    """`wished(column, wish)`: how a person wants a column to be used."""

    wished = Signal(str, str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = ColumnRows(theme)
        self.setModel(self.rows)
        self.setAccessibleName("Columns")
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        QuietScrollBar(theme, self)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._at)
        self.clicked.connect(self._press)
        down, across = self.verticalHeader(), self.horizontalHeader()
        down.hide()
        down.setDefaultSectionSize(28)
        across.setHighlightSections(False)
        across.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        across.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        across.setSectionResizeMode(HOLDS, QHeaderView.ResizeMode.Stretch)
        for place, width in WIDTHS.items():
            self.setColumnWidth(place, width)

    def initViewItemOption(self, option: QStyleOptionViewItem) -> None:
        super().initViewItemOption(option)
        option.decorationPosition = QStyleOptionViewItem.Position.Right

    def show_columns(self, columns: Sequence[ColumnView]) -> None:
        """Shows other columns; where it was scrolled to is kept if they have the same names."""
        place, row = self.verticalScrollBar().value(), self.currentIndex().row()
        same = [one.name for one in columns] == [one.name for one in self.rows.columns]
        self.rows.show(columns)
        if same:
            self.verticalScrollBar().setValue(place)
            self.setCurrentIndex(self.rows.index(row, NAME))

    def _press(self, index: QModelIndex) -> None:
        if index.column() == USE:
            self._open(index)

    def _at(self, where: QPoint) -> None:
        index = self.indexAt(where)
        if index.isValid():
            self.setCurrentIndex(index)
            self._open(index)

    def _open(self, index: QModelIndex) -> None:
        """The menu of what a column can be used as, below its cell."""
        column = self.rows.columns[index.row()]
        menu = QMenu(self)
        menu.setAccessibleName(f"Use {column.name} as")
        wishes: list[tuple[str, Wish]] = [(USES[role], role) for role in USES]
        for text, wish in wishes:
            made = menu.addAction(text, partial(self.wished.emit, column.name, wish))
            made.setCheckable(True)
            made.setChecked(not column.is_target and wish == column.role)
        menu.addSeparator()
        menu.addAction("Predict this", partial(self.wished.emit, column.name, "target"))
        menu.addAction(
            "Keep rows together by this", partial(self.wished.emit, column.name, "group")
        )
        if column.role != column.guessed:
            menu.addSeparator()
            menu.addAction("As guessed", partial(self.wished.emit, column.name, "guess"))
        menu.aboutToHide.connect(menu.deleteLater)
        box = self.visualRect(self.rows.index(index.row(), USE))
        menu.popup(self.viewport().mapToGlobal(box.bottomLeft()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if event.key() in keys and index.isValid():
            self._open(index)
        else:
            super().keyPressEvent(event)
