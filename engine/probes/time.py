"""What is left of the error signal at each step of a recurrent layer, over the probe batch."""

from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from engine.events import Reading
from engine.fading import Floats, first_by_last, median_first_by_last, over_batch
from engine.graph import NodeId
from engine.probe import Moment, Pass, Probe
from engine.unrolled import lengths_by_example, lengths_of_contributions


def by_example(moment: Moment, *, cells: bool = False) -> Iterator[tuple[NodeId, list[Floats]]]:
    """Of each recurrent node, ‖∂L/∂h_t‖ (or ∂L/∂c_t) of each example, by track: (batch, steps) each."""
    unrolled = moment.unrolled
    for node, returned in unrolled.returned.items():
        tracks = unrolled.readings[node].tracks
        found = [
            (r.cells if cells else r.states, t.real) for t, r in zip(tracks, returned, strict=True)
        ]
        rows = [lengths_by_example(grads, real) for grads, real in found if grads is not None]
        if rows:
            yield node, rows


class TimeGradient(Probe):
    """‖∂L/∂h_t‖₂ at each step of a recurrent layer: (tracks, steps), the last step that is read at the right end.

    A track is a stacked layer in one direction, forward before backward, each in its own time. The gradient is whole:
    over all later steps.
    """

    unit: ClassVar[str] = "‖∂L/∂hₜ‖₂"
    needs: ClassVar[Pass] = "time"

    def read(self, moment: Moment) -> Iterator[Reading]:
        for node, rows in by_example(moment):
            yield self.say(moment, node, np.stack([over_batch(row) for row in rows]))


class CellGradient(Probe):
    """‖∂L/∂c_t‖₂ at each step of an LSTM: what the cells carry back past the gates. (tracks, steps)."""

    unit: ClassVar[str] = "‖∂L/∂cₜ‖₂"
    needs: ClassVar[Pass] = "time"

    def read(self, moment: Moment) -> Iterator[Reading]:
        for node, rows in by_example(moment, cells=True):
            yield self.say(moment, node, np.stack([over_batch(row) for row in rows]))


class TimeRatio(Probe):
    """‖∂L/∂h_1‖ / ‖∂L/∂h_T‖ of a recurrent layer's top track: what of the error signal reaches the first step."""

    unit: ClassVar[str] = "‖∂L/∂h₁‖ / ‖∂L/∂h_T‖"
    needs: ClassVar[Pass] = "time"

    def read(self, moment: Moment) -> Iterator[Reading]:
        for node, rows in by_example(moment):
            yield self.say(moment, node, first_by_last(over_batch(rows[top(moment, node)])))


class CellRatio(Probe):
    """‖∂L/∂c_1‖ / ‖∂L/∂c_T‖ of an LSTM's top track."""

    unit: ClassVar[str] = "‖∂L/∂c₁‖ / ‖∂L/∂c_T‖"
    needs: ClassVar[Pass] = "time"

    def read(self, moment: Moment) -> Iterator[Reading]:
        for node, rows in by_example(moment, cells=True):
            yield self.say(moment, node, first_by_last(over_batch(rows[top(moment, node)])))


class MedianTimeRatio(Probe):
    """The median over examples of ‖∂L/∂h_1‖ / ‖∂L/∂h_T‖: no single sequence can dominate it."""

    unit: ClassVar[str] = "median ‖∂L/∂h₁‖ / ‖∂L/∂h_T‖"
    needs: ClassVar[Pass] = "time"

    def read(self, moment: Moment) -> Iterator[Reading]:
        for node, rows in by_example(moment):
            yield self.say(moment, node, median_first_by_last(rows[top(moment, node)]))


class TimeContribution(Probe):
    """What each step adds to the gradients of W_xh and W_hh: lengths (tracks, 2, steps), in the order of reading."""

    unit: ClassVar[str] = "‖∂L/∂W at step t‖₂"
    needs: ClassVar[Pass] = "time"

    def read(self, moment: Moment) -> Iterator[Reading]:
        unrolled = moment.unrolled
        for node, returned in unrolled.returned.items():
            pairs = zip(unrolled.readings[node].tracks, returned, strict=True)
            yield self.say(
                moment, node, np.stack([lengths_of_contributions(*pair) for pair in pairs])
            )


def top(moment: Moment, node: NodeId) -> int:
    """The track that is nearest to the loss: the highest layer's, forward."""
    tracks = moment.unrolled.readings[node].tracks
    return len(tracks) - (2 if tracks[-1].backward else 1)
