"""Two to four choices side by side on one track; arrow keys walk, a press chooses."""

from collections.abc import Hashable, Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QRadioButton, QSizePolicy, QWidget

from app.controls.ring import FocusRing
from app.controls.surface import rounded
from app.theme.measures import HEIGHT_CONTROL, HEIGHT_SMALL, RADIUS_CONTROL
from app.theme.theme import Theme

_INSET = 2  # px, of the choices in their track: the ring of the keyboard fits in


class _Segment(QRadioButton):
    """One choice; radio buttons bring arrow keys and their role for screen readers."""

    def __init__(self, theme: Theme, text: str, padding: int) -> None:
        super().__init__(text)
        self._theme, self._padding = theme, padding
        self.setFont(theme.font("note", 500))
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        words = QFontMetrics(self.font()).horizontalAdvance(self.text())
        return QSize(words + 2 * self._padding, HEIGHT_SMALL - 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.sizeHint().width() - self._padding, HEIGHT_SMALL - 4)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = self._theme.tokens
        if self.isChecked():
            rounded(painter, QRectF(self.rect()), 4, tokens.chosen, tokens.line2)
        bright = self.isChecked() or self.underMouse()
        ink = tokens.t1 if bright else tokens.t2
        painter.setPen(QColor(ink if self.isEnabled() else tokens.t4))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())


class Segments(QWidget):
    """Shows one of a few values; `changed(value)` when the person chooses another."""

    changed = Signal(object)

    def __init__(
        self,
        theme: Theme,
        choices: Sequence[tuple[Hashable, str]],
        *,
        name: str,
        full: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.theme = theme
        self._buttons: dict[Hashable, _Segment] = {}
        self._shown: Hashable = None
        self.setAccessibleName(name)
        self.setFixedHeight(HEIGHT_CONTROL if full else HEIGHT_SMALL)
        across = QSizePolicy.Policy.Expanding if full else QSizePolicy.Policy.Fixed
        self.setSizePolicy(across, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(_INSET, _INSET, _INSET, _INSET)
        row.setSpacing(0)
        for value, title in choices:
            row.addWidget(self._segment(value, title, name), 1 if full else 0)
        self.setValue(choices[0][0])

    def value(self) -> Hashable:
        """The value shown."""
        return self._shown

    def setValue(self, value: Hashable) -> None:
        """Shows a value; nothing is emitted."""
        self._shown = value
        self._buttons[value].setChecked(True)

    def offer(self, *values: Hashable) -> None:
        """Shows only these choices; if the one shown is not among them, the first of them is."""
        for value, button in self._buttons.items():
            button.setVisible(value in values)
        if self._shown not in values:
            self.setValue(values[0])

    def _segment(self, value: Hashable, title: str, name: str) -> _Segment:
        button = _Segment(self.theme, title, 8)
        button.setAccessibleName(f"{name}: {title}")
        button.clicked.connect(lambda: self._choose(value))
        FocusRing(self.theme, button, 4, reach=_INSET)
        self._buttons[value] = button
        return button

    def _choose(self, value: Hashable) -> None:
        if value != self._shown:
            self._shown = value
            self.changed.emit(value)

    def paintEvent(self, _event: QPaintEvent) -> None:
        rounded(QPainter(self), QRectF(self.rect()), RADIUS_CONTROL, self.theme.tokens.s3)
