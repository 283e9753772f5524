"""A recurrent layer opened: the chain of its copies, or the inside of one."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.chart.cell_view import CellView
from app.chart.unrolled_view import UnrolledView
from app.controls.segments import Segments
from app.figures.exhibit import exhibit
from app.figures.gating import gating
from app.figures.unrolling import cell, read_of, unrolled
from app.plot import Plot
from app.plots.track_choice import TrackChoice
from app.studio import Studio
from app.timeline import has_recurrent, layer_shown, recurrent_in
from engine.project import Project

COPIES, INSIDE = "copies", "cell"


class Unrolled(Plot):
    """A recurrent layer unrolled over the steps of the example that is shown, or the inside of one of its copies.

    There is one W_xh and one W_hh, whatever the number of steps; threads lead to every copy that uses them, bright
    where a step adds much to the gradient of the weight. In each copy is its state, below it what of the error signal
    comes back to it, yellow to dark. W_hy reads every state, or only the last: that is the port from which the wire
    leaves. Press a copy and choose Cell: its gates are valves, as far open as they are. Arrow keys lead from step to
    step.
    """

    title = "Unrolled"
    reads = ("Gates", "GateGradient", "TimeContribution")
    order = 35
    behind = "Activations"

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        self.step = 0
        theme = studio.theme
        self.view = Segments(theme, ((COPIES, "Copies"), (INSIDE, "Cell")), name="Unrolled")
        self.view.changed.connect(self.refresh)
        self.track = TrackChoice(theme)
        self.track.changed.connect(self.refresh)
        self.copies = UnrolledView(theme, "Copies of the cell over time")
        self.copies.chosen.connect(self._choose)
        self.copies.opened.connect(self._open)
        self.inside = CellView(theme, "Inside of the cell")
        self.inside.walked.connect(lambda away: self._choose(self.step + away))
        studio.session.example_changed.connect(self.refresh)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.copies)
        column.addWidget(self.inside)

    @classmethod
    def suits(cls, project: Project) -> bool:
        return has_recurrent(project.graph)

    def tools(self) -> list[QWidget]:
        return [self.track, self.view, *super().tools()]

    def wanted(self) -> frozenset[str]:
        return self.probes() if recurrent_in(self.graph) else frozenset()

    def redraw(self) -> None:
        opened = self.view.value() == INSIDE
        self.copies.setVisible(not opened)
        self.inside.setVisible(opened)
        node = layer_shown(self.graph, self.chosen)
        self.track.offer(self.graph.nodes[node].layer if node else None)
        found = gating(self.graph, self.history, self.chosen, self.track.track)
        if found is None:
            words = (
                "Train to see it step by step" if node else "Draw an RNN, GRU or LSTM to unroll it"
            )
            self.subtitle = ""
            self.copies.show_sheet(None, words)
            self.inside.show_sheet(None, words)
            return
        data, session = self.data, self.studio.session
        shown = exhibit(data, session) if data else None
        self.subtitle = f"{found.node} · {shown.where}" if shown else found.node
        self.step = min(max(self.step, 0), found.steps - 1)
        if opened:
            came = read_of(found, self.graph, shown, data)
            self.inside.show_sheet(cell(found, came, self.step, None))
        else:
            picture = unrolled(found, self.graph, self.history, shown, data, self.step)
            self.copies.show_sheet(picture)

    def _choose(self, step: int) -> None:
        self.step = max(0, step)
        self.refresh()

    def _open(self, step: int) -> None:
        self.step = step
        self.view.setValue(INSIDE)
        self.refresh()
