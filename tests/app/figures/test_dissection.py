"""A cell as a picture: its planes, what it sees, and the sum, from readings alone."""

import numpy as np
import pytest
import torch
from torch import nn

from app.figures.dissection import dissection, folded, known
from app.figures.exhibit import Exhibit
from app.studio import Studio
from engine.control import Focus
from engine.events import Reading
from engine.patch import packed, patch_of

CELL = (2, 3, 4)


def readings(module: nn.Module, x: torch.Tensor, step: int = 7) -> dict[tuple[str, str], Reading]:
    """What the probes say of a cell of the small ConvNet's first layer."""
    with torch.no_grad():
        values = module(x[None])[0].numpy()
    patch = patch_of(module, x, CELL)
    assert patch is not None
    said = {
        ("Activations", "conv_1"): values,
        ("Cell", "conv_1"): np.array([values[CELL], 0.5, *CELL]),
        ("Patch", "conv_1"): packed(patch),
        ("Sight", "image"): np.array([[0, 2], [3, 5], [4, 6]]),
    }
    return {key: Reading(step, *key, value) for key, value in said.items()}


def test_it_is_put_together_from_one_moment(studio: Studio) -> None:
    conv, x = nn.Conv2d(3, 4, 3), torch.rand(3, 8, 8)
    latest = readings(conv, x)
    graph = studio.document.graph.flat
    found = known(latest, graph, Focus("conv_1", CELL))
    assert found is not None
    shown = dissection(found, Exhibit(x.numpy(), x.numpy(), "", "", "", None, 0))
    assert [plane.name for plane in shown.planes] == ["R", "G", "B"]
    assert shown.count == 27
    assert shown.agrees
    together = sum(plane.total for plane in shown.planes) + shown.bias
    assert together == pytest.approx(shown.total, abs=1e-12)
    assert shown.source is not None
    assert shown.source.box == (3, 5, 4, 6)
    assert shown.map is not None
    assert shown.map.box == (3, 3, 4, 4)
    assert shown.head == "conv_1: channel 3, row 4, column 5"
    assert shown.said == "sees 3×3 of image · ∂L/∂h 0.500"


def test_what_is_of_another_cell_or_moment_is_not_shown(studio: Studio) -> None:
    conv, x = nn.Conv2d(3, 4, 3), torch.rand(3, 8, 8)
    latest, graph = readings(conv, x), studio.document.graph.flat
    assert known(latest, graph, Focus("conv_1", (0, 0, 0))) is None
    assert known(latest, graph, Focus("conv_1")) is None
    assert known(latest, graph, None) is None
    latest["Patch", "conv_1"] = Reading(3, "Patch", "conv_1", latest["Patch", "conv_1"].value)
    found = known(latest, graph, Focus("conv_1", CELL))
    assert found is not None
    assert found.patch is None  # an older one: its sum would not be the cell


def test_a_sum_that_is_not_the_cell_is_said_to_be_none(studio: Studio) -> None:
    conv, x = nn.Conv2d(3, 4, 3), torch.rand(3, 8, 8)
    latest, graph = readings(conv, x), studio.document.graph.flat
    latest["Cell", "conv_1"] = Reading(7, "Cell", "conv_1", np.array([9.0, np.nan, *CELL]))
    found = known(latest, graph, Focus("conv_1", CELL))
    assert found is not None
    shown = dissection(found, None)
    assert not shown.agrees
    assert shown.said == "sees 3×3 of image"  # and no gradient, where the truth is not known


def test_a_row_is_folded_near_to_a_square() -> None:
    for count in (784, 75, 10, 7, 1, 5760):
        assert 1 <= folded(count) <= count
    assert folded(784) == 28
