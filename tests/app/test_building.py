"""Wishes become edits: well placed, well wired, said in plain words, undone in one step."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from app import building
from app.document import Document
from app.placing import height_of, overlaps, width_of
from app.preferences import Preferences
from app.session import Session
from app.studio import Studio
from app.theme import Theme
from engine.dataset import Recipe
from engine.datasets.digits import Digits8
from engine.graph import Edge, Graph, GraphError, NodeId
from engine.layers import CATALOGUE
from engine.project import Project

Desk = Callable[[Graph], Studio]


@pytest.fixture
def desk(qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    made: list[Studio] = []

    def make(graph: Graph) -> Studio:
        document = Document(Project("test", graph, Recipe.usual(Digits8())))
        settings = QSettings(str(tmp_path / "preferences.ini"), QSettings.Format.IniFormat)
        made.append(Studio(document, Session(document), Theme("dark"), Preferences(settings)))
        return made[-1]

    yield make
    for studio in made:
        studio.session.close()


def layer(kind: str, **parameters: object):
    return CATALOGUE[kind](**parameters)


def chain(*kinds: str) -> Graph:
    graph = Graph()
    for number, kind in enumerate(kinds):
        made = layer(kind)
        name = graph.free_name(made.stem)
        before = next(reversed(graph.nodes), None) if graph.nodes else None
        graph = graph.add(made, (200.0 * number, 0.0))
        if before:
            graph = graph.connect(Edge(before, name, "out", made.inputs[0].name))
    return graph


def joined(graph: Graph) -> list[tuple[str, str]]:
    return sorted((edge.source, edge.target) for edge in graph.edges)


def stand_apart(graph: Graph) -> bool:
    return not any(
        overlaps(graph, node.position, (width_of(name, node.layer), height_of(node.layer)), [name])
        for name, node in graph.nodes.items()
    )


def undo_text(studio: Studio) -> str:
    return studio.document.undo_stack.undoText()


class TestAdding:
    def test_on_an_empty_canvas(self, desk: Desk) -> None:
        studio = desk(Graph())
        assert building.add_layer(studio, layer("Dense")) == "dense_1"
        assert undo_text(studio) == "Add Dense"
        assert studio.node == "dense_1"

    def test_one_after_another_builds_a_wired_chain(self, desk: Desk) -> None:
        studio = desk(Graph())
        for kind in ("Input", "Flatten", "Dense", "ReLU", "Dense", "CrossEntropyLoss"):
            building.add_layer(studio, layer(kind))
        graph = studio.document.graph
        assert joined(graph) == [
            ("dense_1", "relu_1"),
            ("dense_2", "loss_1"),
            ("flatten_1", "dense_1"),
            ("input_1", "flatten_1"),
            ("relu_1", "dense_2"),
        ]
        assert stand_apart(graph)
        assert len({node.position[1] for node in graph.nodes.values()}) == 1
        assert studio.document.undo_stack.count() == 6

    def test_after_a_joined_node_it_goes_into_the_wire(self, desk: Desk) -> None:
        studio = desk(chain("Input", "Dense", "CrossEntropyLoss"))
        studio.select([NodeId("dense_1")])
        building.add_layer(studio, layer("ReLU"))
        graph = studio.document.graph
        assert joined(graph) == [
            ("dense_1", "relu_1"),
            ("input_1", "dense_1"),
            ("relu_1", "loss_1"),
        ]
        assert stand_apart(graph)

    def test_what_cannot_follow_is_placed_unwired(self, desk: Desk) -> None:
        studio = desk(chain("Input", "Dense", "CrossEntropyLoss"))
        studio.select([NodeId("loss_1")])
        building.add_layer(studio, layer("ReLU"))
        assert ("loss_1", "relu_1") not in joined(studio.document.graph)
        studio.select([NodeId("dense_1")])
        building.add_layer(studio, layer("Input"))
        assert len(studio.document.graph.edges) == 2
        assert stand_apart(studio.document.graph)

    def test_a_loss_after_a_joined_node_is_a_branch(self, desk: Desk) -> None:
        studio = desk(chain("Input", "Dense", "ReLU"))
        studio.select([NodeId("dense_1")])
        building.add_layer(studio, layer("MSELoss"))
        graph = studio.document.graph
        assert ("dense_1", "loss_1") in joined(graph)
        assert ("dense_1", "relu_1") in joined(graph)
        assert stand_apart(graph)

    def test_at_a_place_its_header_is_there_and_nothing_is_joined(self, desk: Desk) -> None:
        studio = desk(chain("Input", "Dense"))
        studio.select([NodeId("dense_1")])
        building.add_layer(studio, layer("ReLU"), (1003.0, 517.0))
        node = studio.document.graph.nodes[NodeId("relu_1")]
        x, y = node.position
        assert x <= 1003 <= x + width_of(node.id, node.layer)
        assert y <= 517 <= y + 44
        assert len(studio.document.graph.edges) == 1


class TestInserting:
    def test_makes_room_by_moving_what_follows(self, desk: Desk) -> None:
        studio = desk(chain("Input", "Dense", "ReLU", "Dense", "CrossEntropyLoss"))
        before = studio.document.graph
        building.insert_layer(
            studio, Edge(NodeId("dense_1"), NodeId("relu_1")), layer("BatchNorm1d")
        )
        graph = studio.document.graph
        assert ("dense_1", "norm_1") in joined(graph)
        assert ("norm_1", "relu_1") in joined(graph)
        assert stand_apart(graph)
        assert graph.nodes[NodeId("dense_1")] == before.nodes[NodeId("dense_1")]
        assert undo_text(studio) == "Insert Batch norm between dense_1 and relu_1"
        studio.document.undo_stack.undo()
        assert studio.document.graph == before

    def test_only_what_takes_and_gives_can_be_inserted(self, desk: Desk) -> None:
        graph = chain("Input", "Dense")
        wire = graph.edges[0]
        can = [building.can_insert(graph, wire, layer(k)) for k in ("ReLU", "Input", "MSELoss")]
        assert can == [True, False, False]


class TestChanging:
    def test_joining_says_what_it_joined_and_refuses_with_the_reason(self, desk: Desk) -> None:
        graph = Graph().add(layer("ReLU")).add(layer("Dense"), (300.0, 0.0))
        studio = desk(graph)
        edge = Edge(NodeId("relu_1"), NodeId("dense_1"))
        building.join(studio, edge)
        assert undo_text(studio) == "Join relu_1 to dense_1"
        with pytest.raises(GraphError, match="circle"):
            building.join(studio, Edge(NodeId("dense_1"), NodeId("relu_1")))
        assert studio.document.graph.edges == (edge,)

    def test_moving_an_end_is_one_step(self, desk: Desk) -> None:
        graph = chain("Dense", "ReLU").add(layer("Tanh"), (600.0, 0.0))
        studio = desk(graph)
        building.join(studio, Edge(NodeId("dense_1"), NodeId("tanh_1")), graph.edges[0])
        assert joined(studio.document.graph) == [("dense_1", "tanh_1")]
        assert studio.document.undo_stack.count() == 1

    @pytest.mark.parametrize(
        ("names", "text"),
        [(["relu_1"], "Delete relu_1"), (["relu_1", "dense_2"], "Delete 2 layers")],
    )
    def test_deleting(self, desk: Desk, names: list[str], text: str) -> None:
        studio = desk(chain("Input", "Dense", "ReLU", "Dense"))
        studio.select(map(NodeId, names))
        building.delete_selection(studio)
        assert undo_text(studio) == text
        assert not studio.nodes
        assert not set(names) & studio.document.graph.nodes.keys()

    def test_deleting_wires_alone_leaves_the_nodes(self, desk: Desk) -> None:
        studio = desk(chain("Input", "Dense", "ReLU"))
        wires = studio.document.graph.edges
        studio.select((), wires[:1])
        building.delete_selection(studio)
        assert undo_text(studio) == "Cut the wire from input_1 to dense_1"
        assert studio.document.graph.edges == wires[1:]
        assert len(studio.document.graph.nodes) == 3

    def test_deleting_nothing_is_no_step(self, desk: Desk) -> None:
        studio = desk(chain("Input", "Dense"))
        building.delete_selection(studio)
        assert studio.document.undo_stack.count() == 0

    def test_adding_after_deleting(self, desk: Desk) -> None:
        studio = desk(chain("Input", "Dense", "ReLU"))
        studio.select([NodeId("dense_1")])
        building.delete_selection(studio)
        studio.select([NodeId("input_1")])
        building.add_layer(studio, layer("Dense"))
        assert ("input_1", "dense_1") in joined(studio.document.graph)
        assert stand_apart(studio.document.graph)

    def test_duplicates_keep_the_wires_among_them_and_stand_free(self, desk: Desk) -> None:
        studio = desk(chain("Input", "Dense", "ReLU", "Dense"))
        studio.select(map(NodeId, ("dense_1", "relu_1")))
        building.duplicate(studio)
        graph = studio.document.graph
        assert studio.nodes == {"dense_3", "relu_2"}
        assert ("dense_3", "relu_2") in joined(graph)
        assert len(graph.edges) == 4
        assert stand_apart(graph)
        assert undo_text(studio) == "Duplicate 2 layers"

    def test_nudges_in_a_row_are_one_step(self, desk: Desk) -> None:
        studio = desk(chain("Input", "Dense"))
        before = studio.document.graph
        studio.select([NodeId("dense_1")])
        for _ in range(3):
            building.nudge(studio, 1, -1)
        assert studio.document.graph.nodes[NodeId("dense_1")].position == (260.0, -60.0)
        assert undo_text(studio) == "Move dense_1"
        studio.document.undo_stack.undo()
        assert studio.document.graph == before

    def test_renaming_keeps_the_selection_and_refuses_a_name_that_is_taken(
        self, desk: Desk
    ) -> None:
        studio = desk(chain("Input", "Dense", "ReLU"))
        building.rename(studio, NodeId("dense_1"), "encoder")
        assert studio.node == "encoder"
        assert ("input_1", "encoder") in joined(studio.document.graph)
        assert undo_text(studio) == "Rename dense_1 to encoder"
        with pytest.raises(GraphError, match="free"):
            building.rename(studio, NodeId("encoder"), "relu_1")


def test_a_fix_that_inserts_makes_room(desk: Desk) -> None:
    studio = desk(chain("Input", "Dense", "CrossEntropyLoss"))
    problem = building.problem_at(studio, NodeId("dense_1"))
    assert problem is not None
    building.mend(studio, problem)
    graph = studio.document.graph
    assert undo_text(studio) == "Insert Flatten"
    assert ("flatten_1", "dense_1") in joined(graph)
    assert stand_apart(graph)
    assert building.problem_at(studio, NodeId("dense_1")) is None
