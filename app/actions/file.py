"""Commands on the project as a file; each template and each recent file has one of its own."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from app.action import Action, Stage
from app.studio import Studio
from engine.backups import versions
from engine.source import is_missing, named_by
from engine.trust import waiting

ACTIONS = (
    Action(
        "file.open",
        "Open…",
        "File",
        "Open a project from a file.",
        lambda stage: stage.papers.open(),
        ("Ctrl+O",),
        "folder-open",
    ),
    Action(
        "file.save",
        "Save",
        "File",
        "Write the project to its file, with its runs and weights.",
        lambda stage: stage.papers.save(),
        ("Ctrl+S",),
        "save",
        rule=True,
    ),
    Action(
        "file.save_as",
        "Save as…",
        "File",
        "Write the project to another file.",
        lambda stage: stage.papers.save_as(),
        ("Ctrl+Shift+S",),
    ),
    Action(
        "file.revert",
        "Revert to saved",
        "File",
        "Go back to what the file holds.",
        lambda stage: stage.papers.revert(),
        icon="undo-2",
        enabled=lambda studio: studio.document.path is not None and studio.document.unsaved,
    ),
    Action(
        "file.data",
        "Data of your own…",
        "File",
        "Learn from a table, a text, a folder of images or arrays of your own.",
        lambda stage: stage.papers.bring_data(),
        ("Ctrl+Shift+D",),
        "database",
        rule=True,
    ),
    Action(
        "file.seek",
        "Find the data…",
        "File",
        "Say where the file or folder lies now that the project learns from.",
        lambda stage: stage.papers.seek(),
        icon="folder-open",
        enabled=lambda studio: _misses_data(studio),
    ),
    Action(
        "file.hold",
        "Keep a copy of the data in the file",
        "File",
        "Let the project's file hold what it learns from, so that it can be carried elsewhere.",
        lambda stage: stage.papers.hold(),
        enabled=lambda studio: bool(named_by(studio.document.project.recipe.dataset)),
        is_on=lambda studio: _holds_data(studio),
    ),
    Action(
        "file.import",
        "Import PyTorch module…",
        "File",
        "Draw a module from a Python file, which is run for it.",
        lambda stage: stage.papers.bring(),
        icon="file-input",
        rule=True,
    ),
    Action(
        "file.export",
        "Export…",
        "File",
        "Write the network as a script, or for other programs.",
        lambda stage: stage.papers.export(),
        ("Ctrl+Shift+E",),
        "file-output",
        lambda studio: bool(studio.document.graph.nodes),
    ),
    Action(
        "file.report",
        "Export a run…",
        "File",
        "Write a run down: as a page, a table, a picture, or for TensorBoard.",
        lambda stage: stage.papers.report(),
        icon="file-output",
        enabled=lambda studio: bool(studio.document.project.runs),
    ),
    Action(
        "file.code",
        "Show as Python",
        "File",
        "Read the script that trains this network without Chainrule.",
        lambda stage: stage.papers.show_code(),
        ("Ctrl+Shift+P",),
        "code",
        lambda studio: bool(studio.document.graph.nodes),
    ),
    Action(
        "file.trust",
        "Trust this file's code…",
        "File",
        "Read the code that the file brought, and let it run.",
        lambda stage: stage.papers.trust(),
        icon="shield-check",
        enabled=lambda studio: any(waiting(studio.document.graph)),
    ),
    Action(
        "file.quit",
        "Quit",
        "File",
        "Close the window and end Chainrule.",
        lambda stage: stage.close(),
        ("Ctrl+Q",),
        "power",
        rule=True,
    ),
)


def _misses_data(studio: Studio) -> bool:
    path = named_by(studio.document.project.recipe.dataset)
    return bool(path) and is_missing(path)


def _holds_data(studio: Studio) -> bool:
    project = studio.document.project
    source = project.sources.get(named_by(project.recipe.dataset))
    return source is not None and source.held


def template_actions(stage: Stage) -> Iterator[Action]:
    """One for each template."""
    for place, template in enumerate(stage.templates):
        yield Action(
            f"file.new.{template.name}",
            template.title,
            "File",
            f"Begin a new project from the template {template.title}.",
            _begin(template.name),
            ("Ctrl+N",) if place == 0 else (),
            "file-plus",
            submenu="New",
        )


def recent_actions(stage: Stage) -> Iterator[Action]:
    """One for each recent file that is still there."""
    for path in filter(Path.exists, stage.studio.preferences.recent):
        yield Action(
            f"file.recent.{path}",
            path.name,
            "File",
            f"Open {path}.",
            _open(path),
            icon="file",
            submenu="Open recent",
        )


def version_actions(stage: Stage) -> Iterator[Action]:
    """One for each earlier version of the file that is open."""
    path = stage.studio.document.path
    for file in versions(path) if path else ():
        saved = datetime.fromtimestamp(file.stat().st_mtime).astimezone()
        yield Action(
            f"file.version.{file.name}",
            f"{saved:%d %B %Y, %H:%M:%S}",
            "File",
            f"Go back to how {path} was saved then; it counts as not saved.",
            _revert(file),
            icon="undo-2",
            submenu="Earlier versions",
        )


def _revert(file: Path) -> Callable[[Stage], None]:
    return lambda stage: stage.papers.revert(file)


def _begin(name: str) -> Callable[[Stage], None]:
    return lambda stage: stage.papers.new(name)


def _open(path: Path) -> Callable[[Stage], None]:
    return lambda stage: stage.papers.open(path)
