"""What a layer gives out, of any shape, as maps or rows that can be drawn, and the way back from a place to a cell.

A cell is an index into the values of one example in PyTorch's order; a place is one into what is drawn of them.
"""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.floating]


def as_maps(values: Numbers) -> Numbers:
    """An image as it is, (channels, height, width); a sequence as one lying map; a volume as its slices; else a row."""
    if values.ndim == 2:
        return (values if _lies(values.shape) else values.T)[None]
    if values.ndim == 4:
        return values.reshape(-1, *values.shape[2:])
    return values if values.ndim in (1, 3) else values.reshape(-1)


def place_of(shape: tuple[int, ...], cell: tuple[int, ...]) -> tuple[int, ...]:
    """Where a cell lies in what is drawn; empty if it is none of this shape."""
    if len(cell) != len(shape) or any(i >= size for i, size in zip(cell, shape, strict=True)):
        return ()
    if len(shape) == 2:
        return (0, *cell) if _lies(shape) else (0, cell[1], cell[0])
    if len(shape) == 4:
        return (cell[0] * shape[1] + cell[1], *cell[2:])
    return cell if len(shape) in (1, 3) else (int(np.ravel_multi_index(cell, shape)),)


def cell_of(shape: tuple[int, ...], place: tuple[int, ...]) -> tuple[int, ...]:
    """The cell that is drawn at a place."""
    if len(shape) == 2:
        return place[1:] if _lies(shape) else (place[2], place[1])
    if len(shape) == 4:
        return (*divmod(place[0], shape[1]), *place[1:])
    if len(shape) in (1, 3):
        return place
    return tuple(int(i) for i in np.unravel_index(place[0], shape))


def filters(weights: Numbers) -> Numbers:
    """Weights (out, in, *kernel) as one map a filter: the kernels of its input channels side by side, with gaps.

    (out, in) of a dense layer is one map that lies.
    """
    if weights.ndim == 2:
        return as_maps(weights)
    out, channels, *kernel = weights.shape
    high, wide = (1, kernel[0]) if len(kernel) == 1 else (kernel[-2], kernel[-1])
    slices = weights.reshape(out, -1, high, wide)
    gaps = np.full((out, slices.shape[1], high, 1), np.nan)
    together = np.concatenate([slices, gaps], 3).transpose(0, 2, 1, 3)  # (out, high, in, wide + 1)
    return np.asarray(together.reshape(out, high, -1)[:, :, :-1])


def _lies(shape: tuple[int, ...]) -> bool:
    return shape[1] > shape[0]
