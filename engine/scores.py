"""How well a part was judged: the confusion of classes, precision, recall and F1 of each, and R² of measured values.

Pure counting: it knows no network. The formulas are those of scikit-learn's `metrics`; a share of nothing is 0.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """What a confusion says of each class; each is (classes,)."""

    precision: Floats  # of all that were taken for the class, the share that is of it
    recall: Floats  # of all that are of the class, the share that was taken for it
    f1: Floats  # the harmonic mean of both
    support: Counts  # how many are of it
    taken: Counts  # how many were taken for it

    @property
    def macro_f1(self) -> float:
        """The mean F1 over the classes; one that nothing is of or was taken for does not count."""
        met = self.support + self.taken > 0
        return float(self.f1[met].mean()) if met.any() else 0.0


def confusion(truths: Counts, outcomes: Counts, classes: int) -> Counts:
    """(classes, classes) how many of each true class, by row, were taken for which, by column."""
    flat = np.bincount(truths * classes + outcomes, minlength=classes * classes)
    return flat.reshape(classes, classes)


def shares(counts: Counts) -> Shares:
    """Precision, recall and F1 of each class of a confusion."""
    right, taken, support = np.diag(counts), counts.sum(0), counts.sum(1)
    return _shares(right, taken, support)


def shares_of(truths: Counts, outcomes: Counts, classes: int) -> Shares:
    """The same without the whole confusion, which many classes would make too large."""
    right = np.bincount(truths[truths == outcomes], minlength=classes)
    taken = np.bincount(outcomes, minlength=classes)
    return _shares(right, taken, np.bincount(truths, minlength=classes))


def _shares(right: Counts, taken: Counts, support: Counts) -> Shares:
    precision, recall = _share(right, taken), _share(right, support)
    return Shares(precision, recall, _share(2 * right, taken + support), support, taken)


def _share(part: Counts, whole: Counts) -> Floats:
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)


def r_squared(truths: Floats, outcomes: Floats) -> float:
    """R² = 1 − Σ(y − ŷ)² / Σ(y − ȳ)², the mean over values; both (examples, values).

    1 is perfect, 0 no better than always saying the mean. Where all truths of a value are equal, it is 1 if they are
    met and 0 otherwise.
    """
    missed = ((truths - outcomes) ** 2).sum(0)
    spread = ((truths - truths.mean(0)) ** 2).sum(0)
    known = spread > 0
    each = np.where(missed == 0, 1.0, 0.0)
    each[known] = 1 - missed[known] / spread[known]
    return float(each.mean())
