"""Random drawings that fit: branches, several parts and outputs, groups in groups, repeats, shared and marked nodes.

`drawing(seed)` gives the same drawing for the same seed. Whatever it gives has no errors: each layer is tried before it
is placed.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.axes import (
    Axes,
    Image,
    Labels,
    Row,
    Sequence,
    Signal,
    StepLabels,
    Target,
    Tokens,
    Values,
)
from engine.graph import Edge, Graph, GraphError, Group, NodeId
from engine.layer import Layer
from engine.layers import CATALOGUE
from engine.planning import plan
from engine.shapes import Shapes, infer

Parts = Mapping[str, Axes]
Place = tuple[NodeId, str]  # a node and one of its output ports
MOST_NUMBERS = 600  # that flow out of a layer: the drawings are to be small

EACH = (
    "ReLU",
    "Tanh",
    "Sigmoid",
    "GELU",
    "SiLU",
    "PReLU",
    "LeakyReLU",
    "Softplus",
    "Scale",
    "Noise",
)
KINDS: Mapping[type[Axes], tuple[str, ...]] = {
    Row: ("Dense", "Dense", "LayerNorm", "BatchNorm1d", "Dropout", "RMSNorm", *EACH),
    Image: ("Conv2d", "Conv2d", "DepthwiseConv2d", "BatchNorm2d", "GroupNorm", "Dropout2d", "MaxPool2d", "AvgPool2d",
            "GlobalAvgPool", "Flatten", "ConvTranspose2d", *EACH),
    Signal: ("Conv1d", "Conv1d", "BatchNorm1d", "Dropout1d", "GlobalMaxPool", "Permute", *EACH),
    Sequence: ("Dense", "LSTM", "GRU", "RNN", "MultiheadAttention", "TransformerEncoderLayer", "LayerNorm", "Select",
               "PositionalEncoding", "GlobalAvgPool", "Permute", *EACH),
    Tokens: ("Embedding", "OneHot"),
}  # fmt: skip
JOINS = ("Add", "Multiply", "Maximum", "Concat", "Subtract")


@dataclass(frozen=True)
class Drawing:
    """A drawing and the data that it fits."""

    graph: Graph
    parts: Parts
    target: Target


def drawing(seed: int, *, free: bool = True, groups: bool = True) -> Drawing:
    """The drawing of a seed; without `free` lengths, or without `groups`, if so wished."""
    chance = random.Random(seed)
    parts = _parts(chance, free)
    while True:
        artist = _Artist(chance, parts, groups=2 if groups else 0)
        for part in parts:
            artist.enter(part)
        artist.paint(chance.randint(3, 9))
        made = artist.finished()
        if made is not None:
            return made


def _parts(chance: random.Random, free: bool) -> Parts:
    parts: dict[str, Axes] = {"": _axes(chance, free, "time")}
    if chance.random() < 0.4:
        parts["extra"] = _axes(chance, free, "words")
    return parts


def _axes(chance: random.Random, free: bool, length: str) -> Axes:
    steps = length if free and chance.random() < 0.6 else chance.randint(5, 8)
    return chance.choice(
        (
            Row(chance.randint(2, 8)),
            Image(chance.randint(1, 3), 8, chance.randint(7, 9)),
            Sequence(steps, 4 * chance.randint(1, 2)),
            Signal(chance.randint(2, 4), steps),
            Tokens(steps, 11),
        )
    )


def parameters(chance: random.Random, kind: str) -> dict[str, object]:
    """Some parameters for a layer, other than its own."""
    odd = chance.choice((1, 3))
    few: Mapping[str, dict[str, object]] = {
        "Dense": {
            "out_features": chance.choice((4, 6, 8)),
            "bias": chance.random() < 0.8,
            "initial_weights": chance.choice(("default", "he", "xavier", "orthogonal")),
        },
        "Conv2d": {
            "out_channels": chance.randint(1, 4),
            "kernel_size": odd,
            "padding": chance.choice(("same", 0)),
        },
        "DepthwiseConv2d": {"padding": 1},
        "Conv1d": {"out_channels": chance.randint(2, 4), "padding": chance.choice((0, 1))},
        "GroupNorm": {"num_groups": 1},
        "LSTM": {"hidden_size": 4, "bidirectional": chance.random() < 0.3},
        "GRU": {"hidden_size": 4, "num_layers": chance.randint(1, 2)},
        "RNN": {"hidden_size": 4},
        "MultiheadAttention": {"num_heads": 2, "causal": chance.random() < 0.5},
        "TransformerEncoderLayer": {"nhead": 2, "dim_feedforward": 8, "dropout": 0.0},
        "Embedding": {"embedding_dim": 4},
        "Select": {"which": chance.choice(("last", "first", "mean"))},
        "ConvTranspose2d": {"out_channels": 2},
    }
    return few.get(kind, {})


def _owned(graph: Graph, shapes: Shapes) -> bool:
    """Whether all weights that are shared are there, and fit all that use them."""
    flat = graph.flat
    order = plan(flat, shapes).order
    calls = {name: shapes.sized[name].call for name in order}
    return all(calls[name] == calls.get(flat.nodes[name].shares or name) for name in order)


@dataclass
class _Artist:
    """A drawing in the making: each step tries something and keeps it if it fits."""

    chance: random.Random
    parts: Parts
    groups: int  # how deep groups may stand in groups
    target: Target = Values(("a",))  # noqa: RUF009 (frozen)
    graph: Graph = Graph()  # noqa: RUF009 (frozen)
    open: dict[Place, Axes] = field(default_factory=dict)
    used: set[Place] = field(default_factory=set)

    def enter(self, part: str, name: str | None = None) -> None:
        self.place(CATALOGUE["Input"](part=part), (), name)

    def place(self, layer: Layer, sources: tuple[Place, ...], name: str | None = None) -> bool:
        """Put a layer behind these places, if it fits."""
        after = self.graph.add(layer, name=name)
        added = list(after.nodes)[-1]
        ports = [port.name for port in layer.inputs]
        if layer.inputs and layer.inputs[0].many:
            ports = [ports[0]] * len(sources)
        try:
            after = after.connect(
                *(
                    Edge(node, added, out, into)
                    for (node, out), into in zip(sources, ports, strict=False)
                )
            )
            shapes = infer(after, self.parts, self.target)
        except GraphError:
            return False
        if shapes.misfits or added not in shapes.sized:
            return False
        outputs = shapes.sized[added].outputs
        if any((axes.count or 0) > MOST_NUMBERS or not axes.sizes for axes in outputs.values()):
            return False
        self.graph = after
        self.used |= set(sources)
        self.open |= {(added, port): axes for port, axes in outputs.items()}
        return True

    def paint(self, steps: int) -> None:
        """So many attempts, whatever comes of each."""
        for _ in range(steps):
            self.chance.choice(
                (self.layer, self.layer, self.layer, self.join, self.group, self.twin)
            )()
        names = [n for n, node in self.graph.nodes.items() if node.layer.kind() != "Input"]
        for name in names:
            if self.chance.random() < 0.08:
                self.graph = self.graph.change(name, frozen=True)
            if self.chance.random() < 0.08:
                self.switch_off(name)

    def some(self) -> Place:
        """A place to go on from: rather one that leads nowhere yet."""
        fresh = [place for place in self.open if place not in self.used]
        return self.chance.choice(
            fresh if fresh and self.chance.random() < 0.7 else list(self.open)
        )

    def layer(self) -> None:
        place = self.some()
        kinds = KINDS.get(type(self.open[place]))
        if kinds:
            kind = self.chance.choice(kinds)
            self.place(CATALOGUE[kind](**parameters(self.chance, kind)), (place,))

    def join(self) -> None:
        first = self.some()
        alike = [p for p, axes in self.open.items() if axes == self.open[first] and p != first]
        if alike:
            self.place(CATALOGUE[self.chance.choice(JOINS)](), (first, self.chance.choice(alike)))

    def twin(self) -> None:
        """A second use of a node's weights."""
        owners = [
            n for n, node in self.graph.nodes.items() if node.layer.inputs and not node.shares
        ]
        owners = [n for n in owners if not self.graph.nodes[n].layer.inputs[0].many]
        if not owners:
            return
        owner = self.chance.choice(owners)
        before, (edge, *_) = self.graph, self.graph.incoming[owner]
        came = self.open[edge.source, edge.source_port]
        alike = [place for place, axes in self.open.items() if axes == came]
        kept = dict(self.open)
        if self.place(self.graph.nodes[owner].layer, (self.chance.choice(alike),)):
            name = list(self.graph.nodes)[-1]
            try:
                self.graph = self.graph.share(name, owner)
            except GraphError:
                self.graph, self.open = before, kept

    def group(self) -> None:
        """A drawing in the drawing, around a place, or around two that are alike."""
        if not self.groups:
            return
        sources = tuple(dict.fromkeys((self.some(), self.some())))[: self.chance.randint(1, 2)]
        inside = {f"in{n}": self.open[place] for n, place in enumerate(sources)}
        artist = _Artist(self.chance, inside, self.groups - 1)
        for part in inside:
            artist.enter(part, name=part)
        artist.paint(self.chance.randint(1, 4))
        ends = [place for place in artist.open if place not in artist.used] or [artist.some()]
        for end in ends[: self.chance.randint(1, 2)]:
            artist.place(CATALOGUE["Output"](), (end,))
        graph = artist.graph
        for part in inside:  # inside a group an Input is a door, and brings no part of the data
            graph = graph.put(NodeId(part), CATALOGUE["Input"]())
        repeat, shared = self.chance.choice(
            ((1, False), (2, False), (3, False), (2, True), (3, True))
        )
        for times in (repeat, 1):
            if self.place(Group(graph=graph, repeat=times, shared=shared), sources):
                return

    def switch_off(self, name: NodeId) -> None:
        """Switch a node off, if what follows can do without it."""
        after = self.graph.change(name, enabled=False)
        shapes = infer(after, self.parts, self.target)
        places = [p for p in self.open if p[0] in shapes.sized]
        if shapes.misfits or len(places) < len(self.open):
            return
        now = {place: shapes.sized[place[0]].outputs.get(place[1]) for place in self.open}
        if all(axes == self.open[place] for place, axes in now.items()):
            self.graph = after

    # -- the end ---------------------------------------------------------------------------

    def finished(self) -> Drawing | None:
        """The drawing with everything led to an end: a loss for the target, now and then more, and outputs."""
        ends = [place for place in self.open if place not in self.used]
        last = ends.pop(self.chance.randrange(len(ends))) if ends else self.some()
        for end in ends:
            self._lead_out(end)
        score = self._scored(last)
        if score is None:
            return None
        if self.chance.random() < 0.3:
            self.place(CATALOGUE["Output"](), (score,))
        shapes = infer(self.graph, self.parts, self.target)
        if not shapes.total.parameters or not _owned(self.graph, shapes):
            return None
        return Drawing(self.graph, self.parts, self.target)

    def _lead_out(self, end: Place) -> None:
        """An Output, or a second loss that compares this with another value like it."""
        alike = [p for p, axes in self.open.items() if axes == self.open[end] and p != end]
        if alike and not self.open[end].whole and self.chance.random() < 0.3:
            loss = CATALOGUE["MSELoss"](factor=self.chance.choice((1.0, 0.5)))
            self.place(loss, (end, self.chance.choice(alike)))
        else:
            self.place(CATALOGUE["Output"](), (end,))

    def _scored(self, last: Place) -> Place | None:
        """Scores of what is predicted, behind the last place, and the loss for them."""
        axes = self.open[last]
        for kind in {Tokens: ("Embedding",), Image: ("Flatten",), Signal: ("GlobalAvgPool",)}.get(
            type(axes), ()
        ):
            if not self.place(CATALOGUE[kind](**parameters(self.chance, kind)), (last,)):
                return None
            last = (list(self.graph.nodes)[-1], "out")
        axes = self.open[last]
        if isinstance(axes, Sequence):
            self.target = StepLabels(("a", "b", "c"))
            if self.chance.random() < 0.5 and self.place(CATALOGUE["Select"](), (last,)):
                last, self.target = (list(self.graph.nodes)[-1], "out"), Labels(("a", "b", "c"))
        elif isinstance(axes, Row):
            self.target = self.chance.choice((Labels(("a", "b", "c")), Values(("u", "v"))))
        else:
            return None
        if not self.place(CATALOGUE["Dense"](out_features=self.target.count), (last,)):
            return None
        score = (list(self.graph.nodes)[-1], "out")
        kind = "CrossEntropyLoss" if isinstance(self.target, Labels) else "MSELoss"
        factor = self.chance.choice((1.0, 1.0, 2.0))
        return score if self.place(CATALOGUE[kind](factor=factor), (score,)) else None
