"""Picture files of a person's own as pixels: all kinds of them, none of which may do harm.

A picture is cut to the middle part that has the proportions asked for and resized to it. What is transparent lies on
white. One channel is its lightness, three are red, green and blue, the fourth is opacity; of any other number each is
the lightness. Of a film the first picture counts.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.axes import Image
from engine.samples import DataError

if TYPE_CHECKING:
    from PIL import Image as Pillow

LUMINANCE = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601, as for the grey of most picture files
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM", "TGA", "ICO", "JPEG2000")
"""Kinds that are read by code of Pillow's own; others start foreign programs or are not pictures."""
ENDINGS = frozenset(
    ".png .jpg .jpeg .jpe .gif .bmp .dib .tif .tiff .webp .ppm .pgm .pbm .pnm .tga .ico .jp2".split()
)
MOST_PIXELS = 100_000_000  # of one picture: 400 MB while it is being read
Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]
MODES: Mapping[int, str] = {1: "L", 3: "RGB"}  # by channels, where nothing is transparent


def is_picture(path: Path) -> bool:
    """Whether a file's name is that of a picture."""
    return path.suffix.lower() in ENDINGS


def looked_at(path: Path) -> tuple[int, int, bool] | None:
    """Height, width and whether it has colours, from the first bytes alone; None if it is no picture. Never raises."""
    from PIL import Image as Pillow  # which the window does not wait for

    try:
        with Pillow.open(path, formats=FORMATS) as opened:
            grey = opened.mode in ("1", "L", "LA", "La", "F") or opened.mode.startswith("I")
            turned = opened.getexif().get(0x0112, 1) > 4  # it lies on its side
            size = (opened.width, opened.height) if turned else (opened.height, opened.width)
            return *size, not grey
    except Exception:  # noqa: BLE001 (a file may be anything, and whoever asks wants to know just that)
        return None


def picture_of(path: Path, hint: tuple[int, int] | None = None) -> "Pillow.Image":
    """A picture the right way up, eight bits a number. Raises DataError.

    With a `hint`, the size that it will have in the end, a photograph may be read at a coarser step, which is faster.
    """
    from PIL import Image as Pillow
    from PIL import ImageOps

    try:
        with Pillow.open(path, formats=FORMATS) as opened:
            _check_size(path, opened.width, opened.height)
            if hint is not None:
                opened.draft(None, (2 * hint[1], 2 * hint[0]))
            opened.load()
            return _in_bytes(ImageOps.exif_transpose(opened))  # photographs say which side is up
    except DataError:
        raise
    except Exception as error:  # whatever a damaged file makes of a reader
        raise DataError(
            f"{path.name} cannot be read as a picture: it is missing, damaged, too large, or of a kind that is not "
            "known. PNG and JPEG are known."
        ) from error


def _check_size(path: Path, width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise DataError(
            f"{path.name} says that it is {width:,}×{height:,} pixels, which is too large. Make it smaller, or take "
            "it away."
        )


def _in_bytes(picture: "Pillow.Image") -> "Pillow.Image":
    """Scans with 16 bits or decimals a number as eight bits, which Pillow would cut off instead."""
    from PIL import Image as Pillow

    if not picture.mode.startswith(("I", "F")):
        return picture
    values = np.nan_to_num(np.asarray(picture, np.float64))
    largest = 65_535.0 if picture.mode.startswith("I") else max(float(values.max()), 1e-12)
    return Pillow.fromarray(np.clip(255 * values / largest + 0.5, 0, 255).astype(np.uint8))


def pixels_of(picture: "Pillow.Image", axes: Image) -> Floats:
    """A picture as (channels, height, width) from 0 to 1, by the rule above."""
    weighted = np.asarray(_resized(picture.convert("RGBA").convert("RGBa"), axes), np.float64)
    weighted = weighted.transpose(2, 0, 1) / 255.0  # colours weighted by their opacity, as light is
    opacity = weighted[3]
    colours = weighted[:3] + (1 - opacity)  # on white
    grey = np.tensordot(LUMINANCE, colours, 1)
    found = {1: grey[None], 3: colours, 4: np.concatenate([colours, opacity[None]])}.get(
        axes.channels, np.repeat(grey[None], axes.channels, 0)
    )
    return np.ascontiguousarray(found, np.float32)


def bytes_of(path: Path, axes: Image) -> Bytes:
    """A file as (channels, height, width) of eight bits each, by the same rule. Raises DataError."""
    picture = picture_of(path, (axes.height, axes.width))
    try:
        mode = MODES.get(axes.channels)
        if mode is None or picture.has_transparency_data:
            return (pixels_of(picture, axes) * 255 + 0.5).astype(np.uint8)
        if picture.mode in ("LAB", "HSV"):
            picture = picture.convert("RGB")  # the one kind that these become
        plain = np.asarray(_resized(picture.convert(mode), axes), np.uint8)
    except (OSError, ValueError, MemoryError) as error:
        raise DataError(
            f"{path.name} has colours of a kind ({picture.mode}) that is not known. Save it as PNG."
        ) from error
    return np.ascontiguousarray(plain[None] if plain.ndim == 2 else plain.transpose(2, 0, 1))


def _resized(picture: "Pillow.Image", axes: Image) -> "Pillow.Image":
    """The middle of a picture, in the proportions and the size asked for."""
    from PIL import Image as Pillow

    if picture.size == (axes.width, axes.height):
        return picture
    share = min(picture.width / axes.width, picture.height / axes.height)
    inner = (max(1.0, share * axes.width), max(1.0, share * axes.height))
    left, top = (picture.width - inner[0]) / 2, (picture.height - inner[1]) / 2
    method = Pillow.Resampling.BOX if share > 1 else Pillow.Resampling.BILINEAR
    box = (left, top, left + inner[0], top + inner[1])
    return picture.resize((axes.width, axes.height), method, box=box)
