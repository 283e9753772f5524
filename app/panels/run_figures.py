"""The figures of the run bar: epoch and step over a thin bar, speed and time left. All keep their width."""

from math import ceil

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.controls.button import Button
from app.controls.surface import rounded
from app.controls.text import tip
from app.theme import Theme

LEAST_GAP = 8.0  # px between epoch and step
Words = tuple[tuple[str, str, str], ...]  # (text, role, token) one after another


class RunProgress(QWidget):
    """“Epoch 14 of 60”, “step 400”, and how far that is."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._epoch, self._epochs, self._step = 0.0, 1, 0
        self.setFixedSize(176, 24)

    def setValue(self, epoch: float, epochs: int, step: int) -> None:
        """Shows how many epochs and steps are done."""
        self._epoch, self._epochs, self._step = epoch, max(1, epochs), step
        self.setAccessibleName(f"Epoch {self.current} of {epochs}, step {step:,}")
        self.update()

    @property
    def current(self) -> int:
        """The epoch that is under way, from 1; 0 before the first."""
        return min(ceil(self._epoch - 1e-9), self._epochs)

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1."""
        return min(1.0, self._epoch / self._epochs)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = self.theme.tokens
        current, total = str(self.current), str(self._epochs)
        left = (("Epoch ", "label", tokens.t1), (current, "mono", tokens.t1))
        whole: Words = (*left, (f" of {total}", "label", tokens.t3))
        right: Words = (("step ", "label", tokens.t2), (f"{self._step:,}", "mono", tokens.t1))
        room = self.width() - words_width(self.theme, right) - LEAST_GAP
        fits = words_width(self.theme, whole) <= room  # a long run says no total: the bar shows it
        draw_words(painter, self.theme, 0, 12, whole if fits else left)
        draw_words(painter, self.theme, self.width() - words_width(self.theme, right), 12, right)
        track = QRectF(0, self.height() - 5, self.width(), 4)
        rounded(painter, track, 2, tokens.s4)
        if self.share > 0:
            done = QRectF(track.left(), track.top(), max(4.0, track.width() * self.share), 4)
            rounded(painter, done, 2, tokens.accent)


class Figure(QWidget):
    """A number with its unit, as wide as the widest it will show; empty while it is not known."""

    def __init__(self, theme: Theme, widest: str, unit: str, name: str) -> None:
        super().__init__()
        self.theme, self._name = theme, name
        self._number, self._unit = "", unit
        self._widest = (widest, unit)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def setValue(self, number: str, unit: str = "") -> None:
        """Shows a number; none at all if it is empty."""
        shown = (number, unit or self._unit)
        if shown != (self._number, self._unit):
            self._number, self._unit = shown
            self.setAccessibleName(f"{self._name}: {number} {self._unit}" if number else "")
            self.update()

    def value(self) -> str:
        """What is shown, with its unit."""
        return f"{self._number} {self._unit}" if self._number else ""

    def sizeHint(self) -> QSize:
        return QSize(round(words_width(self.theme, self._words(*self._widest))), 18)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._number:
            draw_words(QPainter(self), self.theme, 0, 13, self._words(self._number, self._unit))

    def _words(self, number: str, unit: str) -> Words:
        tokens = self.theme.tokens
        return ((number, "mono", tokens.t1), (f" {unit}", "note", tokens.t2))


def _font(theme: Theme, role: str) -> QFont:
    return theme.font("mono" if role == "mono" else "note" if role == "note" else "label")


def words_width(theme: Theme, words: Words) -> float:
    """How wide words of several fonts are."""
    return sum(QFontMetrics(_font(theme, role)).horizontalAdvance(text) for text, role, _ in words)


def draw_words(painter: QPainter, theme: Theme, left: float, baseline: int, words: Words) -> None:
    """Draws words of several fonts one after another on a line."""
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    for text, role, colour in words:
        painter.setFont(_font(theme, role))
        painter.setPen(QColor(colour))
        painter.drawText(round(left), baseline, text)
        left += painter.fontMetrics().horizontalAdvance(text)


class Rule(QWidget):
    """An upright line between groups of a bar."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.setFixedSize(9, 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        line = self.theme.tokens.line2
        QPainter(self).fillRect(4, 0, 1, self.height(), QColor(line))


class Dot(QWidget):
    """A round dot of 6 px that keeps its room while it is not shown."""

    def __init__(self, theme: Theme, colour: str = "t3") -> None:
        super().__init__()
        self.theme, self._colour, self._shown = theme, colour, False
        self.setFixedSize(8, 16)

    def setValue(self, shown: bool) -> None:  # noqa: FBT001 - the value it shows
        """Shows or hides it."""
        self._shown = shown
        self.update()

    def value(self) -> bool:
        """Whether it is shown."""
        return self._shown

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._shown:
            painter = QPainter(self)
            colour = getattr(self.theme.tokens, self._colour)
            rounded(painter, QRectF(1, 5, 6, 6), 3, colour)


class SealChip(Button):
    """Says whether the test part is sealed, or how often it was opened; a press leads to its door."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Test set sealed", icon="lock")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def setValue(self, count: int | None, openings: int = 0) -> None:
        """Says how many examples it has (None while the data cannot be had), and how often it was opened."""
        which = "The test examples" if count is None else f"{count:,} test examples"
        said = f"{which} are locked away: training and settings never see them."
        if openings:
            times = "once" if openings == 1 else f"{openings} times"
            said = f"{which} have been looked at {times}. What a further look says is no longer unbiased."
        self.show_icon("lock-open" if openings else "lock")
        sealed = "Opened once" if openings == 1 else f"Opened {openings}×"
        self.show_text(sealed if openings else "Test set sealed")
        self.setToolTip(tip("The test set", said))
        self.setAccessibleDescription(said)
