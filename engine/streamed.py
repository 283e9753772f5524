"""Examples that are read when they are asked for, for data that are larger than memory or take long to read.

Whoever takes rows of them by numbers, a list or a slice gets a numpy array and need not know. What was read is kept,
eight bits a number where that is what was stored, as far as `KEPT` bytes go: those that came first stay, which for
examples in an order that is new in each epoch is as good as any rule.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.ahead import Guard
from engine.scale import Scale
from engine.waiting import told

KEPT = 512 << 20  # bytes
IN_MEMORY = 512 << 20  # bytes of float32 that are simply held in memory
BLOCK = 256  # examples that are read at once by whoever goes through all
Rows = NDArray[Any]


class Store(Protocol):
    """Where examples lie. Reading is a pure function of the places and may happen in several threads at once."""

    shape: tuple[int, ...]  # (examples, *sizes)
    dtype: np.dtype[Any]  # uint8, which stands for 0 to 1 in steps of 1/255; or float32
    slow: bool  # whether it is worth while to read ahead

    def read(self, places: NDArray[np.int64]) -> Rows:
        """(places, *sizes) of `dtype`. Raises DataError."""
        ...

    def mark(self, place: int) -> bytes:
        """What stands for one example: equal for equal ones. Raises DataError."""
        ...


class Kept:
    """A store with what was read from it, as far as there is room. It may be asked by several threads."""

    def __init__(self, store: Store, room: int = KEPT) -> None:
        self.store = store
        each = max(1, int(np.prod(store.shape[1:])) * store.dtype.itemsize)
        count = min(store.shape[0], room // each) if store.slow else 0
        self._rows = np.empty(
            (count, *store.shape[1:]), store.dtype
        )  # no memory until it is written
        self._slots = np.full(store.shape[0], -1, np.int64)  # where in the rows an example lies
        self._used = 0
        self._lock = Guard()

    def read(self, places: NDArray[np.int64]) -> Rows:
        """As the store."""
        with self._lock:
            slots = self._slots[places]
        missing = np.flatnonzero(slots < 0)
        if len(missing) == len(places):
            found = self.store.read(places)
        else:
            found = self._rows[slots]  # what is missing is written over
            if len(missing):
                found[missing] = self.store.read(places[missing])
        self._keep(places[missing], found[missing] if len(missing) < len(places) else found)
        return found

    def _keep(self, places: NDArray[np.int64], rows: Rows) -> None:
        with self._lock:
            room = len(self._rows) - self._used
            if not room or not len(places):
                return
            places, first = np.unique(places, return_index=True)
            new = self._slots[places] < 0
            places, first = places[new][:room], first[new][:room]
            slots = np.arange(self._used, self._used + len(places))
            self._rows[slots] = rows[first]
            self._slots[places] = slots
            self._used += len(places)


class Streamed:
    """Rows of a store in an order of their own, as float32 and scaled, each time they are asked for."""

    dtype: np.dtype[np.float32] = np.dtype(np.float32)

    def __init__(
        self, kept: Kept, places: NDArray[np.int64] | None = None, scale: Scale | None = None
    ) -> None:
        self._kept, self._scale = kept, scale
        count = kept.store.shape[0]
        self._places = np.arange(count, dtype=np.int64) if places is None else places
        self.shape = (len(self._places), *kept.store.shape[1:])
        self.ndim = len(self.shape)

    @property
    def slow(self) -> bool:
        """Whether it is worth while to read ahead."""
        return self._kept.store.slow

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(
        self, chosen: int | slice | Sequence[int] | NDArray[Any]
    ) -> NDArray[np.float32]:
        places = self._places[chosen]
        return self._read(np.atleast_1d(places))[0] if np.ndim(places) == 0 else self._read(places)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """All of them, in memory."""
        return np.asarray(self[:], dtype)

    def rows(self, chosen: slice | NDArray[np.int64]) -> "Streamed":
        """Some of the rows, without reading them."""
        return Streamed(self._kept, self._places[chosen], self._scale)

    def scaled(self, scale: Scale) -> "Streamed":
        """The same rows, scaled whenever they are read."""
        return Streamed(self._kept, self._places, scale)

    def blocks(self, size: int = BLOCK) -> Iterator[NDArray[np.float32]]:
        """All rows, some at a time."""
        for start in range(0, len(self), size):
            yield self[start : start + size]

    def marks(self) -> Iterator[bytes]:
        """What stands for each row, in their order: equal for equal ones."""
        return map(self._kept.store.mark, self._places.tolist())

    def _read(self, places: NDArray[np.int64]) -> NDArray[np.float32]:
        found = self._kept.read(places)
        if found.dtype == np.uint8:
            found = np.divide(found, 255, dtype=np.float32)
        return self._scale.apply(found) if self._scale else found.astype(np.float32, copy=False)


def streamed(store: Store) -> Streamed:
    """All rows of a store."""
    return Streamed(Kept(store))


def held(store: Store, what: str = "Reading the examples") -> "NDArray[np.float32] | Streamed":
    """All rows of a store: in memory where they are few and quickly read, else as they are asked for."""
    if store.slow or 4 * int(np.prod(store.shape)) > IN_MEMORY:
        return streamed(store)
    rows = Streamed(Kept(store, 0))
    found = np.empty(store.shape, np.float32)
    for start in range(0, len(rows), BLOCK):
        told(start, len(rows), what)
        found[start : start + BLOCK] = rows[start : start + BLOCK]
    return found
