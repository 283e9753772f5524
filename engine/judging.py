"""What a network makes of a whole part, batch by batch: accuracy, F1, R², and the outcome of each example."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.axes import Labels, StepLabels, Target
from engine.events import Judged
from engine.network import Network, hits, outcomes
from engine.scores import r_squared, shares_of

MOST = 1 << 18  # outcomes that are said of one part


class Findings:
    """Takes results and targets in their order; what it says is of all that it took."""

    def __init__(self, network: Network, target: Target) -> None:
        judge = network.judges[0]
        self._threshold, self._target = judge.threshold, target
        # A loss that compares two parts of the network says nothing of measured values of the data.
        self._known = isinstance(target, Labels) or judge.target is None
        self._truths: list[Tensor] = []
        self._outcomes: list[Tensor] = []
        self._right: list[Tensor] = []
        self._count = 0

    def take(self, results: tuple[Tensor, ...], targets: Tensor) -> None:
        """Note what became of a batch; nothing is copied off the device yet."""
        self._count += len(targets)
        found = outcomes(results, targets, self._target, self._threshold) if self._known else None
        if found is None:
            return
        self._truths.append(targets)
        self._outcomes.append(found)
        right = hits(found, targets, self._target)
        if right is not None:
            self._right.append(right)

    def accuracy(self) -> float | None:
        """The share that was classified right; None where nothing is classified."""
        return float(torch.stack(self._right).sum()) / self._count if self._right else None

    def scores(self) -> tuple[float | None, float | None]:
        """Macro F1 of classes, R² of measured values; None for what has no meaning."""
        if not self._truths:
            return None, None
        truths, found, _ = self._all()
        if isinstance(self._target, Labels):
            return shares_of(truths, found, self._target.count).macro_f1, None
        return None, r_squared(truths.astype(np.float64), found.astype(np.float64))

    def said(self, step: int, epoch: int) -> Iterator[Judged]:
        """The outcome of each example, or of each step that is asked about; the first of very many."""
        if self._truths:
            truths, found, examples = (array[:MOST] for array in self._all())
            classes = self._target.count if isinstance(self._target, Labels) else 0
            yield Judged(step, epoch, truths, found, examples, classes)

    def _all(self) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.int64]]:
        """Truths and outcomes with the number of the example each belongs to; padding left out."""
        truths = torch.cat(self._truths).cpu().numpy()
        found = torch.cat(self._outcomes).cpu().numpy()
        if not isinstance(self._target, StepLabels):
            return truths, found, np.arange(len(truths))
        asked = truths >= 0
        return truths[asked], found[asked], np.nonzero(asked)[0]
