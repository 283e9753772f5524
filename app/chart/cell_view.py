"""The widget that opens a recurrent cell: its wires, and its gates as valves that stand as far open as they are.

The formula under the picture is PyTorch's: of a GRU an open z keeps the state; some texts turn it round.
"""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.chart.drawing import LEFT, MIDDLE, RIGHT, Drawing, elided, pen, width
from app.chart.unrolled_sheet import CellSheet
from app.controls.surface import rounded
from app.theme import Theme, ink
from app.theme.colormaps import signed_table, viridis_table
from app.wording import number

SIDE, HEAD, FOOT = 64.0, 28.0, 30.0  # px around the cell, for what flows in and out and for words
WIDEST, HIGHEST = 760.0, 380.0  # px, of the cell
OUT, AWAY = 8.0, 13.0  # px that wires reach out of it, and to the words beyond
RADIUS, BOX = 15.0, (44.0, 26.0)  # px: a valve, a function
FORMULAS = {
    "RNN": "h′ = tanh(W_xh x + W_hh h + b)",
    "GRU": "h′ = (1 − z) ∘ n + z ∘ h,  n = tanh(W x + r ∘ (U h + b)): an open z keeps the state",
    "LSTM": "c′ = f ∘ c + i ∘ g,  h′ = o ∘ tanh c′: an open f keeps the cell",
}
Place = tuple[float, float]  # shares of the width and height of the picture


class CellView(QWidget):
    """Shows the sheet last given; `walked(steps)` when the arrow keys or the wheel ask for another step."""

    walked = Signal(int)

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.shown: CellSheet | None = None
        self.empty = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(480, 320)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 150)

    def show_sheet(self, shown: CellSheet | None, empty: str = "") -> None:
        """Shows this from now on."""
        self.shown, self.empty = shown, empty
        said = [] if shown is None else [f"{k} {v:.2f}" for k, v in shown.values.items()]
        self.setAccessibleDescription(", ".join(said))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        away = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if away is None:
            super().keyPressEvent(event)
        else:
            self.walked.emit(away)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turns = event.angleDelta().y() // 120
        if turns:
            self.walked.emit(-turns)
        event.accept()

    # -- painting -----------------------------------------------------------------------------------------------------

    def _body(self) -> QRectF:
        """The cell in the middle, no larger than is good to read."""
        wide = min(self.width() - 2 * SIDE, WIDEST)
        high = min(self.height() - HEAD - FOOT, HIGHEST)
        top = HEAD + (self.height() - HEAD - FOOT - high) / 2
        return QRectF((self.width() - wide) / 2, top, wide, high)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            tokens = self.theme.tokens
            painter.fillRect(self.rect(), ink(tokens.s1))
            drawing = Drawing(painter, tokens)
            drawing.smooth(True)
            if self.shown is None:
                middle = QPointF(self.rect().center())
                drawing.text(middle.x(), middle.y(), self.empty, tokens.t3, "label", MIDDLE)
                return
            shown = self.shown
            head = f"step {shown.step + 1}" + (f" · input {shown.input}" if shown.input else "")
            drawing.text(12, 17, f"{head} · {shown.of}", tokens.t2)
            formula = elided(FORMULAS[shown.kind], self.width() - 24.0)
            drawing.text(self.width() / 2, self.height() - 10, formula, tokens.t2, align=MIDDLE)
            body = self._body()
            rounded(painter, body, 12, tokens.s2, tokens.line2)
            paint = {"LSTM": _Lstm, "GRU": _Gru, "RNN": _Rnn}[shown.kind]
            paint(drawing, body, shown).paint()


class _Diagram:
    """Wires, functions and valves placed by shares of a box."""

    def __init__(self, drawing: Drawing, box: QRectF, shown: CellSheet) -> None:
        self.drawing, self.box, self.shown = drawing, box, shown
        self.tokens = drawing.tokens

    def paint(self) -> None:
        """Draw it all."""
        raise NotImplementedError

    def at(self, place: Place) -> QPointF:
        """A place in pixels; one beyond the box is as far out of it as wires reach."""
        across = -OUT if place[0] < 0 else OUT if place[0] > 1 else 0.0
        share = min(max(place[0], 0.0), 1.0)
        return QPointF(
            self.box.left() + share * self.box.width() + across,
            self.box.top() + place[1] * self.box.height(),
        )

    def wire(self, *places: Place, strength: float = 0.3) -> None:
        """A wire through some places, as thick as what flows in it is strong."""
        points = [self.at(place) for place in places]
        colour = self.tokens.t2 if strength > 0.5 else self.tokens.wire
        self.drawing.painter.setPen(pen(colour, 1.2 + 3.0 * min(max(strength, 0.0), 1.0)))
        for start, end in zip(points, points[1:], strict=False):
            self.drawing.painter.drawLine(start, end)

    def function(self, place: Place, text: str, colour: str) -> None:
        """What is computed: a small box with its name."""
        middle = self.at(place)
        box = QRectF(middle.x() - BOX[0] / 2, middle.y() - BOX[1] / 2, *BOX)
        rounded(self.drawing.painter, box, 5, self.tokens.s3, colour)
        self.drawing.text(
            middle.x(), middle.y() + 4, text, self.tokens.t1, "note", MIDDLE, weight=600
        )

    def valve(
        self, place: Place, name: str, value: float | None = None, *, leftward: bool = False
    ) -> None:
        """A gate as a valve: a disc that is full where it is open, with its number beside it."""
        openness = self.shown.values.get(name, 0.0) if value is None else value
        middle = self.at(place)
        disc = QRectF(middle.x() - RADIUS, middle.y() - RADIUS, 2 * RADIUS, 2 * RADIUS)
        painter = self.drawing.painter
        painter.setPen(pen(self.tokens.line3, 1.5))
        painter.setBrush(ink(self.tokens.s1))
        painter.drawEllipse(disc)
        red, green, blue = viridis_table()[int(min(max(openness, 0.0), 1.0) * 255)].tolist()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink(f"#{red:02x}{green:02x}{blue:02x}"))
        half = openness * 180 * 16
        painter.drawPie(disc.adjusted(2, 2, -2, -2), int(90 * 16 - half), int(2 * half))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        x, y = middle.x() + RADIUS * 0.8 + 3, middle.y() - RADIUS * 0.7
        if leftward:
            words = width(name, weight=600) + 4 + width(f"{openness:.2f}", "figure")
            x = middle.x() - RADIUS * 0.8 - 3 - words
        x = self.drawing.text(x, y, name, self.tokens.t1, weight=600, halo=True) + 4
        self.drawing.text(x, y, f"{openness:.2f}", self.tokens.t2, "figure", halo=True)

    def joint(self, place: Place, sign: str) -> None:
        """Where two wires are added or multiplied."""
        middle = self.at(place)
        self.drawing.painter.setPen(pen(self.tokens.line3, 1.5))
        self.drawing.painter.setBrush(ink(self.tokens.s1))
        self.drawing.painter.drawEllipse(middle, 9, 9)
        self.drawing.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.drawing.text(
            middle.x(), middle.y() + 4, sign, self.tokens.t1, "note", MIDDLE, weight=600
        )

    def value(self, place: Place, name: str, value: float | None, side: float = MIDDLE) -> None:
        """The name of what flows in or out, and its number on its colour."""
        middle = self.at(place)
        self.drawing.text(
            middle.x(), middle.y() - 6, name, self.tokens.t1, "note", side, weight=600
        )
        if value is not None:
            share = int((min(max(value, -1.0), 1.0) + 1) / 2 * 254)
            red, green, blue = signed_table(self.tokens)[share].tolist()
            left = middle.x() - side * 34
            swatch = QRectF(left, middle.y() - 1, 34, 5)
            rounded(
                self.drawing.painter,
                swatch,
                2,
                f"#{red:02x}{green:02x}{blue:02x}",
                self.tokens.line3,
            )
            self.drawing.text(
                middle.x(), middle.y() + 17, number(value, 2), self.tokens.t2, "figure", side
            )


class _Lstm(_Diagram):
    def paint(self) -> None:
        values, before = self.shown.values, self.shown.before
        self._wires(values)
        purple = self.tokens.series[3]
        for x, text in ((0.2, "σ"), (0.38, "σ"), (0.6, "tanh"), (0.84, "σ")):
            self.function((x, 0.7), text, purple)
        self.function((0.84, 0.32), "tanh", self.tokens.series[0])
        self.joint((0.49, 0.16), "+")
        self.joint((0.49, 0.44), "×")
        self.valve((0.2, 0.16), "f")
        self.valve((0.38, 0.44), "i", leftward=True)
        self.valve((0.84, 0.5), "o")
        self.value((0.62, 0.46), "g", values.get("g"), LEFT)
        self.value((-1, 0.16), "c", before.get("c"), RIGHT)
        self.value((2, 0.16), "c′", values.get("c"), LEFT)
        self.value((-1, 0.87), "x, h", before.get("h"), RIGHT)
        self.value((2, 0.5), "h′", values.get("h"), LEFT)

    def _wires(self, values: dict[str, float]) -> None:
        top, low = 0.16, 0.87
        keep, into, out = (values.get(name, 0.5) for name in "fio")
        self.wire((-1, top), (0.2, top), strength=0.5)
        self.wire((0.2, top), (0.49, top), strength=keep)
        self.wire((0.49, top), (2, top), strength=0.5)
        self.wire((-1, low), (0.84, low), strength=0.2)
        for x, end in ((0.2, top), (0.38, 0.44), (0.6, 0.44), (0.84, 0.5)):
            self.wire((x, low), (x, end), strength=0.15)
        self.wire((0.6, 0.44), (0.49, 0.44), strength=0.3)
        self.wire((0.38, 0.44), (0.49, 0.44), (0.49, top), strength=into)
        self.wire((0.84, top), (0.84, 0.5), strength=0.3)
        self.wire((0.84, 0.5), (2, 0.5), strength=out)


class _Gru(_Diagram):
    def paint(self) -> None:
        values, before = self.shown.values, self.shown.before
        keep = values.get("z", 0.5)
        self._wires(values.get("r", 0.5), keep)
        self.function((0.24, 0.7), "σ", self.tokens.series[3])
        self.function((0.62, 0.7), "σ", self.tokens.series[3])
        self.function((0.42, 0.48), "tanh", self.tokens.series[0])
        self.joint((0.84, 0.16), "+")
        self.valve((0.24, 0.48), "r")
        self.valve((0.62, 0.16), "z")
        self.valve((0.84, 0.34), "1 − z", 1 - keep)
        self.value((0.48, 0.33), "n", values.get("n"), LEFT)
        self.value((-1, 0.16), "h", before.get("h"), RIGHT)
        self.value((-1, 0.87), "x", None, RIGHT)
        self.value((2, 0.16), "h′", values.get("h"), LEFT)

    def _wires(self, reset: float, keep: float) -> None:
        top, low, middle = 0.16, 0.87, 0.48
        self.wire((-1, top), (0.62, top), strength=0.5)
        self.wire((0.62, top), (0.84, top), strength=keep)
        self.wire((0.84, top), (2, top), strength=0.5)
        self.wire((-1, low), (0.62, low), strength=0.2)
        self.wire((0.1, top), (0.1, low), strength=0.15)
        self.wire((0.1, middle), (0.24, middle), strength=0.3)
        self.wire((0.24, middle), (0.42, middle), strength=reset)
        for x, end in ((0.24, middle), (0.42, middle), (0.62, top)):
            self.wire((x, low), (x, end), strength=0.15)
        self.wire((0.42, middle), (0.84, middle), strength=0.3)
        self.wire((0.84, middle), (0.84, top), strength=1 - keep)


class _Rnn(_Diagram):
    def paint(self) -> None:
        values, before, blue = self.shown.values, self.shown.before, self.tokens.series[0]
        self.wire((-1, 0.4), (2, 0.4), strength=0.4)
        self.wire((0.4, 0.9), (0.4, 0.4), strength=0.3)
        self.function((0.2, 0.4), "W_hh", self.tokens.series[3])
        self.function((0.4, 0.66), "W_xh", blue)
        self.joint((0.4, 0.4), "+")
        self.function((0.66, 0.4), "tanh", blue)
        self.value((-1, 0.4), "h", before.get("h"), RIGHT)
        self.value((0.4, 0.98), "x", None)
        self.value((2, 0.4), "h′", values.get("h"), LEFT)
