"""What a person drops onto the window, as a sample that the network can take: a picture, or a row of numbers.

A picture is cut to the middle part that has the proportions of the network's input and resized to it. What is
transparent lies on white. One channel is its lightness, three are red, green and blue, the fourth is opacity; of any
other number each is the lightness. Values go from 0 to 1, and are then scaled as the data are.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter

from engine.axes import Axes, Image, Row
from engine.control import Own
from engine.dataset import Data

LUMINANCE = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601, as for the grey of most picture files
MOST_TEXT = 1 << 20  # bytes of a file of numbers that are read
TEXTS = (".txt", ".csv", ".tsv")
Floats = NDArray[np.float32]


class CannotBring(Exception):  # noqa: N818 - says what happened, as people do
    """A file that cannot become a sample; the message is a sentence for people."""


def bring(path: Path, data: Data, *, inverted: bool = False) -> tuple[Own, str]:
    """A file as a sample for a network on these data, and what was done to it in words. Raises CannotBring."""
    if path.suffix.lower() in TEXTS:
        return _numbers(path, data)
    part, axes = next(
        ((name, axes) for name, axes in data.parts.items() if isinstance(axes, Image)), ("", None)
    )
    if axes is None:
        raise CannotBring(_wants(path, data))
    values = pixels_of(_read(path), axes)
    if inverted:
        values = inverted_of(values)
    scaled = data.scale.apply(values[None])[0] if data.scale and not part else values
    kind = {1: "grey", 3: "colour", 4: "colour and opacity"}.get(axes.channels, "lightness")
    done = f"{path.name}: its middle, resized to {axes.height}×{axes.width}, as {kind}"
    return Own(path.name, {part: scaled}), f"{done}{', inverted' if inverted else ''}."


def _wants(path: Path, data: Data) -> str:
    if isinstance(data.axes, Row):
        return (
            f"This network reads {data.axes.features} numbers, not pictures, so {path.name} cannot go through it. "
            f"Drop a text file with {data.axes.features} numbers instead."
        )
    return f"This network reads {data.axes.kind} ({data.axes.text}), so {path.name} cannot go through it."


def _read(path: Path) -> QImage:
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)  # photographs say which side is up
    reader.setDecideFormatFromContent(True)
    picture = reader.read()
    if picture.isNull() or picture.width() < 1 or picture.height() < 1:
        raise CannotBring(
            f"{path.name} cannot be read as a picture: it is damaged, too large, or of a kind that is not known. "
            "PNG and JPEG are known."
        )
    return picture


def pixels_of(picture: QImage, axes: Image) -> Floats:
    """A picture as (channels, height, width) from 0 to 1, by the rule above."""
    size = QSize(axes.width, axes.height)
    inner = size.scaled(picture.size(), Qt.AspectRatioMode.KeepAspectRatio)
    inner = inner.expandedTo(QSize(1, 1))
    left = (picture.width() - inner.width()) // 2
    top = (picture.height() - inner.height()) // 2
    cut = picture.copy(left, top, inner.width(), inner.height())
    cut = cut.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    small = cut.scaled(
        size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    opacity = _bytes(small.convertToFormat(QImage.Format.Format_RGBA8888))[3]
    laid = QImage(size, QImage.Format.Format_RGB32)
    laid.fill(QColor("white"))
    with QPainter(laid) as painter:
        painter.drawImage(0, 0, small)
    colours = _bytes(laid.convertToFormat(QImage.Format.Format_RGBA8888))[:3]
    grey = np.tensordot(LUMINANCE, colours, 1)
    found = {1: grey[None], 3: colours, 4: np.concatenate([colours, opacity[None]])}.get(
        axes.channels, np.repeat(grey[None], axes.channels, 0)
    )
    return np.ascontiguousarray(found, np.float32)


def inverted_of(values: Floats) -> Floats:
    """Dark for light; opacity stays."""
    found = 1 - values
    if len(values) == 4:
        found[3] = values[3]
    return found


def _bytes(picture: QImage) -> NDArray[np.float64]:
    """(4, height, width) from 0 to 1."""
    high, wide = picture.height(), picture.width()
    rows = np.frombuffer(picture.constBits(), np.uint8).reshape(high, picture.bytesPerLine())
    return rows[:, : 4 * wide].reshape(high, wide, 4).transpose(2, 0, 1) / 255.0


def _numbers(path: Path, data: Data) -> tuple[Own, str]:
    """A text file as a row of numbers."""
    axes: Axes = data.axes
    if not isinstance(axes, Row):
        raise CannotBring(
            f"This network reads {axes.kind} ({axes.text}); {path.name} is text, which it cannot take."
        )
    try:
        text = path.read_bytes()[:MOST_TEXT].decode()
        words = text.replace(",", " ").replace(";", " ").split()
        values = np.array([float(word) for word in words], np.float32)
    except (OSError, ValueError) as error:
        raise CannotBring(f"{path.name} is not a list of numbers.") from error
    if len(values) != axes.features or not np.isfinite(values).all():
        raise CannotBring(
            f"This network reads {axes.features} numbers, but {path.name} holds {len(values)}."
        )
    scaled = data.scale.apply(values[None])[0] if data.scale else values
    return Own(path.name, {"": scaled}), f"{path.name}: {axes.features} numbers."
