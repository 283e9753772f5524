"""Words on the screen: labels of the type scale, labels that shorten themselves, and tooltips."""

from html import escape
from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app.theme.fonts import Role

Tone = Literal["", "t1", "t2", "t3", "ok", "watch", "bad", "accent"]


def label(text: str, role: Role = "body", tone: Tone = "", parent: QWidget | None = None) -> QLabel:
    """A label in a role of the type scale; the style sheet gives it font and colour."""
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    made.setProperty("tone", tone)
    return made


class ElidedLabel(QLabel):
    """One line that ends in “…” where the room ends; the whole text is its tooltip then."""

    def __init__(
        self, text: str, role: Role = "note", tone: Tone = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setProperty("tone", tone)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        room = self.contentsRect()
        shown = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, room.width()
        )
        self.setToolTip(self.text() if shown != self.text() else "")
        painter.drawText(room, self.alignment() | Qt.AlignmentFlag.AlignVCenter, shown)


def tip(title: str, more: str = "", key: str = "") -> str:
    """The text of a tooltip: a title, its key at the right, and a sentence or two below."""
    head = f"<b style='font-weight:600'>{escape(title)}</b>"
    if key:
        head += f"&nbsp;&nbsp;&nbsp;<span style='color:gray'>{escape(key)}</span>"
    if not more:
        return f"<div style='white-space:nowrap'>{head}</div>"
    return f"<table width='264'><tr><td>{head}<br>{escape(more)}</td></tr></table>"
