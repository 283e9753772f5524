"""Data at a glance: a picture a class, points in the plane, or how often each class or value occurs.

Only the train part is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from engine.axes import Image, Labels, Row, Values
from engine.dataset import Data, gallery

MOST = 10  # pictures or bars; the rest is counted
MOST_POINTS = 600
_BINS = 24


@dataclass(frozen=True, slots=True, eq=False)
class Pictures:
    """One example of each class: its name, its picture, its number in the train part."""

    examples: tuple[tuple[str, QImage, int], ...]
    left_out: int


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Examples with two numbers each: (n, 2) in the unit square, y upwards, and their classes."""

    places: NDArray[np.float64]
    labels: NDArray[np.int64]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many examples each class has."""

    counts: tuple[tuple[str, int], ...]
    left_out: int


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """How a value to be predicted is spread: counts from the least to the greatest."""

    name: str
    counts: NDArray[np.int64]
    least: float
    most: float


Glance = Pictures | Points | Counts | Spread


def glance(data: Data) -> Glance:
    """What to show of these data."""
    if isinstance(data.target, Labels):
        if np.ndim(data.train.targets) != 1:  # a class at each step
            return _counts(data, data.target)
        if isinstance(data.axes, Image) and data.axes.channels in (1, 3):
            return _pictures(data)
        if isinstance(data.axes, Row) and data.axes.features == 2:
            return _points(data, data.target)
        return _counts(data, data.target)
    return _spread(data)


def picture(values: NDArray[np.generic]) -> QImage:
    """An image (channels, height, width) with values in 0…1, as it is seen."""
    pixels = np.ascontiguousarray(
        np.clip(np.asarray(values, np.float32) * 255, 0, 255).astype(np.uint8).transpose(1, 2, 0)
    )
    height, width, channels = pixels.shape
    layout = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_Grayscale8
    return QImage(pixels.tobytes(), width, height, width * channels, layout).copy()


def _pictures(data: Data) -> Pictures:
    found = gallery(data)
    shown = found[:MOST]
    examples = tuple((name, picture(values), place) for name, values, place in shown)
    return Pictures(examples, len(found) - len(shown))


def _points(data: Data, target: Labels) -> Points:
    inputs = np.asarray(data.train.inputs[:MOST_POINTS], np.float64)
    low, high = inputs.min(0), inputs.max(0)
    middle, reach = (low + high) / 2, max(float((high - low).max()), 1e-12)
    labels = np.asarray(data.train.targets[:MOST_POINTS], np.int64)
    return Points((inputs - middle) / reach + 0.5, labels, target.names)


def counted(data: Data) -> Counts | None:
    """How many examples each class has; None where there are no classes."""
    return _counts(data, data.target) if isinstance(data.target, Labels) else None


def _counts(data: Data, target: Labels) -> Counts:
    classes = np.concatenate([np.ravel(given) for given in data.train.targets]).astype(np.int64)
    counts = np.bincount(classes[classes >= 0], minlength=target.count)
    named: Sequence[tuple[str, int]] = list(zip(target.names, map(int, counts), strict=True))
    return Counts(tuple(named[:MOST]), len(named[MOST:]))


def _spread(data: Data) -> Spread:
    name = data.target.names[0] if isinstance(data.target, Values) else "value"
    values = np.asarray(data.train.targets, np.float64).reshape(data.train.count, -1)[:, 0]
    counts, edges = np.histogram(values, _BINS)
    return Spread(name, counts.astype(np.int64), float(edges[0]), float(edges[-1]))
