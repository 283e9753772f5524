"""Docks in the look of the program: a plot with its head, a panel without one, grips over the seams."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QEnterEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QWidget

from app.controls.button import Button
from app.controls.dock_head import DockHead
from app.plot import Plot
from app.theme import Theme

_REACH = 3  # px on each side of a seam that can be caught
_GLOW_MS = 200  # how long the mouse rests on a seam before it lights up


class PanelDock(QDockWidget):
    """A panel at the side: it has no head and stays where it is."""

    def __init__(self, title: str, widget: QWidget, parent: QWidget) -> None:
        super().__init__(title, parent)
        self.setObjectName(f"panel-{title.lower()}")
        self.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        self.setTitleBarWidget(QWidget(self))
        self.setWidget(widget)


class PlotDock(QDockWidget):
    """A plot with its head: it can be moved, floated, put in tabs, closed, and made to fill the window."""

    fill_asked = Signal()

    def __init__(self, theme: Theme, plot: Plot, parent: QWidget) -> None:
        super().__init__(plot.title, parent)
        self.setObjectName(f"plot-{plot.title.lower()}")
        self.setAllowedAreas(
            Qt.DockWidgetArea.BottomDockWidgetArea | Qt.DockWidgetArea.RightDockWidgetArea
        )
        self.plot = plot
        self._holds = False
        self.head = DockHead(theme, plot.title, plot.subtitle, self)
        plot.subtitle_changed.connect(self.head.subtitle.setText)
        self.head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.head.customContextMenuRequested.connect(self._show_menu)
        for tool in plot.tools():
            self.head.add_tool(tool)
        self._fill = Button(theme, kind="icon", icon="maximize-2", small=True)
        self._fill.clicked.connect(self.fill_asked)
        self.show_filled(filled=False)
        self.head.add_tool(self._fill)
        self.setTitleBarWidget(self.head)
        self.setWidget(plot)
        self.visibilityChanged.connect(self._on_seen)

    def _on_seen(self, seen: bool) -> None:  # noqa: FBT001 - a signal's own value
        self.plot.cover(not seen)
        if not self._holds:
            self.show_title()

    def hold_title(self, held: bool) -> None:  # noqa: FBT001 - a state, not a choice
        """Leave the title alone while docks are put away and back: room is shared out by what heads say."""
        self._holds = held
        if not held:
            self.show_title()

    def show_title(self) -> None:
        """Show the title, unless a tab says it."""
        window = self.parent()
        is_tab = isinstance(window, QMainWindow) and bool(window.tabifiedDockWidgets(self))
        self.head.title.setVisible(not is_tab)

    def show_filled(self, *, filled: bool) -> None:
        """Show whether this dock fills the window."""
        self._fill.show_icon("minimize-2" if filled else "maximize-2")
        words = "Bring the rest back (Esc)" if filled else "Fill the window"
        self._fill.setToolTip(words)
        self._fill.setAccessibleName(f"{self.windowTitle()}: {words}")

    def _show_menu(self, where: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Fill the window", self.fill_asked.emit)
        menu.addAction(
            "Put back into the window" if self.isFloating() else "Float above the window",
            lambda: self.setFloating(not self.isFloating()),
        )
        menu.addSeparator()
        menu.addAction("Close", self.close)
        menu.popup(self.head.mapToGlobal(where))


class Grip(QWidget):
    """Catches the mouse around a 1-px seam; dragging moves it, a double click puts it back."""

    def __init__(self, theme: Theme, parent: QWidget, *, upright: bool) -> None:
        super().__init__(parent)
        self._theme, self._upright = theme, upright
        self._move: Callable[[int], None] = lambda _by: None
        self._restore: Callable[[], None] = lambda: None
        self._from: int | None = None
        self._glowing = False
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.setInterval(_GLOW_MS)
        self._clock.timeout.connect(lambda: self._glow(on=True))
        shape = Qt.CursorShape.SplitHCursor if upright else Qt.CursorShape.SplitVCursor
        self.setCursor(shape)

    def place(self, seam: QRect, move: Callable[[int], None], restore: Callable[[], None]) -> None:
        """Lie over this seam; `move(by)` is called with pixels since the last call."""
        self._move, self._restore = move, restore
        wide, high = (_REACH, 0) if self._upright else (0, _REACH)
        self.setGeometry(seam.adjusted(-wide, -high, wide, high))
        self.show()
        self.raise_()

    def _at(self, event: QMouseEvent) -> int:
        where = event.globalPosition().toPoint()
        return where.x() if self._upright else where.y()

    def _glow(self, *, on: bool) -> None:
        self._glowing = on
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._clock.start()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._clock.stop()
        self._glow(on=self._from is not None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._from = self._at(event)
        self._glow(on=True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is not None:
            by, self._from = self._at(event) - self._from, self._at(event)
            self._move(by)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._from = None
        self._glow(on=self.underMouse())

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self._restore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._glowing:
            middle = self.rect().adjusted(_REACH, 0, -_REACH, 0)
            if not self._upright:
                middle = self.rect().adjusted(0, _REACH, 0, -_REACH)
            QPainter(self).fillRect(middle, QColor(self._theme.tokens.accent))
