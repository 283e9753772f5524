"""Handwritten digits, large and small."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.axes import Image, Labels
from engine.dataset import Dataset
from engine.samples import Samples, read_arrays
from resources import resource

_DIGITS = Labels(tuple("0123456789"))


class Digits28(Dataset, title="Digits, 28×28"):
    """10,000 handwritten digits from the MNIST collection, white on black.

    They are a part of its training images, so a result is a held-out accuracy and cannot be
    compared with figures published for the MNIST test set. By Yann LeCun and Corinna Cortes,
    derived from NIST data; CC BY-SA 3.0.
    """

    def load(self) -> Samples:
        stored: Mapping[str, NDArray[Any]] = read_arrays(resource("data", "mnist10k.npz"), "x", "y")
        inputs = np.divide(stored["x"], 255, dtype=np.float32).reshape(-1, 1, 28, 28)
        return Samples(inputs, stored["y"].astype(np.int64), Image(1, 28, 28), _DIGITS)


class Digits8(Dataset, title="Digits, 8×8"):
    """1,797 handwritten digits as very small pictures: the quickest real data to train on.

    From the UCI repository (Alpaydin and Kaynak, 1998), as scikit-learn ships them.
    """

    def load(self) -> Samples:
        from sklearn.datasets import load_digits

        stored = load_digits()
        inputs = (stored.images[:, None] / 16).astype(np.float32)  # ink in 17 steps, 0 to 16
        return Samples(inputs, stored.target.astype(np.int64), Image(1, 8, 8), _DIGITS)
