"""What is seen while the program loads: the logo on the canvas's colour."""

from PySide6.QtCore import QElapsedTimer, QEventLoop, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.theme import Theme
from app.theme.measures import GRID_CANVAS

SIZE = QSize(420, 240)
PATIENCE_MS = 500  # for a window manager that is slow to show it


class Splash(QWidget):
    """A small window without a frame; it goes when the real one comes."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(None, Qt.WindowType.SplashScreen | Qt.WindowType.FramelessWindowHint)
        self._theme = theme
        self.setFixedSize(SIZE)
        self.move(QApplication.primaryScreen().availableGeometry().center() - self.rect().center())

    def appear(self) -> None:
        """Show, and wait until it is on the screen: what comes next leaves no time to paint."""
        self.show()
        waited = QElapsedTimer()
        waited.start()
        handle = self.windowHandle()
        while not (handle.isExposed() or waited.hasExpired(PATIENCE_MS)):
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)
        self.repaint()
        QApplication.processEvents()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), self._theme.tokens
        painter.fillRect(self.rect(), QColor(tokens.canvas))
        painter.setPen(QColor(tokens.dot))
        for x in range(GRID_CANVAS // 2, self.width(), GRID_CANVAS):
            painter.drawPoints([QPointF(x, y) for y in range(10, self.height(), GRID_CANVAS)])
        logo = QRectF(0, 76, self.width(), 40)
        self._theme.icons.paint(painter, "logo", logo, tokens.accent)
        painter.setFont(self._theme.font("sheet"))
        painter.setPen(QColor(tokens.t1))
        painter.drawText(
            QRectF(0, 122, self.width(), 36), Qt.AlignmentFlag.AlignCenter, "Chainrule"
        )
        painter.setPen(QColor(tokens.line2))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
