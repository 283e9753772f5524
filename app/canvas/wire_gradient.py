"""How a wire shows the error signal that comes back along it: its width, its colour, and its size in words.

The size is log₁₀ r, r being ‖∂L/∂h‖ of what flows here as a share of the last layer's. Width and words say it too, for
those who cannot tell the colours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isfinite, log10

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.controls.surface import SHADOW_REACH, Floating
from app.health import last_before_loss, signal_ratio
from app.studio import Studio
from app.theme import Theme, ink
from app.theme.colormaps import viridis_table
from app.wording import raised, times
from engine.graph import Edge, NodeId
from engine.run import Run

LOW, HIGH = -8.0, 1.0  # powers of ten: the ends of the colours
THIN, THICK, SLOPE = 1.0, 10.0, 2.0  # px, and px a power of ten


@dataclass(frozen=True, slots=True)
class Returning:
    """What is drawn of one error signal; two that look alike are equal."""

    width: float  # px
    colour: str
    words: str
    is_good: bool = True  # whether it is a number above 0


def signal_of(ratio: float) -> Returning:
    """How a share of the last layer's error signal looks: width = clip(10 + 2 · log₁₀ r, 1, 10)."""
    if not isfinite(ratio) or ratio <= 0:
        return Returning(
            THIN, "", "0" if ratio == 0 else "∞" if ratio == inf else "NaN", is_good=False
        )
    power = log10(ratio)
    width = min(THICK, max(THIN, THICK + SLOPE * power))
    table = viridis_table()
    share = min(1.0, max(0.0, (power - LOW) / (HIGH - LOW)))
    red, green, blue = table[round(share * (len(table) - 1))].tolist()
    return Returning(round(4 * width) / 4, QColor(red, green, blue).name(), raised(times(ratio)))


def signals(studio: Studio, run: Run | None) -> Mapping[Edge, Returning]:
    """The error signal of what flows along each wire on the canvas, as far as the run has measured it."""
    if run is None or not studio.shows_gradients:
        return {}
    last, found = last_before_loss(run.graph.flat), dict[Edge, Returning]()
    doors = studio.document.graph.flat.doors
    for edges in studio.graph.incoming.values():
        for edge in edges:
            name = studio.full_name(edge.source)
            if name in doors:  # a group: what flows out of it is that of a layer within
                place = doors[name].out.get(edge.source_port)
                name = NodeId(place[0]) if place else name
            if (ratio := signal_ratio(run.history, name, last)) is not None:
                found[edge] = signal_of(ratio)
    return found


class SignalKey(Floating):
    """What the colours of the wires mean; shown while they show gradients."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.setAccessibleName(
            "Colours of the wires: the error signal as a share of the last layer's"
        )
        self.setToolTip("How much of the last layer's error signal comes back along each wire.")
        self.resize(self.sizeHint())
        self.hide()

    def sizeHint(self) -> QSize:
        return QSize(236 + 2 * SHADOW_REACH, 46 + 2 * SHADOW_REACH)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter, tokens = QPainter(self), self.theme.tokens
        left, top = SHADOW_REACH + 12.0, SHADOW_REACH + 8.0
        painter.setFont(self.theme.font("note"))
        painter.setPen(ink(tokens.t2))
        painter.drawText(QPointF(left, top + 9), "∂L/∂h relative to the last layer")
        bar = QRectF(left, top + 14, 212, 5)
        shades, gradient = viridis_table(), QLinearGradient(bar.topLeft(), bar.topRight())
        for stop in range(17):
            red, green, blue = shades[round(stop / 16 * (len(shades) - 1))].tolist()
            gradient.setColorAt(stop / 16, QColor(red, green, blue))
        painter.fillRect(bar, gradient)
        painter.setFont(self.theme.font("tick"))
        painter.setPen(ink(tokens.t3))
        for power in (-8, -6, -4, -2, 0):
            words = raised(f"10^{power}".replace("-", "−")) if power else "1"
            x = bar.left() + bar.width() * (power - LOW) / (HIGH - LOW)
            wide = painter.fontMetrics().horizontalAdvance(words)
            at = max(bar.left(), x - wide / 2)
            painter.drawText(QPointF(at, bar.bottom() + 11), words)
