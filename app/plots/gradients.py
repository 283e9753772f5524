"""How much of the error signal reaches each layer."""

import math
from typing import TypeGuard

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.chart.bar_chart import BarChart
from app.chart.bars import Bar, Bars
from app.chart.figure import Readout, Value
from app.chart.scale import Scale
from app.controls.button import Button
from app.controls.segments import Segments
from app.depth import QUANTITIES, SIGNAL, Quantity, layers, power, reference, told
from app.plot import Plot
from app.studio import Studio
from app.wording import number, scientific, times
from engine.dataset import DataError
from engine.graph import Graph, NodeId
from engine.history import History
from engine.theory import expected_signal

DEEPEST = (-8, -12, -20, -40, -80, -160, -330)  # where the axis may begin: a power of ten
HIGHEST = (1, 2, 4, 8, 16, 40, 310)
NOTHING: dict[NodeId, float] = {}


class Gradients(Plot):
    """How much of the error signal reaches each layer, from the input at the left to the output at the right.

    Each bar is the length of the gradient of the loss at one layer's output, divided by that at the last layer. Bars
    that fall towards the left show a signal that dies on its way back: the first layers then hardly learn. The dashed
    ticks are the values at the first step, or those of the run before; the dotted line is what theory expects of
    weights as they were drawn. The gradients of the weights, the second choice, can look equal where the signal dies.
    The third is their size beside the weights, the fourth how far one real step moves the weights.
    """

    title = "Gradients"
    reads = tuple(QUANTITIES)
    order = 2

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        self.chart = BarChart(studio.theme, "Gradient by layer")
        self.chart.picked.connect(studio.pick)
        choices = tuple((quantity.probe, quantity.short) for quantity in QUANTITIES.values())
        self.quantity = Segments(studio.theme, choices, name="Gradient of")
        self.quantity.changed.connect(self.refresh)
        self.ghost = Button(studio.theme, kind="icon", icon="layers", small=True)
        self.ghost.setCheckable(True)
        self.ghost.setChecked(True)
        self.ghost.toggled.connect(self.refresh)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.chart)
        self._theory: tuple[object, dict[NodeId, float]] = (None, NOTHING)
        self.reset()

    def tools(self) -> list[QWidget]:
        return [self.ghost, self.quantity, *super().tools()]

    def reset(self) -> None:
        self._deepest, self._highest = DEEPEST[0], HIGHEST[0]

    def redraw(self) -> None:
        quantity, graph = QUANTITIES[str(self.quantity.value())], self.graph
        values, before, name = self._values(quantity), *self._before(quantity)
        expected = self._expected(graph) if quantity.probe == SIGNAL and values else NOTHING
        last = values.get(reference(graph, list(values)) or NodeId(""), 0.0)
        unit = last if quantity.relative else 1.0
        bars = tuple(
            _bar(node, value / unit if unit else math.nan, quantity, before, expected)
            for node, value in values.items()
        )
        nodes = list(values)

        def read(place: int) -> Readout:
            rows = _rows(quantity, values[nodes[place]], unit)
            rows += [Value(name, _amount(before.get(nodes[place])))]
            if nodes[place] in expected:
                rows += [Value("theory", _amount(expected[nodes[place]]))]
            return Readout(0, nodes[place], tuple(rows))

        said = told(graph, self.history, quantity.probe)
        self.chart.show_bars(
            Bars(
                bars if 0 < unit < math.inf else (),
                self._axis(bars),
                quantity.zones,
                f"{quantity.formula} relative to the last layer"
                if quantity.relative
                else quantity.formula,
                said.sentence if said else "",
                said.state if said else "none",
                "" if values else "Train to see the gradients",
                self.chosen,
                name,
                read,
            )
        )

    # -- what is drawn ------------------------------------------------------------------------------------------------

    def _values(self, quantity: Quantity) -> dict[NodeId, float]:
        """Each layer's latest reading, from input to output."""
        latest = self.history.latest
        found = {
            n: latest[quantity.probe, n].value for n in layers(self.graph, quantity.probe, latest)
        }
        return {n: float(v) if isinstance(v, float) else math.nan for n, v in found.items()}

    def _former(self, quantity: Quantity) -> tuple[History, str] | None:
        """What the run before said, and its name, if it read the same of a layer of this network."""
        session, project = self.studio.session, self.studio.document.project
        if session.run is None:
            return None
        names = [run.name for run in project.runs]
        place = names.index(session.run.name) if session.run.name in names else len(names)
        for run in reversed(project.runs[:place]):
            if any((quantity.probe, name) in run.history.latest for name in self.graph.nodes):
                return run.history, run.name
        return None

    def _before(self, quantity: Quantity) -> tuple[dict[NodeId, float], str]:
        """What the bars were at the first reading of the run, or in the run before, and how that is called."""
        former = self._former(quantity)
        self.ghost.setVisible(former is not None)
        self._say_ghost(former[1] if former else "")
        if former is not None and self.ghost.isChecked():
            history, name = former
            found = {
                node: float(reading.value)
                for (probe, node), reading in history.latest.items()
                if probe == quantity.probe and isinstance(reading.value, float)
            }
        else:
            name = "at step 0"
            first = self.history.first.items()
            found = {node: value for (probe, node), value in first if probe == quantity.probe}
        nodes = {NodeId(node): value for node, value in found.items()}
        if not quantity.relative:
            return nodes, name
        last = nodes.get(
            reference(self.graph, layers(self.graph, quantity.probe, _keys(quantity, nodes)))
            or NodeId("")
        )
        return {node: value / last for node, value in nodes.items()} if last else {}, name

    def _say_ghost(self, name: str) -> None:
        words = (
            f"Compare with step 0, not with {name}"
            if self.ghost.isChecked()
            else f"Compare with {name}"
        )
        self.ghost.setToolTip(words)
        self.ghost.setAccessibleName(words)

    def _expected(self, graph: Graph) -> dict[NodeId, float]:
        """What theory expects, if the run's network is the one that is drawn: its shapes are known."""
        document = self.studio.document
        if graph.nodes.keys() != document.graph.flat.nodes.keys() or self.studio.session.moved_on:
            return NOTHING
        try:
            shapes = document.meaning.shapes
        except DataError:
            return NOTHING
        if self._theory[0] is not shapes:
            self._theory = (shapes, expected_signal(graph, shapes))
        return self._theory[1]

    def _axis(self, bars: tuple[Bar, ...]) -> Scale:
        """From 10^−8 to 10, further in steps where a bar needs it; it does not shrink while a run lasts."""
        powers = [p for bar in bars for p in (bar.power, bar.ghost) if _known(p)]
        low, high = min(powers, default=0.0), max(powers, default=0.0)
        self._deepest = min(self._deepest, next(d for d in DEEPEST if d <= max(low, DEEPEST[-1])))
        self._highest = max(self._highest, next(h for h in HIGHEST if h >= min(high, HIGHEST[-1])))
        return Scale(self._deepest, self._highest)


def _keys(quantity: Quantity, nodes: dict[NodeId, float]) -> set[tuple[str, str]]:
    return {(quantity.probe, node) for node in nodes}


def _bar(
    node: NodeId,
    ratio: float,
    quantity: Quantity,
    before: dict[NodeId, float],
    expected: dict[NodeId, float],
) -> Bar:
    """The bar of a node, with what it was before and what theory expected."""
    ghost = power(before[node]) if node in before else None
    theory = power(expected[node]) if node in expected else None
    return Bar(
        node,
        power(ratio),
        times(ratio) if quantity.relative else _short(ratio),
        ghost if _known(ghost) else None,
        theory if _known(theory) else None,
    )


def _rows(quantity: Quantity, value: float, unit: float) -> list[Value]:
    rows = [Value(quantity.formula, number(value))]
    if quantity.relative:
        rows.append(Value("relative", number(value / unit if unit else math.nan)))
    return rows


def _short(value: float) -> str:
    return scientific(value, 0) if 0 < value < 0.01 else number(value, 2)


def _amount(value: float | None) -> str:
    return "–" if value is None else number(value)


def _known(value: float | None) -> TypeGuard[float]:
    return value is not None and math.isfinite(value)
