"""What the engine costs: shapes and complaints of a large drawing, compiling, and running beside torch's own modules.

`python tests/benchmarks/engine.py [--json] [--case shapes|edit|compile|speed]`: a table, or one object a line. Medians;
what is compared alternates in one run. `bar` is what was asked for and `met` whether it was reached; rows without a bar
inform. What runs in one thread is measured in its CPU time, which is the time on the clock of a machine that is free.
"""

import gc
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[1] / "engine"))

import torch
from famous import resnet_18, resnet_50  # tests/engine/famous.py
from plain import LSTMNet, MLPNet, resnet18_by_hand, resnet50_by_hand
from table import Measured, options, row, say
from torch import Tensor, nn

from engine import trial
from engine.axes import Axes, Image, Labels, Row, Sequence
from engine.graph import Edge, Graph, NodeId
from engine.layer import Layer
from engine.layers import CATALOGUE
from engine.network import build
from engine.problems import find_problems
from engine.shapes import Shapes, infer

TEN = Labels(tuple("abcdefghij"))
THOUSAND = Labels(tuple(f"class {n}" for n in range(1000)))
PAIRS = 15


# -- a large drawing -----------------------------------------------------------------------------


def layers(chance: random.Random) -> Iterator[Layer]:
    """Layers for 32×32 images that differ from one another as in a real network."""
    while True:
        kernel = chance.choice([1, 3, 5])
        yield CATALOGUE["Conv2d"](
            out_channels=chance.randrange(4, 200), kernel_size=kernel, padding=kernel // 2
        )
        yield CATALOGUE["BatchNorm2d"]()
        yield CATALOGUE[chance.choice(["ReLU", "Tanh", "Sigmoid", "GELU"])]()
        yield CATALOGUE["Dropout"](p=chance.randrange(1, 90) / 100)


def large(count: int, seed: int = 0, recurrent: int = 0) -> Graph:
    """A chain of so many nodes, most of them unlike the others, with a skip around every tenth."""
    chance = random.Random(seed)
    graph = Graph().add(CATALOGUE["Input"](), name="image")
    edges: list[Edge] = []
    last = NodeId("image")
    made = layers(chance)
    while len(graph.nodes) < count - 3 - recurrent:
        graph = graph.add(next(made))
        name = list(graph.nodes)[-1]
        edges.append(Edge(last, name))
        if len(graph.nodes) % 10 == 0 and len(graph.nodes) < count - 4 - recurrent:
            graph = graph.add(CATALOGUE["Add"]())
            joined = list(graph.nodes)[-1]
            edges += [Edge(name, joined), Edge(name, joined)][:1]
            name = joined
        last = name
    tail = [CATALOGUE["Flatten"](), CATALOGUE["Dense"](out_features=10)]
    for layer in tail:
        graph = graph.add(layer)
        name = list(graph.nodes)[-1]
        edges.append(Edge(last, name))
        last = name
    graph = graph.add(CATALOGUE["CrossEntropyLoss"](), name="loss")
    return graph.connect(*edges, Edge(last, NodeId("loss"), "out", "prediction"))


def known(graph: Graph, source: Axes, before: Shapes | None = None) -> Shapes:
    """Shapes and complaints, as after every edit in the app."""
    shapes = infer(graph, source, TEN, before)
    find_problems(graph, shapes, TEN)
    return shapes


def shapes() -> Iterator[Measured]:
    """From cold: nothing is remembered but torch's own warming up."""
    source = Image(3, 32, 32)
    known(large(40, seed=1), source)
    costs = []
    for seed in range(5):
        graph = large(1000, seed)
        trial.answer.cache_clear()
        gc.collect()
        begun = time.thread_time()
        known(graph, source)
        costs.append(time.thread_time() - begun)
    distinct = trial.answer.cache_info().currsize
    yield row("shapes", "1,000 nodes from cold", statistics.median(costs), "s", 1.5)
    yield row("shapes", "of them unlike all others", distinct, "layers", None)


def edit() -> Iterator[Measured]:
    """An edit of one node at random; what it may take grows with the nodes whose input really changed."""
    source, chance = Image(3, 32, 32), random.Random(0)
    graph = large(1000)
    before = known(graph, source)
    alone, shares, counts = [], [], []
    names = [
        name for name, node in graph.nodes.items() if node.layer.kind() in ("Dropout", "Conv2d")
    ]
    for turn in range(200):
        name = chance.choice(names)
        layer = graph.nodes[name].layer
        if layer.kind() == "Dropout":
            changed = layer.but(p=chance.random() * 0.9)
        else:
            changed = layer.but(out_channels=200 + turn)
        begun = time.thread_time()
        graph = graph.put(name, changed)
        after = known(graph, source, before)
        spent = 1000 * (time.thread_time() - begun)
        moved = sum(
            sized.inputs != before.sized[node].inputs
            for node, sized in after.sized.items()
            if node in before.sized
        )
        counts.append(moved)
        shares.append(spent / (10 + 1.5 * moved))
        if not moved:
            alone.append(spent)
        before = after
    yield row("edit", "nothing changes downstream, median", statistics.median(alone), "ms", 10)
    yield row("edit", "nothing changes downstream, 95th", _p95(alone), "ms", 10)
    yield row("edit", "time / (10 + 1.5 · nodes changed) ms, 95th", _p95(shares), "×", 1.0)
    yield row("edit", "nodes changed, most", max(counts), "nodes", None)
    yield from _recurrent_edit(chance)


def _recurrent_edit(chance: random.Random) -> Iterator[Measured]:
    """Chains of recurrent layers: an edit of the first changes the input of the second."""
    shares = []
    for kind in ("RNN", "GRU", "LSTM"):
        graph = Graph().add(CATALOGUE["Input"](), name="series")
        edges, last = [], NodeId("series")
        for _ in range(4):
            graph = graph.add(CATALOGUE[kind](hidden_size=chance.randrange(8, 64)))
            name = list(graph.nodes)[-1]
            edges.append(Edge(last, name))
            last = name
        graph = graph.connect(*edges)
        source = Sequence("time", 8)
        before = infer(graph, source, TEN)
        for turn in range(5):
            first = next(node for node in graph.nodes if node.startswith(kind.lower()))
            begun = time.thread_time()
            graph = graph.put(first, graph.nodes[first].layer.but(hidden_size=100 + turn))
            before = infer(graph, source, TEN, before)
            shares.append(1000 * (time.thread_time() - begun) / (10 + 2 * 30))
    yield row("edit", "recurrent: time / (10 + 30 · nodes) ms, 95th", _p95(shares), "×", 1.0)


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


# -- compiling -----------------------------------------------------------------------------


def compiling() -> Iterator[Measured]:
    """The whole way from a drawing to its network, less what torch needs to make the same modules."""
    graph = resnet_50()
    source, target = Image(3, 224, 224), THOUSAND
    found = infer(graph, source, target)
    beyond, bare = [], []
    for _ in range(5):
        begun = time.thread_time()
        resnet50_by_hand()
        middle = time.thread_time()
        build(graph, infer(graph, source, target, found))
        end = time.thread_time()
        bare.append(middle - begun)
        beyond.append((end - middle) - (middle - begun))
    yield row("compile", "ResNet-50 beyond torch's own", statistics.median(beyond), "s", 0.5)
    yield row("compile", "ResNet-50, torch's own", statistics.median(bare), "s", None)


# -- running -----------------------------------------------------------------------------


def chain(source: Axes, *made: Layer) -> nn.Module:
    """A chain of layers, compiled, as a module that gives its one prediction."""
    graph = Graph().add(CATALOGUE["Input"](), name="input")
    edges, last = [], NodeId("input")
    for layer in (*made, CATALOGUE["CrossEntropyLoss"]()):
        graph = graph.add(layer)
        name = list(graph.nodes)[-1]
        edges.append(Edge(last, name, "out", layer.inputs[0].name))
        last = name
    graph = graph.connect(*edges)
    return build(graph, infer(graph, source, TEN)).module


def pairs() -> Iterator[tuple[str, nn.Module, nn.Module, Tensor, int]]:
    """Each network as the engine compiles it, the same by hand, an input, and how often to run it."""
    dense = [CATALOGUE["Dense"](out_features=units) for units in (256, 128, 10)]
    relu = CATALOGUE["ReLU"]()
    mlp = chain(Row(784), dense[0], relu, dense[1], relu, dense[2])
    yield "MLP 784-256-128-10, batch 64", mlp, MLPNet(), torch.randn(64, 784), 60
    lstm = chain(
        Sequence(100, 16),
        CATALOGUE["LSTM"](hidden_size=64),
        CATALOGUE["Select"](),
        CATALOGUE["Dense"](out_features=10),
    )
    yield "LSTM(64), 100 steps, batch 64", lstm, LSTMNet(), torch.randn(64, 100, 16), 3
    graph = resnet_18()
    network = build(graph, infer(graph, Image(3, 64, 64), THOUSAND))
    yield (
        "ResNet-18 on 64×64, batch 8",
        network.module,
        resnet18_by_hand(),
        torch.randn(8, 3, 64, 64),
        1,
    )


def speed() -> Iterator[Measured]:
    """Forward and backward, alternating with a module written by hand."""
    torch.set_num_threads(1)
    for name, ours, theirs, inputs, repeats in pairs():
        sizes = [sum(p.numel() for p in module.parameters()) for module in (ours, theirs)]
        if sizes[0] != sizes[1]:
            raise ValueError(f"{name}: {sizes[0]:,} parameters are compared with {sizes[1]:,}.")
        ratios = []
        for turn in range(PAIRS + 2):
            order = (ours, theirs) if turn % 2 else (theirs, ours)
            spent = {id(module): _spent(module, inputs, repeats) for module in order}
            if turn > 1:  # the first warm up
                ratios.append(spent[id(ours)] / spent[id(theirs)])
        yield row("speed", f"{name}: ours / by hand", statistics.median(ratios), "×", 1.03)


def _spent(module: nn.Module, inputs: Tensor, repeats: int) -> float:
    begun = time.perf_counter()
    for _ in range(repeats):
        module.zero_grad(set_to_none=True)
        result = module(inputs)
        (result[0] if isinstance(result, tuple) else result).sum().backward()
    return time.perf_counter() - begun


CASES: dict[str, Callable[[], Iterator[Measured]]] = {
    "shapes": shapes,
    "edit": edit,
    "compile": compiling,
    "speed": speed,
}


def main() -> int:
    """Measure what was asked for and print it."""
    asked = options(__doc__, CASES).parse_args()
    for name in asked.case or CASES:
        say(CASES[name](), asked)
    return 0


if __name__ == "__main__":
    sys.exit(main())
