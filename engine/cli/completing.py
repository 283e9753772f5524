"""What a shell is told when it asks what could be typed next. What an answer needs is imported when it is asked for."""

from collections.abc import Iterable
from pathlib import Path

import typer

COMPLETE = "_CHAINRULE_COMPLETE"


def script(shell: str) -> str:
    """What a shell runs to have the program complete its words."""
    from typer.completion import get_completion_script

    return get_completion_script(prog_name="chainrule", complete_var=COMPLETE, shell=shell)


def templates(begun: str) -> list[str]:
    """Names of templates."""
    from engine.template import template_names

    return _beginning(begun, template_names())


def settings(begun: str) -> list[str]:
    """Names of settings, as --set takes them; their choices, once there is a name."""
    from engine.settings import Settings

    name, equals, _ = begun.partition("=")
    if not equals:
        return _beginning(begun, (f"{one}=" for one in Settings.model_fields))
    schema = Settings.model_json_schema()["properties"].get(name, {})
    return _beginning(begun, (f"{name}={choice}" for choice in schema.get("enum", ())))


def formats(begun: str) -> list[str]:
    """What there is to export to."""
    from engine.export import FORMATS

    return _beginning(begun, FORMATS)


def kinds(begun: str) -> list[str]:
    """Kinds of reports."""
    from engine.report import REPORTS

    return _beginning(begun, REPORTS)


def weights(begun: str) -> list[str]:
    """Which weights of a run."""
    return _beginning(begun, ("best", "last"))


def runs(context: typer.Context, begun: str) -> list[str]:
    """Names of the runs in the file that has been typed."""
    from engine.storage import ProjectError, load

    try:
        return _beginning(begun, (run.name for run in load(Path(context.params["file"])).runs))
    except (KeyError, TypeError, ProjectError):
        return []


def _beginning(begun: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith(begun)]
