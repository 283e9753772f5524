"""How far back through the steps of a sequence the error signal reaches."""

from PySide6.QtCore import QSize, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.chart.chart import Chart
from app.chart.heat_map import HeatMap
from app.chart.horizons import Horizon, HorizonBars
from app.contest import UNTRAINED, Contest
from app.controls.button import Button
from app.controls.flyout import Flyout
from app.controls.mark_sign import MarkSign
from app.controls.segments import Segments
from app.controls.text import label
from app.figures import through_time as figures
from app.figures import while_training as training
from app.figures.pairs import pairs_of
from app.plot import Plot
from app.plots.levers import Levers
from app.plots.track_choice import TrackChoice
from app.studio import Studio
from app.theme.measures import PADDING, SPACE_8
from app.timeline import (
    Trace,
    has_recurrent,
    layer_shown,
    recurrent_in,
    said_of_reading,
    sentence_of,
    state_of,
    told_apart,
    traces_of,
)
from engine.project import Project
from engine.run import Run, same_network

VIEWS = (("steps", "Steps"), ("run", "Run"), ("clip", "Clip"), ("pairs", "T×T"))
READS = {
    "steps": frozenset({"TimeGradient", "CellGradient", "TimeRatio", "CellRatio"}),
    "run": frozenset({"TimeGradient", "CellGradient", "TimeRatio", "CellRatio"}),
    "clip": frozenset({"TimeGradient", "WeightGradient"}),
    "pairs": frozenset({"StepPairs"}),
}
WIDE, HIGH, TALL = 820, 330, 560  # px: room for the levers, for the horizons, for two views at once
LOOK_MS = 150  # after the last edit, before the drawing is looked at anew


class ThroughTime(Plot):
    """How much of the error signal reaches each step of a sequence, on its way back from the last one.

    The loss stands at the right end; each curve is ‖∂L/∂h‖ at a step, divided by that at the last. A line that falls to
    the left is a memory that learns nothing from what was long ago. Dashed is the state before training. An LSTM also
    has ∂L/∂c, the signal in its cells. Run shows what reaches the first step while it trains: it arrives before the
    loss falls. Clip shows the gradient that clipping shortens. T×T is how strongly each state hangs on each earlier
    one. The button compares RNN, GRU and LSTM on the same data: three runs.
    """

    title = "Through time"
    reads = tuple(sorted(frozenset[str]().union(*READS.values())))
    order = 14
    behind = "Loss"

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        theme = studio.theme
        self.contest = Contest(studio, self)
        self.contest.changed.connect(self.refresh)
        studio.overlaid_changed.connect(self.refresh)
        self.view = Segments(theme, VIEWS, name="Through time")
        self.view.changed.connect(self.turn)
        self.steps = Chart(theme, "Gradient by time step")
        self.horizons = HorizonBars(theme, "Memory horizon")
        self.ratios = Chart(theme, "Gradient at the first time step over the run")
        self.losses = Chart(theme, "Loss over the run")
        self.clip = Chart(theme, "Gradient of all weights over the run")
        self.pairs = HeatMap(theme, "How each state hangs on earlier ones")
        self.track = TrackChoice(theme)
        self.track.changed.connect(self.refresh)
        self.mark, self.words = MarkSign(theme), label("", "note", "t2")
        self.words.setAccessibleName("What the gradient through time means")
        self.words.setWordWrap(True)
        self._asked = QTimer(self)
        self._asked.setSingleShot(True)
        self._asked.setInterval(LOOK_MS)
        self._asked.timeout.connect(self._look)
        self._looked: object = None  # at which drawing, data and seed
        self._lay_out()

    def _lay_out(self) -> None:
        theme = self.studio.theme
        self.compare = Button(theme, "Compare RNN, GRU, LSTM", small=True)
        self.compare.clicked.connect(self._compare)
        self.levers = Levers(self.studio, upright=False)
        self.more = Button(
            theme, kind="icon", icon="settings-2", small=True, name="Length, radius and bias"
        )
        self._flyout = Flyout(theme, Levers(self.studio, upright=True))
        self.more.clicked.connect(self._unfold)
        top = QHBoxLayout()
        top.setContentsMargins(PADDING, 6, PADDING, 0)
        top.setSpacing(SPACE_8 * 2)
        top.addWidget(self.compare)
        top.addWidget(self.levers, 1)
        top.addStretch(0)
        top.addWidget(self.more)
        said = QHBoxLayout()
        said.setContentsMargins(PADDING, 2, PADDING, 6)
        said.setSpacing(SPACE_8)
        said.addWidget(self.mark)
        said.addWidget(self.words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        column.addLayout(top)
        for widget, share in (
            (self.steps, 5), (self.horizons, 0), (self.ratios, 3), (self.losses, 3), (self.clip, 5), (self.pairs, 5),
        ):  # fmt: skip
            column.addWidget(widget, share)
        column.addLayout(said)
        self._fit()

    @classmethod
    def suits(cls, project: Project) -> bool:
        return has_recurrent(project.graph)

    def tools(self) -> list[QWidget]:
        return [self.track, self.view, *super().tools()]

    def wanted(self) -> frozenset[str]:
        if not recurrent_in(self.graph):
            return frozenset()
        found = READS[str(self.view.value())]
        return found | READS["run"] if self._shows_both else found

    def reset(self) -> None:
        for chart in (self.steps, self.ratios, self.losses, self.clip):
            chart.reset()

    # -- room ---------------------------------------------------------------------------------------------------------

    def minimumSizeHint(self) -> QSize:
        """Less than what all its charts together would have: they come and go with the room."""
        return QSize(240, 160)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @property
    def _shows_both(self) -> bool:
        return self.view.value() == "steps" and self.height() >= TALL

    def _fit(self) -> None:
        """Show what belongs to the view, as far as there is room for it."""
        view, wide = self.view.value(), self.width() >= WIDE
        self.levers.setVisible(wide)
        self.more.setVisible(not wide)
        self.steps.setVisible(view == "steps")
        self.horizons.setVisible(view == "steps" and self.height() >= HIGH)
        for chart in (self.ratios, self.losses):
            chart.setVisible(view == "run" or self._shows_both)
        self.clip.setVisible(view == "clip")
        self.pairs.setVisible(view == "pairs")
        node = layer_shown(self.graph, self.chosen) if view == "pairs" else None
        self.track.offer(self.graph.nodes[node].layer if node else None)

    def _unfold(self) -> None:
        if self._flyout.isVisible():
            self._flyout.close_up()
        else:
            wanted = self._flyout.content.sizeHint()
            self._flyout.open_at(self.more, "above", wanted.width() + 2, wanted.height() + 2)

    # -- what is compared ---------------------------------------------------------------------------------------------

    def _compare(self) -> None:
        if self.contest.goes_on:
            self.contest.stop()
        else:
            self.contest.begin()
        self.refresh()

    def _look(self) -> None:
        """See how the drawing is before training, unless a run of it is shown."""
        project, run = self.studio.document.project, self.run
        key = (project.graph, project.recipe, project.settings.seed)
        known = run is not None and not self.studio.session.moved_on and traces_of(run)
        if known or self._looked == key or self.contest.goes_on or not has_recurrent(project.graph):
            return
        self._looked = key
        self.contest.look()

    def _runs(self) -> list[Run]:
        """The run that is shown, then those that are laid over it."""
        others = [run for _, run in self.studio.overlaid if run is not self.run]
        shown = [self.run] if self.run else []
        return shown + [run for run in others if not shown or run.history is not shown[0].history]

    def _traces(self) -> tuple[list[Trace], list[Trace]]:
        """Those of runs, and those of cells before training that no run stands for: first of the drawing itself.

        Of a run alone every stacked layer and direction, where steps are drawn; else the one nearest to the loss.
        """
        runs, chosen = self._runs(), self.chosen
        alone = len(runs) == 1 and self.steps.isVisible()
        found = [t for run in runs for t in traces_of(run, chosen, all_tracks=alone)]
        told = told_apart(found)
        kept = [run.graph for run in runs if traces_of(run, chosen)]
        ahead = not kept or self.studio.session.moved_on
        fresh = [
            run for run in self.contest.fresh
            if (ahead if run.name == UNTRAINED else not any(same_network(g, run.graph) for g in kept))
        ]  # fmt: skip
        return told, [trace for run in fresh for trace in traces_of(run, chosen)]

    # -- drawing ------------------------------------------------------------------------------------------------------

    def turn(self, *_: object) -> None:
        self._fit()
        super().turn()

    def redraw(self) -> None:
        self._fit()
        self._asked.start()
        tokens, (traces, fresh) = self.studio.theme.tokens, self._traces()
        going = self.contest.goes_on
        self.compare.show_text("Stop comparing" if going else "Compare RNN, GRU, LSTM")
        self.compare.setEnabled(going or has_recurrent(self.studio.document.graph))
        if self.steps.isVisible():
            self.steps.show_figure(figures.by_step(traces, fresh, tokens))
            self._show_horizons(traces or fresh)
        if self.ratios.isVisible():
            self._show_run(
                told_apart([t for run in self._runs() for t in traces_of(run, self.chosen)])
            )
        if self.clip.isVisible():
            x = training.span_of([trace.run.history for trace in traces if trace.run])
            self.clip.show_figure(training.clipping(traces, x, tokens))
        if self.pairs.isVisible():
            self._show_pairs()
        drawn = [trace for trace in fresh if trace.run and trace.run.name == UNTRAINED]
        self._say(drawn or traces or fresh)

    def _show_pairs(self) -> None:
        node = layer_shown(self.graph, self.chosen) or ""
        track, backward = self.track.track, self.track.backward
        self.pairs.show_heat(pairs_of(self.history, node, track, backward=backward))

    def _show_run(self, traces: list[Trace]) -> None:
        tokens = self.studio.theme.tokens
        kept = list({id(trace.run): trace for trace in traces if trace.run}.values())
        x = training.span_of([trace.run.history for trace in kept if trace.run])
        nodes = [
            layer_shown(trace.run.graph.flat, self.chosen) or "" for trace in kept if trace.run
        ]
        self.ratios.show_figure(training.ratios(kept, nodes, x, tokens))
        self.losses.show_figure(training.losses(kept, nodes, x, tokens))

    def _show_horizons(self, traces: list[Trace]) -> None:
        tokens = self.studio.theme.tokens
        self.horizons.show_horizons(
            tuple(
                Horizon(trace.name, trace.horizon, trace.steps, figures.shade_of(trace, tokens))
                for trace in traces
            )
        )

    def _say(self, traces: list[Trace]) -> None:
        worst = min(
            traces, key=lambda trace: (trace.run is not self.run, trace.ratio), default=None
        )
        self.mark.setVisible(worst is not None)
        if worst is not None:
            self.mark.setValue(state_of(worst))
        nothing = "Draw an RNN, GRU or LSTM to see how far back its error signal reaches."
        self.words.setText(
            sentence_of(worst) if worst else "" if recurrent_in(self.graph) else nothing
        )
        self.subtitle = said_of_reading(worst) if worst else ""
