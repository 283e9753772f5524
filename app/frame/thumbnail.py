"""A small picture of the canvas for the project's file, by which file managers show it."""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtWidgets import QWidget

LARGEST = QSize(256, 256)  # px, as the freedesktop thumbnails are


def thumbnail(shown: QWidget) -> bytes:
    """What is shown now as a PNG; nothing if it is too small to be seen."""
    if min(shown.width(), shown.height()) < 16:
        return b""
    keeps, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    picture = shown.grab().scaled(LARGEST, keeps, smooth)
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    buffer.close()
    return bytes(content.data())
