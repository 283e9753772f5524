"""A list of layers, each with a mark, a share as a bar, and a line of words; a press or the arrows choose one."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.chart.drawing import Drawing, elided
from app.controls.mark import State, draw_mark, state_colours
from app.controls.surface import rounded
from app.theme import Theme, ink

ROW, BAR = 40, 3.0  # px


@dataclass(frozen=True, slots=True)
class LayerShare:
    """One row."""

    name: str
    share: float  # 0 to 1
    state: State
    words: str


class LayerShares(QWidget):
    """Shows rows; `picked(name)` when one is chosen."""

    picked = Signal(str)

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.rows: tuple[LayerShare, ...] = ()
        self.chosen = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)

    def sizeHint(self) -> QSize:
        return QSize(180, ROW * len(self.rows))

    def show_rows(self, rows: tuple[LayerShare, ...], chosen: str) -> None:
        """Shows these from now on."""
        if len(rows) != len(self.rows):
            self.setFixedHeight(ROW * len(rows))
        self.rows, self.chosen = rows, chosen
        self.setAccessibleDescription(". ".join(f"{row.name}: {row.words}" for row in rows))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), ink(self.theme.tokens.s1))
            for place, row in enumerate(self.rows):
                box = QRectF(0, place * ROW, self.width(), ROW)
                if box.intersects(QRectF(event.rect())):
                    self._paint_row(Drawing(painter, self.theme.tokens), box, row)

    def _paint_row(self, drawing: Drawing, box: QRectF, row: LayerShare) -> None:
        tokens, room = drawing.tokens, box.width() - 32
        if row.name == self.chosen:
            drawing.smooth(True)
            rounded(drawing.painter, box.adjusted(2, 1, -4, -1), 5, tokens.accentbg)
        draw_mark(drawing.painter, tokens, row.state, QPointF(14, box.top() + 12), 3.6)
        name = elided(row.name, room, "note", 600)
        drawing.text(24, box.top() + 16, name, tokens.t1, weight=600)
        drawing.text(24, box.top() + 29, elided(row.words, room), tokens.t2)
        lane = QRectF(24, box.top() + 33, room, BAR)
        drawing.fill(lane, tokens.s4)
        lane.setWidth(room * row.share)
        drawing.fill(lane, state_colours(tokens, row.state)[0])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = int(event.position().y() // ROW)
        if event.button() == Qt.MouseButton.LeftButton and 0 <= place < len(self.rows):
            self.picked.emit(self.rows[place].name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        names = [row.name for row in self.rows]
        if way is None or self.chosen not in names:
            super().keyPressEvent(event)
        elif 0 <= (place := names.index(self.chosen) + way) < len(names):
            self.picked.emit(names[place])
