"""What a heat map shows, as plain data, and its colours: numbers over rows and columns on a range that stays."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from app.chart.figure import Readout
from app.chart.scale import Scale
from app.chart.tiles import image, packed
from app.theme import Tokens
from app.theme.colormaps import viridis_table

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Heat:
    """Numbers (rows, columns): NaN where nothing is known, and what is not finite has a colour of its own."""

    values: Floats
    labels: tuple[
        tuple[float, str], ...
    ]  # beside rows: where from the top, 0.5 being the first row's middle
    x: Scale  # what the columns span
    x_name: str
    colours: Scale  # what the colours span
    ticks: tuple[tuple[float, str], ...]  # of the colour bar
    quantity: str
    outside: str = ""  # what a number is that is not finite
    empty: str = ""
    selected: str = ""
    read: Callable[[int, int], Readout | None] = lambda _row, _column: None


def painted(values: Floats, colours: Scale, tokens: Tokens) -> QImage:
    """One pixel a number: viridis, `s2` where nothing is known, `bad` where a number is not finite."""
    table = packed(viridis_table())
    shares = np.clip(np.nan_to_num(colours.share(values), posinf=0, neginf=0), 0, 1)
    pixels = table[np.rint(shares * (len(table) - 1)).astype(np.intp)]
    pixels[np.isinf(values)] = QColor(tokens.bad).rgb()
    pixels[np.isnan(values)] = QColor(tokens.s2).rgb()
    return image(np.ascontiguousarray(pixels))
