"""What a cell can see, against gradients that reach the input, and against the rule for convolutions."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from engine.dataset import Recipe
from engine.datasets import DATASETS
from engine.graph import Edge, Graph, NodeId
from engine.job import Job, prepare
from engine.layers import CATALOGUE
from engine.look import Batch, Look
from engine.network import Network, build
from engine.project import Project
from engine.settings import Settings

Chain = Callable[..., Graph]


def network_of(graph: Graph, sample: str, **options: object) -> tuple[Network, Look]:
    """The network of a drawing over random samples of this shape, and a look at its first example."""
    recipe = Recipe.usual(DATASETS["Placeholder"](sample=sample, examples=40, **options))
    job = prepare(Project("p", graph, recipe, Settings()))
    assert isinstance(job, Job), job
    torch.manual_seed(3)
    network = build(job.graph, job.shapes)
    return network, Look(network, Batch(job.data.train, slice(0, 1), "cpu", network.feeds))


def reached(network: Network, look: Look, node: str, cell: tuple[int, ...]) -> np.ndarray:
    """(axes, 2): where the gradient of a cell is not 0, over some random inputs: a floor for what it can see."""
    network.module.eval()
    met = torch.zeros(look.inputs[0].shape[1:], dtype=torch.bool)
    for _ in range(8):
        x = torch.randn(look.inputs[0].shape, requires_grad=True)
        value = network.trace(x).values[NodeId(node)][(0, *cell)]
        met |= torch.autograd.grad(value, x)[0][0] != 0
    places = met.nonzero()
    network.module.train()
    return torch.stack([places.amin(0), places.amax(0)], 1).numpy()


@pytest.fixture
def two_convs(chain: Chain) -> Graph:
    conv = CATALOGUE["Conv2d"]
    return chain(
        conv(out_channels=6, kernel_size=5), CATALOGUE["LeakyReLU"](),
        conv(out_channels=10, kernel_size=5), CATALOGUE["Flatten"](),
        CATALOGUE["Dense"](out_features=2), CATALOGUE["CrossEntropyLoss"](),
    )  # fmt: skip


def test_5_by_5_after_one_convolution_and_9_by_9_after_two(two_convs: Graph) -> None:
    _, look = network_of(two_convs, "3,32,32")
    first, second = (
        look.sight(NodeId("conv_1"), (2, 4, 16))[0], look.sight(NodeId("conv_2"), (7, 23, 0))[0],
    )  # fmt: skip
    assert first is not None
    assert first.tolist() == [[0, 2], [4, 8], [16, 20]]
    assert second is not None
    assert second.tolist() == [[0, 2], [23, 31], [0, 8]]


@pytest.mark.parametrize(
    ("node", "cell"),
    [("data", (1, 3, 4)), ("conv_1", (0, 0, 27)), ("conv_2", (9, 11, 5)), ("dense_1", (1,))],
)
def test_it_is_where_the_gradient_is_not_zero(
    two_convs: Graph, node: str, cell: tuple[int, ...]
) -> None:
    network, look = network_of(two_convs, "3,32,32")
    found = look.sight(NodeId(node), cell)[0]
    np.testing.assert_array_equal(found, reached(network, look, node, cell))


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("padding", [0, 2])
@pytest.mark.parametrize("dilation", [1, 3])
def test_it_follows_the_rule_for_convolutions(
    chain: Chain, stride: int, padding: int, dilation: int
) -> None:
    conv = CATALOGUE["Conv2d"](
        out_channels=4, kernel_size=3, stride=stride, padding=padding, dilation=dilation, groups=2
    )
    graph = chain(
        conv, CATALOGUE["Flatten"](), CATALOGUE["Dense"](out_features=2),
        CATALOGUE["CrossEntropyLoss"](),
    )  # fmt: skip
    network, look = network_of(graph, "4,15,13")
    high, wide = network.trace(*look.inputs).values[NodeId("conv_1")].shape[2:]
    for row, column in [(0, 0), (high // 2, wide // 2), (high - 1, wide - 1)]:
        found = look.sight(NodeId("conv_1"), (3, row, column))[0]
        wanted = [[2, 3]]  # the second group reads the second half of the channels
        for place, size in ((row, 15), (column, 13)):
            taps = [place * stride - padding + dilation * k for k in range(3)]
            taps = [tap for tap in taps if 0 <= tap < size]
            wanted.append([taps[0], taps[-1]])
        assert found is not None
        assert found.tolist() == wanted


def test_units_that_are_off_do_not_hide_what_they_could_see(chain: Chain) -> None:
    graph = chain(
        CATALOGUE["Conv2d"](out_channels=2, kernel_size=3), CATALOGUE["ReLU"](),
        CATALOGUE["MaxPool2d"](kernel_size=2), CATALOGUE["Flatten"](),
        CATALOGUE["Dense"](out_features=2), CATALOGUE["CrossEntropyLoss"](),
    )  # fmt: skip
    network, look = network_of(graph, "1,9,9")
    with torch.no_grad():
        for weight in network.module.parameters():
            weight.fill_(-1e3)
    found = look.sight(NodeId("pool_1"), (1, 2, 0))[0]
    assert found is not None
    assert found.tolist() == [[0, 0], [4, 7], [0, 3]]  # two rows of windows of three


@pytest.mark.parametrize(
    "kind",
    [name for name, layer in CATALOGUE.items() if layer.group == "Activation"]
    + ["BatchNorm2d", "Dropout2d", "AvgPool2d"],
)
def test_what_is_spoilt_passes_every_layer_that_works_place_by_place(
    chain: Chain, kind: str
) -> None:
    graph = chain(
        CATALOGUE[kind](), CATALOGUE["Flatten"](), CATALOGUE["Dense"](out_features=2),
        CATALOGUE["CrossEntropyLoss"](),
    )  # fmt: skip
    name = list(graph.nodes)[1]
    network, look = network_of(graph, "4,6,6")
    shape = network.trace(*look.inputs).values[NodeId(name)].shape[1:]
    found = look.sight(NodeId(name), tuple(size - 1 for size in shape))[0]
    assert found is not None
    last = 2 if kind == "AvgPool2d" else 1
    assert found[1:].tolist() == [[6 - last, 5]] * 2


def test_a_recurrent_layer_sees_all_steps_up_to_its_own(chain: Chain) -> None:
    graph = chain(
        CATALOGUE["LSTM"](hidden_size=4), CATALOGUE["Select"](),
        CATALOGUE["Dense"](out_features=2), CATALOGUE["CrossEntropyLoss"](),
    )  # fmt: skip
    name = list(graph.nodes)[1]
    _, look = network_of(graph, "12,3")
    found = look.sight(NodeId(name), (7, 2))[0]
    assert found is not None
    assert found.tolist() == [[0, 7], [0, 2]]


def test_symbols_are_seen_by_their_steps(chain: Chain) -> None:
    graph = chain(
        CATALOGUE["Embedding"](), CATALOGUE["LSTM"](hidden_size=4), CATALOGUE["Select"](),
        CATALOGUE["Dense"](out_features=2), CATALOGUE["CrossEntropyLoss"](),
    )  # fmt: skip
    names = list(graph.nodes)
    _, look = network_of(graph, "tokens:9:20")
    found = look.sight(NodeId(names[2]), (4, 0))[0]
    assert found is not None
    assert found.tolist() == [[0, 4]]
    itself = look.sight(NodeId(names[1]), (6, 1))[0]
    assert itself is not None
    assert itself.tolist() == [[6, 6]]


def test_of_two_inputs_each_is_asked_by_itself() -> None:
    graph = (
        Graph().add(CATALOGUE["Input"](), name="a").add(CATALOGUE["Input"](part="more"), name="b")
    )
    for name, source in (("left", "a"), ("right", "b")):
        graph = graph.add(CATALOGUE["Dense"](out_features=3), name=name)
        graph = graph.connect(Edge(NodeId(source), NodeId(name)))
    graph = graph.add(CATALOGUE["Add"](), name="sum").add(
        CATALOGUE["Dense"](out_features=2), name="out"
    )
    graph = graph.add(CATALOGUE["CrossEntropyLoss"](), name="loss")
    graph = graph.connect(
        Edge(NodeId("left"), NodeId("sum")), Edge(NodeId("right"), NodeId("sum")),
        Edge(NodeId("sum"), NodeId("out")), Edge(NodeId("out"), NodeId("loss"), "out", "prediction"),
    )  # fmt: skip
    _, look = network_of(graph, "5", others=(("more", "4"),))
    alone = look.sight(NodeId("left"), (1,))
    assert [None if one is None else one.tolist() for one in alone] == [[[0, 4]], None]
    both = look.sight(NodeId("out"), (0,))
    assert [None if one is None else one.tolist() for one in both] == [[[0, 4]], [[0, 3]]]


def test_it_leaves_mode_and_weights_alone(two_convs: Graph) -> None:
    network, look = network_of(two_convs, "3,32,32")
    before = {name: tensor.clone() for name, tensor in network.module.state_dict().items()}
    look.sight(NodeId("conv_2"), (0, 0, 0))
    assert all(module.training for module in network.module.modules())
    assert all(torch.equal(t, before[n]) for n, t in network.module.state_dict().items())
