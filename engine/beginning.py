"""A first network for data of a person's own: small, usual, and of the right sizes; to be changed from there."""

from itertools import pairwise

from engine.axes import Axes, Image, Labels, Row, Signal, Target, Tokens
from engine.dataset import Data, Recipe
from engine.graph import Edge, Graph, NodeId
from engine.layer import Layer
from engine.layers import CATALOGUE
from engine.project import Project
from engine.settings import Settings
from engine.template import template

APART = 180.0  # px between layers
HEIGHT = 120.0
FEWEST_STEPS = 64  # of sounds of unequal lengths, which may all be short
MOST_POOLED = 4  # pixels below which an image is not halved any more


def first_project(recipe: Recipe, title: str) -> Project | None:
    """A project on these data, ready to be trained; None for samples that no usual network is known for."""
    data = recipe.prepare()
    if (known := _worded(data)) is not None:
        project = template(known)
        last = project.graph.nodes[NodeId("scores")].layer
        scores = last.model_copy(update={"out_features": data.target.count})
        return Project(title, project.graph.put(NodeId("scores"), scores), recipe, project.settings)
    graph = first_network(data.axes, data.target) if not data.others else None
    if graph is None:
        return None
    size = 32 if data.train.count < 10_000 else 256
    settings = Settings.model_validate(
        {"optimizer": "Adam", "learning_rate": 0.003, "epochs": 40, "batch_size": size}
    )
    return Project(title, graph, recipe, settings)


def _worded(data: Data) -> str | None:
    """The template whose network suits symbols: to go on with a text, to translate, to say what a text is."""
    if data.written is not None:
        return "translation" if data.written else "language-model"
    is_named = type(data.target) is Labels and isinstance(data.axes, Tokens)
    return "surnames" if is_named and data.axes.free and not data.others else None


def first_network(axes: Axes, target: Target) -> Graph | None:
    """Two hidden layers for rows, convolutions for images; None for other samples."""
    if type(target) is not Labels and isinstance(target, Labels):
        return None  # one answer a step
    if isinstance(axes, Row):
        hidden = [
            ("hidden_1", "Dense"),
            ("relu_1", "ReLU"),
            ("hidden_2", "Dense"),
            ("relu_2", "ReLU"),
        ]
        inner = [(name, _layer(kind)) for name, kind in hidden]
    elif isinstance(axes, Image):
        inner = _convolutions(min(axes.height, axes.width))
    elif isinstance(axes, Signal):
        inner = _along_time(axes)
    else:
        return None
    loss = "CrossEntropyLoss" if isinstance(target, Labels) else "MSELoss"
    chain = [
        ("input", CATALOGUE["Input"]()),
        *inner,
        ("scores", CATALOGUE["Dense"].model_validate({"out_features": target.count})),
        ("loss", CATALOGUE[loss]()),
    ]
    return _chained(chain)


def _layer(kind: str) -> Layer:
    given = {"out_features": 32, "initial_weights": "he"} if kind == "Dense" else {}
    return CATALOGUE[kind].model_validate(given)


def _convolutions(side: int) -> list[tuple[str, Layer]]:
    """Convolutions that keep the size, each followed by a halving, as long as there is something to halve."""
    found: list[tuple[str, Layer]] = []
    channels, number = 16, 1
    while number <= 3 and (side >= MOST_POOLED or number == 1):
        conv = {"out_channels": channels, "kernel_size": 3, "padding": 1, "initial_weights": "he"}
        found.append((f"conv_{number}", CATALOGUE["Conv2d"].model_validate(conv)))
        found.append((f"relu_{number}", CATALOGUE["ReLU"]()))
        if side >= MOST_POOLED:
            found.append((f"pool_{number}", CATALOGUE["MaxPool2d"]()))
            side //= 2
        channels, number = channels * 2, number + 1
    return [*found, ("flatten", CATALOGUE["Flatten"]())]


def _along_time(axes: Signal) -> list[tuple[str, Layer]]:
    """Convolutions over four times fewer steps each, as long as there are some, and the mean of what they find."""
    found: list[tuple[str, Layer]] = []
    steps = axes.steps if isinstance(axes.steps, int) else FEWEST_STEPS
    for number in (1, 2, 3):
        if steps < 4 and number > 1:
            break
        conv = {
            "out_channels": 8 * 2**number,
            "kernel_size": 9,
            "padding": 4,
            "initial_weights": "he",
        }
        if steps >= 4:
            conv["stride"] = 4
        found.append((f"conv_{number}", CATALOGUE["Conv1d"].model_validate(conv)))
        found.append((f"relu_{number}", CATALOGUE["ReLU"]()))
        steps //= 4
    return [*found, ("mean", CATALOGUE["GlobalAvgPool"]())]


def _chained(chain: list[tuple[str, Layer]]) -> Graph:
    graph = Graph()
    for place, (name, layer) in enumerate(chain):
        graph = graph.add(layer, (40 + APART * place, HEIGHT), name)
    names = [NodeId(name) for name, _ in chain]
    last = names[-1]
    edges = [
        Edge(before, after, "out", "prediction" if after == last else "in")
        for before, after in pairwise(names)
    ]
    return graph.connect(*edges)
