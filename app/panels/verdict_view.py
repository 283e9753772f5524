"""What came out of an opening of the test set: the figure, its interval beside dev, earlier ones, each class."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.controls.surface import rounded
from app.theme import Theme
from engine.certainty import share_interval
from engine.opening import Opening

HEAD, ROW, GAP = 56, 22, 8  # px
NAMES, COUNTS = 96, 88  # px at the left and at the right of the bars
MOST_CLASSES, MOST_OPENINGS = 12, 4


def said(opening: Opening, value: float) -> str:
    """A value of an opening as people write it."""
    return f"{100 * value:.1f} %" if opening.measure == "accuracy" else f"{value:.3g}"


class VerdictView(QWidget):
    """Draws the last of some openings of one test set; those before it stand below it, fainter."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._openings: tuple[Opening, ...] = ()
        self._classes: tuple[tuple[str, int, int], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def setValue(self, openings: Sequence[Opening], *, classes: bool = True) -> None:
        """Shows these, the last one largest, and how each class fared in it."""
        self._openings = tuple(openings)
        self._classes = openings[-1].by_class[:MOST_CLASSES] if openings and classes else ()
        if openings:
            last = openings[-1]
            self.setAccessibleName(f"Test {last.measure} {said(last, last.value)}")
            fared = (f"{name} {right} of {count}" for name, right, count in last.by_class)
            interval = f"95 % interval {said(last, last.low)} to {said(last, last.high)}"
            self.setAccessibleDescription("; ".join((interval, *fared)))
        self.updateGeometry()
        self.update()

    def value(self) -> tuple[Opening, ...]:
        """What is shown."""
        return self._openings

    def sizeHint(self) -> QSize:
        shown = min(len(self._openings), MOST_OPENINGS)
        classes = len(self._classes)
        return QSize(400, HEAD + shown * ROW + ROW + (GAP + classes * ROW if classes else 0))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    # -- painting -------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._openings:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        last = self._openings[-1]
        self._paint_head(painter, last)
        top = self._paint_intervals(painter, HEAD)
        for name, right, count in self._classes:
            self._paint_class(painter, top, name, right, count)
            top += ROW

    def _text(
        self,
        painter: QPainter,
        box: QRectF,
        text: str,
        role: str,
        tone: str,
        flags: Qt.AlignmentFlag,
    ) -> None:
        painter.setFont(self.theme.font(role))  # type: ignore[arg-type]
        painter.setPen(QColor(getattr(self.theme.tokens, tone)))
        shown = painter.fontMetrics().elidedText(
            text, Qt.TextElideMode.ElideRight, int(box.width())
        )
        painter.drawText(box, flags | Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_head(self, painter: QPainter, last: Opening) -> None:
        left, right = Qt.AlignmentFlag.AlignLeft, self.width()
        painter.setFont(self.theme.font("sheet", size=32))
        painter.setPen(QColor(self.theme.tokens.t1))
        figure = said(last, last.value)
        wide = painter.fontMetrics().horizontalAdvance(figure)
        painter.drawText(QRectF(0, 0, wide, 44), left | Qt.AlignmentFlag.AlignVCenter, figure)
        x = wide + 16
        interval = f"95 % interval {said(last, last.low)} to {said(last, last.high)}"
        dev = "" if last.dev is None else f"dev said {said(last, last.dev)}"
        parts = [] if last.right is None else [f"{last.right:,} of {last.asked:,} right"]
        second = ", ".join([*parts, *([dev] if dev else [])])
        self._text(painter, QRectF(x, 4, right - x, 18), interval, "note", "t2", left)
        self._text(painter, QRectF(x, 22, right - x, 18), second, "note", "t2", left)

    def _paint_intervals(self, painter: QPainter, top: float) -> float:
        """Each opening as a bar from the low to the high end of its interval, with dev as a diamond; the axis below."""
        shown = self._openings[::-1][:MOST_OPENINGS]
        low, high = self._range(shown)
        room = QRectF(NAMES, top, self.width() - NAMES - COUNTS, ROW * len(shown))

        def x(value: float) -> float:
            return room.left() + (value - low) / (high - low) * room.width()

        tokens = self.theme.tokens
        for place, opening in enumerate(shown):
            y = top + ROW * place + ROW / 2
            number = len(self._openings) - place
            colour = QColor(tokens.train if place == 0 else tokens.t3)
            right = Qt.AlignmentFlag.AlignRight
            name = f"{number}: {opening.run}"
            self._text(painter, QRectF(0, y - 9, NAMES - 10, 18), name, "note", "t2", right)
            painter.setPen(QPen(colour, 2))
            painter.drawLine(QPointF(x(opening.low), y), QPointF(x(opening.high), y))
            for end in (opening.low, opening.high):
                painter.drawLine(QPointF(x(end), y - 4), QPointF(x(end), y + 4))
            painter.setBrush(colour)
            painter.drawEllipse(QPointF(x(opening.value), y), 3.5, 3.5)
            if opening.dev is not None and low <= opening.dev <= high:
                self._paint_dev(painter, QPointF(x(opening.dev), y))
        foot = QRectF(room.left(), room.bottom(), room.width(), ROW - 6)
        painter.setPen(QPen(QColor(tokens.line2), 1))
        painter.drawLine(foot.topLeft(), foot.topRight())
        for value, flags in (
            (low, Qt.AlignmentFlag.AlignLeft),
            (high, Qt.AlignmentFlag.AlignRight),
        ):
            self._text(painter, foot, said(shown[0], value), "tick", "t3", flags)
        if shown[0].dev is not None:
            self._text(painter, foot, "● test  ◇ dev", "tick", "t2", Qt.AlignmentFlag.AlignHCenter)
        return room.bottom() + ROW + GAP

    @staticmethod
    def _range(shown: Sequence[Opening]) -> tuple[float, float]:
        """Ends of the axis that hold all that is drawn, at fives of a percent for shares."""
        ends = [v for o in shown for v in (o.low, o.high, o.value, o.dev) if v is not None]
        low, high = min(ends), max(ends)
        if shown[0].measure == "accuracy":
            low, high = max(0.0, low // 0.05 * 0.05), min(1.0, -(-high // 0.05) * 0.05)
        margin = 0.0 if low < high else max(abs(low), 1e-9) / 2
        return low - margin, high + margin

    def _paint_dev(self, painter: QPainter, at: QPointF) -> None:
        painter.setPen(QPen(QColor(self.theme.tokens.dev), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ends = [(0, -5), (5, 0), (0, 5), (-5, 0)]
        painter.drawPolygon(QPolygonF([at + QPointF(a, b) for a, b in ends]))

    def _paint_class(
        self, painter: QPainter, top: float, name: str, right: int, count: int
    ) -> None:
        tokens = self.theme.tokens
        box = QRectF(NAMES, top + 5, self.width() - NAMES - COUNTS, ROW - 10)
        flags = Qt.AlignmentFlag.AlignRight
        self._text(painter, QRectF(0, top, NAMES - 10, ROW), name, "note", "t2", flags)
        rounded(painter, box, 2, tokens.s3)
        share = right / count if count else 0.0
        rounded(
            painter,
            QRectF(box.left(), box.top(), box.width() * share, box.height()),
            2,
            tokens.train,
        )
        low, high = share_interval(right, count)
        painter.setPen(QPen(QColor(tokens.t1), 1))
        y = box.center().y()
        painter.drawLine(
            QPointF(box.left() + low * box.width(), y), QPointF(box.left() + high * box.width(), y)
        )
        room = QRectF(box.right() + 6, top, COUNTS - 6, ROW)
        self._text(painter, room, f"{right:,} of {count:,}", "figure", "t1", flags)
