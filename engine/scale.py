"""The unit of measured values; standardising inputs: mean 0 and standard deviation 1, and the way back."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Measure:
    """How values of a person's are stored: `centre` taken away, divided by `unit`."""

    name: str  # of what was measured, without the two numbers
    centre: float = 0.0
    unit: float = 1.0

    def stored(self, values: NDArray[Any]) -> Floats:
        """Values as people measured them, as the data hold them."""
        return ((np.asarray(values, np.float64) - self.centre) / self.unit).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """Takes the mean of each input away and divides by its standard deviation."""

    mean: Floats
    deviation: Floats  # 1 where an input never varies

    @staticmethod
    def fitted(inputs: NDArray[Any], over: tuple[int, ...] = (0,)) -> "Scale":
        """The scale of these inputs; `over` are the axes along which one input lies.

        Inputs that hardly vary (a pixel lit in one picture of hundreds) keep their deviation.
        """
        mean, deviation = inputs.mean(over, dtype=np.float64), inputs.std(over, dtype=np.float64)
        deviation = np.where(deviation > 0, deviation, 1.0)
        return Scale(mean.astype(np.float32), deviation.astype(np.float32))

    def apply(self, inputs: NDArray[Any]) -> Floats:
        """Inputs as the network sees them."""
        return ((inputs - self.mean) / self.deviation).astype(np.float32)

    def undo(self, inputs: NDArray[Any]) -> Floats:
        """Inputs as they were."""
        return (inputs * self.deviation + self.mean).astype(np.float32)
