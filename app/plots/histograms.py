"""How the numbers of each layer are spread."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.chart.figure import Readout, Value
from app.chart.ridge_chart import RidgeChart
from app.chart.ridges import Ridge, Ridges
from app.controls.segments import Segments
from app.depth import layers
from app.plot import Plot
from app.spreads import FINE, bin_in_words, shares_of, ticks_of
from app.studio import Studio
from app.wording import number
from engine.graph import NodeId
from engine.layer import Weighted

Counts = NDArray[np.generic]
CHOICES = (("ActivationSpread", "h"), ("ErrorSpread", "∂L/∂h"), ("GradientSpread", "∂L/∂W"))
FORMULAS = {
    "ActivationSpread": "h: activations",
    "ErrorSpread": "∂L/∂h: error signal",
    "GradientSpread": "∂L/∂W: gradients of weights and biases",
}


class Histograms(Plot):
    """How the numbers of each layer are spread over the probe batch: one row a layer, the input at the top.

    Choose the activations, the error signal or the gradients of the weights. To the right are positive numbers, to the
    left negative ones, in powers of ten away from the middle; each row is as high as its fullest bin. Dashed is the
    first reading. A row that is one peak in the middle holds almost nothing but zeros; activations in two peaks at the
    ends are saturated. A red arrow stands where numbers lie beyond ±100.
    """

    title = "Histograms"
    reads = ("ActivationSpread", "ActivationStd", "ErrorSpread", "GradientSpread")
    order = 22
    behind = "Gradients"
    rate = 2

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        self.chart = RidgeChart(studio.theme, "Histogram by layer")
        self.chart.picked.connect(studio.pick)
        self.quantity = Segments(studio.theme, CHOICES, name="Histogram of")
        self.quantity.changed.connect(self.refresh)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.chart)

    def tools(self) -> list[QWidget]:
        return [self.quantity, *super().tools()]

    def redraw(self) -> None:
        probe = str(self.quantity.value())
        counts = self._counts(probe)
        names = self._fitting(list(counts))
        ridges = tuple(self._ridge(probe, name, counts[name]) for name in names)
        self.subtitle = f"{len(names)} of {len(counts)} layers" if len(names) < len(counts) else ""

        def read(row: int, place: int) -> Readout:
            ridge = ridges[row]
            rows = [Value("share", f"{100 * ridge.shares[place]:.1f} %")]
            rows += [Value("beyond ±100", f"{100 * (ridge.below + ridge.above):.2g} %")] * (
                ridge.below + ridge.above > 0
            )
            rows += [Value("std", ridge.remark)] if ridge.remark else []
            return Readout(0, f"{ridge.name} · {bin_in_words(place, FINE[probe])}", tuple(rows))

        tokens = self.studio.theme.tokens
        self.chart.show_ridges(
            Ridges(
                ridges,
                ticks_of(FINE[probe]),
                FORMULAS[probe],
                tokens.series[0] if probe == "ActivationSpread" else tokens.gradient,
                self.chosen,
                remark="std" if probe == "ActivationSpread" else "",
                empty="Train to see how the numbers are spread",
                read=read,
            )
        )

    def _counts(self, probe: str) -> dict[NodeId, Counts]:
        """The latest histogram of each layer; of its weights and biases together."""
        latest = self.history.latest
        if probe != "GradientSpread":
            names = layers(self.graph, probe, latest)
            return {name: np.asarray(latest[probe, name].value) for name in names}
        owned: dict[str, list[Counts]] = {}
        for (name, parameter), reading in latest.items():
            if name == probe:
                owned.setdefault(_owner(parameter), []).append(np.asarray(reading.value))
        return {name: np.sum(owned[name], axis=0) for name in self.graph.order if name in owned}

    def _fitting(self, names: list[NodeId]) -> list[NodeId]:
        """All layers, if there is room; else those that end a hidden layer, and of these every second or more."""
        room = self.chart.room
        if len(names) <= room:
            return names
        nodes = self.graph.nodes
        bends = [n for n in names if nodes[n].layer.group == "Activation"]
        some = bends or [n for n in names if isinstance(nodes[n].layer, Weighted)] or names
        return some[:: -(-len(some) // room)]

    def _ridge(self, probe: str, name: NodeId, counts: Counts) -> Ridge:
        shares, below, above = shares_of(counts)
        std = self.history.latest.get(("ActivationStd", name))
        is_told = probe == "ActivationSpread" and std is not None and isinstance(std.value, float)
        remark = number(float(std.value), 2) if is_told and std is not None else ""
        return Ridge(name, shares, below, above, self._first(probe, name), remark)

    def _first(self, probe: str, name: NodeId) -> NDArray[np.float64] | None:
        """The shares at the first reading, once there is another."""
        films = [
            film
            for (kind, node), film in self.history.films.items()
            if kind == probe and name == (_owner(node) if probe == "GradientSpread" else node)
        ]
        if not films or any(len(film) < 2 for film in films):
            return None
        return shares_of(np.sum([film.frames[0] for film in films], axis=0))[0]


def _owner(parameter: str) -> str:
    """The layer of a weight matrix or bias: `dense_1` of `dense_1.weight`."""
    return parameter.rpartition(".")[0]
