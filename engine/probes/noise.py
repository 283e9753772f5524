"""How noisy the gradient of a minibatch is."""

from collections.abc import Iterator
from typing import ClassVar

import torch

from engine.events import Reading
from engine.probe import Moment, Pass, Probe

PARTS = 16  # into which the probe batch is cut


class GradientNoise(Probe):
    """The batch size at which the noise of the gradient is as large as the gradient: tr Σ / ‖g‖², in examples.

    A minibatch of B examples has a gradient whose noise is √(this / B) times the signal. The noise scale of McCandlish
    et al. 2018 (arXiv:1812.06162, appendix A.1), from the gradients of 16 parts of the probe batch and of the whole.
    Infinite where no signal can be told from the noise.
    """

    unit: ClassVar[str] = "examples"
    needs: ClassVar[Pass] = "spread"

    def read(self, moment: Moment) -> Iterator[Reading]:
        rows = [row for row in moment.gradients_of_parts(PARTS) if row.numel()]
        if len(rows) < 2:
            return
        parts, count = torch.stack(rows).double(), moment.in_training.count
        small = count / len(rows)
        squares, whole = float(parts.square().sum(1).mean()), float(parts.mean(0).square().sum())
        scatter = (squares - whole) / (1 / small - 1 / count)
        signal = whole - scatter / count
        yield self.say(moment, None, scatter / signal if signal > 0 else float("inf"))
