"""The mix of edits that people make, at nodes drawn at random: 30 % parameters, 20 % add, 20 % remove, 30 % wires."""

import random
from collections.abc import Callable
from functools import partial

from app import building
from app.studio import Studio
from engine.graph import Edge, NodeId
from engine.layers import CATALOGUE

MIX = ("parameter",) * 3 + ("add",) * 2 + ("remove",) * 2 + ("wire",) * 3
ADDED = ("ReLU", "Dropout", "BatchNorm2d", "Tanh")
Do = Callable[[], object]


class Edits:
    """Draws one edit after another; each is about a node, which is named first."""

    def __init__(self, studio: Studio, chance: random.Random) -> None:
        self._studio, self._chance = studio, chance
        self._makers = {
            "parameter": self._parameter,
            "add": self._add,
            "remove": self._remove,
            "wire": self._wire,
        }

    def next(self) -> tuple[NodeId, Do]:
        """The node that an edit is about, and the edit."""
        return self._makers[self._chance.choice(MIX)]()

    def _node(self) -> NodeId:
        return self._chance.choice(list(self._studio.graph.nodes))

    def _parameter(self) -> tuple[NodeId, Do]:
        fields = {
            "Conv2d": ("out_channels", lambda: self._chance.randrange(4, 90)),
            "Dense": ("out_features", lambda: self._chance.randrange(4, 90)),
            "BatchNorm2d": ("momentum", self._chance.random),
            "Dropout": ("p", self._chance.random),
        }
        graph, name = self._studio.graph, self._node()
        while (kind := graph.nodes[name].layer.kind()) not in fields:
            name = self._node()
        field, value = fields[kind]
        layer = graph.nodes[name].layer.but(**{field: value()})
        return name, lambda: self._studio.edit(f"Set {field} of {name}", graph.put(name, layer))

    def _add(self) -> tuple[NodeId, Do]:
        edge = self._edge()
        layer = CATALOGUE[self._chance.choice(ADDED)]()
        return edge.source, lambda: building.insert_layer(self._studio, edge, layer)

    def _remove(self) -> tuple[NodeId, Do]:
        return self._node(), lambda: building.delete_selection(self._studio)

    def _wire(self) -> tuple[NodeId, Do]:
        """Cut a wire, or let it come from elsewhere."""
        edge = self._edge()
        if self._chance.random() < 0.5:
            return edge.target, lambda: building.cut(self._studio, edge)
        graph = self._studio.graph
        for _ in range(50):
            source = self._node()
            other = Edge(source, edge.target, "out", edge.target_port)
            if source != edge.source and graph.disconnect(edge).refusal(other) is None:
                return edge.target, partial(building.join, self._studio, other, edge)
        return edge.target, lambda: building.cut(self._studio, edge)

    def _edge(self) -> Edge:
        return self._chance.choice(self._studio.graph.edges)
