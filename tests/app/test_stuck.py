"""Units that no longer learn, counted, listed and judged from readings put into a history by hand."""

import numpy as np
import pytest

from app.stuck import Stuck, stuck_in
from app.studio import Studio
from engine.events import Reading
from engine.graph import Graph
from engine.history import History
from engine.layers import CATALOGUE


def read(history: History, step: int, *dead: int, count: int = 8) -> None:
    units = np.zeros(count, bool)
    units[list(dead)] = True
    history.add(Reading(step, "Silent", "relu_1", units))


def only(graph: Graph, history: History) -> Stuck:
    (found,) = stuck_in(graph, history)
    return found


def test_they_are_counted_and_listed_with_the_step_since_when(studio: Studio) -> None:
    graph, history = studio.document.graph, History()
    for step, dead in ((0, (5,)), (10, (5, 1, 2)), (20, (1, 2)), (30, (1, 2, 5))):
        read(history, step, *dead)
    found = only(graph, history)
    assert found.words == "3 of 8 dead"
    assert found.listed == "since step 10: 1, 2 · since step 30: 5"
    assert found.of_unit(5) == "unit 5 of relu_1 never fires since step 30"
    assert found.of_unit(0) == "unit 0 of relu_1 fires"


@pytest.mark.parametrize(("count", "state"), [(1, "ok"), (2, "watch"), (4, "bad"), (8, "bad")])
def test_a_fifth_is_worth_a_look_and_two_fifths_are_bad(
    studio: Studio, count: int, state: str
) -> None:
    history = History()
    read(history, 0, *range(count))
    assert only(studio.document.graph, history).state == state


def test_saturation_is_told_with_the_stuck(studio: Studio) -> None:
    graph = Graph().add(CATALOGUE["Tanh"](), name="tanh_1")
    history = History()
    history.add(Reading(0, "Saturation", "tanh_1", np.array([0.0, 1.0, 0.2, 0.0])))
    history.add(Reading(0, "Frozen", "tanh_1", np.array([False, True, False, False])))
    found = only(graph, history)
    assert found.words == "1 of 4 stuck, 30 % flat"
    assert found.state == "watch"
    assert found.of_unit(1) == "unit 1 of tanh_1 is stuck since step 0"
    assert found.of_unit(2) == "unit 2 of tanh_1 is flat on 20 % of the examples"


def test_of_many_some_are_named(studio: Studio) -> None:
    history = History()
    read(history, 7, *range(20), count=20)
    listed = only(studio.document.graph, history).listed
    assert listed == "since step 7: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 8 more"


def test_a_run_from_a_file_knows_the_moment_it_was_saved(studio: Studio) -> None:
    history = History()
    read(history, 12, 3)
    history.since.clear()
    assert only(studio.document.graph, history).listed == "since step 12: 3"
