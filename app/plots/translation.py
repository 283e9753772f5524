"""A network that translates, while it learns to: a sentence, who attends to whom, and how many sentences are right."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.chart.alignment import Aligned, AlignmentView
from app.chart.chart import Chart
from app.controls.segments import Segments
from app.controls.switch import Switch
from app.controls.text import label
from app.errand import Errands
from app.figures.translations import Floats, Marked, figure, remark, summed_up
from app.plot import Plot
from app.studio import Studio
from app.theme.measures import HEIGHT_CONTROL, PADDING, SPACE_8
from engine.dataset import Data
from engine.datasets.english_french import NEW_PAIR
from engine.history import History
from engine.run import Run
from engine.vocabulary import Vocabulary

LATER_MS = 250  # after the last letter, until it is translated
WIDTH = 5  # of the beam
NARROW = 620  # px: from here on there is room for both
NO_PAIRS = "The data are no sentence pairs: choose English to French, number words or phrases"
TRAIN = "Train, and a sentence is translated here while the network learns"


class Translation(Plot):
    """A sentence and what the network makes of it, live, with attention as a map: a row for each word that is written.

    Type a sentence; as long as there is none, the chosen example of dev is translated. Greedy takes the likeliest word
    each time, Beam keeps the five likeliest beginnings. The encoder is blue, the decoder teal: each has weights of its
    own. At the right, how many sentences of each length are right to the last word, in per cent, on dev and on train;
    a run that is compared is grey, and its translation stands below. With one context vector long sentences fail first;
    with attention they do not. Teacher forcing is whether the decoder reads the true words before, while it learns, or
    its own. Translating changes nothing of the run.
    """

    title = "Translation"
    reads = ("Translated", "Marks")
    order = 36
    behind = "Activations"
    content = "pairs"
    rate = 4

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        theme = studio.theme
        self.view = AlignmentView(theme)
        self.chart = Chart(theme, "Exact match by length")
        self.text = QLineEdit()
        self.text.setAccessibleName("Sentence to be translated")
        self.text.setPlaceholderText("Type a sentence to be translated")
        self.text.setFixedHeight(HEIGHT_CONTROL)
        self.text.setFont(theme.font("body"))
        self.search = Segments(
            theme, (("greedy", "Greedy"), ("beam", "Beam")), name="Choose words by"
        )
        self.page = Segments(theme, (("one", "Sentence"), ("all", "By length")), name="Show")
        self.forcing = Switch(theme, name="Teacher forcing")
        self.note = label("", "label", "t2")
        self.said = label("", "label", "t2")
        self.other = label("", "label", "t2")
        for words in (self.note, self.said, self.other):
            words.setWordWrap(True)  # they are read whole
        self.note.hide()
        self._errands = Errands(self)
        self._remarked: tuple[Data | None, str] = (None, "")
        self._asked: tuple[object, str] | None = None  # whom what was asked, beside the run
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(LATER_MS)
        self._later.timeout.connect(self._ask)
        self._arrange()
        self.text.textEdited.connect(lambda _: self._later.start())
        self.text.returnPressed.connect(self._ask)
        self.search.changed.connect(lambda _: self._ask())
        self.page.changed.connect(lambda _: self._turn_page())
        self.forcing.changed.connect(self._force)
        studio.session.example_changed.connect(self.refresh)
        studio.overlaid_changed.connect(self.refresh)
        studio.session.state_changed.connect(lambda _: self.turn())
        studio.document.leaving.connect(self._errands.end)

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(PADDING, SPACE_8, PADDING, 0)
        head.setSpacing(SPACE_8)
        head.addWidget(self.text, 1)
        head.addWidget(label("Teacher forcing", "label", "t2"))
        head.addWidget(self.forcing)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.view, 3)
        row.addWidget(self.chart, 2)
        under = QVBoxLayout()
        under.setContentsMargins(PADDING, 0, PADDING, 0)
        under.addWidget(self.note)
        foot = QVBoxLayout()
        foot.setContentsMargins(PADDING, 0, PADDING, SPACE_8)
        foot.setSpacing(2)
        foot.addWidget(self.other)
        foot.addWidget(self.said)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addLayout(under)
        column.addLayout(row, 1)
        column.addLayout(foot)
        self.other.hide()

    def wanted(self) -> frozenset[str]:
        """Where nothing runs and all was marked with these weights, a typed sentence need not wait for it again."""
        found = self.history.latest.get(("Marks", ""))
        stands = self.studio.session.state == "idle" and self.run is not None
        if found is not None and stands and self.run is not None and self.run.checkpoint:
            steps = np.asarray(found.value, np.float64)[:, -1]
            if (steps == self.run.checkpoint.step).all():
                return frozenset({"Translated"})
        return self.probes()

    def tools(self) -> list[QWidget]:
        return [self.page, self.search, *super().tools()]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn_page()

    def _turn_page(self) -> None:
        wide, all_ = self.width() >= NARROW, self.page.value() == "all"
        self.page.setVisible(not wide)
        self.view.setVisible(wide or not all_)
        self.chart.setVisible(wide or all_)

    def reset(self) -> None:
        self.chart.reset()
        self._asked = None

    # -- what a person asks for ---------------------------------------------------------------------------------------

    def _ask(self) -> None:
        """Let the run translate what is typed now."""
        self._later.stop()
        watchers = self.studio.session.watchers
        self.turn()
        width = WIDTH if self.search.value() == "beam" else 1
        watchers.type_in(replace(watchers.typed, text=self.text.text(), width=width))
        self.refresh()

    def _force(self, on: bool) -> None:  # noqa: FBT001 - a signal's own value
        """The decoder reads the true words before, or its own: from the next step on."""
        document = self.studio.document
        settings = document.project.settings.but(teacher_forcing=float(on))
        words = f"{'Use' if on else 'Do without'} teacher forcing"
        document.change(words, replace(document.project, settings=settings))

    # -- drawing ------------------------------------------------------------------------------------------------------

    def redraw(self) -> None:
        data = self.data
        fits = data is not None and bool(data.written)
        self.forcing.setValue(self.studio.document.project.settings.teacher_forcing > 0)
        self.forcing.setEnabled(fits)
        found = self.history.latest.get(("Translated", ""))
        if data is None or not fits or found is None:
            self.view.empty = TRAIN if fits else NO_PAIRS
            self.view.show_aligned(None)
            self.subtitle = ""
        else:
            self.view.show_aligned(self._aligned(data, np.asarray(found.value, np.float64)))
            self.subtitle = f"step {found.step:,}"
        self._remark(data if fits else None)
        self._draw_marks(data)
        self._draw_other(data)

    def _aligned(self, data: Data, found: Floats) -> Aligned:
        source, target = data.words[""], data.words[data.written or ""]
        read = self.history.latest[("Translated", "source")]
        numbers = np.asarray(read.value)[:, 0].astype(int)
        ended = bool(len(found)) and bool(found[0, 2])
        symbols = found[:, 0].astype(int)[: len(found) - ended]
        said, mark = self._judged(data, symbols.tolist(), numbers.tolist())
        said += f" log P {found[:, 1].sum():.2f}" + ("" if ended else ", without an end")
        weights = found[: len(symbols), 3:]
        fits = weights.shape[1] == len(numbers)
        return Aligned(
            tuple(source.symbols[n] for n in numbers),
            tuple(target.symbols[s] for s in symbols),
            weights if fits else np.empty((0, 0)),
            said.strip(),
            mark,
        )

    def _remark(self, data: Data | None) -> None:
        """What is to be said of the typed sentence itself: of each change of it once."""
        text = self.text.text()
        if (data, text) != self._remarked:
            self._remarked = (data, text)
            said = remark(text, data, self.graph) if data is not None and text.strip() else ""
            self.note.setText(said)
            self.note.setVisible(bool(said))

    def _judged(self, data: Data, symbols: list[int], numbers: list[int]) -> tuple[str, str]:
        """Whether the translation of the chosen example is right; nothing is known of a typed one."""
        name, place = self.studio.session.example
        part = data.train if name == "train" else data.dev
        place %= part.count
        count = int(part.array("", lengths=True)[place])
        if part.inputs[place][:count].tolist() != numbers:
            return "", ""
        target = data.words[data.written or ""]
        truth = [int(t) for t in part.targets[place] if t >= 0][:-1]
        where = f"{name} example {place + 1:,}"
        if truth == symbols:
            return f"{where}: right, word for word.", "ok"
        return f"{where}: should be “{target.decode(truth)}”.", "bad"

    def _draw_marks(self, data: Data | None) -> None:
        tokens = self.studio.theme.tokens
        dev = _marks(self.history, "", "dev", tokens.dev, (5.0, 4.0))
        train = _marks(self.history, "train", "train", tokens.train)
        others = [
            _marks(run.history, "", run.name, tokens.baseline, (2.0, 3.0))
            for _, run in self.studio.overlaid
            if run.history is not self.history
        ]
        parts = [part for part in (*others, train, dev) if part is not None]
        self.chart.show_figure(figure(parts))
        new = None
        if data is not None and dev is not None and data.dev.titles:
            titles = np.array(data.dev.titles[: len(dev.marks)])
            new = (titles == NEW_PAIR).astype(np.float64)
        self.said.setText(summed_up(dev, train, new))

    # -- another run, asked the same ----------------------------------------------------------------------------------

    def _draw_other(self, data: Data | None) -> None:
        """Ask the first compared run for the same sentence, beside the window."""
        runs = [
            r for _, r in self.studio.overlaid if r.checkpoint and r.history is not self.history
        ]
        source = self.history.latest.get(("Translated", "source"))
        self.other.setVisible(bool(runs))
        if not runs or data is None or source is None or not data.written:
            return
        words: Vocabulary = data.words[""]
        text = words.decode(np.asarray(source.value)[:, 0].astype(int))
        run, asked = runs[0], (runs[0].history, text)
        if self._asked is not None and self._asked[0] is asked[0] and self._asked[1] == text:
            return
        self._asked = asked

        def done(said: object) -> None:
            if self._asked is asked:
                self.other.setText(f"{run.name}: {said}")

        self._errands.begin(lambda: _translated(run, text), done, lambda error: done(str(error)))


def _translated(run: Run, text: str) -> str:
    from engine.authorship import author_of_run
    from engine.generate.author import Author  # and torch, which the window does not wait for

    author = author_of_run(run)
    if not isinstance(author, Author):
        return "its drawing has errors"
    return author.words.decode(author.translate(text)[0].symbols)


def _marks(
    history: History, node: str, name: str, colour: str, dashes: tuple[float, ...] = ()
) -> Marked | None:
    reading = history.latest.get(("Marks", node))
    if reading is None:
        return None
    return Marked(name, np.asarray(reading.value, np.float64), colour, dashes)
