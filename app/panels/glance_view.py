"""Draws data at a glance; a press on a picture chooses that example."""

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.controls.surface import rounded
from app.controls.text import tip
from app.panels.glance import Counts, Glance, Pictures, Points, Spread
from app.theme import Theme, ink
from app.theme.measures import SPACE_4

_COLUMNS, _CAPTION, _POINTS_HIGH, _BAR_ROW, _SPREAD_HIGH = 5, 15, 132, 18, 96  # px but the first

_WIDE = 216  # px, the usual width


class GlanceView(QWidget):
    """`chosen(number)`: the picture of this example of the train part was pressed."""

    chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._glance: Glance | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Examples")

    def setValue(self, glance: Glance | None) -> None:
        """Shows other data."""
        self._glance = glance
        pressed = isinstance(glance, Pictures)
        shape = Qt.CursorShape.PointingHandCursor if pressed else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_WIDE, self.heightForWidth(_WIDE))

    def minimumSizeHint(self) -> QSize:
        return QSize(_WIDE // 2, self.heightForWidth(_WIDE // 2))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        match self._glance:
            case Pictures(examples, _):
                rows = -(-len(examples) // _COLUMNS)
                return rows * (self._side(width) + _CAPTION + SPACE_4) - SPACE_4
            case Points():
                return _POINTS_HIGH
            case Counts(counts, left_out):
                return (len(counts) + bool(left_out)) * _BAR_ROW
            case Spread():
                return _SPREAD_HIGH
        return 0

    @staticmethod
    def _side(width: int) -> int:
        return (width - (_COLUMNS - 1) * SPACE_4) // _COLUMNS

    def picture_box(self, place: int) -> QRectF:
        """Where the picture of a class is."""
        side = self._side(self.width())
        row, column = divmod(place, _COLUMNS)
        top = row * (side + _CAPTION + SPACE_4)
        return QRectF(column * (side + SPACE_4), top, side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        match self._glance:
            case Pictures() as pictures:
                self._paint_pictures(painter, pictures)
            case Points() as points:
                self._paint_points(painter, points)
            case Counts() as counts:
                self._paint_counts(painter, counts)
            case Spread() as spread:
                self._paint_spread(painter, spread)

    def _paint_pictures(self, painter: QPainter, pictures: Pictures) -> None:
        tokens = self.theme.tokens
        painter.setFont(self.theme.font("note", size=10))
        for place, (name, image, _) in enumerate(pictures.examples):
            box = self.picture_box(place)
            painter.save()
            outline = QPainterPath()
            outline.addRoundedRect(box, 4, 4)
            painter.setClipPath(outline)
            is_coarse = box.width() >= 2 * image.width()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not is_coarse)
            painter.drawImage(box, image)
            painter.restore()
            rounded(painter, box, 4, None, tokens.line2)
            painter.setPen(QColor(tokens.t3))
            caption = QRectF(box.left() - 2, box.bottom() + 1, box.width() + 4, _CAPTION - 2)
            painter.drawText(
                caption, Qt.AlignmentFlag.AlignCenter, self._short(painter, name, caption)
            )

    def _short(self, painter: QPainter, text: str, room: QRectF) -> str:
        mode = Qt.TextElideMode.ElideRight
        return painter.fontMetrics().elidedText(text, mode, int(room.width()))

    def _paint_points(self, painter: QPainter, points: Points) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        side = self.height() - 8
        left, series = (self.width() - side) / 2, self.theme.tokens.series
        colours = [ink(colour, 0.75) for colour in series]
        for (x, y), label in zip(points.places, points.labels, strict=True):
            painter.setBrush(colours[int(label) % len(colours)])
            painter.drawEllipse(QPointF(left + x * side, 4 + (1 - y) * side), 1.6, 1.6)

    def _paint_counts(self, painter: QPainter, counts: Counts) -> None:
        tokens = self.theme.tokens
        most = max((count for _, count in counts.counts), default=1) or 1
        room = self.width() / 2
        for row, (name, count) in enumerate(counts.counts):
            top = row * _BAR_ROW
            painter.setFont(self.theme.font("note"))
            painter.setPen(QColor(tokens.t2))
            words = QRectF(0, top, room - 8, _BAR_ROW)
            painter.drawText(
                words, Qt.AlignmentFlag.AlignVCenter, self._short(painter, name, words)
            )
            bar = QRectF(room, top + 6, (room - 40) * count / most, 6)
            rounded(painter, bar, 2, tokens.train)
            painter.setFont(self.theme.font("figure"))
            painter.setPen(QColor(tokens.t1))
            whole = QRectF(0, top, self.width(), _BAR_ROW)
            right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(whole, right, f"{count:,}")
        if counts.left_out:
            painter.setFont(self.theme.font("note"))
            painter.setPen(QColor(tokens.t3))
            top = len(counts.counts) * _BAR_ROW
            rest = QRectF(0, top, self.width(), _BAR_ROW)
            painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, f"and {counts.left_out} more")

    def _paint_spread(self, painter: QPainter, spread: Spread) -> None:
        tokens = self.theme.tokens
        floor, high = self.height() - 28, self.height() - 32
        width = self.width() / len(spread.counts)
        for place, count in enumerate(spread.counts):
            tall = high * int(count) / max(1, int(spread.counts.max()))
            bar = QRectF(place * width + 0.5, floor - tall, width - 1, tall)
            painter.fillRect(bar, QColor(tokens.train))
        painter.setPen(QPen(QColor(tokens.line2), 1))
        painter.drawLine(QPointF(0, floor + 0.5), QPointF(self.width(), floor + 0.5))
        painter.setFont(self.theme.font("tick"))
        painter.setPen(QColor(tokens.t3))
        ticks = QRectF(0, floor + 2, self.width(), 12)
        painter.drawText(ticks, Qt.AlignmentFlag.AlignLeft, f"{spread.least:g}")
        painter.drawText(ticks, Qt.AlignmentFlag.AlignRight, f"{spread.most:g}")
        painter.setFont(self.theme.font("note", size=10))
        painter.drawText(ticks.translated(0, 12), Qt.AlignmentFlag.AlignHCenter, spread.name)

    def _at(self, place: QPoint) -> int | None:
        """The number of the picture at a place; None if there is none."""
        if not isinstance(self._glance, Pictures):
            return None
        boxes = (self.picture_box(number) for number in range(len(self._glance.examples)))
        return next((n for n, box in enumerate(boxes) if box.contains(QPointF(place))), None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self._at(event.position().toPoint())
        if number is not None and isinstance(self._glance, Pictures):
            self.chosen.emit(self._glance.examples[number][2])

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            number = self._at(event.pos())
            if number is not None and isinstance(self._glance, Pictures):
                name = self._glance.examples[number][0]
                QToolTip.showText(
                    event.globalPos(), tip(name, "Press to watch this example."), self
                )
            else:
                QToolTip.hideText()
            return True
        return super().event(event)
