"""The canvas: the drawn network, seen and edited by hand. It shows the document and asks it for changes."""

from app.canvas.canvas import Canvas

__all__ = ["Canvas"]
