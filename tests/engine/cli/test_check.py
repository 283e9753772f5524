"""The verb `check`: shapes, parameters, and what is wrong."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.graph import Edge, NodeId
from engine.layers import CATALOGUE
from engine.project import Project
from engine.storage import save

Say = Callable[..., Any]


def drawn(project: Project, *, name: str, layer: str, **changes: Any) -> Project:
    """The project with a node's parameters changed, whatever comes of it."""
    node = project.graph.nodes[NodeId(name)]
    assert node.layer.kind() == layer
    return replace(project, graph=project.graph.put(NodeId(name), node.layer.but(**changes)))


def test_check_says_shapes_and_parameters(say: Say, tmp_path: Path) -> None:
    say("new", "conv-32x32x3", tmp_path / "a.chainrule")
    said = say("check", tmp_path / "a.chainrule", "--json")
    nodes = [record for record in said.records if "kind" in record]
    assert said.code == 0
    assert [(node["node"], node["shape"], node["parameters"]) for node in nodes] == [
        ("image", "32×32×3", 0),
        ("conv_1", "28×28×6", 456),
        ("relu_1", "28×28×6", 0),
        ("conv_2", "24×24×10", 1510),
        ("relu_2", "24×24×10", 0),
        ("flatten", "5760", 0),
        ("dense", "10", 57610),
        ("loss", None, 0),
    ]
    assert nodes[1]["sizes"] == [6, 28, 28]
    assert [record["parameters"] for record in said.of("total")] == [59_576]


def test_check_draws_a_table(say: Say, tmp_path: Path) -> None:
    say("new", "one-hidden-layer", tmp_path / "a.chainrule")
    said = say("check", tmp_path / "a.chainrule")
    assert said.code == 0
    assert "100,480" in said.out
    assert "28×28×1" in said.out
    assert "101,770 parameters" in said.out


def test_check_names_errors_and_how_to_mend_them(say: Say, file: Path, moons: Project) -> None:
    save(drawn(moons, name="dense_2", layer="Dense", out_features=3), file)
    said = say("check", file, "--json")
    (problem,) = [record for record in said.records if "severity" in record]
    assert said.code == 1
    assert problem["severity"] == "error"
    assert problem["node"] == "loss_1"
    assert problem["message"].startswith("loss_1 wants 2 scores")
    assert problem["fix"] == "Give dense_2 2 units"
    human = say("check", file)
    assert human.code == 1
    assert "Fix: Give dense_2 2 units." in human.out


def test_advice_alone_is_no_error(say: Say, file: Path, moons: Project) -> None:
    graph = moons.graph.add(CATALOGUE["ReLU"]())
    graph = graph.connect(Edge(NodeId("dense_1"), NodeId("relu_1")))
    save(replace(moons, graph=graph), file)
    said = say("check", file, "--json")
    assert said.code == 0
    assert [r["severity"] for r in said.records if "severity" in r] == ["advice"]
    trained = say("train", file, "--epochs", "1", "--json")
    assert trained.code == 0
    assert [record["severity"] for record in trained.of("problem")] == ["advice"]


def test_check_refuses_what_train_would_refuse(say: Say, file: Path, moons: Project) -> None:
    wide = CATALOGUE["Dense"]().but(out_features=10**9)
    graph = moons.graph.insert(moons.graph.edges[2], wide)
    save(replace(moons, graph=graph), file)
    checked, trained = say("check", file, "--json"), say("train", file, "--json")
    assert (checked.code, trained.code) == (1, 1)
    (error,) = [record for record in checked.records if record.get("severity") == "error"]
    assert "memory" in error["message"]
    assert error["message"] in [record["message"] for record in trained.of("problem")]


def test_code_in_a_file_waits_for_trust(say: Say, file: Path, moons: Project) -> None:
    edge = Edge(NodeId("dense_1"), NodeId("tanh_1"))
    code = CATALOGUE["Code"](source="torch.sin(x)").as_own()
    inserted = moons.graph.insert(edge, code)
    save(replace(moons, graph=inserted), file)
    refused = say("check", file, "--json")
    assert refused.code == 1
    assert any("came from a file" in record.get("message", "") for record in refused.records)
    assert say("train", file, "--epochs", "1").code == 1
    assert say("check", file, "--trust").code == 0
    assert say("train", file, "--epochs", "1", "--trust").code == 0


def test_check_says_types_axes_and_costs(say: Say, tmp_path: Path) -> None:
    say("new", "conv-32x32x3", tmp_path / "a.chainrule")
    said = say("check", tmp_path / "a.chainrule", "--json")
    conv = next(record for record in said.records if record.get("node") == "conv_1")
    assert conv["axes"] == ["channels", "height", "width"]
    assert conv["dtype"] == "float32"
    assert conv["multiply_adds"] == 28 * 28 * 6 * 75
    assert conv["activation_bytes"] == 4 * 6 * 28 * 28
    (total,) = said.of("total")
    assert total["step_bytes"] > total["activation_bytes"]
