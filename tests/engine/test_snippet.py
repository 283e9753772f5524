"""A person's own code as a module: what it gives, what Python says of it, and when it waits for trust."""

import json
from pathlib import Path

import pytest
import torch
from torch.nn import functional

from engine.axes import Row, Values
from engine.dataset import Recipe
from engine.datasets import DATASETS
from engine.graph import Edge, Graph, NodeId, grouped
from engine.layer import Layer
from engine.layers import CATALOGUE
from engine.layers.code import Code
from engine.network import build
from engine.project import Project
from engine.records import graph_from, record_of_graph
from engine.shapes import infer
from engine.snippet import SnippetError, faults, snippet
from engine.storage import load, save
from engine.trust import trusted, waiting

SCALED = """
class Scaled(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.full((3,), 2.0))

    def forward(self, x):
        return x * self.weight
"""
IT = NodeId("it")


def net(layer: Layer) -> Graph:
    graph = Graph().add(CATALOGUE["Input"](), name="x").add(layer, name="it")
    graph = graph.add(CATALOGUE["Dense"](out_features=1)).add(CATALOGUE["MSELoss"](), name="loss")
    wires = [Edge(NodeId("x"), IT, "out", port.name) for port in layer.inputs]
    return graph.connect(
        *wires,
        Edge(IT, NodeId("dense_1")),
        Edge(NodeId("dense_1"), NodeId("loss"), "out", "prediction"),
    )


def test_an_expression_is_computed() -> None:
    x = torch.randn(5, 3)
    torch.testing.assert_close(snippet("F.relu(x) + 1", ("x",))(x), functional.relu(x) + 1)
    torch.testing.assert_close(snippet("y = x * x\ny - z", ("x", "z"))(x, x), x * x - x)
    torch.testing.assert_close(snippet("if True:\n    x = -x\nreturn x", ("x",))(x), -x)


def test_a_class_is_a_module_with_its_own_weights() -> None:
    graph = net(Code(source=SCALED, trusted=True))
    network = build(graph, infer(graph, Row(3), Values(("y",))))
    assert "it.weight" in network.module.state_dict()
    x = torch.randn(4, 3)
    torch.testing.assert_close(network.trace(x).values[IT], 2 * x)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("x[", "line 1"),
        ("", "nothing is written"),
        ("import os", "last line"),
        ("y = 3", "last line"),
        ("x\0", "null"),
    ],
)
def test_what_python_cannot_read_is_said(source: str, words: str) -> None:
    assert words in (faults(source, ("x",)) or "")
    with pytest.raises(SnippetError, match=words):
        snippet(source, ("x",))
    found = infer(net(Code(source=source, trusted=True)), Row(3), Values(("y",)))
    assert words in found.misfits[IT].got


@pytest.mark.parametrize("source", ["nope(x)", "1 / 0", "x @ x", "x.sum()", "x.t()", "3", "'text'"])
def test_code_that_fails_is_a_misfit(source: str) -> None:
    found = infer(net(Code(source=source, trusted=True)), Row(3), Values(("y",)))
    assert IT in found.misfits
    assert "Traceback" not in found.misfits[IT].got


def test_where_it_failed_is_said() -> None:
    module = snippet("y = x + 1\nz = y.nope\nz", ("x",))
    with pytest.raises(SnippetError, match="line 2: AttributeError"):
        module(torch.zeros(1))


@pytest.mark.parametrize("names", ["", "x, x", "1", "for", "x; import os", "x=evil()"])
def test_inputs_are_names(names: str) -> None:
    with pytest.raises(ValueError, match="Inputs must"):
        Code(names=names)


# -- trust ---------------------------------------------------------------------------


def mine(tmp_path: Path) -> Code:
    """Code that leaves a mark on the disk where it is run."""
    place = tmp_path / "it-ran"
    source = f"import pathlib\npathlib.Path({str(place)!r}).touch()\nx"
    return Code(source=source, trusted=True)


def ran(tmp_path: Path) -> bool:
    return (tmp_path / "it-ran").exists()


@pytest.mark.parametrize("inside", [False, True], ids=["outside", "in groups"])
def test_code_from_a_file_never_runs_before_it_is_trusted(tmp_path: Path, inside: bool) -> None:
    graph = net(mine(tmp_path))
    if inside:
        graph = grouped(grouped(graph, [IT], "inner"), [NodeId("inner")], "outer")
    record = record_of_graph(graph)
    text = json.dumps(record)
    assert "trusted" not in text
    assert not ran(tmp_path)
    text = text.replace('"kind": "Code"', '"kind": "Code", "trusted": true')  # a file may claim it
    again = graph_from(json.loads(text))
    found = infer(again, Row(3), Values(("y",)))
    assert any("came from a file" in misfit.got for misfit in found.misfits.values())
    assert not ran(tmp_path)
    assert [name for name, _ in waiting(again)] == ["outer.inner.it" if inside else "it"]
    known = trusted(again)
    assert not list(waiting(known))
    assert not infer(known, Row(3), Values(("y",))).misfits
    assert ran(tmp_path)


def test_a_saved_project_waits_too(tmp_path: Path) -> None:
    project = Project("mine", net(mine(tmp_path)), Recipe.usual(DATASETS["Diabetes"]()))
    save(project, tmp_path / "it.chainrule")
    again = load(tmp_path / "it.chainrule")
    assert list(waiting(again.graph))
    assert trusted(again.graph) == project.graph
    assert not ran(tmp_path)


def test_a_change_of_foreign_code_is_not_trusted_for_it() -> None:
    foreign = Code(source="x").as_stranger()
    assert not foreign.but(source="x + 1").trusted
    assert foreign.as_own().but(source="x + 1").trusted


def test_nothing_to_trust_changes_nothing() -> None:
    graph = net(CATALOGUE["ReLU"]())
    assert trusted(graph) is graph
