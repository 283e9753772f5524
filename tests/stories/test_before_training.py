"""The pre-flight as a person meets it: an edit, half a second, and the wires say what a first step would meet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from person import Person

from app import marking
from app.canvas.wire_gradient import signal_of
from engine.graph import Edge, Graph, NodeId
from engine.job import Job, prepare
from engine.layers import CATALOGUE
from engine.preflight import fly

Desk = Callable[..., Person]


@pytest.fixture
def person(desk: Desk) -> Person:
    return desk("deep-sigmoid", flies=True)


def lands(person: Person) -> None:
    flight = person.studio.preflight
    person.wait(lambda: flight.is_flying)
    person.wait(lambda: not flight.is_flying)


def test_an_edit_is_followed_by_a_sentence_and_colours_with_figures(person: Person) -> None:
    canvas = person.window.view
    assert canvas.verdict.isHidden()
    person.click_node("dense_2")
    person.fill_in("Units", "40")
    lands(person)
    words = "Pre-flight: sigmoid_1 gets"
    person.wait(lambda: canvas.verdict.text().startswith(words))
    assert canvas.verdict.isVisible()
    assert canvas.verdict.text() in person.names()  # for who cannot see it
    assert "pre-flight 64 train examples" in person.window.status.probe.text()
    assert person.window.status.probe.accessibleDescription() == canvas.verdict.text()
    assert all(wire.signal is None for wire in canvas.scene.wires.values())
    canvas.view.setFocus()
    person.key("Ctrl+Alt+G")
    job = prepare(person.studio.document.project)
    assert isinstance(job, Job)
    found = fly(job)
    assert found is not None
    rows = {r.node: r.value for r in found.readings if r.probe == "WireSignal"}
    for name in ("dense_1", "sigmoid_5", "dense_10"):
        edge = next(edge for edge in canvas.scene.wires if edge.source == name)
        ratio = rows[name][0] / rows["dense_10"][0]
        person.wait(lambda edge=edge: canvas.scene.wires[edge].signal is not None)
        assert canvas.scene.wires[edge].signal == signal_of(ratio)
        assert canvas.scene.wires[edge].signal.words in canvas.scene.wires[edge].toolTip()
    assert canvas.scene.nodes["dense_1"].vital.health == "bad"
    assert person.studio.session.run is None


def test_freezing_is_followed_by_another_and_a_comment_is_not(person: Person) -> None:
    person.click_node("dense_2")
    person.fill_in("Units", "40")
    lands(person)
    first = person.studio.preflight.run
    person.press("Freeze weights")
    lands(person)
    assert person.studio.preflight.run is not first
    assert person.studio.preflight.run is not None
    assert person.studio.preflight.run.graph.nodes[NodeId("dense_2")].frozen
    marking.comment(person.studio, NodeId("dense_2"), "as it was")
    assert not person.studio.preflight.is_flying


def test_the_next_edit_takes_its_place_and_an_error_is_no_drama(person: Person) -> None:
    person.studio.show_gradients(True)
    person.click_node("dense_2")
    for units in ("40", "41", "42"):
        person.fill_in("Units", units)
    lands(person)
    flight, canvas = person.studio.preflight, person.window.view
    assert flight.run is not None
    assert flight.run.graph.nodes["dense_2"].layer.out_features == 42
    person.click_node("loss")
    canvas.view.setFocus()
    person.key("Del")
    person.wait(lambda: bool(flight.refusal))
    person.wait(lambda: canvas.verdict.text().startswith("No pre-flight: mend the"))
    assert all(wire.signal is None for wire in canvas.scene.wires.values())
    person.key("Ctrl+Z")
    person.wait(lambda: canvas.verdict.text().startswith("Pre-flight: sigmoid_1"))
    speaks_until_a_run_does(person)


def speaks_until_a_run_does(person: Person) -> None:
    """Moving a node is no edit of the network; once a run has measured it, the run speaks."""
    flight = person.studio.preflight
    person.studio.edit("Move", person.studio.graph.move({NodeId("dense_2"): (30.0, 300.0)}))
    assert not flight.is_flying
    assert flight.speaks
    document = person.studio.document
    settings = document.project.settings.but(epochs=1)
    document.change("Shorter", replace(document.project, settings=settings))
    person.press("Train")
    person.state("training")
    person.state("idle")
    person.wait(lambda: not flight.speaks)
    person.wait(lambda: not person.window.view.verdict.text().startswith("Pre-flight"))


Weights = Mapping[str, np.ndarray]
Kind = tuple[str, dict[str, object]]
NETS: dict[str, tuple[Kind, ...]] = {
    "batch norm and dropout": (
        ("Conv2d", {"out_channels": 4}), ("BatchNorm2d", {}), ("ReLU", {}), ("Flatten", {}), ("Dropout", {}),
    ),
    "two stacked LSTMs with dropout": (
        ("Reshape", {"shape": (8, 8)}), ("LSTM", {"hidden_size": 8, "num_layers": 2, "dropout": 0.5}),
        ("Flatten", {}),
    ),
}  # fmt: skip


def test_a_run_with_pre_flights_beside_it_is_the_same_to_the_last_bit(desk: Desk) -> None:
    alone, beside = desk("deep-sigmoid"), desk("deep-sigmoid", flies=True)
    for kind in NETS:
        assert_equal(trained(alone, kind, flies=False), trained(beside, kind, flies=True))


def trained(person: Person, kind: str, *, flies: bool) -> Weights:
    """The weights after some epochs; meanwhile pre-flights are sent off again and again, and called back."""
    session, flight, document = (
        person.studio.session,
        person.studio.preflight,
        person.studio.document,
    )
    settings = document.project.settings.but(epochs=6, exact=True, batch_size=16)
    project = replace(document.project, graph=chain(*NETS[kind]), settings=settings)
    document.change("Another network", project)
    if flies:
        lands(person)  # it is warm
    session.train()
    sent = landed = 0
    while session.state != "idle":
        if flies and not flight.is_flying and sent < 12:
            sent, landed = sent + 1, landed + (flight.run is not None)
            flight.fly()
            if sent % 3 == 0:
                flight.fly()  # instead of the one under way
        person.qtbot.wait(10)
    if flies:
        person.wait(lambda: not flight.is_flying)
        assert landed > 2
    run = session.run
    assert run is not None
    assert run.history.ended is not None
    return run.weights


def chain(*kinds: Kind) -> Graph:
    graph = Graph().add(CATALOGUE["Input"](), name="image")
    ends: Sequence[Kind] = (("Dense", {"out_features": 10}), ("CrossEntropyLoss", {}))
    for kind, parameters in (*kinds, *ends):
        graph = graph.add(CATALOGUE[kind](**parameters))
    names = list(graph.nodes)
    pairs = zip(names, names[1:], strict=False)
    wires = (Edge(a, b, "out", graph.nodes[b].layer.inputs[0].name) for a, b in pairs)
    return graph.connect(*wires)


def assert_equal(first: Weights, second: Weights) -> None:
    assert first.keys() == second.keys()
    for name in first:
        np.testing.assert_array_equal(first[name], second[name])
