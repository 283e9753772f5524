"""How far back an error signal reaches, as bars that end at the last step: one row for each cell, with its number."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.chart.axes import GUTTER_LABELS, GUTTER_LEFT
from app.chart.drawing import RIGHT, Drawing, elided
from app.controls.surface import rounded
from app.theme import Theme, ink

ROW, HEAD, BAR = 16, 20, 5  # px


@dataclass(frozen=True, slots=True)
class Horizon:
    """One row: so many steps of so many, before the last one."""

    name: str
    reach: int
    steps: int
    colour: str


class HorizonBars(QWidget):
    """Shows the horizons last given, under a chart whose axis they share."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self.theme = theme
        self.shown: tuple[Horizon, ...] = ()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_horizons(self, shown: tuple[Horizon, ...]) -> None:
        """Shows these from now on."""
        if len(shown) != len(self.shown):
            self.updateGeometry()
        self.shown = shown
        self.setAccessibleDescription(
            ", ".join(f"{h.name} {h.reach} of {h.steps - 1}" for h in shown)
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, HEAD + ROW * len(self.shown) + 6)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            tokens = self.theme.tokens
            painter.fillRect(self.rect(), ink(tokens.s1))
            drawing = Drawing(painter, tokens)
            drawing.smooth(True)
            words = "Memory horizon: steps before the last that still get 1 % of its error signal"
            drawing.text(12, 13, elided(words, self.width() - 24.0), tokens.t2)
            wide = max(40.0, self.width() - GUTTER_LEFT - GUTTER_LABELS)
            for place, row in enumerate(self.shown):
                self._paint_row(drawing, row, wide, HEAD + place * ROW)

    def _paint_row(self, drawing: Drawing, row: Horizon, wide: float, top: float) -> None:
        middle, tokens = top + ROW / 2, drawing.tokens
        name = elided(row.name, GUTTER_LEFT + 12.0)
        drawing.text(GUTTER_LEFT - 8 + 12, middle + 4, name, tokens.t2, align=RIGHT)
        track = QRectF(GUTTER_LEFT + 12, middle - BAR / 2, wide - 12, BAR)
        rounded(drawing.painter, track, BAR / 2, tokens.s3)
        share = row.reach / max(1, row.steps - 1)
        if share > 0:
            bar = QRectF(
                track.right() - share * track.width(), track.top(), share * track.width(), BAR
            )
            rounded(drawing.painter, bar, BAR / 2, row.colour)
        drawing.text(track.right() + 8, middle + 4, str(row.reach), tokens.t1, "figure")
