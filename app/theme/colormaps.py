"""Lookup tables from numbers to colours: signed (orange, neutral, blue) and magnitude (viridis)."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from app.theme.tokens import EXPORT_NEUTRAL, Tokens

Table = NDArray[np.uint8]

# Sixteen colours of matplotlib's viridis (CC0), evenly spaced; linear between them in sRGB.
_VIRIDIS = (
    "#440154 #481a6c #472f7d #414487 #39568c #31688e #2a788e #23888e "
    "#1f988b #22a884 #35b779 #54c568 #7ad151 #a5db36 #d2e21b #fde725"
).split()


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


@cache
def ramp(colours: tuple[str, ...], size: int = 256) -> Table:
    """A table (size, 3) that runs through the colours at even distances; read-only."""
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


def viridis_table(size: int = 256) -> Table:
    """Colours for magnitudes, (size, 3); the same in both themes."""
    return ramp(tuple(_VIRIDIS), size)


def ink(colour: str, opacity: float = 1.0) -> QColor:
    """A token as a QColor, with an opacity in 0…1."""
    made = QColor(colour)
    made.setAlphaF(opacity)
    return made
