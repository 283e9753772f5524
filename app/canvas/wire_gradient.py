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
from app.health import last_before_loss, signal_ratio, wire_ratio
from app.laying import at_home
from app.placing import home_of
from app.room import Path
from app.strands import Strands
from app.studio import Studio
from app.theme import Theme, ink
from app.theme.colormaps import viridis_table
from app.wording import raised, times
from engine.graph import Edge, Graph, GraphError, NodeId, bundles
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


class Signals:
    """The error signal that comes back along each wire on the canvas.

    Which edges a wire stands for is found once for each drawing.
    """

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._known: tuple[Graph, Path] | None = None
        self._strands: dict[Edge, tuple[NodeId, int | None]] = {}

    def of(self, run: Run | None) -> Mapping[Edge, Returning]:
        """What each wire shows, as far as the run has measured it; nothing where nobody wants to see it."""
        if run is None or not self._studio.shows_gradients:
            return {}
        self._find_strands()
        history, last = run.history, last_before_loss(run.graph.flat)
        found = dict[Edge, Returning]()
        for edge, (name, place) in self._strands.items():
            ratio = None if place is None else wire_ratio(history, name, place, last)
            if ratio is None:  # not measured wire by wire: that of all that its source gives
                ratio = signal_ratio(history, name, last)
            if ratio is not None:
                found[edge] = signal_of(ratio)
        return found

    def _find_strands(self) -> None:
        graph, path = self._studio.document.graph, self._studio.path
        if self._known is not None and self._known[0] is graph and self._known[1] == path:
            return
        self._known, self._strands = (graph, path), {}
        homes = dict.fromkeys(home_of(edge.source) for edge in self._studio.graph.edges)
        try:
            strands = {home: Strands(graph, self._studio.way_to(home)) for home in homes}
        except GraphError:
            return
        for edge in self._studio.graph.edges:
            if wires := strands[home_of(edge.source)].of(at_home(edge)):
                rows = bundles(graph.flat, wires[0].source)
                self._strands[edge] = (
                    wires[0].source,
                    rows.index(wires) if wires in rows else None,
                )


class SignalKey(Floating):
    """What the colours of the wires mean; shown while they show gradients."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.setAccessibleName(
            "Colours of the wires: the error signal as a share of the last layer's"
        )
        self.setToolTip("How much of the last layer's error signal comes back along each wire.")
        self._when = ""
        self.resize(self.sizeHint())
        self.hide()

    def say_when(self, *, before_training: bool) -> None:
        """Whether what is shown is the pre-flight's."""
        self._when = "Pre-flight: " if before_training else ""
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(260 + 2 * SHADOW_REACH, 46 + 2 * SHADOW_REACH)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter, tokens = QPainter(self), self.theme.tokens
        left, top = SHADOW_REACH + 12.0, SHADOW_REACH + 8.0
        painter.setFont(self.theme.font("note"))
        painter.setPen(ink(tokens.t2))
        painter.drawText(QPointF(left, top + 9), f"{self._when}∂L/∂h relative to the last layer")
        bar = QRectF(left, top + 14, 236, 5)
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
