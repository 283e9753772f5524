"""What is exported: a project without errors, built, with the weights of its last run, or fresh ones."""

from dataclasses import dataclass

import torch
from torch import Tensor, fx

from engine.axes import Axes
from engine.export.body import is_lengths
from engine.job import Job, prepare
from engine.network import Network, build
from engine.planning import Plan, plan
from engine.problems import Problem
from engine.project import Project
from engine.run import Run
from engine.weights import copy_in, fit

LENGTH = 9  # steps of a free length in samples; two more in the second batch
BATCHES = (3, 5)


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """A project ready for export, with its network in inference mode."""

    project: Project
    job: Job
    network: Network
    origin: str  # where the weights are from, in words

    @property
    def plan(self) -> Plan:
        """The order of calls, fresh at each time: those who print it take it apart."""
        return plan(self.job.graph, self.job.shapes)


def subject_of(project: Project) -> Subject | tuple[Problem, ...]:
    """The subject of a project, or its errors. Raises DataError."""
    job = prepare(project)
    if not isinstance(job, Job):
        return job
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(project.settings.seed)
        network = build(job.graph, job.shapes)
    run = _last(project, network)
    if run is None:
        origin = f"fresh ones, drawn with the seed {project.settings.seed}"
    else:
        copy_in(network.module, run.weights)
        step = run.checkpoint.step if run.checkpoint else 0
        origin = f"those of {run.name} after {step:,} steps"
    network.train(False)
    return Subject(project, job, network, origin)


def _last(project: Project, network: Network) -> Run | None:
    """The last run whose weights are of this very network."""
    for run in reversed(project.runs):
        if run.weights and fit(network.module, run.weights):
            return run
    return None


def results_of(planned: Plan) -> list[fx.Node]:
    """What the network gives, each value once."""
    (output,) = (node for node in planned.graph.nodes if node.op == "output")
    return list(dict.fromkeys(output.args[0]))


def bare(subject: Subject) -> fx.GraphModule:
    """The network without lengths, giving its Outputs, or what it predicts if there are none.

    Every step of a sequence counts as real.
    """
    planned = subject.plan
    graph, outputs = planned.graph, planned.outputs
    wanted = [(name, "in") for name in outputs] or [(name, "prediction") for name in planned.losses]
    (output,) = (node for node in graph.nodes if node.op == "output")
    given = [output.args[0][planned.results[key]] for key in wanted]
    graph.erase_node(output)
    for node in graph.nodes:
        if node.op == "call_module":
            node.kwargs = {}
    graph.output(tuple(dict.fromkeys(given)))
    for node in reversed(graph.nodes):
        idle = node.op in ("call_function", "call_module") and not node.users
        if idle or (node.op == "placeholder" and _unread(node, planned)):
            graph.erase_node(node)
    module = fx.GraphModule(subject.network.module, graph)
    return module.train(False)


def _unread(node: fx.Node, planned: Plan) -> bool:
    """Whether an argument is of lengths; an input that nobody reads any more stays away as well."""
    return not node.users


def names_of(subject: Subject) -> list[str]:
    """What `bare` gives, by the names of the Outputs, or of the losses."""
    planned = subject.plan
    (output,) = (node for node in planned.graph.nodes if node.op == "output")
    wanted = [(name, "in") for name in planned.outputs]
    wanted = wanted or [(name, "prediction") for name in planned.losses]
    found: dict[fx.Node, str] = {}
    for name, port in wanted:
        node = output.args[0][planned.results[name, port]]
        found.setdefault(node, str(name) if port == "in" else f"{name}_prediction")
    return list(found.values())


def parts_of(subject: Subject) -> dict[str, Axes]:
    """What `bare` takes: each argument's name and what one sample of it looks like."""
    read = {str(node.target) for node in bare(subject).graph.nodes if node.op == "placeholder"}
    feeds = {feed.name: feed.part for feed in subject.plan.feeds if feed.name in read}
    parts = subject.job.data.parts
    return {name: parts[part] for name, part in feeds.items()}


def batch_of(parts: dict[str, Axes], second: bool = False) -> tuple[Tensor, ...]:
    """A batch of made-up samples; the second is of other sizes."""
    chance = torch.Generator().manual_seed(7 + second)
    names = dict.fromkeys(name for axes in parts.values() for name in axes.free)
    # Each length is another, so that none passes for another's.
    steps = {name: LENGTH + 2 * second + 3 * place for place, name in enumerate(names)}
    made = []
    for axes in parts.values():
        sizes = [BATCHES[second], *(steps.get(str(size), size) for size in axes.sizes)]
        most = getattr(axes, "vocabulary", 2)
        if axes.whole:
            made.append(torch.randint(0, most, sizes, generator=chance))
        else:
            made.append(torch.rand(sizes, generator=chance))
    return tuple(made)


__all__ = ["Subject", "bare", "batch_of", "is_lengths", "names_of", "parts_of", "results_of", "subject_of"]
