"""What floats over the canvas: the zoom, the verdict in words, the drawing that has moved on, the hint when empty."""

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.controls.button import Button
from app.controls.mark import State, draw_mark
from app.controls.surface import SHADOW_REACH, Floating, rounded
from app.controls.text import label
from app.health import Verdict
from app.theme import Theme, ink
from app.theme.measures import LINE_MARK, RADIUS_CARD

HINT, KEY = "Drag a layer here", "/"
HINT_MORE = ("or press", "to find one by its name")
_PILL = 32  # px high
_PADDING, _MARK = 12, 16  # px beside the words, and for the mark
_BEFORE_OFFER, _BESIDE_OFFER = 12, 4  # px on both sides of a button


class ZoomControl(Floating):
    """Minus, how large things are, plus, and fit."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.out = Button(theme, kind="icon", icon="minus", name="Zoom out")
        self.into = Button(theme, kind="icon", icon="plus", name="Zoom in")
        self.all = Button(theme, kind="icon", icon="maximize", name="Fit the network")
        self._figure = label("100 %", "figure")
        self._figure.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._figure.setFixedWidth(46)
        self._figure.setAccessibleName("Zoom")
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        for widget in (self.out, self._figure, self.into, self.all):
            row.addWidget(widget)
        self.adjustSize()

    def setValue(self, zoom: float) -> None:
        """Show how large things are."""
        self._figure.setText(f"{round(100 * zoom)} %")

    def text(self) -> str:
        """What it shows."""
        return self._figure.text()


class Notice(Floating):
    """One sentence with its mark; words between * are strong. Hidden while there is nothing to say.

    Behind it stands the button `offer`, if there is something that can be done at once.
    """

    def __init__(self, theme: Theme, parent: QWidget, offer: str = "") -> None:
        super().__init__(theme, parent)
        self._state: State = "none"
        self._parts: list[str] = []
        self._offers = bool(offer)
        self.offer = Button(theme, offer, small=True, parent=self) if offer else None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, self.offer is None)
        self.hide()

    def say(self, words: str, state: State = "none", *, offers: bool = True) -> None:
        """Say this, with what is offered if it helps; nothing to say hides it."""
        parts = words.split("*") if words else []
        offers = offers and self.offer is not None
        if (parts, state, offers) != (self._parts, self._state, self._offers):
            self._parts, self._state, self._offers = parts, state, offers
            if self.offer is not None:
                self.offer.setVisible(offers)
            self.setAccessibleName(self.text())
            self.resize(self.sizeHint())
            self.update()
        self.setVisible(bool(words))

    def text(self) -> str:
        """What it says, without marks."""
        return "".join(self._parts)

    def _fonts(self) -> list[QFontMetrics]:
        return [
            QFontMetrics(self.theme.font("label", 600 if i % 2 else None))
            for i in range(len(self._parts))
        ]

    def sizeHint(self) -> QSize:
        pairs = zip(self._fonts(), self._parts, strict=True)
        wide = sum(metrics.horizontalAdvance(part) for metrics, part in pairs)
        rim = 2 * SHADOW_REACH
        if self.offer is not None and self._offers:
            wide += self.offer.sizeHint().width() + _BEFORE_OFFER - _PADDING + _BESIDE_OFFER
        return QSize(wide + 2 * _PADDING + _MARK + rim, _PILL + rim)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.offer is not None:
            size = self.offer.sizeHint()
            left = self.width() - SHADOW_REACH - _BESIDE_OFFER - size.width()
            self.offer.setGeometry(QRect(QPoint(left, (self.height() - size.height()) // 2), size))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter, tokens = QPainter(self), self.theme.tokens
        left, middle = SHADOW_REACH + _PADDING, self.height() / 2
        draw_mark(painter, tokens, self._state, QPointF(left + 4, middle))
        left += _MARK
        for number, (part, metrics) in enumerate(zip(self._parts, self._fonts(), strict=True)):
            strong = number % 2 == 1
            painter.setFont(self.theme.font("label", 600 if strong else None))
            painter.setPen(ink(tokens.t1 if strong else tokens.t2))
            painter.drawText(QPointF(left, middle + metrics.capHeight() / 2), part)
            left += metrics.horizontalAdvance(part)


def verdict_words(verdict: Verdict) -> str:
    """The verdict as one sentence, its figure strong."""
    return (
        f"{verdict.before}*{verdict.figure}*{verdict.after}" if verdict.figure else verdict.before
    )


class Hint(QWidget):
    """What to do with an empty canvas: the outline of a first layer, and the key that finds one."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(self.text())
        self.resize(self.sizeHint())

    def text(self) -> str:
        """What it says."""
        return f"{HINT}, {HINT_MORE[0]} {KEY} {HINT_MORE[1]}"

    def sizeHint(self) -> QSize:
        return QSize(300, 132)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, tokens, middle = QPainter(self), self.theme.tokens, self.width() / 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(ink(tokens.line3), LINE_MARK)
        pen.setDashPattern([3.0, 3.0])
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(middle - 56, 2, 112, 44), RADIUS_CARD, RADIUS_CARD)
        self.theme.icons.paint(painter, "plus", QRectF(middle - 8, 16, 16, 16), tokens.t3)
        painter.setFont(self.theme.font("dialog"))
        painter.setPen(ink(tokens.t1))
        line = QRectF(0, 62, self.width(), 22)
        painter.drawText(line, Qt.AlignmentFlag.AlignHCenter, HINT)
        self._paint_key(painter, 104)

    def _paint_key(self, painter: QPainter, baseline: float) -> None:
        """“or press / to find one”, the key on its cap, in the middle."""
        tokens, words, keys = self.theme.tokens, self.theme.font("label"), self.theme.font("figure")
        widths = [QFontMetrics(words).horizontalAdvance(part) for part in HINT_MORE]
        cap = QFontMetrics(keys).horizontalAdvance(KEY) + 10
        left = (self.width() - sum(widths) - cap - 12) / 2
        box = QRectF(left + widths[0] + 6, baseline - 13, cap, 18)
        rounded(painter, box, 4, tokens.s3, tokens.line2)
        painter.setFont(words)
        painter.setPen(ink(tokens.t3))
        painter.drawText(QPointF(left, baseline), HINT_MORE[0])
        painter.drawText(QPointF(box.right() + 6, baseline), HINT_MORE[1])
        painter.setFont(keys)
        painter.setPen(ink(tokens.t2))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, KEY)
