"""Small networks that write, untrained: drawn, built, and with the data they belong to."""

from pathlib import Path

import torch

from engine.dataset import Data, Recipe
from engine.datasets.english_french import EnglishFrench
from engine.datasets.text_file import TextFile
from engine.generate.author import Author
from engine.graph import Edge, Graph
from engine.layers import CATALOGUE
from engine.network import build
from engine.shapes import infer

TEXT = "abcd dcba abba baab cdcd dada.\n" * 60


def drawing(**layers: object) -> Graph:
    """Layers by name; each value is the kind with its parameters, and the wires that come in."""
    graph = Graph()
    wires: list[Edge] = []
    for name, (kind, parameters, sources) in layers.items():  # type: ignore[misc]
        graph = graph.add(CATALOGUE[kind].model_validate(parameters), name=name)
        for port, source in sources.items():
            node, _, out = source.partition(".")
            wires.append(Edge(node, name, out or "out", port))  # type: ignore[arg-type]
    return graph.connect(*wires)


def letters(tmp_path: Path, window: int = 8) -> Data:
    """A text of a few different characters."""
    file = tmp_path / "text.txt"
    file.write_text(TEXT, encoding="utf-8")
    return Recipe.usual(TextFile(file=str(file), window=window)).prepare()


def language(data: Data, *middle: tuple[str, dict[str, object]]) -> Graph:
    """An embedding, what is in the middle, and scores."""
    layers: dict[str, object] = {
        "text": ("Input", {}, {}),
        "embedding": ("Embedding", {"embedding_dim": 8}, {"in": "text"}),
    }
    last = "embedding"
    for place, (kind, parameters) in enumerate(middle):
        port = "query" if kind == "MultiheadAttention" else "in"
        layers[f"middle_{place}"] = (kind, parameters, {port: last})
        last = f"middle_{place}"
    layers["scores"] = ("Dense", {"out_features": data.target.count}, {"in": last})
    layers["loss"] = ("CrossEntropyLoss", {}, {"prediction": "scores"})
    return drawing(**layers)


def translator(data: Data, cell: str = "GRU", *, attention: bool = True) -> Graph:
    """An encoder and a decoder that begins with its last state."""
    state = {"hidden": "encoder.hidden"} | ({"cell": "encoder.cell"} if cell == "LSTM" else {})
    layers: dict[str, object] = {
        "source": ("Input", {}, {}),
        "read": ("Embedding", {"embedding_dim": 8}, {"in": "source"}),
        "encoder": (cell, {"hidden_size": 12}, {"in": "read"}),
        "before": ("Input", {"part": "before"}, {}),
        "written": ("Embedding", {"embedding_dim": 8}, {"in": "before"}),
        "decoder": (cell, {"hidden_size": 12}, {"in": "written", **state}),
    }
    last = "decoder"
    if attention:
        ports = {"query": "decoder", "key": "encoder"}
        layers["attention"] = ("MultiheadAttention", {"num_heads": 1}, ports)
        layers["both"] = ("Add", {}, {"in": "decoder"})
        last = "both"
    layers["scores"] = ("Dense", {"out_features": data.target.count}, {"in": last})
    layers["loss"] = ("CrossEntropyLoss", {}, {"prediction": "scores"})
    graph = drawing(**layers)
    return graph.connect(Edge("attention", "both")) if attention else graph  # type: ignore[arg-type]


def sentences() -> Data:
    """A few sentences of the grammar."""
    return Recipe.usual(EnglishFrench(count=300)).prepare()


def author(graph: Graph, data: Data, seed: int = 0, scale: float = 1.0) -> Author:
    """The network of a drawing with weights of a seed; larger ones are surer of what they say."""
    torch.manual_seed(seed)
    network = build(graph.flat, infer(graph, data.parts, data.target))
    with torch.no_grad():
        for parameter in network.module.parameters():
            parameter.mul_(scale)
    return Author(network, graph.flat, data)
