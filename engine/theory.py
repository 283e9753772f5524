"""What theory expects of the error signal before training: how much of it reaches each layer of a plain chain.

The mean-field theory of wide random networks (Poole et al. 2016, Schoenholz et al. 2017, arXiv:1611.01232). On its way
back through a Dense or convolution the squared signal is multiplied by fan_in · Var W, through an activation by the
mean of f′(z)², through a batch norm by 1 / Var z over the batch. What z is, follows from the way forward: normal, with
a part u of its variance between units and a part v between examples. The data count as standardised.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.graph import Graph, NodeId
from engine.layer import InitialWeights, Layer, Loss, Weighted
from engine.layers.convolution import Conv1d, Conv2d, Conv3d
from engine.layers.data import Input
from engine.layers.dense import Dense
from engine.layers.normalisation import BatchNorm1d, BatchNorm2d, BatchNorm3d, LayerNorm
from engine.layers.rearranging import Flatten, Reshape
from engine.layers.regularisation import Dropout, Dropout1d, Dropout2d, Dropout3d
from engine.shapes import Shapes
from engine.sizing import Sized

if TYPE_CHECKING:
    from torch import nn

PASSING = (Flatten, Reshape, Dropout, Dropout1d, Dropout2d, Dropout3d)
SUMMING = (Dense, Conv1d, Conv2d, Conv3d)
BY_BATCH = (BatchNorm1d, BatchNorm2d, BatchNorm3d)
_NODES = np.linspace(-6.025, 6.025, 242)  # a kink at 0 lies between two of them
_WEIGHTS = np.exp(-(_NODES**2) / 2) / np.exp(-(_NODES**2) / 2).sum()

VARIANCE: Mapping[InitialWeights, Callable[[int, int], float]] = {
    "default": lambda into, _out: 1 / (3 * into),
    "xavier": lambda into, out: 2 / (into + out),
    "he": lambda into, _out: 2 / into,
    "lecun": lambda into, _out: 1 / into,
    "orthogonal": lambda into, out: 1 / max(into, out),
    "zeros": lambda _into, _out: 0.0,
}
"""Var W by the rule of `engine.initial`, from the numbers that a unit reads and that read it."""


@dataclass(frozen=True, slots=True)
class _Flow:
    """What flows: its mean square, and that of each unit's mean over the batch."""

    square: float = 1.0
    mean_square: float = 0.0

    @property
    def between_examples(self) -> float:
        return self.square - self.mean_square


def expected_signal(graph: Graph, shapes: Shapes) -> dict[NodeId, float]:
    """‖∂L/∂h‖ of each node as a share of the last one's, as far back as theory reaches.

    Args:
        graph: An unfolded drawing.
        shapes: What flows in it.

    It reaches back from the first loss through layers in single file, until it comes to one that it does not know.
    """
    chain = _chain(graph, shapes)
    flow, factors = _Flow(), dict[NodeId, float]()
    for name in chain:
        layer = graph.nodes[name].layer
        factors[name], flow = _through(layer, shapes.sized[name], flow)
    found, signal = dict[NodeId, float](), 1.0
    for name in reversed(chain):
        found[name] = signal
        signal *= factors[name]
    return found


def _chain(graph: Graph, shapes: Shapes) -> list[NodeId]:
    """The layers in single file before the first loss that theory knows, from the data on."""
    loss = next(iter(graph.of_kind(Loss)), None)
    edges = graph.incoming.get(loss.id, ())[:1] if loss else ()
    chain: list[NodeId] = []
    while len(edges) == 1:
        name = edges[0].source
        node = graph.nodes[name]
        if isinstance(node.layer, Input):
            return chain[::-1]
        single = len(graph.outgoing.get(name, ())) == 1 and node.shares is None
        if not single or name not in shapes.sized or not _known(node.layer):
            return []
        chain.append(name)
        edges = graph.incoming.get(name, ())
    return []


def _known(layer: Layer) -> bool:
    return isinstance(layer, (*PASSING, *SUMMING, *BY_BATCH, LayerNorm)) or (
        layer.group == "Activation"
    )


def _through(layer: Layer, sized: Sized, flow: _Flow) -> tuple[float, _Flow]:
    """By what the signal is multiplied on its way back through a layer, and what comes out of it forward."""
    if isinstance(layer, Weighted):
        return _sum(layer, sized, flow)
    if isinstance(layer, BY_BATCH):
        return _scaled(flow.between_examples, replace(flow, square=1.0, mean_square=0.0))
    if isinstance(layer, LayerNorm):
        shrunk = flow.mean_square / flow.square if flow.square else 0.0
        return _scaled(flow.square, _Flow(1.0, shrunk))
    if layer.group == "Activation":
        return _bend(sized.call.build().eval(), flow)
    return 1.0, flow


def _scaled(variance: float, after: _Flow) -> tuple[float, _Flow]:
    return (1 / sqrt(variance) if variance > 0 else 0.0), after


def _sum(layer: Weighted, sized: Sized, flow: _Flow) -> tuple[float, _Flow]:
    import torch  # which the window does not wait for

    with torch.device("meta"):  # draws no random number
        parts = dict(sized.call.build().named_parameters())
    into, out = torch.nn.init._calculate_fan_in_and_fan_out(parts["weight"])
    gain = into * VARIANCE[layer.initial_weights](into, out)
    bias = 1 / (3 * into) if layer.initial_weights == "default" and "bias" in parts else 0.0
    return sqrt(gain), _Flow(gain * flow.square + bias, gain * flow.mean_square + bias)


def _bend(module: "nn.Module", flow: _Flow) -> tuple[float, _Flow]:
    """Means over units (a) and examples (b) of a function of z = a + b and of its slope."""
    between, within = sqrt(flow.mean_square), sqrt(max(0.0, flow.between_examples))
    z = between * _NODES[:, None] + within * _NODES[None, :]  # (units, examples)
    values, slopes = curve(module, z)
    square = _WEIGHTS @ (values**2) @ _WEIGHTS
    mean_square = _WEIGHTS @ (values @ _WEIGHTS) ** 2
    return sqrt(float(_WEIGHTS @ (slopes**2) @ _WEIGHTS)), _Flow(float(square), float(mean_square))


def curve(
    module: "nn.Module", z: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """f(z) and f′(z) of a function that is applied to each number by itself, of the shape of `z`."""
    import torch  # which the window does not wait for

    given = torch.from_numpy(z.copy()).requires_grad_()
    with torch.enable_grad():
        values = module.double()(given)
        (slopes,) = torch.autograd.grad(values.sum(), given)
    return values.detach().numpy(), slopes.numpy()
