"""The verbs that tell what there is (layers, data sets, templates) and make a project of a template."""

import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from rich.text import Text

from engine.cli.bringing import project_on
from engine.cli.say import complain, say_record, screen, table, wrong_usage
from engine.dataset import Dataset, load
from engine.datasets import DATASETS
from engine.layer import GROUPS
from engine.layers import CATALOGUE
from engine.settings import Settings
from engine.storage import save
from engine.template import UnknownTemplate, template, template_names

BOUNDS = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")


def make(
    names: Sequence[str],
    file: Path,
    data: Path | None,
    target: str | None,
    kind: str | None,
    as_json: bool,
) -> None:
    """Write a template, or a project on data of one's own, into a new file."""
    name = names[0] if len(names) > 1 else None
    if data is None:
        try:
            project = template(str(name))
        except UnknownTemplate as error:
            wrong_usage(str(error))
    if os.path.lexists(file):  # a link counts, wherever it leads
        wrong_usage(f"{file} is there already and is not overwritten. Choose another name.")
    if data is not None:
        project = project_on(data, target, name, kind)
        for note in project.recipe.prepare().notes:
            complain(note)
    save(project, file)
    if as_json:
        say_record(
            {"event": "created", "template": name, "title": project.title, "file": str(file)}
        )
    else:
        command = f"chainrule train {shlex.quote(str(file))}"
        screen().print(f"Made {file}: {project.title}. Train it with: {command}", soft_wrap=True)


def parameters_of(kind: type[BaseModel]) -> Iterator[dict[str, Any]]:
    """The parameters of a declaration, each as its form shows it."""
    for name, schema in kind.model_json_schema().get("properties", {}).items():
        first = next(
            iter(schema.get("prefixItems", ())), schema
        )  # a pair's two numbers are bounded alike
        yield {
            "name": name,
            "title": schema.get("title", name),
            "type": "choice" if "enum" in schema else _type(schema),
            "default": schema.get("default"),
            "bounds": {bound: first[bound] for bound in BOUNDS if bound in first},
            "choices": schema.get("enum"),
            "description": schema.get("description", ""),
        }


def _type(schema: Mapping[str, Any]) -> str:
    if schema.get("type") == "array" and schema.get("maxItems") == 2:
        return f"pair of {schema['prefixItems'][0]['type']}"
    return str(schema.get("type", "object"))


def show_layers(as_json: bool) -> None:
    """Every kind of layer, in the order of the palette."""
    if as_json:
        for name, kind in CATALOGUE.items():
            parameters = list(parameters_of(kind))
            record = {"event": "layer", "name": name, "title": kind.label, "group": kind.group}
            say_record({**record, "help": kind.help(), "parameters": parameters})
        return
    for group in GROUPS:
        kinds = {name: kind for name, kind in CATALOGUE.items() if kind.group == group}
        if not kinds:
            continue
        listed = table(group, "", "Parameters")
        listed.columns[0].min_width = max(map(len, CATALOGUE))
        listed.columns[1].ratio = 3
        listed.columns[2].ratio = 2
        listed.expand = True
        for name, kind in kinds.items():
            listed.add_row(name, _first_line(kind.help()), Text(_defaults(kind), style="dim"))
        screen().print(listed)
        screen().print()


def show_settings(as_json: bool) -> None:
    """Every setting of training, with what it is by default."""
    parameters = list(parameters_of(Settings))
    if as_json:
        for parameter in parameters:
            say_record({"event": "setting", **parameter})
        return
    listed = table("Name", "Default", "")
    for parameter in parameters:
        choices = ", ".join(map(str, parameter["choices"] or ()))
        words = parameter["description"] + (f" One of {choices}." if choices else "")
        listed.add_row(parameter["name"], str(parameter["default"]), words)
    screen().print(listed)


def show_datasets(as_json: bool) -> None:
    """Every data set, with what one sample looks like and how many there are."""
    listed = table("Name", "One sample", "To predict", "Examples", "", right=("Examples",))
    for name, kind in DATASETS.items():
        samples = load(kind())
        facts = {
            "shape": samples.axes.text,
            "predict": list(samples.target.names),
            "examples": len(samples.inputs),
        }
        if as_json:
            parameters = list(parameters_of(kind))
            record = {"event": "dataset", "name": name, "title": kind.title, **facts}
            say_record({**record, "help": kind.help(), "parameters": parameters})
        else:
            what = _predicted(kind)
            listed.add_row(
                name, samples.axes.text, what, f"{len(samples.inputs):,}", _first_line(kind.help())
            )
    if not as_json:
        screen().print(listed)


def _predicted(kind: type[Dataset]) -> str:
    target = load(kind()).target
    return f"{target.count} classes" if hasattr(target, "classes") else ", ".join(target.names)


def show_templates(as_json: bool) -> None:
    """Every template, with what it is for."""
    listed = table("Name", "Title", "Data", "")
    for name in template_names():
        project = template(name)
        dataset = project.recipe.dataset.name
        if as_json:
            record = {"event": "template", "name": name, "title": project.title, "dataset": dataset}
            say_record({**record, "help": project.notes, "nodes": len(project.graph.nodes)})
        else:
            listed.add_row(name, project.title, dataset, project.notes)
    if not as_json:
        screen().print(listed)


def _first_line(text: str) -> str:
    return " ".join(text.split("\n\n")[0].split())


def _defaults(kind: type[BaseModel]) -> str:
    return ", ".join(f"{item['name']}={_plain(item['default'])}" for item in parameters_of(kind))


def _plain(value: object) -> str:
    match value:
        case [first, second] if first == second:
            return str(first)
        case bool():
            return "yes" if value else "no"
    return str(value)
