"""The canvas as the window knows it: the view with everything that floats over it."""

from PySide6.QtCore import QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QWidget

from app.arranging import How
from app.canvas.breadcrumb import Breadcrumb
from app.canvas.menu import open_owners
from app.canvas.name_field import NameField
from app.canvas.overlays import Hint, Notice, ZoomControl, verdict_words
from app.canvas.overview import Overview
from app.canvas.pulse import Pulse
from app.canvas.scene import CanvasScene
from app.canvas.trust_bar import TrustBar
from app.canvas.view import CanvasView
from app.canvas.wayfinder import Wayfinder
from app.canvas.wire_gradient import SignalKey
from app.canvas.workbench import Workbench
from app.health import Verdict
from app.placing import HEADER
from app.studio import Studio
from engine.cures import CURES
from engine.graph import NodeId

MOVED_ON = "The drawing has moved on: {run} {trains} the network as it was"
RESTS_MS = 200  # after which whoever looks elsewhere has come to rest
OTHER_DATA = "The data have changed: {run} {trains} on those it began with"


class Canvas(QWidget):
    """Shows the drawing and takes every gesture on it. `inspect_asked`: the layer's form should get the focus."""

    inspect_asked = Signal()
    comment_asked = Signal()  # the field for a comment should get the focus
    commanded = Signal(str)  # the id of a command

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        self.scene = CanvasScene(studio)
        self.scene.setParent(self)
        self.view = CanvasView(studio, self.scene, self)
        self.zoom = ZoomControl(studio.theme, self)
        self.verdict = Notice(studio.theme, self, "Mend")
        self.moved_on = Notice(studio.theme, self, "Carry the weights over")
        self.hint = Hint(studio.theme, self)
        self.key = SignalKey(studio.theme, self)
        self.overview = Overview(studio, self.scene, self.view.camera, self)
        self.field = NameField(studio, self.view)
        self.bench = Workbench(studio, self.view, self)
        self.way = Wayfinder(studio, self.view, self.bench.menu)
        self.crumbs = Breadcrumb(studio, self)
        self.pulse = Pulse(studio, self.scene, self.view.camera)
        self.setFocusProxy(self.view)
        self.trust = TrustBar(studio, self)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(RESTS_MS)
        self._connect()
        self._follow()

    def _connect(self) -> None:
        self.zoom.out.clicked.connect(self.zoom_out)
        self.zoom.into.clicked.connect(self.zoom_in)
        self.zoom.all.clicked.connect(self.fit)
        self.view.camera.moved.connect(self._show_zoom)
        self.view.camera.moved.connect(self._show_overview)
        self.view.camera.moved.connect(self._rest.start)
        self._rest.timeout.connect(self._give_way)
        self.view.inspect_asked.connect(self.inspect_asked)
        self.view.commanded.connect(self.commanded)
        self.overview.went.connect(self._go)
        self.scene.followed.connect(self._follow)
        self.studio.view_changed.connect(self._follow)
        self.pulse.judged.connect(self._judge)
        self.studio.document.opened.connect(self.fit)
        self.studio.room_changed.connect(self._enter)
        self.crumbs.resized.connect(self._arrange)
        self.trust.resized.connect(self._arrange)
        if self.verdict.offer is not None:
            self.verdict.offer.clicked.connect(self._offer_cures)
        if self.moved_on.offer is not None:
            self.moved_on.offer.clicked.connect(lambda: self.commanded.emit("run.carry"))
        self.trust.asked.connect(lambda: self.commanded.emit("file.trust"))
        self.studio.session.state_changed.connect(self._follow)
        self.studio.session.run_changed.connect(self._follow)

    def fit(self) -> None:
        """Show the whole network."""
        self.view.fit()

    def _offer_cures(self) -> None:
        """The commands that may mend what the verdict says, below it."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for cure in CURES:
            made = menu.addAction(cure.title)
            made.setToolTip(cure.help)
            made.triggered.connect(
                lambda _on=False, cure=cure: self.commanded.emit(f"cure.{cure.id}")
            )
        menu.setToolTipsVisible(True)
        if self.verdict.offer is not None:
            menu.popup(self.verdict.offer.mapToGlobal(self.verdict.offer.rect().bottomLeft()))

    def zoom_in(self) -> None:
        """Show it larger."""
        self.view.zoom_in()

    def zoom_out(self) -> None:
        """Show it smaller."""
        self.view.zoom_out()

    def search(self) -> None:
        """Search the drawing."""
        self.way.find()

    def show_selection(self) -> None:
        """Bring what is selected into view."""
        self.way.show_selection()

    def tidy(self, *, shuffles: bool = False) -> None:
        """Put the nodes into tidy places."""
        self.way.tidy(shuffles=shuffles)

    def focus_node(self, name: NodeId) -> None:
        """Select a node, bring it into view, and let the keyboard walk on from it."""
        if name in self.scene.nodes:
            self.view.walk.go(name)
            self.view.setFocus()

    def rename_selected(self) -> None:
        """Ask for another name of the selected node."""
        if self.studio.node is not None:
            self.field.ask(self.studio.node)

    def share_selected(self) -> None:
        """Ask whose weights the selected node should use."""
        name = self.studio.node
        if name is not None and name in self.scene.nodes:
            item = self.scene.nodes[name]
            corner = self.view.mapFromScene(item.frame.topLeft() + QPointF(0, HEADER))
            open_owners(self.studio, self.view, self.view.viewport().mapToGlobal(corner))

    def copy(self) -> None:
        """Put the selected layers on the clipboard."""
        self.bench.clipboard.copy()

    def cut(self) -> None:
        """Put the selected layers on the clipboard and remove them."""
        self.bench.clipboard.cut()

    def paste(self) -> None:
        """Put what is on the clipboard under the pointer, or into the middle of what is seen."""
        self.bench.paste()

    def arrange(self, how: How) -> None:
        """Align or distribute the selected nodes as they stand on the screen."""
        self.bench.arrange(how)

    def add(self) -> None:
        """Open the menu of layers where the next one would go."""
        self.bench.add()

    def join_selected(self) -> None:
        """Open the list of the ports that the selected node can be joined to."""
        self.bench.join()

    def part_selected(self) -> None:
        """Open the list of the selected node's wires, to cut one."""
        self.bench.part()

    def comment_selected(self) -> None:
        """Ask for a comment on the selected node."""
        self.comment_asked.emit()

    def inspect(self) -> None:
        """Ask for the form of the selected node."""
        self.view.inspect()

    def _enter(self) -> None:
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        self.fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.pulse.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self.pulse.stop()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.view.setGeometry(self.rect())
        self.overview.fit_into(self.width())
        self._arrange()

    def _arrange(self) -> None:
        """Put what floats 12 px from the corners; the widgets' shadows reach as far."""
        room = self.rect()
        self.zoom.move(0, room.height() - self.zoom.height())
        self.key.move(self.zoom.width() - 16, room.height() - self.key.height())
        right, bottom = room.width() - self.overview.width(), room.height() - self.overview.height()
        self.overview.move(right, bottom)
        self.crumbs.move(0, 0)
        self.trust.move(0, self.crumbs.height() - 16 if self.crumbs.isVisibleTo(self) else 0)
        self.verdict.move(room.width() - self.verdict.width(), 0)
        below = self.verdict.height() - 16 if self.verdict.isVisibleTo(self) else 0
        self._place_notice(below)
        middle = self.hint.rect().center()
        self.hint.move(room.center() - QPoint(middle.x(), middle.y()))
        self._show_overview()

    def _place_notice(self, below: int) -> None:
        """The notice that the drawing has moved on stands where it covers no node, if there is such a place.

        At the right below the verdict, or else in the middle at the bottom, at the left above, or above the zoom.
        """
        notice, room = self.moved_on, self.rect()
        right, foot = room.width() - notice.width(), room.height() - notice.height()
        places = [QPoint(right, below), QPoint(right // 2, foot), QPoint(0, 0)]
        places += [QPoint(0, foot - self.zoom.height() + 16), QPoint(right, foot - 80)]
        free = (at for at in places if not self._covers(notice, at))
        notice.move(next(free, places[0]))

    def _give_way(self) -> None:
        """The notice goes elsewhere if it covers nodes now; else it stays where it was read."""
        if self.moved_on.isVisibleTo(self) and self._covers(self.moved_on, self.moved_on.pos()):
            self._arrange()

    def _covers(self, notice: QWidget, at: QPoint) -> bool:
        """Whether it would lie over a node, or over what stands in a corner, at this place."""
        inside = notice.contentsRect().translated(at)
        beside = [w for w in (self.zoom, self.overview, self.verdict) if w.isVisibleTo(self)]
        if any(inside.intersects(w.geometry().adjusted(12, 12, -12, -12)) for w in beside):
            return True
        return bool(self.scene.nodes_in(self.view.mapToScene(inside).boundingRect()))

    def _show_overview(self) -> None:
        """It stands aside where it would cover nodes although the whole drawing is in view."""
        inside = self.overview.contentsRect().translated(self.overview.pos())
        under = self.scene.nodes_in(self.view.mapToScene(inside).boundingRect())
        whole = bool(under) and self.view.camera.sees.contains(self.scene.drawn())
        self.overview.setVisible(bool(self.scene.nodes) and not whole)

    def _follow(self) -> None:
        """Show what hangs on the project and the run as a whole."""
        is_empty = not self.studio.graph.nodes
        self.hint.setVisible(is_empty)
        self.key.setVisible(self.studio.shows_gradients)
        session = self.studio.session
        trains = "trained" if session.state == "idle" else "trains"
        run, recipe = session.run, self.studio.document.project.recipe
        words = MOVED_ON if run and run.recipe == recipe else OTHER_DATA
        self.moved_on.say(
            words.format(run=run.name, trains=trains) if run and session.moved_on else ""
        )
        self._judge(self.pulse.verdict)
        self._arrange()

    def _judge(self, verdict: Verdict | None) -> None:
        before = self.verdict.size(), self.verdict.isVisibleTo(self)
        words, state = (verdict_words(verdict), verdict.state) if verdict else ("", "none")
        self.verdict.say(words, state, offers=state == "bad")
        if before != (self.verdict.size(), self.verdict.isVisibleTo(self)):
            self._arrange()
        self.key.say_when(before_training=self.studio.preflight.speaks)
        self._show_overview()  # nodes have grown by their pictures

    def _show_zoom(self) -> None:
        self.zoom.setValue(self.view.camera.zoom)

    def _go(self, place: QPointF) -> None:
        self.view.camera.follows_fit = False
        self.view.camera.centre_on(place)
