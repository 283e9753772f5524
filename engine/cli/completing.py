"""What a shell is told when it asks what could be typed next. What an answer needs is imported when it is asked for."""

from collections.abc import Iterable
from pathlib import Path

import typer

COMPLETE = "_CHAINRULE_COMPLETE"
BASH = f"""\
_chainrule_completion() {{
    local IFS=$'\\n' word typed n=-1 words=()
    for word in "${{COMP_WORDS[@]:0:COMP_CWORD+1}}"; do
        if (( n > 0 )) && [[ $word == "=" || ${{words[n]}} == *= ]]; then
            words[n]+=$word
        else
            words[++n]=$word
        fi
    done
    typed=${{words[n]}}
    COMPREPLY=()
    while read -r word; do
        COMPREPLY+=("$(printf %q "${{word#"${{typed%"${{typed##*=}}"}}"}}")")
    done < <(env COMP_WORDS="${{words[*]}}" COMP_CWORD=$n {COMPLETE}=complete_bash "$1")
    if [[ ${{COMPREPLY[0]}} == *= ]]; then
        compopt -o nospace 2>/dev/null
    fi
    return 0
}}
complete -o default -F _chainrule_completion chainrule"""
"""bash splits NAME=VALUE in three, and wants spaces in what is found quoted; typer's own script does neither."""


def script(shell: str) -> str:
    """What a shell runs to have the program complete its words."""
    from typer import completion

    if shell == "bash":
        return BASH
    return completion.get_completion_script(  # type: ignore[attr-defined]
        prog_name="chainrule", complete_var=COMPLETE, shell=shell
    )


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

    # An option that lacks its value yet keeps the parser from naming the arguments.
    typed = [word for word in (context.params.get("file"), *context.args) if word]
    try:
        return _beginning(begun, (run.name for run in load(Path(typed[0])).runs))
    except (IndexError, ProjectError):
        return []


def _beginning(begun: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith(begun)]
