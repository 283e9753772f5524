"""Templates: projects that come with the program, found in `resources/templates/`, ready to train.

To add a template is to add one file there, a project's JSON; its name is the file's, without `.json`.
"""

import json

from engine.declare import did_you_mean
from engine.project import Project
from engine.storage import project_from, record_of
from resources import resource


class UnknownTemplate(LookupError):  # noqa: N818 - says what happened, as people do
    """No template has the name that was asked for."""


def template_names() -> tuple[str, ...]:
    """The names of all templates, sorted."""
    files = resource("templates").iterdir()
    return tuple(sorted(f.name.removesuffix(".json") for f in files if f.name.endswith(".json")))


def template(name: str) -> Project:
    """The project that a template holds. Raises UnknownTemplate."""
    known = template_names()
    if name not in known:
        guess = did_you_mean(name, known) or f" There are {', '.join(known)}."
        raise UnknownTemplate(f"There is no template called {name}.{guess}")
    file = resource("templates", f"{name}.json")
    return project_from(json.loads(file.read_bytes()), file.name)


def template_text(project: Project) -> str:
    """A project as a template's file: as projects are written, but settings that are as usual are left out."""
    record = record_of(project)
    record["settings"] = project.settings.model_dump(mode="json", exclude_defaults=True)
    return json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
