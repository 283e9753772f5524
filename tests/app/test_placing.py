"""Places of nodes: on the grid, apart, the same everywhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.placing import (
    CLEARANCE,
    GRID,
    NARROWEST,
    WIDEST,
    after,
    free_spot,
    height_of,
    is_card,
    overlaps,
    right_of_all,
    second_line,
    snapped,
    under,
    width_of,
)
from engine.graph import Graph, NodeId
from engine.layers import CATALOGUE

PLACES = st.floats(-1e5, 1e5)
KINDS = st.sampled_from(sorted(CATALOGUE))


@given(PLACES, PLACES)
def test_snapping_moves_at_most_half_a_step(x: float, y: float) -> None:
    left, top = snapped((x, y))
    assert left % GRID == top % GRID == 0
    assert abs(left - x) <= GRID / 2 + 1e-6
    assert abs(top - y) <= GRID / 2 + 1e-6


def test_a_place_that_is_no_number_becomes_the_origin() -> None:
    assert snapped((float("nan"), 3.0)) == (0.0, 0.0)
    assert snapped((3.0, float("inf"))) == (0.0, 0.0)


@pytest.mark.parametrize("kind", sorted(CATALOGUE))
def test_every_layer_has_a_width_within_bounds_that_grows_with_its_name(kind: str) -> None:
    layer = CATALOGUE[kind]()
    short, long = width_of("a", layer), width_of("a" * 40, layer)
    assert NARROWEST <= short <= long == WIDEST


def test_what_has_weights_or_data_or_a_loss_is_a_card() -> None:
    assert [is_card(CATALOGUE[kind]()) for kind in ("Dense", "Input", "MSELoss", "ReLU")] == [
        True,
        True,
        True,
        False,
    ]


def test_the_second_line_names_the_kind_and_what_matters() -> None:
    assert second_line(CATALOGUE["Conv2d"]()) == "Conv 2d · 5×5, 6"
    assert second_line(CATALOGUE["ReLU"]()) == "ReLU"


@given(PLACES, PLACES, KINDS)
def test_a_node_placed_under_a_point_covers_it(x: float, y: float, kind: str) -> None:
    layer = CATALOGUE[kind]()
    left, top = under((x, y), "name", layer)
    assert left <= x <= left + width_of("name", layer)
    assert top <= y <= top + 44


@given(st.lists(st.tuples(KINDS, PLACES, PLACES), max_size=12))
def test_free_spots_are_free_and_on_the_grid(wishes: list[tuple[str, float, float]]) -> None:
    graph = Graph()
    for kind, x, y in wishes:
        layer = CATALOGUE[kind]()
        name = graph.free_name(layer.stem)
        place = free_spot(graph, (x, y), name, layer)
        assert not overlaps(graph, place, (width_of(name, layer), height_of(layer)))
        assert place[1] >= snapped((x, y))[1]
        graph = graph.add(layer, place)


def test_what_follows_stands_to_the_right_with_room_for_a_shape() -> None:
    graph = Graph().add(CATALOGUE["Conv2d"](), (40.0, 60.0))
    node = graph.nodes[NodeId("conv_1")]
    x, y = after(node)
    assert y == 60.0
    assert x % GRID == 0
    assert x - (40 + width_of(node.id, node.layer)) >= 60
    assert right_of_all(graph) == (x, y)
    assert x - CLEARANCE > 40 + width_of(node.id, node.layer)
