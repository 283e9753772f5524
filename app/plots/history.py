"""All that was done to the project, step by step: the history of undo, to go back and forth in."""

from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.commands import Step
from app.controls.surface import rounded
from app.document import Document
from app.plot import Plot
from app.studio import Studio
from app.theme import Theme, ink
from app.theme.measures import PADDING, RADIUS_CHIP, SPACE_4, SPACE_8

ROW, ICON = 28, 14  # px
BEGIN = "As it was opened"
NOW, SAVED, UNDONE = "now", "saved", "undone"
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class History(Plot):
    """Each step that changed the project since it was opened, the newest below. A press goes to the state after it.

    What was undone stays listed, pale, until something else is done. The state that is in the file is marked.
    """

    title = "History"
    order = 40
    behind = "Activations"

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        self.steps = Steps(studio.document)
        self.list = QListView()
        self.list.setModel(self.steps)
        self.list.setItemDelegate(_Painter(studio.theme, self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName("Steps of the project")
        self.list.setMouseTracking(True)
        self.list.clicked.connect(lambda index: self._go(index.row()))
        self.list.activated.connect(lambda index: self._go(index.row()))
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_8, SPACE_4, SPACE_8, SPACE_4)
        column.addWidget(self.list)
        studio.document.stepped.connect(self.refresh)
        studio.document.filed.connect(self.refresh)

    def redraw(self) -> None:
        """Show the steps there are, the present one in view."""
        stack = self.studio.document.undo_stack
        if self.steps.read():
            current = self.steps.index(stack.index())
            self.list.setCurrentIndex(current)
            self.list.scrollTo(current)
        count = stack.count()
        undone = f", {count - stack.index()} undone" if stack.index() < count else ""
        self.subtitle = f"{count} step{'' if count == 1 else 's'}{undone}"

    def _go(self, step: int) -> None:
        """Make the state after this step the present one; Enter and a press may both ask for it."""
        if step != self.studio.document.undo_stack.index():
            self.studio.document.jump(step)


class Steps(QAbstractListModel):
    """The undo stack as a list: the beginning, then every step."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._shown: tuple[object, ...] = ()
        self._count = 1

    def read(self) -> bool:
        """Read anew what steps there are; whether anything differs."""
        stack = self._document.undo_stack
        last = stack.command(stack.count() - 1) if stack.count() else None
        shown = (
            stack.count(),
            stack.index(),
            stack.cleanIndex(),
            last and (last.text(), _when(last)),
        )
        if shown == self._shown:
            return False
        self.beginResetModel()
        self._shown, self._count = shown, stack.count() + 1
        self.endResetModel()
        return True

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else self._count

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        stack, row = self._document.undo_stack, index.row()
        if row > stack.count():
            return None
        command = stack.command(row - 1) if row else None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return command.text() if command else BEGIN
            case Qt.ItemDataRole.UserRole:
                return self.marks(row)
            case Qt.ItemDataRole.StatusTipRole:
                when = _when(command)
                return f"{when:%H:%M:%S}" if when else ""
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return self.spoken(row)
        return None

    def marks(self, row: int) -> tuple[str, ...]:
        """What is to be said of a state: that it is the present one, in the file, undone."""
        stack = self._document.undo_stack
        said = ((NOW, row == stack.index()), (SAVED, row == stack.cleanIndex() and self._is_filed))
        return (
            *(word for word, holds in said if holds),
            *((UNDONE,) if row > stack.index() else ()),
        )

    @property
    def _is_filed(self) -> bool:
        return self._document.path is not None

    def spoken(self, row: int) -> str:
        """A step in words."""
        text = self.data(self.index(row), Qt.ItemDataRole.DisplayRole)
        when = self.data(self.index(row), Qt.ItemDataRole.StatusTipRole)
        return ", ".join([text, *([when] if when else []), *self.marks(row)])


def _when(command: object) -> datetime | None:
    return command.when if isinstance(command, Step) else None


class _Painter(QStyledItemDelegate):
    """A row: a mark at the present step, the words, what is to be said of it, and the time."""

    def __init__(self, theme: Theme, rows: QListView) -> None:
        super().__init__(rows)
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(160, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens, box = self._theme.tokens, QRectF(option.rect).adjusted(0, 1, 0, -1)
        marks = index.data(Qt.ItemDataRole.UserRole) or ()
        painter.save()
        if NOW in marks:
            rounded(painter, box, RADIUS_CHIP, tokens.accentbg)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            rounded(painter, box, RADIUS_CHIP, tokens.s3)
        if option.state & QStyle.StateFlag.State_HasFocus:
            rounded(painter, box, RADIUS_CHIP, None, tokens.accent)
        self._icon(painter, box, marks)
        right = self._at_right(
            painter, box, index.data(Qt.ItemDataRole.StatusTipRole), "figure", box.right() - PADDING
        )
        if SAVED in marks:
            right = self._at_right(painter, box, SAVED, "note", right)
        left = box.left() + PADDING + ICON + SPACE_8
        painter.setFont(self._theme.font("label", 600 if NOW in marks else None))
        painter.setPen(ink(tokens.t3 if UNDONE in marks else tokens.t1))
        room = QRectF(left, box.top(), max(0.0, right - left), box.height())
        words = painter.fontMetrics().elidedText(
            index.data(), Qt.TextElideMode.ElideRight, int(room.width())
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
        painter.restore()

    def _icon(self, painter: QPainter, box: QRectF, marks: tuple[str, ...]) -> None:
        tokens = self._theme.tokens
        icon = "chevron-right" if NOW in marks else "redo-2" if UNDONE in marks else "check"
        colour = tokens.accent if NOW in marks else tokens.t4
        square = QRectF(box.left() + PADDING, box.center().y() - ICON / 2, ICON, ICON)
        self._theme.icons.paint(painter, icon, square, colour)

    def _at_right(
        self, painter: QPainter, box: QRectF, words: str, role: str, right: float
    ) -> float:
        """Draw words that end there; where they begin."""
        painter.setFont(self._theme.font("figure" if role == "figure" else "note"))
        painter.setPen(ink(self._theme.tokens.t3))
        wide = painter.fontMetrics().horizontalAdvance(words or "")
        room = QRectF(right - wide - 1, box.top(), wide + 2, box.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words or "")
        return right - wide - SPACE_8
