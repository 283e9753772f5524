"""Rows that lie in memory, or in a file as if it were memory, as they were stored: often eight bits a number."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.samples import DataError


class MemoryRows:
    """The rows of several arrays, one after another, as a store of `engine.streamed`.

    Whole numbers of eight bits stand for 0 to 1 in steps of 1/255 if they are `shades`; any other is taken as it is.
    """

    slow = False

    def __init__(self, arrays: Sequence[NDArray[Any]], *, shades: bool = True) -> None:
        self._arrays = arrays
        self._starts = np.cumsum([0, *map(len, arrays)])
        self.shape = (int(self._starts[-1]), *arrays[0].shape[1:])
        in_bytes = shades and all(array.dtype == np.uint8 for array in arrays)
        self.dtype: np.dtype[Any] = np.dtype(np.uint8 if in_bytes else np.float32)

    def read(self, places: NDArray[np.int64]) -> NDArray[Any]:
        found = np.empty((len(places), *self.shape[1:]), self.dtype)
        which = np.searchsorted(self._starts, places, "right") - 1
        for number in np.unique(which):
            mine = which == number
            with np.errstate(
                over="ignore"
            ):  # what is too large becomes infinite, and is said below
                found[mine] = self._arrays[number][places[mine] - self._starts[number]]
        if self.dtype != np.uint8 and not np.isfinite(found).all():
            raise DataError(
                "Some numbers of the data are missing or infinite; fill or remove them."
            )
        return found

    def mark(self, place: int) -> bytes:
        return self.read(np.array([place])).tobytes()
