"""What measuring takes of the training time, in the status bar; a press lets a person allow more or less."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy

from app.controls.ring import FocusRing
from app.controls.surface import rounded
from app.studio import Studio
from app.theme.measures import RADIUS_CHIP
from app.wording import number

SHARES = (0.01, 0.015, 0.03, 0.1, 0.3)
"""Of the training time, among which a person may choose."""
_WIDEST = "instruments 99.9 % of 30 %"


class ShareButton(QAbstractButton):
    """As in “instruments 1.2 % of 1.5 %”."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self.setFont(studio.theme.font("note"))
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.ring = FocusRing(studio.theme, self, RADIUS_CHIP)
        self.clicked.connect(self._open)
        studio.view_changed.connect(self.refresh)
        studio.session.advanced.connect(self.refresh)
        studio.session.run_changed.connect(self.refresh)
        studio.session.state_changed.connect(self.refresh)
        self.setToolTip(
            "What measuring for plots takes of the training time, and what it may take. Press to change that."
        )
        self.refresh()

    def refresh(self, _changed: object = None) -> None:
        """Show what was last measured, while a run is going."""
        session = self._studio.session
        is_going = session.state == "training"  # at a pause much is read, at nobody's cost
        said = session.run.history.measured if session.run and is_going else None
        takes = f"{number(100 * said.share, 2)} % of " if said else "up to "
        words = f"instruments {takes}{100 * session.watchers.share:g} %"
        if words != self.text():
            self.setText(words)
            self.setAccessibleName(words)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(self.font()).horizontalAdvance(_WIDEST) + 12, 20)

    def minimumSizeHint(self) -> QSize:
        return QSize(QFontMetrics(self.font()).horizontalAdvance(self.text()) + 12, 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), self._studio.theme.tokens
        if self.underMouse():
            rounded(painter, QRectF(self.rect()), RADIUS_CHIP, tokens.s3)
        painter.setPen(QColor(tokens.t1 if self.underMouse() else tokens.t2))
        room = self.rect().adjusted(6, 0, -6, 0)
        painter.drawText(
            room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self.text()
        )

    def _open(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for share in SHARES:
            action = menu.addAction(f"Up to {100 * share:g} % of the training time")
            action.setCheckable(True)
            action.setChecked(share == self._studio.session.watchers.share)
            action.triggered.connect(lambda _on, share=share: self._studio.allow_instruments(share))
        menu.popup(self.mapToGlobal(QPoint(0, -menu.sizeHint().height() - 4)))
