"""A person's code in a script: as they wrote it, whatever it is called."""

import ast
import math
from pathlib import Path

import pytest
import torch
from fitting import Drawing
from making import Case, run, subject, written

from engine.axes import Row, Values
from engine.export.script import script
from engine.export.snippets import written as snippet
from engine.export.words import called, literal, quoted
from engine.graph import Edge, Graph, NodeId
from engine.layers import CATALOGUE

CLASS = "class Wave(nn.Module):\n    def forward(self, x):\n        return torch.sin(x)  # mine"
OTHER = "class Wave(nn.Module):\n    '''Mine'''\n    def forward(self, x):\n        return torch.cos( x )"
CODES = (
    "x * torch.sigmoid(x)",
    "# first\ny = x + 1\nF.relu(y)   # then",
    "if x.ndim > 1:\n    x = x * 2\nreturn functional.tanh(x) + math.pi",
    "text = '''a\n  b'''\nx + len(text)",
    "from math import tau\nx * tau",
    CLASS,
    OTHER,
    "def double(x):\n    return 2 * x\n\nclass Twice(nn.Module):\n    def forward(self, x):\n        return double(x)",
    "class Loss(nn.Module):\n    def forward(self, x):\n        return x.exp()",
    "(x\n * 3)",
    "x if x.ndim else 'é'",
    "class Held(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    "        self.weight = nn.Parameter(torch.ones(3))\n    def forward(self, x):\n        return x * self.weight",
)


def drawn(*codes: str) -> Drawing:
    """Code after code, then a Dense layer and a loss."""
    graph = Graph().add(CATALOGUE["Input"](), name="data")
    for code in codes:
        graph = graph.add(CATALOGUE["Code"](source=code).as_own())
    graph = graph.add(CATALOGUE["Dense"](out_features=2)).add(CATALOGUE["MSELoss"]())
    names = list(graph.nodes)
    ends = [graph.nodes[name].layer.inputs[0].name for name in names[1:]]
    edges = (Edge(a, b, "out", port) for a, b, port in zip(names, names[1:], ends, strict=False))
    return Drawing(graph.connect(*edges), {"": Row(3)}, Values(("u", "v")))


def test_code_gives_and_learns_the_same_in_a_script(tmp_path: Path) -> None:
    cases = [Case(f"case_{n}", subject(drawn(code))) for n, code in enumerate(CODES)]
    cases += [
        Case("case_all", subject(drawn(*CODES))),
        Case("case_twice", subject(drawn(CLASS, CLASS))),
    ]
    written(cases, tmp_path)
    for name, found in run(tmp_path, epochs=1).items():
        assert "error" not in found, (name, found)
        assert found["keys"], name
        assert found["difference"] <= 1e-6, (name, found)


def test_code_stands_there_as_it_was_written() -> None:
    text = script(subject(drawn(CODES[1], CLASS)), "it")
    assert "F.relu(y)   # then" in text
    assert CLASS in text
    assert "from torch.nn import functional as F" in text


def test_code_of_one_name_and_two_meanings_gets_rooms_of_its_own() -> None:
    text = script(subject(drawn(CLASS, OTHER)), "it")
    assert text.count("class Wave(nn.Module)") == 2
    assert "return torch.cos( x )" in text
    ast.parse(text)


def test_code_that_waits_for_trust_is_an_error_of_the_project() -> None:
    graph = drawn(CLASS).graph
    node = graph.nodes[NodeId("code_1")]
    with pytest.raises(AssertionError):
        subject(
            Drawing(graph.put(node.id, node.layer.as_stranger()), {"": Row(3)}, Values(("u", "v")))
        )


@pytest.mark.parametrize(
    "value",
    [
        1,
        -2.5,
        True,
        None,
        (1,),
        (),
        [1, (2, "a")],
        {"a": [1]},
        'say "it"',
        "it's",
        "\\ \n",
        math.inf,
        "\"'",
    ],
    ids=repr,
)
def test_literals_read_back_as_they_were(value: object) -> None:
    if value == math.inf:
        assert literal(value) == 'float("inf")'
    else:
        assert ast.literal_eval(literal(value)) == value


def test_texts_are_in_double_quotes_where_they_can_be() -> None:
    assert quoted("a") == '"a"'
    assert quoted('a"b') == "'a\"b'"


def test_long_calls_are_broken_as_ruff_breaks_them() -> None:
    short = called("self.a = nn.Linear", [("", 3), ("bias=", False)], indent=" " * 8)
    assert short == ["        self.a = nn.Linear(3, bias=False)"]
    middle = called("self.a = nn.Linear", [("name=", "n" * 80)], indent=" " * 8)
    assert middle == ["        self.a = nn.Linear(", f'            name="{"n" * 80}"', "        )"]
    long = called("f", [("", tuple(range(60)))])
    assert long[:3] == ["f(", "    (", "        0,"]
    assert long[-2:] == ["    ),", ")"]


def test_a_snippet_asks_for_what_it_names() -> None:
    made = snippet("math.pi * x", ("x",), "Code1", frozenset())
    assert ("math",) in made.imports
    assert made.maker == "Code1"


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)
