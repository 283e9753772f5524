"""The gates of a recurrent layer, unit by unit and step by step, for one example."""

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.chart.gate_raster import GateRaster
from app.chart.gate_sheet import GateSheet
from app.controls.segments import Segments
from app.figures.exhibit import exhibit
from app.figures.gating import Gating, gating, sheet
from app.plot import Plot
from app.plots.track_choice import TrackChoice
from app.studio import Studio
from app.timeline import has_recurrent, layer_shown, recurrent_in
from engine.control import Forced
from engine.gates import GATES, VALVES
from engine.project import Project

NOTHING = np.empty((0, 0))
LETTERS = tuple(dict.fromkeys("rzifgonch"))
FREE = "free"


class Gates(Plot):
    """Every unit of a recurrent layer at every step of the example that is shown: one gate at a time.

    Rows are units, the most open at the top; yellow is open, dark blue is shut. Above stands what came in, below what
    came back: ∂L/∂h and, of an LSTM, ∂L/∂c, yellow where it is largest, dark from a millionth of it on. GRU: r resets,
    z updates (an open z keeps the state: h′ = (1 − z) ∘ n + z ∘ h). LSTM: i lets in, f keeps, o lets out, g is what is
    new, c the cell. Hold a gate open or shut: on a copy, whose gradients stand below; the run is left alone.
    """

    title = "Gates"
    reads = ("Gates", "GateGradient", "ForcedGateGradient")
    order = 34
    behind = "Activations"

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        theme = studio.theme
        self.raster = GateRaster(theme, "Gates over time")
        self.raster.chosen.connect(self._choose)
        self.gate = Segments(theme, tuple((one, one) for one in LETTERS), name="Gate")
        self.gate.setValue("f")
        self.gate.changed.connect(self._change_gate)
        self.held = Segments(
            theme, ((FREE, "Free"), ("open", "Open"), ("shut", "Shut")), name="Hold the gate"
        )
        self.held.changed.connect(self._hold)
        self.track = TrackChoice(theme)
        self.track.changed.connect(self.refresh)
        studio.session.example_changed.connect(self.refresh)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.raster)
        self.step: int | None = None

    @classmethod
    def suits(cls, project: Project) -> bool:
        return has_recurrent(project.graph)

    def tools(self) -> list[QWidget]:
        return [self.track, self.held, self.gate, *super().tools()]

    def wanted(self) -> frozenset[str]:
        return self.probes() if recurrent_in(self.graph) else frozenset()

    def reset(self) -> None:
        self.step = None

    def redraw(self) -> None:
        node = layer_shown(self.graph, self.chosen)
        kind = type(self.graph.nodes[node].layer).__name__ if node else "LSTM"
        self.gate.offer(*GATES[kind])
        gate = str(self.gate.value())
        for tool in (self.held,):
            tool.setEnabled(gate in VALVES[kind])
        self.track.offer(self.graph.nodes[node].layer if node else None)
        found = gating(self.graph, self.history, self.chosen, self.track.track)
        if found is None:
            words = (
                "Train to see the gates" if node else "Draw an RNN, GRU or LSTM to see its gates"
            )
            self.subtitle = ""
            self.raster.show_sheet(GateSheet("", NOTHING, signed=False, empty=words))
            return
        data, session = self.data, self.studio.session
        shown = exhibit(data, session) if data else None
        self.subtitle = f"{found.node} · {shown.where}" if shown else found.node
        self.raster.show_sheet(
            sheet(found, gate, shown, data, self._held_in_words(found), self.step)
        )

    def _held_in_words(self, found: Gating) -> str:
        """Which gate is held, in words; nothing if none is, or one of another layer."""
        forced = self.studio.session.watchers.forced
        if forced is None or forced.node != found.node:
            return ""
        return f"{forced.gate} {'open' if forced.value else 'shut'}:"

    # -- what a person chooses ----------------------------------------------------------------------------------------

    def _change_gate(self) -> None:
        self._hold()
        self.refresh()

    def _hold(self) -> None:
        node = layer_shown(self.graph, self.chosen)
        kind = type(self.graph.nodes[node].layer).__name__ if node else ""
        gate, how = str(self.gate.value()), self.held.value()
        wanted = None
        if node and how != FREE and gate in VALVES.get(kind, ()):
            wanted = Forced(node, gate, 1.0 if how == "open" else 0.0)
        self.studio.session.watchers.hold(wanted)
        self.refresh()

    def _choose(self, step: int) -> None:
        self.step = step
        self.refresh()
