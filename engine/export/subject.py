"""What is exported: a project without errors, built, with the weights of its last run, or fresh ones."""

from dataclasses import dataclass

import torch
from torch import fx

from engine.job import Job, prepare
from engine.network import Network, build
from engine.planning import Plan, plan
from engine.problem import Problem
from engine.project import Project
from engine.run import Run
from engine.weights import copy_in, fit


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


def subject_of(project: Project, *, training: bool = True) -> Subject | tuple[Problem, ...]:
    """The subject of a project, or its errors; without those of training, if none is handed on. Raises DataError."""
    job = prepare(project, training=training)
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
