"""Loss, accuracy and R² as training goes on, with past runs laid over them."""

from functools import partial

from PySide6.QtWidgets import QFormLayout, QVBoxLayout, QWidget

from app.chart.chart import Chart
from app.controls.button import Button
from app.controls.choice import Choice
from app.controls.flyout import Flyout
from app.controls.segments import Segments
from app.controls.text import label
from app.figures import losses, shares
from app.figures.comparison import Comparison
from app.plot import CURVES, Plot
from app.progress import Extent, Sight
from app.studio import Studio
from app.theme.measures import PADDING, SPACE_8
from engine.layer import Layer
from engine.layer import Loss as LossLayer

UNITS = (
    ("epochs", "Epochs"),
    ("steps", "Steps"),
    ("examples", "Examples"),
    ("seconds", "Seconds"),
)
BETAS = ((0.0, "Off"), (0.6, ".6"), (0.9, ".9"), (0.97, ".97"), (0.99, ".99"), (0.999, ".999"))
MEASURES = {"loss": "Loss", "accuracy": "Accuracy", "r2": "R²"}


class Loss(Plot):
    """How wrong the network still is.

    The thin line is each minibatch, and through it goes its moving average; the thick one is the same train examples
    each time, the dashed one the dev part, from which nothing is learnt. Where dev rises while train falls, the network
    learns by heart: the shaded gap. Draw a box or turn the wheel to zoom in; double-click to see everything. Past runs
    are laid over it from the list of runs.
    """

    title = "Loss"
    reads = ("ProbeLoss",)
    order = 1
    rate = CURVES
    by_step = True

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        theme = studio.theme
        self.chart = Chart(theme, "Loss by epoch")
        self.measure = Segments(theme, tuple(MEASURES.items()), name="What is drawn")
        self.axis = Segments(theme, (("even", "Linear"), ("log", "Log")), name="Axis of the loss")
        self.options = Options(studio)
        self._remember()
        self.more = Button(
            theme, kind="icon", icon="settings-2", small=True, name="More of the curves"
        )
        self._flyout = Flyout(theme, self.options)
        self.more.clicked.connect(self._unfold)
        for signal in (self.measure.changed, self.axis.changed):
            signal.connect(self._begin_anew)
        self.options.unit.changed.connect(self._count)
        self.options.smoothing.changed.connect(self._smoothen)
        self.chart.zoomed.connect(self.refresh)
        studio.overlaid_changed.connect(self._lay_over)
        studio.document.runs_changed.connect(self._lay_over)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.chart)
        self.reset()

    def _remember(self) -> None:
        """Choose what was chosen last and keep what is chosen from now on: it is the person's, whatever the project."""
        options, kept = self.options, self.studio.preferences
        for name, field, offered, usual in (
            ("measure", self.measure, tuple(MEASURES), "loss"),
            ("axis", self.axis, ("even", "log"), "log"),
            ("unit", options.unit, tuple(unit for unit, _ in UNITS), "epochs"),
            ("smoothing", options.smoothing, tuple(beta for beta, _ in BETAS), 0.9),
        ):
            key = f"loss/{name}"
            field.setValue(kept.choice(key, offered, usual))
            field.changed.connect(partial(kept.keep_choice, key))

    def tools(self) -> list[QWidget]:
        return [self.measure, self.axis, self.more, *super().tools()]

    def _unfold(self) -> None:
        if self._flyout.isVisible():
            self._flyout.close_up()
        else:
            wanted = self.options.sizeHint()
            self._flyout.open_at(self.more, "above", wanted.width() + 2, wanted.height() + 2)

    # -- what is chosen -----------------------------------------------------------------------------------------------

    def _begin_anew(self) -> None:
        self.chart.forget_heights()
        self.refresh()

    def _count(self, unit: object) -> None:
        chosen = next(name for name, _ in UNITS if name == unit)
        self.compared.count_in(chosen)  # type: ignore[arg-type]  # the units are written once, for people
        self.chart.reset()
        self.refresh()

    def _smoothen(self, beta: object) -> None:
        self.compared.smoothen(float(str(beta)))
        self.refresh()

    def _lay_over(self) -> None:
        self.compared.lay_over(self.studio.overlaid)
        self._forget_ranges()
        self.refresh()

    def reset(self) -> None:
        self.chart.reset()
        unit, beta = self.options.unit.value(), self.options.smoothing.value()
        self.compared = Comparison(self.history, unit, float(str(beta)))  # type: ignore[arg-type]
        self.compared.lay_over(self.studio.overlaid)
        self._forget_ranges()  # whoever resets it draws it

    def _forget_ranges(self) -> None:
        self._ranges = losses.Ranges()
        self._extents = {name: Extent() for name in shares.MEASURES}

    # -- drawing ------------------------------------------------------------------------------------------------------

    def redraw(self) -> None:
        self.subtitle = self.run.name if self.run else ""
        compared, tokens = self.compared, self.studio.theme.tokens
        compared.progress.update()
        measure = self._measure()
        whole = compared.whole(self.studio.document.project.settings.epochs)
        sight = Sight(compared.progress, self.chart.window_ or whole, max(1, self.chart.columns))
        if measure == "loss":
            log, unit = self.axis.value() == "log", self._unit()
            figure = losses.figure(compared, sight, whole, self._ranges, tokens, log=log, unit=unit)
        else:
            extent = self._extents[measure]
            figure = shares.figure(compared, sight, whole, extent, tokens, measure)
        self.chart.show_figure(figure)

    def _measure(self) -> str:
        """What is drawn: what was chosen, if the run has it."""
        progress = self.compared.progress
        known = {"accuracy": "dev_accuracy", "r2": "dev_r2"}
        other = next((name for name, kind in known.items() if kind in progress.best), "")
        if other:
            self.measure.offer("loss", other)
        chosen = str(self.measure.value()) if other else "loss"
        for tool, wanted in ((self.measure, bool(other)), (self.axis, chosen == "loss")):
            if tool.parentWidget() is not None:  # before it is in a head, it would be a window
                tool.setVisible(wanted)
        return chosen

    def _unit(self) -> str:
        return next((_unit_of(node.layer) for node in self.graph.of_kind(LossLayer)), "loss")


class Options(QWidget):
    """What is chosen more seldom: what the x axis counts, and how smooth the average is."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.unit = Segments(studio.theme, UNITS, name="Along the x axis")
        self.smoothing = Choice(studio.theme, BETAS, name="Smoothing")
        self.smoothing.setToolTip("How much of the average of before goes on into the next one.")
        form = QFormLayout(self)
        form.setContentsMargins(PADDING, PADDING, PADDING, PADDING)
        form.setSpacing(SPACE_8)
        for title, field in (("x axis", self.unit), ("Smoothing", self.smoothing)):
            form.addRow(label(title, "label", "t2"), field)


def _unit_of(layer: Layer) -> str:
    return layer.unit if isinstance(layer, LossLayer) else "loss"
