"""Lookup tables from numbers to colours: signed (orange, neutral, blue) and magnitude (viridis)."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from app.theme.tokens import EXPORT_NEUTRAL, Tokens

Table = NDArray[np.uint8]


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


@cache
def ramp(colours: tuple[str, ...], size: int = 256) -> Table:
    """A table (size, 3) that runs straight in sRGB through "#rrggbb" colours; read-only."""
    stops = np.array([_rgb(colour) for colour in colours], dtype=np.float64)
    at = np.linspace(0, len(colours) - 1, size)
    channels = [np.interp(at, np.arange(len(colours)), stops[:, i]) for i in range(3)]
    table = np.rint(np.stack(channels, axis=1)).astype(np.uint8)
    table.flags.writeable = False
    return table


def signed_table(tokens: Tokens, size: int = 255, *, export: bool = False) -> Table:
    """Colours for values in -1…+1, (size, 3); an odd size has zero exactly in the middle."""
    middle = EXPORT_NEUTRAL if export else tokens.neutral
    return ramp((tokens.negative, middle, tokens.positive), size)


@cache
def viridis_table(size: int = 256) -> Table:
    """Colours for magnitudes, (size, 3); the same in both themes; read-only."""
    import pyqtgraph  # a quarter of a second, which the window need not wait for

    found = pyqtgraph.colormap.get("viridis").getLookupTable(nPts=size, alpha=False)
    table = np.asarray(found, dtype=np.uint8)
    table.flags.writeable = False
    return table
