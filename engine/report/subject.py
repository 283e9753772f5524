"""What is told of a run, gathered: what it was given, what came of it, and what is measured on it at last."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.axes import Target
from engine.contrast import said
from engine.control import Watch
from engine.dataset import Data, DataError
from engine.events import Failed, Judged
from engine.graph import GraphError
from engine.job import Job, prepare
from engine.layer import Loss, Weighted
from engine.layers.data import Input
from engine.project import Project
from engine.report.curves import Clock, Series, clock_of, series_of
from engine.run import Run
from engine.scores import Shares, confusion, shares
from engine.settings import Settings
from engine.train import observe

SIGNAL = "ErrorSignal"


@dataclass(frozen=True, eq=False)
class Told:
    """A run of a project, ready to be written down."""

    title: str
    run: Run
    notes: str = ""

    @cached_property
    def series(self) -> tuple[Series, ...]:
        """Its curves."""
        return series_of(self.run.history)

    @cached_property
    def clock(self) -> Clock:
        """When each step was."""
        return clock_of(self.run.history)

    @cached_property
    def settings(self) -> tuple[tuple[str, str], ...]:
        """How it was trained, in words: title and value."""
        fields, settings = Settings.model_fields, self.run.settings
        return tuple((f.title or n, said(getattr(settings, n))) for n, f in fields.items())

    @cached_property
    def moments(self) -> tuple[tuple[int, str], ...]:
        """What happened in it, by step."""
        history = self.run.history
        found = [
            (e.step, f"{_title(e.setting)} {said(e.before)} → {said(e.after)}")
            for e in history.adjusted
        ]
        found += [(event.step, event.words) for event in history.remarked]
        if isinstance(history.ended, Failed):
            found.append((history.ended.step, f"failed: {history.ended.message}"))
        return tuple(sorted(found))

    @cached_property
    def data(self) -> Data | None:
        """The data it was trained on; None if they cannot be had here."""
        try:
            return self.run.recipe.prepare()
        except DataError:
            return None

    @property
    def target(self) -> Target | None:
        """What was to be predicted."""
        return self.data.target if self.data else None

    @property
    def judged(self) -> Judged | None:
        """What became of each example of dev at the last validation."""
        return self.run.history.judged

    @cached_property
    def confusion(self) -> tuple[NDArray[np.int64], Shares, tuple[str, ...]] | None:
        """Counts of dev by truth and outcome, what follows from them, and the names of the classes."""
        judged, target = self.judged, self.target
        if judged is None or not judged.classes or not len(judged.truths):
            return None
        counts = confusion(judged.truths, judged.outcomes, judged.classes)
        known = target.names if target and target.count == judged.classes else ()
        names = known or tuple(str(number) for number in range(judged.classes))
        return counts.astype(np.int64), shares(counts), names

    @cached_property
    def signals(self) -> Mapping[str, float]:
        """The error signal at each layer, from input to output: as read last, or measured now.

        It is ‖∂L/∂h‖ over the probe batch. Empty where it cannot be measured, as without weights.
        """
        graph = self.run.graph.flat
        latest = self.run.history.latest
        found = {
            node: float(reading.value)
            for (probe, node), reading in latest.items()
            if probe == SIGNAL and isinstance(reading.value, float)
        } or self._measured()
        shown = [
            name for name in graph.order if not isinstance(graph.nodes[name].layer, Input | Loss)
        ]
        learns = [isinstance(graph.nodes[name].layer, Weighted) for name in shown]
        first = learns.index(True) if any(learns) else 0
        return {str(name): found[name] for name in shown[first:] if name in found}

    def _measured(self) -> dict[str, float]:
        if self.run.checkpoint is None:
            return {}
        run = self.run
        project = Project(self.title, run.graph, run.recipe, run.settings.but(device="cpu"))
        try:
            job = prepare(project, run)
        except (DataError, GraphError):
            return {}
        if not isinstance(job, Job):
            return {}
        readings = observe(job, Watch(frozenset({SIGNAL})))
        return {r.node or "": float(r.value) for r in readings if isinstance(r.value, float)}


def told(project: Project, run: Run) -> Told:
    """A run of a project, ready to be written down."""
    return Told(project.title, run, project.notes)


def _title(setting: str) -> str:
    field = Settings.model_fields.get(setting)
    return (field.title if field else None) or setting
