"""What the network answers for one example, and how right it is about all probe examples."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.chart.chart import Chart
from app.chart.class_bars import ClassBarsView
from app.chart.figure import Figure
from app.chart.scale import Scale
from app.controls.segments import Segments
from app.figures import answers
from app.figures.exhibit import Exhibit, exhibit
from app.plot import Plot
from app.plots.typed_row import TypedRow
from app.studio import Studio
from app.wording import tick
from engine.axes import Labels
from engine.dataset import Data
from engine.graph import NodeId
from engine.layer import Loss

NARROW = 560  # px: below this, either the bars or the curve is shown
FIRST = 0  # of several measured values the first is drawn


class Answer(Plot):
    """What the network answers for the example that is shown, and for all probe examples.

    At the left a bar for each class: its probability p, the true class in blue, and ∂L/∂z, by which the loss would
    change with the class's score: p, less 1 for the true class, so that all together are 0. At the right what an answer
    costs: −log p of the true class, a dot for each of 256 train examples, the large one the example shown. Guessing
    costs ln C. For measured values: what was said, what is true, and by how much it is off. A name, a sentence, or
    numbers can be typed instead: what they are, nobody knows.
    """

    title = "Answer"
    reads = ("Prediction", "ActivationGradients", "Answers")
    order = 11
    behind = "Loss"

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        self.bars = ClassBarsView(studio.theme)
        self.chart = Chart(studio.theme, "What answers cost")
        self.view = Segments(studio.theme, (("one", "Example"), ("all", "All")), name="Answers to")
        self.view.changed.connect(self._arrange)
        studio.session.example_changed.connect(self.refresh)
        self.typing = TypedRow(studio)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.bars, 1)
        row.addWidget(self.chart, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.typing)
        column.addLayout(row, 1)

    def tools(self) -> list[QWidget]:
        return [self.view, *super().tools()]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Both where there is room, or else the one that is chosen."""
        wide, of_all = self.width() >= NARROW, self.view.value() == "all"
        self.bars.setVisible(wide or not of_all)
        self.chart.setVisible(wide or of_all)
        self.refresh()

    def reset(self) -> None:
        self.chart.reset()

    # -- drawing ------------------------------------------------------------------------------------------------------

    def redraw(self) -> None:
        data, loss = self.data, self._loss()
        self.typing.show_data(data, self.graph)
        shown = exhibit(data, self.studio.session) if data else None
        self.subtitle = shown.where if shown else ""
        said = self._values("Prediction", loss) if loss else None
        if data is None or shown is None or said is None:
            self.bars.show_bars(None)
            self.chart.show_figure(_empty())
            return
        slopes = self._slopes(loss) if loss and shown.part is not None else None
        self.bars.show_bars(answers.bars(said, slopes, data.target, shown, self.bars.rows()))
        many = self._values("Answers", loss) if loss else None
        figure = self._figure(data, shown, said, many) if many is not None else None
        self.chart.show_figure(figure or _empty())

    def _figure(
        self, data: Data, shown: Exhibit, said: answers.Floats, many: answers.Floats
    ) -> Figure | None:
        truths, tokens = data.train.targets[: len(many)], self.studio.theme.tokens
        if isinstance(data.target, Labels):
            if truths.ndim != 1 or many.shape[1] != data.target.count:
                return None
            true = shown.label
            one = (float(said[true]), "the example") if true is not None else None
            return answers.costs(many, np.asarray(truths, np.int64), one, tokens)
        if truths.ndim != 2 or truths.shape != many.shape:
            return None
        pair = None
        if shown.part is not None:
            pair = (float(shown.part.targets[shown.place][FIRST]), float(said[FIRST]))
        first = np.asarray(truths[:, FIRST], np.float64)
        return answers.misses(many[:, FIRST], first, pair, data.target.names[FIRST], tokens)

    def _loss(self) -> NodeId | None:
        """The first loss that has been read."""
        names = [node.id for node in self.graph.of_kind(Loss)]
        return next((n for n in names if ("Prediction", n) in self.history.latest), None)

    def _slopes(self, loss: NodeId) -> NDArray[np.float64] | None:
        """∂L/∂z of what flows into the loss."""
        edges = [e for e in self.graph.incoming[loss] if e.target_port == "prediction"]
        return self._values("ActivationGradients", edges[0].source) if edges else None

    def _values(self, probe: str, node: str) -> NDArray[np.float64] | None:
        reading = self.history.latest.get((probe, node))
        return None if reading is None else np.asarray(reading.value, np.float64)


def _empty() -> Figure:
    return Figure(Scale(0.0, 1.0), Scale(0.0, 5.0), "p of the truth", "−log p (nats)", tick)
