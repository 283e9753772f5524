"""How every verb opens a project: the file is read, its code trusted if the person says so, a run found by name."""

from dataclasses import replace
from pathlib import Path

from engine.cli.say import wrong_usage
from engine.declare import did_you_mean
from engine.project import Project
from engine.run import Run
from engine.storage import load
from engine.trust import trusted


def opened(file: Path, trust: bool) -> Project:
    """The project of a file. Raises ProjectError."""
    project = load(file)
    return replace(project, graph=trusted(project.graph)) if trust else project


def run_of(project: Project, name: str | None) -> Run:
    """The run of this name; the last one if none is given."""
    names = [run.name for run in project.runs]
    if not names:
        wrong_usage("This project has no runs. Train it first: chainrule train FILE --out FILE")
    if name is not None and name not in names:
        guess = did_you_mean(name, names) or f" There are {', '.join(names)}."
        wrong_usage(f"There is no run called {name}.{guess}")
    return project.runs[-1 if name is None else names.index(name)]
