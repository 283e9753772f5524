"""One cell of a layer taken apart, while the network learns."""

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.chart.dissection import PRESS, DissectionChart
from app.figures.dissection import dissection, known
from app.figures.exhibit import exhibit
from app.figures.maps import cell_of, place_of
from app.plot import Plot
from app.studio import Studio


class Cell(Plot):
    """One cell of a layer's output, for the example that is shown: what it sees, and what it is the sum of.

    Framed in the input is all that the cell can see of it; framed in its map is the cell. A convolution multiplies the
    window x with its weights w, place by place; all products together, and the bias b, are the cell. Of a maximum the
    weights say which number it takes, of an average that all count alike. Struck through is padding. Of very many
    channels those with the largest sums are shown. Arrow keys, or a press on the map, lead to another cell.
    """

    title = "Cell"
    reads = ("Activations", "Cell", "Patch", "Sight")
    order = 32
    behind = "Activations"

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        self.chart = DissectionChart(studio.theme)
        self.chart.moved.connect(self._move)
        self.chart.picked.connect(self._pick)
        studio.session.example_changed.connect(self.refresh)
        studio.session.watchers.focus_changed.connect(self.refresh)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.chart)

    def redraw(self) -> None:
        data, session = self.data, self.studio.session
        found = known(self.history.latest, self.graph, session.watchers.focus)
        shown = exhibit(data, session) if data else None
        self.subtitle = shown.where if shown and found else ""
        if found is not None:
            self.chart.show_cell(dissection(found, shown))
        elif session.watchers.focus is None or not session.watchers.focus.cell:
            self.chart.empty = PRESS
            self.chart.show_cell(None)
        else:
            self.chart.empty = "Reading…" if self.run else "Train to see what the cell is made of"
            self.chart.update()

    def _shape(self) -> tuple[int, ...]:
        focus = self.studio.session.watchers.focus
        reading = self.history.latest.get(("Activations", focus.node)) if focus else None
        return np.shape(reading.value) if reading is not None else ()

    def _move(self, rows: int, columns: int) -> None:
        """Look at a neighbour in the map; of a row at the unit beside."""
        focus, shape = self.studio.session.watchers.focus, self._shape()
        if focus is None or not (place := place_of(shape, focus.cell)):
            return
        if len(place) == 1:
            place = (int(np.clip(place[0] + rows + columns, 0, int(np.prod(shape)) - 1)),)
            self.studio.look_at(focus.node, cell_of(shape, place))
        else:
            self._pick(place[1] + rows, place[2] + columns)

    def _pick(self, row: int, column: int) -> None:
        focus, shape = self.studio.session.watchers.focus, self._shape()
        if focus is None or not (place := place_of(shape, focus.cell)):
            return
        cell = cell_of(shape, (place[0], max(row, 0), max(column, 0)))
        if place_of(shape, cell):
            self.studio.look_at(focus.node, cell)
