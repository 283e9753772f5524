"""What the axes of an array mean: how one example looks, and the examples in that order."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from engine.axes import Axes, Image, Row, Signal, Volume
from engine.axes import Sequence as Steps
from engine.samples import DataError

Form = Literal["guessed", "rows", "pictures", "sequences", "signals", "volumes"]
CHANNELS = (1, 3, 4)
AXES: Mapping[str, int] = {
    "rows": 1,
    "pictures": 3,
    "sequences": 2,
    "signals": 2,
    "volumes": 4,
}  # of an example


def axes_of(arrays: Sequence[NDArray[Any]], form: Form) -> Axes:
    """What a sample looks like. Raises DataError."""
    first = arrays[0]
    if first.dtype.kind not in "biuf":
        raise DataError(
            f"The samples are of the kind {first.dtype}, but a network reads numbers. Save them as float32."
        )
    sizes = first.shape[1:]
    if any(array.shape[1:] != sizes for array in arrays):
        raise DataError("The samples of the parts are not of one size. Make them so.")
    if form == "guessed":
        form = _guessed(sizes, first.dtype)
    if form == "pictures" and len(sizes) == 2:
        return Image(1, *sizes)
    if form == "rows" and 0 not in sizes:
        return Row(int(np.prod(sizes)))
    if len(sizes) != AXES[form] or 0 in sizes:
        raise DataError(
            f"Each sample has the sizes {'×'.join(map(str, sizes)) or 'of a single number'}, which cannot be "
            f"{form}. Choose what a sample is, or save the array in other sizes."
        )
    last = sizes[-1] in CHANNELS and (sizes[0] not in CHANNELS or sizes[-1] == 1 < sizes[0])
    match form:
        case "pictures":
            return Image(sizes[2], *sizes[:2]) if last else Image(*sizes)
        case "volumes":
            return Volume(sizes[3], *sizes[:3]) if last else Volume(*sizes)
        case "signals":
            return Signal(*sizes)
    return Steps(*sizes)


def _guessed(sizes: tuple[int, ...], dtype: np.dtype[Any]) -> Form:
    if len(sizes) == 2:
        return "pictures" if dtype == np.uint8 or sizes[0] == sizes[1] else "sequences"
    return "rows" if len(sizes) < 2 else "pictures" if len(sizes) == 3 else "volumes"


def arranged(array: NDArray[Any], axes: Axes) -> NDArray[Any]:
    """The array in the order of the axes: rows in a row, channels first."""
    wanted = tuple(size for size in axes.sizes if isinstance(size, int))
    if isinstance(axes, Row):
        return array.reshape(len(array), *wanted) if array.ndim != 2 else array
    if array.ndim == len(wanted):  # one channel that has no axis
        return array[:, None]
    return array if array.shape[1:] == wanted else np.moveaxis(array, -1, 1)
