"""What stops a run is said on the screen, the node is marked, and one press begins anew."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from person import Person
from PySide6.QtWidgets import QApplication, QLabel

from app.health import health_of
from app.panels.failure_card import FailureCard
from engine.graph import NodeId
from engine.layers import CATALOGUE
from engine.project import Project

Desk = Callable[..., Person]


def card(person: Person) -> FailureCard:
    """The card that says why training has stopped."""

    def seen() -> list[FailureCard]:
        return [c for c in person.window.findChildren(FailureCard) if c.isVisible()]

    person.wait(lambda: bool(seen()))
    return seen()[0]


def said_on(shown: FailureCard) -> str:
    return " ".join(label.text() for label in shown.findChildren(QLabel) if label.isVisible())


def given(person: Person, project: Project) -> None:
    person.studio.document.change("Set", project)
    QApplication.processEvents()


@pytest.mark.parametrize(
    ("name", "optimizer", "rate"),
    [
        ("small-convnet", "SGD", 1000),
        ("one-hidden-layer", "Momentum", 1000),
        ("small-convnet", "Nesterov", 400),
    ],
)
def test_a_rate_far_too_high_is_cut_to_a_tenth_by_one_press(
    desk: Desk, name: str, optimizer: str, rate: int
) -> None:
    person = desk(name)
    project = person.studio.document.project
    settings = project.settings.but(learning_rate=rate, optimizer=optimizer, epochs=200)
    given(person, replace(project, settings=settings))
    person.press("Train")
    shown = card(person)
    failed = shown.failed
    assert f"step {failed.step}" in said_on(shown) or f"step {failed.step + 1}" in said_on(shown)
    assert "are kept" in said_on(shown)
    assert failed.node is not None
    assert NodeId(failed.node.partition(".")[0]) in person.studio.document.graph.nodes
    person.press(f"Restart with rate {rate // 10}")
    assert person.studio.document.project.settings.learning_rate == pytest.approx(rate / 10)
    person.press("Undo")  # the advice is one step of the history
    assert person.studio.document.project.settings.learning_rate == pytest.approx(rate)


def test_a_layer_that_breaks_in_the_middle_is_marked_and_can_be_mended(desk: Desk) -> None:
    person = desk("one-hidden-layer", epochs=3)
    project = person.studio.document.project
    breaks = CATALOGUE["Code"](source="x if x.is_meta or len(x) > 20 else {}[len(x)]").as_own()
    first = person.studio.graph.of_kind(CATALOGUE["Dense"])[0].id
    edge = next(edge for edge in project.graph.edges if edge.source == first)
    graph = project.graph.insert(edge, breaks)
    given(person, replace(project, graph=graph, settings=project.settings.but(batch_size=12)))
    person.press("Train")
    shown = card(person)
    (name,) = (n for n in graph.nodes if n.startswith("code"))
    assert shown.failed.node == name
    assert f"{name} could not be run" in said_on(shown)
    assert "KeyError" in said_on(shown)
    assert health_of(person.studio.graph.nodes[name], person.studio.session.run).word == "failed"


def test_memory_that_runs_out_offers_the_batch_that_fits(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = torch.nn.Linear.forward

    def full(layer: torch.nn.Linear, values: torch.Tensor) -> torch.Tensor:
        if values.shape[0] > 16 and not values.is_meta:
            raise RuntimeError(
                "DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"
            )
        return ran(layer, values)

    monkeypatch.setattr(torch.nn.Linear, "forward", full)
    person = desk("one-hidden-layer", epochs=2)
    person.press("Train")
    shown = card(person)
    assert "not enough memory" in said_on(shown)
    size = int(shown.failed.advice["batch_size"])
    person.press(f"Restart with batch {size}")
    assert person.studio.document.project.settings.batch_size == size
