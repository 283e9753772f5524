"""Where panels and plots stand: wide or dense, one of them filling the window, seams to drag, all of it remembered.

Knows nothing of what the panels show.
"""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QByteArray, QEvent, QObject, QRect, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QTabWidget, QWidget

from app.frame.docks import Grip, PanelDock, PlotDock
from app.preferences import Preferences
from app.theme import Theme

WIDE, FOLDED = (
    1500,
    1100,
)  # window widths: from here on full size; below, the inspector's edge alone
EDGE = 33  # px, what is left of a folded panel
SIDE = {True: 240, False: 49}  # the palette's width, by whether the window is wide
INSPECTOR = {True: 320, False: 264}
PLOTS_HIGH = {True: 376, False: 288}
SHARES = (480, 372, 508)  # widths of the first plots
_VERSION = 3  # of the docks there are: a layout of another is not recalled
_BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea


class Arrangement(QObject):
    """Places the docks of a main window."""

    def __init__(
        self,
        window: QMainWindow,
        theme: Theme,
        centre: QWidget,
        left: PanelDock,
        right: PanelDock,
        plots: Mapping[str, PlotDock],
    ) -> None:
        super().__init__(window)
        self._window, self._theme, self._centre = window, theme, centre
        self.left, self.right, self.plots = left, right, plots
        self.wide: bool | None = None
        self.filled: PlotDock | None = None
        self._before: list[QDockWidget] = []
        self._row_before: list[tuple[PlotDock, int]] = []
        self._grips: dict[str, Grip] = {}
        self._state_before = QByteArray()
        window.setDockNestingEnabled(True)
        window.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea)
        window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, left)
        window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, right)
        window.setTabPosition(_BOTTOM, QTabWidget.TabPosition.North)
        for plot in plots.values():
            window.addDockWidget(_BOTTOM, plot)
            plot.fill_asked.connect(lambda plot=plot: self.fill(plot))
        self._stack()
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), window, self.unfill)
        self._escape.setEnabled(False)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._place_grips)
        for dock in self.docks:
            dock.installEventFilter(self)

    @property
    def docks(self) -> tuple[QDockWidget, ...]:
        """All docks there are."""
        return (self.left, self.right, *self.plots.values())

    # -- densities ----------------------------------------------------------------------------------------------------

    def fit(self, width: int) -> bool:
        """Go to the density of a window of this width; whether it is another than before."""
        wide = width >= WIDE
        changed = wide != self.wide
        self.wide = wide
        if changed:
            corner = Qt.DockWidgetArea.RightDockWidgetArea if wide else _BOTTOM
            self._window.setCorner(Qt.Corner.BottomRightCorner, corner)
            _limit(self.left, *((200, 400) if wide else (SIDE[wide], SIDE[wide])))
            _limit(self.right, 240, 480)
            self.reset_sizes()
        return changed

    def fold_right(self, *, folded: bool) -> None:
        """Leave only the edge of the right panel, or give it its width back."""
        _limit(self.right, *((EDGE, EDGE) if folded else (240, 480)))
        if not folded:
            edge = EDGE if self._window.width() < FOLDED else 0
            width = INSPECTOR[bool(self.wide)] + edge
            self._window.resizeDocks([self.right], [width], Qt.Orientation.Horizontal)

    def reset(self) -> None:
        """Put everything back where it was at first."""
        self.unfill()
        for dock in self.plots.values():
            dock.setFloating(False)
            self._window.addDockWidget(_BOTTOM, dock)
            dock.show()
        self._stack()
        self.left.show()
        self.right.show()
        self.reset_sizes()

    @property
    def fronts(self) -> list[PlotDock]:
        """The plots that have a place of their own, from the left; all others are tabs behind one of them."""
        return [dock for dock in self.plots.values() if dock.plot.behind not in self.plots]

    def _stack(self) -> None:
        """Put the front plots side by side, and the others behind them."""
        fronts = self.fronts
        for before, dock in zip(fronts, fronts[1:], strict=False):
            self._window.splitDockWidget(before, dock, Qt.Orientation.Horizontal)
        for dock in self.plots.values():
            if (front := self.plots.get(dock.plot.behind)) is not None:
                last = [front, *self._window.tabifiedDockWidgets(front)][-1]
                self._window.tabifyDockWidget(last, dock)
        for dock in fronts:
            dock.raise_()
        for dock in self.plots.values():
            dock.show_title()  # those behind count too when room is shared out

    def reset_sizes(self) -> None:
        """Give panels and plots the sizes of this density."""
        wide = bool(self.wide)
        across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        self._window.resizeDocks([self.left, self.right], [SIDE[wide], INSPECTOR[wide]], across)
        plots = self.fronts
        self._window.resizeDocks(plots[:1], [PLOTS_HIGH[wide]], down)
        shares = [SHARES[place] if place < len(SHARES) else 400 for place in range(len(plots))]
        self._window.resizeDocks(plots, shares, across)

    # -- one alone ----------------------------------------------------------------------------------------------------

    def fill(self, dock: PlotDock) -> None:
        """Let one plot fill the window, or bring the rest back if it does already."""
        again = self.filled is dock
        self.unfill()
        if again or dock.isFloating():
            return
        self._state_before = self._window.saveState(_VERSION)
        self._row_before = [(one, one.width()) for one in self._row()]
        for plot in self.plots.values():
            plot.hold_title(True)
        self._before = [other for other in self.docks if other is not dock and other.isVisible()]
        for other in self._before:
            other.hide()
        self._centre.hide()
        dock.show()
        dock.show_filled(filled=True)
        dock.head.title.show()  # no tab says it now
        self.filled = dock
        self._escape.setEnabled(True)

    def unfill(self) -> None:
        """Bring everything back that a filling plot has covered."""
        if self.filled is None:
            return
        self.filled.show_filled(filled=False)
        self.filled = None
        self._escape.setEnabled(False)
        self._centre.show()
        for dock in self._before:
            dock.show()
        self._window.restoreState(self._state_before, _VERSION)
        for plot in self.plots.values():
            plot.hold_title(False)
        QTimer.singleShot(0, self, self._put_seams_back)  # once their least widths are known anew

    def _put_seams_back(self) -> None:
        """Give the plots side by side the widths they had before one filled the window."""
        if self._row_before and self.filled is None:
            docks, widths = zip(*self._row_before, strict=True)
            self._window.resizeDocks(docks, widths, Qt.Orientation.Horizontal)

    # -- remembering --------------------------------------------------------------------------------------------------

    def remember(self, preferences: Preferences) -> None:
        """Write down where everything is; for each density apart."""
        self.unfill()
        name = "wide" if self.wide else "dense"
        preferences.keep_bytes(f"docks/{name}", self._window.saveState(_VERSION))

    def recall(self, preferences: Preferences) -> bool:
        """Put everything where it was when this density was last seen; whether that is known."""
        state = preferences.bytes("docks/wide" if self.wide else "docks/dense")
        if not state.isEmpty() and self._window.restoreState(state, _VERSION):
            return True
        self.reset()
        return False

    # -- seams --------------------------------------------------------------------------------------------------------

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in (
            QEvent.Type.Resize,
            QEvent.Type.Move,
            QEvent.Type.Show,
            QEvent.Type.Hide,
        ):
            self._later.start(0)
        return False

    def stop(self) -> None:
        """Let nothing be laid out any more."""
        for dock in self.docks:
            dock.removeEventFilter(self)
        self._later.stop()

    def _place_grips(self) -> None:
        """Lay a grip over each seam that can be moved; one that is being dragged only follows."""
        self._hide_stray_tabs()
        for grip in self._grips.values():
            grip.hide()
        if self.filled is not None:
            return
        if self.wide:
            self._grip_beside(self.left, at_right=True)
        self._grip_beside(self.right, at_right=False)
        row = self._row()
        if row:
            self._grip_above(row)
        for first, second in zip(row, row[1:], strict=False):
            self._grip_between(first, second)

    def _hide_stray_tabs(self) -> None:
        """Qt leaves the tab bar of an earlier stacking visible where it was; a live one lies on a dock's upper edge."""
        corners = {(dock.x(), dock.y()) for dock in self.plots.values() if not dock.isHidden()}
        found = self._window.findChildren(
            QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly
        )
        live: dict[tuple[int, int], QTabBar] = {}
        for tabs in sorted(found, key=QTabBar.width):  # the widest is as wide as its docks
            live[tabs.x(), tabs.geometry().bottom() + 1] = tabs
        for tabs in found:
            tabs.setElideMode(
                Qt.TextElideMode.ElideNone
            )  # names stay whole; arrows lead to the rest
            tabs.setUsesScrollButtons(True)
            corner = (tabs.x(), tabs.geometry().bottom() + 1)
            tabs.setVisible(corner in corners and live[corner] is tabs)

    def _row(self) -> list[PlotDock]:
        """The plots that stand side by side at the bottom, from the left."""
        shown = [
            dock
            for dock in self.plots.values()
            if not (dock.isHidden() or dock.isFloating() or dock.visibleRegion().isEmpty())
        ]
        shown = [dock for dock in shown if self._window.dockWidgetArea(dock) == _BOTTOM]
        return sorted(shown, key=lambda dock: (dock.y(), dock.x()))

    def _grip(self, name: str, seam: QRect, move: Callable[[int], None]) -> None:
        upright = seam.width() == 1
        if name not in self._grips:
            self._grips[name] = Grip(self._theme, self._window, upright=upright)
        self._grips[name].place(seam, move, self.reset_sizes)

    def _grip_beside(self, dock: PanelDock, *, at_right: bool) -> None:
        if dock.isHidden():
            return
        box = dock.geometry()
        x = box.right() + 1 if at_right else box.left() - 1
        sign = 1 if at_right else -1

        def move(by: int) -> None:
            width = dock.width() + sign * by
            self._window.resizeDocks([dock], [width], Qt.Orientation.Horizontal)

        self._grip(dock.objectName(), QRect(x, box.top(), 1, box.height()), move)

    def _grip_above(self, row: list[PlotDock]) -> None:
        left, right = row[0].geometry().left(), row[-1].geometry().right()
        top = min(dock.y() for dock in row)

        def move(by: int) -> None:
            high = row[0].height() - by
            self._window.resizeDocks([row[0]], [high], Qt.Orientation.Vertical)

        self._grip("plots", QRect(left, top - 1, right - left, 1), move)

    def _grip_between(self, first: PlotDock, second: PlotDock) -> None:
        if first.y() != second.y():
            return

        def move(by: int) -> None:
            sizes = [first.width() + by, second.width() - by]
            self._window.resizeDocks([first, second], sizes, Qt.Orientation.Horizontal)

        seam = QRect(first.geometry().right() + 1, first.y(), 1, first.height())
        self._grip(f"{first.objectName()} {second.objectName()}", seam, move)


def _limit(dock: QDockWidget, least: int, most: int) -> None:
    dock.setMinimumWidth(least)
    dock.setMaximumWidth(most)
