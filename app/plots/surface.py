"""The decision surface: what the network says of each point of the plane, under the examples."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QWidget

from app.chart.plane import PlaneChart
from app.chart.strips import Strip, StripColumn
from app.figures.exhibit import exhibit
from app.figures.planes import plane
from app.plot import Plot
from app.studio import Studio
from engine.events import Reading
from engine.layer import Loss
from engine.layers.data import Input
from engine.plane import has_plane
from engine.project import Project

PARTS = ("train", "dev")
SUITED = ("plane", "table")  # a table may have two columns
NARROW = 400  # px: below this, the plane stands alone
LIKED = (40, 200)  # px: height of a unit's plane, and of all of a layer


class Surface(Plot):
    """What the network says of each point of the plane, for data of two numbers, with the examples over it.

    Each point has the colour of the class that is most probable there, the paler the less sure; so the edge between two
    colours is where the network changes its mind. Full dots are train examples, rings dev examples; a press on one
    shows it in Activations. At the right each unit's own view of the same plane: blue is positive, orange negative.
    Measured values are drawn in the same two colours.
    """

    title = "Surface"
    reads = ("Plane", "PlaneOfUnits")
    order = 12
    behind = "Loss"

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        self.chart = PlaneChart(studio.theme)
        self.chart.picked.connect(self._pick)
        self.column = StripColumn(studio.theme)
        self.column.setAccessibleName("The plane of each unit")
        self.column.liked = LIKED
        self.column.picked.connect(studio.pick)
        self.area = QScrollArea()
        self.area.setAccessibleName("Surfaces")
        self.area.setWidget(self.column)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        studio.session.example_changed.connect(self.refresh)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.chart, 3)
        row.addWidget(self.area, 2)

    @classmethod
    def suits(cls, project: Project) -> bool:
        return project.recipe.dataset.content in SUITED

    def wanted(self) -> frozenset[str]:
        return self.probes() if self._wide else frozenset({"Plane"})

    @property
    def _wide(self) -> bool:
        return self.width() >= NARROW

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.seen and (event.oldSize().width() >= NARROW) != self._wide:
            self.turn()

    def reset(self) -> None:
        self.column.forget()

    def redraw(self) -> None:
        data = self.data
        if data is None or not has_plane(data):
            self.area.hide()
            self.subtitle = ""
            self.chart.show_figure(None)
            return
        reading = self._said()
        said = np.asarray(reading.value) if reading else None
        shown = exhibit(data, self.studio.session)
        self.subtitle = shown.where
        step = reading.step if reading else 0
        tokens = self.studio.theme.tokens
        self.chart.show_figure(plane(data, said, shown.values, step, tokens))
        strips = tuple(self._strips())
        self.area.setVisible(self._wide and bool(strips))
        self.column.show_strips(strips, self.chosen)

    def _said(self) -> Reading | None:
        found = (self.history.latest.get(("Plane", node.id)) for node in self.graph.of_kind(Loss))
        return next((reading for reading in found if reading is not None), None)

    def _strips(self) -> list[Strip]:
        found = []
        for name in self.graph.order:
            reading = self.history.latest.get(("PlaneOfUnits", name))
            if reading is not None and not isinstance(self.graph.nodes[name].layer, Input):
                values = np.asarray(reading.value)
                found.append(Strip(name, f"{len(values)} units", values))
        return found

    def _pick(self, cloud: int, number: int) -> None:
        self.studio.session.choose_example(PARTS[cloud], number)
