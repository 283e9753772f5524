"""The loss on the same examples each time: smooth where the minibatch loss is jagged."""

from collections.abc import Iterator
from typing import ClassVar

from engine.events import Reading
from engine.probe import Moment, Pass, Probe


class ProbeLoss(Probe):
    """The mean loss over the probe batch of fixed train examples, in inference mode."""

    needs: ClassVar[Pass] = "forward"

    def read(self, moment: Moment) -> Iterator[Reading]:
        yield self.say(moment, None, moment.on_probe.loss)
