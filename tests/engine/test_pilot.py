"""Pre-flights in a process of their own: the same numbers, the latest wish alone, and whatever happens is said."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch
from probing import chain_of, dense

from engine.dataset import Recipe
from engine.datasets import DATASETS
from engine.graph import Edge, Graph
from engine.job import Job, prepare
from engine.layers import CATALOGUE
from engine.pilot import Pilot
from engine.preflight import fly
from engine.project import Project
from engine.settings import Settings


@pytest.fixture(scope="module")
def pilot() -> Iterator[Pilot]:
    made = Pilot()
    yield made
    made.close()


def project(*kinds: object) -> Project:
    graph = chain_of("Flatten", *kinds, dense(10), "CrossEntropyLoss")  # type: ignore[arg-type]
    return Project("digits", graph, Recipe(dataset=DATASETS["Digits8"]()), Settings())


def with_code(source: str) -> Graph:
    graph = chain_of("Flatten", dense(10))
    graph = graph.add(CATALOGUE["Code"](source=source).as_own(), name="mine")
    graph = graph.add(CATALOGUE["CrossEntropyLoss"](), name="loss")
    return graph.connect(
        Edge("dense_1", "mine", "out", "x"), Edge("mine", "loss", "out", "prediction")
    )


def test_the_process_says_what_would_be_said_here_and_draws_nothing_here(pilot: Pilot) -> None:
    wish = project(dense(20), "Tanh", ("Dropout", {"p": 0.3}))
    before = torch.get_rng_state()
    found = pilot.fly(wish)
    assert torch.equal(torch.get_rng_state(), before)
    job = prepare(wish)
    assert isinstance(job, Job)
    here = fly(job)
    assert found is not None
    assert here is not None
    assert [r.node for r in found.readings] == [r.node for r in here.readings]
    for afar, near in zip(found.readings, here.readings, strict=True):
        np.testing.assert_array_equal(afar.value, near.value)


def test_a_wish_that_is_given_up_is_not_answered_and_the_next_one_is(pilot: Pilot) -> None:
    asked = []

    def wanted() -> bool:
        asked.append(1)
        return len(asked) < 2

    assert pilot.fly(project(*[dense(30), "Tanh"] * 40), wanted) is None
    found = pilot.fly(project(dense(7)))
    assert found is not None
    assert {r.node for r in found.readings} >= {"dense_1", "dense_2"}
    assert "dense_3" not in {r.node for r in found.readings}


def test_a_drawing_with_errors_is_refused_in_words(pilot: Pilot) -> None:
    wish = project()
    broken = replace(wish, graph=wish.graph.remove(wish.graph.of_kind(CATALOGUE["Flatten"])[0].id))
    found = pilot.fly(broken)
    assert found is not None
    assert found.refusal
    assert not found.readings


def test_a_process_that_ends_is_said_and_begins_anew(pilot: Pilot) -> None:
    wish = replace(project(), graph=with_code("__import__('os')._exit(7) if len(x) == 64 else x"))
    found = pilot.fly(wish)
    assert found is not None
    assert found.refusal.startswith("its process ended unexpectedly")
    again = pilot.fly(project(dense(7)))
    assert again is not None
    assert again.readings


def test_what_takes_too_long_is_ended(pilot: Pilot, monkeypatch: pytest.MonkeyPatch) -> None:
    assert pilot.fly(project(dense(7))) is not None  # it is warm
    monkeypatch.setattr("engine.pilot.PATIENCE", 0.5)
    slow = "(__import__('time').sleep(30), x)[1] if len(x) == 64 else x"
    found = pilot.fly(replace(project(), graph=with_code(slow)))
    assert found is not None
    assert "took longer" in found.refusal
