"""Each module of the zoo becomes a drawing that gives the same, is kept in a file, and can be trained."""

from collections import Counter
from dataclasses import is_dataclass
from pathlib import Path

import pytest
import torch
from torch import nn

from engine.axes import Axes
from engine.graph import Graph, Group
from engine.imports import Imported, imported, network_of, project_of
from engine.imports.bringing import sample
from engine.imports.sizes import BATCH, fitted
from engine.layers.operations import Operations
from engine.storage import load, save
from tests.engine.imports import zoo_more, zoo_odd, zoo_text, zoo_tutorials, zoo_vision

pytestmark = pytest.mark.filterwarnings(
    "ignore:enable_nested_tensor"
)  # torch's, about modules as people write them
ZOO = {**zoo_vision.ZOO, **zoo_text.ZOO, **zoo_odd.ZOO, **zoo_more.ZOO, **zoo_tutorials.ZOO}
CLEAR = """
HandAlexNet HandVGG HandResNet HandGoogLeNet HandDenseNet HandMobileNet LstmClassifier LstmSeqFirst EncoderSeqFirst
UNet LeNetF CharRNN Seq2Seq AE Shared Conv1 TwoIn StripMLP BiGRUAttn FullTransformer
""".split()
"""Those for which the catalogue has everything."""


def made(name: str) -> nn.Module:
    torch.manual_seed(3)
    return ZOO[name][0]().eval()


def brought(name: str) -> tuple[nn.Module, Imported]:
    module = made(name)
    return module, imported(module, ZOO[name][1])


def outputs(graph: Graph, found: Imported, given: list[torch.Tensor]) -> dict[str, torch.Tensor]:
    """What a drawing gives, by the names of its outputs."""
    network = network_of(graph, found.parts, dict(found.weights))
    by_part = dict(zip(found.parts, given, strict=True))
    with torch.no_grad():
        torch.manual_seed(0)
        results = network.module(*(by_part[feed.part] for feed in network.feeds))
    return {name: results[place] for name, place in network.outputs.items()}


def leaves(value: object) -> list[torch.Tensor]:
    if isinstance(value, torch.Tensor):
        return [value]
    if value is None:
        return []
    if is_dataclass(value):
        value = vars(value)
    inner = value.values() if isinstance(value, dict) else value
    return [leaf for one in inner for leaf in leaves(one)]  # type: ignore[attr-defined]


def batch(axes: tuple[Axes, ...], count: int) -> list[torch.Tensor]:
    chance = torch.Generator().manual_seed(7)
    return [sample(one, count, {}, chance) for one in axes]


@pytest.mark.parametrize("name", ZOO)
def test_the_drawing_gives_what_the_module_gives_at_another_batch_size(name: str) -> None:
    module, found = brought(name)
    given = batch(ZOO[name][1], 5)
    before = {key: value.clone() for key, value in module.state_dict().items()}
    with torch.no_grad():
        torch.manual_seed(0)
        wanted = leaves(module(*[one.clone() for one in given]))
    got = outputs(found.graph, found, given)
    assert len(got) == len(wanted)
    for one, other in zip(wanted, got.values(), strict=True):
        flat, scale = one, max(1.0, float(one.abs().max()))
        if one.shape != other.shape:  # batch first in the drawing, wherever it was
            flat = one.reshape(other.shape) if one.shape[0] != other.shape[1] else one.movedim(1, 0)
        assert float((flat.reshape(other.shape) - other).abs().max()) <= 1e-5 * scale
    assert all(torch.equal(before[key], value) for key, value in module.state_dict().items())


@pytest.mark.parametrize("name", CLEAR)
def test_what_the_catalogue_knows_does_not_stay_opaque(name: str) -> None:
    _, found = brought(name)
    assert not found.report.opaque


@pytest.mark.parametrize("name", ["HandResNet", "GPT", "Seq2SeqLoop", "Llama", "Masked", "Shared"])
def test_what_is_kept_in_a_file_opens_the_same(name: str, tmp_path: Path) -> None:
    _, found = brought(name)
    given = batch(ZOO[name][1], 3)
    save(project_of(found, name), tmp_path / "a.chainrule")
    project = load(tmp_path / "a.chainrule")
    (run,) = project.runs
    assert run.name == "imported"
    assert run.checkpoint is not None
    assert run.checkpoint.step == 0
    assert project.graph == found.graph
    first, second = outputs(found.graph, found, given), outputs(project.graph, found, given)
    assert all(torch.equal(first[key], second[key]) for key in first)
    assert {key: array.shape for key, array in run.weights.items()} == {
        key: array.shape for key, array in found.weights.items()
    }


@pytest.mark.parametrize("name", ZOO)
def test_a_step_of_training_reaches_every_weight_that_it_reaches_in_the_module(name: str) -> None:
    module, found = brought(name)
    given = batch(ZOO[name][1], 4)
    network = network_of(found.graph, found.parts, dict(found.weights))
    by_part = dict(zip(found.parts, given, strict=True))
    results = network.module(*(by_part[feed.part] for feed in network.feeds))
    sum(one.float().square().sum() for one in results).backward()
    got = sum(
        float(one.grad.abs().sum() > 0)
        for one in network.module.parameters()
        if one.grad is not None
    )
    sum(one.float().square().sum() for one in leaves(module(*given))).backward()
    wanted = sum(
        float(one.grad.abs().sum() > 0) for one in module.parameters() if one.grad is not None
    )
    assert got >= wanted


@pytest.mark.parametrize("name", ZOO)
def test_no_node_stands_upon_another(name: str) -> None:
    _, found = brought(name)
    todo = [found.graph]
    while todo:
        graph = todo.pop()
        places = Counter(node.position for node in graph.nodes.values())
        assert set(places.values()) <= {1}
        for edge in graph.edges:  # from left to right
            assert graph.nodes[edge.source].position[0] < graph.nodes[edge.target].position[0]
        todo += [node.layer.graph for node in graph.of_kind(Group) if isinstance(node.layer, Group)]


def test_groups_and_names_follow_the_submodules() -> None:
    _, found = brought("HandResNet")
    nodes = found.graph.nodes
    assert isinstance(nodes["layer1"].layer, Group)  # type: ignore[index]
    assert list(nodes)[:4] == ["x", "stem", "layer1", "layer2"]
    assert list(nodes)[-2:] == ["linear", "output"]
    inner = nodes["layer1"].layer.graph  # type: ignore[index]
    assert "residual_1" in inner.nodes
    assert {"conv1", "bn1", "conv2", "bn2"} <= set(inner.nodes["residual_1"].layer.graph.nodes)  # type: ignore[index]


def test_a_module_that_is_called_often_shares_its_weights() -> None:
    module, found = brought("Shared")
    count = sum(one.numel() for one in module.parameters())
    assert sum(array.size for array in found.weights.values()) == count


def test_a_cell_in_a_loop_shares_its_weights() -> None:
    for name in ("Seq2SeqLoop", "HandRNN"):
        module, found = brought(name)
        count = sum(one.numel() for one in module.parameters())
        assert sum(array.size for array in found.weights.values()) == count, name
        assert not found.report.remarks


def test_tied_weights_stay_one() -> None:
    """An embedding whose weights score the symbols at the end, as the module ties them."""
    module, found = brought("GPT")
    assert not any("copy of its own" in remark for remark in found.report.remarks)
    network = network_of(found.graph, found.parts, dict(found.weights))
    counts = (sum(one.numel() for one in it.parameters()) for it in (module, network.module))
    assert len(set(counts)) == 1
    back = [node for node in found.graph.nodes.values() if node.shares is not None]
    assert [type(node.layer).__name__ for node in back] == ["Embedding"]


def test_what_only_training_uses_is_named() -> None:
    _, found = brought("HandGoogLeNet")
    assert found.report.unused == ("aux",)
    assert any("While it is trained" in remark for remark in found.report.remarks)


def test_a_dropout_inside_of_an_operation_is_one_while_training() -> None:
    _, found = brought("GPTFlash")
    layer = found.graph.nodes["transformer_h_0"].layer.graph.nodes["attn"].layer.graph  # type: ignore[index]
    (steps,) = [n.layer.steps for n in layer.nodes.values() if isinstance(n.layer, Operations)]
    assert ("dropout_p", ("when", 0.1, 0)) in steps[0].named


def test_a_size_that_moved_is_a_formula() -> None:
    runs = [{BATCH: b, "time": t} for b in (2, 3) for t in (5, 7)]
    moved = fitted([run[BATCH] * run["time"] * 2 + 1 for run in runs], runs)
    assert dict(moved.terms) == {(): 1, (BATCH, "time"): 2}  # type: ignore[union-attr]
