"""The network of a past run as one that writes, with the weights it was left with."""

from engine.generate.author import Author
from engine.job import Job, prepare
from engine.network import build
from engine.problem import Problem
from engine.project import Project
from engine.run import Run
from engine.weights import copy_in


def author_of_run(run: Run) -> Author | tuple[Problem, ...]:
    """It, or what is wrong with its drawing. Raises CannotWrite and DataError."""
    job = prepare(Project("", run.graph, run.recipe, run.settings), run, training=False)
    if not isinstance(job, Job):
        return job
    network = build(job.graph, job.shapes)
    if run.checkpoint is not None:
        copy_in(network.module, run.checkpoint.weights)
    return Author(network, job.graph, job.data)
