"""The network of a run with what it has learnt, to be asked: the best weights by dev, or the last ones."""

import torch

from engine.dataset import Data
from engine.feeding import decimals
from engine.network import Network, build
from engine.opening import Which
from engine.run import Run
from engine.shapes import infer
from engine.weights import copy_in


class Untrained(Exception):  # noqa: N818 - says what is the case
    """A run has nothing that could be asked; the text says why and what to do."""


def chosen(run: Run, wanted: Which = "best") -> tuple[Which, int]:
    """Which weights of a run there are to be asked, and of which step they are. Raises Untrained."""
    if run.checkpoint is None:
        raise Untrained(f"{run.name} has learnt nothing yet. Train it, or choose another run.")
    if wanted == "best" and run.best is not None:
        return "best", run.best.step
    return "last", run.checkpoint.step


def trained(run: Run, data: Data, which: Which = "best") -> Network:
    """The network, on its device, in inference mode; no random number is drawn. Raises Untrained."""
    used, _ = chosen(run, which)
    weights = run.best.weights if used == "best" and run.best is not None else run.weights
    with torch.random.fork_rng(devices=[]):  # initial weights are, and a run may stand still
        network = build(run.graph.flat, infer(run.graph, data.parts, data.target))
    module = network.to(run.settings.device, decimals(run.settings))
    if copy_in(module, weights):
        raise Untrained(f"The weights of {run.name} do not fit its drawing. Train it again.")
    network.train(False)
    return network
