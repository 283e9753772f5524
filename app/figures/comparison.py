"""The run that is shown and the past runs laid over it, on one x axis."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.chart.figure import Line
from app.chart.pyramid import Pyramid
from app.chart.scale import Scale, growing_end
from app.progress import Extent, Floats, Progress, Sight, Style, Unit
from app.theme import Tokens
from engine.history import History
from engine.run import Run

DASHES = (7.0, 3.0)  # dev is always dashed
MANY = 12  # past runs, from which on each is one line alone
LABELLED = 6  # past runs that are named at their ends and under the pointer
FIRST = {"epochs": 1 / 64, "steps": 1.0, "examples": 1.0, "seconds": 1 / 64}  # shown before a step


def colour_of(tokens: Tokens, place: int) -> str:
    """The colour of a past run by its place among all of them.

    Blue and orange belong to train and dev of the run that is shown.
    """
    colours = (*tokens.series[2:], tokens.baseline)
    return colours[place % len(colours)]


@dataclass(frozen=True, slots=True, eq=False)
class Ghost:
    """A past run laid over the one that is shown, in a colour of its own; of very many, only some are named."""

    name: str
    progress: Progress
    place: int  # among all past runs, from 0
    named: bool

    def colour(self, tokens: Tokens) -> str:
        """Its colour."""
        return colour_of(tokens, self.place)


class Comparison:
    """Follows one run; the ghosts stand still, so their lines are found once for each window."""

    def __init__(self, history: History, unit: Unit, beta: float) -> None:
        self.unit, self.beta = unit, beta
        self.progress = Progress(history, unit, beta)
        self.ghosts: tuple[Ghost, ...] = ()
        self._found: tuple[object, tuple[Line, ...]] | None = None
        self._reach: dict[tuple[str, ...], tuple[Floats, Floats]] = {}

    def lay_over(self, runs: Sequence[tuple[int, Run]]) -> None:
        """Show these past runs too, each with its place among all; the one that is shown is left out."""
        kept = {id(ghost.progress.history): ghost.progress for ghost in self.ghosts}
        others = [(place, run) for place, run in runs if run.history is not self.history]
        self.ghosts = tuple(
            Ghost(
                run.name,
                kept.get(id(run.history)) or self._past(run.history),
                place,
                number < LABELLED,
            )
            for number, (place, run) in enumerate(others)
        )
        self._forget()

    def _forget(self) -> None:
        self._found = None
        self._reach.clear()

    def _past(self, history: History) -> Progress:
        progress = Progress(history, self.unit, self.beta)
        progress.update()
        return progress

    @property
    def history(self) -> History:
        """What the run that is shown has said."""
        return self.progress.history

    def count_in(self, unit: Unit) -> None:
        """Let the x axis count these."""
        self.unit = unit
        for progress in self._all():
            progress.unit = unit
        self._found = None

    def smoothen(self, beta: float) -> None:
        """Weigh the past of each average otherwise."""
        self.beta = beta
        for progress in self._all():
            progress.smoothen(beta)
            progress.update()
        self._forget()

    def _all(self) -> tuple[Progress, ...]:
        return (self.progress, *(ghost.progress for ghost in self.ghosts))

    def whole(self, epochs: int) -> Scale:
        """The x axis: as far as the longest run has come, in steps, and no further than is planned."""
        began = [p for p in self._all() if p.history.step]
        if not began:
            return Scale(0.0, float(epochs) if self.unit == "epochs" else 1.0)
        end = max(FIRST[self.unit], *(p.end for p in began))
        planned = max(p.planned for p in began) if all(p.planned for p in began) else 0.0
        return Scale(0.0, growing_end(end, planned))

    def ghost_lines(
        self, sight: Sight, tokens: Tokens, names: tuple[str, ...], extents: Sequence[Extent]
    ) -> tuple[Line, ...]:
        """The curves of the past runs: the first of `names` is dashed and bears the run's name."""
        key = (sight.shown, sight.columns, tokens.name, names)
        if self._found is None or self._found[0] != key:
            made = [
                line
                for ghost in self.ghosts
                for line in self._lines_of(ghost, sight, ghost.colour(tokens), names)
            ]
            self._found = key, tuple(made)
        lows, highs = self._reached(names)
        for extent in extents:
            extent.take(lows, highs)
        return self._found[1]

    def _reached(self, names: tuple[str, ...]) -> tuple[Floats, Floats]:
        """The lowest and highest values of the past runs, looked for once: they stand still."""
        if names not in self._reach:
            seen = [
                Sight(ghost.progress, Scale(0, 1), 1).whole(curve_of(ghost.progress, name))
                for ghost in self.ghosts
                for name in names
            ]
            none = np.empty(0)
            lows = np.concatenate([none, *(envelope.lows for envelope in seen)])
            self._reach[names] = lows, np.concatenate([none, *(e.highs for e in seen)])
        return self._reach[names]

    def _lines_of(
        self, ghost: Ghost, sight: Sight, colour: str, names: tuple[str, ...]
    ) -> list[Line]:
        own = Sight(ghost.progress, sight.shown, sight.columns)
        lines: list[Line] = []
        for name in names:
            pyramid = curve_of(ghost.progress, name)
            if not len(pyramid.curve):
                continue
            first = not lines
            if not first and len(self.ghosts) > MANY:
                break
            label = ghost.name if first and ghost.named else ""
            style = Style(colour, 1.5, 1.0 if first else 0.5, () if name == "smooth" else DASHES)
            lines.append(own.line(ghost.name, pyramid, style, label))
        return lines


def curve_of(progress: Progress, name: str) -> Pyramid:
    """A curve of a run by the name of its figure, or “smooth”."""
    return progress.smooth if name == "smooth" else progress.validated[name]
