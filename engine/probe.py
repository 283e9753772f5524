"""What a probe is: one question asked of a network between two steps, and the moment at which it is asked.

A probe never touches the training: it reads a forward and backward pass of its own, whose gradients are handed out and
never stored in the parameters. What several probes need is computed once. A probe that nobody reads does not run.

Losses and activations are those of inference. Gradients are those that training works with: batch norm takes its
figures from the batch, for with running figures that know nothing yet it would hide how signals fade or grow. Dropout
is off, so that what is read does not jump.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import ClassVar, Literal, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import RNNBase
from torch.nn.modules.batchnorm import _NormBase

from engine.answers import answers, judged
from engine.axes import Labels, Sequence, Target
from engine.control import NOTHING_TYPED, Focus, Forced, Typed
from engine.dataset import Data, Part
from engine.events import Reading
from engine.feeding import on_device
from engine.graph import Graph, NodeId
from engine.look import Batch, Look, Update
from engine.network import Network
from engine.shapes import Shapes
from engine.unrolled import Unrolled

SEQUENCES = 32  # of the probe batch that are read step by step
MOST_UNROLLED = (
    1 << 19
)  # steps · units that are kept of them: some 100 MB with all gates and the way back


class Moment:
    """A network as it is between two steps, and what can be asked of it."""

    def __init__(
        self,
        network: Network,
        graph: Graph,
        target: Target,
        step: int,
        probe: "Batch",
        example: "Batch",
        *,
        shapes: Shapes | None = None,
        fewer: "Batch | None" = None,
        update: "Update | None" = None,
        focus: Focus | None = None,
        data: Data | None = None,
        by_wire: bool = False,
        forced: Forced | None = None,
        typed: Typed = NOTHING_TYPED,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        self.network, self.graph, self.target, self.step = network, graph, target, step
        self.focus, self.data, self.typed = focus, data, typed
        self.forced, self.cancelled = forced, cancelled
        self.shapes = shapes or Shapes({}, {})
        self.update = update
        self._by_wire = by_wire
        self.on_probe = Look(network, probe, whole=True, by_wire=by_wire)
        self.on_example = Look(network, example)
        self._probe, self._fewer, self._example = probe, fewer or probe, example

    @cached_property
    def in_training(self) -> "Look":
        """The probe batch, or as many of its first examples as there is time for, with gradients as in training.

        In haste there are none of what lies before all weights.
        """
        norms_by_batch = any(isinstance(m, _NormBase) for m in self.network.module.modules())
        if self._fewer is self._probe and not norms_by_batch:
            return self.on_probe
        by_batch = len(self._fewer.targets) > 1
        return Look(
            self.network,
            self._fewer,
            in_training=by_batch,
            whole=True,
            to_inputs=self._fewer is self._probe,
            by_wire=self._by_wire,
        )

    @property
    def share(self) -> float:
        """What share of the probe batch gradients are read on.

        A mean loss over fewer examples has larger gradients ∂L/∂h: each by 1 / share, their length by 1 / √share.
        """
        return len(self._fewer.targets) / len(self._probe.targets)

    @cached_property
    def example_as_answered(self) -> Look:
        """The chosen example; of what a person brought, the truth is taken to be the class that the network answers.

        So there are gradients of it too: they say what the answer hangs on. A measured value has none, for what is
        answered costs nothing then.
        """
        node = judged(self.network)
        if self._example.known or node is None or type(self.target) is not Labels:
            return self.on_example
        scores = self.on_example.predictions[list(self.network.losses).index(node)]
        said = answers(scores, self.graph.nodes[node].layer, self.target)
        if said.shape != (1, self.target.count):  # not one answer for the whole
            return self.on_example
        return Look(self.network, self._example.told(said.argmax(-1)))

    @cached_property
    def unrolled(self) -> Unrolled:
        """Some sequences of the probe batch, with the recurrent layers read step by step."""
        return Unrolled(self.network, self._probe.cut(0, self._sequences))

    @property
    def _sequences(self) -> int:
        """How many: each step takes as long for one as for many, until they no longer fit."""
        steps = max((given.shape[1] for given in self._probe.inputs if given.ndim > 1), default=1)
        units = sum(m.hidden_size for m in self.network.module.modules() if isinstance(m, RNNBase))
        return max(2, min(SEQUENCES, MOST_UNROLLED // max(1, steps * units)))

    @cached_property
    def example_unrolled(self) -> Unrolled:
        """The chosen example, read step by step."""
        return Unrolled(self.network, self._example)

    @cached_property
    def forced_unrolled(self) -> Unrolled:
        """The chosen example once more, a gate held as `forced` says."""
        held = self.forced
        named = {NodeId(held.node): {held.gate: held.value}} if held else {}
        return Unrolled(self.network, self._example, named)

    def gradients_of_parts(self, count: int) -> Iterator[Tensor]:
        """The gradient of all weights and biases as one row, for each of so many equal parts of the probe batch."""
        size = len(self._fewer.targets) // count
        for place in range(0, size * count, max(1, size)):
            look = Look(self.network, self._fewer.cut(place, size), in_training=size > 1)
            grads = [grad.flatten() for group in look.weight_gradients.values() for grad in group]
            yield torch.cat(grads) if grads else torch.empty(0)

    def look(self, part: Part, indices: "slice | list[int]") -> "Look":
        """Other examples, sent through the same network."""
        like = self._probe.targets.device.type
        return Look(self.network, Batch(part, indices, like, self.network.feeds, self.dtype))

    def feed(self, points: NDArray[np.float32]) -> "Look":
        """Numbers that are no examples, sent through the same network; nobody knows what is true of them."""
        given = on_device(points, self._probe.targets.device.type, self.dtype)
        return Look(self.network, Batch.unknown(given))

    @property
    def dtype(self) -> torch.dtype:
        """What decimals are kept as."""
        given = (one.dtype for one in self._probe.inputs if one.is_floating_point())
        return next(given, torch.float32)

    def units(self, node: NodeId, value: Tensor) -> Tensor:
        """A node's output as (units, all that each gave): channels of images, features of rows and sequences."""
        sized = self.shapes.sized.get(node)
        axes = next(iter(sized.outputs.values()), None) if sized else None
        place = value.ndim - 1 if isinstance(axes, Sequence) else min(1, value.ndim - 1)
        return value.movedim(place, 0).flatten(1)


Pass = Literal[
    "forward",
    "backward",
    "spread",
    "example",
    "update",
    "plane",
    "review",
    "time",
    "gates",
    "pairs",
    "writing",
]
"""What a reading costs: the probe batch forward alone; forward and backward; the same, and every number looked at; the
chosen example, both ways; a copy of the weights before a step of the optimiser, beside those after it; a grid of points
over data of two numbers; a few examples of the dev part at a time; some sequences step by step, both ways; the chosen
one step by step; all pairs of its steps; a text written and read, or sentences translated."""


class Probe:
    """One question. Subclasses are declared in `engine/probes/`; their name names their readings.

    A probe lives as long as it is watched, so it may keep what does not change or is gathered bit by bit.
    """

    unit: ClassVar[str] = ""
    needs: ClassVar[Pass] = "backward"
    """Which pass it reads: probes of one pass share it, are read together, and are as frequent as it is cheap."""
    follows: ClassVar[bool] = False
    """Whether it reads the node in focus, so that it has to be read anew when another one is."""
    by_wire: ClassVar[bool] = False
    """Whether it reads what comes back along each single wire, which costs memory."""

    def read(self, moment: Moment) -> Iterator[Reading]:
        """What is measured at this moment."""
        raise NotImplementedError

    def finish(self, moment: Moment) -> Iterator[Reading]:
        """The same with all that is left to gather: the network stands still."""
        return self.read(moment)

    def say(
        self, moment: Moment, node: NodeId | None, value: float | NDArray[np.generic]
    ) -> Reading:
        """A reading under this probe's name."""
        return Reading(moment.step, type(self).__name__, node, value)


Key = TypeVar("Key")


def norms(groups: Mapping[Key, tuple[Tensor, ...]]) -> dict[Key, float]:
    """The Euclidean length of each group of gradients, summed up in float64: float32 squares underflow to 0."""
    lengths = [
        torch.stack([torch.linalg.vector_norm(g, dtype=torch.float64) for g in group]).norm()
        for group in groups.values()
        if group
    ]
    values = torch.stack(lengths).tolist() if lengths else []
    return dict(zip((name for name, group in groups.items() if group), values, strict=True))
