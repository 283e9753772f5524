"""The inspector: whatever is selected, as a form; with nothing selected, how the network is trained."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.controls.segments import Segments
from app.form import Form
from app.health import PROBES
from app.lull import Lull
from app.panels.node_page import NodePage
from app.panels.quiet_scroll import QuietScrollBar
from app.panels.run_page import RunPage
from app.panels.section import sentence
from app.panels.several_page import SeveralPage
from app.studio import Studio
from app.theme.measures import PADDING, SPACE_8
from engine.project import Project

_NOTHING = "Select a layer to see its parameters, or drag one from the palette."


class Inspector(QWidget):
    """Stands at the right of the canvas; where room is short it has tabs for layer and run."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._compact = False
        self.node, self.several, self.run = NodePage(studio), SeveralPage(studio), RunPage(studio)
        self._nothing = sentence()
        self._nothing.setText(_NOTHING)
        self._nothing.setContentsMargins(PADDING, PADDING, PADDING, 0)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.tabs = Segments(
            studio.theme, (("layer", "Layer"), ("run", "Run")), name="Inspector", full=True
        )
        self.tabs.changed.connect(lambda _: self._show())
        self._tab_row = QWidget()
        head = QVBoxLayout(self._tab_row)
        head.setContentsMargins(SPACE_8, SPACE_8, SPACE_8, 0)
        head.addWidget(self.tabs)
        self._tab_row.hide()
        self._stack = QStackedWidget()
        self._areas = {page: self._scrolled(page) for page in self._pages()}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._tab_row)
        column.addWidget(self._stack, 1)
        studio.selection_changed.connect(self._select)
        self._lull = Lull(self, self._show)
        studio.document.changed.connect(self._follow)
        studio.document.learnt.connect(self._lull.ask)
        studio.room_changed.connect(self._show)
        studio.session.run_changed.connect(self.node.head.show_health)
        studio.session.advanced.connect(self._advance)
        studio.theme.changed.connect(self._show)
        self._show()

    def set_compact(self, compact: bool) -> None:
        """Shows layer and run behind tabs, or the run only while nothing is selected."""
        self._compact = compact
        self._tab_row.setVisible(compact)
        self._show()

    def begin_editing(self) -> None:
        """Puts the keyboard into the first field of what is selected."""
        self.tabs.setValue("layer")
        self._show()
        page = self.page()
        fields = (w for w in page.findChildren(QWidget) if w.isVisibleTo(page) and w.isEnabled())
        form = page.findChild(Form)
        inside = (w for w in fields if form is not None and form.isAncestorOf(w))
        first = next((w for w in inside if w.focusPolicy() & Qt.FocusPolicy.TabFocus), None)
        (first or page).setFocus(Qt.FocusReason.TabFocusReason)

    def begin_comment(self) -> None:
        """Puts the keyboard into the comment of the selected node."""
        self.tabs.setValue("layer")
        self._show()
        if self.page() is self.node:
            self._areas[self.node].ensureWidgetVisible(self.node.marks.note)
            self.node.marks.note.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def page(self) -> QWidget:
        """The page that is shown."""
        area = self._stack.currentWidget()
        return next(page for page, shown in self._areas.items() if shown is area)

    def _pages(self) -> tuple[QWidget, ...]:
        return self.node, self.several, self.run, self._nothing

    def _scrolled(self, page: QWidget) -> QScrollArea:
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        QuietScrollBar(self._studio.theme, area)
        area.setWidget(page)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._stack.addWidget(area)
        return area

    def _select(self) -> None:
        if self._studio.nodes:
            self.tabs.setValue("layer")
        if not self._lull.is_fresh:  # an edit that selects what it made is drawn first
            self._show()

    def _follow(self, before: Project, after: Project) -> None:
        """Show at once what can be edited on here; in a lull, what else the drawing says of it by now."""
        nodes, chosen = self._studio.graph.nodes, self._studio.nodes
        is_own = len(chosen) == 1 and nodes.get(*chosen) is not self.node.node
        if is_own or replace(before, graph=after.graph) != after:
            self._show()
        else:
            self._lull.ask()

    def _show(self) -> None:
        self._lull.drop()
        graph = self._studio.graph
        chosen = [node for name, node in graph.nodes.items() if name in self._studio.nodes]
        page: QWidget = self._nothing if self._compact else self.run
        if self._compact and self.tabs.value() == "run":
            page = self.run
        elif len(chosen) == 1:
            self.node.show_node(chosen[0])
            page = self.node
        elif chosen:
            self.several.show_nodes(chosen)
            page = self.several
        if page is self.run:
            self.run.show_project()
        self._stack.setCurrentWidget(self._areas[page])

    def _advance(self, _events: object) -> None:
        if self.isVisible() and self.page() is self.node:
            self.node.head.show_health()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._studio.session.watch(self, PROBES)

    def hideEvent(self, event: QHideEvent) -> None:
        self._studio.session.watch(self, frozenset())
        super().hideEvent(event)
