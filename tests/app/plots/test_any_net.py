"""Whatever the network and its data are: every plot is drawn, and each cell that is a sum is that sum."""

import gc
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.figures.dissection import known
from app.figures.maps import as_maps, cell_of
from app.plot import Plot
from app.plots.activations import Activations
from app.plots.answer import Answer
from app.plots.cell import Cell
from app.plots.layer import Layer
from app.plots.surface import Surface
from app.plots.wrong import Wrong
from app.studio import Studio
from engine.dataset import Recipe
from engine.datasets import DATASETS
from engine.graph import Edge, Graph, NodeId
from engine.layers import CATALOGUE
from engine.project import Project
from engine.settings import Settings

Open = Callable[..., Plot]
KINDS: tuple[type[Plot], ...] = (Activations, Layer, Cell, Answer, Surface, Wrong)


def chain(*layers: tuple[str, dict[str, object]] | str) -> Graph:
    graph = Graph().add(CATALOGUE["Input"](), name="data")
    for layer in layers:
        kind, options = (layer, {}) if isinstance(layer, str) else layer
        graph = graph.add(CATALOGUE[kind](**options))
    names = list(graph.nodes)
    pairs = zip(names, names[1:], strict=False)
    return graph.connect(
        *(Edge(a, b, "out", graph.nodes[b].layer.inputs[0].name) for a, b in pairs)
    )


def two_inputs() -> Graph:
    graph = (
        Graph().add(CATALOGUE["Input"](), name="a").add(CATALOGUE["Input"](part="more"), name="b")
    )
    graph = graph.add(CATALOGUE["Flatten"](), name="flat")
    graph = graph.add(CATALOGUE["Dense"](out_features=3), name="left")
    graph = graph.add(CATALOGUE["Dense"](out_features=3), name="right")
    graph = graph.add(CATALOGUE["Add"](), name="sum").add(
        CATALOGUE["Dense"](out_features=2), name="out"
    )
    graph = graph.add(CATALOGUE["CrossEntropyLoss"](), name="loss")
    wires = [
        ("a", "flat"),
        ("flat", "left"),
        ("b", "right"),
        ("left", "sum"),
        ("right", "sum"),
        ("sum", "out"),
    ]
    edges = [Edge(NodeId(a), NodeId(b)) for a, b in wires]
    return graph.connect(*edges, Edge(NodeId("out"), NodeId("loss"), "out", "prediction"))


def rebuilt() -> Graph:
    """An autoencoder: its loss compares with the input itself."""
    graph = chain(("Dense", {"out_features": 3}), "Tanh", ("Dense", {"out_features": 8}), "MSELoss")
    loss = next(name for name in graph.nodes if name.startswith("loss"))
    return graph.connect(Edge(NodeId("data"), NodeId(loss), "out", "target"))


DENSE = ("Dense", {"out_features": 2})
NETS: dict[str, tuple[Graph, dict[str, object]]] = {
    "signal": (
        chain(("Conv1d", {"out_channels": 3, "kernel_size": 3, "padding": 1}), "ReLU", "Flatten", DENSE,
              "CrossEntropyLoss"),
        {"sample": "signal:2,12"},
    ),
    "volume": (
        chain(("Conv3d", {"out_channels": 2, "kernel_size": 2}), "ReLU", "Flatten", DENSE, "CrossEntropyLoss"),
        {"sample": "1,4,5,6"},
    ),
    "symbols": (chain("Embedding", ("LSTM", {"hidden_size": 5}), "Select", DENSE, "CrossEntropyLoss"),
                {"sample": "tokens:7:11"}),
    "a class at each step": (chain(("GRU", {"hidden_size": 5}), DENSE, "CrossEntropyLoss"),
                             {"sample": "6,3", "predicts": "a class at each step"}),
    "two values": (chain(("Dense", {"out_features": 4}), "ReLU", DENSE, "MSELoss"),
                   {"sample": "5", "predicts": "values"}),
    "values over a plane": (chain(("Dense", {"out_features": 4}), "Tanh", DENSE, "MSELoss"),
                            {"sample": "2", "predicts": "values"}),
    "yes or no": (chain(("Dense", {"out_features": 1}), "BCEWithLogitsLoss"), {"sample": "2"}),
    "many channels": (
        chain(("Conv2d", {"out_channels": 4, "kernel_size": 3, "groups": 2, "padding": 1}),
              ("ConvTranspose2d", {"out_channels": 3, "kernel_size": 2, "stride": 2}),
              "Flatten", DENSE, "CrossEntropyLoss"),
        {"sample": "6,5,5"},
    ),
    "two inputs": (two_inputs(), {"sample": "1,3,3", "others": (("more", "4"),)}),
    "itself again": (rebuilt(), {"sample": "8", "predicts": "values"}),
    "nineteen classes": (chain(("Dense", {"out_features": 19}), "CrossEntropyLoss"), {"sample": "5", "count": 19}),
}  # fmt: skip


@pytest.fixture
def trained(qtbot: QtBot, studio: Studio) -> Iterator[Callable[[str], Studio]]:
    """A net of this name after two epochs on random numbers, at rest."""
    gc.collect()  # here, or the training thread might let go of widgets that earlier tests left

    def train(name: str) -> Studio:
        graph, options = NETS[name]
        recipe = Recipe.usual(DATASETS["Placeholder"](examples=60, **options))
        settings = Settings(epochs=2, batch_size=16)
        studio.document.begin(Project(name, graph, recipe, settings))
        refused: list[object] = []
        studio.session.refused.connect(refused.append)
        studio.session.train()
        assert not refused, refused
        qtbot.waitUntil(lambda: studio.session.state == "idle", timeout=60_000)
        return studio

    yield train
    studio.session.close()
    gc.collect()


@pytest.mark.parametrize("name", NETS)
def test_every_plot_is_drawn_and_every_sum_is_its_cell(
    name: str, qtbot: QtBot, trained: Callable[[str], Studio], open_plot: Open
) -> None:
    studio = trained(name)
    plots = [open_plot(kind, 508, 376) for kind in KINDS]

    def settle() -> None:
        qtbot.waitUntil(lambda: studio.session._runner is None, timeout=20_000)

    settle()
    assert studio.session.run is not None
    latest = studio.session.run.history.latest
    nodes = [node for (probe, node) in latest if probe == "Activations"]
    assert len(nodes) > 1
    sums = 0
    for node in nodes:
        shape = np.shape(latest["Activations", node].value)
        drawn = as_maps(np.zeros(shape))
        last = cell_of(shape, tuple(size - 1 for size in drawn.shape))
        studio.look_at(node, last)
        settle()
        found = known(
            studio.session.run.history.latest,
            studio.session.run.graph.flat,
            studio.session.watchers.focus,
        )
        assert found is not None
        assert found.value == np.asarray(found.values)[last]
        if found.patch is not None:
            sums += 1
            assert found.patch.total == pytest.approx(found.value, abs=1e-5)
        for plot in plots:
            plot.refresh()
            assert not plot.grab().isNull()
        shown = plots[2].chart.shown  # type: ignore[attr-defined]
        assert shown is not None
    weighted = [
        n
        for n in studio.session.run.graph.flat.nodes.values()
        if hasattr(n.layer, "initial_weights")
    ]
    recurrent = [n for n in weighted if type(n.layer).__name__ in ("LSTM", "GRU", "Embedding")]
    assert sums == len(weighted) - len(recurrent)
