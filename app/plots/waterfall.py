"""How the gradients along the depth of a network have changed over the run."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.chart.figure import Readout, Value
from app.chart.heat import Heat
from app.chart.heat_map import HeatMap
from app.chart.scale import Scale
from app.controls.segments import Segments
from app.depth import QUANTITIES, Quantity, latest_at, layers, reference, span_of, step_at
from app.plot import Plot
from app.studio import Studio
from app.wording import number
from engine.graph import NodeId

Floats = NDArray[np.float64]
COLOURS = Scale(
    -8, 1
)  # powers of ten: always the same, so that any two moments and runs can be compared
TICKS = tuple((float(power), f"10^{power}".replace("-", "−")) for power in (-8, -6, -4, -2)) + (
    (0.0, "1"),
)


class Waterfall(Plot):
    """How the gradients have changed over the run: a row for each layer, the input at the top; time goes to the right.

    The colours are powers of ten and always mean the same: yellow is ten times the last layer's gradient, green a
    hundredth, dark blue a hundred-millionth. A picture that is dark at the top is a signal that dies on its way back.
    Red is a gradient of exactly 0, or one that is no longer finite.
    """

    title = "Over time"
    reads = tuple(QUANTITIES)
    order = 21
    behind = "Gradients"
    rate = 2

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        self.chart = HeatMap(studio.theme, "Gradient by layer and step")
        self.chart.picked.connect(studio.pick)
        choices = tuple((quantity.probe, quantity.short) for quantity in QUANTITIES.values())
        self.quantity = Segments(studio.theme, choices, name="Over time, gradient of")
        self.quantity.changed.connect(self.refresh)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.chart)

    def tools(self) -> list[QWidget]:
        return [self.quantity, *super().tools()]

    def redraw(self) -> None:
        quantity, history = QUANTITIES[str(self.quantity.value())], self.history
        names = layers(self.graph, quantity.probe, history.scalars)
        curves = [history.scalars[quantity.probe, name].steps for name in names]
        span = span_of(history, min((int(steps[0]) for steps in curves if len(steps)), default=0))
        lengths = self._lengths(quantity, names, span)
        last = reference(self.graph, names) if quantity.relative else None
        unit = lengths[names.index(last)] if last else np.ones(lengths.shape[1])
        with np.errstate(divide="ignore", invalid="ignore"):
            powers = np.log10(lengths / unit)

        def read(row: int, column: int) -> Readout | None:
            length, ratio = float(lengths[row, column]), float((lengths / unit)[row, column])
            if np.isnan(length):
                return None
            rows = [Value(quantity.formula, number(length))]
            rows += [Value("relative", number(ratio))] if quantity.relative else []
            return Readout(
                0,
                f"{names[row]} · step {step_at(span, column, lengths.shape[1], history):,}",
                tuple(rows),
            )

        compared = " relative to the last layer" if quantity.relative else ""
        self.chart.show_heat(
            Heat(
                powers,
                tuple((row + 0.5, name) for row, name in enumerate(names)),
                span,
                "step",
                COLOURS,
                TICKS,
                f"{quantity.formula}{compared}",
                "0, ∞" if np.isinf(powers).any() else "",
                "Train to see how gradients change",
                self.chosen,
                read,
            )
        )

    def _lengths(self, quantity: Quantity, names: list[NodeId], span: Scale) -> Floats:
        """(layers, columns) the latest reading at the end of each column, however many readings there are."""
        count = self.chart.columns
        rows = []
        for name in names:
            curve = self.history.scalars[quantity.probe, name]
            places = latest_at(curve.steps, span, count)
            rows.append(np.where(places < 0, np.nan, curve.values[np.maximum(places, 0)]))
        return np.stack(rows) if rows else np.empty((0, count))
