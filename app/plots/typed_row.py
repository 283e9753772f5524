"""A field for a sample of a person's own, as it is typed: a name, a sentence, numbers; and what is wrong with it."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.controls.text import label
from app.studio import Studio
from app.theme.measures import HEIGHT_CONTROL, PADDING, SPACE_4, SPACE_8
from engine.dataset import Data
from engine.graph import Graph
from engine.typed import CannotBring, asked, typed

LATER_MS = 250  # after the last letter, until it is read


class TypedRow(QWidget):
    """What is typed takes the place of the example; an empty field brings the example back.

    It goes where a sample of the data cannot be typed, or is typed elsewhere.
    """

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._data: Data | None = None
        self._graph = Graph()
        self.text = QLineEdit()
        self.text.setAccessibleName("Sample of your own")
        self.text.setFixedHeight(HEIGHT_CONTROL)
        self.text.setFont(studio.theme.font("body"))
        self.said = label("", "label", "t2")
        self.said.setWordWrap(True)  # a complaint is read whole
        self.said.hide()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(LATER_MS)
        self._later.timeout.connect(self._read)
        self.text.textEdited.connect(lambda _: self._later.start())
        self.text.returnPressed.connect(self._read)
        studio.session.example_changed.connect(self._follow)
        column = QVBoxLayout(self)
        column.setContentsMargins(PADDING, SPACE_8, PADDING, 0)
        column.setSpacing(SPACE_4)
        column.addWidget(self.text)
        column.addWidget(self.said)
        self.hide()

    def show_data(self, data: Data | None, graph: Graph) -> None:
        """The data whose samples are typed, and the network that reads them."""
        self._graph = graph
        if data is self._data:
            return
        self._data = data
        wants = asked(data) if data is not None else ""
        self.setVisible(bool(wants))
        self.text.setPlaceholderText(f"Type {wants} of your own" if wants else "")
        self.text.setToolTip(f"Type {wants}, and see what the network says of it." if wants else "")
        self._say("")

    def _read(self) -> None:
        """Let the network read what is typed now; or the example, if nothing is."""
        self._later.stop()
        if self._data is None:
            return
        watchers = self._studio.session.watchers
        if not self.text.text().strip():
            self._say("")
            if watchers.own is not None:
                self._studio.session.choose_example(*self._studio.session.example)
            return
        try:
            own, note = typed(self.text.text(), self._data)
        except CannotBring as error:
            self._say(str(error))
            return
        from engine.lengths import too_many  # and torch, which the window does not wait for

        why = too_many(own, self._graph, self._data)
        self._say(why or note)
        if why is None:
            watchers.show_own(own)

    def _follow(self) -> None:
        """Another example was chosen: it is no longer what was typed that is shown."""
        if self._studio.session.watchers.own is None and not self.text.hasFocus():
            self.text.clear()
            self._say("")

    def _say(self, text: str) -> None:
        self.said.setText(text)
        self.said.setVisible(bool(text))
