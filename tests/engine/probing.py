"""Networks of plain chains on the small digits, and what the program's own probes say of them."""

import numpy as np
import torch

from engine.control import Watch
from engine.dataset import Recipe
from engine.datasets import DATASETS
from engine.graph import Edge, Graph
from engine.instruments import Instruments
from engine.job import Job, prepare
from engine.layers import CATALOGUE
from engine.network import build
from engine.project import Project
from engine.settings import Settings

Kind = str | tuple[str, dict[str, object]]
Said = dict[tuple[str, str | None], np.ndarray | float]


def chain_of(*kinds: Kind) -> Graph:
    """These layers one after another, from an Input called `data`."""
    graph = Graph().add(CATALOGUE["Input"](), name="data")
    for kind in kinds:
        name, parameters = (kind, {}) if isinstance(kind, str) else kind
        graph = graph.add(CATALOGUE[name](**parameters))
    names = list(graph.nodes)
    ends = zip(names, names[1:], strict=False)
    return graph.connect(*(Edge(a, b, "out", graph.nodes[b].layer.inputs[0].name) for a, b in ends))


def dense(units: int, initial: str = "default", **more: object) -> Kind:
    return "Dense", {"out_features": units, "initial_weights": initial, **more}


def digits(graph: Graph, **settings: object) -> Job:
    """A job that trains this on the small digits, each pixel standardised."""
    recipe = Recipe(dataset=DATASETS["Digits8"](), scaling="standardise")
    made = prepare(Project("digits", graph, recipe, Settings(epochs=1).but(**settings)))
    assert isinstance(made, Job), made
    return made


def readings(job: Job, *probes: str, seed: int = 0) -> Said:
    """What these probes say of fresh weights, by probe and node."""
    torch.manual_seed(seed)
    network = build(job.graph, job.shapes)
    found = Instruments(job, Watch(frozenset(probes)), network.feeds).read(network, 0)
    return {(reading.probe, reading.node): reading.value for reading in found}
