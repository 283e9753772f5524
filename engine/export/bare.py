"""The network as other programs run it: prediction alone, by names, every step of a sequence counted as real.

Also each of its layers by itself, to find the one that a format cannot carry.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor, fx, nn

from engine.axes import Axes
from engine.export.subject import Subject
from engine.graph import NodeId
from engine.planning import Plan

LENGTHS = (
    37,
    9,
    1031,
)  # steps of a free length in the first batch; fewer or more if the network asks for it
MORE = 4  # steps more in the second
BATCHES = (3, 5)


@dataclass(frozen=True, slots=True, eq=False)
class Bare:
    """A module, what it takes by name, and what it gives by name."""

    module: fx.GraphModule
    takes: Mapping[str, Axes]
    gives: tuple[str, ...]
    length: int = LENGTHS[0]

    def batch(self, second: bool = False) -> tuple[Tensor, ...]:
        """A batch of made-up samples; the second is of another size and of other lengths."""
        chance = torch.Generator().manual_seed(7 + second)
        names = dict.fromkeys(name for axes in self.takes.values() for name in axes.free)
        # Each length is another, so that none passes for another's.
        steps = {name: self.length + MORE * second + 2 * n for n, name in enumerate(names)}
        return tuple(_samples(axes, BATCHES[second], steps, chance) for axes in self.takes.values())

    @property
    def free(self) -> tuple[str, ...]:
        """The names of all free lengths that come in."""
        return tuple(dict.fromkeys(name for axes in self.takes.values() for name in axes.free))

    def moving(self) -> list[dict[int, str]]:
        """For each argument its axes that differ from call to call, the batch first, and their names."""
        return [
            {0: "batch"}
            | {n: size for n, size in enumerate(axes.sizes, 1) if isinstance(size, str)}
            for axes in self.takes.values()
        ]


def _samples(axes: Axes, count: int, steps: Mapping[str, int], chance: torch.Generator) -> Tensor:
    sizes = [count, *(steps[size] if isinstance(size, str) else size for size in axes.sizes)]
    if axes.whole:
        return torch.randint(0, getattr(axes, "vocabulary", 2), sizes, generator=chance)
    return torch.rand(sizes, generator=chance)


def bare(subject: Subject) -> Bare:
    """The network without lengths, giving its Outputs, or what it predicts if there are none."""
    planned = subject.plan
    graph = planned.graph
    given = _given(planned)
    (output,) = (node for node in graph.nodes if node.op == "output")
    graph.erase_node(output)
    for node in graph.nodes:
        if node.op == "call_module":
            node.kwargs = {}  # lengths
    graph.output(tuple(given))
    for node in reversed(graph.nodes):
        if node.op != "output" and not node.users:
            graph.erase_node(node)
    feeds, parts = {feed.name: feed.part for feed in planned.feeds}, subject.job.data.parts
    read = [str(node.target) for node in graph.nodes if node.op == "placeholder"]
    takes = {name: parts[feeds[name]] for name in read}
    return _long_enough(Bare(_module(subject, graph), takes, tuple(given.values())))


def _long_enough(found: Bare) -> Bare:
    """With samples of so many steps that all windows fit, and places that are learnt suffice.

    They are not few, for a size that happens to be 1 would be taken for one that always is.
    """
    for length in LENGTHS:
        longer = replace(found, length=length)
        try:
            with torch.no_grad():
                longer.module(*longer.batch())
                longer.module(*longer.batch(second=True))
        except (RuntimeError, IndexError):
            continue
        return longer
    return found


def _given(planned: Plan) -> dict[fx.Node, str]:
    """What is given, each value once, and its name."""
    (output,) = (node for node in planned.graph.nodes if node.op == "output")
    wanted = [(name, "in", str(name)) for name in planned.outputs]
    wanted = wanted or [(name, "prediction", f"{name}_prediction") for name in planned.losses]
    found: dict[fx.Node, str] = {}
    for name, port, said in wanted:
        found.setdefault(output.args[0][planned.results[name, port]], said)
    return found


def _module(subject: Subject, graph: fx.Graph) -> fx.GraphModule:
    module = fx.GraphModule(subject.network.module, graph)
    type(module).__call__ = nn.Module.__call__  # type: ignore[method-assign]  # see engine.network
    return module.train(False)


def singles(subject: Subject) -> Iterator[tuple[NodeId, Bare]]:
    """Each layer by itself, with inputs such as it has in the network; those that are alike but once."""
    seen = set()
    for node in subject.plan.graph.nodes:
        if node.op != "call_module":
            continue
        name = NodeId(node.meta["nodes"][0])
        sized = subject.job.shapes.sized[name]
        key = (sized.call.source, sized.inputs)
        if key in seen:
            continue
        seen.add(key)
        yield name, _single(subject, name, node)


def _single(subject: Subject, name: NodeId, call: fx.Node) -> Bare:
    sized, graph = subject.job.shapes.sized[name], fx.Graph()
    takes = {f"input{n}": axes for n, axes in enumerate(sized.inputs) if axes is not None}
    if not sized.inputs:  # it is told the batch
        takes = {"input0": next(iter(subject.job.data.parts.values()))}
    fed = {key: graph.placeholder(key) for key in takes}
    arguments = [fed.get(f"input{n}") for n in range(max(len(sized.inputs), 1))]
    graph.output((graph.call_module(str(call.target), tuple(arguments)),))
    return _long_enough(Bare(_module(subject, graph), takes, ("output",)))


def flat_results(found: object) -> list[Tensor]:
    """All tensors of a result, in order."""
    if isinstance(found, Tensor):
        return [found]
    return (
        [tensor for part in found for tensor in flat_results(part)]
        if isinstance(found, tuple | list)
        else []
    )
