"""Copying layers out of the drawing and pasting them into it, by way of the system's clipboard, as text."""

from PySide6.QtGui import QGuiApplication

from app import building, pasting
from app.studio import Studio
from engine.graph import Graph, GraphError, Point


class Clipboard:
    """Remembers what was copied here, so that it comes back as it was and not as a stranger's text."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._text, self._copied = "", Graph()

    def copy(self) -> None:
        """Put the selected layers, with the wires between them, on the clipboard."""
        if self._studio.nodes:
            self._copied = pasting.part(self._studio.graph, self._studio.nodes)
            self._text = pasting.text_of(self._copied)
            QGuiApplication.clipboard().setText(self._text)

    def cut(self) -> None:
        """Copy the selected layers and remove them."""
        if self._studio.nodes:
            self.copy()
            self._studio.select(self._studio.nodes)
            building.delete_selection(self._studio)

    def paste(self, at: Point) -> None:
        """Put what is on the clipboard into the drawing, its middle at a place; or say why that cannot be."""
        text = QGuiApplication.clipboard().text()
        try:
            pasted = self._copied if text and text == self._text else pasting.graph_in(text)
            pasting.paste(self._studio, pasted, at)
        except (pasting.PasteError, GraphError) as error:
            self._studio.say(str(error))
