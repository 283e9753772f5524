"""Which units no longer learn, and one unit on its activation."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.chart.bend import Bend, BendChart, reach_of
from app.chart.layer_shares import LayerShare, LayerShares
from app.chart.unit_grid import Cells, UnitGrid
from app.controls.text import ElidedLabel
from app.plot import Plot
from app.stuck import Stuck, stuck_in
from app.studio import Studio
from app.theme.measures import PADDING, SPACE_4
from engine.dataset import DataError
from engine.graph import NodeId
from engine.theory import curve

Floats = NDArray[np.float64]
NOTHING: Floats = np.empty(0)
TRAIN = "Train to see which units learn"
NONE_CAN = "No layer here can die or saturate: ReLU, tanh and sigmoid can"
POINTS = 241  # of a curve
LIST = 184  # px wide


class Units(Plot):
    """Which units no longer learn: counted by layer, each with the step since when, and one of them on its activation.

    A ReLU that no probe example brings above 0 is dead and crossed out. A tanh or sigmoid is filled from below as far
    as it is saturated, that is where its slope is below 6 % of its greatest, and crossed out beyond 95 %. Choose a
    layer and a unit: below is where its inputs z lie, bright where the slope f′ is steep. What lies in the dark learns
    nothing.
    """

    title = "Dead units"
    reads = ("Silent", "Saturation", "Frozen", "Sums")
    order = 31
    behind = "Activations"
    rate = 2

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        theme = studio.theme
        self.list = LayerShares(theme, "Layers by units that no longer learn")
        self.list.picked.connect(self._pick_layer)
        self.area = QScrollArea()
        self.area.setAccessibleName("Units over examples")
        self.area.setWidget(self.list)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFixedWidth(LIST)
        self.grid = UnitGrid(theme, "Units of the layer")
        self.grid.picked.connect(self._pick_unit)
        self.listed = ElidedLabel("", "note", "t2")
        self.chart = BendChart(theme, "One unit on its activation")
        right = QVBoxLayout()
        right.setContentsMargins(0, SPACE_4 * 2, 0, 0)
        right.setSpacing(SPACE_4)
        for widget in (self.grid, self.listed, self.chart):
            right.addWidget(widget)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, PADDING, 0)
        row.addWidget(self.area)
        row.addLayout(right, 1)
        self.reset()

    def reset(self) -> None:
        self._layer, self._unit = "", -1

    def _pick_layer(self, name: str) -> None:
        self._layer, self._unit = name, -1
        self.studio.pick(name)
        self.refresh()

    def _pick_unit(self, unit: int) -> None:
        self._unit = unit
        self.refresh()

    def redraw(self) -> None:
        layers = {stuck.name: stuck for stuck in stuck_in(self.graph, self.history)}
        shown = self._shown(layers)
        rows = tuple(
            LayerShare(stuck.name, stuck.share, stuck.state, stuck.words)
            for stuck in layers.values()
        )
        self.list.show_rows(rows, shown.name if shown else "")
        self.grid.setVisible(shown is not None)
        self.listed.setVisible(shown is not None)
        if shown is None:
            empty = TRAIN if self._can_be_stuck else NONE_CAN
            self.chart.show_bend(Bend(NOTHING, NOTHING, NOTHING, NOTHING, empty=empty))
            return
        unit = self._chosen_unit(shown)
        self.grid.show_cells(Cells(shown.units, shown.flat, unit, shown.of_unit))
        self.listed.setText(shown.listed)
        self.chart.show_bend(self._bend(shown, unit))

    @property
    def _can_be_stuck(self) -> bool:
        """Whether the network has a layer that bends what it is given."""
        return any(node.layer.group == "Activation" for node in self.graph.nodes.values())

    def _shown(self, layers: dict[NodeId, Stuck]) -> Stuck | None:
        """The layer that is selected or was chosen, or else the worst."""
        if self.chosen in layers:
            self._layer = self.chosen
        worst = max(layers.values(), key=lambda stuck: stuck.share, default=None)
        return layers.get(NodeId(self._layer), worst)

    def _chosen_unit(self, shown: Stuck) -> int:
        """The unit that was chosen, or else the first that is stuck, the flattest, or the first of all."""
        if 0 <= self._unit < len(shown.units):
            return self._unit
        if shown.count or shown.flat is None:
            return int(shown.units.argmax())
        return int(shown.flat.argmax())

    def _bend(self, shown: Stuck, unit: int) -> Bend:
        reading = self.history.latest.get(("Sums", shown.name))
        given = np.asarray(reading.value, np.float64) if reading else NOTHING
        sums = given[unit] if given.ndim == 2 and unit < len(given) else NOTHING
        xs = np.linspace(-reach_of(sums), reach_of(sums), POINTS)
        values, slopes = self._curve(shown.name, xs)
        return Bend(sums, xs if len(values) else NOTHING, values, slopes, shown.of_unit(unit))

    def _curve(self, name: NodeId, xs: Floats) -> tuple[Floats, Floats]:
        """The activation of a layer and its slope; nothing where it is learnt, or the drawing is another by now."""
        try:
            sized = self.studio.document.meaning.shapes.sized.get(name)
        except DataError:
            return NOTHING, NOTHING
        if sized is None or self.graph.nodes[name].layer.group != "Activation":
            return NOTHING, NOTHING
        module = sized.call.build().eval()
        if any(True for _ in module.parameters()):
            return NOTHING, NOTHING
        return curve(module, xs)
