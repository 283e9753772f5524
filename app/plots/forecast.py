"""The forecast of a series on dev, drawn against what came."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.chart.chart import Chart
from app.chart.figure import Figure
from app.chart.scale import Scale
from app.figures import forecasts
from app.plot import Plot
from app.studio import Studio
from app.wording import tick

NO_SERIES = "Drawn for a series in time, such as Sunspots"


class Forecast(Plot):
    """What the network foretells of a series, against what came. For data in the order of time, such as sunspots.

    The grey line is the end of train, on the tinted ground lies dev, which is later and was not learnt from: the text
    line is what came, the blue one what was foretold after the last epoch, each value from the window before it. Press
    a place to choose its window: where the network foretells at every step, all its steps are drawn dashed, the early
    ones from the little it had seen by then. “As last time” is how far off one is by foretelling no change.
    """

    title = "Forecast"
    content = "series"
    order = 9
    behind = "Loss"

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        self.chart = Chart(studio.theme, "Forecast and what came")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.chart)
        for signal in (self.chart.zoomed, studio.session.example_changed):
            signal.connect(self.refresh)
        self.chart.picked.connect(self._pick)

    def reset(self) -> None:
        self.chart.reset()

    def redraw(self) -> None:
        data, judged = self.data, self.history.judged
        series = forecasts.series_of(data) if data is not None else None
        if series is None:
            self.subtitle = ""
            self.chart.show_figure(Figure(Scale(0, 1), Scale(0, 1), "", "", tick, empty=NO_SERIES))
            return
        self.subtitle = f"dev, epoch {judged.epoch}" if judged else ""
        part, number = self.studio.session.example
        shown = number if part == "dev" else None
        self.chart.show_figure(forecasts.figure(series, judged, shown, self.studio.theme.tokens))

    def _pick(self, x: float, _y: float) -> None:
        series = forecasts.series_of(self.data) if self.data is not None else None
        if series is not None:
            self.studio.session.choose_example("dev", forecasts.nearest(series, x))
