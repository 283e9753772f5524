"""A network that writes, while it learns to: its text, what it would write next, how likely a typed text is."""

from dataclasses import replace
from typing import cast

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from app.chart.class_bars import ClassBarsView
from app.chart.text_flow import Flow, Symbol, TextFlow
from app.controls.button import Button
from app.controls.number_field import NumberField
from app.controls.numbers import Bounds
from app.controls.segments import Segments
from app.controls.slider import Slider
from app.controls.text import label
from app.figures.pages import (
    NUMBER,
    Colouring,
    Floats,
    bits,
    flow,
    measured,
    nexts,
    remarked,
    verdict,
)
from app.plot import Plot
from app.studio import Studio
from app.theme.measures import HEIGHT_CONTROL, PADDING, SPACE_8
from engine.layers.recurrent import GRU, LSTM, RNN
from engine.vocabulary import Vocabulary

LATER_MS = 200  # after the last letter, until it is read
NO_TEXT = "The data are no text: choose Shakespeare, Pride and Prejudice or a text file"
TRAIN = "Train, and the network writes here while it learns"
KEPT = (0, 100, 1_000, 10_000, 100_000)  # steps whose texts are kept to be compared
BARS = 200  # px: how wide they are
NARROW = 430  # px: from here on there is room for bars


class Language(Plot):
    """What the network writes, live: it goes on from the text that you type, which is underlined.

    Colours show one of three things. Surprise: how little each symbol was expected, −log₂ p in bits. Cell: the value of
    one cell of the recurrent layer when it has read the symbol. Ties: how much the pressed symbol hangs on each before
    it, ‖∂score/∂symbol‖. Then shows what it wrote at steps 0, 100, 1,000 and so on. The bars are the symbols that could
    stand at the pressed place, or come next. Temperature T makes likely symbols likelier (below 1) or all more alike
    (above): p ∝ e^(score/T). P of a text is the product of its p. Writing has a chance of its own and changes nothing
    of the run.
    """

    title = "Language"
    reads = ("Writing", "Nexts")
    order = 35
    behind = "Activations"
    content = "text"
    rate = 4

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        theme = studio.theme
        self.flow = TextFlow(theme, "Text of the network")
        self.flow.picked.connect(self._pick)
        self.bars = ClassBarsView(theme)
        self.bars.setAccessibleName("What could come next")
        self.bars.empty = ""
        self.text = QLineEdit()
        self.text.setAccessibleName("Text that it goes on from")
        self.text.setPlaceholderText("Type a text; the network goes on from it")
        self.text.setFixedHeight(HEIGHT_CONTROL)
        self.text.setFont(theme.font("body"))
        self.temperature = Slider(theme, name="Temperature", ends=(0.0, 2.0), step=0.05, digits=2)
        self.temperature.setValue(studio.session.watchers.typed.temperature)
        self.again = Button(theme, "Again", small=True)
        choices = (("surprise", "Surprise"), ("cell", "Cell"), ("hangs", "Ties"), ("then", "Then"))
        self.colours = Segments(theme, choices, name="Colour by")
        self.cell = NumberField(
            theme,
            name="Cell of the recurrent layer",
            bounds=Bounds(whole=True, least=0, most=65_535),
        )
        self.cell.setFixedWidth(76)
        self.said = label("", "label", "t2")
        self.said.setWordWrap(True)  # it is read whole
        self._then: dict[int, str] = {}
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(LATER_MS)
        self._later.timeout.connect(self._ask)
        self._arrange()
        self.text.textEdited.connect(self._typed)
        self.text.returnPressed.connect(self._ask)
        self.temperature.slid.connect(lambda _: self._later.start())
        self.again.clicked.connect(self._write_anew)
        self.colours.changed.connect(self._colour)
        self.cell.changed.connect(lambda _: self._ask())

    def _arrange(self) -> None:
        area = QScrollArea()
        area.setAccessibleName("Vocabulary and text")
        area.setWidget(self.flow)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.bars.setFixedWidth(BARS)
        controls = QHBoxLayout()
        controls.setContentsMargins(PADDING, SPACE_8, PADDING, 0)
        controls.setSpacing(SPACE_8)
        controls.addWidget(self.text, 2)
        controls.addWidget(label("T", "label", "t2"))
        controls.addWidget(self.temperature, 1)
        controls.addWidget(self.again)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(area, 1)
        row.addWidget(self.bars)
        foot = QHBoxLayout()
        foot.setContentsMargins(PADDING, 0, PADDING, SPACE_8)
        foot.addWidget(self.said)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(controls)
        column.addLayout(row, 1)
        column.addLayout(foot)

    def tools(self) -> list[QWidget]:
        return [self.cell, self.colours, *super().tools()]

    def reset(self) -> None:
        self._then = {}

    # -- what a person asks for ---------------------------------------------------------------------------------------

    def _typed(self) -> None:
        """Wait for the next letter; the place that was looked at is another symbol now."""
        self._later.start()

    def _ask(self, **changes: object) -> None:
        """Let the run read and write what is asked for now."""
        self._later.stop()
        watchers, how = self.studio.session.watchers, self.colours.value()
        before = watchers.typed
        text = self.text.text()
        place = before.place if text == before.text else -1
        asked = {
            "text": text,
            "temperature": round(self.temperature.value(), 2),
            "node": self._recurrent() if how == "cell" else "",
            "unit": int(self.cell.value()),
            "place": place,
            **changes,
        }
        watchers.type_in(replace(before, **asked))  # type: ignore[arg-type]

    def _write_anew(self) -> None:
        self._ask(seed=self.studio.session.watchers.typed.seed + 1)

    def _pick(self, place: int) -> None:
        again = self.studio.session.watchers.typed.place == place
        self._ask(place=-1 if again else place)
        self.refresh()

    def _colour(self, _how: object = None) -> None:
        self._ask()
        self.refresh()

    def _recurrent(self) -> str:
        """The chosen layer if it is recurrent, or else the first that is."""
        found = [
            str(node.id)
            for node in self.graph.nodes.values()
            if isinstance(node.layer, RNN | GRU | LSTM)
        ]
        return str(self.chosen) if self.chosen in found else next(iter(found), str(self.chosen))

    # -- drawing ------------------------------------------------------------------------------------------------------

    def redraw(self) -> None:
        data = self.data
        words = data.words.get("") if data is not None and data.written == "" else None
        self.cell.setVisible(self.colours.value() == "cell")
        self.bars.setVisible(self.width() >= NARROW and self.colours.value() != "then")
        reading = self.history.latest.get(("Writing", ""))
        if words is None or reading is None:
            self.flow.empty = NO_TEXT if words is None else TRAIN
            self.flow.show_flow(Flow(()))
            self.bars.show_bars(None)
            self.said.setText("")
            self.subtitle = ""
            return
        page = np.asarray(reading.value, np.float64)
        self._keep(page, words, reading.step)
        self._show(page, words)
        last = self.history.validated[-1] if self.history.validated else None
        said = f" · {measured(last.dev_loss, words)}" if last else ""
        self.subtitle = f"step {reading.step:,}{said}"

    def _show(self, page: Floats, words: Vocabulary) -> None:
        how, typed = self.colours.value(), self.studio.session.watchers.typed
        if how == "then":
            self.flow.show_flow(self._of_then())
            self.said.setText(
                "What it wrote at some steps of this run, at the temperature of then."
            )
            return
        place = typed.place if 0 <= typed.place < len(page) else None
        tokens = self.studio.theme.tokens
        self.flow.show_flow(flow(page, words, cast(Colouring, how), place, tokens))
        found = self.history.latest.get(("Nexts", ""))
        truth = int(page[place, NUMBER]) if place is not None else None
        if found is not None:
            self.bars.show_bars(nexts(np.asarray(found.value, np.float64), words, truth))
        asks = how == "hangs" and place is None
        words_ = "Press a symbol to see which symbols before it it hangs on." if asks else ""
        self.said.setText(words_ or self._about(page, words, place))

    def _about(self, page: Floats, words: Vocabulary, place: int | None) -> str:
        if place is None:
            return remarked(verdict(page, words), words.strange(self.text.text()))
        log = float(page[place, 1])
        name = words.symbols[int(page[place, NUMBER])].replace("\n", "⏎").replace(" ", "␣")
        return f"“{name}” was expected with {np.exp(log):.3f}, a surprise of {bits(log):.2f} bits."

    def _keep(self, page: Floats, words: Vocabulary, step: int) -> None:
        """Keep the first text at or after each of some steps."""
        for at in KEPT:
            if step >= at and at not in self._then and not any(kept > at for kept in self._then):
                written = page[page[:, 4] == 0, NUMBER].astype(int)
                self._then[at] = f"Step {step:,}\n{words.decode(written)[:160]}\n\n"

    def _of_then(self) -> Flow:
        """The texts that were kept, one below the other, their heads underlined."""
        symbols: list[Symbol] = []
        for text in self._then.values():
            head, _, body = text.partition("\n")
            symbols += [Symbol(c, typed=True) for c in head] + [Symbol("\n")]
            symbols += [Symbol(c) for c in body]
        return Flow(tuple(symbols))
