"""Train, dev and test as one bar, with their counts; the test part is hatched and locked."""

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.controls.surface import rounded
from app.theme import Theme

_HIGH, _GAP, _ROW, _LOCK = 6, 2, 16, 12  # px
_BELOW = 8  # px between the bar and the counts


class PartsBar(QWidget):
    """Shows how many examples each part has."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._counts = (0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def setValue(self, train: int, dev: int, test: int) -> None:
        """Shows these counts."""
        self._counts = (train, dev, test)
        said = f"{train:,} train, {dev:,} dev and {test:,} sealed test examples"
        self.setAccessibleName(said)
        self.setToolTip(said)
        self.update()

    def value(self) -> tuple[int, int, int]:
        """The counts shown."""
        return self._counts

    def sizeHint(self) -> QSize:
        return QSize(216, _HIGH + _BELOW + _ROW)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        total = sum(self._counts)
        if not total:
            return
        tokens = self.theme.tokens
        room, left = self.width() - 2 * _GAP, 0.0
        for count, colour in zip(self._counts, (tokens.train, tokens.dev, None), strict=True):
            box = QRectF(left, 0, room * count / total, _HIGH)
            if colour:
                rounded(painter, box, 2, colour)
            else:
                self._hatch(painter, box)
            left = box.right() + _GAP
        self._paint_counts(painter)

    def _hatch(self, painter: QPainter, box: QRectF) -> None:
        outline = QPainterPath()
        outline.addRoundedRect(box, 2, 2)
        painter.save()
        painter.setClipPath(outline)
        painter.setPen(QPen(QColor(self.theme.tokens.line3), 2))
        x = box.left() - box.height()
        while x < box.right():
            painter.drawLine(QPointF(x, box.bottom()), QPointF(x + box.height(), box.top()))
            x += 7
        painter.restore()

    def _paint_counts(self, painter: QPainter) -> None:
        tokens, top = self.theme.tokens, _HIGH + _BELOW
        words, figures = self.theme.font("note"), self.theme.font("figure")
        widths = [
            self._width(painter, name, count, words, figures) for name, count in self._named()
        ]
        lefts = (0.0, (self.width() - widths[1] - _LOCK) / 2, self.width() - widths[2])
        for (name, count), left in zip(self._named(), lefts, strict=True):
            if name == "test":
                lock = QRectF(left - _LOCK - 4, top + 2, _LOCK, _LOCK)
                self.theme.icons.paint(painter, "lock", lock, tokens.t2)
            painter.setFont(words)
            painter.setPen(QColor(tokens.t2))
            painter.drawText(QPointF(left, top + 12), name)
            left += painter.fontMetrics().horizontalAdvance(f"{name} ")
            painter.setFont(figures)
            painter.setPen(QColor(tokens.t1))
            painter.drawText(QPointF(left, top + 12), f"{count:,}")

    def _named(self) -> list[tuple[str, int]]:
        return list(zip(("train", "dev", "test"), self._counts, strict=True))

    def _width(
        self, painter: QPainter, name: str, count: int, words: QFont, figures: QFont
    ) -> float:
        painter.setFont(words)
        wide = painter.fontMetrics().horizontalAdvance(f"{name} ")
        painter.setFont(figures)
        return wide + painter.fontMetrics().horizontalAdvance(f"{count:,}")
