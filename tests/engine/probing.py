"""Networks of plain chains on the small digits, and what the program's own probes say of them."""

from dataclasses import replace

import numpy as np
import torch

from engine.control import Watch
from engine.dataset import Part, Recipe
from engine.datasets import DATASETS
from engine.graph import Edge, Graph
from engine.instruments import Instruments
from engine.job import Job, prepare
from engine.layers import CATALOGUE
from engine.network import build
from engine.project import Project
from engine.settings import Settings

Kind = str | tuple[str, dict[str, object]]
WHOLE_BATCHES = 28 * 64  # of the 1,797 examples
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


def published(graph: Graph, **settings: object) -> Job:
    """A job as the published facts were found: trained and measured on all digits, standardised as a whole.

    Shuffled, for the first 256, the probe batch, are otherwise by a few writers; and without the last five, which
    would be a minibatch of their own just before accuracy is measured: the running figures of batch norm follow it.
    """
    job = digits(graph, **settings)
    whole = DATASETS["Digits8"]().load()
    scatter = whole.inputs.std(0)
    inputs = (whole.inputs - whole.inputs.mean(0)) / np.where(scatter > 0, scatter, 1)
    chosen = np.random.default_rng(0).permutation(len(inputs))[:WHOLE_BATCHES]
    part = Part(inputs[chosen].astype(np.float32), whole.targets[chosen], chosen)
    return replace(job, data=replace(job.data, train=part, dev=part))


def readings(job: Job, *probes: str, seed: int = 0) -> Said:
    """What these probes say of fresh weights, by probe and node."""
    torch.manual_seed(seed)
    network = build(job.graph, job.shapes)
    found = Instruments(job, Watch(frozenset(probes)), network.feeds).read(network, 0)
    return {(reading.probe, reading.node): reading.value for reading in found}
