"""How every verb opens a project: the file is read, and its code trusted if the person says so."""

from dataclasses import replace
from pathlib import Path

from engine.project import Project
from engine.storage import load
from engine.trust import trusted


def opened(file: Path, trust: bool) -> Project:
    """The project of a file. Raises ProjectError."""
    project = load(file)
    return replace(project, graph=trusted(project.graph)) if trust else project
