"""The palette, searched, folded, walked and dragged from as a person would."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QDrag, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.layer_search import find_layers
from app.mime import LAYER
from app.panels import Palette
from app.panels.finder import kinds_of
from app.panels.layer_list import LayerList
from app.panels.layer_rows import Head
from app.studio import Studio
from engine.graph import NodeId
from engine.layer import Layer
from engine.layers import CATALOGUE

Key, Left = Qt.Key, Qt.MouseButton.LeftButton
Show = Callable[..., QWidget]


@pytest.fixture
def palette(studio: Studio, show: Show) -> Palette:
    made = Palette(studio)
    show(made, 240, 900)
    return made


def shown(found: LayerList) -> list[str]:
    """The rows from the top: `= Group` for a head, the label of a layer."""
    rows = found.model_of_rows.rows
    return [f"= {row.group}" if isinstance(row, Head) else row.label for row in rows]


def press(qtbot: QtBot, found: LayerList, row: int) -> None:
    qtbot.mouseClick(found.viewport(), Left, pos=middle(found, row))


def middle(found: LayerList, row: int) -> QPoint:
    return found.visualRect(found.model_of_rows.index(row)).center()


def find(qtbot: QtBot, palette: Palette, text: str) -> None:
    palette.begin_search()
    qtbot.keyClicks(palette.search, text)


class TestSearch:
    def test_a_name_comes_before_a_kind_and_before_the_help(self) -> None:
        found = [kind.kind() for kind in find_layers("relu", CATALOGUE.values())]
        assert found[:2] == ["ReLU", "ReLU6"]
        assert "LeakyReLU" in found[:8]
        assert "GELU" in found  # its help calls it a smooth ReLU
        assert find_layers("pooling", CATALOGUE.values())[0].group == "Pooling"

    def test_all_words_must_fit(self) -> None:
        assert [k.kind() for k in find_layers("batch 2d", CATALOGUE.values())] == ["BatchNorm2d"]
        assert find_layers("zebra", CATALOGUE.values()) == []

    @pytest.mark.parametrize("kind", CATALOGUE.values(), ids=lambda kind: kind.kind())
    def test_each_layer_is_found_first_by_its_own_name(self, kind: type[Layer]) -> None:
        found = find_layers(kind.kind(), CATALOGUE.values())
        same_start = [k for k in found if k.kind().startswith(kind.kind())]
        assert kind in found[: len(same_start)]

    def test_enter_adds_the_first_hit(self, palette: Palette, studio: Studio, qtbot: QtBot) -> None:
        find(qtbot, palette, "tanh")
        assert shown(palette.finder.list)[0] == "Tanh"
        qtbot.keyClick(palette.search, Key.Key_Return)
        assert studio.document.graph.nodes[NodeId("tanh_1")].layer == CATALOGUE["Tanh"]()
        assert studio.node == "tanh_1"

    def test_nothing_found_is_said_and_escape_brings_the_groups_back(
        self, palette: Palette, qtbot: QtBot
    ) -> None:
        before = shown(palette.finder.list)
        find(qtbot, palette, "zebra")
        assert shown(palette.finder.list) == []
        qtbot.keyClick(palette.search, Key.Key_Return)  # must not fail
        qtbot.keyClick(palette.search, Key.Key_Escape)
        assert shown(palette.finder.list) == before

    def test_down_leads_into_the_list_and_up_back(self, palette: Palette, qtbot: QtBot) -> None:
        find(qtbot, palette, "dropout")
        qtbot.keyClick(palette.search, Key.Key_Down)
        assert palette.finder.list.hasFocus()
        qtbot.keyClick(palette.finder.list, Key.Key_Up)
        assert palette.search.hasFocus()


class TestGroups:
    def test_heads_count_the_layers_there_are(self, palette: Palette) -> None:
        heads = [row for row in palette.finder.list.model_of_rows.rows if isinstance(row, Head)]
        assert sum(head.count for head in heads) == len(CATALOGUE)

    def test_a_pressed_head_folds_and_it_is_remembered(
        self, palette: Palette, studio: Studio, qtbot: QtBot
    ) -> None:
        found = palette.finder.list
        row = shown(found).index("= Dense")
        press(qtbot, found, row)
        assert "Dense" not in shown(found)
        assert "Dense" not in shown(Palette(studio).finder.list)
        press(qtbot, found, row)
        assert "Dense" in shown(found)

    def test_left_and_right_fold_by_keyboard(self, palette: Palette, qtbot: QtBot) -> None:
        found = palette.finder.list
        found.setCurrentIndex(found.model_of_rows.index(shown(found).index("= Activation")))
        found.enter()
        qtbot.keyClick(found, Key.Key_Right)
        assert "ReLU" in shown(found)
        qtbot.keyClick(found, Key.Key_Left)
        assert "ReLU" not in shown(found)
        qtbot.keyClick(found, Key.Key_Right)
        assert "ReLU" in shown(found)


class TestAdding:
    def test_enter_on_a_row_adds_it_after_the_selected_node(
        self, palette: Palette, studio: Studio, qtbot: QtBot
    ) -> None:
        studio.select([NodeId("hidden")])
        found = palette.finder.list
        found.setCurrentIndex(found.model_of_rows.index(shown(found).index("Sigmoid")))
        found.enter()
        qtbot.keyClick(found, Key.Key_Return)
        edges = studio.document.graph.outgoing[NodeId("hidden")]
        assert [edge.target for edge in edges] == ["sigmoid_1"]

    def test_a_double_press_adds_one(self, palette: Palette, studio: Studio, qtbot: QtBot) -> None:
        found = palette.finder.list
        at = middle(found, shown(found).index("Dense"))
        qtbot.mouseClick(found.viewport(), Left, pos=at)
        qtbot.mouseDClick(found.viewport(), Left, pos=at)
        assert studio.document.undo_stack.count() == 1
        assert "dense_1" in studio.document.graph.nodes

    def test_dragging_a_row_offers_its_kind_with_its_picture(
        self, palette: Palette, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        offered: list[tuple[QMimeData, QPixmap]] = []

        def stand_in(drag: QDrag, _actions: Qt.DropAction) -> Qt.DropAction:  # a real one blocks
            data = QMimeData()
            data.setData(LAYER, drag.mimeData().data(LAYER))
            offered.append((data, drag.pixmap()))
            return Qt.DropAction.CopyAction

        monkeypatch.setattr(QDrag, "exec", stand_in)
        found = palette.finder.list
        at = middle(found, shown(found).index("Conv 2d"))
        qtbot.mousePress(found.viewport(), Left, pos=at)
        for step in range(1, 4):
            qtbot.mouseMove(found.viewport(), at + QPoint(12 * step, 0))
        qtbot.mouseRelease(found.viewport(), Left, pos=at)
        [(data, picture)] = offered
        assert bytes(data.data(LAYER).data()).decode() == "Conv2d"
        assert picture.deviceIndependentSize().height() == 44
        assert 0.7 < picture.toImage().pixelColor(20, 8).alphaF() < 0.9

    def test_a_tooltip_holds_the_help(self, palette: Palette) -> None:
        found = palette.finder.list
        index = found.model_of_rows.index(shown(found).index("Dense"))
        assert "y = xW + b" in index.data(Qt.ItemDataRole.ToolTipRole)


class TestRail:
    def test_a_group_flies_out_and_enter_adds(
        self, palette: Palette, studio: Studio, qtbot: QtBot
    ) -> None:
        palette.set_compact(True)
        assert palette.finder.isHidden()
        qtbot.mouseClick(palette.rail.buttons["Pooling"], Left)
        flyout = palette.flyout
        assert flyout is not None
        found = flyout.findChild(LayerList)
        assert shown(found) == [kind.label for kind in kinds_of("Pooling")]
        qtbot.keyClick(found, Key.Key_Down)
        qtbot.keyClick(found, Key.Key_Return)
        assert "pool_1" in studio.document.graph.nodes

    def test_a_second_press_or_a_press_elsewhere_closes_it(
        self, palette: Palette, qtbot: QtBot
    ) -> None:
        palette.set_compact(True)
        button = palette.rail.buttons["Dense"]
        qtbot.mouseClick(button, Left)
        assert button.isChecked()
        qtbot.mouseClick(button, Left)
        assert palette.flyout is None
        qtbot.mouseClick(button, Left)
        QTest.mouseClick(palette.rail, Left, pos=QPoint(24, 700))
        assert palette.flyout is None
        assert not button.isChecked()

    def test_escape_closes_it_and_gives_the_focus_back(
        self, palette: Palette, qtbot: QtBot
    ) -> None:
        palette.set_compact(True)
        button = palette.rail.buttons["Loss"]
        qtbot.mouseClick(button, Left)
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_Escape)
        assert palette.flyout is None
        assert button.hasFocus()

    def test_the_search_flies_out_too(self, palette: Palette, studio: Studio, qtbot: QtBot) -> None:
        palette.set_compact(True)
        find(qtbot, palette, "flatten")
        qtbot.keyClick(palette.search, Key.Key_Return)
        assert "flatten_1" in studio.document.graph.nodes

    def test_a_panel_at_the_foot_flies_out_and_outlives_it(
        self, palette: Palette, qtbot: QtBot
    ) -> None:
        panel = QWidget()
        palette.add_foot("Data", "database", panel)
        palette.set_compact(True)
        for _ in range(2):
            qtbot.mouseClick(palette.rail.buttons["Data"], Left)
            assert panel.isVisible()
            palette.close_flyout()
            assert panel.parent() is None
        qtbot.addWidget(panel)
