"""How much of the error signal reaches each layer."""

import math
from typing import TypeGuard

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.chart.bar_chart import BarChart
from app.chart.bars import Bar, Bars, Zone
from app.chart.figure import Readout, Value
from app.chart.scale import Scale
from app.controls.segments import Segments
from app.health import EXPLODING, VANISHING, WEAK, lengths_of, verdict
from app.plot import Plot
from app.studio import Studio
from app.wording import number, times
from engine.events import Reading
from engine.graph import NodeId
from engine.layer import Loss, Weighted
from engine.layers.data import Input

DEEPEST = (-8, -12, -20, -40, -80, -160, -330)  # where the axis may begin: a power of ten
HIGHEST = (1, 2, 4, 8, 16, 40, 310)
FAINT, LOW, HIGH = math.log10(VANISHING), math.log10(WEAK), math.log10(EXPLODING)
ZONES = (
    Zone(-math.inf, FAINT, "vanishing", "bad", 0.10),
    Zone(FAINT, LOW, "weak", "watch", 0.09),
    Zone(LOW, HIGH, "healthy", "ok"),
    Zone(HIGH, math.inf, "exploding", "bad", 0.10),
)
SIGNAL, WEIGHTS = "ErrorSignal", "WeightGradient"
FORMULAS = {SIGNAL: "‖\u2009∂L/∂h\u2009‖", WEIGHTS: "‖\u2009∂L/∂W\u2009‖"}
ALONE = 480  # px: a plot as high as this fills the window, and the canvas is not there to say the verdict
WORDS = {SIGNAL: "error signal", WEIGHTS: "weight gradient"}


class Gradients(Plot):
    """How much of the error signal reaches each layer, from the input at the left to the output at the right.

    Each bar is the length of the gradient of the loss at one layer's output, divided by that at the last layer. Bars
    that fall towards the left show a signal that dies on its way back: the first layers then hardly learn. The dashed
    ticks are the values at the first step. The gradients of the weights can look equal where the signal dies.
    """

    title = "Gradients"
    reads = (SIGNAL, WEIGHTS)
    order = 2

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        self.chart = BarChart(studio.theme, "Gradient by layer")
        self.chart.picked.connect(studio.pick)
        choices = tuple(FORMULAS.items())
        self.quantity = Segments(studio.theme, choices, name="Gradient of")
        self.quantity.changed.connect(self.refresh)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.chart)
        self.reset()

    def tools(self) -> list[QWidget]:
        return [self.quantity, *super().tools()]

    def reset(self) -> None:
        self._deepest, self._highest = DEEPEST[0], HIGHEST[0]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (event.oldSize().height() >= ALONE) != (event.size().height() >= ALONE):
            self.refresh()

    def redraw(self) -> None:
        probe = str(self.quantity.value())
        measured = self._measured(probe)
        last = measured[-1][1] if measured else 0.0
        before = self._at_first(probe, [node for node, _ in measured])
        bars = tuple(_bar(node, value, last, before.get(node)) for node, value in measured)

        def read(place: int) -> Readout:
            node, value = measured[place]
            return _read(probe, node, (value, last), before.get(node))

        said = verdict(self.graph, lengths_of(self.history, probe), WORDS[probe])
        self.chart.show_bars(
            Bars(
                bars if 0 < last < math.inf else (),
                self._axis(bars),
                ZONES,
                f"{FORMULAS[probe]} relative to the last layer",
                said.sentence if said else "",
                said.state if said else "none",
                "" if measured else "Train to see the gradients",
                self.chosen,
                probe == WEIGHTS or self.height() >= ALONE,
                read,
            )
        )

    def _measured(self, probe: str) -> list[tuple[NodeId, float]]:
        """Each layer's latest reading, from input to output; what lies before all weights is left out."""
        latest, nodes = self.history.latest, self.graph.nodes
        found = [
            (name, _length(latest[probe, name]))
            for name in self.graph.order
            if (probe, name) in latest and not isinstance(nodes[name].layer, Input | Loss)
        ]
        learns = [isinstance(nodes[name].layer, Weighted) for name, _ in found]
        return found[learns.index(True) :] if any(learns) else found

    def _at_first(self, probe: str, nodes: list[NodeId]) -> dict[NodeId, float]:
        """What the bars were at the first reading of the run; nothing if the last layer had none or 0 then."""
        first = self.history.first
        last = first.get((probe, nodes[-1]), 0.0) if nodes else 0.0
        if not last:
            return {}
        return {name: first[probe, name] / last for name in nodes if (probe, name) in first}

    def _axis(self, bars: tuple[Bar, ...]) -> Scale:
        """From 10^−8 to 10, further in steps where a bar needs it; it does not shrink while a run lasts."""
        powers = [p for bar in bars for p in (bar.power, bar.ghost) if _known(p)]
        low, high = min(powers, default=0.0), max(powers, default=0.0)
        self._deepest = min(self._deepest, next(d for d in DEEPEST if d <= max(low, DEEPEST[-1])))
        self._highest = max(self._highest, next(h for h in HIGHEST if h >= min(high, HIGHEST[-1])))
        return Scale(self._deepest, self._highest)


def _bar(node: NodeId, value: float, last: float, before: float | None) -> Bar:
    """The bar of a node: its length beside the last node's, and the ratio of the two at the first reading."""
    ratio = value / last if last else math.nan
    ghost = power(before) if before is not None else None
    return Bar(node, power(ratio), times(ratio), ghost if _known(ghost) else None)


def _read(probe: str, node: NodeId, lengths: tuple[float, float], before: float | None) -> Readout:
    """All that is known of a bar, with more digits."""
    value, last = lengths
    rows = (
        Value(FORMULAS[probe], number(value)),
        Value("relative", number(value / last if last else math.nan)),
        Value("at step 0", "–" if before is None else number(before)),
    )
    return Readout(0, node, rows)


def power(ratio: float) -> float:
    """The power of ten of a ratio; −∞ for 0."""
    return math.log10(ratio) if ratio > 0 else (-math.inf if ratio == 0 else math.nan)


def _length(reading: Reading) -> float:
    return float(reading.value) if isinstance(reading.value, float) else math.nan


def _known(value: float | None) -> TypeGuard[float]:
    return value is not None and math.isfinite(value)
