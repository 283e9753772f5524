"""Names that a node may bear, against what a built network really has."""

import keyword
import re

import pytest
from torch import fx, nn

from engine.names import name_refusal


def test_no_attribute_of_a_built_network_can_be_a_name() -> None:
    for name in dir(fx.GraphModule(nn.Module(), fx.Graph())):
        if re.fullmatch(r"[a-z][a-z0-9_]*", name):
            assert name_refusal(name), name


@pytest.mark.parametrize(
    "name",
    [*(w for w in keyword.kwlist if w.islower()), "", "Conv", "1st", "a-b", "ä", "a" * 41, "_x"],
)
def test_names_that_python_could_not_bear_are_refused_in_words(name: str) -> None:
    assert name_refusal(name)


@pytest.mark.parametrize("name", ["conv_1", "x", "loss", "input", "hidden2", "a" * 40])
def test_plain_names_are_taken(name: str) -> None:
    assert name_refusal(name) is None
