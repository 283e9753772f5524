"""A person whose actions are counted: a press, a drag and a typed field is one each; or every key."""

from person import LEFT, Person
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.panels.layer_list import LayerList
from app.panels.layer_rows import Head
from engine.graph import Graph


class Builder(Person):
    """Begins with an empty canvas. `actions` are those of the mouse and the fields typed into, `keys` are presses."""

    actions = 0
    keys = 0

    def begin(self) -> None:
        """Take everything off the canvas."""
        self.studio.document.edit("Begin anew", Graph())
        self.studio.select()

    # -- by mouse ---------------------------------------------------------------------------

    def unfold(self, group: str) -> None:
        """Press the head of a group in the palette."""
        rows = self.window.findChild(LayerList)
        assert rows is not None
        found = [
            n
            for n, row in enumerate(rows.model_of_rows.rows)
            if isinstance(row, Head) and row.group == group
        ]
        index = rows.model_of_rows.index(found[0])
        rows.scrollTo(index)
        QTest.mouseClick(rows.viewport(), LEFT, pos=rows.visualRect(index).center())
        self.actions += 1

    def drop_at(self, label: str, place: QPointF) -> None:
        """Drag a layer from the palette to a place."""
        self.drag_from_palette(label, place)
        self.actions += 1

    def drop_on(self, label: str, name: str) -> None:
        """Drag a layer from the palette onto another, which it then follows."""
        self.drag_from_palette(label, self.beside(name, 40, 20))
        self.actions += 1

    def fill(self, *values: str) -> None:
        """Type the fields of the layer that was just placed, and Enter; each field counts, though it is one line."""
        self.type(" ".join(values) + "\n")
        self.actions += len(values)

    def name(self, words: str) -> None:
        """Type the name of a layer that follows the selected one, and Enter."""
        self.type(words + "\n")
        self.actions += 1

    def join(self, source: str, target: str) -> None:
        """Draw a wire."""
        self.wire(source, target)
        self.actions += 1

    # -- by keyboard ------------------------------------------------------------------------

    def type(self, text: str) -> None:
        """Press a key for each letter, wherever the keyboard is."""
        for letter in text:
            to = QApplication.focusWidget()
            if letter == "\n":
                QTest.keyClick(to, Qt.Key.Key_Return)
            else:
                QTest.keyClicks(to, letter)
            self.keys += 1

    def chord(self, keys: str) -> None:
        """Press a key with others held."""
        QTest.keySequence(QApplication.focusWidget() or self.window, QKeySequence(keys))
        self.keys += 1
