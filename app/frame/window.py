"""The window: run bar, palette and data, canvas, inspector, plots and status bar, put together.

It holds no truth of the project. It is the `Stage` that commands act on.
"""

from collections.abc import Sequence
from functools import cached_property

from PySide6.QtCore import QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGraphicsView,
    QMainWindow,
    QStatusBar,
    QVBoxLayout,
    QWidget,
)

from app.action import Template
from app.canvas import Canvas
from app.controls.toast import Toast
from app.frame.arrangement import FOLDED, Arrangement
from app.frame.command_palette import CommandPalette
from app.frame.docks import PanelDock, PlotDock
from app.frame.drop_zone import DropZone
from app.frame.files import Files
from app.frame.left_column import LeftColumn
from app.frame.menus import Menus
from app.frame.right_column import RightColumn
from app.frame.sheets import About, Shortcuts
from app.frame.suiting import Suiting
from app.frame.thumbnail import thumbnail
from app.panels.run_bar import RunBar
from app.panels.status_bar import StatusBar
from app.plots import PLOTS
from app.studio import Studio
from engine.template import template, template_names

FIRST_TEMPLATE = "small-convnet"
LEAST = QSize(1024, 640)
FIRST_SHARE, LARGEST_FIRST = 0.92, QSize(1920, 1080)  # of the screen, if never moved


class Window(QMainWindow):
    """One project at work."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        self.papers = Files(studio, self)
        self.view = Canvas(studio)
        seen = self.view.view.viewport()
        # Naming the window in it would keep it for ever.
        self.papers.saving.draw = lambda: thumbnail(seen)
        self.toast = Toast(studio.theme, self.view)
        scenes = [view.viewport() for view in self.view.findChildren(QGraphicsView)]
        self._drops = DropZone(self.papers, self.papers.take, self, self.view, *scenes)
        self.setMinimumSize(LEAST)
        self.setCentralWidget(self.view)
        self._forced = self._narrow = self._shown = self._recalled = False
        self._menus: Menus | None = None
        self.run_bar = RunBar(studio, self.trigger)
        self.status = StatusBar(studio)
        self.setMenuWidget(_seamed(self.run_bar, below=True))
        self.setStatusBar(_Foot(_seamed(self.status, below=False)))
        self.arrangement = self._arranged()
        self._menus = Menus(self, self)
        self.commands = CommandPalette(studio.theme, self)
        self._listen()
        self._recall()
        self._bring_forward()
        self._show_title()

    def _arranged(self) -> Arrangement:
        theme = self.studio.theme
        self.column = LeftColumn(self.studio)
        docks = {}
        for kind in PLOTS.values():
            plot = kind(self.studio)
            docks[plot.title] = PlotDock(theme, plot, self)
        left = PanelDock("Layers", self.column, self)
        self.side = RightColumn(self.studio)
        right = PanelDock("Inspector", self.side, self)
        return Arrangement(self, theme, self.view, left, right, docks)

    def _listen(self) -> None:
        studio = self.studio
        studio.said.connect(self._say)
        self.papers.brought.connect(self._show_own)
        self.side.folded_changed.connect(self._refit)
        self.view.inspect_asked.connect(self._inspect)
        self.view.comment_asked.connect(self._comment)
        self.view.commanded.connect(self.trigger)
        studio.document.opened.connect(self._bring_forward)
        self.side.inspector.several.commanded.connect(self.trigger)
        studio.document.filed.connect(self._show_title)
        studio.document.changed.connect(self._show_title)
        studio.session.state_changed.connect(self._show_title)

    def _bring_forward(self) -> None:
        """Put in front what is made for the data of the project that was opened."""
        content = self.studio.document.project.recipe.dataset.content
        for dock in self.arrangement.plots.values():
            if content and dock.plot.content == content:
                dock.raise_()

    # -- what it says -------------------------------------------------------------------------------------------------

    def _show_title(self) -> None:
        document = self.studio.document
        name = document.path.stem if document.path else document.project.title
        self.setWindowTitle(f"{name}[*] — Chainrule")
        self.setWindowModified(document.unsaved or self.studio.session.state != "idle")
        self.setWindowFilePath("")

    def _say(self, text: str, button: str, action: object) -> None:
        self.toast.say(text, button, action if callable(action) else None)

    # -- the stage of commands ----------------------------------------------------------------------------------------

    def trigger(self, name: str) -> None:
        """Run a command by its id."""
        if self._menus is not None:
            self._menus.trigger(name)

    @cached_property
    def templates(self) -> Sequence[Template]:
        """The templates that come with the program."""
        names = sorted(template_names(), key=lambda name: name != FIRST_TEMPLATE)
        return [Template(name, template(name).title) for name in names]

    @property
    def panels(self) -> Sequence[str]:
        """What can be shown and hidden."""
        return [dock.windowTitle() for dock in self.arrangement.docks]

    @property
    def plots(self) -> Sequence[str]:
        """What can fill the window."""
        return list(self.arrangement.plots)

    def panel_shown(self, title: str) -> bool:
        """Whether a panel or plot is on the screen."""
        dock = next(d for d in self.arrangement.docks if d.windowTitle() == title)
        return not dock.isHidden() and not (isinstance(dock, PlotDock) and dock.plot.covered)

    def show_panel(self, title: str, shown: bool) -> None:  # noqa: FBT001 - a command's own value
        """Show or hide a panel or plot."""
        self.arrangement.unfill()
        for dock in self.arrangement.docks:
            if dock.windowTitle() == title:
                dock.setVisible(shown)
                if shown:
                    dock.raise_()

    def fill(self, title: str) -> None:
        """Let a plot fill the window, or bring the rest back."""
        self.arrangement.fill(self.arrangement.plots[title])

    def reset_layout(self) -> None:
        """Put panels and plots back where they were at first."""
        self.arrangement.reset()
        self.suiting.check()

    def show_menu(self) -> None:
        """Open the menu below the run bar's button."""
        if self._menus is not None:
            self._menus.popup(self.run_bar.mapToGlobal(QPoint(8, self.run_bar.height() - 4)))

    def show_commands(self) -> None:
        """Open the command palette."""
        if self._menus is not None:
            self.commands.open(self._menus.entries(), self._menus.found)

    def show_shortcuts(self) -> None:
        """Show all keys."""
        Shortcuts(self.studio.theme, self, self).open()

    def show_about(self) -> None:
        """Show versions and licences."""
        About(self.studio.theme, self).open()

    def _inspect(self) -> None:
        node = self.studio.node
        if node is not None and self.studio.graph.nodes[node].layer.group == "Recurrent":
            self.show_panel("Unrolled", shown=True)
        self.show_panel("Inspector", shown=True)
        self.side.fold(folded=False)
        self.side.inspector.begin_editing()

    def _comment(self) -> None:
        self.show_panel("Inspector", shown=True)
        self.side.fold(folded=False)
        self.side.inspector.begin_comment()

    def _show_own(self) -> None:
        """See to it that a plot shows what was dropped."""
        if not any(self.panel_shown(title) for title in ("Activations", "Layer", "Cell")):
            self.show_panel("Activations", shown=True)

    def find_layer(self) -> None:
        """Put the cursor into the palette's search."""
        self.show_panel("Layers", shown=True)
        self.column.begin_search()

    # -- coming and going ---------------------------------------------------------------------------------------------

    def _recall(self) -> None:
        preferences = self.studio.preferences
        if not self.restoreGeometry(preferences.bytes("window")):
            room = QApplication.primaryScreen().availableSize()
            self.resize((room * FIRST_SHARE).boundedTo(LARGEST_FIRST).expandedTo(LEAST))
        self._fit()
        self._recalled = self.arrangement.recall(preferences)
        self.suiting = Suiting(self.studio, self.arrangement)
        self.suiting.check()

    def _fit(self) -> None:
        if self.arrangement.fit(self.width()):
            self.column.show_dense(dense=not self.arrangement.wide)
            self.run_bar.set_compact(not self.arrangement.wide)
            self.side.inspector.set_compact(not self.arrangement.wide)
        narrow = self.width() < FOLDED
        if narrow != self._narrow:
            self._narrow = narrow
            self.side.show_edge(shown=narrow)

    def _refit(self) -> None:
        self.arrangement.fold_right(folded=self.side.folded)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._menus is not None:
            self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._shown:  # again, after it was minimised
            return
        self._shown = True
        if self.studio.preferences.flag("canvas/preflight", default=True):
            self.studio.preflight.begin()
        self.run_bar.primary.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self._recalled:
            self.arrangement.reset_sizes()  # Qt heeds sizes only from here on

    def close_at_once(self) -> None:
        """Close without asking, as after Ctrl+C in the terminal."""
        self._forced = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._forced and not self.papers.may_leave():
            event.ignore()
            return
        self.studio.preferences.keep_bytes("window", self.saveGeometry())
        self.arrangement.remember(self.studio.preferences)
        self.arrangement.stop()
        if self._menus is not None:
            self._menus.release()
        self.papers.release()
        self.studio.preflight.close()
        self.studio.session.close()
        for timer in self.findChildren(QTimer):
            timer.stop()  # what was put off will not be seen any more
        event.accept()


def _seamed(panel: QWidget, *, below: bool) -> QWidget:
    """A bar with the seam that parts it from the rest."""
    holder, seam = QWidget(), QFrame()
    seam.setObjectName("seam")
    seam.setFixedHeight(1)
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for widget in (panel, seam) if below else (seam, panel):
        column.addWidget(widget)
    return holder


class _Foot(QStatusBar):
    """A status bar that is nothing but a panel: Qt's own leaves gaps around what it holds."""

    def __init__(self, panel: QWidget) -> None:
        super().__init__()
        self._panel = panel
        self.setSizeGripEnabled(False)
        self.setFixedHeight(panel.sizeHint().height())
        panel.setParent(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._panel.setGeometry(self.rect())
