"""Groups, shared weights and marks, as a person makes them: each is one step back."""

from dataclasses import replace

import pytest

from app import building, marking
from app.canvas.face import face_of
from app.document import Document
from app.placing import after
from app.studio import Studio
from engine.graph import Edge, Graph, Group, NodeId
from engine.layers import CATALOGUE


@pytest.fixture
def studio(studio: Studio) -> Studio:
    """Two blocks of Dense and ReLU between the data and a loss."""
    graph = Graph().add(CATALOGUE["Input"](), name="image").add(CATALOGUE["Flatten"](), name="flat")
    for name in ("one", "two"):
        graph = graph.add(CATALOGUE["Dense"](out_features=64), (300.0, 40.0), name)
        graph = graph.add(CATALOGUE["ReLU"](), (500.0, 40.0), f"bend_{name}")
    graph = graph.add(CATALOGUE["Dense"](out_features=10), name="scores")
    graph = graph.add(CATALOGUE["CrossEntropyLoss"](), name="loss")
    names = [NodeId(n) for n in ("image", "flat", "one", "bend_one", "two", "bend_two", "scores")]
    edges = [Edge(a, b) for a, b in zip(names, names[1:], strict=False)]
    graph = graph.connect(*edges, Edge(names[-1], NodeId("loss"), "out", "prediction"))
    studio.document.edit("Draw", graph)
    return studio


def steps(document: Document) -> int:
    return document.undo_stack.index()


def test_a_group_is_one_step_and_comes_apart_again(studio: Studio) -> None:
    before, count = studio.document.graph, steps(studio.document)
    studio.select([NodeId("one"), NodeId("bend_one")])
    assert marking.can_group(studio)
    marking.group(studio)
    assert steps(studio.document) == count + 1
    (name,) = studio.nodes
    layer = studio.document.graph.nodes[name].layer
    assert isinstance(layer, Group)
    sized = studio.document.meaning.shapes.sized
    assert sized[name].cost.parameters == 64 * 64 + 64
    assert not [p for p in studio.document.meaning.problems if p.severity == "error"]
    marking.ungroup(studio)
    after = studio.document.graph
    assert set(after.nodes) == set(before.nodes)
    assert set(after.edges) == set(before.edges)
    studio.document.undo_stack.undo()
    studio.document.undo_stack.undo()
    assert studio.document.graph == before


def test_a_repeated_group_stays_until_it_is_run_once(studio: Studio) -> None:
    said: list[str] = []
    studio.said.connect(lambda text, *_: said.append(text))
    studio.select([NodeId("one"), NodeId("bend_one")])
    marking.group(studio)
    (name,) = studio.nodes
    graph = studio.document.graph
    studio.document.edit("Repeat", graph.put(name, graph.nodes[name].layer.but(repeat=3)))
    assert studio.document.meaning.shapes.sized[name].cost.parameters == 3 * (64 * 64 + 64)
    marking.ungroup(studio)
    assert "repeated 3 times" in said[0]
    assert name in studio.document.graph.nodes


def test_the_data_stay_outside_of_groups(studio: Studio) -> None:
    said: list[str] = []
    studio.said.connect(lambda text, *_: said.append(text))
    studio.select([NodeId("image")])
    assert not marking.can_group(studio)
    studio.select([NodeId("image"), NodeId("flat")])
    marking.group(studio)
    assert "brings the data in" in said[0]


def test_weights_are_shared_and_parted(studio: Studio) -> None:
    total = studio.document.meaning.shapes.total.parameters
    studio.select([NodeId("two")])
    node = studio.graph.nodes[NodeId("two")]
    assert marking.owners(studio.graph, node) == ["one", "scores"]
    marking.share(studio, NodeId("one"))
    assert studio.document.graph.nodes[NodeId("two")].shares == "one"
    assert studio.document.meaning.shapes.total.parameters == total - 64 * 64 - 64
    marking.share(studio, None)
    assert studio.document.meaning.shapes.total.parameters == total


def test_marks_are_put_on_and_taken_off(studio: Studio) -> None:
    studio.select([NodeId("one"), NodeId("bend_one")])
    count = steps(studio.document)
    marking.freeze(studio, frozen=True)
    marking.switch(studio, enabled=False)
    assert steps(studio.document) == count + 2
    nodes = studio.document.graph.nodes
    assert all(nodes[name].frozen and not nodes[name].enabled for name in studio.nodes)
    marking.freeze(studio, frozen=False)
    marking.switch(studio, enabled=True)
    nodes = studio.document.graph.nodes
    assert not any(nodes[name].frozen or not nodes[name].enabled for name in studio.nodes)


def test_a_comment_is_written_and_taken_away(studio: Studio) -> None:
    marking.comment(studio, NodeId("one"), "wide")
    assert studio.document.graph.nodes[NodeId("one")].note == "wide"
    marking.comment(studio, NodeId("one"), "")
    assert not studio.document.graph.nodes[NodeId("one")].note


def in_a_row(studio: Studio) -> None:
    """Each node of the drawing at its usual distance from the one before it."""
    graph, left = studio.graph, 0.0
    for name in graph.nodes:
        graph = graph.move({name: (left, 40.0)})
        left = after(graph.nodes[name])[0]
    studio.document.edit("Tidy", graph)


def test_a_group_leaves_no_gap_and_makes_room_again(studio: Studio) -> None:
    in_a_row(studio)
    before = studio.document.graph
    studio.select([NodeId("one"), NodeId("bend_one"), NodeId("two"), NodeId("bend_two")])
    marking.group(studio)
    (name,) = studio.nodes
    nodes = studio.document.graph.nodes
    assert nodes[NodeId("scores")].position == after(nodes[name])
    assert nodes[NodeId("loss")].position == after(nodes[NodeId("scores")])
    assert nodes[NodeId("flat")].position == before.nodes[NodeId("flat")].position
    marking.ungroup(studio)
    for key, node in studio.document.graph.nodes.items():
        assert node.position == before.nodes[key].position, key


@pytest.mark.parametrize(("down", "moves"), [(400.0, True), (20.0, False)])
def test_another_line_stays_where_it_is_and_what_stands_between_stops_it(
    studio: Studio, down: float, moves: bool
) -> None:
    in_a_row(studio)
    left = studio.graph.nodes[NodeId("two")].position[0]
    graph = studio.graph.add(CATALOGUE["ReLU"](), (left, 40.0 + down), "by")
    graph = graph.add(CATALOGUE["ReLU"](), (5000.0, 440.0), "far")
    studio.document.edit("Beside", graph)
    before = studio.document.graph
    studio.select([NodeId("one"), NodeId("bend_one"), NodeId("two"), NodeId("bend_two")])
    marking.group(studio)
    after_it = studio.document.graph.nodes
    for key in ("by", "far", "flat", "image"):
        assert after_it[NodeId(key)].position == before.nodes[NodeId(key)].position
    for key in ("scores", "loss"):
        assert (after_it[NodeId(key)].position != before.nodes[NodeId(key)].position) is moves
    if moves:
        marking.ungroup(studio)
        for key, node in studio.document.graph.nodes.items():
            assert node.position == before.nodes[key].position, key


def test_who_shares_takes_the_parameters_of_the_owner(studio: Studio) -> None:
    studio.select([NodeId("two")])
    marking.share(studio, NodeId("scores"))
    assert studio.graph.nodes[NodeId("two")].layer == studio.graph.nodes[NodeId("scores")].layer
    studio.document.undo_stack.undo()
    assert studio.graph.nodes[NodeId("two")].shares is None
    assert studio.graph.nodes[NodeId("two")].layer == CATALOGUE["Dense"](out_features=64)


def test_a_layer_in_a_group_takes_the_weights_of_one_outside_and_gives_them_back(
    studio: Studio,
) -> None:
    layer = studio.graph.nodes[NodeId("two")].layer
    graph = studio.graph.add(layer, name="lender")
    studio.edit("Add lender", graph)
    studio.select(["two", "bend_two"])
    marking.group(studio)
    (box,) = studio.nodes
    studio.enter(box)
    studio.select(["two"])
    inner = studio.graph.nodes[NodeId("two")]
    assert marking.lenders(studio, inner) == ["^one", "^scores", "^lender"]
    before = studio.document.project
    marking.share(studio, NodeId("^lender"))
    assert studio.document.undo_stack.undoText() == "Share the weights of lender, outside with two"
    assert studio.document.graph.flat.nodes[NodeId(f"{box}.two")].shares == "lender"
    face = face_of(studio.graph.nodes[NodeId("two")], studio.graph, studio.shapes, None, "")
    assert (face.kind, face.right) == ("lender, outside", "shared")
    studio.leave()
    renamed = studio.document.graph.rename(NodeId("lender"), "giver")
    studio.edit("Rename lender", renamed)
    assert studio.document.graph.flat.nodes[NodeId(f"{box}.two")].shares == "giver"
    studio.document.undo_stack.undo()
    studio.document.undo_stack.undo()
    assert studio.document.project == before
    studio.document.undo_stack.redo()
    studio.enter(box)
    studio.select(["two"])
    marking.share(studio, None)
    assert studio.document.graph.flat.nodes[NodeId(f"{box}.two")].shares is None


def test_a_group_inside_a_group_may_bear_its_name(studio: Studio) -> None:
    before = studio.document.graph
    studio.select([NodeId("one"), NodeId("bend_one")])
    marking.group(studio)
    marking.group(studio)  # the box alone, in a box that gets the same name
    assert studio.node == "group_1"
    marking.ungroup(studio)
    assert studio.node == "group_1"
    marking.ungroup(studio)
    assert studio.nodes == {"one", "bend_one"}
    assert set(studio.document.graph.edges) == set(before.edges)


def test_rates_and_decays_stay_as_they_were_when_a_group_comes_apart(studio: Studio) -> None:
    one = NodeId("one")
    studio.edit("Rate", studio.graph.change(one, rate=0.5).change(NodeId("two"), decay=0.25))
    studio.select([one, NodeId("bend_one"), NodeId("two")])
    marking.group(studio)
    (box,) = studio.nodes
    studio.edit("Slower", studio.graph.change(box, rate=0.1, decay=0.01))
    run = studio.graph.flat.nodes
    marks = {
        name: (run[NodeId(f"{box}.{name}")].rate, run[NodeId(f"{box}.{name}")].decay)
        for name in ("one", "two")
    }
    marking.ungroup(studio)
    freed = studio.graph.nodes
    assert {name: (freed[NodeId(name)].rate, freed[NodeId(name)].decay) for name in marks} == marks


class TestInPlace:
    """What is done to nodes in a group that is open in place, and to the group."""

    @pytest.fixture
    def box(self, studio: Studio) -> NodeId:
        studio.select([NodeId("one"), NodeId("bend_one")])
        marking.group(studio)
        (name,) = studio.nodes
        marking.fold(studio, [name])
        return name

    def test_it_comes_apart_as_if_it_were_closed(self, studio: Studio, box: NodeId) -> None:
        count = steps(studio.document)
        marking.ungroup(studio)
        assert steps(studio.document) == count + 1
        assert studio.nodes == {"one", "bend_one"}
        assert box not in studio.graph.nodes

    def test_weights_are_lent_into_it_and_not_out_of_it(self, studio: Studio, box: NodeId) -> None:
        inside = NodeId(f"{box}.one")
        assert marking.lenders(studio, studio.graph.nodes[inside]) == ["two", "scores"]
        assert marking.lenders(studio, studio.graph.nodes[NodeId("two")]) == ["scores"]
        studio.select([inside])
        marking.share(studio, NodeId("two"))
        layer = studio.document.graph.nodes[box].layer
        assert isinstance(layer, Group)
        assert layer.graph.nodes[NodeId("one")].shares == "^two"
        assert studio.document.graph.flat.nodes[inside].shares == "two"

    def test_layers_of_two_places_are_no_group(self, studio: Studio, box: NodeId) -> None:
        said: list[str] = []
        studio.said.connect(lambda text, *_: said.append(text))
        before = studio.document.graph
        studio.select([NodeId(f"{box}.one"), NodeId("two")])
        marking.group(studio)
        assert studio.document.graph is before
        assert said == [
            f"Some of these stand in {box}, others outside. Choose layers that stand in one place."
        ]

    def test_names_of_the_group_and_of_its_doors_lead_their_wires_on(
        self, studio: Studio, box: NodeId
    ) -> None:
        building.rename(studio, NodeId(f"{box}.in_1"), "entry")
        assert Edge(NodeId("flat"), box, "out", "entry") in studio.document.graph.edges
        building.rename(studio, box, "block")
        assert studio.node == "block"
        assert Edge(NodeId("block.entry"), NodeId("block.one")) in studio.graph.edges
        assert {(e.source, e.target) for e in studio.document.graph.flat.edges} >= {
            ("flat", "block.one"),
            ("block.bend_one", "two"),
        }

    def test_a_complaint_inside_is_shown_inside_and_mended_there(
        self, studio: Studio, box: NodeId
    ) -> None:
        (wire,) = studio.graph.incoming[NodeId(f"{box}.bend_one")]
        building.cut(studio, wire)
        (problem,) = [p for p in studio.problems if p.node == f"{box}.bend_one"]
        assert problem.fix is not None
        building.mend(studio, problem)
        assert f"{box}.bend_one" not in studio.graph.nodes
        assert f"{box}.one" in studio.graph.nodes

    def test_another_project_takes_its_place_while_something_inside_is_selected(
        self, studio: Studio, box: NodeId
    ) -> None:
        studio.select([NodeId(f"{box}.one")])
        seen: list[NodeId | None] = []
        studio.document.stepped.connect(lambda: seen.append(studio.node))
        studio.document.begin(replace(studio.document.project, graph=Graph()))
        assert seen == [None]
