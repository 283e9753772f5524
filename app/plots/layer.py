"""One layer closely: its maps or bars, their gradients, its weights, and its units over many examples."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QWidget

from app.chart.strips import Strip, StripColumn
from app.controls.segments import Segments
from app.figures.exhibit import exhibit, has_gradients
from app.figures.maps import as_maps, cell_of, filters, place_of
from app.plot import Plot
from app.studio import Studio
from app.theme.measures import PADDING
from engine.axes import Labels, axes_of
from engine.dataset import Data
from engine.events import Reading
from engine.graph import NodeId

Numbers = NDArray[np.floating]
LIKED = (72, 400)  # px: height of a map, and of all maps of a kind
VALUES, SLOPES, WEIGHTS, EXAMPLES = "values", "∂L/∂h", "weights", "over examples"


class Layer(Plot):
    """One layer closely, for the example that is shown: the layer that is selected, or was looked at last.

    Its values, the gradient ∂L/∂h of each of them, and its weights: a convolution shows one picture a filter, with the
    kernels of its input channels side by side; a dense layer one for all its weights. All shows each unit, from top to
    bottom, for each of the probe examples, from left to right in the order of their classes. Blue is positive, orange
    negative. Press a cell to take it apart in the plot Cell.
    """

    title = "Layer"
    reads = ("Activations", "ActivationGradients", "Filters", "ByExample", "Silent")
    order = 31
    behind = "Activations"

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        theme = studio.theme
        self.column = StripColumn(theme)
        self.column.setAccessibleName("The layer closely")
        self.column.liked = LIKED
        self.column.empty = "Select a layer and train, to see it closely"
        self.column.cell_picked.connect(self._pick)
        self.area = QScrollArea()
        self.area.setAccessibleName("The layer closely")
        self.area.setWidget(self.column)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view = Segments(theme, (("one", "Example"), ("all", "All")), name="Units of")
        self.view.changed.connect(self.turn)
        studio.session.example_changed.connect(self.refresh)
        studio.session.watchers.focus_changed.connect(self.refresh)
        row = QHBoxLayout(self)
        row.setContentsMargins(PADDING, 0, 0, 0)
        row.addWidget(self.area)

    def tools(self) -> list[QWidget]:
        return [self.view, *super().tools()]

    def wanted(self) -> frozenset[str]:
        if self.view.value() == "all":
            return frozenset({"ByExample", "Silent"})
        return frozenset(self.probes() - {"ByExample"})

    def reset(self) -> None:
        self.column.forget()

    # -- drawing ------------------------------------------------------------------------------------------------------

    def redraw(self) -> None:
        focus, data = self.studio.session.watchers.focus, self.data
        node = focus.node if focus and focus.node in self.graph.nodes else ""
        of_all = self.view.value() == "all"
        where = exhibit(data, self.studio.session).where if data else ""
        self.subtitle = f"{node} · {'probe examples' if of_all else where}" if node else ""
        found = self._over_examples(node, data) if of_all else self._of_one(node)
        self.column.show_strips(tuple(found))

    def _of_one(self, node: str) -> list[Strip]:
        found = []
        values = self._values("Activations", node)
        if values is None:
            return []
        focus = self.studio.session.watchers.focus
        marked = place_of(values.shape, focus.cell) if focus else ()
        found.append(self._strip(VALUES, values, marked))
        slopes = self._values("ActivationGradients", node)
        if slopes is not None and has_gradients(self.data, self.studio.session):
            found.append(self._strip(SLOPES, slopes, marked))
        weights = self._values("Filters", node)
        if weights is not None:
            said = "×".join(map(str, weights.shape))
            channel = focus.cell[-1 if weights.ndim == 2 else 0] if focus and focus.cell else None
            place = (channel,) if channel is not None and weights.ndim > 2 else ()
            found.append(Strip(WEIGHTS, said, filters(weights), marked=place))
        return found

    def _strip(self, name: str, values: Numbers, marked: tuple[int, ...]) -> Strip:
        return Strip(name, axes_of(values.shape).text, as_maps(values), marked=marked)

    def _over_examples(self, node: str, data: Data | None) -> list[Strip]:
        """(examples, units) as a map, a row for each unit; the examples by class."""
        rows = self._values("ByExample", node)
        if rows is None or rows.ndim != 2:
            return []
        order = np.arange(len(rows))
        single = data is not None and data.train.targets.ndim == 1
        if data is not None and isinstance(data.target, Labels) and single:
            order = np.argsort(data.train.targets[: len(rows)], kind="stable")
        said = f"{rows.shape[1]} units × {len(rows)} examples"
        return [Strip(EXAMPLES, said, rows[order].T[None])]

    def _values(self, probe: str, node: str) -> Numbers | None:
        reading: Reading | None = self.history.latest.get((probe, node))
        return None if reading is None else np.asarray(reading.value)

    def _pick(self, name: str, place: tuple[int, ...]) -> None:
        focus = self.studio.session.watchers.focus
        values = self._values("Activations", focus.node) if focus else None
        if focus is not None and values is not None and name in (VALUES, SLOPES):
            self.studio.look_at(NodeId(focus.node), cell_of(values.shape, place))
