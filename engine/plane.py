"""Data that are points of a plane: where they lie, and a grid of points over them."""

import numpy as np
from numpy.typing import NDArray

from engine.axes import Row
from engine.dataset import Data

MARGIN = 0.12  # beyond the outermost points, as a share of the side


def has_plane(data: Data) -> bool:
    """Whether examples are points of a plane and nothing else."""
    return data.axes == Row(2) and not data.others


def extent(data: Data) -> NDArray[np.float64]:
    """(2, 2): the middle of the square that holds the train points with a margin, and half its side, for both axes."""
    points = np.asarray(data.train.inputs, np.float64)
    low, high = points.min(0), points.max(0)
    half = max(float((high - low).max()) / 2 * (1 + MARGIN), 1e-9)
    return np.stack([(low + high) / 2, np.array([half, half])])


def grid(data: Data, side: int) -> NDArray[np.float32]:
    """(side · side, 2): the middles of the cells of a square grid, row by row from the top left."""
    middle, half = extent(data)
    steps = (np.arange(side) + 0.5) / side * 2 - 1
    x, y = np.meshgrid(steps, -steps)
    points = np.stack([x.ravel(), y.ravel()], 1) * half + middle
    return np.asarray(points, np.float32)
