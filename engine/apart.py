"""A job on its way to another process of this program: a folder with a project file, and the weights to begin with."""

from dataclasses import replace
from pathlib import Path

from safetensors.numpy import load_file, save_file

from engine.job import Job, prepare
from engine.project import Project
from engine.run import Run
from engine.storage import ProjectError, load, save
from engine.trust import trusted

CARRIED = "carried.safetensors"


def pack(job: Job, folder: Path) -> None:
    """Write all that a job is made of. Raises ProjectError and OSError."""
    if job.recipe is None:
        raise ProjectError(
            "The data of this run have no recipe, by which another process could make them."
        )
    run = Run("run 1", job.graph, job.recipe, job.settings, checkpoint=job.start)
    runs = (run,) if job.start else ()
    save(Project("run", job.graph, job.recipe, job.settings, runs=runs), folder / "run.chainrule")
    if job.carried:
        save_file(dict(job.carried), folder / CARRIED)


def unpack(folder: Path) -> Job:
    """The job that was packed. Raises ValueError if it is none any more, for the data have changed."""
    project = load(folder / "run.chainrule")
    # What was prepared once has no code that waits for trust.
    project = replace(project, graph=trusted(project.graph))
    job = prepare(project, project.runs[-1] if project.runs else None)
    if not isinstance(job, Job):
        raise ValueError(  # noqa: TRY004 (no fault in the program)
            f"The data of this run are no longer what they were: {job[0].message}"
        )
    carried = folder / CARRIED
    return replace(job, carried=load_file(carried)) if carried.exists() else job
