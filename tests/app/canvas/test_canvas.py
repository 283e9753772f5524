"""The canvas under a person's hands: real mouse, wheel, key and drop events; what is asked for is in the document."""

from collections.abc import Callable
from math import isfinite

import pytest
from hands import (
    LEFT,
    MIDDLE,
    NONE,
    RELEASE,
    Key,
    Modifier,
    click,
    drag,
    drop,
    edges,
    empty,
    header,
    mouse,
    node,
    on_screen,
    port,
    wheel,
)
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QNativeGestureEvent,
    QPointingDevice,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import building
from app.canvas import Canvas
from app.canvas.camera import FARTHEST, NEAREST
from app.canvas.menu import make_menu
from app.canvas.overview import LATER_MS
from app.canvas.ports import Side
from app.studio import Studio
from engine.graph import Edge, Graph, NodeId
from engine.layers import CATALOGUE


class TestDropping:
    @pytest.mark.parametrize("zoom", [0.31, 1.0, 2.7])
    @pytest.mark.parametrize("pan", [(0, 0), (-813, 377), (512, -290)])
    def test_a_layer_lands_under_the_cursor_wherever_one_looks(
        self, canvas: Canvas, studio: Studio, zoom: float, pan: tuple[int, int]
    ) -> None:
        canvas.view.camera.zoom_by(zoom / canvas.view.camera.zoom)
        canvas.view.camera.pan_by(*pan)
        point = QPointF(431.0, 589.0)
        event = drop(canvas, "ReLU", point)
        assert event.isAccepted()
        assert studio.node == "relu_2"
        item = node(canvas, "relu_2")
        assert item.frame.contains(canvas.view.mapToScene(point.toPoint()))
        off = header(canvas, "relu_2") - point
        assert max(abs(off.x()), abs(off.y())) <= 13 * canvas.view.camera.zoom + 1  # the snap
        assert item.pos().x() % 20 == item.pos().y() % 20 == 0

    def test_on_a_wire_it_is_inserted(self, canvas: Canvas, studio: Studio) -> None:
        wire = canvas.scene.wires[Edge(NodeId("relu_1"), NodeId("dense_2"))]
        drop(canvas, "Dropout", on_screen(canvas, wire.middle))
        assert {("relu_1", "drop_1"), ("drop_1", "dense_2")} <= edges(studio) or {
            ("relu_1", "dropout_1"),
            ("dropout_1", "dense_2"),
        } <= edges(studio)
        assert ("relu_1", "dense_2") not in edges(studio)
        assert studio.document.undo_stack.undoText() == "Insert Dropout between relu_1 and dense_2"

    def test_an_input_dropped_on_a_wire_is_only_placed(
        self, canvas: Canvas, studio: Studio
    ) -> None:
        before = edges(studio)
        drop(canvas, "Input", on_screen(canvas, next(iter(canvas.scene.wires.values())).middle))
        assert edges(studio) == before
        assert len(studio.document.graph.nodes) == 7

    def test_what_is_no_layer_is_not_taken(self, canvas: Canvas, studio: Studio) -> None:
        before = studio.document.graph
        drop(canvas, "Nonsense", empty(canvas))
        assert studio.document.graph is before
        assert canvas.view.hand.gesture is None

    def test_adding_after_deleting_keeps_ports_on_their_nodes(
        self, canvas: Canvas, studio: Studio
    ) -> None:
        click(canvas, header(canvas, "dense_1"))
        QTest.keyClick(canvas.view, Key.Key_Delete)
        assert "dense_1" not in studio.document.graph.nodes
        drop(canvas, "Dense", empty(canvas))
        frame = node(canvas, "dense_3").frame
        assert node(canvas, "dense_3").port_place("in", "in") == QPointF(
            frame.left(), frame.top() + 22
        )
        assert node(canvas, "dense_3").port_place("out", "out") == QPointF(
            frame.right(), frame.top() + 22
        )
        drag(canvas, port(canvas, "flatten_1", "out"), port(canvas, "dense_3", "in"))
        assert ("flatten_1", "dense_3") in edges(studio)
        line = canvas.scene.wires[Edge(NodeId("flatten_1"), NodeId("dense_3"))].line
        assert line.pointAtPercent(1) == node(canvas, "dense_3").port_place("in", "in")


class TestLooking:
    def test_zoom_at_its_extremes_stays_a_number(self, canvas: Canvas) -> None:
        point = QPointF(100.0, 90.0)
        for turn in (-120_000, 120_000, -(2**30), 2**30):
            for _ in range(4):
                wheel(canvas, point, turn, Modifier.ControlModifier)
            zoom = canvas.view.camera.zoom
            assert isfinite(zoom)
            assert FARTHEST <= zoom <= NEAREST
        for factor in (float("nan"), float("inf"), 0.0, -1.0):
            canvas.view.camera.zoom_by(factor)
            assert FARTHEST <= canvas.view.camera.zoom <= NEAREST
        canvas.fit()
        assert all(isfinite(item.frame.width()) for item in canvas.scene.nodes.values())
        assert canvas.view.camera.sees.contains(canvas.scene.drawn())

    @pytest.mark.parametrize("held", [Modifier.NoModifier, Modifier.ControlModifier])
    def test_the_wheel_zooms_about_the_cursor(
        self, canvas: Canvas, held: Qt.KeyboardModifier
    ) -> None:
        point = QPointF(300.0, 210.0)
        before, zoom = canvas.view.mapToScene(point.toPoint()), canvas.view.camera.zoom
        for _ in range(3):
            wheel(canvas, point, 120, held)
        after = canvas.view.mapToScene(point.toPoint())
        assert canvas.view.camera.zoom > 1.5 * zoom
        assert (after - before).manhattanLength() < 4

    @pytest.mark.parametrize("held", [Modifier.NoModifier, Modifier.ControlModifier])
    def test_a_pad_pans_with_two_fingers_and_zooms_with_control(
        self, canvas: Canvas, held: Qt.KeyboardModifier
    ) -> None:
        port, point = canvas.view.viewport(), QPointF(300.0, 210.0)
        zoom, before = canvas.view.camera.zoom, header(canvas, "relu_1")
        event = QWheelEvent(
            point,
            port.mapToGlobal(point),
            QPoint(12, -30),
            QPoint(24, -60),
            NONE,
            held,
            Qt.ScrollPhase.ScrollUpdate,
            False,
        )
        QApplication.sendEvent(port, event)
        if held:
            assert canvas.view.camera.zoom < zoom
        else:
            assert canvas.view.camera.zoom == zoom
            assert (header(canvas, "relu_1") - before - QPointF(12, -30)).manhattanLength() < 1

    def test_pinching_zooms_about_the_fingers(self, canvas: Canvas) -> None:
        port, point = canvas.view.viewport(), QPointF(300.0, 210.0)
        before, zoom = canvas.view.mapToScene(point.toPoint()), canvas.view.camera.zoom
        event = QNativeGestureEvent(
            Qt.NativeGestureType.ZoomNativeGesture,
            QPointingDevice.primaryPointingDevice(),
            2,
            point,
            point,
            port.mapToGlobal(point),
            0.25,
            QPointF(),
        )
        QApplication.sendEvent(port, event)
        assert canvas.view.camera.zoom == pytest.approx(1.25 * zoom)
        after = canvas.view.mapToScene(point.toPoint())
        assert (after - before).manhattanLength() < 3

    @pytest.mark.parametrize("button", [MIDDLE, LEFT])
    def test_panning_by_the_middle_button_and_by_space(
        self, canvas: Canvas, button: Qt.MouseButton
    ) -> None:
        if button == LEFT:
            QTest.keyPress(canvas.view, Key.Key_Space)
        before = header(canvas, "relu_1")
        drag(canvas, QPointF(200, 450), QPointF(290, 410), button=button)
        QTest.keyRelease(canvas.view, Key.Key_Space)
        assert (header(canvas, "relu_1") - before - QPointF(90, -40)).manhattanLength() < 2

    def test_fit_and_the_zoom_control(self, canvas: Canvas) -> None:
        for _ in range(4):
            QTest.mouseClick(canvas.zoom.into, LEFT)
        assert canvas.zoom.text() == f"{round(100 * canvas.view.camera.zoom)} %"
        assert not canvas.view.camera.sees.contains(canvas.scene.drawn())
        QTest.keyClick(canvas.view, Key.Key_Home)
        assert canvas.view.camera.sees.contains(canvas.scene.drawn())
        assert canvas.view.camera.zoom <= 1

    def test_the_overview_stands_aside_for_nodes_that_are_in_view_anyway(
        self, canvas: Canvas, studio: Studio
    ) -> None:
        canvas.fit()
        assert canvas.overview.isVisible()
        corner = canvas.view.mapToScene(canvas.overview.geometry().center() - QPoint(70, 60))
        canvas.scene.shift({NodeId("loss_1"): corner})
        canvas.scene.followed.emit()
        assert not canvas.overview.isVisible()
        canvas.view.camera.zoom_by(3)
        assert canvas.overview.isVisible()

    def test_the_overview_shows_where_all_are_once_they_have_glided_there(
        self, canvas: Canvas, studio: Studio, qtbot: QtBot
    ) -> None:
        for place, name in enumerate(studio.graph.nodes):
            studio.edit("Scatter", studio.graph.move({name: (0.0, 900.0 * place)}))
        canvas.tidy()
        ends = {name: QPointF(*made.position) for name, made in studio.graph.nodes.items()}
        qtbot.waitUntil(
            lambda: all(item.pos() == ends[n] for n, item in canvas.scene.nodes.items())
        )
        qtbot.wait(3 * LATER_MS)
        shown, picture = canvas.overview.scale(), canvas.overview.grab().toImage()
        canvas.overview.forget()
        assert shown == canvas.overview.scale()
        assert picture == canvas.overview.grab().toImage()

    def test_the_overview_leads_where_it_is_pressed(self, canvas: Canvas) -> None:
        canvas.view.camera.zoom_by(4)
        scale, origin = canvas.overview.scale()
        place = node(canvas, "loss_1").frame.center()
        QTest.mouseClick(canvas.overview, LEFT, pos=(place * scale + origin).toPoint())
        assert canvas.view.camera.sees.contains(node(canvas, "loss_1").frame.center())
        off = canvas.view.camera.middle - place
        assert off.manhattanLength() <= 2 / scale

    def test_of_what_is_larger_than_the_view_its_upper_left_is_brought_into_view(
        self, canvas: Canvas
    ) -> None:
        camera = canvas.view.camera
        for start in ((4_000.0, 3_000.0), (-4_000.0, -3_000.0)):
            camera.centre_on(QPointF(*start))
            camera.reveal(QRectF(0, 0, 5 * camera.sees.width(), 3 * camera.sees.height()))
            assert camera.sees.contains(QRectF(0, 0, 100, 100))
        before = camera.middle
        camera.reveal(QRectF(camera.middle, camera.middle + QPointF(20, 20)))
        assert camera.middle == before


class TestWiring:
    @pytest.fixture
    def studio(self, make_studio: Callable[[Graph], Studio]) -> Studio:
        graph = Graph()
        for number, kind in enumerate(("Input", "Flatten", "Dense", "Add")):
            graph = graph.add(CATALOGUE[kind](), (220.0 * number, 0.0))
        return make_studio(
            graph.connect(Edge(NodeId("input_1"), NodeId("flatten_1"))),
        )

    @pytest.mark.parametrize("backwards", [False, True])
    def test_from_either_end(self, canvas: Canvas, studio: Studio, backwards: bool) -> None:
        ends = [port(canvas, "flatten_1", "out"), port(canvas, "dense_1", "in")]
        drag(canvas, *(reversed(ends) if backwards else ends))
        assert ("flatten_1", "dense_1") in edges(studio)
        assert studio.document.undo_stack.undoText() == "Join flatten_1 to dense_1"

    def test_dropping_on_the_body_of_a_node_finds_its_port(
        self, canvas: Canvas, studio: Studio
    ) -> None:
        drag(canvas, port(canvas, "flatten_1", "out"), header(canvas, "dense_1"))
        assert ("flatten_1", "dense_1") in edges(studio)

    def test_legal_ports_are_ringed_and_others_crossed(self, canvas: Canvas) -> None:
        start = port(canvas, "dense_1", "out")
        drag(canvas, start, start + QPointF(20, 120), drops=False)
        looks = {
            (ref.node, ref.side): look
            for item in canvas.scene.nodes.values()
            for ref, look in item.mood.offers
        }
        assert looks == {
            ("input_1", "out"): "illegal",
            ("flatten_1", "in"): "taken",
            ("flatten_1", "out"): "illegal",
            ("dense_1", "in"): "illegal",
            ("add_1", "in"): "legal",
            ("add_1", "out"): "illegal",
        }
        QTest.keyClick(canvas.view, Key.Key_Escape)
        assert not any(item.mood.offers for item in canvas.scene.nodes.values())

    @pytest.mark.parametrize(
        ("source", "target", "reason"),
        [
            (("flatten_1", "out"), ("flatten_1", "in"), "circle"),
            (("dense_1", "out"), ("flatten_1", "out"), "flatten_1 has its inputs on its left"),
            (("dense_1", "out"), ("input_1", "out"), "Draw from an output to an input."),
            (("dense_1", "in"), ("add_1", "in"), "Both are inputs"),
            (("dense_1", "out"), ("dense_1", "in"), "circle"),
        ],
    )
    def test_what_cannot_be_says_why_beside_the_cursor_and_changes_nothing(
        self,
        canvas: Canvas,
        studio: Studio,
        source: tuple[str, Side],
        target: tuple[str, Side],
        reason: str,
    ) -> None:
        before = studio.document.graph
        drag(canvas, port(canvas, *source), port(canvas, *target), drops=False)
        assert reason in canvas.view.hand.bubble.words
        mouse(canvas, RELEASE, port(canvas, *target), LEFT)
        assert studio.document.graph is before
        assert not canvas.view.hand.bubble.words

    def test_joined_already(self, canvas: Canvas, studio: Studio) -> None:
        building.join(studio, Edge(NodeId("dense_1"), NodeId("add_1")))
        drag(canvas, port(canvas, "dense_1", "out"), port(canvas, "add_1", "in"), drops=False)
        assert canvas.view.hand.bubble.words == "They are joined already."

    def test_a_circle_through_others(self, canvas: Canvas, studio: Studio) -> None:
        building.join(studio, Edge(NodeId("dense_1"), NodeId("add_1")))
        drag(canvas, port(canvas, "add_1", "out"), port(canvas, "dense_1", "in"), drops=False)
        assert "already leads to add_1" in canvas.view.hand.bubble.words

    def test_escape_drops_the_wire(self, canvas: Canvas, studio: Studio) -> None:
        drag(canvas, port(canvas, "flatten_1", "out"), port(canvas, "dense_1", "in"), drops=False)
        QTest.keyClick(canvas.view, Key.Key_Escape)
        mouse(canvas, RELEASE, port(canvas, "dense_1", "in"), LEFT)
        assert ("flatten_1", "dense_1") not in edges(studio)

    def test_an_end_can_be_moved_and_let_go(self, canvas: Canvas, studio: Studio) -> None:
        end = port(canvas, "flatten_1", "in")
        drag(canvas, end, port(canvas, "add_1", "in"))
        assert edges(studio) == {("input_1", "add_1")}
        studio.document.undo_stack.undo()
        drag(canvas, end, end + QPointF(0, 200))
        assert edges(studio) == set()
        studio.document.undo_stack.undo()
        click(canvas, end)
        assert edges(studio) == {("input_1", "flatten_1")}

    def test_a_shape_that_does_not_fit_is_drawn_and_marks_the_node_with_its_fix(
        self, canvas: Canvas, studio: Studio
    ) -> None:
        click(canvas, header(canvas, "flatten_1"))
        QTest.keyClick(canvas.view, Key.Key_Delete)
        drag(canvas, port(canvas, "input_1", "out"), port(canvas, "dense_1", "in"))
        item = node(canvas, "dense_1")
        wire = canvas.scene.wires[Edge(NodeId("input_1"), NodeId("dense_1"))]
        assert wire.is_bad
        assert item.face.misfit is not None
        assert item.layout.button is not None
        click(canvas, on_screen(canvas, item.mapToScene(item.layout.button.center())))
        assert studio.document.undo_stack.undoText() == "Insert Flatten"
        assert node(canvas, "dense_1").face.misfit is None
        assert edges(studio) == {("input_1", "flatten_1"), ("flatten_1", "dense_1")}


class TestReturning:
    def test_a_wire_to_a_lower_line_runs_between_the_lines(
        self, canvas: Canvas, studio: Studio
    ) -> None:
        places = {NodeId("dense_2"): (0.0, 240.0), NodeId("loss_1"): (220.0, 240.0)}
        studio.document.edit("Move", studio.document.graph.move(places))
        wire = canvas.scene.wires[Edge(NodeId("relu_1"), NodeId("dense_2"))]
        assert wire.line.pointAtPercent(0) == node(canvas, "relu_1").port_place("out", "out")
        end = wire.line.pointAtPercent(1)
        assert (end - node(canvas, "dense_2").port_place("in", "in")).manhattanLength() < 1e-6
        assert 180 < wire.middle.y() < 240


class TestMoving:
    def test_a_drag_is_one_step_on_the_grid(self, canvas: Canvas, studio: Studio) -> None:
        before = studio.document.graph
        start, zoom = header(canvas, "relu_1"), canvas.view.camera.zoom
        drag(canvas, start, start + QPointF(33, 71) * zoom, start + QPointF(95, 129) * zoom)
        assert studio.document.graph.nodes[NodeId("relu_1")].position == (760.0, 120.0)
        assert studio.document.undo_stack.count() == 1
        assert studio.document.undo_stack.undoText() == "Move relu_1"
        wire = canvas.scene.wires[Edge(NodeId("relu_1"), NodeId("dense_2"))]
        assert wire.line.pointAtPercent(0) == node(canvas, "relu_1").port_place("out", "out")
        studio.document.undo_stack.undo()
        assert studio.document.graph == before
        assert node(canvas, "relu_1").pos() == QPointF(660, 0)

    def test_all_selected_move_together(self, canvas: Canvas, studio: Studio) -> None:
        click(canvas, header(canvas, "dense_1"))
        click(canvas, header(canvas, "relu_1"), Modifier.ShiftModifier)
        start = header(canvas, "relu_1")
        drag(canvas, start, start + QPointF(0, 100) * canvas.view.camera.zoom)
        assert {n.position[1] for n in studio.document.graph.nodes.values()} == {0.0, 100.0}
        assert studio.document.undo_stack.undoText() == "Move 2 layers"

    def test_escape_puts_them_back(self, canvas: Canvas, studio: Studio) -> None:
        start = header(canvas, "relu_1")
        drag(canvas, start, start + QPointF(80, 150), drops=False)
        assert node(canvas, "relu_1").pos() != QPointF(660, 0)
        QTest.keyClick(canvas.view, Key.Key_Escape)
        mouse(canvas, RELEASE, start, LEFT)
        assert node(canvas, "relu_1").pos() == QPointF(660, 0)
        assert studio.document.undo_stack.count() == 0


class TestSelecting:
    def test_by_click_and_by_box(self, canvas: Canvas, studio: Studio) -> None:
        click(canvas, header(canvas, "relu_1"))
        assert studio.node == "relu_1"
        assert node(canvas, "relu_1").mood.selected
        box = node(canvas, "flatten_1").frame | node(canvas, "dense_1").frame
        corners = [box.topLeft() - QPointF(20, 20), box.bottomRight() + QPointF(20, 20)]
        drag(canvas, *(on_screen(canvas, corner) for corner in corners))
        assert studio.nodes == {"flatten_1", "dense_1"}
        assert studio.wires == {Edge(NodeId("flatten_1"), NodeId("dense_1"))}
        click(canvas, empty(canvas))
        assert not studio.nodes

    def test_a_wire_by_click_and_delete(self, canvas: Canvas, studio: Studio) -> None:
        wire = canvas.scene.wires[Edge(NodeId("relu_1"), NodeId("dense_2"))]
        click(canvas, on_screen(canvas, wire.middle) + QPointF(0, 4))
        assert studio.wires == {wire.edge}
        QTest.keyClick(canvas.view, Key.Key_Delete)
        assert ("relu_1", "dense_2") not in edges(studio)

    def test_the_menu_offers_what_can_be_done(self, canvas: Canvas, studio: Studio) -> None:
        def offered() -> list[str]:
            made = (a for a in make_menu(canvas.view).actions() if not a.isSeparator())
            return [action.text() for action in made]

        assert offered() == [
            "Add a layer…\tIns",
            "Paste\tCtrl+V",
            "Find in the drawing…\tCtrl+F",
            "Tidy up\tCtrl+T",
            "Fit the network\tCtrl+0",
        ]
        studio.select([NodeId("relu_1")])
        assert [words.split("\t")[0] for words in offered()] == [
            "Add a layer…",
            "Join to…",
            "Cut a wire of…",
            "Edit parameters",
            "Rename",
            "Cut",
            "Copy",
            "Paste",
            "Duplicate",
            "Delete",
            "Delete and join",
            "Group",
            "Switch off",
            "Comment",
            "Find in the drawing…",
            "Zoom to the selection",
            "Tidy up",
            "Fit the network",
        ]
        studio.select([], [Edge(NodeId("relu_1"), NodeId("dense_2"))])
        assert [words.split("\t")[0] for words in offered()] == [
            "Add a layer…",
            "Join to…",
            "Paste",
            "Delete",
            "Find in the drawing…",
            "Tidy up",
            "Fit the network",
        ]
        (delete,) = (a for a in make_menu(canvas.view).actions() if a.text() == "Delete\tDel")
        delete.trigger()
        assert ("relu_1", "dense_2") not in edges(studio)


class TestKeys:
    def test_tab_walks_the_network_and_leaves_at_its_end(
        self, canvas: Canvas, studio: Studio
    ) -> None:
        walked = []
        for _ in range(6):
            QTest.keyClick(canvas.view, Key.Key_Tab)
            walked.append(studio.node)
        assert walked == ["input_1", "flatten_1", "dense_1", "relu_1", "dense_2", "loss_1"]
        assert canvas.view.focusNextPrevChild(False)
        assert studio.node == "dense_2"
        assert "dense_2, Dense · 10" in canvas.view.accessibleDescription()

    def test_alt_and_arrows_follow_the_wires(self, canvas: Canvas, studio: Studio) -> None:
        canvas.focus_node(NodeId("dense_1"))
        QTest.keyClick(canvas.view, Key.Key_Right, Modifier.AltModifier)
        assert studio.node == "relu_1"
        QTest.keyClick(canvas.view, Key.Key_Left, Modifier.AltModifier)
        QTest.keyClick(canvas.view, Key.Key_Left, Modifier.AltModifier)
        assert studio.node == "flatten_1"

    def test_arrows_nudge(self, canvas: Canvas, studio: Studio) -> None:
        canvas.focus_node(NodeId("relu_1"))
        QTest.keyClick(canvas.view, Key.Key_Down)
        QTest.keyClick(canvas.view, Key.Key_Down)
        QTest.keyClick(canvas.view, Key.Key_Right, Modifier.ShiftModifier)
        assert studio.document.graph.nodes[NodeId("relu_1")].position == (760.0, 40.0)
        assert studio.document.undo_stack.count() == 1

    def test_enter_asks_for_the_form_and_escape_deselects(
        self, canvas: Canvas, studio: Studio
    ) -> None:
        asked: list[bool] = []
        canvas.inspect_asked.connect(lambda: asked.append(True))
        canvas.focus_node(NodeId("relu_1"))
        QTest.keyClick(canvas.view, Key.Key_Return)
        assert asked == [True]
        QTest.keyClick(canvas.view, Key.Key_Escape)
        assert not studio.nodes
        assert node(canvas, "relu_1").mood.focused
        QTest.keyClick(canvas.view, Key.Key_A, Modifier.ControlModifier)
        assert studio.nodes == studio.document.graph.nodes.keys()

    def test_renaming_in_place(self, canvas: Canvas, studio: Studio) -> None:
        canvas.focus_node(NodeId("relu_1"))
        QTest.keyClick(canvas.view, Key.Key_F2)
        assert canvas.field.isVisible()
        QTest.keyClicks(canvas.field, "dense_1")
        QTest.keyClick(canvas.field, Key.Key_Return)
        assert "Another layer is called dense_1" in canvas.view.hand.bubble.words
        canvas.field.selectAll()
        QTest.keyClicks(canvas.field, "bend")
        QTest.keyClick(canvas.field, Key.Key_Return)
        assert studio.node == "bend"
        assert not canvas.field.isVisible()
        assert ("dense_1", "bend") in edges(studio)


def test_an_empty_canvas_says_what_to_do(canvas: Canvas, studio: Studio) -> None:
    assert not canvas.hint.isVisible()
    QTest.keyClick(canvas.view, Key.Key_A, Modifier.ControlModifier)
    QTest.keyClick(canvas.view, Key.Key_Delete)
    assert canvas.hint.isVisible()
    assert not canvas.overview.isVisible()
    drop(canvas, "Input", empty(canvas))
    assert not canvas.hint.isVisible()
