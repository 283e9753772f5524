"""How wrong the network is about each example of the dev part, gathered a few examples at a time."""

from collections.abc import Iterator
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from engine.answers import answers, judged
from engine.axes import Labels
from engine.events import Reading
from engine.probe import Moment, Pass, Probe

CHUNK = 32  # examples looked at in one go: as long as a minibatch takes, about
MOST = 2048  # dev examples that are looked at


class Review(Probe):
    """(dev examples, 4): each one's loss, the class that is said and its share (NaN where none is), and at which step.

    Only the first 2,048 examples are looked at; NaN is what has not been yet. It never reads the test part.
    """

    needs: ClassVar[Pass] = "review"

    def __init__(self) -> None:
        self._found: NDArray[np.float64] = np.empty((0, 4))
        self._next = 0

    def read(self, moment: Moment) -> Iterator[Reading]:
        if self._look(moment):
            yield self.say(moment, None, self._found.copy())

    def finish(self, moment: Moment) -> Iterator[Reading]:
        """Look at all of them anew, for the weights stand still."""
        self._next = 0
        while self._look(moment) and self._next:
            pass
        if len(self._found):
            yield self.say(moment, None, self._found.copy())

    def _look(self, moment: Moment) -> bool:
        """Look at the next few; whether there are any."""
        if moment.data is None or not moment.network.losses:
            return False
        count = min(moment.data.dev.count, MOST)
        if len(self._found) != count:
            self._found, self._next = np.full((count, 4), np.nan), 0
        end = min(self._next + CHUNK, count)
        look = moment.look(moment.data.dev, slice(self._next, end))
        rows = self._found[self._next : end]
        rows[:, 0] = look.losses.double().cpu().numpy()
        rows[:, 1], rows[:, 2] = _said(moment, look.predictions[0].double())
        rows[:, 3] = moment.step
        self._next = end % count
        return True


def _said(moment: Moment, scores: Tensor) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The most probable class of each example and its share; NaN where no single class is asked for."""
    node = judged(moment.network)
    first = next(iter(moment.network.losses))
    if not isinstance(moment.target, Labels) or scores.ndim != 2 or node != first:
        nothing = np.full(len(scores), np.nan)
        return nothing, nothing
    said = answers(scores, moment.graph.nodes[first].layer, moment.target)
    best = said.max(1)
    return best.indices.double().cpu().numpy(), best.values.cpu().numpy()
