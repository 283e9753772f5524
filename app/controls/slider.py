"""A slider for one number between two ends: a track, a handle, arrow keys, and the number beside it."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSlider, QWidget

from app.controls.ring import FocusRing
from app.controls.surface import rounded
from app.controls.text import label
from app.theme.measures import HEIGHT_SMALL, SPACE_8
from app.theme.palette import ink
from app.theme.theme import Theme

_HANDLE, _TRACK = 6.0, 4.0  # px: radius of the handle, height of the track
_WIDTH = 88  # px, of the track at least


class _Track(QSlider):
    """Qt's slider, for its keys and its role; drawn in the look of the program."""

    def __init__(self, theme: Theme, name: str, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.ring = FocusRing(theme, self, _HANDLE)

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, HEIGHT_SMALL)

    def minimumSizeHint(self) -> QSize:
        return QSize(_WIDTH // 2, HEIGHT_SMALL)

    def _share_at(self, x: float) -> float:
        return min(max((x - _HANDLE) / max(1.0, self.width() - 2 * _HANDLE), 0.0), 1.0)

    def _go_to(self, event: QMouseEvent) -> None:
        share, span = self._share_at(event.position().x()), self.maximum() - self.minimum()
        self.setSliderPosition(self.minimum() + round(share * span))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._go_to(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._go_to(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.isSliderDown():
            self.setSliderDown(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), self._theme.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        span, middle = max(1, self.maximum() - self.minimum()), self.height() / 2
        share = (self.sliderPosition() - self.minimum()) / span
        at = _HANDLE + share * (self.width() - 2 * _HANDLE)
        box = QRectF(0, middle - _TRACK / 2, self.width(), _TRACK)
        rounded(painter, box, _TRACK / 2, tokens.s4)
        if self.isEnabled():
            box.setRight(at)
            rounded(painter, box, _TRACK / 2, tokens.accent)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink(tokens.t1 if self.isEnabled() else tokens.t4))
        painter.drawEllipse(QPointF(at, middle), _HANDLE, _HANDLE)


class Slider(QWidget):
    """Shows a number between two ends; `slid(number)` while it moves, `changed(number)` once it has been let go."""

    slid = Signal(float)
    changed = Signal(float)

    def __init__(
        self,
        theme: Theme,
        *,
        name: str,
        ends: tuple[float, float],
        step: float = 1.0,
        digits: int = 0,
        none: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`none` is how the number 0 is said where it stands for nothing in particular."""
        super().__init__(parent)
        self._step, self._digits, self._none = step, digits, none
        self.track = _Track(theme, name, self)
        self.track.setRange(round(ends[0] / step), round(ends[1] / step))
        self.words = label("", "figure", "t1", self)
        self.words.setMinimumWidth(
            self.words.fontMetrics().horizontalAdvance("as drawn" if none else "0.000")
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_8)
        row.addWidget(self.track, 1)
        row.addWidget(self.words)
        self.track.sliderMoved.connect(self._move)
        self.track.valueChanged.connect(self._move)
        self.track.sliderReleased.connect(self._let_go)
        self._shown = 0.0
        self.setValue(0.0)

    def value(self) -> float:
        """The number that is shown."""
        return self.track.sliderPosition() * self._step

    def setValue(self, value: float) -> None:
        """Shows a number; nothing is emitted. One beyond the ends is said as it is."""
        self._shown = value
        self.track.blockSignals(True)
        self.track.setValue(round(value / self._step))
        self.track.blockSignals(False)
        self.track.update()
        self._say(value)

    def _say(self, value: float) -> None:
        self.words.setText(
            self._none
            if self._none and not value
            else f"{value:.{self._digits}f}".replace("-", "−")
        )

    def _move(self, _place: int) -> None:
        value = self.value()
        self._say(value)
        if value != self._shown:
            self._shown = value
            self.slid.emit(value)
            if not self.track.isSliderDown():  # by key or wheel
                self.changed.emit(value)

    def _let_go(self) -> None:
        self.changed.emit(self.value())
