"""What the network made of the dev part after the last epoch: which classes are mixed up, or how far it was off."""

import numpy as np
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.chart.chart import Chart
from app.chart.matrix_chart import MatrixChart
from app.controls.choice import Choice
from app.controls.segments import Segments
from app.figures import judgements
from app.plot import Plot
from app.plots.example_row import ExampleRow
from app.studio import Studio
from engine.axes import Labels, Target
from engine.dataset import Data, DataError
from engine.events import Judged

TOO_MANY = "There are {count} classes: too many for a matrix. The loss plot has their F1."
NOTHING = "Train for an epoch to see what becomes of dev"
FIRST = 0


class Outcomes(Plot):
    """What the network made of each example of the dev part after the last epoch. The test part is never looked at.

    For classes it is the confusion matrix: each row is a true class, each column what it was taken for, so that the
    diagonal is right and everything else wrong. Beside it stand precision (of all taken for a class, how many are of
    it), recall (of all of a class, how many were found) and F1, which is high only if both are. Press a cell to see its
    examples. For measured values each dot is an example: the nearer to the line, the better.
    """

    title = "Outcomes"
    order = 8
    behind = "Loss"

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        theme = studio.theme
        self.matrix = MatrixChart(theme, "Confusion of classes")
        self.dots = Chart(theme, "Truth and outcome")
        self.cells = Segments(theme, (("count", "Count"), ("share", "% of row")), name="Cells say")
        self.view = Segments(
            theme, (("outcome", "Outcome"), ("residual", "Residual")), name="Dots show"
        )
        self.value = Choice(theme, ((FIRST, ""),), name="Measured value")
        self.examples = ExampleRow(studio)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.matrix)
        self._pages.addWidget(self.dots)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._pages, 1)
        column.addWidget(self.examples)
        self._cell: tuple[int, int] | None = None
        for signal in (self.cells.changed, self.dots.zoomed, studio.session.example_changed):
            signal.connect(self.refresh)
        for signal in (self.view.changed, self.value.changed):
            signal.connect(self._begin_anew)
        self.matrix.picked.connect(self._pick)
        self.dots.picked.connect(self._pick_dot)
        self.reset()

    def tools(self) -> list[QWidget]:
        return [self.cells, self.view, self.value, *super().tools()]

    def reset(self) -> None:
        self._cell = None
        self.dots.reset()
        self.examples.show_examples(())

    def _begin_anew(self) -> None:
        self.dots.reset()
        self.refresh()

    # -- drawing ------------------------------------------------------------------------------------------------------

    def redraw(self) -> None:
        judged, data = self.history.judged, self._data()
        self.subtitle = f"dev, epoch {judged.epoch}" if judged else ""
        target = data.target if data else None
        classified = judged is None or judged.classes > 0
        self._offer(target, classified=classified, known=judged is not None)
        self._pages.setCurrentWidget(self.matrix if classified else self.dots)
        if judged is None or target is None or not len(judged.truths):
            self.matrix.show_matrix(None, NOTHING)
        elif not classified:
            self._draw_dots(judged, target)
        elif judged.classes > judgements.MOST_CLASSES:
            self.matrix.show_matrix(None, TOO_MANY.format(count=judged.classes))
        else:
            self._draw_matrix(judged, target, data)

    def _draw_matrix(self, judged: Judged, target: Target, data: Data | None) -> None:
        names = target.names if isinstance(target, Labels) else ()
        if len(names) != judged.classes:  # the data of the project are others now
            names = tuple(str(number) for number in range(judged.classes))
        by_row = self.cells.value() == "share"
        self.matrix.show_matrix(judgements.matrix(judged, names, by_row=by_row, chosen=self._cell))
        if self._cell is not None:
            self.examples.show_examples(judgements.examples_in(judged, *self._cell), data)

    def _draw_dots(self, judged: Judged, target: Target) -> None:
        place = min(self._place, np.atleast_2d(judged.truths.T).shape[0] - 1)
        part, number = self.studio.session.example
        self.dots.show_figure(
            judgements.dots(
                judged,
                place,
                target.names[place],
                self._view,
                self.studio.theme.tokens,
                number if part == "dev" else None,
            )
        )

    def _offer(self, target: Target | None, *, classified: bool, known: bool) -> None:
        """Only the tools that mean something here."""
        names = target.names if target is not None and not classified else ()
        if len(names) > 1:
            self.value.show_choices(tuple(enumerate(names)))
        wanted = (
            (self.cells, classified and known),
            (self.view, not classified),
            (self.value, len(names) > 1),
        )
        for tool, shown in wanted:
            if tool.parentWidget() is not None:  # before it is in a head, it would be a window
                tool.setVisible(shown)

    @property
    def _place(self) -> int:
        return int(str(self.value.value() or 0))

    @property
    def _view(self) -> judgements.View:
        return "residual" if self.view.value() == "residual" else "outcome"

    def _data(self) -> Data | None:
        """The data that the run was judged by."""
        try:
            return self.run.recipe.prepare() if self.run else None
        except DataError:
            return None

    # -- choosing -----------------------------------------------------------------------------------------------------

    def _pick(self, row: int, column: int) -> None:
        """Show the examples of a cell, and the first of them in the plot of activations."""
        judged = self.history.judged
        self._cell = None if self._cell == (row, column) else (row, column)
        found = judgements.examples_in(judged, row, column) if judged and self._cell else []
        self.examples.show_examples(found, self._data())
        if found:
            self.studio.session.choose_example("dev", found[0])
        self.refresh()

    def _pick_dot(self, x: float, y: float) -> None:
        judged = self.history.judged
        if judged is None:
            return
        number = judgements.nearest_example(judged, self._place, self._view, x, y)
        if number is not None:
            self.studio.session.choose_example("dev", number)
